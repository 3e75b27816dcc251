//! Passwords: taken, generated, and forgotten at once. No public action verifies one, so none is
//! ever stored, not even as a hash.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::ids::Ids;

use super::limits::PASSWORD_LENGTH;
use super::secret::Secret;
use super::stores::{self, Store};
use super::users::{self, status::FREEZE};

/// Input of `SetPassword`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Set {
    user_store_id: String,
    user_id: String,
    password: Secret,
}

/// `SetPassword`: any password that is not blank will do.
pub(super) fn set(call: &mut Call<'_>, input: Set) -> Result<Empty, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    if input.password.is_blank() {
        return Err(refuse("FailedOperation.PasswordIsNull"));
    }
    check_user(call, store, &input.user_id)?;
    Ok(Empty {})
}

/// Input of `ResetPassword`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reset {
    user_store_id: String,
    user_id: String,
}

/// Output of `ResetPassword`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Generated {
    password: String,
}

/// `ResetPassword`.
pub(super) fn reset(call: &mut Call<'_>, input: Reset) -> Result<Generated, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    check_user(call, store, &input.user_id)?;
    Ok(Generated { password: generate(call.ids) })
}

fn check_user(call: &Call<'_>, store: Store, user_id: &str) -> Result<(), Failure> {
    let seq = users::existing(call.tx, store, user_id)?;
    let status: String = call
        .tx
        .prepare_cached(
            "SELECT status FROM ciam_users WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
        )?
        .query_row([store.tenant, store.store, seq], |row| row.get(0))?;
    if status == FREEZE {
        return Err(refuse("FailedOperation.UserIsFreeze"));
    }
    Ok(())
}

/// Upper case, lower case, digits, signs; without the ones that look alike.
const CLASSES: [&str; 4] =
    ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!@#$%^&*"];

/// One character of each class, the rest of any, in no order.
fn generate(ids: &mut Ids) -> String {
    let all = CLASSES.concat();
    let mut characters: Vec<char> = CLASSES.iter().filter_map(|class| pick(ids, class)).collect();
    while characters.len() < PASSWORD_LENGTH {
        characters.extend(pick(ids, &all));
    }
    for last in (1..characters.len()).rev() {
        characters.swap(last, below(ids, last + 1));
    }
    characters.into_iter().collect()
}

fn pick(ids: &mut Ids, from: &str) -> Option<char> {
    from.chars().nth(below(ids, from.len()))
}

fn below(ids: &mut Ids, bound: usize) -> usize {
    let bound = u32::try_from(bound).unwrap_or(u32::MAX);
    usize::try_from(ids.below(bound)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_passwords_have_every_class_and_differ() {
        let mut ids = Ids::derived(b"passwords", &[]);
        let (one, other) = (generate(&mut ids), generate(&mut ids));
        assert_ne!(one, other);
        for password in [one, other] {
            assert_eq!(password.len(), PASSWORD_LENGTH);
            for class in CLASSES {
                assert!(
                    password.contains(|c| class.contains(c)),
                    "{password} lacks one of {class}"
                );
            }
        }
    }
}
