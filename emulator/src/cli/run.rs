//! `cloudtwin run`: a twin for one command, which finds in its environment all that it needs.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use clap::Args;

use super::exit::Stop;
use super::options::{Options, Otherwise};
use super::{env, log};
use crate::journal::Filter;
use crate::local::LocalTwin;

mod child;
mod proxy;
mod summary;

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
    let _log = log::start(options.twin.log.as_deref().unwrap_or("warn"), options.twin.log_format)?;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let twin = options.twin.start(Otherwise { listen, intercept: true })?;
    let mut variables = env::variables(&options.tenant, &twin.url());
    let trust = twin.twin().interception.as_ref().map(proxy::Trust::new).transpose()?;
    if let Some(trust) = &trust {
        variables.extend(trust.variables(&twin));
    }
    if options.dry_run {
        let lines = variables.iter().map(|(name, value)| format!("{name}={value}\n"));
        let removed = child::removed(&variables).map(|name| format!("# without {name}\n"));
        super::print(&lines.chain(removed).collect::<String>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let ended = child::run(&twin, &options.command, &variables)?;
    if !options.no_summary {
        log::last_words(conversation(&twin)?);
    }
    Ok(ended)
}

/// What the command sent and got, as text.
fn conversation(twin: &LocalTwin) -> Result<String, Stop> {
    let page = twin.twin().journal.read(&Filter::default());
    let page = page.map_err(|error| Stop::Other(error.to_string()))?;
    let page: contracts::conversation::Page =
        serde_json::from_slice(&page).map_err(|error| Stop::Other(error.to_string()))?;
    Ok(summary::text(&page))
}
