//! How jobs move by themselves: how long their steps last, and how they end. The loop that takes
//! their steps is in `services/advance.rs`. There are no timers: a request finds what is due.

use crate::runtime::clock::Timestamp;

mod outcome;
mod rows;

pub use outcome::{End, Outcome};
pub use rows::FailingRows;

/// How long each step of a job lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// No time at all: the next look finds the job ended.
    Instant,
    /// This many milliseconds.
    EveryMs(i64),
    /// Until its client has looked at it so often: the clock does not matter.
    EveryLooks(u32),
}

/// How long a job has been there.
#[derive(Debug, Clone, Copy)]
pub struct Age {
    /// When it began.
    pub created: Timestamp,
    /// How often its client has looked at it since; counted with [`Pace::EveryLooks`] alone.
    pub looks: u32,
}

impl Age {
    /// A job that begins now.
    pub fn new(now: Timestamp) -> Self {
        Self { created: now, looks: 0 }
    }
}

impl Pace {
    /// When a job of that age has taken so many steps, seen at `now`; nothing while it waits for a
    /// look. A job of the future has taken them all: the clock was set back after it began, and it
    /// does not wait for the clock.
    pub fn reached_at(self, age: Age, steps: u8, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::EveryLooks(looks) => {
                (age.looks >= looks.saturating_mul(u32::from(steps))).then_some(now)
            }
            _ if age.created > now => Some(now),
            Self::Instant => Some(age.created),
            Self::EveryMs(ms) => Some(age.created.plus_ms(ms.saturating_mul(i64::from(steps)))),
        }
    }

    /// The age of a job that has taken its first step by `now`.
    pub fn first_step_taken(self, now: Timestamp) -> Age {
        match self {
            Self::Instant => Age::new(now),
            Self::EveryMs(ms) => Age::new(now.plus_ms(ms.saturating_neg())),
            Self::EveryLooks(looks) => Age { created: now, looks },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_the_clock() {
        let (created, now) = (Timestamp(10_000), Timestamp(20_000));
        let age = Age::new(created);
        let every = Pace::EveryMs(500);
        assert_eq!(every.reached_at(age, 1, now), Some(Timestamp(10_500)));
        assert_eq!(every.reached_at(age, 2, now), Some(Timestamp(11_000)));
        assert_eq!(every.reached_at(age, 9, Timestamp(1)), Some(Timestamp(1)), "set back");
        assert_eq!(Pace::Instant.reached_at(age, 9, now), Some(created));
    }

    #[test]
    fn steps_follow_looks_whatever_the_clock_says() {
        let every = Pace::EveryLooks(2);
        let taken = |looks, steps, now| {
            every.reached_at(Age { created: Timestamp(50), looks }, steps, Timestamp(now))
        };
        assert_eq!([taken(0, 1, 90), taken(1, 1, 10), taken(3, 2, 90)], [None; 3]);
        assert_eq!([taken(2, 1, 90), taken(4, 2, 90)], [Some(Timestamp(90)); 2]);
    }

    #[test]
    fn a_job_whose_first_step_is_taken_waits_for_nothing() {
        let now = Timestamp(10_000);
        for pace in [Pace::Instant, Pace::EveryMs(500), Pace::EveryLooks(3)] {
            let age = pace.first_step_taken(now);
            assert_eq!(pace.reached_at(age, 1, now), Some(now), "{pace:?}");
        }
    }

    #[test]
    fn an_older_database_has_jobs_that_end_well() {
        let tx = rusqlite::Connection::open_in_memory().unwrap();
        crate::state::issued::register(&tx).unwrap();
        let schema = crate::state::schema::STEPS;
        let at = schema.iter().position(|step| *step == crate::state::schema::OUTCOMES).unwrap();
        schema[..at].iter().for_each(|step| tx.execute_batch(step).unwrap());
        tx.execute_batch(
            "INSERT INTO ciam_jobs (tenant, store, seq, job_id, type, status, created, format)
                VALUES (1, 1, 1, 'a', 'EXPORT_USER', 'PENDING', 0, 'NDJSON');
             INSERT INTO aicc_tasks VALUES (1, 1, 'TODO', 0, '[]', '[]');
             INSERT INTO workspace_jobs (tenant, project, seq, id, type, status, created)
                VALUES (1, 'p', 1, 'a', 'applyWorkspace', 'WAITING', 0);
             INSERT INTO workspace_exports (tenant, project, seq, task_id, asked, language,
                file_name, status, created, ends, begun, downloaded)
                VALUES (1, 'p', 1, 'a', '{}', 'en', 'a', 'CREATING', 0, 0, 0, 0);",
        )
        .unwrap();
        schema[at..].iter().for_each(|step| tx.execute_batch(step).unwrap());
        for table in ["ciam_jobs", "aicc_tasks", "workspace_jobs", "workspace_exports"] {
            let sql = format!("SELECT outcome FROM {table}");
            let outcome: Outcome = tx.query_row(&sql, [], |row| row.get(0)).unwrap();
            assert_eq!(outcome.end, End::Success, "{table}");
        }
    }
}
