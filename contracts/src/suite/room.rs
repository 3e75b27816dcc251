//! Tenants of a running twin, and a client's process in each.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::child::Child;
use super::lab::{End, Lab, LabError, Ran, Room};
use super::twins::{Environment, RunningTwin};
use crate::control::{Control, ControlError};
use crate::follow::{Collected, Follower};

/// The journal keeps the latest entries of all tenants, so it is read while a client runs.
const POLL: Duration = Duration::from_millis(100);

/// A client's command.
#[derive(Debug, Clone)]
pub struct Client {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The folder in which it runs.
    pub folder: PathBuf,
    /// Variables that it finds beside those of the twin.
    pub environment: BTreeMap<String, String>,
    /// How long it may run.
    pub timeout: Duration,
}

/// Gives each client a tenant of its own on one twin.
pub struct Tenants<'t> {
    twin: &'t dyn RunningTwin,
    control: Control,
    client: &'t Client,
    /// The text of the seed file; absent: tenants begin as all of the twin.
    seed: Option<&'t str>,
    /// Set from outside: no run begins any more, and those under way are stopped.
    stop: &'t AtomicBool,
}

/// Counts the tenants of this process, so that none meets another one's rest.
static TENANTS: AtomicU64 = AtomicU64::new(1);

impl<'t> Tenants<'t> {
    /// Tenants of that twin, for runs of that client.
    pub fn new(
        twin: &'t dyn RunningTwin,
        client: &'t Client,
        seed: Option<&'t str>,
        stop: &'t AtomicBool,
    ) -> Self {
        Self { twin, control: Control::new(&twin.url()), client, seed, stop }
    }
}

impl Lab for Tenants<'_> {
    fn room(&self) -> Result<Box<dyn Room + '_>, LabError> {
        let name = format!("run-{}", TENANTS.fetch_add(1, Ordering::Relaxed));
        if let Some(seed) = self.seed {
            self.control.put_text(&format!("/_twin/seed?tenant={name}"), seed)?;
        }
        let folder = tempfile::Builder::new().prefix("cloudtwin-case-").tempdir();
        let folder = folder.map_err(|error| self.command_error(error))?;
        let (environment, last) = (self.twin.environment(&name), None);
        Ok(Box::new(Tenant { tenants: self, name, environment, folder, last }))
    }
}

impl Tenants<'_> {
    fn command_error(&self, error: std::io::Error) -> LabError {
        let command = self.client.command.first().cloned().unwrap_or_default();
        LabError::Command { command, error }
    }
}

/// A tenant with its client.
struct Tenant<'t> {
    tenants: &'t Tenants<'t>,
    name: String,
    environment: Environment,
    /// Empty when the client begins for the first time.
    folder: tempfile::TempDir,
    /// The number of the last entry of the run before.
    last: Option<u64>,
}

impl Room for Tenant<'_> {
    fn run(&mut self, scenarios: &[String]) -> Result<Ran, LabError> {
        let control = &self.tenants.control;
        let name = self.name.clone();
        if self.last.is_some() {
            control.delete(&format!("/_twin/scenarios?tenant={name}"))?;
        }
        let since = match self.last {
            Some(last) => last,
            // No entry has this number yet, so the page is empty.
            None => control.journal(Some(&name), u64::from(u32::MAX))?.last,
        };
        for (number, scenario) in (1..).zip(scenarios) {
            control.put_text(&format!("/_twin/scenarios/{number}?tenant={name}"), scenario)?;
        }
        let mut follower = Follower::from_number(control.clone(), Some(&name), since);
        let child =
            Child::start(self.command()).map_err(|error| self.tenants.command_error(error))?;
        let began = child.began();
        let ended = self.wait(&child, &mut follower);
        let wall = began.elapsed();
        let output = child.clear();
        let end = ended?;
        if self.tenants.stop.load(Ordering::Relaxed) {
            return Err(LabError::Stopped);
        }
        let Collected { entries, lost, last } = follower.finish()?;
        self.last = Some(last);
        let fired = if scenarios.is_empty() { 0 } else { self.fired()? };
        Ok(Ran {
            end,
            wall,
            entries,
            fired,
            lost,
            state: self.state()?,
            given: self.environment.set.clone(),
            output,
        })
    }
}

impl Tenant<'_> {
    fn command(&self) -> Command {
        let Client { command, folder, environment, .. } = self.tenants.client;
        let (program, arguments) = command.split_first().map_or(("", &[][..]), |(p, a)| (p, a));
        let mut child = Command::new(program);
        child.args(arguments).current_dir(folder);
        for name in &self.environment.removed {
            child.env_remove(name);
        }
        child.envs(self.environment.set.iter().map(|(name, value)| (name, value)));
        child.env("CLOUDTWIN_TMP", self.folder.path());
        child.envs(environment);
        child
    }

    /// Waits for the client, and reads the journal meanwhile.
    fn wait(&self, child: &Child, follower: &mut Follower) -> Result<End, LabError> {
        loop {
            let left = self.tenants.client.timeout.saturating_sub(child.began().elapsed());
            let ended = child.wait(left.min(POLL));
            if let Some(end) = ended.map_err(|error| self.tenants.command_error(error))? {
                return Ok(end);
            }
            if left.is_zero() || self.tenants.stop.load(Ordering::Relaxed) {
                return Ok(End::TimedOut);
            }
            follower.poll()?;
        }
    }

    /// The tenant's tables.
    fn state(&self) -> Result<Value, ControlError> {
        let control = &self.tenants.control;
        let read = || {
            let mut document = control.get(&format!("/_twin/state?tenant={}", self.name))?;
            let tenants = document.get_mut("tenants");
            Ok(tenants.and_then(|tenants| tenants.get_mut(&self.name)).map(Value::take))
        };
        if let Some(tables) = read()? {
            return Ok(tables);
        }
        // Not one of its requests was accepted, so it has not begun yet: a look at any resource begins it.
        control.get(&format!("/_twin/aicc/roles?tenant={}", self.name))?;
        Ok(read()?.unwrap_or_default())
    }

    /// Upon how many requests the scenarios acted.
    fn fired(&self) -> Result<u64, ControlError> {
        let shown = self.tenants.control.get(&format!("/_twin/scenarios?tenant={}", self.name))?;
        let rules =
            shown.as_array().into_iter().flatten().filter_map(|one| one["rules"].as_array());
        Ok(rules.flatten().filter_map(|rule| rule["fired"].as_u64()).sum())
    }
}

impl Drop for Tenant<'_> {
    fn drop(&mut self) {
        // A twin that is gone has no rest of it.
        let control = &self.tenants.control;
        let paths = ["scenarios", "seed", "journal"];
        for path in paths {
            drop(control.delete(&format!("/_twin/{path}?tenant={}", self.name)));
        }
    }
}
