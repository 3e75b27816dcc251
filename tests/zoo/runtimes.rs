//! What the clients run in: interpreters with the pinned SDKs, as the tests of the SDKs install them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::clients;
use crate::sdk::environment::{Environment, Kind};

/// A runtime of `zoo.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    Python,
    TencentPython,
    HuaweiPython,
    Nodejs,
    Rust,
}

const RUNTIMES: [(Runtime, Kind); 4] = [
    (Runtime::Python, Kind::Urllib),
    (Runtime::TencentPython, Kind::Python),
    (Runtime::HuaweiPython, Kind::Huawei),
    (Runtime::Nodejs, Kind::Nodejs),
];

/// Everything installed.
#[derive(Debug)]
pub struct Runtimes {
    environments: BTreeMap<Runtime, Environment>,
    /// The folder of the programs in Rust.
    programs: PathBuf,
}

impl Runtimes {
    /// Installs what is not there yet; nothing on a machine that lacks a tool, which the installation reports.
    pub fn all() -> Option<Self> {
        let install = |(runtime, kind)| Some((runtime, Environment::of(kind)?));
        let environments = RUNTIMES.into_iter().map(install).collect::<Option<_>>()?;
        Some(Self { environments, programs: programs() })
    }

    /// The command that runs a file of the zoo.
    pub fn command(&self, runtime: Runtime, file: &Path) -> Vec<String> {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        if runtime == Runtime::Rust {
            return vec![text(&self.programs.join(file.file_stem().unwrap()))];
        }
        vec![text(&self.environments[&runtime].interpreter()), text(file)]
    }

    /// What a program that starts clients needs in its environment: they inherit it.
    pub fn apply(&self, command: &mut Command) {
        let modules = &self.environments[&Runtime::Nodejs].folder;
        command.env("NODE_PATH", modules.join("node_modules"));
        command.env("PYTHONPATH", clients::folder());
        command.env("PYTHONPYCACHEPREFIX", self.cache());
    }

    /// Where compiled modules go, so that none are in the work tree.
    fn cache(&self) -> PathBuf {
        self.environments[&Runtime::Python].folder.join("pycache")
    }
}

/// The folder of the examples of `contracts`, beside that of this program. `cargo test` builds them, unless it is asked
/// for some tests alone.
fn programs() -> PathBuf {
    let deps = std::env::current_exe().unwrap();
    let folder = deps.ancestors().nth(2).unwrap().join("examples");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--package", "cloudtwin-contracts", "--examples"]);
    if deps.ancestors().nth(2).unwrap().ends_with("release") {
        build.arg("--release");
    }
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(build.status().unwrap().success(), "{build:?} failed");
    folder
}
