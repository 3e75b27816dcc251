//! What was exported is downloaded: when it is ready, and whole.

use super::call::{Call, Ending};
use super::effects::Effect;
use super::facts::Facts;
use super::settings::Settings;
use super::values::{texts, values};
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "downloads-exports",
    promise: "downloads what it exported, once it is ready, and whole",
    source: "the exports' states and links (contracts/models/ciam/jobs.toml, contracts/models/workspace/exports.toml); \
             owncloud/client#2528, a truncated download taken for the file",
    certainty: Certainty::Likely,
    check,
};

/// Downloads of a file that is not ready, without a look at its state, that make a finding.
const PREMATURE: usize = 3;

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    let exports = facts.calls().iter().filter(|call| call.effect() == Some(Effect::Exports));
    exports.filter_map(|start| judge(facts, start)).collect()
}

/// The file of one export.
struct File<'c, 'e> {
    start: &'c Call<'e>,
    /// The latest answer that shows the export.
    seen: Option<(&'c Call<'e>, String)>,
    downloads: Vec<&'c Call<'e>>,
}

fn judge(facts: &Facts<'_>, start: &Call<'_>) -> Option<Finding> {
    let ids = [start.output("Job.Id"), start.output("task_id")].concat();
    let id = texts(ids.first()?).first().copied()?;
    let file = file(facts, start, id);
    premature(facts, &file)
        .or_else(|| broken_and_gone(facts, &file, id))
        .or_else(|| never(facts, &file))
}

fn file<'c, 'e>(facts: &'c Facts<'e>, start: &'c Call<'e>, id: &str) -> File<'c, 'e> {
    let rows = |call: &Call<'_>| {
        let rows = [call.output("JobSet"), call.output("export_tasks")].concat();
        rows.into_iter().find(|row| texts(row).contains(&id)).cloned()
    };
    let shown = facts.after(start).filter_map(|call| Some((call, rows(call)?))).last();
    let state = |row: &serde_json::Value| {
        let states = [values(row, "Status"), values(row, "status")].concat();
        states.first().and_then(|state| state.as_str()).unwrap_or_default().to_owned()
    };
    let link = shown
        .as_ref()
        .and_then(|(_, row)| row.get("Location")?.as_str().map(path_of))
        .filter(|link| !link.is_empty());
    let is_download = |call: &&Call<'_>| {
        let path = call.entry.path.split('?').next().unwrap_or_default();
        link.as_deref() == Some(path)
            || (call.is("workspace", "DownloadExportFile") && path.contains(id))
    };
    let downloads = facts.after(start).filter(is_download).collect();
    File { start, seen: shown.map(|(call, row)| (call, state(&row))), downloads }
}

/// The path of a link.
fn path_of(link: &str) -> String {
    let after_host = link.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let path = after_host.map_or(link, |(_, path)| path);
    let path = path.split('?').next().unwrap_or_default().trim_start_matches('/');
    format!("/{path}")
}

fn is_good(state: &str) -> bool {
    matches!(state, "COMPLETED" | "SUCCESS")
}

fn premature(facts: &Facts<'_>, file: &File<'_, '_>) -> Option<Finding> {
    let is_refused =
        |call: &Call<'_>| call.entry.code.as_deref() == Some("WKS.EMU.0005") && !call.is_faulted();
    let blind = |one: &&Call<'_>, next: &&Call<'_>| {
        let looked = facts.between(one, next).any(|call| call.is("workspace", "ListExportTasks"));
        is_refused(one) && is_refused(next) && !looked
    };
    let part = file.downloads.chunk_by(blind).max_by_key(|part| part.len())?;
    if part.len() < PREMATURE {
        return None;
    }
    let text = format!(
        "asked {} times for the file of {} before it was ready, without a look at its state",
        part.len(),
        file.start.name()
    );
    Some(RULE.finding(Certainty::Likely, text, part.iter().copied()))
}

/// The only whole copy was deleted while the client had half of one. A client that has tried again knows that, and may
/// clean up before it fails.
fn broken_and_gone(facts: &Facts<'_>, file: &File<'_, '_>, id: &str) -> Option<Finding> {
    let [last] = file.downloads[..] else { return None };
    if last.ending() != Ending::Unknown {
        return None;
    }
    let deletes = |call: &&Call<'_>| {
        call.is("workspace", "DeleteExportTasks") && texts(call.input()).contains(&id)
    };
    let deletion = facts.after(last).find(deletes)?;
    let text =
        format!("deleted the file of {} after its download had broken off", file.start.name());
    Some(RULE.finding(Certainty::Likely, text, [file.start, last, deletion]))
}

fn never(facts: &Facts<'_>, file: &File<'_, '_>) -> Option<Finding> {
    let (seen, state) = file.seen.as_ref()?;
    // A client that met an error may end there.
    if facts.may_have_failed(file.start) || !is_good(state) || !file.downloads.is_empty() {
        return None;
    }
    let text = format!(
        "saw that the file of {} was ready ({state}), and did not download it",
        file.start.name()
    );
    Some(RULE.finding(Certainty::Likely, text, [file.start, *seen]))
}

#[cfg(test)]
#[path = "downloads_tests.rs"]
mod tests;
