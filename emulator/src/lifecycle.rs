//! States that move by themselves: which step a thing has reached, worked out from the clock.
//! There are no timers: whoever looks finds what is due.

use crate::clock::Timestamp;

/// How long each step of a job lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// No time at all: the next look finds the job ended.
    Instant,
    /// This many milliseconds.
    EveryMs(i64),
}

impl Pace {
    /// When a thing that began at `created` has taken so many steps.
    pub fn reached_at(self, created: Timestamp, steps: u8) -> Timestamp {
        match self {
            Self::Instant => created,
            Self::EveryMs(ms) => created.plus_ms(ms.saturating_mul(i64::from(steps))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_the_clock() {
        let pace = Pace::EveryMs(500);
        let created = Timestamp(10_000);
        assert_eq!(pace.reached_at(created, 1), Timestamp(10_500));
        assert_eq!(pace.reached_at(created, 2), Timestamp(11_000));
        assert_eq!(Pace::Instant.reached_at(created, 9), created);
    }
}
