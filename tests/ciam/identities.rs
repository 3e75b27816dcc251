//! Imports: by what a user is known, and what proves who it is.

use serde_json::{Value, json};

use super::directory::{Directory, list};

/// Why a row alone in an import fails; nothing if it does not.
fn failure(people: &Directory, row: Value) -> Option<String> {
    let id = people.import(json!([row]));
    let job = people.job(&id);
    let failed = list(&job["FailedUsers"]);
    assert_eq!(job["Status"], if failed.is_empty() { "COMPLETED" } else { "FAILED" });
    let told = failed.first()?;
    Some(format!("{}: {}", told["FailedUserIdentification"], told["FailedReason"]))
}

#[test]
fn any_of_nine_ids_makes_a_user_and_nothing_else_does() {
    let people = Directory::new();
    for (member, value) in [
        ("UserName", "ann"),
        ("PhoneNumber", "13800000000"),
        ("Email", "ann@example.com"),
        ("WechatOpenId", "1"),
        ("WechatUnionId", "1"),
        ("AlipayUserId", "1"),
        ("QqOpenId", "1"),
        ("QqUnionId", "1"),
        ("WeComUserId", "1"),
    ] {
        assert_eq!(failure(&people, json!({ member: value })), None, "{member}");
    }
    for row in [json!({}), json!({ "Nickname": "x" }), json!({ "UserName": "", "Email": "" })] {
        let told = failure(&people, row).unwrap();
        insta::allow_duplicates! { insta::assert_snapshot!(told, @r#""": "a user needs a user name, a phone number, an email or an id elsewhere""#); }
    }
    assert_eq!(people.page("ListUser", json!({}))["Total"], 9);
}

#[test]
fn a_verified_identity_comes_with_what_was_verified() {
    let people = Directory::new();
    let row = |name: &str, method: Value, more: Value| {
        let mut row = json!({
            "UserName": name, "IdentityVerified": true, "IdentityVerificationMethod": method,
        });
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        failure(&people, row).is_none()
    };
    let person = json!({ "Name": "Ann", "ResidentIdentityCard": "1" });
    let phoned = json!({ "Name": "Ann", "ResidentIdentityCard": "1", "PhoneNumber": "55501" });
    assert!(!row("a", Value::Null, person.clone()));
    assert!(!row("b", json!("nameAndIdCard"), json!({ "Name": "Ann" })));
    assert!(!row("c", json!("nameAndIdCard"), json!({ "ResidentIdentityCard": "1" })));
    assert!(!row("d", json!("nameIdCardAndPhone"), person.clone()));
    assert!(!row("e", json!("handshake"), phoned.clone()));
    assert!(row("f", json!("nameAndIdCard"), person));
    assert!(row("g", json!("nameIdCardAndPhone"), phoned));
    let page = people.page("ListUser", json!({}));
    for user in list(&page["Content"]) {
        assert_eq!(user["IdentityVerified"], true);
    }
}
