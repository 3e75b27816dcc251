//! One run of a client program: it sees an address, keys and its SDK, and nothing of the user's.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value};

use super::environment::{Environment, Kind};
use crate::process::{Running, cloudtwin};

/// Longest time that a program may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// A program that is to be run.
#[derive(Debug)]
pub(super) struct Program<'a> {
    /// What it runs in.
    pub(super) environment: &'a Environment,
    /// Its name: a module's for Python, a file's for Node.
    pub(super) name: &'a str,
    /// Whom it talks to.
    pub(super) twin: &'a Running,
}

impl Program<'_> {
    /// Runs it to its end; all that it printed if it did not end with success.
    pub(super) fn run(&self) -> Result<(), String> {
        let (mut output, input) = std::io::pipe().unwrap();
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(input.try_clone().unwrap()).stderr(input);
        let mut child = command.spawn().unwrap();
        // Its ends of the pipe: with them open here, the output would never end.
        drop(command);

        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut printed = Vec::new();
            let read = output
                .read_to_end(&mut printed)
                .map(|_| String::from_utf8_lossy(&printed).into_owned());
            tell.send(read.unwrap_or_else(|error| error.to_string()))
        });
        let printed = told.recv_timeout(PATIENCE).or_else(|_| {
            child.kill().unwrap();
            told.recv_timeout(PATIENCE)
                .map(|printed| format!("{printed}\n(stopped after {PATIENCE:?})"))
        });
        let status = child.wait().unwrap();
        if status.success() {
            Ok(())
        } else {
            Err(format!("{}\n{status}", printed.unwrap_or_default()))
        }
    }

    fn command(&self) -> Command {
        let Environment { kind, folder, .. } = self.environment;
        let mut command = Command::new(self.environment.interpreter());
        command.env_clear().env("HOME", self.environment.scratch()).env("LANG", "C.UTF-8");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for (name, value) in self.variables() {
            command.env(name, value.as_str().unwrap());
        }
        command.current_dir(kind.programs());
        match kind {
            Kind::Python | Kind::Tccli | Kind::Huawei | Kind::Scim | Kind::Urllib => {
                // Compiled modules belong under the target folder, too.
                command.env("PYTHONPYCACHEPREFIX", folder.join("pycache"));
                command.args(["-m", "unittest", "--verbose", self.name]);
            }
            Kind::Nodejs => {
                command.env("NODE_PATH", folder.join("node_modules"));
                command.args(["--test", "--test-reporter=spec", self.name]);
            }
            Kind::Go => {
                command.arg(self.name);
            }
        }
        command
    }

    /// What `cloudtwin env` tells clients: if it were not enough, no program would run.
    fn variables(&self) -> Map<String, Value> {
        let arguments = ["env", "--format", "json", "--url", &self.twin.url()];
        let output = cloudtwin(&arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}
