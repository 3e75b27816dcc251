//! The command that runs beside a twin: its environment, its signals, its end.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitCode, ExitStatus};

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Command;
use tokio::signal::unix::SignalKind;

use crate::cli::exit::Stop;
use crate::cli::signals::Signals;
use crate::local::LocalTwin;

/// What the names of variables begin with that the vendors' SDKs, command lines and Terraform providers
/// read: a real key must not reach a command that believes it talks to the cloud.
const VENDORS: [&str; 7] =
    ["TENCENTCLOUD_", "TCCLI_", "QCLOUD_", "TKE_", "HUAWEICLOUD_", "HW_", "HWCLOUD_"];

/// Names that Huawei's Terraform provider takes over from `OpenStack`.
const OPENSTACK: [&str; 9] = [
    "OS_ACCESS_KEY",
    "OS_SECRET_KEY",
    "OS_SECURITY_TOKEN",
    "OS_USERNAME",
    "OS_USER_NAME",
    "OS_PASSWORD",
    "OS_AUTH_TOKEN",
    "OS_AUTH_URL",
    "OS_TOKEN",
];

/// The exit codes of a shell for a command that does not exist, and for one that cannot be run.
const NOT_FOUND: u8 = 127;
const NOT_RUN: u8 = 126;

/// What changes in the environment of the command.
pub(in crate::cli) struct Environment {
    pub(in crate::cli) set: Vec<(String, String)>,
    pub(in crate::cli) removed: Vec<String>,
}

impl Environment {
    /// Sets those variables; removes those, and those of vendors that are not set.
    pub(super) fn new(set: Vec<(String, String)>, mut removed: Vec<String>) -> Self {
        let replaced: BTreeSet<_> = set.iter().map(|(name, _)| name.as_str()).collect();
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let (own, vendors): (Vec<_>, Vec<_>) = names.partition(|name| !is_vendors(name));
        removed.retain(|name| own.contains(name));
        removed.extend(vendors.into_iter().filter(|name| !replaced.contains(name.as_str())));
        Self { set, removed }
    }

    /// A line for each change.
    pub(super) fn text(&self) -> String {
        let lines = self.set.iter().map(|(name, value)| format!("{name}={value}\n"));
        let removed = self.removed.iter().map(|name| format!("# without {name}\n"));
        lines.chain(removed).collect()
    }

    fn give(&self, command: &mut Command) {
        for name in &self.removed {
            command.env_remove(name);
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
    }
}

fn is_vendors(name: &str) -> bool {
    VENDORS.iter().any(|prefix| name.starts_with(prefix)) || OPENSTACK.contains(&name)
}

/// Runs the command to its end, and passes signals on to it. Returns its exit code; 128 and the number of
/// the signal that ended it.
pub(super) fn run(
    twin: &LocalTwin,
    command: &[OsString],
    environment: &Environment,
) -> Result<ExitCode, Stop> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Stop::Usage("a command is missing behind `--`".to_owned()));
    };
    let mut signals = Signals::listen(twin.handle())?;
    let _entered = twin.handle().enter();
    let mut child = Command::new(program);
    child.args(arguments);
    environment.give(&mut child);
    let mut child = child.spawn().map_err(|error| {
        let code = match error.kind() {
            std::io::ErrorKind::NotFound => NOT_FOUND,
            _ => NOT_RUN,
        };
        Stop::Command(code, format!("cannot run {}: {error}", program.display()))
    })?;
    let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    let status = twin.handle().block_on(async {
        loop {
            tokio::select! {
                status = child.wait() => return status,
                kind = signals.next() => pass_on(kind, pid),
            }
        }
    });
    let status = status.map_err(|error| Stop::Other(format!("cannot wait for it: {error}")))?;
    Ok(ExitCode::from(code(status)))
}

/// A terminal sends its interrupt to the command too, which must not get it twice.
fn pass_on(kind: SignalKind, pid: Option<Pid>) {
    let is_of_terminal =
        kind == SignalKind::interrupt() && rustix::termios::isatty(std::io::stdin());
    if let (Some(pid), Some(signal), false) =
        (pid, Signal::from_named_raw(kind.as_raw_value()), is_of_terminal)
    {
        // It may have ended meanwhile.
        _ = kill_process(pid, signal);
    }
}

fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
