//! What no documented interface shows or sets: roles, accounts and their number, through the
//! control interface.

use http::Method;
use serde_json::{Value, json};

use super::center::{CREATE, Center, QUERY, ROLE, STEP_MS, creates, does};

/// Message of a refusal, which must be `bad_request`.
fn refused(center: &Center, path: &str, body: &str) -> String {
    let (status, said) = center.control(Method::PUT, path, body);
    assert_eq!((status, &said["error"]), (400, &json!("bad_request")), "{body}");
    said["message"].as_str().unwrap().to_owned()
}

#[test]
fn the_starting_state_has_five_roles_and_nobody() {
    let center = Center::new();
    insta::assert_json_snapshot!(center.twin(Method::GET, "aicc/roles", ""), @r#"
    {
      "roles": [
        {
          "id": "1672380646005741634",
          "name": "agent"
        },
        {
          "id": "1672380646005741635",
          "name": "team leader"
        },
        {
          "id": "1672380646005741636",
          "name": "quality inspector"
        },
        {
          "id": "1672380646005741637",
          "name": "outbound campaign manager"
        },
        {
          "id": "1672380646005741638",
          "name": "tenant administrator"
        }
      ]
    }
    "#);
    let users = center.twin(Method::GET, "aicc/users", "");
    assert_eq!(users, json!({ "user_quota": null, "users": [] }));
}

#[test]
fn what_is_put_is_what_is_shown() {
    let center = Center::new();
    let roles = json!({ "roles": [{ "id": "10", "name": "角色" }, { "id": "9", "name": "" }] });
    assert_eq!(center.twin(Method::PUT, "aicc/roles", &roles.to_string()), json!({}));
    assert_eq!(center.twin(Method::GET, "aicc/roles", ""), roles);
    let users = json!({ "user_quota": 3, "users": [
        { "account": "Ann", "name": "安", "email": "a@b.c", "role_ids": ["9", "10"], "enabled": false, "federated": false },
        { "account": "ann", "name": "", "email": "", "role_ids": [], "enabled": true, "federated": true },
    ] });
    assert_eq!(center.twin(Method::PUT, "aicc/users", &users.to_string()), json!({}));
    assert_eq!(center.twin(Method::GET, "aicc/users", ""), users);
    // What is shown can be put; what is left out is as it is at first.
    center.twin(Method::PUT, "aicc/users", &users.to_string());
    center.twin(Method::PUT, "aicc/users", r#"{"users": [{"account": "bob"}]}"#);
    let shown = json!({ "user_quota": null, "users": [
        { "account": "bob", "name": "", "email": "", "role_ids": [], "enabled": true, "federated": true },
    ] });
    assert_eq!(center.twin(Method::GET, "aicc/users", ""), shown);
}

#[test]
fn batches_and_the_control_interface_see_the_same_accounts() {
    let center = Center::new();
    center.run(json!([creates("ann")]));
    let mut users = center.twin(Method::GET, "aicc/users", "");
    users["users"][0]["enabled"] = json!(false);
    center.twin(Method::PUT, "aicc/users", &users.to_string());
    assert_eq!(center.run(json!([creates("ann")])), json!([]));
    center.twin(Method::PUT, "aicc/users", r#"{"users": []}"#);
    assert_eq!(center.fail_codes(json!([does("DISABLE", "ann")])), ["200-102"]);
}

#[test]
fn accounts_keep_the_ids_of_roles_that_are_gone() {
    let center = Center::new();
    center.run(json!([creates("ann")]));
    center.twin(Method::PUT, "aicc/roles", r#"{"roles": []}"#);
    assert_eq!(center.users_of("default")[0]["role_ids"], json!([ROLE]));
    // A batch that names no roles changes the account still.
    assert_eq!(center.run(json!([does("DISABLE", "ann")])), json!([]));
    let users = center.twin(Method::GET, "aicc/users", "").to_string();
    let told = refused(&center, "aicc/users", &users);
    assert_eq!(told, format!("user \"ann\": there is no role \"{ROLE}\""));
}

#[test]
fn what_is_due_happens_before_accounts_are_shown_or_replaced() {
    let center = Center::slow();
    let task = center.create(json!([creates("ann")]));
    center.wait(2 * STEP_MS);
    center.twin(Method::PUT, "aicc/users", r#"{"users": []}"#);
    assert_eq!(center.query(&task)["failDataList"], json!([]));
    assert_eq!(center.users().len(), 0);
}

#[test]
fn roles_that_cannot_be_are_refused_in_words() {
    let center = Center::new();
    let role = |id: &str| json!({ "id": id, "name": "x" });
    let told: Vec<String> = [
        String::new(),
        "[]".to_owned(),
        json!({ "role": [] }).to_string(),
        json!({ "roles": [], "users": [] }).to_string(),
        json!({ "roles": [{ "id": "1" }] }).to_string(),
        json!({ "roles": [{ "id": 1, "name": "x" }] }).to_string(),
        json!({ "roles": [{ "id": "1", "name": "x", "more": 1 }] }).to_string(),
        json!({ "roles": [role(""), role("x"), role(&"1".repeat(21)), role("1"), role("1")] })
            .to_string(),
    ]
    .iter()
    .map(|body| refused(&center, "aicc/roles", body))
    .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    EOF while parsing a value at line 1 column 0; send for example {"roles": [{"id": "1672380646005741634", "name": "agent"}]}
    invalid length 0, expected struct Roles with 1 element at line 1 column 2; send for example {"roles": [{"id": "1672380646005741634", "name": "agent"}]}
    unknown field `role`, expected `roles` at line 1 column 7; send for example {"roles": [{"id": "1672380646005741634", "name": "agent"}]}
    unknown field `users`, expected `roles` at line 1 column 19; send for example {"roles": [{"id": "1672380646005741634", "name": "agent"}]}
    missing field `name` at line 1 column 20; send for example {"roles": [{"id": "1672380646005741634", "name": "agent"}]}
    invalid type: integer `1`, expected a string at line 1 column 17; send for example {"roles": [{"id": "1672380646005741634", "name": "agent"}]}
    unknown field `more`, expected `id` or `name` at line 1 column 26; send for example {"roles": [{"id": "1672380646005741634", "name": "agent"}]}
    role "": an id is 1 to 20 decimal digits; role "x": an id is 1 to 20 decimal digits; role "111111111111111111111": an id is 1 to 20 decimal digits; role "1": there are two of it
    "#);
    let roles = center.twin(Method::GET, "aicc/roles", "");
    assert_eq!(roles["roles"].as_array().unwrap().len(), 5);
}

#[test]
fn accounts_that_cannot_be_are_refused_in_words() {
    let center = Center::new();
    center.run(json!([creates("ann")]));
    let user = |account: &str, role_ids: Value| json!({ "account": account, "role_ids": role_ids });
    let told: Vec<String> = [
        "{".to_owned(),
        "{}".to_owned(),
        json!({ "users": [{}] }).to_string(),
        json!({ "users": [{ "account": "a", "password": "x" }] }).to_string(),
        json!({ "user_quota": -1, "users": [] }).to_string(),
        json!({ "users": [
            user("", json!([])), user("  ", json!([])), user(&"a".repeat(51), json!([])),
            user("a", json!([ROLE, "7"])), user("a", json!([ROLE, ROLE])),
        ] })
        .to_string(),
    ]
    .iter()
    .map(|body| refused(&center, "aicc/users", body))
    .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    EOF while parsing an object at line 1 column 1; send for example {"users": [{"account": "ada", "name": "Ada", "email": "ada@example.com"}]}
    missing field `users` at line 1 column 2; send for example {"users": [{"account": "ada", "name": "Ada", "email": "ada@example.com"}]}
    missing field `account` at line 1 column 12; send for example {"users": [{"account": "ada", "name": "Ada", "email": "ada@example.com"}]}
    unknown field `password`, expected one of `account`, `name`, `email`, `role_ids`, `enabled`, `federated` at line 1 column 35; send for example {"users": [{"account": "ada", "name": "Ada", "email": "ada@example.com"}]}
    invalid value: integer `-1`, expected u32 at line 1 column 16; send for example {"users": [{"account": "ada", "name": "Ada", "email": "ada@example.com"}]}
    user "": an account is 1 to 50 characters; user "  ": an account is 1 to 50 characters; user "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": an account is 1 to 50 characters; user "a": there is no role "7"; user "a": there are two of it; user "a": it has the role "1672380646005741634" twice
    "#);
    assert_eq!(center.users().len(), 1);
}

#[test]
fn each_tenant_has_its_own() {
    let center = Center::new();
    center.twin(Method::PUT, "aicc/roles?tenant=a", r#"{"roles": [{"id": "1", "name": "x"}]}"#);
    center.twin(
        Method::PUT,
        "aicc/users?tenant=a",
        r#"{"user_quota": 1, "users": [{"account": "ann", "role_ids": ["1"]}]}"#,
    );
    assert_eq!(center.users_of("a").as_array().unwrap().len(), 1);
    for other in ["aicc/users", "aicc/users?tenant=b"] {
        let users = center.twin(Method::GET, other, "");
        assert_eq!(users, json!({ "user_quota": null, "users": [] }));
    }
    let roles = center.twin(Method::GET, "aicc/roles?tenant=b", "");
    assert_eq!(roles["roles"].as_array().unwrap().len(), 5);
    let (status, said) = center.control(Method::GET, "aicc/users?tenant=a%20b", "");
    assert_eq!((status, &said["error"]), (400, &json!("bad_request")));
}

#[test]
fn other_methods_and_paths_are_told_what_there_is() {
    let center = Center::new();
    for method in [Method::POST, Method::DELETE, Method::PATCH] {
        let (status, said) = center.control(method, "aicc/users", "{}");
        let expected =
            json!({ "error": "wrong_method", "message": "/_twin/aicc/users answers GET, PUT" });
        assert_eq!((status, said), (405, expected));
    }
    for path in ["aicc", "aicc/", "aicc/tasks", "aicc/users/ann", "ciam/users", "users"] {
        let (status, said) = center.control(Method::GET, path, "");
        assert_eq!((status, &said["error"]), (404, &json!("no_such_path")), "{path}");
        let message = said["message"].as_str().unwrap();
        for known in ["GET, PUT /_twin/aicc/roles", "GET, PUT /_twin/aicc/users"] {
            assert!(message.contains(known), "{message}");
        }
    }
}

#[test]
fn a_state_document_carries_all_of_it() {
    let center = Center::slow();
    let task = center.create(json!([creates("ann"), does("DISABLE", "nobody")]));
    center.wait(2 * STEP_MS);
    let done = center.query(&task);
    let open = center.create(json!([does("DISABLE", "ann")]));
    center.twin(Method::PUT, "aicc/roles", r#"{"roles": [{"id": "1", "name": "one"}]}"#);
    let token = center.token("twin-app");
    let state = center.twin(Method::GET, "state", "").to_string();

    center.twin(Method::POST, "reset", "");
    let query = json!({ "taskId": task }).to_string();
    assert_eq!(center.call(QUERY, query).code(), "200 100-302");
    center.twin(Method::PUT, "state", &state);
    assert_eq!(center.query(&task), done);
    let roles = center.twin(Method::GET, "aicc/roles", "");
    assert_eq!(roles, json!({ "roles": [{ "id": "1", "name": "one" }] }));
    let authorization = format!("Bearer {token}");
    let headers = [("X-APP-Key", "twin-app"), ("Authorization", &*authorization)];
    let said = center.post(QUERY, &headers, json!({ "taskId": open }).to_string());
    assert_eq!(said.body["taskInfo"]["status"], "TODO");
    center.wait(2 * STEP_MS);
    assert_eq!(center.status(&open), "DONE");
    assert_eq!(center.users(), [format!("-ann Name ann <ann@example.com> [{ROLE}]")]);
}

#[test]
fn a_tenant_filled_from_another_has_its_accounts_and_tasks_and_its_own_tokens() {
    let center = Center::new();
    let task = center.create(json!([creates("ann")]));
    let token = format!("Bearer {}", center.token("twin-app"));
    let state = center.twin(Method::GET, "state?tenant=default", "").to_string();
    center.twin(Method::PUT, "state?tenant=copy", &state);
    assert_eq!(center.query_as("copy", &task)["taskInfo"]["status"], "DONE");
    assert_eq!(center.users_of("copy"), center.users_of("default"));
    let status = |key: &str| {
        let headers = [("X-APP-Key", key), ("Authorization", &*token)];
        center.post(CREATE, &headers, "{}").status
    };
    assert_eq!([status("twin-app"), status("twin-app-copy")], [200, 401]);
    // The copy keeps the token's text, and it opens nothing once the token itself is gone.
    center.twin(Method::POST, "reset?tenant=default", "");
    assert_eq!([status("twin-app"), status("twin-app-copy")], [401, 401]);
}
