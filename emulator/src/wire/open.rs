//! The requests that have come in and have not ended.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts requests, and knows which of them are open.
#[derive(Debug, Clone, Default)]
pub struct OpenRequests(Arc<Mutex<Numbers>>);

#[derive(Debug, Default)]
struct Numbers {
    arrived: u64,
    open: BTreeSet<u64>,
}

/// Keeps one request open until it is dropped. One made by `default` is of no set.
#[derive(Debug, Default)]
pub struct Open(Option<(OpenRequests, u64)>);

impl OpenRequests {
    /// Counts a request, which is open from now on. Its number, from 1.
    pub fn arrive(&self) -> (u64, Open) {
        let mut numbers = self.numbers();
        numbers.arrived += 1;
        let number = numbers.arrived;
        numbers.open.insert(number);
        (number, Open(Some((self.clone(), number))))
    }

    /// How many requests have come in, and the number of the one that is open for longest.
    pub fn seen(&self) -> (u64, Option<u64>) {
        let numbers = self.numbers();
        (numbers.arrived, numbers.open.first().copied())
    }

    fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some((requests, number)) = &self.0 {
            requests.numbers().open.remove(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_open_request_is_known_whatever_order_they_end_in() {
        let requests = OpenRequests::default();
        assert_eq!(requests.seen(), (0, None));
        let [first, second] = [requests.arrive(), requests.arrive()];
        assert_eq!((first.0, second.0, requests.seen()), (1, 2, (2, Some(1))));
        drop(first);
        assert_eq!(requests.seen(), (2, Some(2)));
        drop(second);
        assert_eq!(requests.seen(), (2, None));
    }
}
