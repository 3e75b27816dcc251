//! Users of a type, of a status or with a text, after whatever was done to them: each list is what is left of the list
//! of all.

use http::Method;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::center::each;
use super::scim::{Directory, patch_of};
use crate::documents::ask;

/// One step of a story; the number chooses a user.
#[derive(Debug, Clone)]
enum Step {
    Create,
    Provision(bool),
    Switch(u8, bool),
    Rename(u8),
    Delete(u8),
    /// The state is written out and put in again.
    Reload,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Create),
        3 => any::<bool>().prop_map(Step::Provision),
        4 => any::<(u8, bool)>().prop_map(|(which, is_on)| Step::Switch(which, is_on)),
        1 => any::<u8>().prop_map(Step::Rename),
        2 => any::<u8>().prop_map(Step::Delete),
        1 => Just(Step::Reload),
    ]
}

struct Story {
    directory: Directory,
    made: usize,
}

impl Story {
    fn list(&self, input: Value) -> Value {
        self.directory.center.ok("ListUsers", input)
    }

    fn run(&mut self, step: &Step) {
        self.made += 1;
        let name = format!("user.{}", self.made);
        match *step {
            Step::Create => drop(self.directory.center.user(&name)),
            Step::Provision(is_on) => {
                self.directory.ok("POST", "/Users", json!({ "userName": name, "active": is_on }));
            }
            Step::Reload => self.reload(),
            Step::Switch(which, _) | Step::Rename(which) | Step::Delete(which) => {
                let all = self.list(json!({ "MaxResults": 100 }))["Users"].clone();
                let all = all.as_array().unwrap();
                if let Some(user) = all.get(usize::from(which) % all.len().max(1)) {
                    self.change(user, step);
                }
            }
        }
    }

    fn change(&self, user: &Value, step: &Step) {
        let Directory { center, .. } = &self.directory;
        let id = &user["UserId"];
        let path = format!("/Users/{}", id.as_str().unwrap());
        let is_manual = user["UserType"] == "Manual";
        let status = |is_on| if is_on { "Enabled" } else { "Disabled" };
        match *step {
            Step::Switch(_, is_on) if is_manual => {
                let input = json!({ "UserId": id, "NewUserStatus": status(is_on) });
                center.ok("UpdateUserStatus", input);
            }
            Step::Switch(_, is_on) => {
                let change = json!([{ "op": "replace", "path": "active", "value": is_on }]);
                self.directory.ok("PATCH", &path, patch_of(change));
            }
            Step::Rename(_) if is_manual => {
                drop(center.ok("UpdateUser", json!({ "UserId": id, "NewLastName": "L" })));
            }
            Step::Delete(_) if is_manual => drop(center.ok("DeleteUser", json!({ "UserId": id }))),
            Step::Delete(_) => drop(self.directory.ok("DELETE", &path, Value::Null)),
            _ => {}
        }
    }

    fn reload(&self) {
        let world = &self.directory.center.world;
        let (_, document) = ask(world, Method::GET, "state", String::new());
        assert_eq!(ask(world, Method::PUT, "state", document.to_string()).0, 200);
    }

    /// Compares a list, page by page, with the users of the whole list that it is to have.
    fn check(&self, kind: &str, status: &str, text: &str, order: &str) {
        let all = self.list(json!({ "MaxResults": 100, "SortType": order }))["Users"].clone();
        let fits = |user: &&Value| {
            (kind.is_empty() || user["UserType"] == kind)
                && (status.is_empty() || user["UserStatus"] == status)
                && user["UserName"].as_str().unwrap().contains(text)
        };
        let expected: Value = all.as_array().unwrap().iter().filter(fits).cloned().collect();
        let expected = each(&expected, "UserName");
        let (mut found, mut token) = (Vec::new(), String::new());
        loop {
            let mut input = json!({ "SortType": order, "MaxResults": 3, "NextToken": token });
            for (member, word) in [("UserType", kind), ("UserStatus", status), ("Filter", text)] {
                if !word.is_empty() {
                    input[member] = json!(word);
                }
            }
            let page = self.list(input);
            assert_eq!(page["TotalCounts"], expected.len(), "{kind} {status} {text}");
            found.extend(each(&page["Users"], "UserName"));
            page["NextToken"].as_str().unwrap().clone_into(&mut token);
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(found, expected, "{kind} {status} {text} {order}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn users_of_a_type_or_a_status_are_those_of_the_whole_list(steps in vec(step(), 1..50)) {
        let mut story = Story { directory: Directory::new(), made: 0 };
        for step in &steps {
            story.run(step);
        }
        for kind in ["", "Manual", "Synchronized"] {
            for status in ["", "Enabled", "Disabled"] {
                for text in ["", "r.1"] {
                    story.check(kind, status, text, "Asc");
                    story.check(kind, status, text, "Desc");
                }
            }
        }
    }
}
