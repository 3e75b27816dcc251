use serde_json::json;

use super::super::calls::Target;
use super::super::fault::{Job, Page};
use super::super::samples::{ended, ran};
use super::super::verdict::judge;
use super::*;
use crate::rules::Settings;
use crate::rules::talk::{Step, lost, ok};

const OK: End = End::Exited(0);

fn state(users: usize) -> serde_json::Value {
    json!({ "ciam_users": vec![json!({ "user_name": "ada" }); users] })
}

fn create() -> Step {
    ok(0, "ciam", "CreateUser").with(json!({ "UserName": "ada" }))
}

fn lost_create() -> Step {
    lost(0, "ciam", "CreateUser").with(json!({ "UserName": "ada" }))
}

fn calm() -> Calm {
    let run = ended(ran([create(), ok(0, "ciam", "ListUser")]), OK, state(1));
    Calm::of(&[&run], &run, None, &Settings::default())
}

/// Sentence, cause and witnesses of a run.
fn described(fault: Fault, often: Often, run: &Ran) -> (String, String, Vec<u64>) {
    let calm = calm();
    let plan = Plan::one(Target::of(&calm.calls, 0).unwrap(), fault, often);
    let (judged, calls) = (judge(&calm, &plan, run, None), calm.drawn.calls(&run.entries));
    let story = Story { calm: &calm, plan: &plan, run, calls: &calls, judged: &judged };
    (story.sentence(), story.cause(), story.witnesses())
}

#[test]
fn a_repeated_write_is_described() {
    let run = ended(ran([lost_create(), create(), ok(0, "ciam", "ListUser")]), OK, state(2));
    let (sentence, cause, witnesses) = described(Fault::Lost, Often::Once, &run);
    let expected = "after CreateUser #1 was done and its answer was lost, it did CreateUser again and exited 0, \
                    and the state is not that of a calm run";
    assert_eq!(sentence, expected);
    assert_eq!(cause, "silently-wrong/repeats/write");
    assert_eq!(witnesses, [1, 2, 3]);
}

#[test]
fn a_swallowed_error_has_one_cause_whatever_the_fault_was() {
    let run = ended(ran([lost_create().fault("drop", None)]), OK, state(0));
    let (sentence, cause, witnesses) = described(Fault::Unreachable, Often::Once, &run);
    assert!(
        sentence.contains("CreateUser #1 got no answer, it did not send CreateUser again"),
        "{sentence}"
    );
    assert_eq!((cause.as_str(), witnesses), ("silently-wrong/goes on/write", vec![1]));
    assert_eq!(described(Fault::Cut, Often::Always, &run).1, cause);
    assert_eq!(described(Fault::Page(Page::Empty), Often::Once, &run).1, cause);
    assert_ne!(described(Fault::Job(Job::Fails), Often::Once, &run).1, cause);
}

#[test]
fn of_a_job_only_the_end_of_the_client_is_described() {
    let run = ended(ran([create().fault("job", None)]), OK, state(0));
    let (sentence, cause, _) = described(Fault::Job(Job::Fails), Often::Once, &run);
    let expected =
        "after CreateUser #1 failed, it exited 0, and the state is not that of a calm run";
    assert_eq!(
        (sentence.as_str(), cause.as_str()),
        (expected, "silently-wrong/goes on after its job/write")
    );
}

#[test]
fn a_client_without_an_end_is_described_with_its_requests() {
    let steps = (0..60).map(|_| lost_create().fault("drop", None));
    let run = Ran {
        wall: std::time::Duration::from_secs(8),
        ..ended(ran(steps), End::TimedOut, state(0))
    };
    let (sentence, cause, _) = described(Fault::Unreachable, Often::Always, &run);
    assert!(sentence.ends_with("was still sending it after 60 requests in 8 s"), "{sentence}");
    assert!(sentence.starts_with("while every CreateUser got no answer, "), "{sentence}");
    assert_eq!(cause, "hung/goes on for ever/write");
}

#[test]
fn a_request_for_another_object_is_no_other_attempt() {
    let update = |run: &str, user: &str| {
        let input = json!({ "UserId": format!("{user}-{run}"), "Nickname": "lead" });
        ok(0, "ciam", "UpdateUser").with(input)
    };
    let calm = |run: &str| ended(ran([update(run, "ada"), update(run, "bob")]), OK, state(1));
    let runs = [calm("1"), calm("2")];
    let calm = Calm::of(&runs.iter().collect::<Vec<_>>(), &runs[0], None, &Settings::default());
    let plan = Plan::one(Target::of(&calm.calls, 0).unwrap(), Fault::Unreachable, Often::Once);
    let refused = update("3", "ada").fault("drop", None);
    let run = ended(ran([refused, update("3", "bob")]), OK, state(0));
    let (judged, calls) = (judge(&calm, &plan, &run, None), calm.drawn.calls(&run.entries));
    let story = Story { calm: &calm, plan: &plan, run: &run, calls: &calls, judged: &judged };
    assert_eq!(story.reaction(), Reaction::Skipped);
    assert_eq!(story.witnesses(), [1, 2], "the one that met the fault, and the last of all");
}
