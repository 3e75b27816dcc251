//! The forms in which a report is written.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;
use contracts::report::Report;
use contracts::report::ctrf::ctrf;
use contracts::report::github::github;
use contracts::report::html::html;
use contracts::report::json::json;
use contracts::report::junit::junit;
use contracts::report::terminal::terminal;

use super::exit::Stop;

/// Where a report goes beside the terminal.
#[derive(Debug, Args)]
pub(super) struct Outputs {
    /// Write the report as `JUnit` XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the report as one HTML page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the report as JSON, which `report merge` reads
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report as CTRF
    #[arg(long, value_name = "FILE")]
    ctrf: Option<PathBuf>,
    /// Print findings as annotations of GitHub Actions
    #[arg(long)]
    github: bool,
}

impl Outputs {
    /// Prints the report and writes its files.
    pub(super) fn write(&self, report: &Report) -> Result<(), Stop> {
        write(self.junit.as_deref(), report, junit)?;
        write(self.html.as_deref(), report, html)?;
        write(self.json.as_deref(), report, json)?;
        write(self.ctrf.as_deref(), report, ctrf)?;
        if self.github {
            super::print(&github(report))?;
        }
        super::print(&terminal(report, std::io::stdout().is_terminal()))
    }
}

fn write(path: Option<&Path>, report: &Report, form: fn(&Report) -> String) -> Result<(), Stop> {
    let Some(path) = path else { return Ok(()) };
    std::fs::write(path, form(report))
        .map_err(|error| Stop::Other(format!("cannot write {}: {error}", path.display())))
}
