//! What a rule changes for a request that goes on: credentials, pages, headers, lengths.

use cloudtwin::wire::Fate;
use http::Method;
use serde_json::{Value, json};

use super::told::{Heard, Told, names};
use super::{calls, load, newest_fault, world};
use crate::client::World;

/// A story with one rule that always acts.
fn always(rule: &str) -> String {
    format!("name = 'a'\n[[rule]]\nalways = true\n{rule}\n")
}

#[test]
fn a_skewed_clock_judges_signatures_and_nothing_else() {
    let world = world(&[]);
    let code = |seconds: i64| {
        load(&world, &always(&format!("at = 'arrival'\neffect = {{ clock_skew = {seconds}.0 }}")));
        world.call("ListUserStore", json!({}))["Error"]["Code"].take()
    };
    for seconds in [-301, 301] {
        assert_eq!(code(seconds), "AuthFailure.SignatureExpire", "{seconds}");
        assert_eq!(newest_fault(&world)["effect"], "clock skew");
    }
    for seconds in [-300, 300] {
        assert_eq!(code(seconds), Value::Null, "{seconds}");
    }
}

#[test]
fn a_revoked_key_is_unknown_to_each_protocol() {
    let told = Told::of("buggify");
    told.twin.control("DELETE", "scenarios", "");
    let headers = [("content-type", "application/json")];
    let application = json!({ "app_key": "twin-app", "app_secret": "cloudtwin-secret" });
    let ask = |body: &Value| {
        let path = "/apigovernance/api/oauth/tokenByAkSk";
        told.ask(Method::POST, path, &headers, &body.to_string())
    };
    let token = ask(&application).json()["AccessToken"].as_str().unwrap().to_owned();
    let made = told.center("CreateSCIMCredential", json!({})).response();
    let key = made["CredentialSecret"].as_str().unwrap().to_owned();
    let user = json!({ "name": "u", "password": "cloudtwin-secret", "domain": { "name": "twin" } });
    let project = json!({ "name": "cn-north-4", "domain": { "name": "twin" } });
    let log_in = json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": user } },
        "scope": { "project": project },
    } });
    let iam = "/v3/auth/tokens";
    let (iam_token, project) = told.token(iam, &headers, &log_in.to_string());
    told.twin.control("PUT", "scenarios", &always("at = 'arrival'\neffect = { revoked = true }"));
    let said = [
        told.ciam("ListUserStore", &json!({})).code(),
        format!("{}", ask(&application).status()),
        {
            let bearer = format!("Bearer {token}");
            let headers = [headers[0], ("x-app-key", "twin-app"), ("authorization", &bearer)];
            let path = "/apiaccess/rest/cc-management/v1/federationUserMgmt/createTask";
            let heard = told.ask(Method::POST, path, &headers, "{}");
            format!("{} {}", heard.status(), heard.json()["resultCode"])
        },
        {
            let bearer = format!("Bearer {key}");
            let heard = told.ask(Method::GET, "/scim/v2/Users", &[("authorization", &bearer)], "");
            format!("{}", heard.status())
        },
        {
            let path = format!("/v2/{project}/users");
            let heard = told.ask(Method::GET, &path, &[("x-auth-token", &iam_token)], "");
            format!("{} {}", heard.status(), heard.json()["error_code"])
        },
        {
            let heard = told.ask(Method::POST, iam, &headers, &log_in.to_string());
            format!("{} {}", heard.status(), heard.json()["error"]["code"])
        },
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_page_is_wrong_in_each_way() {
    let told = Told::of("buggify");
    told.twin.control("DELETE", "scenarios", "");
    let store = told.directory(3);
    let with = |effect: &str| {
        let rule = format!("operation = 'ListUser'\nat = 'after_commit'\neffect = {{ {effect} }}");
        told.twin.control("PUT", "scenarios", &always(&rule));
        let page = told.page(&store, 1);
        (names(&page).join(" "), page.response()["Total"].take())
    };
    assert_eq!(with("page = 'empty'"), (String::new(), json!(3)));
    assert_eq!(with("page = 'short', total = 7"), ("user2".to_owned(), json!(7)));
    assert_eq!(with("page = 'repeated row'"), ("user2 user1 user2".to_owned(), json!(3)));
    assert_eq!(with("total = 1"), ("user2 user1".to_owned(), json!(1)));
}

#[test]
fn a_lost_token_ends_a_list_early() {
    let told = Told::of("buggify");
    let rule = "service = 'organization'\nat = 'after_commit'\neffect = { page = 'lost token' }";
    told.twin.control("DELETE", "scenarios", "");
    for name in ["ada", "bob", "cyd"] {
        assert_eq!(told.center("CreateUser", json!({ "UserName": name })).code(), "ok");
    }
    let list = || told.center("ListUsers", json!({ "MaxResults": 2 })).response();
    let whole = list();
    told.twin.control("PUT", "scenarios", &always(rule));
    let cut_off = list();
    assert!(!whole["NextToken"].as_str().unwrap().is_empty(), "{whole}");
    assert_eq!(cut_off["NextToken"], "");
    assert_eq!(
        (&cut_off["Users"], &cut_off["IsTruncated"]),
        (&whole["Users"], &whole["IsTruncated"])
    );
}

#[test]
fn a_rule_about_pages_meets_lists_alone() {
    let world = world(&[&always("at = 'after_commit'\neffect = { page = 'empty' }")]);
    world.store("others");
    assert!(newest_fault(&world).is_null());
    assert_eq!(calls(&world, "default", 1), ".");
}

#[test]
fn headers_are_removed_repeated_and_set() {
    let effect = "headers = { remove = ['content-type'], set = { 'x-cache' = 'HIT' }, repeat = ['x-cache'] }";
    let world = World::new();
    load(&world, &always(&format!("at = 'body'\neffect = {{ {effect} }}")));
    let now = world.twin.clock.now();
    let answer = world.send(crate::client::Signed::new("ListUserStore", "{}", now).request());
    assert!(!answer.headers.contains_key("content-type"));
    assert_eq!(answer.headers.get_all("x-cache").iter().count(), 2);
    assert_eq!(newest_fault(&world)["effect"], "headers");
    assert_eq!(answer.plan, None);
}

#[test]
fn a_body_without_a_length_comes_in_chunks() {
    let told = Told::of("buggify");
    let effect = "effect = { headers = { remove = ['content-length'] } }";
    told.twin.control("PUT", "scenarios", &always(&format!("at = 'body'\n{effect}")));
    told.twin.control("DELETE", "scenarios/buggify", "");
    let answer = told.raw("ListUserStore");
    let head = answer.split_once("\r\n\r\n").unwrap().0.to_ascii_lowercase();
    assert!(
        head.contains("transfer-encoding: chunked") && !head.contains("content-length"),
        "{head}"
    );
    assert_eq!(told.ciam("ListUserStore", &json!({})).code(), "ok");
}

#[test]
fn a_length_is_wrong_both_ways() {
    let told = Told::of("buggify");
    told.twin.control("DELETE", "scenarios", "");
    let whole = told.raw("ListUserStore");
    let (_, body) = whole.split_once("\r\n\r\n").unwrap();
    let with = |bytes: i64| {
        let rule = always(&format!("at = 'body'\neffect = {{ length = {bytes} }}"));
        told.twin.control("PUT", "scenarios", &rule);
        let raw = told.raw("ListUserStore");
        let (head, sent) = raw.split_once("\r\n\r\n").unwrap();
        let head = head.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).unwrap();
        let length: i64 = length.split("\r\n").next().unwrap().parse().unwrap();
        (length, i64::try_from(sent.len()).unwrap(), told.ciam("ListUserStore", &json!({})))
    };
    // The lengths differ by the digits of nothing: a request id has always as many.
    let length = i64::try_from(body.len()).unwrap();
    let (promised, sent, heard) = with(10);
    assert_eq!((promised, sent), (length + 10, length));
    assert_eq!(heard.code(), "broken");
    let (promised, sent, heard) = with(-10);
    assert_eq!((promised, sent), (length - 10, length));
    let Heard::Answer(200, part) = heard else { panic!("{heard:?}") };
    assert_eq!(
        (part.len() + 10, serde_json::from_slice::<Value>(&part).is_err()),
        (body.len(), true)
    );
    let (promised, sent, _) = with(-1_000_000);
    assert_eq!((promised, sent), (0, length));
}

#[test]
fn a_download_is_spoiled_as_an_answer_is() {
    let told = Told::of("buggify");
    told.twin.control("DELETE", "scenarios", "");
    let link = told.exported(&told.directory(3));
    let download = |effect: &str, at: &str| {
        let rule = always(&format!("service = 'files'\nat = '{at}'\neffect = {{ {effect} }}"));
        told.twin.control("PUT", "scenarios", &rule);
        told.ask(Method::GET, &link, &[], "").status()
    };
    for (effect, at, status) in [
        ("drop = true", "arrival", 0),
        ("reset = true", "body", 0),
        ("status = 503", "arrival", 503),
        ("cut = 1", "body", 0),
        ("garbage = 'x'", "arrival", 0),
        ("length = -2", "body", 200),
        ("length = 2", "body", 0),
        ("delay = 0.01, dribble = { bytes = 50, pause = 0.0 }", "body", 200),
    ] {
        assert_eq!(download(effect, at), status, "{effect}");
    }
    // A rule of another tenant does not meet it.
    let rule = always("service = 'files'\ntenant = 'b'\nat = 'arrival'\neffect = { drop = true }");
    told.twin.control("PUT", "scenarios", &rule);
    assert_eq!(told.ask(Method::GET, &link, &[], "").status(), 200);
}

#[test]
fn any_documented_code_is_drawn_from_the_seed() {
    let text = |seed: u32| {
        format!(
            "name = 'a'\nseed = {seed}\n[[rule]]\nalways = true\nat = 'arrival'\neffect = {{ refuse = '*' }}\n"
        )
    };
    let codes = |seed: u32| {
        let world = world(&[&text(seed)]);
        let code = |_| world.call("ListUserStore", json!({}))["Error"]["Code"].take().to_string();
        let codes: Vec<_> = (0..40).map(code).collect();
        let last = codes.last().unwrap().trim_matches('"');
        assert_eq!(newest_fault(&world)["effect"], format!("refuse {last}"));
        codes
    };
    assert_eq!(codes(1), codes(1));
    assert_ne!(codes(1), codes(2));
}

#[test]
fn a_page_changes_no_plan() {
    let world = world(&[&always(
        "service = 'ciam'\nat = 'after_commit'\neffect = { page = 'empty', delay = 0.5 }",
    )]);
    let store = world.ok("ListUserStore", json!({}))["UserStoreSet"][0]["UserStoreId"].take();
    let pageable = json!({ "PageNumber": 1, "PageSize": 2 });
    let input = json!({ "UserStoreId": store, "Pageable": pageable }).to_string();
    let now = world.twin.clock.now();
    let answer = world.send(crate::client::Signed::new("ListUser", input, now).request());
    let plan = answer.plan.unwrap();
    assert_eq!((plan.fate, plan.delay.as_millis()), (Fate::Sent, 500));
}
