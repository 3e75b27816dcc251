//! The conversation of a case, compared with the one that is kept beside its contract.

use std::path::PathBuf;

use similar::{ChangeTag, TextDiff};

use super::contract::{Case, Contract};
use super::evidence::reported;
use super::lab::Ran;
use crate::report::Reported;
use crate::rules::{Certainty, Finding};

mod form;
mod names;

use form::{Order, lines, order_of};

/// Equal lines that are shown around a difference.
const CONTEXT: usize = 2;

/// Compares the conversation with the kept one, or keeps it.
///
/// # Errors
/// Says why the file cannot be read or written.
pub(super) fn compare(
    contract: &Contract,
    case: &Case,
    ran: &Ran,
    update: bool,
) -> Result<Option<Reported>, String> {
    let path = path(contract, case);
    let fault = |error| format!("cannot use {}: {error}", path.display());
    let kept = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(fault(error)),
    };
    let kept_order = kept.as_deref().and_then(Order::of_text);
    let order = kept_order.filter(|_| !update).unwrap_or_else(|| order_of(&ran.entries));
    let now = format!("{}\n{}", order.head(), lines(ran, order).concat());
    if kept.as_deref() == Some(&now) {
        return Ok(None);
    }
    if update {
        path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(fault)?;
        std::fs::write(&path, now).map_err(fault)?;
        return Ok(None);
    }
    let name = path.display();
    let text = match kept {
        None => format!(
            "no conversation is kept in {name}: look at this one, and keep it with --update-snapshots"
        ),
        Some(_) => format!(
            "its conversation is not the one in {name}: --update-snapshots keeps the new one"
        ),
    };
    let rule = "snapshot".to_owned();
    let finding = Finding { rule, certainty: Certainty::Certain, text, witnesses: Vec::new() };
    let promise = "says what it said when its conversation was kept".to_owned();
    let mut found = reported(finding, promise, "the contract file".to_owned(), &ran.entries);
    found.state_difference = difference(kept.as_deref().unwrap_or_default(), &now);
    Ok(Some(found))
}

/// `snapshots/contract__case.snap` beside the contract's file.
fn path(contract: &Contract, case: &Case) -> PathBuf {
    let plain = |text: &str| {
        let char = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        text.chars().map(char).collect::<String>()
    };
    let file = format!("{}__{}.snap", plain(&contract.name), plain(&case.name));
    contract.client.folder.join("snapshots").join(file)
}

fn difference(kept: &str, now: &str) -> Vec<String> {
    let diff = TextDiff::from_lines(kept, now);
    let groups = diff.grouped_ops(CONTEXT);
    let changes = groups.iter().flatten().flat_map(|op| diff.iter_changes(op));
    let line = |change: similar::Change<&str>| {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        format!("{sign} {}", change.value().trim_end())
    };
    changes.map(line).collect()
}
