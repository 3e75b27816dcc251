//! Contracts: read from files, checked whole before anything runs.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use toml::Spanned;

use super::room::Client;
use super::twins::Twins;
use crate::rules::{RULES, Settings};
use crate::{catalog, near};

mod count;
mod file;

pub(super) use count::Count;
use file::{Exit, NamedExit};

/// Seconds that a run may take if the file does not say.
const TIMEOUT_S: f64 = 60.0;

/// One contract.
#[derive(Debug, Clone)]
pub struct Contract {
    /// Its name.
    pub name: String,
    /// Its file, as it was named.
    pub path: PathBuf,
    /// The command.
    pub client: Client,
    /// Its seed file.
    pub seed_file: Option<PathBuf>,
    /// The text of that.
    pub seed: Option<String>,
    /// Options of its twin.
    pub twin: Vec<String>,
    /// Thresholds of the rules, and those that do not count.
    pub settings: Settings,
    /// Its cases.
    pub cases: Vec<Case>,
}

impl Contract {
    /// One without cases, for a command that no file describes.
    pub fn of_command(
        name: String,
        client: Client,
        seed: Option<(PathBuf, String)>,
        twin: Vec<String>,
    ) -> Self {
        let (seed_file, seed) = seed.unzip();
        let (path, settings, cases) = Default::default();
        Self { name, path, client, seed_file, seed, twin, settings, cases }
    }
}

/// One case of a contract.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// Its line in the file.
    pub line: u32,
    /// The texts of its scenarios.
    pub scenarios: Vec<String>,
    /// Whether the conversation is compared with a kept one.
    pub snapshot: bool,
    pub(super) expect: Expect,
}

/// What is expected of a case.
#[derive(Debug, Clone, Default)]
pub(super) struct Expect {
    pub(super) exit: ExpectedExit,
    pub(super) calls: Vec<(Which, Count)>,
    pub(super) done: Vec<(Which, Count)>,
    pub(super) wall_max: Option<Duration>,
    pub(super) state: Vec<ExpectedRows>,
}

/// How a client is expected to end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ExpectedExit {
    #[default]
    Success,
    Code(i32),
    Failure,
    Any,
}

/// An operation by its name, of one service or of any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Which {
    pub(super) service: Option<String>,
    /// Absent: downloads.
    pub(super) operation: Option<String>,
}

/// Rows that are expected in a table.
#[derive(Debug, Clone)]
pub(super) struct ExpectedRows {
    pub(super) table: String,
    pub(super) matching: Vec<(String, Value)>,
    pub(super) rows: Option<Count>,
    pub(super) unique: Option<String>,
}

/// The JSON Schema of contract files.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(file::File)
}

/// Reads a contract file and what it names.
///
/// # Errors
/// All that is wrong, a line each: `file:line: problem`.
pub fn read(path: &Path, twins: &dyn Twins) -> Result<Contract, Vec<String>> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| vec![format!("cannot read {name}: {error}")])?;
    let mut reader = Reader { path, text: &text, twins, problems: Vec::new() };
    let file: file::File = toml::from_str(&text).map_err(|error| {
        let line = reader.line(error.span().unwrap_or_default());
        vec![format!("{name}:{line}: {}", error.message())]
    })?;
    let contract = reader.contract(file);
    if reader.problems.is_empty() { Ok(contract) } else { Err(reader.problems) }
}

/// Turns what is written into what is meant, and collects what is wrong with it.
struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    twins: &'a dyn Twins,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn line(&self, span: Range<usize>) -> u32 {
        let before = self.text.get(..span.start).unwrap_or_default();
        u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX).saturating_add(1)
    }

    fn problem(&mut self, span: Range<usize>, what: impl std::fmt::Display) {
        let line = self.line(span);
        self.problems.push(format!("{}:{line}: {what}", self.path.display()));
    }

    /// The folder to which paths are relative.
    fn folder(&self) -> PathBuf {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
    }

    fn contract(&mut self, file: file::File) -> Contract {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if file.command.get_ref().first().is_none_or(String::is_empty) {
            self.problem(file.command.span(), "`command` names no program");
        }
        let timeout = file.timeout.as_ref().map_or(TIMEOUT_S, |timeout| *timeout.get_ref());
        let timeout = Duration::try_from_secs_f64(timeout).unwrap_or_default();
        if let Some(written) = file.timeout.filter(|_| timeout.is_zero()) {
            self.problem(written.span(), "`timeout` must be more than 0 seconds");
        }
        let client = Client {
            command: file.command.into_inner(),
            folder: self.folder(),
            environment: file.env,
            timeout,
        };
        let off = file.rules.off.into_iter().filter_map(|off| self.off(off)).collect();
        let mut names = BTreeSet::new();
        let mut cases = Vec::new();
        for case in file.case {
            if !names.insert(case.get_ref().name.clone()) {
                self.problem(case.span(), format!("two cases are named {:?}", case.get_ref().name));
            }
            cases.push(self.case(case));
        }
        if cases.is_empty() {
            let (name, expect) = ("calm".to_owned(), Expect::default());
            cases.push(Case { name, line: 1, scenarios: Vec::new(), snapshot: false, expect });
        }
        Contract {
            name: file.name.unwrap_or(stem),
            path: self.path.to_owned(),
            client,
            seed_file: file.seed_file.as_ref().map(|file| self.folder().join(file.get_ref())),
            seed: file.seed_file.and_then(|file| self.seed(file)),
            twin: file.twin.map(Spanned::into_inner).unwrap_or_default(),
            settings: Settings { off, ..file.rules.settings },
            cases,
        }
    }

    fn seed(&mut self, file: Spanned<PathBuf>) -> Option<String> {
        let path = self.folder().join(file.get_ref());
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                self.problem(file.span(), format!("cannot read {}: {error}", path.display()));
                return None;
            }
        };
        for problem in self.twins.seed_problems(&text) {
            self.problem(file.span(), format!("{}: {problem}", path.display()));
        }
        Some(text)
    }

    fn off(&mut self, off: Spanned<file::Off>) -> Option<String> {
        let span = off.span();
        let file::Off { rule, reason } = off.into_inner();
        if reason.trim().is_empty() {
            self.problem(
                span.clone(),
                format!("`reason` says nothing: why does {rule} not count?"),
            );
        }
        let names = RULES.iter().map(|rule| rule.name);
        if !names.clone().any(|name| name == rule) {
            let hint = near(&rule, names);
            self.problem(span, format!("there is no rule {rule:?}; {hint}"));
            return None;
        }
        Some(rule)
    }

    fn case(&mut self, case: Spanned<file::Case>) -> Case {
        let line = self.line(case.span());
        let file::Case { name, scenario, expect, snapshot } = case.into_inner();
        let (span, scenarios) = (scenario.span(), scenario.into_inner().into_vec());
        let scenarios = scenarios.iter().filter_map(|which| self.scenario(which, &span)).collect();
        Case { name, line, scenarios, snapshot, expect: self.expect(expect) }
    }

    /// The text of a scenario, by its name or of its file.
    fn scenario(&mut self, which: &str, span: &Range<usize>) -> Option<String> {
        if let Some(text) = self.twins.scenario(which) {
            return Some(text.to_owned());
        }
        let path = self.folder().join(which);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(_) if Path::new(which).extension().is_none() => {
                let hint = near(which, self.twins.scenario_names().iter().copied());
                let what = format!(
                    "there is no scenario {which:?}; {hint} (`cloudtwin scenario list`, or name a file)"
                );
                self.problem(span.clone(), what);
                return None;
            }
            Err(error) => {
                self.problem(span.clone(), format!("cannot read {}: {error}", path.display()));
                return None;
            }
        };
        for problem in self.twins.scenario_problems(&text) {
            self.problems.push(format!("{}:{problem}", path.display()));
        }
        Some(text)
    }

    fn expect(&mut self, expect: file::Expect) -> Expect {
        let mut counts = |written: file::Counts| {
            let counts = written.into_iter();
            counts.filter_map(|(name, count)| Some((self.which(name)?, count))).collect()
        };
        let (calls, done) = (counts(expect.calls), counts(expect.done));
        let wall_max = expect.seconds_max.map(|seconds| {
            Duration::try_from_secs_f64(*seconds.get_ref()).unwrap_or_else(|_| {
                self.problem(seconds.span(), "`seconds_max` must be a time of 0 seconds or more");
                Duration::ZERO
            })
        });
        let exit = match expect.exit {
            Exit::Success => ExpectedExit::Success,
            Exit::Code(code) => ExpectedExit::Code(code),
            Exit::Named(NamedExit::Failure) => ExpectedExit::Failure,
            Exit::Named(NamedExit::Any) => ExpectedExit::Any,
        };
        let state = expect.state.into_iter().map(|rows| {
            let (span, rows) = (rows.span(), rows.into_inner());
            if rows.rows.is_none() && rows.unique.is_none() {
                let what = format!(
                    "`expect.state` of {:?} expects nothing: add `rows` or `unique`",
                    rows.table
                );
                self.problem(span, what);
            }
            ExpectedRows {
                table: rows.table,
                matching: rows.matching.into_iter().collect(),
                rows: rows.rows,
                unique: rows.unique,
            }
        });
        Expect { exit, calls, done, wall_max, state: state.collect() }
    }

    /// The operation that a name means.
    fn which(&mut self, name: Spanned<String>) -> Option<Which> {
        let (span, name) = (name.span(), name.get_ref().as_str());
        if name == "files" {
            return Some(Which { service: None, operation: None });
        }
        let (service, operation) = match name.split_once('.') {
            Some((service, operation)) => (Some(service), operation),
            None => (None, name),
        };
        let all = || catalog().services.iter().flat_map(|service| &service.operations);
        let mut services =
            all().filter(|known| known.name == operation).map(|known| &known.service);
        let has = |wanted: &str| {
            let mut services = all().filter(|known| known.name == operation);
            services.any(|known| known.service == wanted)
        };
        match (service, services.next(), services.next()) {
            (_, None, _) => {
                let hint = near(operation, all().map(|known| known.name.as_str()));
                self.problem(span, format!("there is no operation {operation:?}; {hint}"));
                None
            }
            (None, Some(one), Some(other)) => {
                let what = format!(
                    "several services have {name}: write \"{one}.{name}\" or \"{other}.{name}\""
                );
                self.problem(span, what);
                None
            }
            (Some(service), ..) if !has(service) => {
                self.problem(span, format!("the service {service:?} has no {operation}"));
                None
            }
            _ => {
                let operation = Some(operation.to_owned());
                Some(Which { service: service.map(str::to_owned), operation })
            }
        }
    }
}
