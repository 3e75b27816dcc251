//! The vectors of the reference, one a test, in its order and by its numbers.

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::center::{CREATE, Center, QUERY, ROLE, SECRET, TOKEN, batch, but, creates, does};
use crate::client::request;

/// The code of a good CREATE entry with other members.
fn create_with(members: Value) -> String {
    Center::new().code(but(creates("ann"), members))
}

#[test]
fn v01_a_valid_create_gets_the_literal_message_and_an_id_of_19_digits() {
    let mut said = Center::new().submit(json!([creates("ann")]));
    let id = said.body["taskId"].take();
    let id = id.as_str().unwrap();
    assert!(id.len() == 19 && id.bytes().all(|b| b.is_ascii_digit()), "{id}");
    assert_eq!(said.status, 200);
    let expected = json!({
        "resultCode": "0", "resultMessage": "batch task created successfully.", "taskId": null,
    });
    assert_eq!(said.body, expected);
}

#[test]
fn v02_one_account_is_created_changed_and_disabled_in_one_list() {
    let center = Center::new();
    let failures = center.run(json!([
        creates("test0616"),
        { "action": "MODIFY", "userAccount": "test0616", "userName": "测试", "email": "t@example.com" },
        does("DISABLE", "test0616"),
    ]));
    assert_eq!(failures, json!([]));
    assert_eq!(center.users(), [format!("-test0616 测试 <t@example.com> [{ROLE}]")]);
}

#[test]
fn v03_no_list_and_an_empty_one_are_100_102_and_make_no_task() {
    let center = Center::new();
    for body in ["{}", r#"{"federationUserList":[]}"#, r#"{"federationUserList":null}"#] {
        let said = center.call(CREATE, body);
        assert_eq!(said.code(), "200 100-102", "{body}");
        assert!(said.body.get("taskId").is_none(), "{body}");
    }
    let state = center.twin(Method::GET, "state", "");
    assert_eq!(state["tenants"]["default"]["aicc_tasks"], json!([]));
}

#[test]
fn v04_a_list_under_request_body_counts_as_absent() {
    let body = json!({ "requestBody": { "federationUserList": [creates("ann")] } });
    assert_eq!(Center::new().call(CREATE, body.to_string()).code(), "200 100-102");
}

#[test]
fn v05_a_hundred_entries_are_taken_and_one_more_is_100_103() {
    let center = Center::new();
    let mut entries: Vec<Value> = (0..100).map(|n| creates(&format!("u{n}"))).collect();
    assert_eq!(center.submit(entries.clone().into()).code(), "200 0");
    entries.push(creates("u100"));
    assert_eq!(center.submit(entries.into()).code(), "200 100-103");
    assert_eq!(center.users().len(), 100);
}

#[test]
fn v06_an_action_of_other_case_or_none_is_100_104() {
    for action in [json!("create"), json!("DELETE"), json!(""), json!(null)] {
        assert_eq!(create_with(json!({ "action": action })), "100-104", "{action}");
    }
}

#[test]
fn v07_a_disable_that_sets_anything_is_100_203() {
    let center = Center::new();
    for set in [
        json!({ "userName": "Ann" }),
        json!({ "email": "ann@example.com" }),
        json!({ "roleIds": [ROLE] }),
    ] {
        assert_eq!(center.code(but(does("DISABLE", "ann"), set)), "100-203");
    }
}

#[test]
fn v08_a_disable_with_empty_members_sets_nothing() {
    let center = Center::new();
    for empty in [json!({ "roleIds": [] }), json!({ "userName": "", "email": "" })] {
        assert_eq!(center.code(but(does("DISABLE", "ann"), empty)), "0");
    }
    // A null that stands on the wire is absent too.
    let null = r#"{"federationUserList":[{"action":"DISABLE","userAccount":"ann","userName":null,"email":null,"roleIds":null}]}"#;
    assert_eq!(center.call(CREATE, null).code(), "200 0");
}

#[test]
fn v09_an_empty_blank_or_absent_account_is_100_204() {
    for account in [json!(""), json!("  "), json!(null)] {
        assert_eq!(create_with(json!({ "userAccount": account })), "100-204", "{account}");
    }
}

#[test]
fn v10_an_account_has_50_characters_at_most() {
    assert_eq!(create_with(json!({ "userAccount": "a".repeat(50) })), "0");
    assert_eq!(create_with(json!({ "userAccount": "a".repeat(51) })), "100-205");
}

#[test]
fn v11_an_account_is_letters_digits_and_four_marks() {
    assert_eq!(create_with(json!({ "userAccount": "aZ9@._-" })), "0");
    for account in ["a b", "a/b", "用户", "a\n", "😀", "a'b"] {
        assert_eq!(create_with(json!({ "userAccount": account })), "100-207", "{account:?}");
    }
}

#[test]
fn v12_a_role_id_that_is_no_number_is_100_208() {
    for id in ["x1", "", "-1", "1.0", " 1", "１"] {
        assert_eq!(create_with(json!({ "roleIds": [ROLE, id] })), "100-208", "{id:?}");
    }
}

#[test]
fn v13_a_create_without_a_name_is_100_209() {
    for name in [json!(null), json!("")] {
        assert_eq!(create_with(json!({ "userName": name })), "100-209", "{name}");
    }
}

#[test]
fn v14_a_create_without_mail_is_100_211() {
    for email in [json!(null), json!("")] {
        assert_eq!(create_with(json!({ "email": email })), "100-211", "{email}");
    }
}

#[test]
fn v15_a_modify_of_an_account_alone_is_taken() {
    assert_eq!(Center::new().code(does("MODIFY", "ann")), "0");
}

#[test]
fn v16_the_first_bad_entry_tells_its_code() {
    let bad_mail = but(creates("ann"), json!({ "email": "nowhere" }));
    let bad_account = creates("b b");
    let center = Center::new();
    let said = center.submit(json!([bad_mail, bad_account]));
    assert_eq!(said.code(), "200 100-212");
    assert_eq!(center.submit(json!([bad_account, bad_mail])).code(), "200 100-207");
}

#[test]
fn v17_no_token_half_a_token_and_a_stale_token_are_401() {
    let center = Center::new();
    let token = format!("Bearer {}", center.token("twin-app"));
    let ask = |headers: &[(&str, &str)]| center.post(QUERY, headers, r#"{"taskId":"1"}"#).code();
    let key = ("X-APP-Key", "twin-app");
    assert_eq!(ask(&[key]), "401 401");
    for half in ["Bearer", "Bearer ", "Bearer  x", "bearer x", "x", "Basic x", &token[7..]] {
        assert_eq!(ask(&[key, ("Authorization", half)]), "401 401", "{half:?}");
    }
    assert_eq!(ask(&[key, ("Authorization", &token)]), "200 100-302");
    center.wait(600_000);
    assert_eq!(ask(&[key, ("Authorization", &token)]), "401 401");
}

#[test]
fn v18_a_body_that_breaks_off_is_400() {
    for path in [CREATE, QUERY] {
        assert_eq!(Center::new().call(path, "[").code(), "400 400", "{path}");
    }
}

#[test]
fn v19_another_method_is_405_and_an_unknown_sibling_404() {
    let center = Center::new();
    for path in [TOKEN, CREATE, QUERY] {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::HEAD] {
            let said = center.send(request(method, path, HeaderMap::new(), Bytes::new()));
            assert_eq!(
                (said.code().as_str(), &said.headers["allow"]),
                ("405 405", &"POST".parse().unwrap())
            );
        }
    }
    for path in [
        "/apiaccess/rest/cc-management/v1/federationUserMgmt/deleteTask",
        "/apiaccess/rest/CC-Management/v1/federationUserMgmt/createTask",
        "/apiaccess/rest/cc-management/v1/federationUserMgmt/createTask/",
        "/apigovernance/api/oauth/tokenbyaksk",
    ] {
        let said = center.call(path, "{}");
        assert_eq!(said.code(), "404 404", "{path}");
        assert!(said.headers.get("allow").is_none());
    }
}

#[test]
fn v20_a_task_can_be_asked_after_at_once() {
    for center in [Center::new(), Center::slow()] {
        let task = center.create(json!([creates("ann")]));
        assert!(["TODO", "DOING", "DONE"].contains(&center.status(&task).as_str()));
    }
}

#[test]
fn v21_a_modify_of_nobody_fails_and_is_echoed() {
    let entry = but(does("MODIFY", "nobody"), json!({ "userName": "谁", "roleIds": [ROLE] }));
    let failures = Center::new().run(json!([entry]));
    let expected = json!([{
        "federationUser": entry, "failCode": "200-102",
        "failMessage": "The user account does not exist.",
    }]);
    assert_eq!(failures, expected);
}

#[test]
fn v22_an_unknown_task_is_100_302() {
    let center = Center::new();
    let task = center.create(json!([creates("ann")]));
    for id in [
        "1659444411225432066".to_owned(),
        "none".to_owned(),
        "99999999999999999999".to_owned(),
        // Only the very text is the id.
        format!("+{task}"),
        format!("0{task}"),
        format!(" {task}"),
    ] {
        let said = center.call(QUERY, json!({ "taskId": id }).to_string());
        assert_eq!(said.code(), "200 100-302", "{id}");
        assert!(said.body.get("taskInfo").is_none());
    }
}

#[test]
fn v23_a_token_is_told_in_seven_strings() {
    let said = Center::new().ask_token("twin-app", SECRET, Some("600"));
    assert_eq!(said.status, 200);
    insta::assert_json_snapshot!(said.body, @r#"
    {
      "AccessToken": "be69c25091130e504ef3fe9576dd2642",
      "AppKey": "twin-app",
      "ApplyType": "Bearer",
      "CreateTime": "1769846400",
      "Expires": "600",
      "Scope": "88e548741fb29302108acc769ce785fa",
      "UserID": "Anonymous"
    }
    "#);
}

#[test]
fn v24_a_wrong_secret_and_an_unknown_key_are_403() {
    let center = Center::new();
    for (key, secret) in [("twin-app", "x"), ("twin-apps", SECRET), ("x", SECRET), ("x", "x")] {
        assert_eq!(center.ask_token(key, secret, None).code(), "403 403", "{key} {secret}");
    }
}

#[test]
fn lengths_are_counted_in_characters() {
    assert_eq!(create_with(json!({ "userName": "名".repeat(20) })), "0");
    assert_eq!(create_with(json!({ "userName": "名".repeat(21) })), "100-213");
    assert_eq!(create_with(json!({ "userName": "😀".repeat(20) })), "0");
    assert_eq!(create_with(json!({ "userAccount": "名".repeat(50) })), "100-207");
    assert_eq!(create_with(json!({ "userAccount": "名".repeat(51) })), "100-205");
}

#[test]
fn the_application_key_is_a_header_in_any_case() {
    let center = Center::new();
    let token = format!("Bearer {}", center.token("twin-app"));
    for name in ["X-APP-Key", "x-app-key", "x-app-Key", "X-APP-KEY"] {
        let headers = [(name, "twin-app"), ("Authorization", &*token), ("X-TenantSpaceID", "7")];
        assert_eq!(center.post(CREATE, &headers, batch(json!([creates("ann")]))).code(), "200 0");
    }
}
