//! `cloudtwin report`: reports of `check`, `explore` and `verify`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use contracts::report::exit::{exit_code, strict};
use contracts::report::{Report, json, merge};

use super::exit::Stop;
use super::outputs::Outputs;

/// Subcommands of `cloudtwin report`.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Join the reports of the shards of one run; a shard that is missing is said
    Merge {
        /// Reports that `--json` wrote
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Let likely findings fail a case too, not only certain ones
        #[arg(long)]
        strict: bool,
        #[command(flatten)]
        outputs: Outputs,
    },
}

/// Runs a subcommand. The exit code is that of the whole run.
pub(super) fn run(command: &Command) -> Result<ExitCode, Stop> {
    let Command::Merge { files, strict: is_strict, outputs } = command;
    let read = files.iter().map(|file| Ok((file.display().to_string(), read(file)?)));
    let reports = read.collect::<Result<Vec<_>, Stop>>()?;
    let merged = merge::merge(reports).map_err(|error| Stop::Usage(error.to_string()))?;
    let merged = if *is_strict { strict(merged) } else { merged };
    outputs.write(&merged)?;
    Ok(ExitCode::from(exit_code(&merged, *is_strict)))
}

fn read(file: &Path) -> Result<Report, Stop> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Stop::Usage(format!("cannot read {name}: {error}")))?;
    json::read(&text).map_err(|error| Stop::Usage(format!("{name}: {error}")))
}
