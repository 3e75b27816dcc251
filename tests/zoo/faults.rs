//! Cases of correct clients: without faults, and with a fault on each of their calls.

use super::check::{Case, Expect};
use super::clients::Client;

/// What a fault does, and when.
const PHASES: [(&str, &str); 6] = [
    ("throttled", "at = \"before_handler\"\neffect = { refuse = \"CODE\", undocumented = true }"),
    ("lost", "at = \"after_commit\"\neffect = { drop = true }"),
    ("html", "at = \"arrival\"\neffect = { status = 502, body = \"<h1>Bad Gateway</h1>\" }"),
    ("cut", "at = \"body\"\neffect = { cut = 0.5 }"),
    ("reset", "at = \"arrival\"\neffect = { reset = true }"),
    ("garbage", "at = \"body\"\neffect = { garbage = \"SSH-2.0\" }"),
];

/// One run without faults, and one with a fault on each call: another one for each.
pub fn some(client: &Client) -> Vec<Case> {
    let mut cases: Vec<_> = calm(1).collect();
    for (operation, phase) in client.operations.iter().zip(PHASES.iter().cycle()) {
        cases.extend(fault(operation, *phase, ""));
    }
    cases
}

/// Each fault on each call, once and always, and the shipped scenarios.
pub fn all(client: &Client) -> Vec<Case> {
    let mut cases = Vec::new();
    for operation in &client.operations {
        for phase in PHASES {
            cases.extend(fault(operation, phase, ""));
            cases.extend(fault(operation, phase, "always = true\n"));
        }
    }
    cases.extend(shipped().into_iter().map(|name| case(name.clone(), name)));
    cases
}

/// Runs without faults.
pub fn calm(runs: usize) -> impl Iterator<Item = Case> {
    (1..=runs).map(|run| Case {
        name: format!("calm {run}"),
        scenario: Vec::new(),
        expect: Expect::success(),
    })
}

/// A fault on a call; nothing where there is no such fault.
fn fault(operation: &str, (phase, text): (&str, &str), often: &str) -> Option<Case> {
    let (service, name) = operation.split_once('.').unwrap_or(("files", ""));
    let code = match service {
        "files" if phase == "throttled" || phase == "lost" => return None,
        "workspace" | "iam" => "APIGW.0308",
        "aicc" => "429",
        _ => "RequestLimitExceeded",
    };
    let which = if name.is_empty() { String::new() } else { format!("operation = {name:?}\n") };
    let always = if often.is_empty() { "" } else { " always" };
    let title = format!("{operation} {phase}{always}");
    let text = text.replace("CODE", code);
    let scenario =
        format!("name = {title:?}\n\n[[rule]]\nservice = {service:?}\n{which}{often}{text}\n");
    Some(case(title, scenario))
}

fn case(name: String, scenario: String) -> Case {
    Case { name, scenario: vec![scenario], expect: Expect::any() }
}

/// The names of the shipped scenarios.
fn shipped() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let scenarios =
        files.filter(|file| file.extension().is_some_and(|extension| extension == "toml"));
    let mut names: Vec<_> =
        scenarios.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}
