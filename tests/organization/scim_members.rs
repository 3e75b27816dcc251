//! Members of a group whom one request removes and adds.

use serde_json::{Value, json};

use super::scim::Directory;

/// Only what is different at the end is written, so nobody leaves who is added again.
#[test]
fn a_member_who_is_removed_and_added_again_stays() {
    let directory = Directory::new();
    let [ada, bob, cyd] = ["ada", "bob", "cyd"].map(|name| directory.user(name));
    let group = directory.group("staff", &[&ada, &bob]);
    let joined = || {
        let listed = directory.center.ok("ListGroupMembers", json!({ "GroupId": group }));
        let members = listed["GroupMembers"].as_array().unwrap().clone();
        let one = |one: &Value| (id_of(one), one["JoinTime"].as_str().unwrap().to_owned());
        members.iter().map(one).collect::<Vec<_>>()
    };
    let before = joined();
    directory.center.wait(5_000);
    let path = format!("/Groups/{group}");
    let add = |ids: &[&String]| json!({ "op": "add", "path": "members", "value": ids });
    for operations in [
        json!([{ "op": "remove", "path": "members" }, add(&[&bob, &ada])]),
        json!([{ "op": "remove", "path": format!("members[value eq \"{ada}\"]") }, add(&[&ada])]),
        json!([{ "op": "remove", "path": "members[value pr]" }, add(&[&ada, &bob])]),
        json!([{ "op": "replace", "path": "members", "value": [cyd] }, { "op": "replace", "path": "members", "value": [bob, ada] }]),
        json!([add(&[&cyd]), { "op": "remove", "path": "members", "value": [cyd] }]),
        json!([{ "op": "remove", "path": "members", "value": [] }]),
    ] {
        directory.patch(&path, operations.clone());
        assert_eq!(joined(), before, "{operations}");
    }
    let changed = json!([add(&[&cyd]), { "op": "remove", "path": "members[not (value eq \"x\")]" }, add(&[&bob])]);
    directory.patch(&path, changed);
    assert_eq!(joined(), before[1..]);
    let info = directory.center.ok("GetGroup", json!({ "GroupId": group }));
    assert_eq!(info["GroupInfo"]["MemberCount"], 1);
    let unknown = json!([add(&[&"u-x".to_owned()]), { "op": "remove", "path": "members" }]);
    assert_eq!(directory.patch_refused(&path, unknown), "400 invalidValue: no user has the id u-x");
}

fn id_of(member: &Value) -> String {
    member["UserId"].as_str().unwrap().to_owned()
}
