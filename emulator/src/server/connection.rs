//! One connection: its state, its progress, and the orders to its task.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::budget::Budget;
use super::ending::Ending;
use super::receipts::Receipts;
use super::tunnel::Tunnel;
use super::waits::Waits;

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
    /// End once requests in flight are answered; an HTTP/2 client is notified.
    Drain,
    /// End at once.
    Cut,
}

/// How many connections there were in this process.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// One connection, shared by its stream, its requests and its task.
#[derive(Debug)]
pub(super) struct Connection {
    /// The answers that are not yet sent, or are still being made.
    pub(super) answers: Arc<Budget>,
    /// The answers that hyper has taken.
    pub(super) receipts: Receipts,
    /// The pauses that plans ask for.
    pub(super) waits: Waits,
    /// How a plan closes it.
    ending: OnceLock<Ending>,
    /// What it becomes once hyper has ended, if its client asked for a tunnel.
    tunnel: Mutex<Option<Tunnel>>,
    /// Counts connections, from 1.
    number: u64,
    /// How many requests have come in on it.
    requests: AtomicU64,
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
            receipts: Receipts::default(),
            waits: Waits::new(),
            ending: OnceLock::new(),
            tunnel: Mutex::new(None),
            number: COUNT.fetch_add(1, Ordering::Relaxed) + 1,
            requests: AtomicU64::new(0),
            phase: AtomicU8::new(Phase::Resting as u8),
            command: AtomicU8::new(Command::Serve as u8),
            commanded: Notify::new(),
            began: Instant::now(),
            moved_ms: AtomicU64::new(0),
            progress_ms: AtomicU64::new(0),
        }
    }

    /// Counts a request: its connection's number, and its place on it.
    pub(super) fn count_request(&self) -> (u64, u64) {
        (self.number, self.requests.fetch_add(1, Ordering::Relaxed) + 1)
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

    /// A request's head is in. HTTP/2 shows its state in its frames.
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
        match self.command.load(Ordering::Relaxed) {
            0 => Command::Serve,
            1 => Command::Drain,
            _ => Command::Cut,
        }
    }

    /// A plan closes it, once what was answered before is written. The first plan counts.
    pub(super) fn end(&self, ending: Ending) {
        if self.ending.set(ending).is_ok() {
            self.commanded.notify_one();
        }
    }

    /// How a plan closes it, if one does.
    pub(super) fn ending(&self) -> Option<&Ending> {
        self.ending.get()
    }

    /// It becomes a tunnel.
    pub(super) fn set_tunnel(&self, tunnel: Tunnel) {
        *self.tunnel.lock().unwrap_or_else(PoisonError::into_inner) = Some(tunnel);
    }

    /// The tunnel that it becomes.
    pub(super) fn take_tunnel(&self) -> Option<Tunnel> {
        self.tunnel.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether it does nothing for its client, and how far it got: the least is given up first.
    pub(super) fn idleness(&self) -> Option<(bool, Instant)> {
        let is_idle = self.answers.used() == 0 && self.phase() != Phase::InRequest;
        is_idle.then(|| (self.phase() == Phase::InHead, self.at(&self.moved_ms)))
    }

    /// When an answer was last written to it.
    pub(super) fn progress(&self) -> Instant {
        self.at(&self.progress_ms)
    }

    /// Whether its task must end, at once or not.
    pub(super) fn must_end(&self) -> bool {
        self.command.load(Ordering::Relaxed) != Command::Serve as u8
    }

    /// Whether its task must end at once.
    pub(super) fn is_cut(&self) -> bool {
        self.command.load(Ordering::Relaxed) == Command::Cut as u8
    }
}
