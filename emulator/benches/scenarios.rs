//! What loaded scenarios cost a signed read, behind the sockets: round by round beside the same read
//! without a rule, since nothing else holds on a machine that others use.

#![expect(unreachable_pub, reason = "the client is written for the tests")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark may stop where it stands, and says what it saw"
)]

use std::fmt::Write as _;
use std::time::Instant;

use serde_json::json;

#[expect(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../../tests/client.rs"]
mod client;

use client::{Signed, World, begin};

const RULES: usize = 1_000;
/// Those of them that name the operation, where only some do.
const SOME: usize = 10;
/// The operation that is measured.
const READ: &str = "DescribeUserById";
const ROUNDS: usize = 61;
/// Reads of each case in a round.
const READS: u32 = 1_000;
const PHASES: [&str; 4] = ["arrival", "before_handler", "after_commit", "body"];

/// Scenarios of one name, so that each takes the place of the one before.
fn scenario(rule: impl Fn(usize) -> String) -> String {
    let mut text = "name = 'case'\n".to_owned();
    for number in 0..RULES {
        let rule = rule(number);
        writeln!(text, "[[rule]]\nskip = 1_000_000_000\neffect = {{ drop = true }}\n{rule}")
            .unwrap();
    }
    text
}

fn of_others(number: usize) -> String {
    let others = contracts::catalog().operations().filter(|one| one.name != READ);
    let others: Vec<_> = others.collect();
    let other = others[number % others.len()];
    let phase = PHASES[number % PHASES.len()];
    format!("service = '{}'\noperation = '{}'\nat = '{phase}'", other.service, other.name)
}

fn of_the_read(number: usize, more: &str) -> String {
    // On arrival no input is known.
    let phases = if more.contains("input") { &PHASES[1..] } else { &PHASES };
    let phase = phases[number % phases.len()];
    format!("service = 'ciam'\noperation = '{READ}'\nat = '{phase}'\n{more}")
}

fn cases() -> [(&'static str, String); 5] {
    let conditional = |number: usize| {
        let input = format!("input = {{ '/UserId' = 'nobody-{number}' }}");
        if number < SOME { of_the_read(number, &input) } else { of_others(number) }
    };
    let of_tenants = |number| of_the_read(number, &format!("tenant = 'other-{number}'"));
    [
        ("no rule", "name = 'case'\nrule = []\n".to_owned()),
        ("1,000 rules of other operations", scenario(of_others)),
        ("the same, 10 of the read with values that it lacks", scenario(conditional)),
        ("1,000 rules of the read, of other tenants", scenario(of_tenants)),
        ("1,000 rules that count the read", scenario(|number| of_the_read(number, ""))),
    ]
}

/// Microseconds for each read.
fn cost(world: &World, call: &Signed<'_>) -> f64 {
    let requests: Vec<_> = (0..READS).map(|_| call.request()).collect();
    let watch = Instant::now();
    for request in requests {
        assert_eq!(begin(&world.twin, request).recv().unwrap().status, 200);
    }
    watch.elapsed().as_secs_f64() * 1e6 / f64::from(READS)
}

/// First quartile, median and third quartile.
fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[values.len() * quarter / 4])
}

fn main() {
    // `cargo test --benches` only looks whether it runs.
    let rounds = if std::env::args().any(|argument| argument == "--test") { 1 } else { ROUNDS };
    let world = World::new();
    let store = world.store("bench");
    let user = json!({
        "UserStoreId": store, "UserName": "ann", "PhoneNumber": "+86-13800000000",
        "Email": "ann@example.com", "Password": "Passw0rd!x",
    });
    let id = world.ok("CreateUser", user)["User"]["UserId"].take();
    let now = world.twin.clock.now();
    let input = json!({ "UserStoreId": store, "UserId": id }).to_string();
    let call = Signed::new(READ, input, now);

    let cases = cases();
    let mut costs = cases.each_ref().map(|_| Vec::new());
    for _ in 0..rounds {
        for ((_, text), costs) in cases.iter().zip(&mut costs) {
            world.twin.scenarios.load(text, now).unwrap();
            costs.push(cost(&world, &call));
        }
    }
    for ((name, _), own) in cases.iter().zip(&costs) {
        let ratios = own.iter().zip(&costs[0]).map(|(own, none)| own / none).collect();
        let ([_, micros, _], [low, middle, high]) = (quartiles(own.clone()), quartiles(ratios));
        println!("{name}: {micros:.1} µs, × {middle:.3} ({low:.3} to {high:.3})");
    }
}
