//! Points requests at things that are there: a generated id names nothing, and a request that misses says little.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::Reach;
use crate::client::Credentials;
use crate::model::{Kind, Operation, Protocol, Shape};
use crate::rules::effects::{Effect, effect};

/// Values that are kept of one name.
const KEPT_MAX: usize = 8;

/// Names of the same thing.
const ALIASES: [(&str, &str); 1] = [("userpoolid", "userstoreid")];

/// What is known to be on the server, by service and by the name of what it names.
pub(super) struct Known {
    /// All that answers showed.
    seen: BTreeMap<(String, String), VecDeque<Value>>,
    /// What answers to creating calls showed.
    own: BTreeMap<(String, String), VecDeque<Value>>,
    /// What the suite has made its own things in.
    around: BTreeMap<(String, String), VecDeque<Value>>,
    /// The project of paths.
    project: Option<Value>,
    reach: Reach,
}

impl Known {
    pub(super) fn new(credentials: &Credentials, reach: Reach) -> Self {
        let project = credentials.huawei_project.clone().map(Value::from);
        Self {
            seen: BTreeMap::new(),
            own: BTreeMap::new(),
            around: BTreeMap::new(),
            project,
            reach,
        }
    }

    /// Keeps the ids of an answer, and those in its request if that made something.
    pub(super) fn learn(&mut self, operation: &Operation, input: &Value, output: &Value) {
        let is_own = effect(operation) == Effect::Creates;
        if is_own {
            let mut found = Vec::new();
            ids(input, "", &mut found);
            for (name, id) in found {
                keep(self.around.entry((operation.service.clone(), name)).or_default(), id);
            }
        }
        let mut found = Vec::new();
        ids(output, &parent_of(operation), &mut found);
        for (name, id) in found {
            let key = (operation.service.clone(), name);
            keep(self.seen.entry(key.clone()).or_default(), id);
            if is_own {
                keep(self.own.entry(key).or_default(), id);
            }
        }
    }

    /// The request with what is there in the place of generated ids. `nth` chooses among several.
    pub(super) fn aimed(&self, operation: &Operation, input: &Value, nth: usize) -> Value {
        let mut aimed = input.clone();
        let aim = |pool, aimed: &mut Value| {
            let aim = Aim { pool, service: &operation.service, nth };
            aim.object(aimed, &operation.input);
        };
        match effect(operation) {
            Effect::Creates if makes(operation) => aim(&self.seen, &mut aimed),
            Effect::Reads => aim(&self.seen, &mut aimed),
            _ if self.reach == Reach::All => aim(&self.seen, &mut aimed),
            _ => {
                aim(&self.own, &mut aimed);
                // What is around a thing of somebody else stays as it is.
                if aimed != *input {
                    aim(&self.around, &mut aimed);
                    aim(&self.own, &mut aimed);
                }
            }
        }
        self.pinned(operation, aimed)
    }

    /// The request with nothing but the project put right: without it no call comes through.
    pub(super) fn pinned(&self, operation: &Operation, mut input: Value) -> Value {
        let of_huawei = super::service_of(&operation.service)
            .is_some_and(|service| service.protocol == Protocol::HuaweiApig);
        let place = input.get_mut("project_id").filter(|_| of_huawei);
        if let (Some(place), Some(project)) = (place, &self.project) {
            place.clone_from(project);
        }
        input
    }
}

/// Whether it makes something and does nothing to what is there.
pub(super) fn makes(operation: &Operation) -> bool {
    let name = operation.name.rsplit('/').next().unwrap_or(&operation.name).to_ascii_lowercase();
    name.starts_with("create") || name.starts_with("batchcreate")
}

/// Whether an input must name a thing that the operation works on, beside the project.
pub(super) fn names_a_thing(operation: &Operation) -> bool {
    let mut required = operation.input.members.iter().filter(|member| member.required);
    required.any(|member| {
        let plain = plain(member.name.trim_end_matches('s'));
        plain != "projectid" && (plain.ends_with("id") || plain.ends_with("uin"))
    })
}

fn keep(values: &mut VecDeque<Value>, value: &Value) {
    if values.contains(value) {
        return;
    }
    if values.len() == KEPT_MAX {
        values.pop_front();
    }
    values.push_back(value.clone());
}

/// Replaces ids.
struct Aim<'a> {
    pool: &'a BTreeMap<(String, String), VecDeque<Value>>,
    service: &'a str,
    nth: usize,
}

impl Aim<'_> {
    fn object(&self, value: &mut Value, shape: &Shape) {
        let Some(members) = value.as_object_mut() else { return };
        for (name, value) in members {
            if let Some(member) = shape.member(name)
                && !value.is_null()
            {
                self.value(name, value, &member.kind);
            }
        }
    }

    fn value(&self, name: &str, value: &mut Value, kind: &Kind) {
        match (kind, &mut *value) {
            (Kind::Object(shape), value) => self.object(value, shape),
            (Kind::List(element), Value::Array(elements)) => {
                for element_value in elements {
                    self.value(name.strip_suffix('s').unwrap_or(name), element_value, element);
                }
            }
            (kind, value) => {
                if let Some(known) = self.known(name).filter(|known| kind.admits(known)) {
                    value.clone_from(known);
                }
            }
        }
    }

    fn known(&self, name: &str) -> Option<&Value> {
        let values = self.pool.get(&(self.service.to_owned(), plain(name)))?;
        // The latest first: what was made last is the likeliest to be there still.
        values.iter().rev().nth(self.nth % values.len().max(1))
    }
}

/// A name as it is compared: `user_id` and `UserId` are one.
fn plain(name: &str) -> String {
    let plain = name.replace('_', "").to_ascii_lowercase();
    let alias = ALIASES.iter().find(|(other, _)| *other == plain);
    alias.map_or(plain, |(_, name)| (*name).to_owned())
}

/// Ids in an answer with the names under which inputs have them: that of the member, or for a mere `id` that of
/// the thing around it.
fn ids<'v>(value: &'v Value, parent: &str, found: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| ids(element, parent, found)),
        Value::Object(members) => {
            for (name, value) in members {
                let is_scalar =
                    value.as_str().is_some_and(|text| !text.is_empty()) || value.is_u64();
                let plain = plain(name);
                if is_scalar && plain == "id" {
                    found.push((format!("{parent}id"), value));
                } else if is_scalar && (plain.ends_with("id") || plain.ends_with("uin")) {
                    found.push((plain, value));
                } else {
                    ids(value, &thing(name), found);
                }
            }
        }
        _ => {}
    }
}

/// What a list is of: `user_groups` of groups, `JobSet` of jobs.
fn thing(name: &str) -> String {
    let last = name.rsplit('_').next().unwrap_or(name);
    let last = last.strip_suffix("Set").unwrap_or(last);
    last.strip_suffix('s').unwrap_or(last).to_ascii_lowercase()
}

/// What an operation is about, as its path says: `/scim/v2/Users` of users.
fn parent_of(operation: &Operation) -> String {
    let path = operation.http.as_ref().map_or("", |http| http.path.as_str());
    let mut words = path.split('/').filter(|word| !word.is_empty() && !word.starts_with('{'));
    words.next_back().map(thing).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog;

    fn operation(service: &str, name: &str) -> &'static Operation {
        let mut operations = catalog().service(service).unwrap().operations.iter();
        operations.find(|operation| operation.name == name).unwrap()
    }

    fn known(reach: Reach) -> Known {
        let project = Some("project".to_owned());
        Known::new(&Credentials { huawei_project: project, ..Credentials::default() }, reach)
    }

    #[test]
    fn ids_of_answers_are_put_where_inputs_name_them() {
        let mut known = known(Reach::All);
        known.learn(
            operation("ciam", "CreateUserStore"),
            &json!({}),
            &json!({ "UserStoreId": "s" }),
        );
        let jobs = json!({ "JobSet": [{ "Id": "j" }, { "Id": "k" }] });
        known.learn(operation("ciam", "ListJobs"), &json!({}), &jobs);
        let input = json!({ "UserStoreId": "x", "JobIds": ["x", "x"] });
        let list = operation("ciam", "ListJobs");
        assert_eq!(
            known.aimed(list, &input, 0),
            json!({ "UserStoreId": "s", "JobIds": ["k", "k"] })
        );
        assert_eq!(known.aimed(list, &input, 1)["JobIds"], json!(["j", "j"]));
        let update = operation("ciam", "UpdateUserStore");
        assert_eq!(known.aimed(update, &json!({ "UserPoolId": "x" }), 0)["UserPoolId"], "s");
    }

    #[test]
    fn a_mere_id_is_of_the_thing_around_it() {
        let mut known = known(Reach::All);
        let groups = json!({ "user_groups": [{ "id": "g" }] });
        known.learn(operation("workspace", "ListUserGroups"), &json!({}), &groups);
        let input = json!({ "project_id": "x", "group_id": "x" });
        let expected = json!({ "project_id": "project", "group_id": "g" });
        assert_eq!(known.aimed(operation("workspace", "DeleteUserGroup"), &input, 0), expected);
        known.learn(operation("scim", "CreateUser"), &json!({}), &json!({ "id": "u" }));
        let aimed = known.aimed(operation("scim", "DeleteUser"), &json!({ "userId": "x" }), 0);
        assert_eq!(aimed["userId"], "u");
    }

    #[test]
    fn a_careful_suite_changes_its_own_things_alone() {
        let mut known = known(Reach::Own);
        let center = |name| operation("organization", name);
        let of = json!({ "ZoneId": "x", "UserId": "x" });
        known.learn(center("DescribeIdentityCenter"), &json!({}), &json!({ "ZoneId": "zone" }));
        let theirs = json!({ "Users": [{ "UserId": "theirs" }] });
        known.learn(center("ListUsers"), &json!({}), &theirs);
        let delete = center("DeleteUser");
        assert_eq!(known.aimed(delete, &of, 0), of);
        assert_eq!(known.aimed(center("GetUser"), &of, 0)["UserId"], "theirs");
        let create = json!({ "ZoneId": "x", "UserName": "n" });
        let create = known.aimed(center("CreateUser"), &create, 0);
        assert_eq!(create["ZoneId"], "zone");
        let mine = json!({ "UserInfo": { "UserId": "mine" } });
        known.learn(center("CreateUser"), &create, &mine);
        let expected = json!({ "ZoneId": "zone", "UserId": "mine" });
        assert_eq!(known.aimed(delete, &of, 0), expected);
        let switch = center("UpdateSCIMSynchronizationStatus");
        assert_eq!(known.aimed(switch, &json!({ "ZoneId": "x" }), 0)["ZoneId"], "x");
    }

    #[test]
    fn operations_on_the_whole_account_name_no_thing() {
        assert!(names_a_thing(operation("workspace", "DeleteUser")));
        assert!(names_a_thing(operation("ciam", "DeleteUsers")));
        assert!(!names_a_thing(operation("workspace", "UpdateWorkspace")));
    }

    #[test]
    fn what_is_kept_of_one_name_is_bounded() {
        let mut values = VecDeque::new();
        (0..20).for_each(|number| keep(&mut values, &number.into()));
        assert_eq!((values.len(), &values[0]), (KEPT_MAX, &json!(12)));
    }
}
