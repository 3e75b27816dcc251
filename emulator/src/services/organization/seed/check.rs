//! Whether a seed can be inserted: names, ids, accounts, groups. Inserts nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::runtime::fold::fold;
use crate::services::pattern::Pattern;

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

/// What must not come again in a zone.
#[derive(Default)]
struct Taken {
    ids: BTreeSet<String>,
    names: BTreeSet<String>,
    emails: BTreeSet<String>,
    /// Texts of rules with a number in them.
    patterns: Vec<(Pattern, UsersRuleNumbers)>,
}

type UsersRuleNumbers = std::ops::Range<u64>;

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
        let mut taken = Taken::default();
        self.id(&mut taken, "z", zone.id.as_deref(), "zone");
        let mut groups = BTreeMap::new();
        for (index, group) in zone.groups.iter().enumerate() {
            let path = format!("zone.group[{index}]");
            self.id(&mut taken, "g", group.id.as_deref(), &path);
            self.require(is_group_name(&group.name), &path, || {
                "a name is 1 to 128 letters, digits and dashes".to_owned()
            });
            let is_new = taken.names.insert(format!("group {}", fold(&group.name)));
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

    fn id(&mut self, taken: &mut Taken, prefix: &str, id: Option<&str>, path: &str) {
        let Some(id) = id else { return };
        let path = format!("{path}.id");
        let rest = id.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
        let is_base36 = |b: u8| b.is_ascii_digit() || b.is_ascii_lowercase();
        let is_id = rest.is_some_and(|rest| rest.len() == 12 && rest.bytes().all(is_base36));
        self.require(is_id, &path, || format!("{id:?} is not `{prefix}-` and 12 of 0-9a-z"));
        self.require(taken.ids.insert(id.to_owned()), &path, || format!("{id:?} is taken"));
    }

    fn user(&mut self, user: &UserSeed, taken: &mut Taken, path: &str) {
        self.id(taken, "u", user.id.as_deref(), path);
        self.user_name(&user.name, path);
        let is_new = taken.names.insert(fold(&user.name));
        self.require(is_new, &format!("{path}.name"), || format!("{:?} is taken", user.name));
        let is_new = user.email.is_empty() || taken.emails.insert(fold(&user.email));
        self.require(is_new, &format!("{path}.email"), || format!("{:?} is taken", user.email));
    }

    fn user_name(&mut self, name: &str, path: &str) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
        let fits = (1..=64).contains(&name.len()) && name.chars().all(is_name);
        self.require(fits, &format!("{path}.name"), || {
            "a name is 1 to 64 letters, digits and +=,.@-_".to_owned()
        });
    }

    fn rule(&mut self, rule: &UsersRule, taken: &mut Taken, path: &str) {
        self.require((1..=RULE_MAX).contains(&rule.count), &format!("{path}.count"), || {
            format!("1 to {RULE_MAX}")
        });
        let first = u64::from(rule.first);
        let numbers = first..first + u64::from(rule.count);
        for (member, text) in [
            ("name", Some(rule.name.as_str())),
            ("email", rule.email.as_deref()),
            ("display_name", rule.display_name.as_deref()),
        ] {
            let Some(text) = text else { continue };
            let path = format!("{path}.{member}");
            let pattern = match Pattern::parse(text) {
                Ok(pattern) => pattern,
                Err(why) => {
                    self.0.push(format!("{path}: {why}"));
                    continue;
                }
            };
            if member == "display_name" {
                continue;
            }
            self.require(rule.count == 1 || pattern.has_number(), &path, || {
                format!("{text:?} needs a {{n}}, or all users have the same")
            });
            let earlier = if member == "name" { &taken.names } else { &taken.emails };
            let met = |text: &String| pattern.number_of(text).is_some_and(|n| numbers.contains(&n));
            let overlaps = |(other, theirs): &(Pattern, UsersRuleNumbers)| {
                *other == pattern && theirs.start < numbers.end && numbers.start < theirs.end
            };
            let is_free = !earlier.iter().any(met) && !taken.patterns.iter().any(overlaps);
            self.require(is_free, &path, || format!("{text:?} repeats an earlier one"));
            taken.patterns.push((pattern, numbers.clone()));
        }
        let mut widest = String::new();
        if let Ok(pattern) = Pattern::parse(&rule.name) {
            pattern.fill(numbers.end, &mut widest);
            self.user_name(&widest, path);
        }
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

fn is_group_name(name: &str) -> bool {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=128).contains(&name.len()) && name.bytes().all(is_name)
}

fn is_zone_name(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
    };
    (2..=64).contains(&name.len()) && name.split('-').all(is_part)
}
