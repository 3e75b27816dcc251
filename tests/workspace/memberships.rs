//! What an export says of memberships an import reads, whatever the groups are called.

use std::collections::BTreeSet;

use http::Method;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::centre::{Centre, bytes, rows, text};
use super::imports::upload;

/// Names of groups: mostly of what makes them hard to keep apart.
fn name() -> impl Strategy<Value = String> {
    // Names that look like a list of others.
    let atom = prop::sample::select(vec!["R", "D"]);
    let list = vec(atom, 1..4).prop_map(|names| names.join(";"));
    let odd = prop::sample::select(vec![';', '\u{ff1b}', '"', ' ', 'R', 'D', 'r']);
    let any_name = vec(any::<char>(), 1..8).prop_map(String::from_iter);
    prop_oneof![12 => list, 3 => vec(odd, 1..6).prop_map(String::from_iter), 1 => any_name]
}

/// The groups that could be made, in their order.
fn groups(centre: &Centre, names: &[String]) -> Vec<(String, String)> {
    for name in names {
        let body = json!({ "group_name": name, "platform_type": "LOCAL" });
        centre.send(Method::POST, "v2/groups", &body.to_string());
    }
    let shown = centre.get("v2/groups");
    let shown = shown["user_groups"].as_array().unwrap().iter();
    shown.map(|group| (text(&group["name"]), text(&group["id"]))).collect()
}

/// The names of each user's groups.
fn memberships(centre: &Centre) -> Vec<(String, BTreeSet<String>)> {
    let users = centre.get("v2/users");
    let of = |user: &Value| {
        let names = user["group_names"].as_array().cloned().unwrap_or_default();
        (text(&user["user_name"]), names.iter().map(text).collect())
    };
    users["users"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn an_export_is_imported_with_the_same_memberships() {
    let config = Config { cases: 128, failure_persistence: None, ..Config::default() };
    let cases = (vec(name(), 1..12), vec(vec(any::<prop::sample::Index>(), 0..4), 1..16));
    let outcome = TestRunner::new(config).run(&cases, |(names, users)| {
        let (here, there) = (Centre::new(), Centre::new());
        let known = groups(&here, &names);
        prop_assert_eq!(known.len(), groups(&there, &names).len());
        for (number, chosen) in users.iter().enumerate() {
            let ids: BTreeSet<&String> = chosen
                .iter()
                .filter(|_| !known.is_empty())
                .map(|at| &known[at.index(known.len())].1)
                .collect();
            let mut body = json!({ "user_name": format!("u{number}"), "user_phone": "1" });
            if !ids.is_empty() {
                body["group_ids"] = json!(ids);
            }
            let answer = here.send(Method::POST, "v2/users", &body.to_string());
            prop_assert_eq!(answer.status.as_u16(), 201);
        }
        let file = bytes(here.download(&here.export(json!({}))));
        let (status, told) = upload(&there, "file", &file);
        prop_assert_eq!((status, &told["failed_detail_list"]), (200, &json!([])), "{}", told);
        prop_assert_eq!(memberships(&there), memberships(&here));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_list_of_names_is_told_from_a_name_that_looks_like_it() {
    let (here, there) = (Centre::new(), Centre::new());
    let names = ["R", "D", "R;D", "R;D;"].map(str::to_owned);
    let known = groups(&here, &names);
    groups(&there, &names);
    for (number, chosen) in [vec![0, 1], vec![2], vec![3], vec![0, 2]].iter().enumerate() {
        let ids: Vec<&String> = chosen.iter().map(|at| &known[*at].1).collect();
        here.user_with(json!({ "user_name": format!("u{number}"), "group_ids": ids }));
    }
    let file = bytes(here.download(&here.export(json!({}))));
    let cells: Vec<String> = rows(&file)[1..].iter().map(|row| row[4].clone()).collect();
    assert_eq!(cells, ["R;D;;", "R;D", "R;D;", "R;\"R;D\""]);
    assert_eq!(upload(&there, "file", &file).1["failed_detail_list"], json!([]));
    assert_eq!(memberships(&there), memberships(&here));
}
