use serde_json::json;

use super::*;
use crate::rules::talk::{Step, ok, refused, talk};

/// A page of 2 of 4 users of the source.
fn source(at: u64, number: u64, names: &[&str]) -> Step {
    let rows: Vec<_> =
        names.iter().map(|name| json!({"UserName": name, "Status": "NORMAL"})).collect();
    ok(at, "ciam", "ListUser")
        .with(asked(number))
        .gives(json!({"Response": {"Total": 4, "Content": rows}}))
}

fn asked(number: u64) -> Value {
    json!({"UserStoreId": "s", "Pageable": {"PageSize": 2, "PageNumber": number}})
}

fn throttled(at: u64, number: u64) -> Step {
    refused(at, "ciam", "ListUser", "RequestLimitExceeded").with(asked(number))
}

fn delete(at: u64, name: &str) -> Step {
    ok(at, "workspace", "DeleteUser").path(&format!("/v2/p/users/id-{name}"))
}

fn listed(at: u64) -> Step {
    listed_of(at, &["anna", "bert", "carl", "dora"])
}

/// The rows share a text with those of the source.
fn listed_of(at: u64, names: &[&str]) -> Step {
    let row =
        |name: &&str| json!({"id": format!("id-{name}"), "user_name": name, "state": "normal"});
    let rows: Vec<_> = names.iter().map(row).collect();
    ok(at, "workspace", "ListUsers").gives(json!({"total_count": rows.len(), "users": rows}))
}

#[test]
fn deletion_after_a_refused_page_is_found() {
    let steps = [
        source(0, 1, &["anna", "bert"]),
        throttled(1, 2),
        listed(2),
        delete(3, "carl"),
        delete(4, "dora"),
    ];
    let text = "deleted 2 rows with DeleteUser that ListUser does not name, after that had answered RequestLimitExceeded";
    let talk = talk(steps);
    assert_eq!(talk.only(&RULE), (text.to_owned(), vec![2, 4, 5]));
    assert_eq!(talk.check(&RULE)[0].certainty, Certainty::Certain);
}

#[test]
fn deletion_from_a_list_that_was_read_twice_is_found() {
    let steps = [
        source(0, 1, &["anna", "bert"]),
        throttled(1, 2),
        listed(2),
        listed(3),
        delete(4, "carl"),
        delete(5, "dora"),
    ];
    assert_eq!(talk(steps).check(&RULE)[0].certainty, Certainty::Certain);
}

#[test]
fn deletion_after_the_first_page_alone_is_found() {
    let steps = [source(0, 1, &["anna", "bert"]), listed(2), delete(3, "carl"), delete(4, "dora")];
    let text = "deleted 2 rows with DeleteUser that ListUser does not name, after that had been read to row 2 of 4";
    assert_eq!(talk(steps).only(&RULE).0, text);
}

#[test]
fn deletion_of_all_after_an_empty_list_is_suspicious() {
    let empty = source(0, 1, &[])
        .gives(json!({"Response": {"Total": 0, "Content": []}}))
        .fault("page", Some(200));
    let names = ["anna", "bert", "carl", "dora", "emil"];
    let all = names.into_iter().zip(3..).map(|(name, at)| delete(at, name));
    let found = talk([empty, listed_of(2, &names)].into_iter().chain(all)).check(&RULE);
    assert_eq!(found[0].certainty, Certainty::Likely);
}

#[test]
fn a_batch_that_disables_is_a_deletion() {
    let entry = |name: &str| json!({"action": "DISABLE", "userAccount": name});
    let batch = ok(4, "aicc", "createTask")
        .with(json!({"federationUserList": [entry("carl"), entry("dora")]}));
    assert_eq!(
        talk([source(0, 1, &["anna", "bert"]), throttled(1, 2), listed(2), batch])
            .check(&RULE)
            .len(),
        1
    );
}

#[test]
fn deletion_after_a_whole_list_is_right() {
    let retried = [
        source(0, 1, &["anna", "bert"]),
        throttled(1, 2),
        source(900, 2, &["carl", "emil"]),
        listed(1000),
        delete(1001, "dora"),
    ];
    assert_eq!(talk(retried).check(&RULE), []);
}

#[test]
fn deletion_for_another_reason_is_right() {
    // Who goes on with the other cloud deletes what its own table does not have.
    let other = [
        source(0, 1, &["anna", "bert"]),
        throttled(1, 2),
        listed(2),
        delete(3, "bert"),
        delete(4, "dora"),
    ];
    assert_eq!(talk(other).check(&RULE), []);
    let named = ["bert", "carl", "dora"].into_iter().zip(3..).map(|(name, at)| delete(at, name));
    let read = [source(0, 1, &["anna", "bert"]), throttled(1, 2), listed(2)];
    assert_eq!(talk(read.into_iter().chain(named)).check(&RULE), []);
    // Who cleans up knows the ids of what it made.
    let made = [throttled(1, 1), delete(3, "carl"), delete(4, "dora")];
    assert_eq!(talk(made).check(&RULE), []);
    // The row that it deletes is on the page that it has.
    let found = [source(0, 1, &["anna", "bert"]), listed(1), delete(2, "anna")];
    assert_eq!(talk(found).check(&RULE), []);
}

#[test]
fn one_kind_of_thing_has_one_noun() {
    for name in ["ListUser", "ListUsers", "DescribeUser", "DeleteUsers", "BatchDeleteUser"] {
        assert_eq!(noun(name), "user", "{name}");
    }
    assert_eq!(noun("BatchDeleteUserGroups"), noun("ListGroups"));
    assert_eq!(noun("RemoveUserFromGroup"), noun("ListGroupMembers"));
}
