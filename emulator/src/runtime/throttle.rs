//! Calls per second: a fixed window of one second by the twin's clock for each operation, access
//! region and tenant (Tencent, "frequency limit" pages: requests 1 to 20 pass, the rest of that
//! second is refused).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::runtime::clock::Timestamp;

/// Most tenants counted apart; all beyond share the windows of one.
const TENANTS_MAX: usize = 65_536;

/// The account under which tenants beyond [`TENANTS_MAX`] are counted; no tenant has it.
const SHARED: i64 = 0;

/// Which calls of a tenant are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// The operation's place in the catalog.
    pub operation: usize,
    /// The region through which the call came in; empty for the nearest. One of the vendor's, and
    /// never what a client wrote: a client could write any number of them.
    pub region: &'static str,
}

/// The second and the calls in it, by key: as many as there are operations and regions.
type Windows = HashMap<Key, (i64, u32)>;

/// The counters.
#[derive(Debug, Default)]
pub struct Throttle {
    by_account: Mutex<HashMap<i64, Windows>>,
}

impl Throttle {
    /// Counts a call of a tenant; gives the running count of this second, itself included.
    pub fn count(&self, account: i64, key: Key, now: Timestamp) -> u32 {
        let second = now.seconds();
        let mut all = self.lock();
        let is_full = all.len() >= TENANTS_MAX && !all.contains_key(&account);
        let windows = all.entry(if is_full { SHARED } else { account }).or_default();
        let (at, count) = windows.entry(key).or_insert((second, 0));
        if *at != second {
            (*at, *count) = (second, 0);
        }
        *count = count.saturating_add(1);
        *count
    }

    /// Forgets what was counted for a tenant, or for all.
    pub fn forget(&self, account: Option<i64>) {
        let mut all = self.lock();
        let forgotten = match account {
            Some(account) => all.remove(&account).into_iter().collect::<Vec<_>>(),
            None => std::mem::take(&mut *all).into_values().collect(),
        };
        drop(all);
        drop(forgotten);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Windows>> {
        self.by_account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(operation: usize, region: &'static str) -> Key {
        Key { operation, region }
    }

    #[test]
    fn a_window_is_a_second_of_one_operation_region_and_tenant() {
        let throttle = Throttle::default();
        let at = |ms| Timestamp(ms);
        assert_eq!(throttle.count(1, key(1, ""), at(1_000)), 1);
        assert_eq!(throttle.count(1, key(1, ""), at(1_999)), 2);
        for (account, other) in [(1, key(2, "")), (2, key(1, "")), (1, key(1, "ap-tokyo"))] {
            assert_eq!(throttle.count(account, other, at(1_999)), 1);
        }
        assert_eq!(throttle.count(1, key(1, ""), at(2_000)), 1);
        throttle.forget(Some(1));
        assert_eq!(throttle.count(1, key(1, ""), at(2_000)), 1);
        assert_eq!(throttle.count(2, key(1, ""), at(1_999)), 2);
        throttle.forget(None);
        assert_eq!(throttle.count(2, key(1, ""), at(1_999)), 1);
    }

    #[test]
    fn tenants_beyond_the_bound_share_their_windows_and_those_known_keep_theirs() {
        let throttle = Throttle::default();
        let count = |account| throttle.count(account, key(1, ""), Timestamp(0));
        for account in 1..=i64::try_from(TENANTS_MAX).unwrap() {
            assert_eq!(count(account), 1);
        }
        assert_eq!((count(100_000), count(100_001), count(1)), (1, 2, 2));
        assert_eq!(throttle.lock().len(), TENANTS_MAX + 1);
        throttle.forget(Some(1));
        throttle.forget(Some(2));
        assert_eq!((count(100_001), count(100_001)), (1, 2));
    }
}
