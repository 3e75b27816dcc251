//! Two tenants side by side never meet; and one name is one tenant, whichever vendor's key says it.

use http::Method;
use serde_json::json;

use super::center::{CREATE, Center, QUERY, batch, creates, does};

#[test]
fn accounts_tasks_and_failures_of_two_tenants_do_not_meet() {
    let center = Center::new();
    let of_a = center.create_as("a", json!([creates("ann"), creates("ann")]));
    let of_b = center.create_as("b", json!([creates("ann"), does("DISABLE", "ann")]));
    assert_ne!(of_a, of_b);
    assert_eq!(center.query_as("a", &of_a)["failDataList"][0]["failCode"], "200-101");
    assert_eq!(center.query_as("b", &of_b)["failDataList"], json!([]));
    assert_eq!(center.users_of("a")[0]["enabled"], true);
    assert_eq!(center.users_of("b")[0]["enabled"], false);
    assert_eq!(center.users_of("default"), json!([]));
    for (tenant, task) in [("a", &of_b), ("b", &of_a), ("default", &of_a)] {
        let query = json!({ "taskId": task }).to_string();
        assert_eq!(center.call_as(tenant, QUERY, query).code(), "200 100-302");
    }
}

#[test]
fn a_token_opens_its_own_tenant_only() {
    let center = Center::new();
    let bearers =
        ["a", "b"].map(|name| format!("Bearer {}", center.token(&format!("twin-app-{name}"))));
    let mut statuses = Vec::new();
    for key in ["twin-app-a", "twin-app-b", "twin-app"] {
        for bearer in &bearers {
            let headers = [("X-APP-Key", key), ("Authorization", &**bearer)];
            statuses.push(center.post(CREATE, &headers, batch(json!([creates("x")]))).status);
        }
    }
    assert_eq!(statuses, [200, 401, 401, 200, 401, 401]);
}

#[test]
fn a_tenant_without_a_suffix_is_the_default_one() {
    let center = Center::new();
    let key = [("X-APP-Key", "twin-app-default")];
    let bearer = format!("Bearer {}", center.token("twin-app-default"));
    let headers = [key[0], ("Authorization", &*bearer)];
    assert_eq!(center.post(CREATE, &headers, batch(json!([creates("ann")]))).code(), "200 0");
    assert_eq!(center.users().len(), 1);
}

#[test]
fn a_tenant_is_the_same_under_the_keys_of_both_vendors() {
    let center = Center::new();
    let store = json!({ "UserPoolName": "beside" });
    center.world.ok_as("x", "CreateUserStore", store.clone());
    center.world.ok_as("y", "CreateUserStore", store);
    for tenant in ["x", "y"] {
        center.create_as(tenant, json!([creates("ann")]));
    }
    let stores = |tenant: &str| {
        let stores = center.world.ok_as(tenant, "ListUserStore", json!({}));
        stores["UserStoreSet"].as_array().unwrap().len()
    };
    let users = |tenant: &str| center.users_of(tenant).as_array().unwrap().len();
    assert_eq!((stores("x"), users("x")), (2, 1));
    center.twin(Method::POST, "reset?tenant=x", "");
    assert_eq!((stores("x"), users("x")), (1, 0));
    assert_eq!((stores("y"), users("y")), (2, 1));
}

#[test]
fn due_work_of_one_tenant_waits_for_that_tenant() {
    let center = Center::slow();
    let task = center.create_as("a", json!([creates("ann")]));
    center.wait(60_000);
    center.create_as("b", json!([creates("ann")]));
    // Nobody has looked at the first since: its state still has it open, and a look ends it.
    let open = center.twin(Method::GET, "state?tenant=a", "");
    assert_eq!(open["tenants"]["a"]["aicc_tasks"][0]["status"], "TODO");
    assert_eq!(center.query_as("a", &task)["taskInfo"]["status"], "DONE");
    assert_eq!(center.users_of("b"), json!([]));
}
