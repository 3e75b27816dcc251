//! What a correct client does when a call fails: see `lib/steady.py`.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::thread;
use std::time::{Duration, Instant};

const BASE: Duration = Duration::from_millis(50);
const CAP: Duration = Duration::from_secs(1);
const DEADLINE: Duration = Duration::from_secs(15);
const ATTEMPTS: u32 = 6;

/// Why a call did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing was done, and a later call can succeed.
    NotDone(String),
    /// No answer, or none that says what was done.
    Unknown(String),
    /// The token is no longer good.
    OldToken(String),
    /// The service will say no again.
    Refused(String),
}

impl Failure {
    fn text(&self) -> &str {
        match self {
            Self::NotDone(why) | Self::Unknown(why) | Self::OldToken(why) | Self::Refused(why) => {
                why
            }
        }
    }
}

/// Calls again what can succeed later.
pub(crate) struct Steady {
    began: Instant,
}

impl Steady {
    pub(crate) fn new() -> Self {
        Self { began: Instant::now() }
    }

    /// A call that changes nothing.
    pub(crate) fn read<T>(&self, ask: impl FnMut() -> Result<T, Failure>) -> Result<T, String> {
        self.attempts(ask, |failure| matches!(failure, Failure::NotDone(_) | Failure::Unknown(_)))
    }

    /// A call that changes something, and after which nothing shows what was done.
    pub(crate) fn write<T>(&self, ask: impl FnMut() -> Result<T, Failure>) -> Result<T, String> {
        self.attempts(ask, |failure| matches!(failure, Failure::NotDone(_)))
    }

    fn attempts<T>(
        &self,
        mut ask: impl FnMut() -> Result<T, Failure>,
        is_worth_it: impl Fn(&Failure) -> bool,
    ) -> Result<T, String> {
        let mut attempt = 0;
        loop {
            let failure = match ask() {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            attempt += 1;
            if !is_worth_it(&failure) || attempt == ATTEMPTS {
                let hint = match failure {
                    Failure::Unknown(_) => ": it is not known what was done; run again",
                    _ => "",
                };
                return Err(format!("{}{hint}", failure.text()));
            }
            self.pause(attempt - 1)?;
        }
    }

    /// Waits the base, and a random time whose bound doubles with each attempt.
    fn pause(&self, attempt: u32) -> Result<(), String> {
        let wait = BASE + CAP.min(BASE * 2_u32.pow(attempt)).mul_f64(random());
        if self.began.elapsed() + wait > DEADLINE {
            return Err(format!("gave up after {} s", DEADLINE.as_secs()));
        }
        thread::sleep(wait);
        Ok(())
    }

    /// Waits between polls, longer each time, until the deadline.
    pub(crate) fn waits(&self) -> impl Iterator<Item = Duration> {
        let longest = Duration::from_millis(500);
        let grow = move |wait: &Duration| Some(wait.mul_f64(1.5).min(longest));
        std::iter::successors(Some(Duration::from_millis(30)), grow)
            .map(|wait| wait.mul_f64(1.0 + 0.3 * random()))
            .take_while(|wait| self.began.elapsed() + *wait < DEADLINE)
    }
}

/// A number from 0 to 1: hashers of the standard library are seeded at random.
fn random() -> f64 {
    let drawn = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(drawn >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}
