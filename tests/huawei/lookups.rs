//! What SDKs look up before they call: projects, the domain, regions, who they are.

use std::collections::BTreeSet;

use http::Method;
use serde_json::Value;

use super::client::{Signed, Style, bare, json_of};
use crate::client::World;

fn get(world: &World, access: &str, path: &str, query: &[(&'static str, &'static str)]) -> Value {
    let call = Signed {
        access: access.to_owned(),
        query: query.to_vec(),
        ..Signed::get(Style::Python, path, world.twin.clock.now())
    };
    let answer = world.send(call.request());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["x-iam-trace-id"], answer.headers["x-request-id"]);
    json_of(&answer)
}

#[test]
fn any_name_has_exactly_one_project_that_is_always_the_same() {
    let world = World::new();
    let project = |world: &World, access: &str, name| {
        let mut found = get(world, access, "/v3/projects", &[("name", name)]);
        assert_eq!(found["projects"].as_array().unwrap().len(), 1);
        found["projects"][0].take()
    };
    insta::assert_json_snapshot!(project(&world, "TWINAK", "cn-north-4"), @r#"
    {
      "description": "",
      "domain_id": "3b0de651c3ea53c79e4edd36c266c9fe",
      "enabled": true,
      "id": "78e61f31272d3b984dc4d3317e958f0f",
      "is_domain": false,
      "links": {
        "self": "http://127.0.0.1/v3/projects/78e61f31272d3b984dc4d3317e958f0f"
      },
      "name": "cn-north-4",
      "parent_id": "3b0de651c3ea53c79e4edd36c266c9fe"
    }
    "#);
    let ids: BTreeSet<_> = [("TWINAK", "cn-north-4"), ("TWINAK", "mine"), ("TWINAK-a", "mine")]
        .map(|(access, name)| project(&world, access, name)["id"].as_str().unwrap().to_owned())
        .into();
    assert_eq!(ids.len(), 3);
    let again = project(&World::with(|config| config.seed = Some(8)), "TWINAK-a", "mine");
    assert!(ids.contains(again["id"].as_str().unwrap()));
}

#[test]
fn without_a_name_each_region_has_a_project() {
    let world = World::new();
    let names = |list: &Value, key: &str| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
    };
    let projects = get(&world, "TWINAK", "/v3/projects", &[]);
    let regions = get(&world, "TWINAK", "/v3/regions", &[]);
    assert_eq!(names(&projects["projects"], "name"), names(&regions["regions"], "id"));
    for query in [("enabled", "false"), ("domain_id", "0bec5db98280d2d02fd6c00c2de791ce")] {
        let none = get(&world, "TWINAK", "/v3/projects", &[query]);
        assert_eq!(none["projects"], serde_json::json!([]));
    }
}

#[test]
fn the_domain_is_the_account() {
    let world = World::new();
    let domains = get(&world, "TWINAK-a", "/v3/auth/domains", &[]);
    assert_eq!(domains["domains"][0]["name"], "twin-a");
    let project = get(&world, "TWINAK-a", "/v3/projects", &[("name", "x")]);
    assert_eq!(project["projects"][0]["domain_id"], domains["domains"][0]["id"]);
    let caller = get(&world, "TWINAK-a", "/v5/caller-identity", &[]);
    assert_eq!(caller["account_id"], domains["domains"][0]["id"]);
}

#[test]
fn answers_fit_the_model() {
    let world = World::new();
    for (name, path) in [
        ("KeystoneListProjects", "/v3/projects"),
        ("KeystoneListAuthDomains", "/v3/auth/domains"),
        ("KeystoneListRegions", "/v3/regions"),
        ("GetCallerIdentity", "/v5/caller-identity"),
    ] {
        let iam = contracts::catalog().service("iam").unwrap();
        let operation = iam.operation(name, "v3").unwrap();
        let answer = get(&world, "TWINAK", path, &[]);
        let mismatches = contracts::conform::mismatches(&answer, &operation.output);
        assert_eq!(mismatches, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_is_not_modelled_says_so() {
    let world = World::new();
    for path in ["/v3.0/OS-AUTH/id-token/tokens", "/v5/agencies/assume-with-oidc"] {
        let answer = world.send(bare(Method::POST, path, &[], "{}"));
        assert_eq!(answer.status, 501);
        assert!(json_of(&answer)["error_msg"].as_str().unwrap().contains("does not model it"));
    }
}

#[test]
fn a_name_that_is_too_long_is_told_in_the_shape_of_keystone() {
    let world = World::new();
    let long: &'static str = "x".repeat(65).leak();
    let answer = world.send(Signed::project(long, world.twin.clock.now()).request());
    assert_eq!(answer.status, 400);
    insta::assert_json_snapshot!(json_of(&answer), @r#"
    {
      "error": {
        "code": 400,
        "message": "Request parameter name is invalid.",
        "title": "Bad Request"
      }
    }
    "#);
}
