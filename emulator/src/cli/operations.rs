//! `cloudtwin operations`: what the vendors declare, and what of it the twin does.

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
    /// Output format; JSON lists every code
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
    /// A page with a table for each service
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
        let list = |codes: &[String]| {
            codes.iter().map(|code| marked(row, code)).collect::<Vec<_>>().join(" ")
        };
        _ = writeln!(text, "{}; by force: {}", list(&row.errors), list(&row.errors_forced_only));
    }
    text += FORCE;
    if rows.iter().any(|row| !row.errors_assumed.is_empty()) {
        text += "? something of this code is assumed; `--assumed` lists what, and why\n";
    }
    text
}

/// How to get any of these codes, at the end of the table.
const FORCE: &str = "\nby force: no ordinary call leads to these codes. A scenario answers with any code of \
    an operation:\n`effect = { refuse = \"CODE\" }` in a rule of a file for `cloudtwin serve --scenario FILE`\n";

/// A code of an operation, with `?` where something of it is assumed.
fn marked(row: &Listed, code: &String) -> String {
    let mark = if row.errors_assumed.contains(code) { "?" } else { "" };
    format!("{code}{mark}")
}

/// The documented rate, or that there is none.
fn rate(row: &Listed) -> String {
    row.rate_per_second.map_or_else(|| "-".to_owned(), |rate| rate.to_string())
}

/// The page `emulator/docs/OPERATIONS.md`: each service with what is modelled and what is not.
pub(super) fn markdown(rows: &[Listed]) -> String {
    let mut text = INTRODUCTION.to_owned();
    for service in rows.chunk_by(|one, next| one.service == next.service) {
        service_page(&mut text, service);
    }
    text
}

/// How the page starts.
const INTRODUCTION: &str = r#"# Operations

`cloudtwin operations --format markdown` generates this file. `calls/s` is the documented rate. `codes` are the
documented codes that ordinary calls of an operation can get; `?` marks a code of which something (the number, the
text, what leads to it) is assumed. `cloudtwin operations --format json` lists every code, also those to which no
ordinary call leads (`errors_forced_only`). A [scenario](../../scenarios/README.md) answers with any of them:

```toml
name = "an export meets a fault of the service"

[[rule]]
service = "ciam"
operation = "CreateFileExportUserJob"
at = "before_handler"
effect = { refuse = "InternalError" }
```
"#;

/// The part of the page about one service, to which all rows belong.
fn service_page(text: &mut String, rows: &[Listed]) {
    let Some(name) = rows.first().map(|row| row.service.as_str()) else { return };
    let title = contracts::catalog().service(name).map_or("", |service| service.title.as_str());
    // Writing to memory cannot fail.
    _ = write!(
        text,
        "\n## {name}: {title}\n\n\
         | operation | version | what it does | calls/s | codes |\n\
         | --- | --- | --- | --: | --- |\n"
    );
    for row in rows.iter().filter(|row| row.modelled) {
        let codes: Vec<_> =
            row.errors.iter().map(|code| format!("`{}`", marked(row, code))).collect();
        _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            row.operation,
            row.versions.join(", "),
            row.label,
            rate(row),
            codes.join(" ")
        );
    }
    let mut others = rows.iter().filter(|row| !row.modelled).peekable();
    if others.peek().is_some() {
        *text += "\nRecognised but not implemented:\n\n";
    }
    for row in others {
        let http = row.http.as_deref().map(|http| format!(": `{http}`")).unwrap_or_default();
        _ = writeln!(text, "- {}{http}", row.operation);
    }
}
