//! Calls per second: a fixed window of one second by the twin's clock for each operation, access
//! region and tenant (Tencent, "frequency limit" pages: requests 1 to 20 pass, the rest of that
//! second is refused).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::clock::Timestamp;

/// Most windows remembered; beyond it those of past seconds are dropped.
const WINDOWS_MAX: usize = 65_536;

/// Whose calls are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The operation's place in the catalog.
    pub operation: usize,
    /// The tenant's account number.
    pub account: i64,
    /// The region through which the call came in; empty for the nearest.
    pub region: String,
}

/// The counters.
#[derive(Debug, Default)]
pub struct Throttle {
    windows: Mutex<HashMap<Key, (i64, u32)>>,
}

impl Throttle {
    /// Counts a call; gives the running count of this second, itself included.
    pub fn count(&self, key: Key, now: Timestamp) -> u32 {
        let second = now.seconds();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= WINDOWS_MAX && !windows.contains_key(&key) {
            windows.retain(|_, (at, _)| *at == second);
        }
        let (at, count) = windows.entry(key).or_insert((second, 0));
        if *at != second {
            (*at, *count) = (second, 0);
        }
        *count = count.saturating_add(1);
        *count
    }

    /// Forgets what was counted for a tenant, or for all.
    pub fn forget(&self, account: Option<i64>) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.retain(|key, _| account.is_some_and(|account| account != key.account));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(operation: usize, account: i64, region: &str) -> Key {
        Key { operation, account, region: region.to_owned() }
    }

    #[test]
    fn a_window_is_a_second_of_one_operation_region_and_tenant() {
        let throttle = Throttle::default();
        let at = |ms| Timestamp(ms);
        assert_eq!(throttle.count(key(1, 1, ""), at(1_000)), 1);
        assert_eq!(throttle.count(key(1, 1, ""), at(1_999)), 2);
        for other in [key(2, 1, ""), key(1, 2, ""), key(1, 1, "ap-tokyo")] {
            assert_eq!(throttle.count(other, at(1_999)), 1);
        }
        assert_eq!(throttle.count(key(1, 1, ""), at(2_000)), 1);
        throttle.forget(Some(1));
        assert_eq!(throttle.count(key(1, 1, ""), at(2_000)), 1);
        assert_eq!(throttle.count(key(1, 2, ""), at(1_999)), 2);
    }

    #[test]
    fn past_seconds_are_dropped_when_the_table_is_full() {
        let throttle = Throttle::default();
        for operation in 0..WINDOWS_MAX {
            throttle.count(key(operation, 1, ""), Timestamp(0));
        }
        throttle.count(key(WINDOWS_MAX, 1, ""), Timestamp(1_000));
        assert_eq!(throttle.windows.lock().unwrap().len(), 1);
    }
}
