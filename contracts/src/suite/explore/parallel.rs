//! Does many things side by side on threads: clients sleep most of their time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Calls `work` for each item, up to `jobs` at once, and returns the results in the order of the items. Once `is_over`
/// is true no other item is begun: their results are absent.
pub(super) fn each<I: Sync, O: Send>(
    jobs: usize,
    items: &[I],
    is_over: &(dyn Fn() -> bool + Sync),
    work: &(dyn Fn(&I) -> O + Sync),
) -> Vec<Option<O>> {
    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<Option<O>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let worker = || {
        while !is_over() {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(slot)) = (items.get(at), slots.get(at)) else { return };
            let done = work(item);
            if let Ok(mut slot) = slot.lock() {
                *slot = Some(done);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1).min(items.len()) {
            scope.spawn(worker);
        }
    });
    slots.into_iter().map(|slot| slot.into_inner().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn results_have_the_order_of_the_items_and_work_overlaps() {
        let both = Barrier::new(2);
        let work = |item: &u8| {
            // Only two at once get through.
            both.wait();
            item * 2
        };
        assert_eq!(each(2, &[1, 2, 3, 4], &|| false, &work), [2, 4, 6, 8].map(Some));
    }

    #[test]
    fn what_was_not_begun_is_absent() {
        let done = AtomicUsize::new(0);
        let is_over = || done.load(Ordering::Relaxed) == 2;
        let work = |item: &u8| {
            done.fetch_add(1, Ordering::Relaxed);
            *item
        };
        assert_eq!(each(1, &[1, 2, 3], &is_over, &work), [Some(1), Some(2), None]);
    }
}
