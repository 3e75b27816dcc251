//! Moments at which accounts expire: every form that is documented, from the first day of the calendar
//! to its last, in every place that takes one.

use http::Method;
use serde_json::{Value, json};

use super::centre::{Centre, bytes, first_column, rows, text};
use super::client::{Api, seeded};
use super::imports::{sheet, upload};
use crate::client::World;

/// What is sent, what the list repeats, and milliseconds as the detail has them: whole seconds.
const MOMENTS: &[(&str, &str, i64)] = &[
    ("0", "0", 0),
    ("", "0", 0),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", -62_135_596_800_000),
    ("0001-01-01T00:00:00.001Z", "0001-01-01T00:00:00.001Z", -62_135_596_800_000),
    ("9999-12-30T22:00:00Z", "9999-12-30T22:00:00Z", 253_402_207_200_000),
    ("9999-12-30T22:00:01Z", "9999-12-30T22:00:01Z", 253_402_207_201_000),
    ("9999-12-31T00:00:00Z", "9999-12-31T00:00:00Z", 253_402_214_400_000),
    ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", 253_402_300_799_000),
    ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", 253_402_300_799_000),
];

/// What is no moment in a documented form.
const BEYOND: &[&str] = &[
    "9999-12-31T23:59:59+08:00",
    "9999-12-31T24:00:00Z",
    "10000-01-01T00:00:00Z",
    "9999-12-32T00:00:00Z",
    "9999-13-01T00:00:00Z",
    "9999-12-31",
    "9999-12-31T23:59:59",
    "253402300799000",
];

fn shown(api: &Api<'_>, id: &str) -> (String, Value) {
    let detail = api.shown(&format!("/users/{id}"))["user_detail"].take();
    let page = api.shown("/users?limit=100");
    let item = page["users"].as_array().unwrap().iter().find(|user| user["id"] == id);
    let expired = detail["user_expired"].as_bool().unwrap();
    let past = detail["account_expires"].as_i64().is_some_and(|ms| ms < 0);
    assert_eq!(expired, past);
    (text(&item.unwrap()["account_expires"]), detail["account_expires"].clone())
}

#[test]
fn a_user_expires_at_any_moment_of_the_calendar() {
    let world = World::new();
    let api = Api::of(&world);
    let other = api.user("other", json!({}));
    for (number, (sent, listed, ms)) in MOMENTS.iter().enumerate() {
        let expected = ((*listed).to_owned(), json!(ms));
        let id = api.user(&format!("u{number}"), json!({ "account_expires": sent }));
        assert_eq!(shown(&api, &id), expected, "created with {sent}");
        if !sent.is_empty() {
            let change = json!({ "account_expires": sent });
            api.put(&format!("/users/{other}"), change).with(200);
            assert_eq!(shown(&api, &other), expected, "changed to {sent}");
        }
        let name = format!("b{number}");
        let one = json!({ "user_name": name, "user_email": "a@b.cn", "account_expires": sent });
        api.post("/users/batch-create", json!({ "users": [one] })).with(200);
        let made = api.shown(&format!("/users?user_names={name}"))["users"][0].take();
        assert_eq!(shown(&api, &text(&made["id"])), expected, "made in a batch with {sent}");
    }
    for sent in BEYOND {
        let refused = api.put(&format!("/users/{other}"), json!({ "account_expires": sent }));
        assert_eq!(refused.refusal(), (400, "WKS.EMU.0001"), "{sent}");
    }
}

#[test]
fn sheets_bring_and_show_any_moment_of_the_calendar() {
    let (here, there) = (Centre::new(), Centre::new());
    let names: Vec<String> = (0..MOMENTS.len()).map(|number| format!("u{number}")).collect();
    let header = ["Username", "Email", "Account Expires"];
    let lines = names.iter().zip(MOMENTS).map(|(name, (sent, ..))| [name, "a@b.cn", *sent]);
    let lines: Vec<[&str; 3]> = [header].into_iter().chain(lines).collect();
    let lines: Vec<&[&str]> = lines.iter().map(|line| &line[..]).collect();
    let (status, told) = upload(&here, "file", &sheet(&lines));
    assert_eq!((status, &told["failed_detail_list"]), (200, &json!([])));

    let file = bytes(here.download(&here.export(json!({}))));
    for (row, (_, listed, _)) in rows(&file)[1..].iter().zip(MOMENTS) {
        assert_eq!(row[6], *listed);
    }
    let (_, told) = upload(&there, "file", &file);
    assert_eq!(told["failed_detail_list"], json!([]));
    assert_eq!(first_column(&rows(&file)), names.join(" "));
    assert_eq!(bytes(there.download(&there.export(json!({})))), file);
}

#[test]
fn seeds_and_documents_hold_any_moment_of_the_calendar() {
    let users = MOMENTS.iter().enumerate().map(|(number, (sent, ..))| {
        format!(
            "[[workspace.project.user]]\nuser_name = \"u{number}\"\nuser_email = \"a@b.cn\"\n\
             account_expires = \"{sent}\"\n"
        )
    });
    let seed = format!("[[workspace.project]]\nid = \"p\"\n{}", users.collect::<String>());
    let world = seeded(&seed);
    let api = Api { world: &world, project: "p" };
    let check = |api: &Api<'_>| {
        for (number, (_, listed, ms)) in MOMENTS.iter().enumerate() {
            let user = api.shown(&format!("/users?user_names=u{number}"))["users"][0].take();
            assert_eq!(shown(api, &text(&user["id"])), ((*listed).to_owned(), json!(ms)));
        }
    };
    check(&api);

    let from = Centre { world };
    let document = from.control(Method::GET, "state", Vec::new());
    let to = Centre::new();
    to.control(Method::PUT, "state", document);
    check(&Api { world: &to.world, project: "p" });
}
