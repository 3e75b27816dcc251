//! How jobs move by themselves: how long their steps last, and how they end. The loop that takes
//! their steps is in `services/advance.rs`. There are no timers: a request finds what is due.

use crate::runtime::clock::Timestamp;

mod outcome;

pub use outcome::Outcome;

/// A later step of the schema: each job's outcome.
pub const OUTCOMES_SCHEMA: &str = include_str!("lifecycle/outcomes.sql");

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

    #[test]
    fn an_older_database_has_jobs_that_end_well() {
        let tx = rusqlite::Connection::open_in_memory().unwrap();
        crate::state::issued::register(&tx).unwrap();
        let schema = crate::services::SCHEMA;
        let at = schema.iter().position(|step| *step == OUTCOMES_SCHEMA).unwrap();
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
            assert_eq!(outcome, Outcome::Success, "{table}");
        }
    }
}
