//! Linking accounts: two users who turn out to be one person, one of them leading.
//! Nothing is merged beyond the attribute that links them.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};

use super::logs::{self, Event};
use super::stores::{self, Store};

/// Input of `LinkAccount`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Link {
    user_store_id: String,
    primary_user_id: String,
    secondary_user_id: String,
    user_linked_on_attribute: String,
}

/// `LinkAccount`.
pub(super) fn link(call: &mut Call<'_>, input: Link) -> Result<Empty, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    let attribute = match input.user_linked_on_attribute.as_str() {
        "PHONENUMBER" => &PHONE,
        "EMAIL" => &EMAIL,
        _ => return Err(refuse("FailedOperation.InvalidUserStatusEnum")),
    };
    if input.primary_user_id == input.secondary_user_id {
        return Err(refuse("InvalidParameter.ParameterIllegal"));
    }
    let primary = find(call.tx, store, &input.primary_user_id)?
        .ok_or_else(|| refuse("FailedOperation.PrimaryUserNotFound"))?;
    let secondary = find(call.tx, store, &input.secondary_user_id)?
        .ok_or_else(|| refuse("FailedOperation.SecondaryUserNotFound"))?;
    // No chains: who leads others cannot follow, and who follows cannot lead.
    if !primary.is_primary || !secondary.is_primary || secondary.leads {
        return Err(refuse("FailedOperation.AccountAlreadyBeLinked"));
    }
    hand_over(call, store, attribute, [primary.seq, secondary.seq])?;
    join(call, store, [primary.seq, secondary.seq])?;
    let log = stores::next_log(call.tx, store)?;
    logs::write(call, store, log, Event::AccountLinking, &input.primary_user_id).map(|()| Empty {})
}

/// What two users are linked on: how its value is taken from one, and given to the other.
struct Attribute {
    read: &'static str,
    clear: &'static str,
    give: &'static str,
}

const PHONE: Attribute = Attribute {
    read: "SELECT phone, phone_key FROM ciam_users WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
    clear: "UPDATE ciam_users SET phone = NULL, phone_key = NULL
            WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
    give: "UPDATE ciam_users SET phone = ?4, phone_key = ?5
           WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
};

const EMAIL: Attribute = Attribute {
    read: "SELECT email, email_key FROM ciam_users WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
    clear: "UPDATE ciam_users SET email = NULL, email_key = NULL
            WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
    give: "UPDATE ciam_users SET email = ?4, email_key = ?5
           WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
};

struct Linked {
    seq: i64,
    is_primary: bool,
    leads: bool,
}

fn find(tx: &Connection, store: Store, user_id: &str) -> rusqlite::Result<Option<Linked>> {
    tx.prepare_cached(
        "SELECT seq, is_primary, EXISTS (SELECT 1 FROM ciam_users s
            WHERE s.tenant = u.tenant AND s.store = u.store AND s.primary_seq = u.seq)
         FROM ciam_users u WHERE tenant = ?1 AND store = ?2 AND user_id = ?3",
    )?
    .query_row(params![store.tenant, store.store, user_id], |row| {
        Ok(Linked { seq: row.get(0)?, is_primary: row.get(1)?, leads: row.get(2)? })
    })
    .optional()
}

/// The attribute moves to the primary if the primary lacks it.
fn hand_over(
    call: &Call<'_>,
    store: Store,
    attribute: &Attribute,
    [primary, secondary]: [i64; 2],
) -> rusqlite::Result<()> {
    let read = |seq: i64| -> rusqlite::Result<(Option<String>, Option<String>)> {
        call.tx
            .prepare_cached(attribute.read)?
            .query_row([store.tenant, store.store, seq], |row| Ok((row.get(0)?, row.get(1)?)))
    };
    let (value, key) = read(secondary)?;
    if value.is_none() || read(primary)?.0.is_some() {
        return Ok(());
    }
    // Taken before it is given: the value is unique in the directory.
    call.tx.prepare_cached(attribute.clear)?.execute([store.tenant, store.store, secondary])?;
    call.tx.prepare_cached(attribute.give)?.execute(params![
        store.tenant,
        store.store,
        primary,
        value,
        key
    ])?;
    Ok(())
}

fn join(call: &Call<'_>, store: Store, [primary, secondary]: [i64; 2]) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE ciam_users SET is_primary = 0, primary_seq = ?4
             WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
        )?
        .execute([store.tenant, store.store, secondary, primary])?;
    call.tx
        .prepare_cached(
            "UPDATE ciam_users SET modified = ?5
             WHERE tenant = ?1 AND store = ?2 AND seq IN (?3, ?4)",
        )?
        .execute([store.tenant, store.store, primary, secondary, call.now.0])?;
    Ok(())
}
