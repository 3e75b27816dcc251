//! The contracts of `contracts/examples`, in a copy of the folders that they name: with the interpreters of the tests, and,
//! for mutants, with clients that are changed.

use std::fs;
use std::path::{Path, PathBuf};

use contracts::report::CaseOutcome;
use tempfile::TempDir;
use toml::{Table, Value};

use super::runtimes::Runtimes;
use super::{JOBS, check, clients};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Where the examples are, from the root.
pub const EXAMPLES: &str = "contracts/examples";

/// Where the clients are, from the root.
pub const CLIENTS: &str = "tests/clients";

/// A copy of the examples and the clients.
pub struct Copied(TempDir);

impl Copied {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for part in [EXAMPLES, CLIENTS] {
            copy(&Path::new(ROOT).join(part), &folder.path().join(part));
        }
        Self(folder)
    }

    /// A file of the copy.
    pub fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    /// The contract file with that name for reports, whose client runs in the interpreter that it needs: all cases, or
    /// one.
    pub fn contract(
        &self,
        (example, case): (&str, Option<&str>),
        name: &str,
        runtimes: &Runtimes,
    ) -> PathBuf {
        let path = self.path(&format!("{EXAMPLES}/{example}.toml"));
        let mut contract: Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let command = contract["command"].as_array_mut().unwrap();
        let file = Path::new(command.last().and_then(Value::as_str).unwrap()).to_owned();
        let file_name = file.file_name().unwrap().to_str().unwrap();
        let all = clients::all();
        let client = all.iter().find(|client| client.file == file_name).unwrap();
        let with_interpreter = runtimes.command(client.runtime, &file);
        *command = with_interpreter.into_iter().map(Value::from).collect();
        if let Some(case) = case {
            let cases = contract["case"].as_array_mut().unwrap();
            cases.retain(|one| one["name"].as_str() == Some(case));
            assert_eq!(cases.len(), 1, "{example} has no case {case:?}");
        }
        contract.insert("name".to_owned(), name.into());
        fs::write(&path, toml::to_string(&contract).unwrap()).unwrap();
        path
    }
}

/// The names of the examples.
pub fn names() -> Vec<String> {
    let files = fs::read_dir(Path::new(ROOT).join(EXAMPLES)).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let contracts =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let mut names: Vec<_> =
        contracts.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// Copies a folder, but for compiled modules.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if !path.is_dir() {
            fs::copy(path, target).unwrap();
        } else if entry.file_name() != "__pycache__" {
            copy(&path, &target);
        }
    }
}

#[test]
fn the_examples_hold() {
    let Some(runtimes) = Runtimes::all() else { return };
    let copied = Copied::new();
    let names = names();
    assert_eq!(
        names,
        ["aicc-batch", "ciam-export", "directory-sync", "user-sync", "workspace-export"]
    );
    let files: Vec<_> =
        names.iter().map(|name| copied.contract((name, None), name, &runtimes)).collect();
    let report = check::run_files(&files, &runtimes, JOBS);
    let failed = report
        .cases
        .iter()
        .filter(|case| case.outcome != CaseOutcome::Passed || !case.findings.is_empty());
    let failed: Vec<_> = failed
        .map(|case| format!("{} › {}: {}", case.contract, case.name, check::findings(case)))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    let faults = report.cases.iter().filter(|case| !case.faults.is_empty()).count();
    assert!(faults >= 3 * names.len(), "{faults} cases with a fault");
}
