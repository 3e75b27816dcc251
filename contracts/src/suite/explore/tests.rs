//! Whole explorations of small clients with and without a bug.

use std::sync::Mutex;
use std::time::Duration;

use super::fake::{Client, FakeLab, NEVER, Reply, Wire};
use super::*;
use crate::report::{Reported, Verdict};

const WANTED: [&str; 3] = ["ada", "bob", "cid"];

/// Makes the users equal to those that are wanted, in the right way.
fn sync(wire: &mut Wire) -> i32 {
    let Some(present) = read(wire) else { return 1 };
    for name in WANTED.iter().filter(|name| !present.iter().any(|known| known == *name)) {
        if !create(wire, name) {
            return 1;
        }
    }
    let left = present.iter().filter(|name| !WANTED.contains(&name.as_str()));
    for name in left {
        if !delete(wire, name) {
            return 1;
        }
    }
    0
}

/// Whether it can be otherwise the next time.
fn may_pass(reply: &Reply) -> bool {
    match reply {
        Reply::Ok(_) => false,
        Reply::Lost => true,
        Reply::Refused(code) => {
            ["RequestLimitExceeded", "InternalError"].iter().any(|known| code.starts_with(known))
        }
    }
}

fn read(wire: &mut Wire) -> Option<Vec<String>> {
    for _ in 0..3 {
        match wire.list() {
            Reply::Ok(names) if !names.is_empty() => return Some(names),
            Reply::Ok(_) => {}
            reply if may_pass(&reply) => {}
            _ => return None,
        }
    }
    None
}

fn create(wire: &mut Wire, name: &str) -> bool {
    for _ in 0..3 {
        let reply = wire.create(name);
        let has = |wire: &mut Wire| read(wire).is_some_and(|names| names.iter().any(|n| n == name));
        if matches!(reply, Reply::Ok(_)) || has(wire) {
            return true;
        }
        if !may_pass(&reply) {
            return false;
        }
    }
    false
}

fn delete(wire: &mut Wire, name: &str) -> bool {
    let mut reply = wire.delete(name);
    for _ in 0..2 {
        if !may_pass(&reply) {
            break;
        }
        reply = wire.delete(name);
    }
    matches!(reply, Reply::Ok(_))
}

/// The same, but a refused or lost create is forgotten.
fn forgets(wire: &mut Wire) -> i32 {
    let Some(present) = read(wire) else { return NEVER };
    for name in WANTED.iter().filter(|name| !present.iter().any(|known| known == *name)) {
        _ = wire.create(name);
    }
    present
        .iter()
        .filter(|name| !WANTED.contains(&name.as_str()))
        .for_each(|name| _ = delete(wire, name));
    0
}

/// Repeats a create for ever while it is refused.
fn tries_for_ever(wire: &mut Wire) -> i32 {
    while wire.count() < 80 {
        match wire.create("ada") {
            Reply::Ok(_) => return 0,
            Reply::Refused(code) if code.ends_with("AlreadyExists") => return 0,
            _ => {}
        }
    }
    NEVER
}

/// Stops half-way, and cannot go on from there.
fn leaves_half(wire: &mut Wire) -> i32 {
    let all = WANTED.iter().all(|name| matches!(wire.create(name), Reply::Ok(_)));
    i32::from(!all)
}

fn settings() -> Settings {
    Settings { cases: 600, max_time: Duration::from_secs(30), ..Settings::default() }
}

fn explored(client: Client, settings: &Settings) -> Explored {
    explored_from(&["left", "bob"], client, settings)
}

fn explored_from(users: &[&'static str], client: Client, settings: &Settings) -> Explored {
    let lab = FakeLab::new(client, users);
    explore(&lab, settings, &|_| {}).unwrap()
}

/// The worst finding of each cause.
fn found(explored: &Explored) -> Vec<&Reported> {
    let mut found: Vec<&Reported> = Vec::new();
    for one in explored.report.cases.iter().flat_map(|case| &case.findings) {
        if found.iter().all(|known| known.fingerprint != one.fingerprint) {
            found.push(one);
        }
    }
    found
}

fn verdicts(explored: &Explored) -> Vec<Verdict> {
    let mut verdicts: Vec<_> =
        explored.report.cases.iter().filter_map(|case| case.verdict).collect();
    verdicts.sort_unstable();
    verdicts.dedup();
    verdicts
}

#[test]
fn a_correct_client_has_no_finding() {
    let explored = explored(sync, &settings());
    let found = found(&explored);
    assert!(found.is_empty(), "{found:#?}");
    let fine = [Verdict::Recovered, Verdict::FailedClean];
    assert_eq!(verdicts(&explored), fine);
    assert!(explored.report.cases.len() == 601, "{}", explored.report.cases.len());
}

#[test]
fn a_forgotten_error_is_one_finding_with_one_fault() {
    let explored = explored(forgets, &settings());
    let found = found(&explored);
    let verdict: Vec<_> =
        found.iter().filter(|found| found.finding.rule == "silently-wrong").collect();
    let creates =
        verdict.iter().find(|found| found.fingerprint == "silently-wrong/goes on/write").unwrap();
    let text = "after CreateUser UserName=ada #1 got no answer, it did not send";
    assert!(creates.finding.text.contains(text), "{}", creates.finding.text);
    assert_eq!(creates.state_difference, ["- ciam_users ada"]);
    let scenario: serde_json::Value =
        toml::from_str(&explored.scenarios[&creates.fingerprint]).unwrap();
    assert_eq!(scenario["rule"].as_array().unwrap().len(), 1);
    assert_eq!(scenario["rule"][0]["times"], 1);
    assert!(
        explored.report.cases[1]
            .findings
            .iter()
            .any(|found| found.fingerprint == verdict[0].fingerprint)
    );
}

#[test]
fn a_client_without_an_end_hangs() {
    let explored = explored(tries_for_ever, &settings());
    let found = found(&explored);
    let hung = found.iter().find(|found| found.finding.rule == "hung").unwrap();
    assert!(
        hung.finding.text.contains("was still sending it after 80 requests"),
        "{}",
        hung.finding.text
    );
}

#[test]
fn what_a_second_run_cannot_mend_is_dirty() {
    let explored = explored_from(&["left"], leaves_half, &settings());
    let found = found(&explored);
    assert!(explored.report.notes.iter().any(|note| note.starts_with("a second run fails")));
    assert!(found.iter().any(|found| found.finding.rule == "failed-dirty"), "{found:#?}");
    assert!(
        verdicts(&explored).contains(&Verdict::FailedClean),
        "of the first create nothing is left"
    );
}

#[test]
fn the_same_seed_makes_the_same_cases() {
    let names = |seed, jobs| {
        let settings = Settings { cases: 700, seed, jobs, ..settings() };
        let report = explored(sync, &settings).report;
        report.cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>()
    };
    let first = names(1, 8);
    assert!(names(1, 3) == first);
    assert!(names(2, 8) != first);
}

#[test]
fn a_budget_ends_the_sweep_and_says_what_did_not_run() {
    let titles = Mutex::new(Vec::new());
    let lab = FakeLab::new(sync, &["left", "bob"]);
    let settings = Settings { cases: 20, ..settings() };
    let explored = explore(&lab, &settings, &|progress| {
        if let Progress::Ran { title, .. } = progress {
            titles.lock().unwrap().push((*title).to_owned());
        }
    });
    let explored = explored.unwrap();
    assert_eq!((titles.into_inner().unwrap().len(), explored.report.cases.len()), (20, 21));
    let note = &explored.report.notes[0];
    assert!(note.contains(" of ") && note.ends_with("the number of plans was used up"), "{note}");
}

#[test]
fn a_client_that_fails_anyway_is_not_judged() {
    let explored = explored(|wire| if wire.list() == Reply::Lost { 0 } else { 3 }, &settings());
    assert_eq!(explored.report.cases.len(), 1);
    assert_eq!(explored.report.cases[0].outcome, CaseOutcome::NothingToJudge);
    assert_eq!(explored.report.notes, ["nothing was explored: without any fault, it exited 3"]);
}

/// Says that all is well, whatever happens.
fn sync_in_a_wrapper(wire: &mut Wire) -> i32 {
    _ = sync(wire);
    0
}

#[test]
fn a_planted_bug_is_found() {
    let planted = FakeLab::new(sync_in_a_wrapper, &["left", "bob"]);
    let SelfCheck::Found(sentence) = self_check(&planted, &settings()).unwrap() else { panic!() };
    assert!(sentence.starts_with("while every CreateUser was refused with "), "{sentence}");
    assert!(planted.runs.load(std::sync::atomic::Ordering::Relaxed) <= 6);
}

#[test]
fn a_bug_that_was_not_planted_is_not_found() {
    let honest = FakeLab::new(sync, &["left", "bob"]);
    let SelfCheck::Missed(tried) = self_check(&honest, &settings()).unwrap() else { panic!() };
    assert_eq!(tried.len(), 2, "CreateUser and DeleteUsers: {tried:?}");
    let reader = FakeLab::new(|wire| i32::from(read(wire).is_none()), &["bob"]);
    assert!(matches!(self_check(&reader, &settings()).unwrap(), SelfCheck::Impossible(_)));
}

#[test]
fn what_was_known_when_it_was_stopped_is_reported() {
    let lab = FakeLab { stops_at: 40, ..FakeLab::new(forgets, &["left", "bob"]) };
    let explored = explore(&lab, &settings(), &|_| {}).unwrap();
    assert!(explored.report.notes[0].ends_with("it was stopped"), "{:?}", explored.report.notes);
    assert!(!found(&explored).is_empty());
    let runs = lab.runs.load(std::sync::atomic::Ordering::Relaxed);
    assert!(runs < 40 + settings().jobs + 1, "no run begins any more: {runs}");
}
