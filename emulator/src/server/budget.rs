//! Bounds on how many bytes may be in memory at a time for requests and answers under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, Notify};

/// How long a caller waits for room before it is given the chance to make some.
const WAIT: Duration = Duration::from_millis(100);

/// A number of bytes that all who hold a [`Charge`] share.
#[derive(Debug)]
pub(super) struct Budget {
    max: usize,
    used: AtomicUsize,
    /// Held by the caller whose turn it is to wait.
    turn: Mutex<()>,
    freed: Notify,
}

impl Budget {
    /// A budget of `max` bytes.
    pub(super) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self {
            max,
            used: AtomicUsize::new(0),
            turn: Mutex::new(()),
            freed: Notify::new(),
        })
    }

    /// How many bytes are charged to it.
    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// An empty charge, which can grow.
    pub(super) fn open(self: &Arc<Self>) -> Charge {
        Charge { budget: Arc::clone(self), amount: 0 }
    }

    /// Charges `amount` bytes as soon as the budget is not used up, in the order of the callers.
    /// What is charged may go beyond the budget, so that one large answer can be given at all.
    /// `make_room` is called again and again while there is none.
    pub(super) async fn charge(
        self: &Arc<Self>,
        amount: usize,
        mut make_room: impl FnMut(),
    ) -> Charge {
        let at_once = self.turn.try_lock().ok().and_then(|_turn| self.enter(amount));
        if let Some(charge) = at_once {
            return charge;
        }
        let _turn = self.turn.lock().await;
        loop {
            if let Some(charge) = self.enter(amount) {
                return charge;
            }
            if tokio::time::timeout(WAIT, self.freed.notified()).await.is_err() {
                make_room();
            }
        }
    }

    fn enter(self: &Arc<Self>, amount: usize) -> Option<Charge> {
        let more = |used| (used < self.max).then_some(used + amount);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        Some(Charge { budget: Arc::clone(self), amount })
    }
}

/// A part of a budget, given back when dropped.
#[derive(Debug)]
pub(super) struct Charge {
    budget: Arc<Budget>,
    amount: usize,
}

impl Charge {
    /// Charges so much in all from now on, even beyond the budget.
    pub(super) fn set(&mut self, amount: usize) {
        if amount >= self.amount {
            self.budget.used.fetch_add(amount - self.amount, Ordering::Relaxed);
        } else {
            self.budget.used.fetch_sub(self.amount - amount, Ordering::Relaxed);
            self.budget.freed.notify_one();
        }
        self.amount = amount;
    }

    /// Charges so much in all from now on, where the budget has that much; nothing is changed
    /// where it has not.
    #[must_use]
    pub(super) fn grow_to(&mut self, amount: usize) -> bool {
        let more = amount.saturating_sub(self.amount);
        let fits = |used: usize| used.checked_add(more).filter(|used| *used <= self.budget.max);
        let grown = self.budget.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits);
        if grown.is_ok() {
            self.amount += more;
        }
        grown.is_ok()
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charge_grows_as_far_as_there_is_room_and_is_given_back() {
        let budget = Budget::new(10);
        let (mut first, mut second) = (budget.open(), budget.open());
        assert!(first.grow_to(6) && second.grow_to(4) && !second.grow_to(5));
        assert_eq!(budget.used(), 10);
        drop(first);
        assert_eq!(budget.used(), 4);
        assert!(second.grow_to(10));
    }

    #[tokio::test(start_paused = true)]
    async fn who_finds_no_room_waits_for_it_and_may_make_it() {
        let budget = Budget::new(10);
        let mut held = Some(budget.charge(30, || ()).await);
        assert_eq!(budget.used(), 30);
        let mut asked = 0;
        let made = budget.charge(1, || {
            asked += 1;
            if asked == 3 {
                held = None;
            }
        });
        drop(made.await);
        assert_eq!((asked, budget.used()), (3, 0));
    }
}
