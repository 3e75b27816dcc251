//! Whether a seed can be inserted: names, groups, patterns, room. What calls may not ask for, a seed may
//! not have: members are checked against the model of `CreateDesktopUser`. Inserts nothing.

use std::collections::HashSet;

use serde_json::json;

use super::super::limits::USERS_MAX;
use super::super::times;
use super::{ActiveTypeSeed, GroupSeed, ProjectSeed, UserSeed, UsersRule, WorkspaceSeed};
use crate::runtime::fold::fold;
use crate::services::could_ask;
use crate::services::pattern::{Pattern, numbers};
use crate::vendors::huawei::DEFAULT_PROJECT;

/// Most users of a rule.
const RULE_MAX: u32 = 1_000_000;

/// Longest name of a group, in characters.
const GROUP_NAME_MAX: usize = 64;

/// Everything that is wrong with a seed.
pub(super) fn problems(seed: &WorkspaceSeed) -> Vec<String> {
    let mut found = Problems::default();
    let mut met = HashSet::new();
    for (index, project) in seed.projects.iter().enumerate() {
        let path = format!("workspace.project[{index}]");
        found.require(project.id.is_none() || project.name.is_none(), &path, || {
            "a project has an id or a name, not both".to_owned()
        });
        let id = project.id.as_deref();
        found.require(id.is_none_or(|id| !id.is_empty() && !id.contains('/')), &path, || {
            "an id is a part of a path".to_owned()
        });
        let name = project.name.as_deref().unwrap_or(DEFAULT_PROJECT);
        let is_new = met.insert((id, if id.is_some() { "" } else { name }));
        found.require(is_new, &path, || "there are two of this project".to_owned());
        found.project(project, &path);
    }
    found.list
}

/// What was found.
#[derive(Default)]
struct Problems {
    list: Vec<String>,
}

/// What the things of a project are called by.
#[derive(Default)]
struct Names {
    groups: HashSet<String>,
    users: HashSet<String>,
    ids: HashSet<String>,
}

impl Problems {
    fn require(&mut self, keeps: bool, path: &str, problem: impl FnOnce() -> String) {
        if !keeps {
            self.list.push(format!("{path}: {}", problem()));
        }
    }

    fn once(&mut self, names: &mut HashSet<String>, value: &str, path: &str) {
        let is_new = names.insert(fold(value));
        self.require(is_new, path, || format!("{value:?} is taken by an earlier one"));
    }

    fn project(&mut self, project: &ProjectSeed, path: &str) {
        let mut names = Names::default();
        for (index, group) in project.groups.iter().enumerate() {
            self.group(group, &mut names, &format!("{path}.group[{index}]"));
        }
        for (index, user) in project.users.iter().enumerate() {
            self.user(user, &mut names, &format!("{path}.user[{index}]"));
        }
        for (index, rule) in project.rules.iter().enumerate() {
            self.rule(rule, &mut names, &format!("{path}.users[{index}]"));
        }
        for (index, group) in project.groups.iter().enumerate() {
            let path = format!("{path}.group[{index}].members");
            for name in &group.members {
                self.require(names.users.contains(&fold(name)), &path, || {
                    format!("the project has no user {name:?}")
                });
            }
        }
        let quota = project.user_quota.map_or(USERS_MAX, i64::from);
        let users = i64::try_from(names.users.len()).unwrap_or(i64::MAX);
        self.require(users <= quota, path, || {
            format!("{users} users do not fit into a quota of {quota}: set user_quota")
        });
        let is_empty = project.users.is_empty() && project.groups.is_empty() && users == 0;
        self.require(!project.closed || is_empty, path, || {
            "a closed service has no users and no groups".to_owned()
        });
    }

    fn group(&mut self, group: &GroupSeed, names: &mut Names, path: &str) {
        let length = group.name.chars().count();
        let name = format!("{path}.name");
        self.require((1..=GROUP_NAME_MAX).contains(&length), &name, || {
            format!("a name has 1 to {GROUP_NAME_MAX} characters")
        });
        self.once(&mut names.groups, &group.name, &name);
        if let Some(id) = &group.id {
            self.once(&mut names.ids, id, &format!("{path}.id"));
        }
    }

    fn groups(&mut self, groups: &[String], names: &Names, path: &str) {
        for name in groups {
            self.require(names.groups.contains(&fold(name)), path, || {
                format!("the project has no group {name:?}")
            });
        }
    }

    fn user(&mut self, user: &UserSeed, names: &mut Names, path: &str) {
        self.members(
            &json!({
                "user_name": user.user_name,
                "user_email": user.user_email.as_deref().unwrap_or_default(),
                "user_phone": user.user_phone.as_deref().unwrap_or_default(),
                "description": user.description.as_deref().unwrap_or_default(),
                "domain": user.domain.as_deref().unwrap_or_default(),
            }),
            path,
        );
        let address = user.user_email.is_some() || user.user_phone.is_some();
        self.address(address, user.active_type, path);
        self.once(&mut names.users, &user.user_name, &format!("{path}.user_name"));
        let devices = user.otp_devices.iter().filter_map(|device| device.id.as_ref());
        for id in user.id.iter().chain(devices) {
            self.once(&mut names.ids, id, &format!("{path}.id"));
        }
        if let Some(text) = &user.account_expires {
            let path = format!("{path}.account_expires");
            self.require(times::parse_expiry(text).is_some(), &path, || {
                format!("{text:?} is not a time such as 2030-01-31T08:00:00Z")
            });
        }
        self.groups(&user.groups, names, &format!("{path}.groups"));
    }

    fn address(&mut self, is_given: bool, kind: ActiveTypeSeed, path: &str) {
        self.require(is_given || kind == ActiveTypeSeed::AdminActivate, path, || {
            "a user that activates itself has a mail address or a phone number".to_owned()
        });
    }

    /// Whether a call could ask for a user with these members.
    fn members(&mut self, members: &serde_json::Value, path: &str) {
        let service = contracts::catalog().service("workspace");
        let shape = service.and_then(|service| service.shapes.get("CreateUserRequest"));
        let problem = shape.and_then(|shape| could_ask::problem(members, shape));
        self.list.extend(problem.map(|(member, why)| format!("{path}.{member}: {why}")));
    }

    fn rule(&mut self, rule: &UsersRule, names: &mut Names, path: &str) {
        self.require((1..=RULE_MAX).contains(&rule.count), &format!("{path}.count"), || {
            format!("a rule makes 1 to {RULE_MAX} users")
        });
        let address = rule.user_email.is_some() || rule.user_phone.is_some();
        self.address(address, rule.active_type, path);
        self.groups(&rule.groups, names, &format!("{path}.groups"));
        let texts = [
            ("user_name", Some(&rule.user_name)),
            ("user_email", rule.user_email.as_ref()),
            ("user_phone", rule.user_phone.as_ref()),
        ];
        let mut ends = [json!({}), json!({})];
        let all = numbers(rule.first, rule.count);
        for (field, text) in texts {
            let Some(text) = text else { continue };
            let pattern = match Pattern::parse(text) {
                Ok(pattern) => pattern,
                Err(problem) => return self.list.push(format!("{path}.{field}: {problem}")),
            };
            let mut filled = String::new();
            for (end, number) in ends.iter_mut().zip([all.start, all.end.saturating_sub(1)]) {
                pattern.fill(number, &mut filled);
                if let Some(members) = end.as_object_mut() {
                    members.insert(field.to_owned(), filled.clone().into());
                }
            }
            if field == "user_name" {
                self.names_of(rule, &pattern, names, path);
            }
        }
        // Between the first and the last only digits change.
        for end in &ends {
            self.members(end, path);
        }
    }

    fn names_of(&mut self, rule: &UsersRule, pattern: &Pattern, names: &mut Names, path: &str) {
        let path = format!("{path}.user_name");
        let mut filled = String::new();
        for number in numbers(rule.first, rule.count.min(RULE_MAX)) {
            pattern.fill(number, &mut filled);
            let problems = self.list.len();
            self.once(&mut names.users, &filled, &path);
            if self.list.len() > problems {
                return; // one problem is enough
            }
        }
    }
}
