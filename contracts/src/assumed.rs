//! Everything that the models assume, each with its reason.

use serde::Serialize;

use crate::model::{Catalog, Code, Operation, ProtocolModel, Service, Shape};

/// One thing that no source of the vendor says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assumption {
    /// The service or the protocol.
    pub of: String,
    /// What kind of fact it is.
    pub kind: Fact,
    /// Which one: a code, an operation, a member; empty: the protocol as a whole.
    pub name: String,
    /// What is assumed, and why.
    pub why: String,
}

/// The kinds of facts in a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// A protocol as a whole.
    Protocol,
    /// What answers a broken rule.
    Rule,
    /// A code, or one of its causes.
    Code,
    /// The name or the path of an operation.
    Operation,
    /// How an operation pages.
    Paging,
    /// What a client waits for.
    Polls,
    /// A member of a shape, of an input or of an output.
    Member,
}

impl Fact {
    /// Its name, as it is in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Fact::Protocol => "protocol",
            Fact::Rule => "rule",
            Fact::Code => "code",
            Fact::Operation => "operation",
            Fact::Paging => "paging",
            Fact::Polls => "polls",
            Fact::Member => "member",
        }
    }
}

/// All assumptions of the catalog, or those of one service and of its protocol.
pub fn assumptions(catalog: &Catalog, service: Option<&str>) -> Vec<Assumption> {
    let chosen = |one: &&Service| service.is_none_or(|name| name == one.name);
    let services: Vec<_> = catalog.services.iter().filter(chosen).collect();
    let mut all = Vec::new();
    for protocol in &catalog.protocols {
        if services.iter().any(|service| service.protocol == protocol.family) {
            of_protocol(protocol, &mut all);
        }
    }
    for service in services {
        of_service(service, catalog.protocol(service.protocol), &mut all);
    }
    all
}

/// Where the assumptions of one service or protocol go.
struct List<'a> {
    of: &'a str,
    all: &'a mut Vec<Assumption>,
}

impl List<'_> {
    fn add(&mut self, kind: Fact, name: impl Into<String>, why: Option<&String>) {
        if let Some(why) = why {
            let (of, name, why) = (self.of.to_owned(), name.into(), why.clone());
            self.all.push(Assumption { of, kind, name, why });
        }
    }

    fn code(&mut self, name: &str, code: &Code) {
        self.add(Fact::Code, name, code.assumed.as_ref());
        for (cause, known) in &code.when {
            self.add(Fact::Code, format!("{name} ({cause})"), known.assumed.as_ref());
        }
    }

    fn members(&mut self, of: &str, shape: &Shape) {
        for member in &shape.members {
            self.add(Fact::Member, format!("{of}.{}", member.name), member.assumed.as_ref());
        }
    }
}

fn of_protocol(protocol: &ProtocolModel, all: &mut Vec<Assumption>) {
    let mut list = List { of: protocol.family.name(), all };
    for why in &protocol.assumed {
        list.add(Fact::Protocol, "", Some(why));
    }
    for (kind, rule) in &protocol.rules {
        list.add(Fact::Rule, kind.name(), rule.assumed.as_ref());
    }
    for (name, code) in &*protocol.codes {
        list.code(name, code);
    }
}

fn of_service(service: &Service, gateway: Option<&ProtocolModel>, all: &mut Vec<Assumption>) {
    let mut list = List { of: &service.name, all };
    for (kind, rule) in &service.rules {
        list.add(Fact::Rule, kind.name(), rule.assumed.as_ref());
    }
    for (name, code) in &*service.codes {
        // What it shares with its gateway is the protocol's.
        if !gateway.is_some_and(|gateway| gateway.codes.contains_key(name)) {
            list.code(name, code);
        }
    }
    for operation in &service.operations {
        of_operation(operation, service.versions.first(), &mut list);
    }
    for (name, shape) in &*service.shapes {
        list.members(name, shape);
    }
}

fn of_operation(operation: &Operation, usual: Option<&String>, list: &mut List<'_>) {
    let version = Some(&operation.version).filter(|version| Some(*version) != usual);
    let name = version
        .map_or_else(|| operation.name.clone(), |version| format!("{}@{version}", operation.name));
    list.add(Fact::Operation, &name, operation.assumed.as_ref());
    let paging = operation.paging.as_ref().and_then(|paging| paging.assumed.as_ref());
    list.add(Fact::Paging, &name, paging);
    let polls = operation.polls.as_ref().and_then(|polls| polls.assumed.as_ref());
    list.add(Fact::Polls, &name, polls);
    list.members(&format!("{name} input"), &operation.input);
    list.members(&format!("{name} output"), &operation.output);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog;

    /// Every `assumed` in the files, each once: a line of a file may hold several.
    #[test]
    fn each_assumption_of_the_files_is_listed() {
        let listed: BTreeSet<_> =
            assumptions(catalog(), None).into_iter().map(|one| one.why).collect();
        let written: BTreeSet<_> = crate::load::files()
            .flat_map(|text| text.parse::<toml::Table>().unwrap())
            .flat_map(|(key, value)| reasons(&key, &value))
            .collect();
        assert!(written.len() > 100);
        assert_eq!(listed, written);
    }

    fn reasons(key: &str, value: &toml::Value) -> Vec<String> {
        match value {
            toml::Value::String(text) if key == "assumed" => vec![text.clone()],
            toml::Value::Array(list) => list.iter().flat_map(|one| reasons(key, one)).collect(),
            toml::Value::Table(table) => {
                table.iter().flat_map(|(key, value)| reasons(key, value)).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn one_service_has_its_own_and_those_of_its_protocol() {
        let of = |service| {
            let all = assumptions(catalog(), service);
            all.into_iter().map(|one| one.of).collect::<BTreeSet<_>>()
        };
        assert_eq!(of(Some("aicc")), BTreeSet::from(["aicc".to_owned()]));
        let both = ["huawei_apig", "workspace"].map(str::to_owned);
        assert_eq!(of(Some("workspace")), BTreeSet::from(both));
        assert!(of(Some("none")).is_empty());
    }
}
