//! `DescribeUser`: a search over the permitted properties, with operators and an order.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::directory::{Directory, NOBODY};
use crate::client::World;

/// All properties that may be searched and sorted by.
const PERMITTED: [&str; 16] = [
    "id",
    "userName",
    "phoneNumber",
    "email",
    "userGroup",
    "alipayUserId",
    "wechatOpenId",
    "wechatUnionId",
    "qqOpenId",
    "qqUnionId",
    "lastModifiedDate",
    "indexedAttribute1",
    "indexedAttribute2",
    "indexedAttribute3",
    "indexedAttribute4",
    "indexedAttribute5",
];

fn searched(people: &Directory, filters: Value) -> String {
    people.names("DescribeUser", json!({ "Filters": filters }))
}

fn refused(people: &Directory, filters: Value, sort: Value) -> String {
    let page = json!({ "PageSize": 1, "PageNumber": 1 });
    people.code("DescribeUser", json!({ "Pageable": page, "Filters": filters, "Sort": sort }))
}

/// Users `a` to `d`, a second apart.
pub(super) fn four() -> Directory {
    let people = Directory::new();
    for (name, more) in [
        ("a", json!({ "IndexedAttribute1": "x" })),
        ("B", json!({ "IndexedAttribute1": "X" })),
        ("c", json!({ "PhoneNumber": "13800009999", "IndexedAttribute1": "y" })),
        ("D", json!({})),
    ] {
        people.user_with(name, more);
        people.wait(1_000);
    }
    people
}

#[test]
fn without_filters_everybody_is_found_newest_first() {
    let people = four();
    assert_eq!(people.names("DescribeUser", json!({})), "D c B a");
    assert_eq!(searched(&people, json!([])), "D c B a");
}

#[test]
fn operators_compare_texts_without_case_where_the_property_has_none() {
    let people = four();
    let found = |key: &str, operator: &str, value: &str| {
        searched(
            &people,
            json!([{ "PropertyKey": key, "OperateLogic": operator, "PropertyValue": value }]),
        )
    };
    let mut table = String::new();
    for (key, value) in [("userName", "b"), ("username", "C"), ("indexedAttribute1", "x")] {
        for operator in ["=", "!=", "<", "<=", ">", ">="] {
            writeln!(table, "{key} {operator} {value}: {}", found(key, operator, value)).unwrap();
        }
    }
    for (key, value) in [("userName", "A,c"), ("userName", "b , z"), ("email", "a,B@example.com")] {
        writeln!(table, "{key} between {value}: {}", found(key, "between", value)).unwrap();
    }
    insta::assert_snapshot!(table, @"
    userName = b: B
    userName != b: D c a
    userName < b: a
    userName <= b: B a
    userName > b: D c
    userName >= b: D c B
    username = C: c
    username != C: D B a
    username < C: B a
    username <= C: c B a
    username > C: D
    username >= C: D c
    indexedAttribute1 = x: a
    indexedAttribute1 != x: D c B
    indexedAttribute1 < x: B
    indexedAttribute1 <= x: B a
    indexedAttribute1 > x: c
    indexedAttribute1 >= x: c a
    userName between A,c: c B a
    userName between b , z: D c B
    email between a,B@example.com: B a
    ");
}

#[test]
fn times_are_compared_as_numbers() {
    let people = four();
    let now = people.now();
    // `c` was made two seconds ago.
    let found = |operator: &str, value: String| {
        let key = "lastModifiedDate";
        searched(
            &people,
            json!([{ "PropertyKey": key, "OperateLogic": operator, "PropertyValue": value }]),
        )
    };
    let moment = (now - 2_000).to_string();
    insta::assert_snapshot!(
        ["=", "!=", "<", "<=", ">", ">="]
            .map(|operator| format!("{operator} {}", found(operator, moment.clone())))
            .join("\n"),
        @"
    = c
    != D B a
    < B a
    <= c B a
    > D
    >= D c
    "
    );
    assert_eq!(found("between", format!("{}, {}", now - 3_000, now - 2_000)), "c B");
    // As a text, nine would come after everything.
    assert_eq!(found(">", "9".to_owned()), "D c B a");
}

#[test]
fn equality_is_the_default_logic_turns_round_and_filters_must_all_hold() {
    let people = four();
    let name = json!({ "PropertyKey": "userName", "PropertyValue": "a" });
    let but_name = json!({ "PropertyKey": "userName", "PropertyValue": "a", "Logic": false });
    let after = json!({ "PropertyKey": "email", "OperateLogic": ">", "PropertyValue": "b" });
    let phone = json!({ "PropertyKey": "phoneNumber", "PropertyValue": "+86-13800009999" });
    let not_unlike = json!({
        "PropertyKey": "userName", "PropertyValue": "a", "OperateLogic": "!=", "Logic": false,
    });
    assert_eq!(searched(&people, json!([name])), "a");
    assert_eq!(searched(&people, json!([but_name])), "D c B");
    assert_eq!(searched(&people, json!([not_unlike])), "a");
    assert_eq!(searched(&people, json!([but_name, after])), "D c B");
    assert_eq!(searched(&people, json!([name, after])), "");
    assert_eq!(searched(&people, json!([phone])), "c");
}

#[test]
fn a_group_is_found_among_all_groups_of_a_user() {
    let people = Directory::new();
    let (red, blue) = (people.group("red"), people.group("blue"));
    people.user_with("a", json!({ "UserGroup": [red, blue] }));
    people.user_with("b", json!({ "UserGroup": [blue] }));
    people.user("c");
    let found = |operator: &str, value: &str| {
        searched(
            &people,
            json!([{ "PropertyKey": "userGroup", "OperateLogic": operator, "PropertyValue": value }]),
        )
    };
    assert_eq!(found("=", &blue), "b a");
    assert_eq!(found("=", &red), "a");
    assert_eq!(found("!=", &red), "c b");
    assert_eq!(found("=", NOBODY), "");
}

#[test]
fn imported_ids_can_be_searched_for() {
    let people = Directory::new();
    let ids = ["alipayUserId", "wechatOpenId", "wechatUnionId", "qqOpenId", "qqUnionId"];
    let row = |code: &&str| {
        let member = code[..1].to_uppercase() + &code[1..];
        json!({ "UserName": code, member: format!("{code}-7") })
    };
    people.import(ids.iter().map(row).collect());
    for code in ids {
        let value = format!("{code}-7");
        assert_eq!(
            searched(&people, json!([{ "PropertyKey": code, "PropertyValue": value }])),
            code
        );
    }
}

#[test]
fn exactly_the_documented_properties_are_permitted() {
    let people = four();
    for key in PERMITTED {
        let value = if key == "lastModifiedDate" { "0" } else { "nothing" };
        for key in [key.to_owned(), key.to_uppercase()] {
            let input = json!({
                "Filters": [{ "PropertyKey": key, "PropertyValue": value }],
                "Sort": { "PropertyKey": key, "Order": "ASC" },
            });
            assert_eq!(people.names("DescribeUser", input), "", "{key}");
        }
    }
    for key in ["nickname", "status", "createdDate", "userId", "condition", ""] {
        let code =
            refused(&people, json!([{ "PropertyKey": key, "PropertyValue": "" }]), Value::Null);
        assert_eq!(code, "FailedOperation.QueryUsersParameterMustInWhitelist", "{key}");
        let code = refused(&people, json!([]), json!({ "PropertyKey": key, "Order": "ASC" }));
        assert_eq!(code, "FailedOperation.QueryUsersSortParameterMustInWhitelist", "{key}");
    }
}

#[test]
fn what_a_search_cannot_mean_is_refused() {
    let people = four();
    let one = |key: &str, operator: &str, value: &str| json!({ "PropertyKey": key, "OperateLogic": operator, "PropertyValue": value });
    for (filters, code) in [
        (
            json!([one("userName", "=", "a"), one("username", ">", "b")]),
            "FailedOperation.QueryUsersParameterRepeat",
        ),
        // The operator of one of the vendor's examples.
        (json!([one("userName", "test01", "a")]), "InvalidParameterValue"),
        (json!([one("userName", "BETWEEN", "a,b")]), "InvalidParameterValue"),
        (json!([one("userName", "between", "a")]), "InvalidParameterValue"),
        (json!([one("lastModifiedDate", "=", "yesterday")]), "InvalidParameterValue"),
        (json!([one("lastModifiedDate", "between", "1,")]), "InvalidParameterValue"),
    ] {
        assert_eq!(refused(&people, filters.clone(), Value::Null), code, "{filters}");
    }
    let world: &World = &people.world;
    let input = people.input(json!({
        "Pageable": { "PageSize": 1, "PageNumber": 1 },
        "Filters": [one("nickname", "=", "a")],
    }));
    insta::assert_snapshot!(world.refusal("DescribeUser", input), @"FailedOperation.QueryUsersParameterMustInWhitelist: a search key is outside the permitted set");
}
