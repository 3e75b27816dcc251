//! What entries do to accounts, and why one fails.

use std::fmt::Write as _;

use http::Method;
use serde_json::json;

use super::center::{Center, ROLE, STEP_MS, but, creates, does};

#[test]
fn one_failure_stops_no_other() {
    let center = Center::new();
    let codes = center.fail_codes(json!([
        does("DISABLE", "nobody"),
        creates("ann"),
        creates("ann"),
        but(creates("bob"), json!({ "roleIds": [ROLE, "9"] })),
        does("MODIFY", "bob"),
        creates("cid"),
    ]));
    assert_eq!(codes, ["200-102", "200-101", "200-103", "200-102"]);
    let accounts: Vec<_> = center.users().iter().map(|user| user[..4].to_owned()).collect();
    assert_eq!(accounts, ["+ann", "+cid"]);
}

#[test]
fn role_ids_may_be_numbers_and_stand_twice() {
    let center = Center::new();
    let number: u64 = ROLE.parse().unwrap();
    let entry = but(creates("ann"), json!({ "roleIds": [number, ROLE, "1672380646005741635"] }));
    assert_eq!(center.run(json!([entry])), json!([]));
    assert_eq!(
        center.users(),
        [format!("+ann Name ann <ann@example.com> [{ROLE},1672380646005741635]")]
    );
}

#[test]
fn an_account_lives_through_its_changes() {
    let center = Center::new();
    let mut story = String::new();
    for (what, entry) in [
        ("create", creates("ann")),
        ("create again", creates("ann")),
        ("other case", but(creates("Ann"), json!({ "email": "ann@example.com", "roleIds": null }))),
        ("name only", but(does("MODIFY", "ann"), json!({ "userName": "Ann" }))),
        ("mail only", but(does("MODIFY", "ann"), json!({ "email": "a@b.c" }))),
        ("roles only", but(does("MODIFY", "ann"), json!({ "roleIds": ["1672380646005741636"] }))),
        ("unknown role", but(does("MODIFY", "ann"), json!({ "userName": "X", "roleIds": ["1"] }))),
        ("disable", does("DISABLE", "ann")),
        ("disable again", does("DISABLE", "ann")),
        ("change a disabled one", but(does("MODIFY", "ann"), json!({ "userName": "Off" }))),
        ("create a disabled one", but(creates("ann"), json!({ "roleIds": null }))),
    ] {
        let codes = center.fail_codes(json!([entry])).join(" ");
        let users = center.users();
        writeln!(story, "{what}: {codes}\n  {}", users.join("\n  ")).unwrap();
    }
    insta::assert_snapshot!(story, @"
    create: 
      +ann Name ann <ann@example.com> [1672380646005741634]
    create again: 200-101
      +ann Name ann <ann@example.com> [1672380646005741634]
    other case: 
      +Ann Name Ann <ann@example.com> []
      +ann Name ann <ann@example.com> [1672380646005741634]
    name only: 
      +Ann Name Ann <ann@example.com> []
      +ann Ann <ann@example.com> [1672380646005741634]
    mail only: 
      +Ann Name Ann <ann@example.com> []
      +ann Ann <a@b.c> [1672380646005741634]
    roles only: 
      +Ann Name Ann <ann@example.com> []
      +ann Ann <a@b.c> [1672380646005741636]
    unknown role: 200-103
      +Ann Name Ann <ann@example.com> []
      +ann Ann <a@b.c> [1672380646005741636]
    disable: 
      +Ann Name Ann <ann@example.com> []
      -ann Ann <a@b.c> [1672380646005741636]
    disable again: 
      +Ann Name Ann <ann@example.com> []
      -ann Ann <a@b.c> [1672380646005741636]
    change a disabled one: 
      +Ann Name Ann <ann@example.com> []
      -ann Off <a@b.c> [1672380646005741636]
    create a disabled one: 
      +Ann Name Ann <ann@example.com> []
      +ann Name ann <ann@example.com> []
    ");
}

#[test]
fn disabled_accounts_do_not_count_towards_the_quota() {
    let center = Center::new();
    let users = json!({ "user_quota": 2, "users": [
        { "account": "ann" }, { "account": "off", "enabled": false },
    ] });
    center.twin(Method::PUT, "aicc/users", &users.to_string());
    let codes = center.fail_codes(json!([
        creates("bob"),
        creates("cid"),
        creates("off"),
        does("DISABLE", "ann"),
        creates("off"),
        creates("ann"),
        does("MODIFY", "ann"),
    ]));
    assert_eq!(codes, ["200-105", "200-105", "200-105"]);
}

#[test]
fn an_account_that_is_not_federated_is_changed_by_no_batch() {
    let center = Center::new();
    let users = json!({ "users": [{ "account": "root", "federated": false }] });
    center.twin(Method::PUT, "aicc/users", &users.to_string());
    let all = json!([creates("root"), does("MODIFY", "root"), does("DISABLE", "root")]);
    assert_eq!(center.fail_codes(all), ["200-104"; 3]);
    assert_eq!(center.users(), ["+root  <> []"]);
}

#[test]
fn a_role_that_is_gone_when_the_work_is_done_fails_the_entry() {
    let center = Center::slow();
    let task = center.create(json!([creates("ann")]));
    center.twin(Method::PUT, "aicc/roles", r#"{"roles": []}"#);
    center.wait(2 * STEP_MS);
    assert_eq!(center.query(&task)["failDataList"][0]["failCode"], "200-103");
}
