//! Whether a seed can be inserted: formats, names, groups, patterns. Inserts nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::limits::{
    GROUPS_MAX, INDEXED_ATTRIBUTE_MAX, STORE_NAME_MAX, STORES_MAX, USERS_MAX,
};
use super::super::users::formats;
use super::{CiamSeed, DirectorySeed, GroupSeed, UserSeed, UsersRule};
use crate::runtime::fold::fold;
use crate::services::pattern::{Pattern, numbers};
use crate::services::taken::Taken;

/// Longest description of a group, in characters.
const GROUP_DESCRIPTION_MAX: usize = 128;

/// Most users of a rule that are looked at; more fit into no directory.
const RULE_MAX: u32 = 1_000_000;

/// Everything that is wrong with a seed.
pub(super) fn problems(seed: &CiamSeed) -> Vec<String> {
    let mut found = Problems::default();
    let all = "ciam.directory".to_owned();
    found.require(fits(seed.directories.len(), STORES_MAX), &all, || {
        format!("at most {STORES_MAX} directories fit into a tenant")
    });
    for (index, directory) in seed.directories.iter().enumerate() {
        let path = format!("{all}[{index}]");
        let length = directory.name.chars().count();
        found.require((1..=STORE_NAME_MAX).contains(&length), &format!("{path}.name"), || {
            format!("a name has 1 to {STORE_NAME_MAX} characters")
        });
        found.once("directory name", &directory.name, &format!("{path}.name"));
        found.id("directory", directory.id.as_deref(), &path);
        found.directory(directory, &path);
    }
    found.list
}

/// What was found, and what was seen on the way.
#[derive(Default)]
struct Problems {
    list: Vec<String>,
    /// By scope, the values that must not come again.
    taken: HashMap<String, Taken>,
}

impl Problems {
    fn require(&mut self, keeps: bool, path: &str, problem: impl FnOnce() -> String) {
        if !keeps {
            self.list.push(format!("{path}: {}", problem()));
        }
    }

    /// In the same scope, no two may have the same value.
    fn once(&mut self, scope: &str, value: &str, path: &str) {
        let is_free = self.taken.entry(scope.to_owned()).or_default().text(value);
        self.require(is_free, path, || format!("{value:?} is taken by an earlier one"));
    }

    fn id(&mut self, scope: &str, id: Option<&str>, path: &str) {
        let Some(id) = id else { return };
        let path = format!("{path}.id");
        let is_lower = formats::is_hex32(id) && id == id.to_lowercase();
        self.require(is_lower, &path, || format!("{id:?} is not 32 hexadecimal digits"));
        self.once(&format!("{scope} id"), id, &path);
    }

    fn directory(&mut self, directory: &DirectorySeed, path: &str) {
        self.require(fits(directory.groups.len(), GROUPS_MAX), &format!("{path}.group"), || {
            format!("at most {GROUPS_MAX} groups fit into a directory")
        });
        for (index, group) in directory.groups.iter().enumerate() {
            self.group(group, path, &format!("{path}.group[{index}]"));
        }
        for (index, user) in directory.users.iter().enumerate() {
            let at = format!("{path}.user[{index}]");
            self.user(user, path, &at);
            self.groups(&user.groups, directory, &at);
        }
        for (index, rule) in directory.rules.iter().enumerate() {
            let at = format!("{path}.users[{index}]");
            self.rule(rule, path, &at);
            self.groups(&rule.groups, directory, &at);
        }
        let by_rule: u64 = directory.rules.iter().map(|rule| u64::from(rule.count)).sum();
        let users = usize::try_from(by_rule).unwrap_or(usize::MAX);
        self.require(
            fits(users.saturating_add(directory.users.len()), USERS_MAX),
            &format!("{path}.users"),
            || format!("at most {USERS_MAX} users fit into a directory"),
        );
    }

    fn group(&mut self, group: &GroupSeed, directory: &str, path: &str) {
        let name = format!("{path}.name");
        self.require(!group.name.trim().is_empty(), &name, || "a group has a name".to_owned());
        self.once(&format!("{directory} group"), &group.name, &name);
        self.id(&format!("{directory} group"), group.id.as_deref(), path);
        let length = group.description.as_deref().unwrap_or_default().chars().count();
        self.require(length <= GROUP_DESCRIPTION_MAX, &format!("{path}.description"), || {
            format!("a description has at most {GROUP_DESCRIPTION_MAX} characters")
        });
    }

    fn groups(&mut self, names: &[String], directory: &DirectorySeed, path: &str) {
        let mut seen = HashSet::new();
        for name in names {
            let is_known = directory.groups.iter().any(|group| group.name == *name);
            self.require(is_known, &format!("{path}.groups"), || {
                format!("the directory has no group {name:?}")
            });
            self.require(seen.insert(name), &format!("{path}.groups"), || {
                format!("{name:?} is named twice")
            });
        }
    }

    fn user(&mut self, user: &UserSeed, directory: &str, path: &str) {
        self.id(&format!("{directory} user"), user.id.as_deref(), path);
        let identities = [&user.user_name, &user.phone, &user.email];
        self.require(identities.iter().any(|identity| identity.is_some()), path, || {
            NAMELESS.to_owned()
        });
        for (field, given) in IDENTITIES.iter().zip(identities) {
            if let Some(text) = given {
                self.identity(field, text, directory, path);
            }
        }
        if let Some(day) = &user.birthdate {
            self.require(formats::day_ms(day).is_some(), &format!("{path}.birthdate"), || {
                format!("{day:?} is not a day such as 1990-01-31")
            });
        }
        let is_short = |text: &String| text.chars().count() <= INDEXED_ATTRIBUTE_MAX;
        let keeps = user.indexed.len() <= 5 && user.indexed.iter().all(is_short);
        self.require(keeps, &format!("{path}.indexed"), || {
            format!("at most five texts of at most {INDEXED_ATTRIBUTE_MAX} characters")
        });
    }

    fn identity(&mut self, field: &Identity, text: &str, directory: &str, path: &str) {
        let path = format!("{path}.{}", field.name);
        self.require((field.is_good)(text), &path, || format!("{text:?} {}", field.rule));
        self.once(&format!("{directory} {}", field.name), &(field.key)(text), &path);
    }

    fn rule(&mut self, rule: &UsersRule, directory: &str, path: &str) {
        let count = usize::try_from(rule.count).unwrap_or(usize::MAX);
        self.require(rule.count > 0 && fits(count, USERS_MAX), &format!("{path}.count"), || {
            format!("a rule makes 1 to {USERS_MAX} users")
        });
        let identities = [&rule.user_name, &rule.phone, &rule.email];
        self.require(identities.iter().any(|identity| identity.is_some()), path, || {
            NAMELESS.to_owned()
        });
        for (field, given) in IDENTITIES.iter().zip(identities) {
            if let Some(text) = given {
                self.pattern(rule, field, text, directory, path);
            }
        }
        if let Some(Err(problem)) = rule.nickname.as_deref().map(Pattern::parse) {
            self.list.push(format!("{path}.nickname: {problem}"));
        }
    }

    /// The first and the last text represent all: between them only digits change.
    fn pattern(
        &mut self,
        rule: &UsersRule,
        field: &Identity,
        text: &str,
        directory: &str,
        path: &str,
    ) {
        let at = format!("{path}.{}", field.name);
        let pattern = match Pattern::parse(text) {
            Ok(pattern) => pattern,
            Err(problem) => return self.list.push(format!("{at}: {problem}")),
        };
        self.require(pattern.has_number() || rule.count <= 1, &at, || {
            format!("{text:?} is the same for all {} users: it needs {{n}}", rule.count)
        });
        let all = numbers(rule.first, rule.count.min(RULE_MAX));
        let mut filled = String::new();
        for number in BTreeSet::from([all.start, all.end.saturating_sub(1)]) {
            pattern.fill(number, &mut filled);
            self.require((field.is_good)(&filled), &at, || format!("{filled:?} {}", field.rule));
        }
        let Ok(key) = Pattern::parse(&(field.key)(text)) else { return };
        let taken = self.taken.entry(format!("{directory} {}", field.name)).or_default();
        let again = taken.rule(key, all);
        self.list.extend(again.map(|value| format!("{at}: {value:?} is taken by an earlier one")));
    }
}

/// What identifies users, and its rule.
struct Identity {
    name: &'static str,
    is_good: fn(&str) -> bool,
    rule: &'static str,
    key: fn(&str) -> String,
}

static IDENTITIES: [Identity; 3] = [
    Identity {
        name: "user_name",
        is_good: formats::is_user_name,
        rule: "is not 1 to 128 characters without blanks",
        key: fold,
    },
    Identity {
        name: "phone",
        is_good: formats::is_phone,
        rule: "is not a phone number such as +86-13800000000",
        key: |text| formats::phone_key(text).to_owned(),
    },
    Identity {
        name: "email",
        is_good: formats::is_email,
        rule: "is not an email address such as name@example.com",
        key: fold,
    },
];

const NAMELESS: &str = "a user needs a user_name, a phone or an email";

fn fits(count: usize, max: i64) -> bool {
    i64::try_from(count).is_ok_and(|count| count <= max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(text: &str) -> Vec<String> {
        toml::from_str::<CiamSeed>(text).unwrap().check()
    }

    #[test]
    fn a_good_seed_has_no_problems() {
        let text = r#"
            [[directory]]
            name = "staff"
            [[directory.group]]
            name = "all"
            [[directory.user]]
            user_name = "ann"
            phone = "+86-13800000000"
            status = "NORMAL"
            groups = ["all"]
            [[directory.users]]
            count = 999999
            user_name = "user-{n:07}"
            phone = "139{n:08}"
            groups = ["all"]
        "#;
        assert_eq!(problems_of(text), Vec::<String>::new());
    }

    #[test]
    fn rules_that_meet_each_other_or_a_user_are_found() {
        let text = r#"
            [[directory]]
            name = "staff"
            [[directory.user]]
            user_name = "User-7"
            [[directory.users]]
            count = 9
            user_name = "user-{n}"
            [[directory.users]]
            first = 5
            count = 20
            user_name = "user-{n}"
        "#;
        assert_eq!(
            problems_of(text),
            [
                r#"ciam.directory[0].users[0].user_name: "user-7" is taken by an earlier one"#,
                r#"ciam.directory[0].users[1].user_name: "user-7" is taken by an earlier one"#,
            ]
        );
    }

    #[test]
    fn problems_are_told_with_their_path() {
        let text = r#"
            [[directory]]
            name = "staff"
            [[directory.user]]
            user_name = "ann"
            phone = "12"
            groups = ["none"]
            [[directory.user]]
            user_name = "ANN"
            [[directory.users]]
            count = 2
            email = "same@example.com"
            [[directory]]
            id = "x"
            name = "staff"
            [[directory.users]]
            count = 0
            phone = "138{m}"
        "#;
        assert_eq!(
            problems_of(text),
            [
                r#"ciam.directory[0].user[0].phone: "12" is not a phone number such as +86-13800000000"#,
                r#"ciam.directory[0].user[0].groups: the directory has no group "none""#,
                r#"ciam.directory[0].user[1].user_name: "ann" is taken by an earlier one"#,
                r#"ciam.directory[0].users[0].email: "same@example.com" is the same for all 2 users: it needs {n}"#,
                r#"ciam.directory[1].name: "staff" is taken by an earlier one"#,
                r#"ciam.directory[1].id: "x" is not 32 hexadecimal digits"#,
                "ciam.directory[1].users[0].count: a rule makes 1 to 1000000 users",
                r#"ciam.directory[1].users[0].phone: "138{m}" has {m}, but only {n} and {n:06} are known"#,
            ]
        );
    }
}
