//! Bugs that show in what a client leaves, not in what it says on the wire: `cloudtwin explore` has to find them without
//! being told under which fault, and to shrink what shows them to one fault.

use std::collections::BTreeSet;

use contracts::report::{Report, Verdict};

use super::check::{self, Contract};
use super::clients::{self, Client};
use super::runtimes::Runtimes;

/// Seconds that one exploration may take.
const MAX_TIME_S: u64 = 60;

/// Seconds after which a run hangs: longer than a correct client tries.
const HUNG_S: f64 = 20.0;

#[test]
#[ignore = "each exploration takes a minute"]
fn each_verdict_is_found_by_explore() {
    let Some(runtimes) = Runtimes::all() else { return };
    let clients = clients::all();
    let mut wrong = Vec::new();
    for client in clients.iter().filter(|client| client.verdict.is_some()) {
        let contract = Contract { timeout: HUNG_S, ..Contract::of(client, &runtimes, Vec::new()) };
        let report = check::explore(&contract, &runtimes, MAX_TIME_S);
        println!("{}: {}", client.name, story(client, &report));
        if !is_shrunk(client, &report) {
            wrong.push(format!("{}: {}", client.name, story(client, &report)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the bug was found, and one fault is left of what shows it.
fn is_shrunk(client: &Client, report: &Report) -> bool {
    report.cases.iter().any(|case| {
        case.verdict == client.verdict && !case.findings.is_empty() && case.faults.len() == 1
    })
}

/// The verdicts with findings.
fn verdicts(report: &Report) -> BTreeSet<Verdict> {
    let with_findings = report.cases.iter().filter(|case| !case.findings.is_empty());
    with_findings.filter_map(|case| case.verdict).collect()
}

/// What was expected of an exploration, and what came of it.
fn story(client: &Client, report: &Report) -> String {
    let found = report.cases.iter().flat_map(|case| &case.findings);
    let texts: BTreeSet<_> = found.map(|found| found.finding.text.as_str()).collect();
    let first = texts.first().copied().unwrap_or("nothing");
    format!(
        "{:?} expected, {:?} found in {} ms and {} plans, {} findings such as: {first}\n  {}",
        client.verdict.unwrap(),
        verdicts(report),
        report.duration_ms,
        report.cases.len(),
        texts.len(),
        report.notes.join("\n  "),
    )
}
