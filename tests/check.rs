//! `cloudtwin check`: contract files, runs of clients, what is said of them, and the exit code.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::process::cloudtwin;

mod ends;
mod files;

/// The zoo's folder, with correct clients and faulty ones.
const ZOO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/clients");

/// A folder with contract files.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    /// A contract for a client of the zoo that needs nothing but python.
    fn contract(&self, name: &str, client: &str, cases: &str) -> &Self {
        let text = format!(
            "command = [\"python3\", \"{ZOO}/{client}\"]\nenv = {{ PYTHONPATH = \"{ZOO}\" }}\n\
             seed_file = \"{ZOO}/seeds/people.toml\"\ntwin = [\"--throttle\", \"off\"]\n{cases}"
        );
        self.write(name, &text)
    }

    /// What comes of `cloudtwin check` in this folder.
    fn check(&self, arguments: &[&str]) -> Output {
        self.run(&[&["check"], arguments].concat())
    }

    fn run(&self, arguments: &[&str]) -> Output {
        cloudtwin(arguments).current_dir(self.0.path()).output().unwrap()
    }

    /// The exit code, and the report.
    fn report(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.check(&[arguments, &["--json", "report.json"]].concat());
        let code = output.status.code().unwrap();
        let report = std::fs::read(self.path("report.json"));
        let report = report.unwrap_or_else(|_| panic!("exit {code}: {}", told(&output)));
        (code, serde_json::from_slice(&report).unwrap())
    }
}

/// What was said of wrong use.
fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// How each case of a report ended, by its name.
fn outcomes(report: &Value) -> Vec<(&str, &str)> {
    let cases = report["cases"].as_array().unwrap().iter();
    cases.map(|case| (case["name"].as_str().unwrap(), case["outcome"].as_str().unwrap())).collect()
}

/// The rules of a case's findings.
fn rules(report: &Value, case: usize) -> Vec<&str> {
    let findings = report["cases"][case]["findings"].as_array().unwrap().iter();
    findings.map(|found| found["finding"]["rule"].as_str().unwrap()).collect()
}

/// So many cases, named by their numbers.
fn cases(number: u8) -> String {
    let case = |n| format!("[[case]]\nname = \"{n}\"\n");
    (0..number).map(case).collect::<Vec<_>>().concat()
}

const CALM: &str = "[[case]]\nname = \"calm\"\n";

#[test]
fn a_correct_client_keeps_its_promises_calm_and_under_faults() {
    let cases = "[[case]]\nname = \"calm\"\nexpect.calls = { \"workspace.ListUsers\" = 2 }\n\
                 [[case]]\nname = \"html\"\nscenario = \"the-gateway-answers-with-html-once\"\n\
                 expect.calls = { \"workspace.ListUsers\" = 3 }\nexpect.done = { \"workspace.ListUsers\" = 2 }\n";
    let folder = Folder::new();
    let folder = folder.contract("report.toml", "workspace_report.py", cases);
    let (code, report) = folder.report(&["report.toml"]);
    assert_eq!(outcomes(&report), [("calm", "passed"), ("html", "passed")], "{report:#}");
    assert_eq!(code, 0);
    assert_eq!(report["cases"][1]["faults"][0]["operation"], "ListUsers");
}

#[test]
fn a_client_that_breaks_a_promise_fails_with_what_proves_it() {
    let cases = "[[case]]\nname = \"calm\"\nexpect.calls = { \"workspace.ListUsers\" = 2 }\n";
    let folder = Folder::new();
    folder.contract("first page.toml", "faulty/reads_first_page.py", cases);
    let (code, report) = folder.report(&["first page.toml"]);
    assert_eq!(code, 10);
    assert_eq!(rules(&report, 0), ["expect.calls", "pages-to-the-end"]);
    let found = &report["cases"][0]["findings"][0];
    assert_eq!(found["witnesses"][0]["operation"], "ListUsers");
    assert_eq!(found["replay"], "cloudtwin check 'first page.toml' --filter 'first page/calm'");
    // The command that is named shows the same.
    let again = folder.report(&["first page.toml", "--filter", "first page/calm"]);
    assert_eq!((again.0, rules(&again.1, 0)), (10, rules(&report, 0)));
}

#[test]
fn a_likely_finding_fails_a_strict_run_alone_and_a_rule_can_be_off_for_a_reason() {
    let off = "[[rules.off]]\nrule = \"pages-to-the-end\"\nreason = \"one page is shown\"\n";
    let folder = Folder::new();
    folder.contract("on.toml", "faulty/reads_first_page.py", CALM);
    folder.contract("off.toml", "faulty/reads_first_page.py", &format!("{off}{CALM}"));
    assert_eq!(folder.report(&["on.toml"]).0, 0);
    assert_eq!(folder.report(&["on.toml", "--strict"]).0, 10);
    let (code, report) = folder.report(&["off.toml", "--strict"]);
    assert_eq!((code, rules(&report, 0)), (0, vec![]));
}

#[test]
fn the_state_at_the_end_is_compared() {
    let state =
        |rows: &str| format!("{CALM}[[case.expect.state]]\ntable = \"workspace_users\"\n{rows}\n");
    let folder = Folder::new();
    folder.contract(
        "right.toml",
        "workspace_report.py",
        &state("rows = \">= 50\"\nunique = \"user_name\""),
    );
    folder.contract(
        "rows.toml",
        "workspace_report.py",
        &state("where = { user_name = \"nobody\" }\nrows = 1"),
    );
    folder.contract("unique.toml", "workspace_report.py", &state("unique = \"project_id\""));
    assert_eq!(folder.report(&["right.toml"]).0, 0);
    for (file, text) in [
        ("rows.toml", "has 0 such rows, not 1"),
        ("unique.toml", "whose project_id another one has too"),
    ] {
        let (code, report) = folder.report(&[file]);
        let found = &report["cases"][0]["findings"][0]["finding"];
        assert_eq!((code, &found["rule"]), (10, &"expect.state".into()));
        assert!(found["text"].as_str().unwrap().contains(text), "{found}");
    }
}

#[test]
fn each_case_begins_in_the_same_state_whatever_others_do() {
    let cases: String = cases(6);
    let folder = Folder::new();
    folder.contract("batch.toml", "contact_centre_batch.py", &cases);
    let (code, report) = folder.report(&["batch.toml", "--jobs", "6"]);
    let requests: Vec<_> =
        report["cases"].as_array().unwrap().iter().map(|case| &case["requests"]).collect();
    assert_eq!(code, 0, "{report:#}");
    assert!(requests.iter().all(|of| *of == requests[0]), "{requests:?}");
}

/// The path of a file that the project has.
fn committed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}
