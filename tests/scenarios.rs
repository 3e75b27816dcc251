//! Scenarios: which request a rule acts upon, what it does, and what is seen of it.

use cloudtwin::wire::{Fate, Part};
use serde_json::{Value, json};

use crate::client::{Signed, World, response};
use crate::documents::ask;

mod changes;
mod checks;
mod codes;
mod counting;
mod effects;
mod jobs;
mod limits;
mod loading;
mod repeats;
mod stale;
mod stories;
mod told;
mod wire;

/// A twin with these scenarios.
fn world(scenarios: &[&str]) -> World {
    let world = World::new();
    world.store("people");
    for text in scenarios {
        load(&world, text);
    }
    world
}

pub fn load(world: &World, text: &str) {
    let loaded = world.twin.scenarios.load(text, world.twin.clock.now());
    loaded.unwrap_or_else(|problems| panic!("{problems:?}"));
}

/// A story with one rule that refuses `ListUserStore`.
pub fn refusing(more: &str) -> String {
    format!(
        "name = 'a list is refused'\nseed = 7\n[[rule]]\noperation = 'ListUserStore'\n{more}\n\
         effect = {{ refuse = 'InternalError' }}\n"
    )
}

/// What so many calls meet: `x` where the rule acts.
fn calls(world: &World, tenant: &str, count: usize) -> String {
    let one = |_| {
        let answer = world.call_as(tenant, "ListUserStore", json!({}));
        if answer.get("Error").is_some() { 'x' } else { '.' }
    };
    (0..count).map(one).collect()
}

/// The input of a new user of that number.
fn user(store: &str, number: usize) -> Value {
    json!({
        "UserStoreId": store, "UserName": format!("user-{number}"), "Password": "p",
        "PhoneNumber": (13_800_000_000 + number).to_string(),
        "Email": format!("user-{number}@example.com"),
    })
}

/// What is wrong with a scenario that cannot be loaded, a line each.
fn problems_of(text: &str) -> String {
    let problems = cloudtwin::scenario::problems(text);
    assert!(!problems.is_empty(), "{text}");
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What the journal says of the fault of the newest request.
fn newest_fault(world: &World) -> Value {
    world.journal().pop().unwrap()["fault"].take()
}

#[test]
fn an_export_is_throttled_twice_then_its_answer_is_lost() {
    let world = world(&["
        name = \"an export is throttled twice, then its answer is lost\"
        [[rule]]
        service = 'ciam'
        operation = 'CreateFileExportUserJob'
        times = 2
        at = 'before_handler'
        effect = { refuse = 'RequestLimitExceeded' }
        [[rule]]
        operation = 'CreateFileExportUserJob'
        skip = 2
        times = 1
        at = 'after_commit'
        effect = { drop = true }
    "]);
    let stores = world.ok("ListUserStore", json!({}))["UserStoreSet"].take();
    let store = stores[0]["UserStoreId"].clone();
    let input = json!({ "UserStoreId": store });
    let send = || {
        let now = world.twin.clock.now();
        let call = Signed::new("CreateFileExportUserJob", input.to_string(), now);
        world.send(call.request())
    };
    for _ in 0..2 {
        let answer = send();
        assert_eq!(answer.plan, None);
        assert_eq!(response(&answer)["Error"]["Code"], "RequestLimitExceeded");
        let expected = json!({
            "scenario": "an export is throttled twice, then its answer is lost", "rule": 1,
            "phase": "before_handler", "effect": "refuse RequestLimitExceeded", "replaced_status": null,
            "replaced_code": null,
        });
        assert_eq!(newest_fault(&world), expected);
    }
    // The job exists, and the client never hears of it.
    assert_eq!(send().plan.unwrap().fate, Fate::Dropped);
    let fault = newest_fault(&world);
    assert_eq!((&fault["rule"], &fault["replaced_status"]), (&json!(2), &json!(200)));
    let jobs = world.ok("ListJobs", input.clone());
    assert_eq!(jobs["JobSet"].as_array().unwrap().len(), 1);
    assert_eq!(send().plan, None);
}

#[test]
fn the_control_interface_loads_shows_resets_and_removes() {
    use http::Method;
    let world = World::new();
    let put = |text: &str| ask(&world, Method::PUT, "scenarios", text.to_owned());
    let text = refusing("times = 1\nat = 'arrival'");
    assert_eq!(put(&text), (200, json!({ "name": "a list is refused" })));
    assert_eq!(calls(&world, "a", 3), "x..");
    let (_, shown) = ask(&world, Method::GET, "scenarios", String::new());
    let rule = json!({
        "rule": 1, "at": "arrival", "effect": "refuse InternalError", "asked": 3, "matched": 3, "fired": 1,
        "tenants": { "a": { "matched": 3, "fired": 1 } },
    });
    assert_eq!(shown, json!([{ "name": "a list is refused", "tenant": null, "rules": [rule] }]));
    ask(&world, Method::POST, "scenarios/reset?tenant=b", String::new());
    assert_eq!(calls(&world, "a", 1), ".");
    ask(&world, Method::POST, "scenarios/reset?tenant=a", String::new());
    assert_eq!(calls(&world, "a", 2), "x.");
    // A reset of the state forgets counts too.
    ask(&world, Method::POST, "reset?tenant=a", String::new());
    assert_eq!(calls(&world, "a", 2), "x.");
    // The same name again is the same scenario, loaded anew.
    put(&text);
    assert_eq!(calls(&world, "a", 2), "x.");
    let (status, said) = put("name = 'x'\n[[rule]]\nat = 'arrival'\neffect = { }\n");
    assert_eq!(status, 400);
    assert!(said["message"].as_str().unwrap().starts_with("4:10: an effect is needed: "), "{said}");
    ask(&world, Method::DELETE, "scenarios", String::new());
    assert_eq!(calls(&world, "c", 2), "..");
    assert_eq!(ask(&world, Method::GET, "scenarios", String::new()).1, json!([]));
}

#[test]
fn part_of_an_answer_is_cut_whatever_it_is() {
    let text = "name = 'cut'\n[[rule]]\nservice = 'ciam'\nalways = true\nat = 'body'\neffect = { cut = 0.5 }\n";
    let world = world(&[text]);
    for action in ["ListUserStore", "Unknown"] {
        let call = Signed::new(action, "{}".to_owned(), world.twin.clock.now());
        let plan = world.send(call.request()).plan;
        let expected = (action == "ListUserStore").then_some(Fate::Cut(Part::Fraction(0.5)));
        assert_eq!(plan.map(|plan| plan.fate), expected, "{action}");
    }
}
