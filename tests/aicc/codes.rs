//! Every code that ordinary calls can lead to is led to here, those of the gateway included. A code
//! that is newly documented fails the test until it is reached, or is said to be reachable only by
//! force.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use super::center::{CREATE, Center, QUERY, ROLE, SECRET, TOKEN, but, creates, does, posted};

/// Leads to a refusal; answers its code.
type Story = fn(&Center) -> String;

/// The code of a good CREATE entry with other members.
fn create_with(center: &Center, members: Value) -> String {
    center.code(but(creates("ann"), members))
}

/// The code of the only failure of the last entry, after the others went through.
fn fails(center: &Center, entries: Value) -> String {
    let codes = center.fail_codes(entries);
    assert_eq!(codes.len(), 1, "{codes:?}");
    codes[0].clone()
}

/// An address with so many characters before the `@`.
fn address(local: usize) -> String {
    format!("{}@example.com", "l".repeat(local))
}

/// Codes that refuse a batch.
const OF_BATCHES: [(&str, Story); 15] = [
    ("100-102", |center| center.submit(json!([])).code().split_off(4)),
    ("100-103", |center| center.submit(vec![creates("ann"); 101].into()).code().split_off(4)),
    ("100-104", |center| create_with(center, json!({ "action": "ENABLE" }))),
    ("100-202", |center| create_with(center, json!({ "roleIds": vec![ROLE; 51] }))),
    ("100-203", |center| center.code(but(does("DISABLE", "ann"), json!({ "userName": "A" })))),
    ("100-204", |center| create_with(center, json!({ "userAccount": null }))),
    ("100-205", |center| create_with(center, json!({ "userAccount": "a".repeat(51) }))),
    ("100-207", |center| create_with(center, json!({ "userAccount": "a+b" }))),
    ("100-208", |center| create_with(center, json!({ "roleIds": ["agent"] }))),
    ("100-209", |center| create_with(center, json!({ "userName": null }))),
    ("100-210", |center| create_with(center, json!({ "userName": "<Ann>" }))),
    ("100-211", |center| create_with(center, json!({ "email": null }))),
    ("100-212", |center| create_with(center, json!({ "email": "ann example.com" }))),
    ("100-213", |center| create_with(center, json!({ "userName": "n".repeat(21) }))),
    ("100-214", |center| create_with(center, json!({ "email": address(65) }))),
];

/// Codes of queries, of entries that fail, and of the gateway as far as the model has them.
const OF_THE_REST: [(&str, Story); 10] = [
    ("100-301", |center| center.call(QUERY, "{}").code().split_off(4)),
    ("100-302", |center| center.call(QUERY, r#"{"taskId":"1"}"#).code().split_off(4)),
    ("200-101", |center| fails(center, json!([creates("ann"), creates("ann")]))),
    ("200-102", |center| fails(center, json!([does("DISABLE", "nobody")]))),
    ("200-103", |center| fails(center, json!([but(creates("a"), json!({ "roleIds": ["7"] }))]))),
    ("200-104", |center| {
        let users = json!({ "users": [{ "account": "root", "federated": false }] });
        center.twin(Method::PUT, "aicc/users", &users.to_string());
        fails(center, json!([does("DISABLE", "root")]))
    }),
    ("200-105", |center| {
        center.twin(Method::PUT, "aicc/users", r#"{"user_quota": 1, "users": []}"#);
        fails(center, json!([creates("ann"), creates("bob")]))
    }),
    ("400", |center| center.call(CREATE, "").code().split_off(4)),
    ("401", |center| center.post(CREATE, &[], "{}").code().split_off(4)),
    ("403", |center| center.ask_token("twin-app", "guess", None).code().split_off(4)),
];

#[test]
fn every_code_that_needs_no_force_is_reached_by_ordinary_calls() {
    let mut reached = BTreeSet::new();
    for (code, story) in OF_BATCHES.into_iter().chain(OF_THE_REST) {
        assert_eq!(story(&Center::new()), code);
        reached.insert(code);
    }
    let service = contracts::catalog().service("aicc").unwrap();
    let by_calls = service.codes.iter().filter(|(_, known)| known.forced_only.is_none());
    let documented: BTreeSet<&str> = by_calls.map(|(code, _)| code.as_str()).collect();
    assert_eq!(reached, documented);
}

#[test]
fn each_status_of_the_gateway_has_its_code_and_its_words() {
    let center = Center::new();
    let mut huge = posted(CREATE, &[], "");
    huge.too_large = true;
    let mut get = posted(QUERY, &[], "");
    get.method = Method::GET;
    let said = [
        center.call(CREATE, "["),
        center.call(CREATE, r#"{"federationUserList":{}}"#),
        center.post(TOKEN, &[], r#"{"app_key":"twin-app","app_secret":""}"#),
        center.post(CREATE, &[], "{}"),
        center.ask_token("twin-app", "guess", None),
        center.call("/apiaccess/nowhere", "{}"),
        center.send(get),
        center.send(huge),
        center.call("/apiaccess/rest/cc-management/v1/agentAccount/query", "{}"),
    ];
    let told: Vec<String> = said
        .iter()
        .map(|said| format!("{}: {}", said.code(), said.body["resultMessage"].as_str().unwrap()))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    400 400: the body is not JSON: EOF while parsing a list at line 1 column 1
    400 400: federationUserList must be of type array
    400 400: app_secret is missing or empty
    401 401: Unauthorized
    403 403: Forbidden
    404 404: Not Found: no interface of the contact centre has this path
    405 405: Method Not Allowed
    413 413: Payload Too Large
    501 501: cloudtwin knows `agentAccount/query` and does not model it yet.
    ");
}

#[test]
fn a_body_of_null_has_no_members_and_half_of_a_surrogate_pair_is_named() {
    let center = Center::new();
    let told = |path: &str, body: &'static str| {
        let said = center.call(path, body);
        format!("{}: {}", said.code(), said.body["resultMessage"].as_str().unwrap())
    };
    assert_eq!(told(CREATE, "null"), told(CREATE, "{}"));
    let broken = [told(CREATE, "[]"), told(CREATE, r#"{"federationUserList":["\ud83d"]}"#)];
    insta::assert_snapshot!(broken.join("\n"), @r"
    400 400: the body is no JSON object
    400 400: the body has the escape `\ud83d`, which is half of a surrogate pair and stands for no character
    ");
}

#[test]
fn every_refusal_of_the_service_has_words() {
    let service = contracts::catalog().service("aicc").unwrap();
    let center = Center::new();
    let entries = json!([but(creates("a"), json!({ "action": "x" }))]);
    assert_eq!(
        center.submit(entries).body["resultMessage"],
        service.codes["100-104"].message.as_deref().unwrap()
    );
    let failed = center.run(json!([does("MODIFY", "nobody")]));
    assert_eq!(failed[0]["failMessage"], service.codes["200-102"].message.as_deref().unwrap());
    // None of them is the bare code.
    assert!(
        service.codes.values().all(|known| known.message.as_ref().is_some_and(|m| m.len() > 8))
    );
}

#[test]
fn characters_that_a_name_must_not_hold_are_a_dozen() {
    let center = Center::new();
    for bad in "\"[]'&()=;<>,".chars() {
        assert_eq!(create_with(&center, json!({ "userName": format!("a{bad}") })), "100-210");
        let entry = but(does("MODIFY", "ann"), json!({ "userName": bad.to_string() }));
        assert_eq!(center.code(entry), "100-210", "{bad}");
    }
    assert_eq!(create_with(&center, json!({ "userName": "Ann-Lee 李 😀/\\!#{}" })), "0");
}

#[test]
fn mail_addresses_are_measured_part_by_part() {
    let center = Center::new();
    let label = "d".repeat(63);
    let domain = [label.as_str(); 4].join(".");
    for (email, code) in [
        (address(64), "0"),
        (address(65), "100-214"),
        (format!("a@{domain}"), "0"),
        (format!("a@{domain}.c"), "100-214"),
        (format!("a@{label}d.com"), "100-214"),
        ("a@b".to_owned(), "100-212"),
        ("a@b@c.d".to_owned(), "100-212"),
        ("安@example.com".to_owned(), "100-212"),
    ] {
        assert_eq!(create_with(&center, json!({ "email": email })), code, "{email}");
        let entry = but(does("MODIFY", "ann"), json!({ "email": email }));
        assert_eq!(center.code(entry), code, "{email}");
    }
}

#[test]
fn role_ids_are_fifty_of_twenty_digits_at_most() {
    let center = Center::new();
    for (ids, code) in [
        (vec!["1".repeat(20)], "0"),
        (vec!["1".repeat(21)], "100-202"),
        // How long it is comes before what it holds.
        (vec!["x".repeat(21)], "100-202"),
        (vec!["1".to_owned(); 50], "0"),
        (vec!["1".to_owned(); 51], "100-202"),
    ] {
        assert_eq!(create_with(&center, json!({ "roleIds": ids })), code, "{ids:?}");
    }
}

#[test]
fn what_stands_empty_on_modify_is_unchanged_or_refused_or_cleared() {
    let center = Center::new();
    center.run(json!([creates("ann")]));
    let modify = |members: Value| center.code(but(does("MODIFY", "ann"), members));
    assert_eq!(modify(json!({ "userName": "" })), "0");
    assert_eq!(modify(json!({ "email": "" })), "100-211");
    assert_eq!(center.users(), [format!("+ann Name ann <ann@example.com> [{ROLE}]")]);
    assert_eq!(modify(json!({ "roleIds": [] })), "0");
    assert_eq!(center.users(), ["+ann Name ann <ann@example.com> []"]);
}

#[test]
fn no_refused_batch_leaves_anything_behind() {
    let center = Center::new();
    center.code(but(creates("ann"), json!({ "email": "x" })));
    let said = center.submit(json!([creates("bob"), but(creates("b"), json!({ "action": "x" }))]));
    assert_eq!(said.code(), "200 100-104");
    assert!(center.users().is_empty());
    assert_eq!(center.ask_token("twin-app", SECRET, None).status, 200);
    let state = center.twin(Method::GET, "state", "");
    assert_eq!(state["tenants"]["default"]["aicc_tasks"], json!([]));
}
