//! Reads the requests of a run, without what is drawn anew in each run.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use super::super::lab::Ran;
use super::calls::{Called, FILES};
use crate::conversation::Entry;
use crate::rules::call::Call;

/// Most members of an input that are looked at: batches have hundreds.
const LEAVES_MAX: usize = 40;

/// Ids of what holds all objects of a client.
const CONTAINERS: [&str; 4] = ["UserStoreId", "ZoneId", "project_id", "domain_id"];

/// Longer texts are not compared.
const TEXT_MAX: usize = 100;

/// Which members of inputs are drawn anew in each run, such as ids.
#[derive(Debug, Clone, Default)]
pub(super) struct Drawn(BTreeSet<(String, String)>);

impl Drawn {
    /// Learns from several runs of the same client.
    pub(super) fn learn(runs: &[&Ran]) -> Self {
        let seen: Vec<_> = runs.iter().map(|run| values_by_member(&run.entries)).collect();
        let members: BTreeSet<_> = seen.iter().flat_map(BTreeMap::keys).cloned().collect();
        let differs = |member: &(String, String)| {
            let in_runs = seen.iter().map(|values| values.get(member));
            in_runs.collect::<BTreeSet<_>>().len() > 1
        };
        Self(members.into_iter().filter(differs).collect())
    }

    /// The requests of a run in the order of their arrival. Those that the twin cannot name are left out.
    pub(super) fn calls(&self, entries: &[Entry]) -> Vec<Called> {
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_key(|entry| entry.arrival);
        let ids = self.ids(&entries);
        entries.into_iter().filter_map(|entry| self.call(entry, &ids)).collect()
    }

    /// All values of members that hold ids. They are ids in other members too.
    fn ids(&self, entries: &[&Entry]) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for entry in entries {
            let is_id = |(pointer, _): &(String, Value)| self.has(entry, pointer);
            ids.extend(leaves(entry).into_iter().filter(is_id).map(|(_, value)| value.to_string()));
        }
        ids
    }

    fn has(&self, entry: &Entry, pointer: &str) -> bool {
        self.0.contains(&(name_of(entry), pointer.to_owned()))
    }

    fn call(&self, entry: &Entry, ids: &BTreeSet<String>) -> Option<Called> {
        let call = Call::new(entry);
        let is_file = call.operation.is_none() && entry.path.starts_with("/files/");
        if call.operation.is_none() && !is_file {
            return None;
        }
        let is_stable = |(pointer, value): &(String, Value)| {
            !self.has(entry, pointer) && !ids.contains(&value.to_string())
        };
        let service = if is_file { Some(FILES.to_owned()) } else { entry.service.clone() };
        let leaves = leaves(entry);
        let ids: Vec<_> = leaves.iter().filter(|(pointer, _)| names_object(pointer)).collect();
        let members: Vec<_> = leaves.iter().map(|(pointer, _)| pointer).collect();
        Some(Called {
            number: entry.number,
            service: service?,
            operation: call.operation,
            was_done: call.was_done(),
            attempt_of: hash(&call.key),
            object: (!ids.is_empty()).then(|| hash(&format!("{ids:?} {members:?}"))),
            input: leaves.into_iter().filter(is_stable).collect(),
        })
    }
}

/// Whether a member of an input says which object it is about: `/UserId`, `/userIds/0`, `/user_id`.
fn names_object(pointer: &str) -> bool {
    let mut names = pointer.split('/').filter(|name| name.parse::<u32>().is_err());
    let is_id = |name: &str| {
        let name = name.strip_suffix('s').unwrap_or(name);
        let is_id = name == "id" || ["Id", "ID", "_id"].iter().any(|end| name.ends_with(end));
        is_id && !CONTAINERS.contains(&name)
    };
    names.next_back().is_some_and(is_id)
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn name_of(entry: &Entry) -> String {
    entry.operation.clone().unwrap_or_default()
}

type Values = BTreeMap<(String, String), BTreeSet<String>>;

fn values_by_member(entries: &[Entry]) -> Values {
    let mut values = Values::new();
    for entry in entries {
        for (pointer, value) in leaves(entry) {
            values.entry((name_of(entry), pointer)).or_default().insert(value.to_string());
        }
    }
    values
}

/// The texts, numbers and truths of an input by JSON pointer, without secrets.
fn leaves(entry: &Entry) -> Vec<(String, Value)> {
    let mut leaves = Vec::new();
    match &entry.input {
        Some(input) => collect(input, String::new(), &mut leaves),
        // It was refused before it was read.
        None => collect(&unread(entry), String::new(), &mut leaves),
    }
    leaves
}

/// The body as JSON; without one, the query.
fn unread(entry: &Entry) -> Value {
    let body: Option<Value> = serde_json::from_str(&entry.body).ok();
    let query = entry.path.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let query = || pairs.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    body.filter(Value::is_object).unwrap_or_else(|| Value::Object(query()))
}

fn collect(value: &Value, pointer: String, leaves: &mut Vec<(String, Value)>) {
    if leaves.len() >= LEAVES_MAX {
        return;
    }
    let below = |name: &str| format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| collect(value, below(name), leaves));
        }
        Value::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered.for_each(|(at, item)| collect(item, below(&at.to_string()), leaves));
        }
        Value::Null => {}
        Value::String(text) if text == "***" || text.len() > TEXT_MAX => {}
        leaf => leaves.push((pointer, leaf.clone())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::talk::{Step, ok, refused};

    #[test]
    fn ids_name_objects_and_what_holds_all_of_them_does_not() {
        for named in ["/UserId", "/userIds/0", "/path/user_id", "/id", "/Users/3/UserID"] {
            assert!(names_object(named), "{named}");
        }
        for other in ["/UserName", "/UserStoreId", "/project_id", "/Valid", "/Ids2", ""] {
            assert!(!names_object(other), "{other}");
        }
    }

    #[test]
    fn what_was_refused_unread_has_the_name_of_what_was_read() {
        let key = |step: Step| Drawn::default().calls(&[step.entry()])[0].key();
        let unread = |step: Step| step.but(|entry| entry.input = None);
        let read = ok(0, "workspace", "ListUsers").with(json!({ "offset": "50" }));
        let query = refused(0, "workspace", "ListUsers", "APIGW.0101")
            .path("/v2/p/users?offset=50")
            .but(|entry| entry.body = String::new());
        assert_eq!(key(unread(query)), key(read));
        let create = || ok(0, "ciam", "CreateUser").with(json!({ "UserName": "ada" }));
        assert_eq!(key(unread(create())), key(create()));
    }
}
