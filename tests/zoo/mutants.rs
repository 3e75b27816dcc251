//! Correct clients with one line changed: bugs that were not made for any rule. Each runs under the example contract of its
//! client; a finding of a rule or an expectation that does not hold has caught it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use contracts::report::Report;
use serde::Deserialize;

use super::examples::{CLIENTS, Copied};
use super::runtimes::Runtimes;
use super::{JOBS, check, clients, page};

/// A change of a client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutant {
    name: String,
    /// The contract that it runs under.
    contract: String,
    /// The file that is changed, and how.
    file: String,
    find: String,
    replace: String,
    /// What finds it: a rule, or an expectation such as `expect.exit`.
    caught_by: Option<String>,
    /// The case in which it does. Of a mutant that is missed, all cases run.
    case: Option<String>,
    /// Why nothing does.
    missed: Option<String>,
}

#[derive(Deserialize)]
struct Mutants {
    mutant: Vec<Mutant>,
}

fn all() -> Vec<Mutant> {
    let text = std::fs::read_to_string(clients::folder().join("mutants.toml")).unwrap();
    toml::from_str::<Mutants>(&text).unwrap().mutant
}

#[test]
fn mutants_are_caught_as_the_page_says() {
    let Some(runtimes) = Runtimes::all() else { return };
    let mutants = all();
    let copies: Vec<_> = mutants.iter().map(changed).collect();
    let files = mutants.iter().zip(&copies);
    let files: Vec<_> = files
        .map(|(mutant, copied)| {
            let example = (mutant.contract.as_str(), mutant.case.as_deref());
            copied.contract(example, &mutant.name, &runtimes)
        })
        .collect();
    let report = check::run_files(&files, &runtimes, JOBS);
    let looked_at = mutants.iter().zip(&files).filter_map(|(mutant, file)| {
        let first = problem(mutant, &found(mutant, &report));
        // As for the bugs of the zoo: alone, a client that does not wait is seen not to.
        first.and_then(|_| {
            let again = check::run_files(std::slice::from_ref(file), &runtimes, 1);
            problem(mutant, &found(mutant, &again))
        })
    });
    let wrong: Vec<_> = looked_at.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    page::compare("mutants", &table(&mutants));
}

/// The clients with the change.
fn changed(mutant: &Mutant) -> Copied {
    let copied = Copied::new();
    let path = copied.path(&format!("{CLIENTS}/{}", mutant.file));
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(&mutant.find).count(), 1, "{}: {:?}", mutant.name, mutant.find);
    std::fs::write(path, text.replace(&mutant.find, &mutant.replace)).unwrap();
    copied
}

/// The rules and expectations that spoke of it, and the cases in which they did.
fn found<'r>(mutant: &Mutant, report: &'r Report) -> BTreeSet<(&'r str, &'r str)> {
    let cases = report.cases.iter().filter(|case| case.contract == mutant.name);
    let findings = cases.flat_map(|case| case.findings.iter().map(move |found| (found, case)));
    findings.map(|(found, case)| (found.finding.rule.as_str(), case.name.as_str())).collect()
}

fn problem(mutant: &Mutant, found: &BTreeSet<(&str, &str)>) -> Option<String> {
    let name = &mutant.name;
    match (&mutant.caught_by, &mutant.case, &mutant.missed) {
        (Some(rule), Some(_), None) => {
            let is_caught = found.iter().any(|(known, _)| known == rule);
            (!is_caught).then(|| format!("{name}: not caught by {rule}: {found:?}"))
        }
        (None, None, Some(_)) => (!found.is_empty()).then(|| format!("{name}: caught: {found:?}")),
        _ => Some(format!("{name}: either `caught_by` and `case`, or `missed`: {found:?}")),
    }
}

fn table(mutants: &[Mutant]) -> String {
    let caught = mutants.iter().filter(|mutant| mutant.caught_by.is_some()).count();
    let mut text = format!("{caught} of {} are caught.\n\n", mutants.len());
    text += "| mutant | file | contract | caught by |\n| --- | --- | --- | --- |\n";
    for mutant in mutants {
        let Mutant { name, file, contract, caught_by, missed, .. } = mutant;
        let by = match (caught_by, missed) {
            (Some(rule), _) => format!("`{rule}`"),
            (None, why) => format!("missed: {}", why.as_deref().unwrap_or_default()),
        };
        let _ = writeln!(text, "| {name} | `{file}` | {contract} | {by} |");
    }
    text
}
