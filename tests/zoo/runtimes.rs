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
}

const RUNTIMES: [(Runtime, Kind); 4] = [
    (Runtime::Python, Kind::Urllib),
    (Runtime::TencentPython, Kind::Python),
    (Runtime::HuaweiPython, Kind::Huawei),
    (Runtime::Nodejs, Kind::Nodejs),
];

/// Everything installed.
#[derive(Debug)]
pub struct Runtimes(BTreeMap<Runtime, Environment>);

impl Runtimes {
    /// Installs what is not there yet; nothing on a machine that lacks a tool, which the installation reports.
    pub fn all() -> Option<Self> {
        let install = |(runtime, kind)| Some((runtime, Environment::of(kind)?));
        RUNTIMES.into_iter().map(install).collect::<Option<_>>().map(Self)
    }

    /// The command that runs a file of the zoo.
    pub fn command(&self, runtime: Runtime, file: &Path) -> Vec<String> {
        [&self.0[&runtime].interpreter(), file].map(|part| part.to_str().unwrap().to_owned()).into()
    }

    /// What a program that starts clients needs in its environment: they inherit it.
    pub fn apply(&self, command: &mut Command) {
        let modules = &self.0[&Runtime::Nodejs].folder;
        command.env("NODE_PATH", modules.join("node_modules"));
        command.env("PYTHONPATH", clients::folder());
        command.env("PYTHONPYCACHEPREFIX", self.cache());
    }

    /// Where compiled modules go, so that none are in the work tree.
    fn cache(&self) -> PathBuf {
        self.0[&Runtime::Python].folder.join("pycache")
    }
}
