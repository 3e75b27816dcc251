//! Whether a seed can be inserted: names, ids, accounts, groups. Inserts nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, json};

use crate::runtime::fold::fold;
use crate::services::could_ask;
use crate::services::pattern::{Pattern, numbers};
use crate::services::taken::Taken;

use super::super::{Kind, cam_users, limits};
use super::{OrganizationSeed, UserSeed, UsersRule, ZoneSeed, roles, user_syncs};

/// Most users of one rule.
const RULE_MAX: u32 = 1_000_000;

/// Everything that is wrong with a seed.
pub(super) fn problems(seed: &OrganizationSeed) -> Vec<String> {
    let mut found = Problems::default();
    for name in seed.limits.keys() {
        let known = limits::ALL.iter().map(|limit| limit.name);
        found.require(known.clone().any(|known| known == name), "limits", || {
            format!("unknown limit {name:?}; there are: {}", known.collect::<Vec<_>>().join(", "))
        });
    }
    let mut nodes = BTreeSet::from(["Root"]);
    for (index, node) in seed.nodes.iter().enumerate() {
        let path = format!("node[{index}]");
        found.known(&nodes, node.parent.as_deref(), &format!("{path}.parent"), "earlier node");
        found.require(nodes.insert(&node.name), &path, || format!("{:?} is taken", node.name));
    }
    let mut uins = BTreeSet::new();
    for (index, member) in seed.members.iter().enumerate() {
        let path = format!("member[{index}]");
        found.known(&nodes, member.node.as_deref(), &format!("{path}.node"), "node");
        found.require(member.uin > 0, &path, || "an account number is above 0".to_owned());
        found.require(uins.insert(member.uin), &path, || format!("{} is taken", member.uin));
        let names = member.cam_users.iter().map(|user| user.name.as_str());
        for problem in cam_users::check(names) {
            found.0.push(format!("{path}.cam_user: {problem}"));
        }
    }
    if let Some(zone) = &seed.zone {
        found.zone(zone);
        found.0.extend(user_syncs::problems(zone, &uins));
        found.0.extend(roles::problems(zone, &uins));
    }
    found.0.into_iter().map(|problem| format!("organization.{problem}")).collect()
}

#[derive(Default)]
struct Problems(Vec<String>);

/// What must not come again in a zone. Case does not count.
#[derive(Default)]
struct ZoneTaken {
    ids: BTreeSet<String>,
    groups: BTreeSet<String>,
    names: Taken,
    emails: Taken,
}

impl Problems {
    fn require(&mut self, keeps: bool, path: &str, problem: impl FnOnce() -> String) {
        if !keeps {
            self.0.push(format!("{path}: {}", problem()));
        }
    }

    fn known(&mut self, names: &BTreeSet<&str>, name: Option<&str>, path: &str, what: &str) {
        let Some(name) = name else { return };
        self.require(names.contains(name), path, || format!("there is no {what} {name:?}"));
    }

    fn zone(&mut self, zone: &ZoneSeed) {
        self.require(is_zone_name(&zone.name), "zone.name", || {
            "2 to 64 lower-case letters, digits and single inner dashes".to_owned()
        });
        let mut taken = ZoneTaken::default();
        self.id(&mut taken, "z", zone.id.as_deref(), "zone");
        let mut groups = BTreeMap::new();
        for (index, group) in zone.groups.iter().enumerate() {
            let path = format!("zone.group[{index}]");
            self.id(&mut taken, "g", group.id.as_deref(), &path);
            let texts = [
                ("name", "GroupName", &group.name),
                ("description", "Description", &group.description),
            ];
            self.texts("CreateGroup", &texts, &path);
            let is_new = taken.groups.insert(fold(&group.name));
            self.require(is_new, &path, || format!("{:?} is taken", group.name));
            groups.insert(group.name.as_str(), group.kind);
        }
        for (index, user) in zone.users.iter().enumerate() {
            self.user(user, &mut taken, &format!("zone.user[{index}]"));
            self.groups(&groups, &user.groups, user.kind, &format!("zone.user[{index}].groups"));
        }
        for (index, rule) in zone.rules.iter().enumerate() {
            self.rule(rule, &mut taken, &format!("zone.users[{index}]"));
            self.groups(&groups, &rule.groups, rule.kind, &format!("zone.users[{index}].groups"));
        }
    }

    fn id(&mut self, taken: &mut ZoneTaken, prefix: &str, id: Option<&str>, path: &str) {
        let Some(id) = id else { return };
        let path = format!("{path}.id");
        let rest = id.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
        let is_base36 = |b: u8| b.is_ascii_digit() || b.is_ascii_lowercase();
        let is_id = rest.is_some_and(|rest| rest.len() == 12 && rest.bytes().all(is_base36));
        self.require(is_id, &path, || format!("{id:?} is not `{prefix}-` and 12 of 0-9a-z"));
        self.require(taken.ids.insert(id.to_owned()), &path, || format!("{id:?} is taken"));
    }

    fn user(&mut self, user: &UserSeed, taken: &mut ZoneTaken, path: &str) {
        self.id(taken, "u", user.id.as_deref(), path);
        let texts = [
            ("name", "UserName", &user.name),
            ("first_name", "FirstName", &user.first_name),
            ("last_name", "LastName", &user.last_name),
            ("display_name", "DisplayName", &user.display_name),
            ("description", "Description", &user.description),
            ("email", "Email", &user.email),
        ];
        self.texts("CreateUser", &texts, path);
        let is_new = taken.names.text(&fold(&user.name));
        self.require(is_new, &format!("{path}.name"), || format!("{:?} is taken", user.name));
        let is_new = user.email.is_empty() || taken.emails.text(&fold(&user.email));
        self.require(is_new, &format!("{path}.email"), || format!("{:?} is taken", user.email));
    }

    /// Whether the operation would take these texts: each the key of the seed, the member, and the text.
    fn texts(&mut self, operation: &str, texts: &[(&str, &str, &String)], path: &str) {
        let service = contracts::catalog().service("organization");
        let operation =
            service.and_then(|service| service.operation(operation, service.versions.first()?));
        let Some(operation) = operation else { return };
        let members = texts.iter().filter(|(_, _, text)| !text.is_empty());
        let mut members: Map<_, _> =
            members.map(|(_, member, text)| ((*member).to_owned(), json!(text))).collect();
        members.insert("ZoneId".to_owned(), json!("z"));
        let Some((member, why)) = could_ask::problem(&members.into(), &operation.input) else {
            return;
        };
        let key = texts.iter().find(|(_, name, _)| *name == member).map_or("name", |(key, ..)| key);
        self.0.push(format!("{path}.{key}: {why}"));
    }

    fn rule(&mut self, rule: &UsersRule, taken: &mut ZoneTaken, path: &str) {
        self.require((1..=RULE_MAX).contains(&rule.count), &format!("{path}.count"), || {
            format!("1 to {RULE_MAX}")
        });
        let numbers = numbers(rule.first, rule.count.min(RULE_MAX));
        let texts = [
            ("name", Some(&rule.name), Some(&mut taken.names)),
            ("email", rule.email.as_ref(), Some(&mut taken.emails)),
            ("display_name", rule.display_name.as_ref(), None),
        ];
        for (member, text, taken) in texts {
            let Some(text) = text else { continue };
            let path = format!("{path}.{member}");
            let pattern = match Pattern::parse(&fold(text)) {
                Ok(pattern) => pattern,
                Err(why) => {
                    self.0.push(format!("{path}: {why}"));
                    continue;
                }
            };
            let Some(taken) = taken else { continue };
            self.require(rule.count == 1 || pattern.has_number(), &path, || {
                format!("{text:?} needs a {{n}}, or all users have the same")
            });
            let again = taken.rule(pattern, numbers.clone());
            self.require(again.is_none(), &path, || {
                format!("{:?} is taken by an earlier one", again.unwrap_or_default())
            });
        }
        // Between the first and the last only digits change, and the last is the longest.
        let last = |text: Option<&str>| {
            let mut last = String::new();
            if let Some(Ok(pattern)) = text.map(Pattern::parse) {
                pattern.fill(numbers.end.saturating_sub(1), &mut last);
            }
            last
        };
        let texts = [
            ("name", "UserName", &last(Some(&rule.name))),
            ("display_name", "DisplayName", &last(rule.display_name.as_deref())),
            ("email", "Email", &last(rule.email.as_deref())),
        ];
        self.texts("CreateUser", &texts, path);
    }

    fn groups(&mut self, known: &BTreeMap<&str, Kind>, names: &[String], kind: Kind, path: &str) {
        let mut met = BTreeSet::new();
        for name in names {
            match known.get(name.as_str()) {
                None => self.0.push(format!("{path}: there is no group {name:?}")),
                Some(of_group) => self.require(*of_group == kind, path, || {
                    format!("group {name:?} is {}, not {}", of_group.word(), kind.word())
                }),
            }
            self.require(met.insert(name), path, || format!("{name:?} is named twice"));
        }
    }
}

fn is_zone_name(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
    };
    (2..=64).contains(&name.len()) && name.split('-').all(is_part)
}
