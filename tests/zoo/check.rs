//! Contract files for clients of the zoo, and the report of `cloudtwin check` on them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use contracts::report::{self, Report};
use serde::Serialize;
use tempfile::TempDir;
use toml::Value;

use super::clients::{self, Client};
use super::runtimes::Runtimes;
use crate::process::cloudtwin;

/// Seconds that a run may take on a busy machine.
const TIMEOUT_S: f64 = 90.0;

/// A contract file.
#[derive(Debug, Serialize)]
pub struct Contract {
    pub name: String,
    pub command: Vec<String>,
    pub timeout: f64,
    pub seed_file: PathBuf,
    pub twin: Vec<String>,
    pub case: Vec<Case>,
}

/// A case of a contract.
#[derive(Debug, Clone, Serialize)]
pub struct Case {
    pub name: String,
    /// The texts of scenarios, or names of those that are shipped.
    pub scenario: Vec<String>,
    pub expect: Expect,
}

/// What is expected of a case.
#[derive(Debug, Clone, Serialize)]
pub struct Expect {
    pub exit: Value,
    pub calls: BTreeMap<String, Value>,
    pub done: BTreeMap<String, Value>,
}

impl Case {
    /// Whether its fault is on a call that the client makes.
    pub fn is_sure_to_fire(&self) -> bool {
        self.scenario.iter().all(|text| text.contains('\n'))
    }
}

impl Expect {
    /// Nothing but an end.
    pub fn any() -> Self {
        Self { exit: "any".into(), calls: BTreeMap::new(), done: BTreeMap::new() }
    }

    /// Success.
    pub fn success() -> Self {
        Self { exit: 0.into(), ..Self::any() }
    }
}

impl Contract {
    /// The cases of a client.
    pub fn of(client: &Client, runtimes: &Runtimes, case: Vec<Case>) -> Self {
        let folder = clients::folder();
        Self {
            name: client.name.clone(),
            command: runtimes.command(client.runtime, &folder.join(&client.file)),
            timeout: TIMEOUT_S,
            seed_file: folder.join(format!("seeds/{}.toml", client.seed)),
            twin: ["--throttle", "off", "--jobs", "instant"].map(str::to_owned).into(),
            case,
        }
    }

    fn write(&self, folder: &Path) -> PathBuf {
        let named = |case: &Case, number: usize, text: &String| {
            if !text.contains('\n') {
                return text.clone();
            }
            let name = format!("{} {} {number}.scenario.toml", self.name, case.name);
            std::fs::write(folder.join(&name), text).unwrap();
            name
        };
        let with_files = |case: &Case| {
            let texts = case.scenario.iter().enumerate();
            Case {
                scenario: texts.map(|(number, text)| named(case, number, text)).collect(),
                ..case.clone()
            }
        };
        let case = self.case.iter().map(with_files).collect();
        let written = Self { case, ..self.same() };
        let path = folder.join(format!("{}.toml", self.name));
        std::fs::write(&path, toml::to_string(&written).unwrap()).unwrap();
        path
    }

    fn same(&self) -> Self {
        Self {
            name: self.name.clone(),
            command: self.command.clone(),
            timeout: self.timeout,
            seed_file: self.seed_file.clone(),
            twin: self.twin.clone(),
            case: Vec::new(),
        }
    }
}

/// The report on contracts, whose clients run side by side on one twin.
pub fn run(contracts: &[Contract], runtimes: &Runtimes, jobs: usize) -> Report {
    let folder = TempDir::new().unwrap();
    let files: Vec<_> = contracts.iter().map(|contract| contract.write(folder.path())).collect();
    run_files(&files, runtimes, jobs)
}

/// What an exploration of a client finds.
pub fn explore(contract: &Contract, runtimes: &Runtimes, max_time_s: u64) -> Report {
    let folder = TempDir::new().unwrap();
    let file = contract.write(folder.path());
    let findings = folder.path().join("findings");
    let mut command = cloudtwin(&["explore", "--max-time", &max_time_s.to_string()]);
    command.arg("--findings").arg(findings).arg(file);
    reported(command, runtimes)
}

/// The report on contract files.
pub fn run_files(files: &[PathBuf], runtimes: &Runtimes, jobs: usize) -> Report {
    let mut command = cloudtwin(&["check", "--jobs", &jobs.to_string()]);
    command.args(files);
    reported(command, runtimes)
}

/// Tests of this module would take the processors from each other's clients.
static ALONE: Mutex<()> = Mutex::new(());

fn reported(mut command: Command, runtimes: &Runtimes) -> Report {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = TempDir::new().unwrap();
    let report = folder.path().join("report.json");
    command.arg("--json").arg(&report);
    runtimes.apply(&mut command);
    let output = command.output().unwrap();
    let text = std::fs::read_to_string(report)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    report::json::read(&text).unwrap()
}

/// The findings of a case in a line, with what its client printed.
pub fn findings(case: &report::Case) -> String {
    let found = case.findings.iter().map(|found| {
        format!("{} ({:?}): {}", found.finding.rule, found.finding.certainty, found.finding.text)
    });
    format!("{}\n{}", found.collect::<Vec<_>>().join("; "), case.output)
}
