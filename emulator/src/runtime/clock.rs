//! The only source of time. Real, shifted or frozen, it never sleeps and never calls anybody back.

use std::fmt;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use serde::{Deserialize, Serialize};

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment after this one by so many milliseconds.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Whole seconds since the epoch.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Reads an RFC 3339 text such as `2026-01-31T08:00:00Z`.
    pub fn parse(text: &str) -> Result<Self, String> {
        read(text).map(Self::of_utc).map_err(|why| {
            format!("{text:?} is not an RFC 3339 time such as 2026-01-31T08:00:00Z: {why}")
        })
    }

    /// The moment at which clocks in UTC show this.
    ///
    /// By civil time, since `jiff::Timestamp` ends 26 hours before the last day of year 9999 does.
    pub fn of_utc(shown: DateTime) -> Self {
        // No civil time is further from the epoch than a number of 64 bits can say.
        Self(i64::try_from(shown.duration_since(EPOCH).as_millis()).unwrap_or(i64::MAX))
    }

    /// What clocks in UTC show at this moment; nothing outside of years -9999 to 9999.
    pub fn utc(self) -> Option<DateTime> {
        EPOCH.checked_add(SignedDuration::from_millis(self.0)).ok()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.utc() {
            Some(shown) => write!(f, "{shown:.3}Z"),
            None => write!(f, "{} ms", self.0),
        }
    }
}

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// What clocks in UTC show at the moment of an RFC 3339 text.
fn read(text: &str) -> Result<DateTime, String> {
    let pieces = Pieces::parse(text).map_err(|error| error.to_string())?;
    let time = pieces.time().ok_or("it has no time of day")?;
    let offset = pieces.to_numeric_offset().ok_or("it has no offset from UTC")?;
    let shown = pieces.date().to_datetime(time);
    let offset = SignedDuration::from_secs(offset.seconds().into());
    shown.checked_sub(offset).map_err(|error| error.to_string())
}

/// How the clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As the machine's clock.
    Real,
    /// As fast as the machine's clock, this many milliseconds ahead of it.
    Shifted(i64),
    /// Stands until it is moved.
    Frozen(Timestamp),
}

/// The twin's clock.
#[derive(Debug)]
pub struct Clock {
    /// The mode, and how often the clock was set back: read together, so that no reader sees the earlier
    /// time with the lower number or the other way round.
    mode: RwLock<(Mode, u64)>,
}

impl Clock {
    /// A clock that follows the machine's.
    pub fn real() -> Self {
        Self { mode: RwLock::new((Mode::Real, 0)) }
    }

    /// A clock that is stopped at `moment`.
    pub fn frozen(moment: Timestamp) -> Self {
        Self { mode: RwLock::new((Mode::Frozen(moment), 0)) }
    }

    /// A clock that says `moment` now and runs on.
    pub fn starting(moment: Timestamp) -> Self {
        let clock = Self::real();
        clock.set(moment);
        clock
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match self.mode() {
            Mode::Real => machine_time(),
            Mode::Shifted(ms) => machine_time().plus_ms(ms),
            Mode::Frozen(moment) => moment,
        }
    }

    /// How often it was set back. Whoever has read an earlier moment reads a higher number after it.
    pub fn setbacks(&self) -> u64 {
        self.mode.read().unwrap_or_else(PoisonError::into_inner).1
    }

    /// How the clock runs at present.
    pub fn mode(&self) -> Mode {
        self.mode.read().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Follows the machine's clock again.
    pub fn follow(&self) {
        self.change(|_| Mode::Real);
    }

    /// Stops at the present moment.
    pub fn freeze(&self) {
        self.change(|mode| Mode::Frozen(moment_of(mode)));
    }

    /// Goes to `moment`: a frozen clock stays there, a running one continues from there.
    pub fn set(&self, moment: Timestamp) {
        self.change(|mode| match mode {
            Mode::Frozen(_) => Mode::Frozen(moment),
            Mode::Real | Mode::Shifted(_) => {
                Mode::Shifted(moment.0.saturating_sub(machine_time().0))
            }
        });
    }

    /// Goes on by so many milliseconds, which may be negative.
    pub fn advance(&self, ms: i64) {
        self.change(|mode| match mode {
            Mode::Real => Mode::Shifted(ms),
            Mode::Shifted(by) => Mode::Shifted(by.saturating_add(ms)),
            Mode::Frozen(moment) => Mode::Frozen(moment.plus_ms(ms)),
        });
    }

    fn change(&self, to: impl FnOnce(Mode) -> Mode) {
        let mut mode = self.mode.write().unwrap_or_else(PoisonError::into_inner);
        let (before, setbacks) = *mode;
        let after = to(before);
        let is_setback = moment_of(after) < moment_of(before);
        *mode = (after, setbacks + u64::from(is_setback));
    }
}

fn moment_of(mode: Mode) -> Timestamp {
    match mode {
        Mode::Real => machine_time(),
        Mode::Shifted(ms) => machine_time().plus_ms(ms),
        Mode::Frozen(moment) => moment,
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn machine_time() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Measures how long something took, whatever the twin's clock says.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(
        clippy::disallowed_methods,
        reason = "durations are of the machine, not of the twin's clock"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// The time since the start in microseconds.
    pub fn elapsed_us(self) -> u64 {
        u64::try_from(self.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_stands_until_it_is_advanced() {
        let clock = Clock::frozen(Timestamp(1_000));
        assert_eq!(clock.now(), Timestamp(1_000));
        clock.advance(500);
        assert_eq!(clock.now(), Timestamp(1_500));
        clock.set(Timestamp(9));
        assert_eq!(clock.mode(), Mode::Frozen(Timestamp(9)));
    }

    #[test]
    fn a_clock_counts_how_often_it_was_set_back() {
        let clock = Clock::frozen(Timestamp(1_000));
        for (ms, count) in [(500, 0), (-1, 1), (0, 1), (-500, 2), (600, 2)] {
            clock.advance(ms);
            assert_eq!(clock.setbacks(), count, "{ms}");
        }
        clock.set(Timestamp(i64::MIN));
        assert_eq!(clock.setbacks(), 3);
    }

    #[test]
    fn a_set_clock_runs_on_and_can_follow_the_machine_again() {
        let clock = Clock::starting(Timestamp::parse("2030-01-01T00:00:00Z").unwrap());
        assert!(clock.now() >= Timestamp::parse("2030-01-01T00:00:00Z").unwrap());
        assert!(matches!(clock.mode(), Mode::Shifted(_)));
        clock.freeze();
        assert_eq!(clock.mode(), Mode::Frozen(clock.now()));
        clock.follow();
        assert_eq!(clock.mode(), Mode::Real);
    }

    #[test]
    fn a_stopwatch_measures_in_microseconds() {
        let watch = Stopwatch::start();
        // Nobody sends, so this waits for the whole time.
        let (_sender, receiver) = std::sync::mpsc::channel::<()>();
        _ = receiver.recv_timeout(Duration::from_millis(2));
        let elapsed = watch.elapsed_us();
        assert!(elapsed >= 2_000, "{elapsed}");
    }

    #[test]
    fn times_are_read_and_written_as_rfc_3339() {
        let moment = Timestamp::parse("2026-01-31T08:00:00+08:00").unwrap();
        assert_eq!(moment.to_string(), "2026-01-31T00:00:00.000Z");
        for odd in ["yesterday", "2026-01-31", "2026-01-31T08:00:00", "9999-12-31T23:59:59-00:01"] {
            assert!(Timestamp::parse(odd).unwrap_err().contains("RFC 3339"), "{odd}");
        }
    }

    #[test]
    fn the_calendar_has_both_of_its_ends() {
        for (text, ms) in [
            ("0000-01-01T00:00:00.000Z", -62_167_219_200_000),
            ("1969-12-31T23:59:59.999Z", -1),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] {
            assert_eq!(Timestamp::parse(text), Ok(Timestamp(ms)));
            assert_eq!(Timestamp(ms).to_string(), text);
        }
        for beyond in [253_402_300_800_000, i64::MIN, i64::MAX] {
            assert_eq!(Timestamp(beyond).to_string(), format!("{beyond} ms"));
        }
    }
}
