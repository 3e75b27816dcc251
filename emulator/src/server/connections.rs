//! All open connections: which of them is given up for another, and how all of them end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::connection::{Command, Connection};

/// How long answers must not have moved before their connection may be cut for others.
const STALLED: Duration = Duration::from_secs(1);

/// All that are open.
#[derive(Debug, Default)]
pub(super) struct Connections {
    all: Mutex<BTreeMap<u64, Arc<Connection>>>,
    next: AtomicU64,
    left: Notify,
}

impl Connections {
    /// Notes a connection until the entry is dropped.
    pub(super) fn enter(self: &Arc<Self>, connection: &Arc<Connection>) -> Entry {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.with(|all| all.insert(number, Arc::clone(connection)));
        Entry(Arc::clone(self), number)
    }

    fn with<T>(&self, look: impl FnOnce(&mut BTreeMap<u64, Arc<Connection>>) -> T) -> T {
        look(&mut self.all.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells all what to do. All end, so that no answer is held back any longer.
    pub(super) fn order(&self, command: Command) {
        self.with(|all| {
            for connection in all.values() {
                connection.order(command);
                connection.waits.hurry();
            }
        });
    }

    /// Resolves once none is open; one may wait for it at a time.
    pub(super) async fn ended(&self) {
        while !self.with(|all| all.is_empty()) {
            self.left.notified().await;
        }
    }

    /// Gives up the connection that rests for longest, or else the one whose head dribbles for
    /// longest, in favour of a new one. Whether there was any.
    pub(super) fn give_up_idlest(&self) -> bool {
        let idlest = self.with(|all| {
            let open = all.values().filter(|connection| !connection.is_cut());
            let idle = open.filter_map(|one| Some((one.idleness()?, one)));
            idle.min_by_key(|(idleness, _)| *idleness).map(|(_, one)| Arc::clone(one))
        });
        idlest.is_some_and(|one| {
            one.order(Command::Cut);
            true
        })
    }

    /// Cuts the connection to which most is due, of those that have not taken any of it for a
    /// second; none if all of them do. One whose answers a plan holds back is the last choice.
    pub(super) fn cut_stalled(&self) {
        let now = Instant::now();
        let stalled =
            |one: &&Arc<Connection>| now.duration_since(one.progress()) >= STALLED && !one.is_cut();
        let worst = self.with(|all| {
            let due = all.values().filter(stalled).filter(|one| one.answers.used() > 0);
            due.max_by_key(|one| (!one.waits.are_there(), one.answers.used())).cloned()
        });
        if let Some(worst) = worst {
            tracing::warn!("answers that nobody takes fill the memory for them: one client is cut");
            worst.order(Command::Cut);
        }
    }
}

/// A connection's place among all.
#[derive(Debug)]
pub(super) struct Entry(Arc<Connections>, u64);

impl Drop for Entry {
    fn drop(&mut self) {
        self.0.with(|all| all.remove(&self.1));
        self.0.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_longest_silent_gives_way_first_and_who_is_served_never() {
        let all = Arc::new(Connections::default());
        let open = || {
            let one = Arc::new(Connection::new(10));
            (all.enter(&one), one)
        };
        let opened = [open(), open(), open(), open()];
        let [(_, in_head), (_, answered), (_, older), (_, newer)] = &opened;
        in_head.head_begins();
        let _charge = answered.answers.charge(1, || ()).await;
        tokio::time::advance(Duration::from_secs(1)).await;
        newer.moved(Instant::now());
        let cut = || opened.each_ref().map(|(_, one)| one.is_cut());
        assert_eq!((older.is_cut(), newer.is_cut()), (false, false));
        assert!(all.give_up_idlest());
        assert_eq!(cut(), [false, false, true, false]);
        assert!(all.give_up_idlest() && all.give_up_idlest());
        assert_eq!(cut(), [true, false, true, true]);
        assert!(!all.give_up_idlest());
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_no_answer_is_cut_and_who_takes_some_is_not() {
        let all = Arc::new(Connections::default());
        let [slow, stalled] = [0; 2].map(|_| Arc::new(Connection::new(100)));
        let _entries = [all.enter(&slow), all.enter(&stalled)];
        let _charges =
            (slow.answers.charge(50, || ()).await, stalled.answers.charge(9, || ()).await);
        all.cut_stalled();
        assert!(!slow.is_cut() && !stalled.is_cut());
        tokio::time::advance(STALLED).await;
        slow.progressed(Instant::now());
        all.cut_stalled();
        assert!(!slow.is_cut() && stalled.is_cut());
    }

    #[tokio::test(start_paused = true)]
    async fn whose_answer_a_plan_holds_back_is_cut_last_and_a_shutdown_holds_nothing_back() {
        let all = Arc::new(Connections::default());
        let [held, stalled] = [0; 2].map(|_| Arc::new(Connection::new(100)));
        let _entries = [all.enter(&held), all.enter(&stalled)];
        let _charges =
            (held.answers.charge(50, || ()).await, stalled.answers.charge(9, || ()).await);
        let began = Instant::now();
        let cuts = async {
            tokio::time::sleep_until(began + STALLED).await;
            all.cut_stalled();
            assert!(stalled.is_cut() && !held.is_cut());
            all.cut_stalled();
            assert!(held.is_cut());
            all.order(Command::Drain);
        };
        tokio::join!(held.waits.wait(10 * STALLED), cuts);
        assert_eq!(began.elapsed(), STALLED);
    }
}
