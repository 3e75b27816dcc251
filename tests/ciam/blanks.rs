//! Required texts of CIAM that are empty or blank.

use contracts::catalog;

use super::directory::Directory;

#[test]
fn required_texts_that_are_empty_or_blank() {
    let mut lines = Vec::new();
    for operation in &catalog().service("ciam").unwrap().operations {
        lines.extend(crate::blanks::walk(operation, |mut input| {
            let people = Directory::new();
            let (id, group) = (people.user("ann"), people.group("people"));
            let known = [
                ("UserStoreId", &people.id),
                ("UserPoolId", &people.id),
                ("UserId", &id),
                ("UserGroupId", &group),
            ];
            for (name, value) in known {
                // What is tried itself is no `x` any more.
                if let Some(member) = input.get_mut(name).filter(|m| m.as_str() == Some("x")) {
                    *member = value.as_str().into();
                }
            }
            let answer = people.world.call_of(&operation.name, &operation.version, input);
            answer["Error"]["Code"].as_str().unwrap_or("accepted").to_owned()
        }));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
