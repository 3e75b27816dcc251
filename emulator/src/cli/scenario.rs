//! `cloudtwin scenario`: is a scenario right, before a twin runs it.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::exit::Stop;
use crate::scenario;

/// Subcommands of `cloudtwin scenario`.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check scenario files: what is wrong, in which line and column, and what is allowed
    Check {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Says of each file that it is right, or all that is wrong.
pub(super) fn run(command: &Command) -> Result<String, Stop> {
    let Command::Check { files } = command;
    let wrong = files.iter().filter_map(|file| read(file).err()).flatten().collect::<Vec<_>>();
    if !wrong.is_empty() {
        return Err(stop(&wrong));
    }
    let right: Vec<_> = files.iter().map(|file| format!("{}: right\n", file.display())).collect();
    Ok(right.concat())
}

/// The text of a scenario that can be loaded, or what is wrong with it, a line each.
fn read(file: &Path) -> Result<String, Vec<String>> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| vec![format!("cannot read {name}: {error}")])?;
    let problems = scenario::problems(&text);
    if problems.is_empty() {
        return Ok(text);
    }
    Err(problems.iter().map(|problem| format!("{name}:{problem}")).collect())
}

/// The texts of scenarios for a twin.
pub(super) fn read_all(files: &[PathBuf]) -> Result<Vec<String>, Stop> {
    files.iter().map(|file| read(file).map_err(|problems| stop(&problems))).collect()
}

fn stop(problems: &[String]) -> Stop {
    Stop::Scenario(problems.join("\ncloudtwin: "))
}
