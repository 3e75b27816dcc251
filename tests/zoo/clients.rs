//! The clients as `zoo.toml` lists them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use contracts::report::Verdict;
use contracts::rules::Certainty;
use serde::Deserialize;
use toml::Value;

use super::check::{Case, Expect};
use super::runtimes::Runtime;

/// One client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub name: String,
    pub runtime: Runtime,
    pub file: String,
    pub seed: String,
    pub correct: bool,
    /// What a correct one does, and what it calls.
    pub what: Option<String>,
    #[serde(default)]
    pub operations: Vec<String>,
    /// The correct client of which it is a variation, and its bug.
    pub base: Option<String>,
    pub bug: Option<String>,
    pub kind: Option<String>,
    /// What must name it.
    pub rule: Option<String>,
    pub verdict: Option<Verdict>,
    /// How sure the rule must be at least.
    #[serde(default = "likely")]
    pub certainty: Certainty,
    pub plan: Option<String>,
    pub source: Option<String>,
    pub shows: Option<Shows>,
}

/// What is seen of a faulty client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shows {
    pub exit: Value,
    #[serde(default)]
    pub calls: BTreeMap<String, Value>,
    #[serde(default)]
    pub done: BTreeMap<String, Value>,
}

fn likely() -> Certainty {
    Certainty::Likely
}

#[derive(Deserialize)]
struct Zoo {
    client: Vec<Client>,
}

/// The folder of the zoo.
pub fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/clients")).canonicalize().unwrap()
}

/// Every client; names of operations are completed by those that its base calls.
pub fn all() -> Vec<Client> {
    let text = std::fs::read_to_string(folder().join("zoo.toml")).unwrap();
    let mut clients = toml::from_str::<Zoo>(&text).unwrap().client;
    let of: BTreeMap<_, _> =
        clients.iter().map(|one| (one.name.clone(), one.operations.clone())).collect();
    for client in &mut clients {
        let operations = &of[client.base.as_ref().unwrap_or(&client.name)];
        if let Some(shows) = &mut client.shows {
            shows.calls = qualified(&shows.calls, operations);
            shows.done = qualified(&shows.done, operations);
        }
    }
    clients
}

/// The counts by names with their service: several services have a `ListUsers`.
fn qualified(counts: &BTreeMap<String, Value>, operations: &[String]) -> BTreeMap<String, Value> {
    let name = |short: &String| {
        let fits = |one: &&String| one.split_once('.').is_some_and(|(_, name)| name == short);
        operations.iter().find(fits).unwrap_or(short).clone()
    };
    counts.iter().map(|(short, count)| (name(short), count.clone())).collect()
}

impl Client {
    /// Whether it never ends under its plan.
    pub fn hangs(&self) -> bool {
        self.verdict == Some(Verdict::Hung)
    }

    /// The run in which its bug shows, and what is seen of it.
    pub fn case(&self) -> Case {
        let shows = self.shows.as_ref().unwrap();
        Case {
            name: "plan".to_owned(),
            scenario: self.plan.iter().cloned().collect(),
            expect: Expect {
                exit: shows.exit.clone(),
                calls: shows.calls.clone(),
                done: shows.done.clone(),
            },
        }
    }
}
