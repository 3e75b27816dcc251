//! The log of a directory: who did what to which user. Entries are never changed, and only go with
//! their directory.

use rusqlite::{Row, ToSql, params};
use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;

use super::filters::{self, Filter};
use super::paging::{Page, Pageable};
use super::stores::{self, Store};

/// What is logged. Nobody signs up here, so that event never occurs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// A user was made.
    UserCreate,
    /// A user was changed.
    UserUpdate,
    /// A user was deleted.
    UserDelete,
    /// Two users were linked.
    AccountLinking,
}

impl Event {
    const fn code(self) -> &'static str {
        match self {
            Self::UserCreate => "USER_CREATE",
            Self::UserUpdate => "USER_UPDATE",
            Self::UserDelete => "USER_DELETE",
            Self::AccountLinking => "ACCOUNT_LINKING",
        }
    }
}

/// Writes an entry of that number, in the name of the caller.
pub(super) fn write(
    call: &mut Call<'_>,
    store: Store,
    seq: i64,
    event: Event,
    user_id: &str,
) -> Result<(), Failure> {
    let log_id = call.ids.hex32();
    call.tx
        .prepare_cached(
            "INSERT INTO ciam_logs (tenant, store, seq, log_id, event_code, event_date, ip,
                user_agent, user_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            store.tenant,
            store.store,
            seq,
            log_id,
            event.code(),
            call.now.0,
            call.client.ip.to_string(),
            call.client.agent,
            user_id,
        ])?;
    Ok(())
}

/// Input of `ListLogMessageByCondition`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    user_store_id: String,
    pageable: Pageable,
    start_time: i64,
    filters: Option<Vec<Filter>>,
}

/// `ListLogMessageByCondition`, newest first.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Page<Vec<LogMessage>>, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    let filter = filters::logs(input.filters.as_deref().unwrap_or_default())?;
    let scope = format!(
        "FROM ciam_logs WHERE tenant = ? AND store = ? AND event_date >= ?{}",
        filter.and_text()
    );
    let mut values: Vec<&dyn ToSql> = vec![&store.tenant, &store.store, &input.start_time];
    values.extend(filter.values());

    let total = call
        .tx
        .prepare_cached(&format!("SELECT COUNT(*) {scope}"))?
        .query_row(values.as_slice(), |row| row.get(0))?;
    let (size, skip) = (input.pageable.page_size, input.pageable.skip());
    values.push(&size);
    values.push(&skip);
    let mut statement = call.tx.prepare_cached(&format!(
        "SELECT log_id, event_code, event_date, ip, user_agent, user_id {scope}
         ORDER BY seq DESC LIMIT ? OFFSET ?"
    ))?;
    let rows = statement.query_map(values.as_slice(), |row| {
        LogMessage::read(row, call.tenant.account, &input.user_store_id)
    })?;
    Ok(Page { total, pageable: input.pageable, content: rows.collect::<Result<_, _>>()? })
}

/// A log entry, as the vendor words it. What belongs to applications and authentication sources is
/// empty: everything here is done through the API, in the tenant's name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LogMessage {
    log_id: String,
    tenant_id: String,
    user_store_id: String,
    event_code: String,
    event_date: i64,
    description: Option<&'static str>,
    participant: &'static str,
    application_client_id: &'static str,
    application_name: &'static str,
    auth_source_id: &'static str,
    auth_source_name: &'static str,
    auth_source_type: &'static str,
    auth_source_category: &'static str,
    ip: String,
    user_agent: String,
    user_id: String,
    detail: Option<&'static str>,
    action_result: &'static str,
}

impl LogMessage {
    fn read(row: &Row<'_>, account: i64, user_store_id: &str) -> rusqlite::Result<Self> {
        Ok(Self {
            log_id: row.get(0)?,
            tenant_id: account.to_string(),
            user_store_id: user_store_id.to_owned(),
            event_code: row.get(1)?,
            event_date: row.get(2)?,
            description: None,
            participant: "TENANT",
            application_client_id: "",
            application_name: "",
            auth_source_id: "",
            auth_source_name: "",
            auth_source_type: "",
            auth_source_category: "",
            ip: row.get(3)?,
            user_agent: row.get(4)?,
            user_id: row.get(5)?,
            detail: None,
            action_result: "SUCCESS",
        })
    }
}
