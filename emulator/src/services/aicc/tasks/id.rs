//! Ids that look like the service's: 19 decimal digits, milliseconds from an epoch, a node and a
//! count within the millisecond. Both published ids decode so.

use rusqlite::Connection;

use crate::runtime::clock::Timestamp;
use crate::state::Tenant;

/// The moment at which the ids begin, in Unix milliseconds.
const EPOCH_MS: i64 = 1_288_834_974_657;

/// Shift of the milliseconds; below them are ten bits of the node and twelve of the count.
const MS_SHIFT: u32 = 22;

/// Shift of the node.
const NODE_SHIFT: u32 = 12;

/// The first millisecond whose ids have 19 digits: a clock set before 2018 still gives ids of the usual
/// length.
const LEAST_MS: i64 = (1_000_000_000_000_000_000 >> MS_SHIFT) + 1;

/// How far ids of one millisecond are apart, and where their count begins: the last two bits of both
/// published ids are these. A double has no room for them, so a client that reads an id as a number
/// finds another task, as with the real service.
const STEP: i64 = 4;
const FIRST: i64 = 2;

/// The id of the tenant's next task: above all that it was given before, whatever the clock says.
pub(super) fn next(tx: &Connection, tenant: &Tenant, now: Timestamp) -> rusqlite::Result<i64> {
    let last: Option<i64> = tx
        .prepare_cached("SELECT MAX(task) FROM aicc_tasks WHERE tenant = ?1")?
        .query_row([tenant.key()], |row| row.get(0))?;
    let of_now = of(now, tenant.account);
    Ok(last.map_or(of_now, |last| of_now.max(after(last, tenant.account))))
}

fn of(now: Timestamp, account: i64) -> i64 {
    let ms = now.0.saturating_sub(EPOCH_MS).clamp(LEAST_MS, i64::MAX >> MS_SHIFT);
    (ms << MS_SHIFT) | node(account) | FIRST
}

/// The id that follows another: in its millisecond, or in the next one when that is full.
fn after(last: i64, account: i64) -> i64 {
    let next = (last & !(STEP - 1) | FIRST).saturating_add(STEP);
    let is_full = next >> NODE_SHIFT != last >> NODE_SHIFT;
    match (last >> MS_SHIFT) + 1 {
        ms if is_full && ms <= i64::MAX >> MS_SHIFT => (ms << MS_SHIFT) | node(account) | FIRST,
        _ => next,
    }
}

/// The bits of the node: each tenant seems to be served by one of its own.
fn node(account: i64) -> i64 {
    (account & 0x3ff) << NODE_SHIFT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_19_digits_and_tell_their_moment() {
        for now in [i64::MIN, 0, EPOCH_MS, 1_700_000_000_000, 3_000_000_000_000, i64::MAX] {
            assert_eq!(of(Timestamp(now), 7).to_string().len(), 19, "{now}");
        }
        // The published task id is of this moment.
        let at = Timestamp::parse("2023-05-19T06:22:33.279Z").unwrap();
        assert_eq!(of(at, 0) >> MS_SHIFT, 1_659_444_411_225_432_066 >> MS_SHIFT);
    }

    #[test]
    fn no_double_holds_an_id_and_each_tells_its_tenant() {
        const TENANT: i64 = 1_300_000_007;
        let node = TENANT % 1_024;
        for now in [i64::MIN, EPOCH_MS, 1_684_477_353_279, 3_000_000_000_000] {
            let mut id = of(Timestamp(now), TENANT);
            for _ in 0..3_000 {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_precision_loss,
                    reason = "the test"
                )]
                let read = id as f64 as i64;
                assert_ne!(read, id, "{now}");
                assert_eq!((id >> NODE_SHIFT) & 0x3ff, node, "{now}");
                let next = after(id, TENANT);
                assert!(next > id && next.to_string().len() == 19);
                id = next;
            }
        }
    }
}
