//! Ids that look like the service's: 19 decimal digits, milliseconds from an epoch, a node and a
//! count within the millisecond. Both published ids decode so.

use rusqlite::Connection;

use crate::clock::Timestamp;
use crate::state::Tenant;

/// The moment at which the ids begin, in Unix milliseconds.
const EPOCH_MS: i64 = 1_288_834_974_657;

/// Where the milliseconds stand; below them are ten bits of the node and twelve of the count.
const MS_SHIFT: u32 = 22;

/// Where the node stands.
const NODE_SHIFT: u32 = 12;

/// The least number of 19 digits: a clock set before 2018 still gives ids of the usual length.
const LEAST: i64 = 1_000_000_000_000_000_000;

/// The id of the tenant's next task: above all that it was given before, whatever the clock says.
pub(super) fn next(tx: &Connection, tenant: &Tenant, now: Timestamp) -> rusqlite::Result<i64> {
    let last: Option<i64> = tx
        .prepare_cached("SELECT MAX(task) FROM aicc_tasks WHERE tenant = ?1")?
        .query_row([tenant.key()], |row| row.get(0))?;
    let of_now = of(now, tenant.account);
    Ok(last.map_or(of_now, |last| of_now.max(last + 1)))
}

fn of(now: Timestamp, account: i64) -> i64 {
    // Each tenant seems to be served by a node of its own.
    let node = (account & 0x3ff) << NODE_SHIFT;
    let ms = now.0.saturating_sub(EPOCH_MS).clamp(0, i64::MAX >> MS_SHIFT);
    ((ms << MS_SHIFT) | node).max(LEAST | node)
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
}
