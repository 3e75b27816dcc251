//! `cloudtwin scenario`: the scenarios that the program knows, what can be forced, and whether a file is
//! right before a twin runs it.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::exit::Stop;
use crate::scenario::{self, SHIPPED};

mod codes;

/// Subcommands of `cloudtwin scenario`.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check scenario files: what is wrong, in which line and column, and what is allowed
    Check {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// List the scenarios that the program knows by name
    List,
    /// Print one of them, as a beginning for your own
    Show {
        /// Its name (see `cloudtwin scenario list`)
        name: String,
    },
    /// Print the JSON Schema of scenario files
    Schema,
    /// List the error codes that `refuse` can force, with status and text
    Codes {
        /// Only those of this operation
        operation: Option<String>,
        /// Only those of this service
        #[arg(long)]
        service: Option<String>,
    },
}

/// The output of a subcommand.
pub(super) fn run(command: &Command) -> Result<String, Stop> {
    match command {
        Command::Check { files } => check(files),
        Command::List => Ok(list()),
        Command::Show { name } => {
            scenario::shipped(name).map(str::to_owned).ok_or_else(|| stop(&[unknown(name)]))
        }
        Command::Schema => Ok(schema()),
        Command::Codes { operation, service } => {
            codes::text(operation.as_deref(), service.as_deref())
        }
    }
}

/// Says of each file that it is right, or all that is wrong.
fn check(files: &[PathBuf]) -> Result<String, Stop> {
    let wrong = files.iter().filter_map(|file| read(file).err()).flatten().collect::<Vec<_>>();
    if !wrong.is_empty() {
        return Err(stop(&wrong));
    }
    let right: Vec<_> = files.iter().map(|file| format!("{}: right\n", file.display())).collect();
    Ok(right.concat())
}

fn list() -> String {
    let line = |(name, text): &(&str, &str)| format!("{name}\n    {}\n", scenario::about(text));
    SHIPPED.iter().map(line).collect()
}

/// The JSON Schema of scenario files, as it is committed.
pub(super) fn schema() -> String {
    serde_json::to_string_pretty(&scenario::schema()).unwrap_or_default() + "\n"
}

/// The text of a scenario that can be loaded, or what is wrong with it, a line each.
pub(super) fn read(file: &Path) -> Result<String, Vec<String>> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| vec![format!("cannot read {name}: {error}")])?;
    let problems = scenario::problems(&text);
    if problems.is_empty() {
        return Ok(text);
    }
    Err(problems.iter().map(|problem| format!("{name}:{problem}")).collect())
}

/// The text of a file, or of the scenario that the program knows by that name.
pub(super) fn find(file: &Path) -> Result<String, Stop> {
    let name = file.to_string_lossy();
    let is_name = !file.exists() && file.extension().is_none() && file.components().count() == 1;
    if is_name {
        let text = scenario::shipped(&name).map(str::to_owned);
        return text.ok_or_else(|| stop(&[unknown(&name)]));
    }
    read(file).map_err(|problems| stop(&problems))
}

fn unknown(name: &str) -> String {
    let hint = scenario::near(name, SHIPPED.iter().map(|(name, _)| *name));
    format!("there is no scenario {name:?}; {hint} (`cloudtwin scenario list`, or name a file)")
}

fn stop(problems: &[String]) -> Stop {
    Stop::Scenario(problems.join("\ncloudtwin: "))
}
