//! `DescribeUser`: a search over the permitted properties, with operators and an order.

use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, text};
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
fn four() -> Directory {
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
            table += &format!("{key} {operator} {value}: {}\n", found(key, operator, value));
        }
    }
    for (key, value) in [("userName", "A,c"), ("userName", "b , z"), ("email", "a,B@example.com")] {
        table += &format!("{key} between {value}: {}\n", found(key, "between", value));
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

#[test]
fn a_sort_is_descending_unless_it_says_asc() {
    let people = four();
    let sorted = |key: &str, order: Value| {
        people.names("DescribeUser", json!({ "Sort": { "PropertyKey": key, "Order": order } }))
    };
    assert_eq!(sorted("userName", json!("ASC")), "a B c D");
    assert_eq!(sorted("userName", json!("asc")), "a B c D");
    // `decs` is how the vendor's example spells it.
    for order in [json!("DESC"), json!("desc"), json!("decs"), json!(""), Value::Null] {
        assert_eq!(sorted("username", order), "D c B a");
    }
    assert_eq!(sorted("lastModifiedDate", json!("ASC")), "a B c D");
    assert_eq!(sorted("phoneNumber", json!("ASC")), "a B D c");
    // Who lacks the property comes before the lowest; among equals the newest is first.
    assert_eq!(sorted("indexedAttribute1", json!("ASC")), "D B a c");
    assert_eq!(sorted("indexedAttribute2", json!("ASC")), "D c B a");
    assert_eq!(sorted("indexedAttribute2", json!("DESC")), "D c B a");
}

#[test]
fn a_sort_by_group_goes_by_the_first_group() {
    let people = Directory::new();
    let mut groups = ["x", "y"].map(|name| people.group(name));
    groups.sort();
    people.user_with("high", json!({ "UserGroup": [groups[1], groups[0]] }));
    people.user_with("low", json!({ "UserGroup": [groups[0], groups[1]] }));
    people.user("none");
    let sort = |order: &str| json!({ "Sort": { "PropertyKey": "userGroup", "Order": order } });
    assert_eq!(people.names("DescribeUser", sort("ASC")), "none low high");
    assert_eq!(people.names("DescribeUser", sort("DESC")), "high low none");
}

#[test]
fn a_sort_and_filters_work_together_page_by_page() {
    let people = four();
    let mut seen = Vec::new();
    for number in 1..=4 {
        let answer = people.ok("DescribeUser", json!({
            "Pageable": { "PageSize": 1, "PageNumber": number },
            "Filters": [{ "PropertyKey": "userName", "OperateLogic": ">", "PropertyValue": "a" }],
            "Sort": { "PropertyKey": "email", "Order": "ASC" },
        }));
        assert_eq!(answer["Total"], 3);
        seen.extend(answer["Content"][0].get("UserName").map(text));
    }
    assert_eq!(seen, ["B", "c", "D"]);
}
