//! The pauses that plans ask for on one connection: a slow answer of ours is not a silent client.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// The longest pause; the clock of the machine cannot add any length to a moment.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The pauses of one connection: several at a time over HTTP/2.
#[derive(Debug)]
pub(super) struct Waits {
    count: AtomicUsize,
    began: Instant,
    /// When the latest one ended, in milliseconds from `began`; 0 before the first has.
    ended_ms: AtomicU64,
    is_hurried: AtomicBool,
    hurried: Notify,
}

impl Waits {
    /// None yet.
    pub(super) fn new() -> Self {
        Self {
            count: AtomicUsize::new(0),
            began: Instant::now(),
            ended_ms: AtomicU64::new(0),
            is_hurried: AtomicBool::new(false),
            hurried: Notify::new(),
        }
    }

    /// Waits so long, or until the server shuts down.
    pub(super) async fn wait(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        let until = Instant::now() + time.min(LONGEST);
        let _waiting = Waiting::begin(self);
        let mut hurried = std::pin::pin!(self.hurried.notified());
        // Before the look at the flag, so that no shutdown falls between the two.
        hurried.as_mut().enable();
        if self.is_hurried.load(Ordering::SeqCst) {
            return;
        }
        tokio::select! {
            () = sleep_until(until) => {}
            () = hurried => {}
        }
    }

    /// Ends all pauses, and those to come at once.
    pub(super) fn hurry(&self) {
        self.is_hurried.store(true, Ordering::SeqCst);
        self.hurried.notify_waiters();
    }

    /// Whether an answer is held back.
    pub(super) fn are_there(&self) -> bool {
        self.count.load(Ordering::Relaxed) > 0
    }

    /// Since when the client can be blamed for silence, if the last byte went at `moved`.
    pub(super) fn silence_began(&self, moved: Instant) -> Instant {
        if self.are_there() {
            return Instant::now();
        }
        match self.ended_ms.load(Ordering::Relaxed) {
            0 => moved,
            ms => moved.max(self.began + Duration::from_millis(ms)),
        }
    }
}

/// One pause, also where its request is given up in the middle of it.
struct Waiting<'a>(&'a Waits);

impl<'a> Waiting<'a> {
    fn begin(waits: &'a Waits) -> Self {
        waits.count.fetch_add(1, Ordering::Relaxed);
        Self(waits)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let ms = self.0.began.elapsed().as_millis();
        self.0.ended_ms.fetch_max(u64::try_from(ms).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.0.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn silence_begins_after_the_last_pause() {
        let waits = Waits::new();
        let moved = Instant::now();
        assert_eq!(waits.silence_began(moved), moved);
        let pause = waits.wait(Duration::from_secs(300));
        let looks = async {
            tokio::time::advance(Duration::from_secs(200)).await;
            assert!(waits.are_there());
            assert_eq!(waits.silence_began(moved), Instant::now());
        };
        tokio::join!(pause, looks);
        let ended = moved + Duration::from_secs(300);
        assert!(!waits.are_there());
        assert_eq!(waits.silence_began(moved), ended);
        assert_eq!(
            waits.silence_began(ended + Duration::from_secs(1)).duration_since(ended).as_secs(),
            1
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_shutdown_ends_all_pauses_and_those_to_come() {
        let waits = Waits::new();
        let began = Instant::now();
        let hurry = async { waits.hurry() };
        tokio::join!(waits.wait(Duration::MAX), waits.wait(Duration::from_secs(9)), hurry);
        waits.wait(Duration::from_secs(9)).await;
        assert_eq!(Instant::now(), began);
    }
}
