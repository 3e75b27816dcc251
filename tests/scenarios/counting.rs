//! Which of the matching requests a rule acts upon.

use std::collections::BTreeMap;

use cloudtwin::scenario::Which;
use serde_json::json;

use super::{calls, load, newest_fault, refusing, world};

#[test]
fn counts_choose_the_requests() {
    for (counting, expected) in [
        ("", "x......"),
        ("times = 2", "xx....."),
        ("skip = 2", "..x...."),
        ("skip = 1\ntimes = 3", ".xxx..."),
        ("every = 3", "..x..x."),
        ("skip = 1\nevery = 2\ntimes = 2", "..x.x.."),
        ("always = true", "xxxxxxx"),
    ] {
        for phase in ["arrival", "before_handler", "after_commit"] {
            let world = world(&[&refusing(&format!("at = '{phase}'\n{counting}"))]);
            assert_eq!(calls(&world, "default", 7), expected, "{counting} {phase}");
        }
    }
}

#[test]
fn each_tenant_is_counted_apart_unless_the_rule_says_otherwise() {
    let apart = world(&[&refusing("at = 'arrival'\ntimes = 1")]);
    assert_eq!([calls(&apart, "a", 2), calls(&apart, "b", 2)], ["x.", "x."]);
    let together = world(&[&refusing("at = 'arrival'\ntimes = 1\ncount = 'all tenants'")]);
    assert_eq!([calls(&together, "a", 2), calls(&together, "b", 2)], ["x.", ".."]);
    let one = world(&[&refusing("at = 'before_handler'\nalways = true\ntenant = 'b'")]);
    assert_eq!([calls(&one, "a", 2), calls(&one, "b", 2)], ["..", "xx"]);
}

#[test]
fn a_window_goes_by_the_twins_clock_from_the_loading_on() {
    let world = world(&[&refusing("at = 'before_handler'\nfrom = 1.5\nuntil = 10")]);
    let seen: String = [0, 1_499, 1, 8_499, 1, 100_000]
        .into_iter()
        .map(|ms| {
            world.twin.clock.advance(ms);
            calls(&world, "default", 1)
        })
        .collect();
    assert_eq!(seen, "..xx..");
}

#[test]
fn chance_repeats_with_its_seed_whatever_the_order_of_requests() {
    let text = refusing("at = 'before_handler'\nchance = 0.3");
    let [first, again] = [world(&[&text]), world(&[&text])];
    let serial = calls(&first, "a", 60);
    assert_eq!(calls(&again, "a", 60), serial);
    let acted = serial.matches('x').count();
    assert!((6..=32).contains(&acted), "{serial}");
    assert_ne!(calls(&first, "b", 60), serial);
    // Eight clients at a time meet as many faults as one.
    let together = world(&[&text]);
    let met: usize = std::thread::scope(|scope| {
        let client = || calls(&together, "a", 60 / 4).matches('x').count();
        let all: Vec<_> = (0..4).map(|_| scope.spawn(client)).collect();
        all.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(met, acted);
    let other = world(&[&text.replace("seed = 7", "seed = 8")]);
    assert_ne!(calls(&other, "a", 60), serial);
}

#[test]
fn values_of_the_input_choose_the_requests() {
    for (condition, expected) in [
        ("'ann'", "x..."),
        ("{ one_of = ['ann', 'eve'] }", "x.x."),
        ("{ matches = '^[ab]' }", "xx.."),
    ] {
        let world = world(&[&format!(
            "name = 'a user is refused'\n[[rule]]\nservice = 'ciam'\noperation = 'CreateUser'\nalways = true\n\
             input = {{ '/UserName' = {condition} }}\nat = 'before_handler'\n\
             effect = {{ refuse = 'InternalError' }}\n"
        )]);
        let store = world.store("all");
        let seen: String = [json!("ann"), json!("bob"), json!("eve"), json!(null)]
            .into_iter()
            .map(|name| {
                let mut input = json!({
                    "UserStoreId": store, "PhoneNumber": "13800000000", "Email": "a@b.cc",
                    "Password": "p", "UserName": name,
                });
                if name.is_null() {
                    input.as_object_mut().unwrap().remove("UserName");
                }
                world.call("CreateUser", input);
                if newest_fault(&world).is_null() { '.' } else { 'x' }
            })
            .collect();
        assert_eq!(seen, expected, "{condition}");
    }
}

/// The first rule that can act does; the others count the request.
#[test]
fn rules_are_asked_in_their_order_and_scenarios_in_that_of_their_loading() {
    let one = |name: &str, code: &str, more: &str| {
        format!(
            "name = '{name}'\n[[rule]]\noperation = 'ListUserStore'\n{more}\nat = 'before_handler'\n\
             effect = {{ refuse = '{code}' }}\n"
        )
    };
    let world = world(&[&one("first", "InternalError", "times = 2")]);
    load(&world, &one("second", "RequestLimitExceeded", "skip = 1\ntimes = 2"));
    let codes: Vec<_> =
        (0..4).map(|_| world.call("ListUserStore", json!({}))["Error"]["Code"].take()).collect();
    // What the first rule takes is no act of the second.
    let expected =
        ["InternalError", "InternalError", "RequestLimitExceeded", "RequestLimitExceeded"];
    assert_eq!(codes, expected.map(|code| json!(code)));
    let counted: BTreeMap<_, _> = world
        .twin
        .scenarios
        .shown(Which::default())
        .iter()
        .map(|one| (one["name"].clone().to_string(), one["rules"][0]["matched"].clone()))
        .collect();
    assert!(counted.values().all(|matched| *matched == 4), "{counted:?}");
}
