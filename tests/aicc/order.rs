//! In which order things are checked: a request that breaks every rule loses them one by one.

use std::fmt::Write as _;

use http::Method;
use serde_json::{Value, json};

use super::center::{CREATE, Center, TOKEN, batch, but, posted};

/// Mends an entry in one place.
type Cure = (&'static str, fn() -> Value);

/// An entry that breaks as many rules as one can.
fn worst() -> Value {
    let long = format!("{}@example.com", "l".repeat(65));
    json!({
        "action": "disable", "userAccount": "", "userName": "<".repeat(21), "email": format!("安{long}"),
        "roleIds": vec!["x".repeat(21); 51],
    })
}

/// How it is mended, step by step.
const CURES: [Cure; 15] = [
    ("action DISABLE", || json!({ "action": "DISABLE" })),
    ("fewer role ids", || json!({ "roleIds": ["x".repeat(21)] })),
    ("shorter role ids", || json!({ "roleIds": ["x"] })),
    ("action CREATE", || json!({ "action": "CREATE" })),
    ("an account, too long and of odd characters", || json!({ "userAccount": "账".repeat(51) })),
    ("a shorter account", || json!({ "userAccount": "账" })),
    ("a good account", || json!({ "userAccount": "ann" })),
    ("numeric role ids", || json!({ "roleIds": ["7"] })),
    ("no name", || json!({ "userName": "" })),
    ("a name, too long and of odd characters", || json!({ "userName": "<".repeat(21) })),
    (
        "no odd character in the name, no mail address",
        || json!({ "userName": "n".repeat(21), "email": null }),
    ),
    (
        "a mail address, too long and of odd characters",
        || json!({ "email": format!("安{}@example.com", "l".repeat(65)) }),
    ),
    (
        "no odd character in the mail address",
        || json!({ "email": format!("{}@example.com", "l".repeat(65)) }),
    ),
    ("a shorter name", || json!({ "userName": "Ann" })),
    ("a shorter mail address", || json!({ "email": "ann@example.com" })),
];

#[test]
fn an_entry_that_breaks_every_rule_loses_them_one_by_one() {
    let center = Center::new();
    let (mut entry, mut story) = (worst(), String::new());
    writeln!(story, "{:8}", center.code(entry.clone())).unwrap();
    for (cure, members) in CURES {
        entry = but(entry, members());
        writeln!(story, "{:8}{cure}", center.code(entry.clone())).unwrap();
    }
    insta::assert_snapshot!(story, @"
    100-104 
    100-202 action DISABLE
    100-202 fewer role ids
    100-203 shorter role ids
    100-204 action CREATE
    100-205 an account, too long and of odd characters
    100-207 a shorter account
    100-208 a good account
    100-210 numeric role ids
    100-209 no name
    100-210 a name, too long and of odd characters
    100-211 no odd character in the name, no mail address
    100-212 a mail address, too long and of odd characters
    100-213 no odd character in the mail address
    100-214 a shorter name
    0       a shorter mail address
    ");
}

#[test]
fn a_request_that_breaks_every_rule_loses_them_one_by_one() {
    let center = Center::new();
    let (good, other) = (center.token("twin-app"), center.token("twin-app-other"));
    let (good, other) = (format!("Bearer {good}"), format!("Bearer {other}"));
    let nobody = [("X-APP-Key", "nobody"), ("Authorization", "Basic x")];
    let no_bearer = [("X-APP-Key", "twin-app"), ("Authorization", "Basic x")];
    let foreign = [("X-APP-Key", "twin-app"), ("Authorization", &other)];
    let fine = [("X-APP-Key", "twin-app"), ("Authorization", &good)];
    let many: Value = vec![worst(); 101].into();
    let mut second = posted(CREATE, &nobody, "[");
    second.method = Method::GET;
    let mut huge = posted(CREATE, &nobody, "");
    huge.too_large = true;
    let wrong_type = json!({ "federationUserList": [{ "action": "x" }, { "email": 1 }] });
    let mut story = String::new();
    for (step, request) in [
        ("an unknown path, by GET", {
            let mut request = posted("/apiaccess/x", &nobody, "[");
            request.method = Method::GET;
            request
        }),
        ("a path, by GET", second),
        ("by POST, too large", huge),
        ("an unknown application", posted(CREATE, &nobody, "[")),
        ("a known one, no bearer token", posted(CREATE, &no_bearer, "[")),
        ("a token of another one", posted(CREATE, &foreign, "[")),
        ("a good token", posted(CREATE, &fine, "[")),
        ("JSON, no object", posted(CREATE, &fine, "[]")),
        ("an object, a wrong type", posted(CREATE, &fine, wrong_type.to_string())),
        ("types, no list", posted(CREATE, &fine, "{}")),
        ("a list, too long", posted(CREATE, &fine, batch(many))),
        ("not too long", posted(CREATE, &fine, batch(json!([worst()])))),
    ] {
        writeln!(story, "{:12}{step}", center.send(request).code()).unwrap();
    }
    insta::assert_snapshot!(story, @"
    404 404     an unknown path, by GET
    405 405     a path, by GET
    413 413     by POST, too large
    401 401     an unknown application
    401 401     a known one, no bearer token
    401 401     a token of another one
    400 400     a good token
    400 400     JSON, no object
    400 400     an object, a wrong type
    200 100-102 types, no list
    200 100-103 a list, too long
    200 100-104 not too long
    ");
}

#[test]
fn an_application_that_asks_wrongly_is_told_of_its_body_before_its_key() {
    let center = Center::new();
    let ask = |body: &str| center.post(TOKEN, &[], body.to_owned()).code();
    let story = [
        ask("["),
        ask("[]"),
        ask(r#"{"app_key": 1, "app_secret": "x"}"#),
        ask(r#"{"app_key": "nobody"}"#),
        ask(r#"{"app_key": "nobody", "app_secret": "x"}"#),
        ask(r#"{"app_key": "twin-app", "app_secret": "x"}"#),
        ask(r#"{"app_key": "twin-app", "app_secret": "cloudtwin-secret"}"#),
    ];
    assert_eq!(story, ["400 400", "400 400", "400 400", "400 400", "403 403", "403 403", "200 -"]);
}
