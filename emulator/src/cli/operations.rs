//! `cloudtwin operations`: what the vendors declare, and what of it the twin does.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::{Args, ValueEnum};

use contracts::assumed::assumptions;

use super::assumed;
use super::exit::Stop;
use crate::catalog::{Listed, listing};

/// Options of `cloudtwin operations`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Only this service
    #[arg(long, env = "CLOUDTWIN_SERVICE")]
    service: Option<String>,
    /// How to write it: codes are told in full in JSON
    #[arg(long, env = "CLOUDTWIN_FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
    /// List everything that the twin assumes, with its reason, instead of the operations
    #[arg(long, env = "CLOUDTWIN_ASSUMED")]
    assumed: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// One JSON array
    Json,
    /// A table for a page
    Markdown,
}

/// The listing in the form asked for.
pub(super) fn text(options: &Options) -> Result<String, Stop> {
    let rows = listing(options.service.as_deref());
    if rows.is_empty() {
        let known: Vec<_> =
            contracts::catalog().services.iter().map(|service| service.name.as_str()).collect();
        let asked = options.service.as_deref().unwrap_or_default();
        return Err(Stop::Usage(format!(
            "there is no service {asked:?}; there are: {}",
            known.join(", ")
        )));
    }
    if options.assumed {
        let rows = assumptions(contracts::catalog(), options.service.as_deref());
        return match options.format {
            Format::Table => Ok(assumed::table(&rows)),
            Format::Json => json(&rows),
            Format::Markdown => Ok(assumed::markdown(&rows)),
        };
    }
    match options.format {
        Format::Table => Ok(table(&rows)),
        Format::Json => json(&rows),
        Format::Markdown => Ok(markdown(&rows)),
    }
}

fn json(rows: &impl serde::Serialize) -> Result<String, Stop> {
    let text = serde_json::to_string_pretty(rows);
    text.map(|text| text + "\n").map_err(|error| Stop::Other(error.to_string()))
}

fn table(rows: &[Listed]) -> String {
    let width = rows.iter().map(|row| row.operation.len()).max().unwrap_or_default();
    let mut text = format!(
        "{:8} {:width$} {:8} {:>6}  ERRORS\n",
        "SERVICE", "OPERATION", "MODELLED", "RATE/S"
    );
    for row in rows {
        let modelled = if row.modelled { "yes" } else { "no" };
        // Writing to memory cannot fail.
        _ = write!(
            text,
            "{:8} {:width$} {modelled:8} {:>6}  ",
            row.service,
            row.operation,
            rate(row)
        );
        let mark = |code: &String| {
            let assumed = if row.errors_assumed.contains(code) { "?" } else { "" };
            format!("{code}{assumed}")
        };
        let marked = |codes: &[String]| codes.iter().map(mark).collect::<Vec<_>>().join(" ");
        _ = writeln!(text, "{}; by force: {}", marked(&row.errors), marked(&row.errors_by_force));
    }
    if rows.iter().any(|row| !row.errors_assumed.is_empty()) {
        text += "\n? something of this code is assumed; `--assumed` lists what, and why\n";
    }
    text
}

/// The documented rate, or that there is none.
fn rate(row: &Listed) -> String {
    row.rate_per_second.map_or_else(|| "-".to_owned(), |rate| rate.to_string())
}

/// The table of the README: the modelled ones. Codes are counted, since some operations have more
/// than forty; what is known and not modelled is counted by service.
pub(super) fn markdown(rows: &[Listed]) -> String {
    let mut text =
        "| service | operation | versions | what it does | calls/s | codes met | by force |\n\
                    | --- | --- | --- | --- | --: | --: | --: |\n"
            .to_owned();
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        if !row.modelled {
            *others.entry(&row.service).or_default() += 1;
            continue;
        }
        _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            row.service,
            row.operation,
            row.versions.join(", "),
            row.label,
            rate(row),
            row.errors.len(),
            row.errors_by_force.len()
        );
    }
    for (service, count) in others {
        _ = write!(
            text,
            "\nOf `{service}` {count} more are known and answered as not modelled yet.\n"
        );
    }
    text
}
