//! Letters that differ by case alone are one letter, in every script and wherever case does not count.

use serde_json::json;

use super::directory::{Directory, list, text};

/// A name, another one, and whether they are the same name.
const PAIRS: &[(&str, &str, bool)] = &[
    ("École", "ÉCOLE", true),
    ("École", "école", true),
    ("École", "ecole", false),
    // The same letter, written as two characters.
    ("École", "E\u{301}cole", false),
    ("Ärzte", "äRZTE", true),
    ("Привет", "ПРИВЕТ", true),
    // A sigma at the end of a word.
    ("ΟΔΟΣ", "οδος", true),
    ("Straße", "STRAẞE", true),
    // Folding never changes the number of letters.
    ("Straße", "STRASSE", false),
    ("İzmir", "İZMIR", true),
    // The dotted capital İ is a letter of its own.
    ("İzmir", "izmir", false),
    ("İzmir", "i\u{307}zmir", false),
];

#[test]
fn conditions_over_groups_ignore_case_in_every_script() {
    for (name, other, same) in PAIRS {
        let people = Directory::new();
        people.group(name);
        let filters = json!([{ "Key": "condition", "Values": [other] }]);
        let page = people.page("ListUserGroups", json!({ "Filters": filters }));
        assert_eq!(list(&page["Content"]).len(), usize::from(*same), "{name} by {other}");
    }
}

#[test]
fn user_names_are_unique_and_found_whatever_their_case() {
    for (name, other, same) in PAIRS {
        let people = Directory::new();
        let id = people.user(name);
        let found = |action: &str, input| {
            people.names(action, input).split(' ').filter(|found| found == name).count()
        };
        let condition = json!({ "Filters": [{ "Key": "condition", "Values": [other] }] });
        assert_eq!(found("ListUser", condition), usize::from(*same), "{name} by {other}");
        let search = json!([{ "PropertyKey": "userName", "PropertyValue": other }]);
        let search = json!({ "Filters": search });
        assert_eq!(found("DescribeUser", search), usize::from(*same), "{name} by {other}");
        if *same {
            let code = people.code("CreateUser", people.new_user(other));
            assert_eq!(code, "FailedOperation.UserNameAlreadyExists", "{name} and {other}");
        } else {
            assert_ne!(text(&people.user_with(other, json!({}))["UserId"]), id);
        }
    }
}
