//! The zoo of `tests/clients` under `cloudtwin check`: each bug is found by the rule that names it, and correct clients
//! have no finding, with faults or without. What came of it is printed into `contracts/ZOO.md`.

use contracts::report::{Case, CaseOutcome, Report};

mod check;
mod clients;
mod examples;
mod faults;
mod mutants;
mod page;
mod runtimes;
mod verdicts;

use check::Contract;
use clients::Client;
use page::Bug;
use runtimes::Runtimes;

/// How many clients run side by side: they wait more than they work.
const JOBS: usize = 6;

#[test]
fn each_bug_is_named_by_its_rule_and_correct_clients_have_no_finding() {
    let Some(runtimes) = Runtimes::all() else { return };
    let clients = clients::all();
    // The supper of a hung client is long; what it is, `explore` says.
    let (hung, clients): (Vec<_>, Vec<_>) = clients.iter().partition(|client| client.hangs());
    let contracts: Vec<_> = clients
        .iter()
        .map(|client| {
            let cases = if client.correct { faults::some(client) } else { vec![client.case()] };
            Contract::of(client, &runtimes, cases)
        })
        .collect();
    let mut report = check::run(&contracts, &runtimes, JOBS);
    look_again(&mut report, &clients, &contracts, &runtimes);
    let cases_of = |client: &Client| -> Vec<&Case> {
        report.cases.iter().filter(|case| case.contract == client.name).collect()
    };

    let mut wrong = Vec::new();
    let mut bugs = Vec::new();
    for client in clients.iter().filter(|client| !client.correct) {
        let bug = Bug::of(client, cases_of(client)[0]);
        wrong.extend(bug.problem());
        bugs.push(bug);
    }
    bugs.extend(hung.into_iter().map(Bug::not_run));
    let correct: Vec<_> = clients.iter().filter(|client| client.correct).collect();
    for client in &correct {
        wrong.extend(cases_of(client).into_iter().filter_map(false_alarm));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    page::compare("rules", &page::rules(&bugs));
    page::compare("bugs", &page::bugs(&bugs));
    page::compare("correct", &page::correct(&correct));
}

/// Runs bugs that were not found again, each alone: on a busy machine a client without waits looks patient, as `check`
/// looks again at findings since there a polite one looks hasty.
fn look_again(
    report: &mut Report,
    clients: &[&Client],
    contracts: &[Contract],
    runtimes: &Runtimes,
) {
    for (client, contract) in clients.iter().zip(contracts).filter(|(client, _)| !client.correct) {
        let case = report.cases.iter_mut().find(|case| case.contract == client.name).unwrap();
        if Bug::of(client, case).problem().is_some() {
            let mut again = check::run(std::slice::from_ref(contract), runtimes, 1);
            *case = again.cases.remove(0);
        }
    }
}

/// Each correct client under each fault on each of its calls, once and always, under the scenarios that are shipped,
/// and without faults so often that there are a thousand runs.
#[test]
#[ignore = "a thousand runs take a quarter of an hour"]
fn correct_clients_have_no_finding_in_a_thousand_runs() {
    let Some(runtimes) = Runtimes::all() else { return };
    let clients: Vec<_> = clients::all().into_iter().filter(|client| client.correct).collect();
    let mut all: Vec<_> = clients.iter().map(faults::all).collect();
    // Of the shipped scenarios, some meet no call of a client.
    let faulted: usize = all.iter().flatten().filter(|case| case.is_sure_to_fire()).count();
    let calm = 1000_usize.saturating_sub(faulted).div_ceil(clients.len());
    for cases in &mut all {
        cases.extend(faults::calm(calm));
    }
    let contracts: Vec<_> = clients
        .iter()
        .zip(all)
        .map(|(client, cases)| Contract::of(client, &runtimes, cases))
        .collect();
    let report = check::run(&contracts, &runtimes, JOBS);
    let met =
        report.cases.iter().filter(|case| case.outcome != CaseOutcome::NothingToJudge).count();
    let is_alarm =
        |case: &&Case| case.outcome != CaseOutcome::NothingToJudge || !case.findings.is_empty();
    let wrong: Vec<_> = report.cases.iter().filter(is_alarm).filter_map(false_alarm).collect();
    println!("{met} runs, {} with findings", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(met >= 1000, "{met} runs");
}

/// What the judge says of a correct client that did nothing wrong.
fn false_alarm(case: &Case) -> Option<String> {
    let is_clean = case.findings.is_empty() && case.outcome == CaseOutcome::Passed;
    let findings = check::findings(case);
    (!is_clean)
        .then(|| format!("{} › {}: {:?}: {findings}", case.contract, case.name, case.outcome))
}
