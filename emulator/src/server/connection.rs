//! The connections that are open: how far each is, and which of them is given up for another.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::budget::Budget;

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// HTTP/1, between two requests or before the first.
    Resting,
    /// In a request's line and headers, or in a frame of HTTP/2.
    InHead,
    /// HTTP/1, in a request whose head is in.
    InRequest,
    /// HTTP/2, between two frames.
    Multiplexed,
}

impl Phase {
    fn of(number: u8) -> Self {
        match number {
            0 => Self::Resting,
            1 => Self::InHead,
            2 => Self::InRequest,
            _ => Self::Multiplexed,
        }
    }
}

/// What a connection's task is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Command {
    /// Nothing yet.
    Serve,
    /// End once what is in flight is answered; tells an HTTP/2 client so.
    Drain,
    /// End at once.
    Cut,
}

/// How long answers must not have moved before their connection may be cut for others.
const STALLED: Duration = Duration::from_secs(1);

/// One connection, shared by its stream, its requests and its task.
#[derive(Debug)]
pub(super) struct Connection {
    /// The answers that are not yet sent, or are still being made.
    pub(super) answers: Arc<Budget>,
    phase: AtomicU8,
    command: AtomicU8,
    commanded: Notify,
    began: Instant,
    /// When a byte last went either way, in milliseconds from `began`.
    moved_ms: AtomicU64,
    /// When it last wrote what is not merely HTTP/2's upkeep, likewise.
    progress_ms: AtomicU64,
}

impl Connection {
    /// A connection that begins, whose answers under way may take `answers_max` bytes.
    pub(super) fn new(answers_max: usize) -> Self {
        Self {
            answers: Budget::new(answers_max),
            phase: AtomicU8::new(Phase::Resting as u8),
            command: AtomicU8::new(Command::Serve as u8),
            commanded: Notify::new(),
            began: Instant::now(),
            moved_ms: AtomicU64::new(0),
            progress_ms: AtomicU64::new(0),
        }
    }

    /// How far it is.
    pub(super) fn phase(&self) -> Phase {
        Phase::of(self.phase.load(Ordering::Relaxed))
    }

    /// It is that far now.
    pub(super) fn set_phase(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// HTTP/1: a first byte of the next request is in. Whether it is indeed the first.
    pub(super) fn head_begins(&self) -> bool {
        self.change(Phase::Resting, Phase::InHead)
    }

    /// A request's head is in. What HTTP/2 is in, its frames tell.
    pub(super) fn head_ended(&self, version: http::Version) {
        if version != http::Version::HTTP_2 {
            self.set_phase(Phase::InRequest);
        }
    }

    /// A request is in, whole: the next byte begins another.
    pub(super) fn request_ended(&self) {
        self.change(Phase::InRequest, Phase::Resting);
    }

    fn change(&self, from: Phase, to: Phase) -> bool {
        let (from, to) = (from as u8, to as u8);
        self.phase.compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// A byte went either way.
    pub(super) fn moved(&self, now: Instant) {
        self.moved_ms.store(self.ms(now), Ordering::Relaxed);
    }

    /// Bytes of an answer were written.
    pub(super) fn progressed(&self, now: Instant) {
        self.progress_ms.store(self.ms(now), Ordering::Relaxed);
    }

    fn ms(&self, now: Instant) -> u64 {
        u64::try_from(now.duration_since(self.began).as_millis()).unwrap_or(u64::MAX)
    }

    fn at(&self, ms: &AtomicU64) -> Instant {
        self.began + Duration::from_millis(ms.load(Ordering::Relaxed))
    }

    /// Tells its task what to do; a command is never taken back for a milder one.
    pub(super) fn order(&self, command: Command) {
        self.command.fetch_max(command as u8, Ordering::Relaxed);
        self.commanded.notify_one();
    }

    /// The next command to its task.
    pub(super) async fn command(&self) -> Command {
        self.commanded.notified().await;
        let cut = self.command.load(Ordering::Relaxed) == Command::Cut as u8;
        if cut { Command::Cut } else { Command::Drain }
    }

    /// Whether it does nothing for its client, and how far it got: the least is given up first.
    fn idleness(&self) -> Option<(bool, Instant)> {
        let is_idle = self.answers.used() == 0 && self.phase() != Phase::InRequest;
        is_idle.then(|| (self.phase() == Phase::InHead, self.at(&self.moved_ms)))
    }
}

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

    /// Tells all what to do.
    pub(super) fn order(&self, command: Command) {
        self.with(|all| all.values().for_each(|connection| connection.order(command)));
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
    /// second; none if all of them do.
    pub(super) fn cut_stalled(&self) {
        let now = Instant::now();
        let stalled = |one: &&Arc<Connection>| {
            now.duration_since(one.at(&one.progress_ms)) >= STALLED && !one.is_cut()
        };
        let worst = self.with(|all| {
            let due = all.values().filter(stalled).filter(|one| one.answers.used() > 0);
            due.max_by_key(|one| one.answers.used()).cloned()
        });
        if let Some(worst) = worst {
            tracing::warn!("answers that nobody takes fill the memory for them: one client is cut");
            worst.order(Command::Cut);
        }
    }
}

impl Connection {
    fn is_cut(&self) -> bool {
        self.command.load(Ordering::Relaxed) == Command::Cut as u8
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
}
