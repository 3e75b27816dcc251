//! Nothing is deleted on the strength of a list that was refused, broke off, or was empty by mistake.
//!
//! The judge sees no intention, only this pattern: the rows of one list are deleted exactly where another list of the
//! same kind of thing, of which the client has not all, does not name them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::call::Call;
use super::effects::{Effect, effect};
use super::facts::Facts;
use super::settings::Settings;
use super::values::texts;
use super::walks::{Unread, Walk, walks};
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "destroys-nothing-blindly",
    promise: "deletes nothing because of a read that was incomplete, refused or empty",
    source: "awslabs/ssosync#234 and #194: groups were deleted since a list of groups had answered 503",
    certainty: Certainty::Certain,
    check,
};

/// So many deletions without a single row that the bad list had named are no accident.
const ALL: usize = 5;

/// Fewer deletions prove nothing.
const SOME: usize = 2;

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    let deletions: Vec<_> =
        facts.calls().iter().filter(|call| deletes(call) && call.was_done()).collect();
    let (Some(first), Some(last)) = (deletions.first(), deletions.last()) else {
        return Vec::new();
    };
    let lists: Vec<_> =
        walks(facts).into_iter().filter(|walk| effect(walk.operation) == Effect::Reads).collect();
    let judge = |bad: &Walk<'_, '_>| {
        let bad = bad.before(first);
        let flaw = flaw(&bad)?;
        let noun = noun(&bad.operation.name);
        let same: Vec<_> = deletions.iter().copied().filter(|call| is_about(call, &noun)).collect();
        let targets = lists.iter().filter(|list| is_other(list, &bad) && noun_of(list) == noun);
        targets.map(|list| list.before(last)).find_map(|list| compare(&bad, &flaw, &list, &same))
    };
    lists.iter().filter_map(judge).take(1).collect()
}

fn is_other(list: &Walk<'_, '_>, bad: &Walk<'_, '_>) -> bool {
    list.operation.index != bad.operation.index || list.input != bad.input
}

/// Why a list is not to be trusted.
struct Flaw<'c, 'e> {
    call: &'c Call<'e>,
    what: String,
    /// Whether the client was told.
    is_plain: bool,
}

fn flaw<'c, 'e>(list: &Walk<'c, 'e>) -> Option<Flaw<'c, 'e>> {
    if let Some(call) = list.failed() {
        let code = call.entry.code.as_deref();
        let what =
            code.map_or("had no whole answer".to_owned(), |code| format!("had answered {code}"));
        return Some(Flaw { call, what, is_plain: true });
    }
    let end = list.pages().last()?.call;
    if end.fault_word(&["page"]) && list.items(end).is_empty() {
        return Some(Flaw {
            call: end,
            what: "had been empty by mistake".to_owned(),
            is_plain: false,
        });
    }
    let what = match list.unread()? {
        Unread::Items { read, total } => format!("had been read to row {read} of {total}"),
        Unread::NextPage => "had been read without its last pages".to_owned(),
    };
    Some(Flaw { call: end, what, is_plain: true })
}

/// Whether the deletions among the rows of the list are those that the bad list does not name.
fn compare(
    bad: &Walk<'_, '_>,
    flaw: &Flaw<'_, '_>,
    list: &Walk<'_, '_>,
    deletions: &[&Call<'_>],
) -> Option<Finding> {
    let mut seen = BTreeSet::new();
    let read = list.pages().iter().flat_map(|page| list.items(page.call)).map(names);
    // A client may read its list twice.
    let rows: Vec<Vec<String>> = read.filter(|row| seen.insert(row.clone())).collect();
    let mut uses: BTreeMap<&String, usize> = BTreeMap::new();
    for name in rows.iter().flatten() {
        *uses.entry(name).or_default() += 1;
    }
    let named: BTreeSet<String> =
        bad.pages().iter().flat_map(|page| names(page.call.answer())).collect();
    let (mut deleted, mut kept) = (Vec::new(), 0);
    for row in &rows {
        // What several rows share, such as a status, names none of them.
        let own = || row.iter().filter(|name| uses.get(name) == Some(&1));
        let is_named = own().any(|name| named.contains(name));
        let deletion = deletions.iter().find(|call| own().any(|name| mentions(call, name)));
        match deletion {
            Some(call) if !is_named => deleted.push(*call),
            None if is_named => kept += 1,
            // The deletions have another reason.
            _ => return None,
        }
    }
    let certainty = match deleted.len() {
        0 => return None,
        count if flaw.is_plain && (kept > 0 || count >= ALL) => Certainty::Certain,
        count if count >= SOME => Certainty::Likely,
        _ => return None,
    };
    let (begin, end) = (deleted.first()?, deleted.last()?);
    let text = format!(
        "deleted {} with {} that {} does not name, after that {}",
        if deleted.len() == 1 { "1 row".to_owned() } else { format!("{} rows", deleted.len()) },
        begin.name(),
        bad.operation.name,
        flaw.what
    );
    let witnesses = [flaw.call, begin, end];
    let mut finding = RULE.finding(certainty, text, witnesses);
    finding.witnesses.dedup();
    Some(finding)
}

/// Texts that can name an object.
fn names(value: &Value) -> Vec<String> {
    let mut names: Vec<_> =
        texts(value).into_iter().filter(|text| text.len() >= 3).map(str::to_lowercase).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn mentions(call: &Call<'_>, name: &str) -> bool {
    let is_it = |text: &str| text.eq_ignore_ascii_case(name);
    texts(&removed(call)).into_iter().any(is_it) || call.entry.path.split(['/', '?']).any(is_it)
}

/// The part of the input that names what goes: of a batch of AICC only the entries that disable.
fn removed(call: &Call<'_>) -> Value {
    let Some(entries) = call.input().get("federationUserList").and_then(Value::as_array) else {
        return call.input().clone();
    };
    entries.iter().filter(|entry| is_disabling(entry)).cloned().collect()
}

fn is_disabling(entry: &Value) -> bool {
    entry.get("action").and_then(Value::as_str) == Some("DISABLE")
}

fn deletes(call: &Call<'_>) -> bool {
    call.effect() == Some(Effect::Destroys) || !texts(&batch(call)).is_empty()
}

fn batch(call: &Call<'_>) -> Value {
    if call.is("aicc", "createTask") { removed(call) } else { Value::Null }
}

/// Whether a deletion is about such things. A batch of AICC is about users.
fn is_about(call: &Call<'_>, of: &str) -> bool {
    let name = if call.is("aicc", "createTask") {
        "DisableUser"
    } else {
        call.operation.map_or("", |o| &o.name)
    };
    noun(name) == of
}

fn noun_of(list: &Walk<'_, '_>) -> String {
    noun(&list.operation.name)
}

/// What an operation is about: `ListUserGroups` and `DeleteGroup` both say `group`.
fn noun(name: &str) -> String {
    let verbs = ["Batch", "List", "Describe", "Delete", "Remove", "Disable"];
    let mut rest = name;
    for verb in verbs {
        rest = rest.strip_prefix(verb).unwrap_or(rest);
    }
    let rest = rest.strip_suffix('s').unwrap_or(rest).to_ascii_lowercase();
    match &*rest {
        "usergroup" => "group".to_owned(),
        "desktopuser" => "user".to_owned(),
        "userfromgroup" => "groupmember".to_owned(),
        _ => rest,
    }
}

#[cfg(test)]
#[path = "destroys_blindly_tests.rs"]
mod tests;
