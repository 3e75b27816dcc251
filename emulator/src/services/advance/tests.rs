//! The loop over toy jobs: each step writes a word into a table.

use std::net::{IpAddr, Ipv4Addr};

use rusqlite::Connection;

use super::*;
use crate::operation::{After, Client};
use crate::runtime::ids::Ids;
use crate::runtime::lifecycle::{Age, Pace};
use crate::state::{Files, Step as Lap, Tenant};

/// A job whose first step is a mark; `SEQUENCE` keeps its kind in sequence.
#[derive(Clone)]
struct Toy<const SEQUENCE: bool> {
    name: &'static str,
    created: i64,
    taken: usize,
    outcome: Outcome,
    /// Where set, its last step is impossible, and why.
    broken: Option<fn() -> Failure>,
    /// Waits for something other than the clock.
    waits: bool,
}

fn toy<const SEQUENCE: bool>(name: &'static str, created: i64) -> Toy<SEQUENCE> {
    Toy { name, created, taken: 0, outcome: Outcome::of(End::Success), broken: None, waits: false }
}

fn write(tx: &Connection, name: &str, word: &str) -> rusqlite::Result<()> {
    tx.execute("INSERT INTO said VALUES (?1)", [format!("{name} {word}")]).map(drop)
}

fn mark<const S: bool>(call: &mut Call<'_>, job: &Toy<S>, at: Timestamp) -> Result<Taken, Failure> {
    write(call.tx, job.name, &format!("begins {}", at.0))?;
    Ok(Taken::Whole)
}

fn end<const S: bool>(call: &mut Call<'_>, job: &Toy<S>, at: Timestamp) -> Result<Taken, Failure> {
    write(call.tx, job.name, &format!("ends {}", at.0))?;
    call.after.schedule_at(Timestamp(1));
    job.broken.map_or(Ok(Taken::Whole), |why| Err(why()))
}

impl<const S: bool> Toy<S> {
    const STEPS: &'static [Step<Self>] = &[
        Step {
            due: |call, job| call.reached_at(Age::new(Timestamp(job.created)), 1),
            is_mark: true,
            take: mark,
        },
        Step {
            due: |call, job| {
                call.reached_at(Age::new(Timestamp(job.created)), 2).filter(|_| !job.waits)
            },
            is_mark: false,
            take: end,
        },
    ];
}

impl<const S: bool> Job for Toy<S> {
    const IN_SEQUENCE: bool = S;

    fn steps(&self) -> &'static [Step<Self>] {
        Self::STEPS
    }

    fn taken(&self) -> usize {
        self.taken
    }

    fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    fn created(&self) -> Timestamp {
        Timestamp(self.created)
    }

    fn fail(&self, call: &mut Call<'_>, at: Timestamp, why: &str) -> rusqlite::Result<()> {
        write(call.tx, self.name, &format!("fails {}: {why}", at.0))
    }
}

/// What came of advancing the jobs once at `now`, with steps of 10 ms.
struct Seen {
    said: Vec<String>,
    due: Option<i64>,
    outcome: Result<bool, String>,
}

fn advanced<const S: bool>(now: i64, lap: fn() -> Lap, jobs: &[Toy<S>]) -> Seen {
    let tx = Connection::open_in_memory().unwrap();
    tx.execute_batch("CREATE TABLE said (word TEXT)").unwrap();
    let client = Client {
        ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        agent: String::new(),
        english: false,
        origin: String::new(),
    };
    let (tenant, files) = (Tenant::new("default", b""), Files::new(std::path::PathBuf::new()));
    let (mut ids, mut after) = (Ids::derived(b"", &[]), After::default());
    let mut call = Call {
        tx: &tx,
        now: Timestamp(now),
        ids: &mut ids,
        cache: None,
        tenant: &tenant,
        client: &client,
        files: &files,
        pace: Pace::EveryMs(10),
        counts_looks: false,
        outcome: Outcome::success(),
        limits: None,
        upload: None,
        step: lap(),
        after: &mut after,
    };
    let outcome = advance(&mut call, jobs);
    let outcome =
        outcome.map(|advanced| advanced.has_more).map_err(|failure| format!("{failure:?}"));
    let mut said = tx.prepare("SELECT word FROM said ORDER BY rowid").unwrap();
    let said = said.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    Seen { said, due: after.due.map(|moment| moment.0), outcome }
}

#[test]
fn steps_are_taken_in_the_order_of_their_moments_and_the_older_job_first() {
    let jobs = [toy::<false>("late", 105), toy("a", 100), toy("b", 100), toy("early", 90)];
    let seen = advanced(120, Lap::longest, &jobs);
    assert_eq!(seen.said, ["early ends 110", "late begins 115", "a ends 120", "b ends 120"]);
    assert_eq!(seen.due, Some(1), "what a step asks for is kept");
    let seen = advanced(112, Lap::longest, &jobs);
    assert_eq!(seen.said, ["a begins 110", "b begins 110", "early ends 110"]);
    let seen = advanced(99, Lap::longest, &jobs[..3]);
    assert_eq!(seen.said, ["late ends 99", "a ends 99", "b ends 99"], "they are of the future");
}

#[test]
fn none_of_a_sequence_ends_before_an_earlier_one() {
    let jobs = [toy::<true>("first", 105), toy("second", 100)];
    let seen = advanced(124, Lap::longest, &jobs);
    assert_eq!((seen.said.len(), seen.due), (2, Some(125)));
    assert_eq!(advanced(125, Lap::longest, &jobs).said, ["first ends 125", "second ends 125"]);
    let stays = Toy { outcome: Outcome::of(End::Stay), ..toy::<true>("first", 0) };
    let seen = advanced(125, Lap::longest, &[stays, toy("second", 100)]);
    assert_eq!(seen.said, ["first begins 10", "second begins 110"]);
}

#[test]
fn a_job_that_waits_for_something_else_is_neither_taken_nor_waked_for() {
    let waits = Toy { waits: true, taken: 1, ..toy::<false>("a", 0) };
    let seen = advanced(100, Lap::longest, &[waits]);
    assert_eq!((seen.said.len(), seen.due, seen.outcome), (0, None, Ok(false)));
}

#[test]
fn the_outcome_of_a_job_decides_its_last_step() {
    let fails = Toy { outcome: Outcome::of(End::Fail), ..toy::<false>("a", 0) };
    assert_eq!(advanced(15, Lap::longest, std::slice::from_ref(&fails)).said, ["a begins 10"]);
    let said = advanced(20, Lap::longest, &[fails]).said;
    assert_eq!(said, ["a fails 20: the job was made to fail"]);
    let stays = Toy { outcome: Outcome::of(End::Stay), ..toy::<false>("a", 0) };
    let seen = advanced(1_000, Lap::longest, &[stays]);
    assert_eq!((seen.said, seen.due), (vec!["a begins 10".to_owned()], None));
}

#[test]
fn a_job_that_ends_later_takes_its_other_steps_in_time() {
    let later = |name, created| {
        let outcome = Outcome { later_ms: 100, ..Outcome::default() };
        Toy { outcome, ..toy::<true>(name, created) }
    };
    let seen = advanced(119, Lap::longest, &[later("a", 0), toy("b", 0)]);
    assert_eq!(
        (seen.said, seen.due),
        (vec!["a begins 10".into(), "b begins 10".into()], Some(120))
    );
    let seen = advanced(120, Lap::longest, &[later("a", 0), toy("b", 0)]);
    assert_eq!(seen.said, ["a ends 120", "b ends 120"], "none of a sequence ends before it");
    let seen = advanced(5, Lap::longest, &[later("a", 6)]);
    assert_eq!(seen.said, ["a ends 5"], "it is of the future");
    let mut fails = later("a", 0);
    fails.outcome = Outcome { reason: Some("no room".into()), end: End::Fail, ..fails.outcome };
    assert_eq!(advanced(119, Lap::longest, std::slice::from_ref(&fails)).said, ["a begins 10"]);
    assert_eq!(advanced(200, Lap::longest, &[fails]).said, ["a fails 120: no room"]);
}

#[test]
fn a_job_whose_row_is_at_fault_fails_alone_and_a_fault_of_the_database_stops_all() {
    let unreadable = || anyhow::anyhow!("not JSON").into();
    let broken = Toy { broken: Some(unreadable), ..toy::<false>("a", 0) };
    let seen = advanced(25, Lap::longest, &[broken.clone(), toy("b", 5)]);
    assert_eq!(seen.said, ["a fails 20: not JSON", "b ends 25"], "its step was undone");
    let seen = advanced(25, Lap::longest, &[broken]);
    assert_eq!(seen.due, None, "what an undone step asks for is dropped");
    let full = || {
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None)
            .into()
    };
    let broken = Toy { broken: Some(full), ..toy::<false>("a", 0) };
    let seen = advanced(25, Lap::longest, &[broken, toy("b", 5)]);
    assert!(seen.outcome.unwrap_err().contains("full"));
    assert!(seen.said.is_empty());
}

#[test]
fn a_step_that_is_over_leaves_the_rest_for_the_next() {
    let jobs = [toy::<false>("a", 0), toy("b", 1)];
    let seen = advanced(100, Lap::shortest, &jobs);
    assert_eq!((seen.said, seen.outcome), (vec!["a ends 20".to_owned()], Ok(true)));
}
