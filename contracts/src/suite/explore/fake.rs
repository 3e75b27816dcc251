//! A small twin with clients as functions, for tests of whole explorations.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::super::lab::{End, Lab, LabError, Ran, Room};
use crate::conversation::{Entry, Fault, Outcome};
use crate::rules::talk::ok;

/// What a client gets.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reply {
    Ok(Vec<String>),
    Refused(String),
    Lost,
}

/// A client: returns its exit code.
pub(super) type Client = fn(&mut Wire) -> i32;

/// The exit code of a client that would run for ever.
pub(super) const NEVER: i32 = i32::MIN;

/// The lab of one client. It counts the runs.
pub(super) struct FakeLab {
    pub(super) client: Client,
    pub(super) users: Vec<&'static str>,
    pub(super) runs: AtomicUsize,
    /// It is stopped from outside at that run.
    pub(super) stops_at: usize,
}

impl FakeLab {
    pub(super) fn new(client: Client, users: &[&'static str]) -> Self {
        Self { client, users: users.to_vec(), runs: AtomicUsize::new(0), stops_at: usize::MAX }
    }
}

impl Lab for FakeLab {
    fn room(&self) -> Result<Box<dyn Room + '_>, LabError> {
        let users: Vec<String> = self.users.iter().map(|&name| name.to_owned()).collect();
        Ok(Box::new(FakeRoom { lab: self, before: users.clone(), users }))
    }
}

struct FakeRoom<'l> {
    lab: &'l FakeLab,
    users: Vec<String>,
    before: Vec<String>,
}

impl Room for FakeRoom<'_> {
    fn run(&mut self, scenarios: &[String]) -> Result<Ran, LabError> {
        let number = self.lab.runs.fetch_add(1, Ordering::Relaxed);
        if number >= self.lab.stops_at {
            return Err(LabError::Stopped);
        }
        let rules = scenarios.iter().flat_map(|text| rules(text)).collect();
        let (users, before) = (self.users.clone(), self.before.clone());
        let mut wire = Wire { users, before, rules, entries: Vec::new(), number };
        let code = (self.lab.client)(&mut wire);
        let end = if code == NEVER { End::TimedOut } else { End::Exited(code) };
        (self.users, self.before) = (wire.users, wire.before);
        let row =
            |name: &String| json!({ "user_name": name, "user_id": format!("{number}-{name}") });
        let state = json!({ "ciam_users": self.users.iter().map(row).collect::<Vec<_>>() });
        let wall = Duration::from_millis(10);
        Ok(Ran {
            end,
            wall,
            fired: wire.rules.iter().map(|rule| rule.fired).sum(),
            entries: wire.entries,
            lost: 0,
            state,
            given: Vec::new(),
            output: "some output".to_owned(),
        })
    }
}

/// A rule of a scenario, with its counts.
struct Rule {
    table: Value,
    met: u64,
    fired: u64,
}

fn rules(text: &str) -> Vec<Rule> {
    let scenario: Value = toml::from_str(text).unwrap();
    let tables = scenario["rule"].as_array().cloned().unwrap_or_default();
    tables.into_iter().map(|table| Rule { table, met: 0, fired: 0 }).collect()
}

impl Rule {
    fn is_about(&self, operation: &str, input: &Value) -> bool {
        let conditions = self.table["input"].as_object().cloned().unwrap_or_default();
        let holds = |(pointer, value): (&String, &Value)| input.pointer(pointer) == Some(value);
        self.table["operation"] == operation && conditions.iter().all(holds)
    }

    /// Counts a request; whether it acts.
    fn acts(&mut self) -> bool {
        self.met += 1;
        let skip = self.table["skip"].as_u64().unwrap_or_default();
        let times = if self.table["always"] == true { u64::MAX } else { 1 };
        let acts = self.met > skip && self.fired < times;
        self.fired += u64::from(acts);
        acts
    }
}

/// The connection of one run.
pub(super) struct Wire {
    users: Vec<String>,
    before: Vec<String>,
    rules: Vec<Rule>,
    entries: Vec<Entry>,
    number: usize,
}

impl Wire {
    pub(super) fn create(&mut self, name: &str) -> Reply {
        self.call("CreateUser", json!({ "UserName": name }))
    }

    pub(super) fn delete(&mut self, name: &str) -> Reply {
        self.call("DeleteUsers", json!({ "UserIds": [name] }))
    }

    pub(super) fn list(&mut self) -> Reply {
        let store = format!("store-{}", self.number);
        self.call("ListUser", json!({ "UserStoreId": store, "Pageable": { "PageNumber": 1 } }))
    }

    /// How many requests it has had.
    pub(super) fn count(&self) -> usize {
        self.entries.len()
    }

    fn call(&mut self, operation: &str, input: Value) -> Reply {
        let mut acting = BTreeMap::new();
        for (at, rule) in self.rules.iter_mut().enumerate() {
            if rule.is_about(operation, &input) && rule.acts() {
                let phase = rule.table["at"].as_str().unwrap().to_owned();
                acting.entry(phase).or_insert((at + 1, rule.table["effect"].clone()));
            }
        }
        let first = ["arrival", "before_handler", "after_commit", "body"];
        let hit = first.iter().find_map(|phase| Some((*phase, acting.get(*phase)?.clone())));
        let (phase, rule, effect) = match hit {
            Some((phase, (rule, effect))) => (phase, rule, effect),
            None => ("", 0, Value::Null),
        };
        let is_early =
            matches!(phase, "arrival" | "before_handler") && effect.get("stale").is_none();
        let own = if is_early { Reply::Lost } else { self.handle(operation, &input) };
        let reply = self.reply(&effect, own.clone());
        let replaced =
            (!is_early).then_some(if matches!(own, Reply::Refused(_)) { 400 } else { 200 });
        let code = if let Reply::Refused(code) = &own { Some(code.clone()) } else { None };
        let fault = (rule > 0).then(|| Fault {
            scenario: "plan".to_owned(),
            rule,
            effect: effect.to_string(),
            phase: phase.to_owned(),
            replaced_status: replaced,
            replaced_code: code,
        });
        self.write_down(operation, input, &reply, fault);
        reply
    }

    fn handle(&mut self, operation: &str, input: &Value) -> Reply {
        let name = input["UserName"].as_str().or(input["UserIds"][0].as_str()).unwrap_or_default();
        let has = self.users.iter().any(|known| known == name);
        match operation {
            "CreateUser" if has => {
                return Reply::Refused("FailedOperation.UserNameAlreadyExists".to_owned());
            }
            "CreateUser" => {
                self.before.clone_from(&self.users);
                self.users.push(name.to_owned());
            }
            "DeleteUsers" => {
                self.before.clone_from(&self.users);
                self.users.retain(|known| known != name);
            }
            _ => return Reply::Ok(self.users.clone()),
        }
        Reply::Ok(Vec::new())
    }

    fn reply(&self, effect: &Value, own: Reply) -> Reply {
        let has = |name: &str| effect.get(name).is_some();
        if let Some(code) = effect["refuse"].as_str() {
            return Reply::Refused(code.to_owned());
        }
        if has("drop")
            || has("cut")
            || has("garbage")
            || has("status")
            || has("revoked")
            || has("clock_skew")
        {
            return Reply::Lost;
        }
        match (own, effect["page"].as_str()) {
            (Reply::Ok(_), Some("empty")) => Reply::Ok(Vec::new()),
            (Reply::Ok(rows), Some("short")) => Reply::Ok(rows[..rows.len() / 2].to_vec()),
            (Reply::Ok(_), _) if has("stale") => Reply::Ok(self.before.clone()),
            (own, _) => own,
        }
    }

    fn write_down(&mut self, operation: &str, input: Value, reply: &Reply, fault: Option<Fault>) {
        let number = u64::try_from(self.entries.len()).unwrap() + 1;
        // Far enough apart that no rule about times has anything to say.
        let step = ok(number * 30_000, "ciam", operation).with(input);
        self.entries.push(
            step.but(|entry| {
                (entry.number, entry.arrival) = (number, number);
                match reply {
                    Reply::Ok(_) => {}
                    Reply::Refused(code) => {
                        entry.outcome = Outcome::Refused;
                        entry.code = Some(code.clone());
                    }
                    Reply::Lost => {
                        entry.outcome = Outcome::Faulted;
                        (entry.status, entry.sent) = (0, Some(false));
                    }
                }
                entry.fault = fault;
            })
            .entry(),
        );
    }
}
