//! Passwords: set, replaced, refused, and nowhere to be found afterwards.

use std::fmt::Write as _;

use bytes::Bytes;
use cloudtwin::control;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::json;

use super::directory::{Directory, NOBODY, STEP_MS, text};
use crate::client::{bytes_of, request};

#[test]
fn any_password_that_is_not_blank_can_be_set() {
    let people = Directory::new();
    let id = people.user("ann");
    let set = |password: &str| json!({ "UserId": id, "Password": password });
    for password in ["x", "correct horse battery staple", "密码"] {
        assert_eq!(people.ok("SetPassword", set(password)), json!({}));
    }
    for blank in ["", "  "] {
        assert_eq!(people.code("SetPassword", set(blank)), "FailedOperation.PasswordIsNull");
    }
    assert_eq!(people.code("SetPassword", json!({ "UserId": id })), "MissingParameter");
}

#[test]
fn a_reset_answers_a_new_password_of_twelve_characters_in_four_classes() {
    let people = Directory::new();
    let id = people.user("ann");
    let reset = || text(&people.ok("ResetPassword", json!({ "UserId": id }))["Password"]);
    let passwords = [reset(), reset()];
    insta::assert_snapshot!(passwords.join("\n"), @"
    N&2BAqLC7cC8
    tZ6iuz$zT@5n
    ");
    for password in passwords {
        let has = |class: fn(char) -> bool| password.chars().any(class);
        assert_eq!(password.len(), 12);
        assert!(has(|c| c.is_ascii_uppercase()) && has(|c| c.is_ascii_lowercase()));
        assert!(has(|c| c.is_ascii_digit()) && has(|c| c.is_ascii_punctuation()));
    }
}

#[test]
fn only_a_frozen_or_unknown_user_gets_no_password() {
    let people = Directory::new();
    let id = people.user("ann");
    let both = |id: &str| {
        let set = json!({ "UserId": id, "Password": "x" });
        let calls = [("SetPassword", set), ("ResetPassword", json!({ "UserId": id }))];
        calls.map(|(action, input)| {
            let answer = people.world.call(action, people.input(input));
            answer["Error"]["Code"].as_str().map_or_else(|| "done".to_owned(), str::to_owned)
        })
    };
    let mut story = format!("NOBODY {:?}\nNOT_ENABLED {:?}\n", both(NOBODY), both(&id));
    for status in ["FREEZE", "LOCK", "FREEZE", "NORMAL"] {
        people.ok("UpdateUserStatus", json!({ "UserId": id, "Status": status }));
        writeln!(story, "{status} {:?}", both(&id)).unwrap();
    }
    insta::assert_snapshot!(story, @r#"
    NOBODY ["FailedOperation.UserNotFound", "FailedOperation.UserNotFound"]
    NOT_ENABLED ["done", "done"]
    FREEZE ["FailedOperation.UserIsFreeze", "FailedOperation.UserIsFreeze"]
    LOCK ["done", "done"]
    FREEZE ["FailedOperation.UserIsFreeze", "FailedOperation.UserIsFreeze"]
    NORMAL ["done", "done"]
    "#);
}

/// The state of all tenants, as the control interface gives it.
fn state(people: &Directory) -> String {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("127.0.0.1"));
    let asked = request(Method::GET, "/_twin/state", headers, Bytes::new());
    let answer = control::answer(&people.world.twin, &asked);
    assert_eq!(answer.status, 200);
    String::from_utf8(bytes_of(&answer).to_vec()).unwrap()
}

#[test]
fn no_password_is_kept_anywhere() {
    let people = Directory::with_slow_jobs();
    let secret = "s3cret-0f-s3crets";
    let salted = json!({ "SaltValue": secret, "SaltLocation": { "SaltLocationTypeEnum": "HEAD" } });
    let id = text(&people.user_with("ann", json!({ "Password": secret }))["UserId"]);
    people.ok("SetPassword", json!({ "UserId": id, "Password": secret }));
    let drawn = text(&people.ok("ResetPassword", json!({ "UserId": id }))["Password"]);
    people.import(json!([
        { "UserName": "bob", "Password": secret, "Salt": salted, "PasswordEncryptTypeEnum": "MD5" },
        { "UserName": "bob", "Password": secret },
    ]));
    // Refused calls are noted too.
    people.code("SetPassword", json!({ "UserId": NOBODY, "Password": secret }));
    people.code("SetPassword", json!({ "UserId": NOBODY, "Password": [secret] }));
    people.code("CreateUser", json!({ "Password": secret }));

    let pending = state(&people);
    people.wait(2 * STEP_MS);
    let export = people.export(json!({}));
    people.wait(2 * STEP_MS);
    let file = people.file_of(&export);
    let jobs = people.ok("ListJobs", json!({})).to_string();
    let journal = serde_json::to_string(&people.world.journal()).unwrap();
    assert!(pending.contains("\"bob\\\"") && journal.contains("ann") && file.contains("bob"));
    for (place, text) in [
        ("state", pending),
        ("state", state(&people)),
        ("jobs", jobs),
        ("journal", journal),
        ("file", file),
    ] {
        assert!(!text.contains(secret), "the password is in the {place}: {text}");
        assert!(!text.contains(&drawn), "the generated password is in the {place}: {text}");
    }
}
