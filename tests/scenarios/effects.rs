//! What rules do.

use std::time::Duration;

use cloudtwin::wire::{Dribble, Fate, Plan};
use serde_json::json;

use super::{newest_fault, world};
use crate::client::{Signed, begin, bytes_of, response};

fn rule(more: &str) -> String {
    format!(
        "name = 'one'\nseed = 1\n[[rule]]\noperation = 'ListUserStore'\nalways = true\n{more}\n"
    )
}

/// A throttled gateway does not look at signatures first.
#[test]
fn on_arrival_nothing_is_proved() {
    let world = world(&[&rule(
        "at = 'arrival'\neffect = { refuse = 'RequestLimitExceeded', message = 'slow' }",
    )]);
    let mut request =
        Signed::new("ListUserStore", "{}".to_owned(), world.twin.clock.now()).request();
    let wrong = "TC3-HMAC-SHA256 Credential=AKIDtwin-ci/2026-01-31/ciam/tc3_request, \
                 SignedHeaders=content-type;host, Signature=00";
    request.headers.insert("authorization", wrong.parse().unwrap());
    // Its own text is in no model.
    let answer = response(&begin(&world.twin, request).recv().unwrap());
    assert_eq!(answer["Error"], json!({ "Code": "RequestLimitExceeded", "Message": "slow" }));
    let entry = world.journal().pop().unwrap();
    assert_eq!((&entry["tenant"], &entry["tenant_claimed"]), (&json!("ci"), &json!(true)));
    assert_eq!(entry["explanation"], "rule 1 of the scenario \"one\"");
}

#[test]
fn a_middle_box_answers_in_its_own_words() {
    for phase in ["arrival", "before_handler", "after_commit"] {
        let effect = "{ status = 502, body = '<h1>Bad Gateway</h1>' }";
        let world = world(&[&rule(&format!("at = '{phase}'\neffect = {effect}"))]);
        let call = Signed::new("ListUserStore", "{}".to_owned(), world.twin.clock.now());
        let answer = world.send(call.request());
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["content-type"]),
            (502, &"text/html".parse().unwrap())
        );
        assert_eq!(&bytes_of(&answer)[..], b"<h1>Bad Gateway</h1>");
        let entry = world.journal().pop().unwrap();
        let told = json!([entry["outcome"], entry["status"], entry["code"]]);
        assert_eq!(told, json!(["faulted", 502, null]), "{phase}");
        let replaced = if phase == "after_commit" { json!(200) } else { json!(null) };
        assert_eq!(newest_fault(&world)["replaced_status"], replaced, "{phase}");
    }
}

#[test]
fn the_plan_of_delivery_is_that_of_the_rule() {
    let seconds = Duration::from_secs_f64;
    let plan = |fate| Plan { fate, ..Plan::default() };
    let dribble = Some(Dribble { bytes: 3, pause: seconds(0.25) });
    for (effect, expected) in [
        ("{ drop = true }", plan(Fate::Dropped)),
        ("{ reset = true, delay = 1.5 }", Plan { delay: seconds(1.5), ..plan(Fate::Reset) }),
        ("{ garbage = 'SSH-2.0' }", plan(Fate::Garbage("SSH-2.0".into()))),
        ("{ dribble = { bytes = 3, pause = 0.25 } }", Plan { dribble, ..Plan::default() }),
    ] {
        for phase in ["arrival", "before_handler", "after_commit", "body"] {
            let world = world(&[&rule(&format!("at = '{phase}'\neffect = {effect}"))]);
            let call = Signed::new("ListUserStore", "{}".to_owned(), world.twin.clock.now());
            assert_eq!(
                world.send(call.request()).plan.as_deref(),
                Some(&expected),
                "{effect} {phase}"
            );
        }
    }
}

#[test]
fn delays_are_drawn_from_their_distributions_and_repeat() {
    let delays = |effect: &str| -> Vec<f64> {
        let world = world(&[&rule(&format!("at = 'body'\neffect = {{ delay = {effect} }}"))]);
        let one = |_| {
            let call = Signed::new("ListUserStore", "{}".to_owned(), world.twin.clock.now());
            world.send(call.request()).plan.unwrap().delay.as_secs_f64()
        };
        (0..200).map(one).collect()
    };
    let uniform = delays("{ from = 1.0, to = 3.0 }");
    assert!(uniform.iter().all(|one| (1.0..=3.0).contains(one)), "{uniform:?}");
    assert_eq!(uniform, delays("{ from = 1.0, to = 3.0 }"));
    let mut normal = delays("{ median = 2.0, sigma = 0.5 }");
    normal.sort_by(f64::total_cmp);
    let (low, middle, high) = (normal[0], normal[100], normal[199]);
    assert!(low > 0.2 && (1.6..2.5).contains(&middle) && high > 4.0, "{low} {middle} {high}");
}

/// What was not done is not there; what was done is.
#[test]
fn a_write_is_kept_or_not_as_the_phase_says() {
    for (phase, stores) in [("arrival", 2), ("before_handler", 2), ("after_commit", 3)] {
        let text = format!(
            "name = 'one'\n[[rule]]\noperation = 'CreateUserStore'\nalways = true\nat = '{phase}'\n\
             effect = {{ refuse = 'InternalError' }}\n"
        );
        let world = world(&[&text]);
        let refused = world.call("CreateUserStore", json!({ "UserPoolName": "second" }));
        assert_eq!(refused["Error"]["Code"], "InternalError");
        let seen = world.ok("ListUserStore", json!({}))["UserStoreSet"].take();
        assert_eq!(seen.as_array().unwrap().len(), stores, "{phase}");
    }
}

/// Of what nobody was sent the journal tells no status and no code.
#[test]
fn an_answer_that_is_lost_is_none() {
    for effect in ["drop = true", "reset = true", "garbage = 'x'"] {
        for (phase, replaced) in [("arrival", json!(null)), ("after_commit", json!(200))] {
            let world = world(&[&rule(&format!("at = '{phase}'\neffect = {{ {effect} }}"))]);
            let call = Signed::new("ListUserStore", "{}".to_owned(), world.twin.clock.now());
            assert!(bytes_of(&world.send(call.request())).is_empty());
            let entry = world.journal().pop().unwrap();
            let told = json!([entry["outcome"], entry["status"], entry["code"], entry["answer"]]);
            assert_eq!(told, json!(["faulted", 0, null, null]), "{effect} {phase}");
            assert_eq!(entry["fault"]["replaced_status"], replaced, "{effect} {phase}");
        }
    }
}

/// A refusal that takes the place of an answer is a refusal.
#[test]
fn a_refusal_after_the_commit_is_told_as_one() {
    let world = world(&[&rule("at = 'after_commit'\neffect = { refuse = 'InternalError' }")]);
    world.call("ListUserStore", json!({}));
    let entry = world.journal().pop().unwrap();
    let told = json!([entry["outcome"], entry["code"], entry["fault"]["replaced_status"]]);
    assert_eq!(told, json!(["refused", "InternalError", 200]));
}
