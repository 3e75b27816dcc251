//! The organization and its accounts, as clients look them up before they name one.

use serde_json::{Value, json};

use super::center::{Center, MEMBER, each};

#[test]
fn the_organization_of_the_starter_fixture_has_members_in_its_root() {
    let center = Center::new();
    let org = center.ok_raw("DescribeOrganization", json!({}));
    insta::assert_json_snapshot!(org);
    let members = center.ok_raw("DescribeOrganizationMembers", json!({ "Offset": 0, "Limit": 10 }));
    assert_eq!(members["Items"][0]["MemberUin"], MEMBER);
    assert_eq!(members["Total"], 3);
    insta::assert_json_snapshot!(members["Items"][0]);
    let nodes = center.ok_raw("DescribeOrganizationNodes", json!({ "Offset": 0, "Limit": 50 }));
    assert_eq!((&nodes["Total"], &nodes["Items"][0]["NodeId"]), (&json!(1), &org["RootNodeId"]));
}

const TREE: &str = r#"
    [organization]
    name = "tree"
    [[organization.node]]
    name = "North"
    [[organization.node]]
    name = "Harbour"
    parent = "North"
    [[organization.member]]
    uin = 7
    name = "Anna"
    node = "Harbour"
    is_invited = true
    [[organization.member]]
    uin = 71
    name = "Bela"
"#;

#[test]
fn members_are_found_by_text_and_by_node_a_page_at_a_time() {
    let center = Center::seeded(TREE);
    let find = |filter: Value| {
        let mut input = json!({ "Offset": 0, "Limit": 10 });
        input.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
        each(&center.ok_raw("DescribeOrganizationMembers", input)["Items"], "Name").join(" ")
    };
    assert_eq!(find(json!({})), "Anna Bela");
    assert_eq!(find(json!({ "Limit": 1 })), "Anna");
    assert_eq!(find(json!({ "Offset": 1 })), "Bela");
    assert_eq!(find(json!({ "Offset": u64::MAX })), "");
    assert_eq!(find(json!({ "SearchKey": "an" })), "Anna");
    assert_eq!(find(json!({ "SearchKey": "71" })), "Bela");
    assert_eq!(find(json!({ "NodeName": "Harbour" })), "Anna");
    assert_eq!(find(json!({ "NodeId": 1 })), "Bela");
    assert_eq!(find(json!({ "Tags": [{ "TagKey": "a", "TagValue": "b" }] })), "");
    let input = json!({ "Offset": 0, "Limit": 10, "NodeId": 99 });
    let code = center.code_raw("DescribeOrganizationMembers", input);
    assert_eq!(code, "ResourceNotFound.OrganizationNodeNotExist");
    let nodes = center.ok_raw("DescribeOrganizationNodes", json!({ "Offset": 0, "Limit": 50 }));
    let parents: Vec<_> =
        nodes["Items"].as_array().unwrap().iter().map(|node| &node["ParentNodeId"]).collect();
    assert_eq!(parents, [0, 1, 2]);
}

#[test]
fn an_account_without_organization_is_told_so() {
    let center = Center::seeded("");
    for (action, input) in [
        ("DescribeOrganization", json!({})),
        ("DescribeOrganizationMembers", json!({ "Offset": 0, "Limit": 10 })),
        ("DescribeOrganizationNodes", json!({ "Offset": 0, "Limit": 10 })),
    ] {
        let code = center.code_raw(action, input);
        assert_eq!(code, "ResourceNotFound.OrganizationNotExist", "{action}");
    }
}
