//! `cloudtwin run`: a twin for one command, which finds in its environment all that it needs.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use clap::Args;

use self::seal::Seal;
use super::exit::Stop;
use super::options::{Options, Otherwise};
use super::{env, log};
use crate::journal::Filter;
use crate::local::LocalTwin;

mod child;
mod seal;
mod summary;
mod trust;

pub(super) use child::Environment;
pub(super) use trust::{Reach, Trust};

/// Options of `cloudtwin run`.
#[derive(Debug, Args)]
pub(super) struct RunOptions {
    /// The tenant that the command's keys name
    #[arg(long, env = "CLOUDTWIN_TENANT", default_value = crate::credentials::DEFAULT_TENANT, value_parser = env::tenant)]
    tenant: String,
    /// Print what the command would find in its environment, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not print what the command sent and got
    #[arg(long)]
    no_summary: bool,
    #[command(flatten)]
    twin: Options,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Runs the command beside a twin. Its exit code is the command's.
pub(super) fn run(options: &RunOptions) -> Result<ExitCode, Stop> {
    // First of all: a process of several threads cannot be sealed.
    let seal = options.twin.is_sealed().then(Seal::enter).transpose()?;
    let reach = if seal.is_some() { Reach::Sealed } else { Reach::Proxy };
    let _log = log::start(options.twin.log.as_deref().unwrap_or("warn"), options.twin.log_format)?;
    let twin = options.twin.start(otherwise(reach))?;
    let trust = twin.twin().interception.as_ref().map(Trust::new).transpose()?;
    if let (Some(seal), Some(trust)) = (&seal, &trust) {
        seal.replace_files(trust)?;
    }
    let environment =
        environment(&options.tenant, &twin, trust.as_ref().map(|trust| (trust, reach)));
    if options.dry_run {
        super::print(&environment.text())?;
        return Ok(ExitCode::SUCCESS);
    }
    let ended = child::run(&twin, &options.command, &environment)?;
    if !options.no_summary {
        let strays = seal.map(|seal| seal.strays()).unwrap_or_default();
        log::last_words(conversation(&twin, &strays)?);
    }
    Ok(ended)
}

/// Where the twin listens.
pub(super) fn otherwise(reach: Reach) -> Otherwise {
    let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match reach {
        Reach::Proxy => Otherwise { listen: local(0), tls: None, intercept: true },
        // The ports of plain http and https, which clients of the real hosts call.
        Reach::Sealed => Otherwise { listen: local(80), tls: Some(local(443)), intercept: true },
    }
}

/// What a command of that tenant finds in its environment.
pub(super) fn environment(
    tenant: &str,
    twin: &LocalTwin,
    trust: Option<(&Trust, Reach)>,
) -> Environment {
    let mut set = env::variables(tenant, &twin.url());
    if let Some(url) = twin.tls_url() {
        set.push(("CLOUDTWIN_TLS_URL".to_owned(), url));
    }
    let mut removed = Vec::new();
    if let Some((trust, reach)) = trust {
        set.extend(trust.variables(twin, reach));
        removed.extend(Trust::removed(reach).map(str::to_owned));
    }
    Environment::new(set, removed)
}

/// What the command sent and got, as text.
fn conversation(twin: &LocalTwin, strays: &[(String, u64)]) -> Result<String, Stop> {
    let page = twin.twin().journal.read(&Filter::default());
    let page = page.map_err(|error| Stop::Other(error.to_string()))?;
    let page: contracts::conversation::Page =
        serde_json::from_slice(&page).map_err(|error| Stop::Other(error.to_string()))?;
    Ok(summary::text(&page, strays))
}
