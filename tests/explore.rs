//! `cloudtwin explore`: what it finds in a small client with bugs on demand, and that what it finds can be seen again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::process::cloudtwin;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A folder with a contract for the small client.
struct Folder(TempDir);

impl Folder {
    fn new(bug: &str) -> Self {
        let folder = Self(TempDir::new().unwrap());
        let text = format!(
            "command = [\"python3\", \"{ROOT}/tests/explore/client.py\", \"{bug}\"]\n\
             env = {{ PYTHONPATH = \"{ROOT}/tests/clients\" }}\n\
             twin = [\"--jobs\", \"instant\", \"--throttle\", \"off\"]\ntimeout = 20\n"
        );
        std::fs::write(folder.path("client.toml"), text).unwrap();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        cloudtwin(arguments).current_dir(self.0.path()).output().unwrap()
    }

    /// The exit code and the report of an exploration that the time does not end.
    fn explored(&self, arguments: &[&str]) -> (i32, Value) {
        let all = ["explore", "client.toml", "--max-time", "300", "--json", "report.json"];
        let output = self.run(&[&all, arguments].concat());
        let report = std::fs::read(self.path("report.json"));
        let report = report.unwrap_or_else(|_| panic!("{}", told(&output)));
        (output.status.code().unwrap(), serde_json::from_slice(&report).unwrap())
    }
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn findings(report: &Value) -> impl Iterator<Item = &Value> {
    let cases = report["cases"].as_array().unwrap().iter();
    cases.flat_map(|case| case["findings"].as_array().unwrap())
}

/// The rules of all findings, each once.
fn rules(report: &Value) -> BTreeSet<&str> {
    findings(report).map(|found| found["finding"]["rule"].as_str().unwrap()).collect()
}

fn cases(report: &Value) -> Vec<&str> {
    let cases = report["cases"].as_array().unwrap().iter();
    cases.map(|case| case["name"].as_str().unwrap()).collect()
}

#[test]
fn a_correct_client_has_no_finding() {
    let (code, report) = Folder::new("none").explored(&["--cases", "60"]);
    assert_eq!((code, rules(&report)), (0, BTreeSet::new()), "{report:#}");
    assert!(cases(&report).len() > 50, "{:?}", cases(&report));
}

#[test]
fn a_client_that_says_success_whatever_happens_is_silently_wrong_and_the_finding_can_be_seen_again()
{
    let folder = Folder::new("silent");
    let (code, report) = folder.explored(&["--cases", "40"]);
    assert_eq!((code, rules(&report)), (10, BTreeSet::from(["silently-wrong"])), "{report:#}");
    let found = findings(&report).next().unwrap();
    let replay = found["replay"].as_str().unwrap();
    assert!(
        replay.starts_with("cloudtwin run --jobs instant --throttle off --scenario "),
        "{replay}"
    );
    let lines = found["state_difference"].as_array().unwrap();
    assert!(lines.iter().any(|line| line == "- ciam_users ada"), "{lines:?}");
    // Each scenario is right, and the fault fires for the command that the finding names.
    let files: Vec<_> = std::fs::read_dir(folder.path("cloudtwin-findings")).unwrap().collect();
    assert!(!files.is_empty());
    for file in files {
        let file = file.unwrap().path();
        assert_eq!(
            folder.run(&["scenario", "check", file.to_str().unwrap()]).status.code(),
            Some(0)
        );
    }
    let arguments = replay.split(' ').skip(1).collect::<Vec<_>>();
    for _ in 0..20 {
        let output = folder.run(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        let summary = told(&output);
        assert!(summary.contains("failed: "), "{summary}");
    }
}

#[test]
fn a_state_that_was_wrong_in_between_is_found() {
    let (code, report) = Folder::new("wavers").explored(&["--cases", "40"]);
    assert_eq!(code, 10);
    let sentences: Vec<_> =
        findings(&report).map(|found| found["finding"]["text"].as_str().unwrap()).collect();
    let wanted = "it changed something with UpdateUser, changed it back, and again and exited 0";
    assert!(sentences.iter().any(|text| text.contains(wanted)), "{sentences:#?}");
    let notes = report["notes"].to_string();
    assert!(notes.contains("the first certain finding came after "), "{notes}");
}

#[test]
fn rules_that_do_not_count_are_not_found() {
    let folder = Folder::new("stubborn");
    let rule = "stops-on-permanent-errors";
    let (code, report) = folder.explored(&["--cases", "100"]);
    assert_eq!(code, 10);
    assert!(rules(&report).contains(rule), "{:?}", rules(&report));
    let text = std::fs::read_to_string(folder.path("client.toml")).unwrap();
    let off = format!("{text}[[rules.off]]\nrule = {rule:?}\nreason = \"known\"\n");
    std::fs::write(folder.path("client.toml"), off).unwrap();
    let (_, report) = folder.explored(&["--cases", "100"]);
    assert!(!rules(&report).contains(rule), "{:?}", rules(&report));
}

#[test]
fn what_a_failed_run_leaves_behind_is_found() {
    let (code, report) = Folder::new("leaves").explored(&["--cases", "60"]);
    let rules = rules(&report);
    assert_eq!(code, 10);
    assert!(rules.contains("failed-dirty") || rules.contains("silently-wrong"), "{report:#}");
    let sentences: Vec<_> =
        findings(&report).map(|found| found["finding"]["text"].as_str().unwrap()).collect();
    assert!(sentences.iter().all(|text| text.contains("CreateUserGroup")), "{sentences:#?}");
}

#[test]
fn the_same_seed_gives_the_same_plans() {
    let plans = |seed: &str| {
        let (_, report) = Folder::new("none").explored(&["--cases", "30", "--seed", seed]);
        cases(&report).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(plans("7"), plans("7"));
}

#[test]
fn a_planted_bug_is_found_in_the_users_own_client() {
    let folder = Folder::new("none");
    let output = folder.run(&["explore", "client.toml", "--self-check", "--cases", "1"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.starts_with("The planted bug was found: while every CreateUser was refused"),
        "{printed}"
    );
    // A client that changes nothing has no state that could be wrong.
    let reads = format!(
        "command = [\"python3\", \"{ROOT}/tests/clients/workspace_report.py\"]\nenv = {{ PYTHONPATH = \"{ROOT}/tests/clients\" }}\n"
    );
    std::fs::write(folder.path("client.toml"), reads).unwrap();
    let output = folder.run(&["explore", "client.toml", "--self-check", "--cases", "1"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.starts_with("No bug could be planted: the client changes nothing"),
        "{printed}"
    );
}

#[test]
fn a_command_needs_no_file() {
    let folder = Folder::new("none");
    let client = format!("{ROOT}/tests/explore/client.py");
    let mut command = cloudtwin(&["explore", "--cases", "3", "--", "python3", &client]);
    command.env("PYTHONPATH", format!("{ROOT}/tests/clients")).current_dir(folder.0.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("All 4 cases kept every promise"), "{printed}");
    assert!(!Path::new(&folder.path("cloudtwin-findings")).exists());
}

#[test]
fn a_client_that_fails_without_any_fault_gives_nothing_to_judge() {
    let folder = Folder::new("none");
    std::fs::write(folder.path("client.toml"), "command = [\"false\"]\n").unwrap();
    let (code, report) = folder.explored(&[]);
    assert_eq!(code, 11);
    assert!(report["notes"].to_string().contains("nothing was explored"), "{}", report["notes"]);
}

#[test]
fn wrong_use_is_told() {
    let folder = Folder::new("none");
    for (arguments, wanted) in [
        (&["explore"][..], "required"),
        (&["explore", "client.toml", "--", "true"], "cannot be used with"),
        (
            &["explore", "client.toml", "--max-time", "0"],
            "a number of seconds above 0 was expected",
        ),
        (&["explore", "none.toml"], "cannot read none.toml"),
        (&["explore", "--seed-file", "none.toml", "--", "true"], "cannot read none.toml"),
        (&["explore", "--twin", "--jbos", "--", "true"], "--jbos"),
    ] {
        let output = folder.run(arguments);
        assert!(matches!(output.status.code(), Some(2 | 3)), "{arguments:?}");
        assert!(told(&output).contains(wanted), "{arguments:?}: {}", told(&output));
    }
}
