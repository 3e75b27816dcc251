//! What Terraform's provider for Huawei Cloud sends, in its order, and what its acceptance tests check
//! (huaweicloud/terraform-provider-huaweicloud, `huaweicloud/services/workspace` and
//! `huaweicloud/services/acceptance/workspace`). It waits with the twin's clock.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

use super::client::{Api, list, seeded, text};
use crate::client::{World, bytes_of, request};
use crate::huawei::client::{bare, dated, json_of};

mod provider;

use provider::{Provider, is_gone, printed, world};

#[test]
fn the_printed_block_leads_to_the_twin() {
    let world = world();
    let (iam, workspace) = (printed("iam"), printed("workspace"));
    assert_eq!(printed("auth_url"), format!("{iam}/v3"), "the version must be there");
    assert_eq!((&*iam, &*workspace), ("http://127.0.0.1:4588", "http://127.0.0.1:4588"));
    for switch in ["skip_check_website_type", "skip_check_upgrade"] {
        assert_eq!(printed(switch), "true");
    }
    let dated = |target: &str| {
        let now = world.twin.clock.now();
        let signed = dated(&printed("access_key"), &Method::GET, target, b"", now);
        let headers: Vec<_> = signed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = world.send(bare(Method::GET, target, &headers, ""));
        assert_eq!(answer.status, 200, "{target}");
        json_of(&answer)
    };
    // The provider asks for the project of the region and for the domain before anything else.
    let projects = dated(&format!("/v3/projects?name={}", printed("region")));
    let project = text(&projects["projects"][0]["id"]);
    assert!(!text(&dated("/v3/auth/domains")["domains"][0]["id"]).is_empty());
    assert_eq!(dated(&format!("/v2/{project}/workspaces"))["status"], "SUBSCRIBED");
}

#[test]
fn the_service_is_registered_changed_imported_and_unregistered() {
    let world = world();
    let provider = Provider::of(&world);
    provider.delete_service();
    let read = provider.create_service(json!({
        "ad_domains": { "domain_type": "LITE_AS" }, "vpc_id": "vpc", "access_mode": "INTERNET",
        "subnet_ids": [{ "subnet_id": "master" }],
    }));
    // TestAccService_basic, step 1; TestAccService_internetAccessPort, step 1.
    assert_eq!(read["vpc_id"], "vpc");
    assert_eq!(read["subnet_ids"], json!([{ "subnet_id": "master" }]));
    assert_eq!(
        (&read["ad_domains"]["domain_type"], &read["access_mode"]),
        (&json!("LITE_AS"), &json!("INTERNET"))
    );
    for group in ["infrastructure_security_group", "desktop_security_group"] {
        assert!(!text(&read[group]["id"]).is_empty() && !text(&read[group]["name"]).is_empty());
    }
    for set in ["management_subnet_cidr", "internet_access_address", "status", "enterprise_id"] {
        assert!(!text(&read[set]).is_empty(), "{set}");
    }
    assert!(text(&read["internet_access_port"]).parse::<u16>().is_ok());
    assert_eq!(
        (&read["is_locked"], &read["lock_time"], &read["lock_reason"]),
        (&json!(0), &json!(""), &json!(""))
    );
    assert_eq!(read["otp_config_info"], json!({ "enable": false }));

    // Step 2: subnets give no job, the enterprise's id gives one.
    let subnets = json!({ "subnet_ids": ["master", "standby"] });
    assert_eq!(provider.0.put("/workspaces", subnets).with(200), json!({}));
    let shown = json!([{ "subnet_id": "master" }, { "subnet_id": "standby" }]);
    assert_eq!(provider.read_service()["subnet_ids"], shown);
    provider.update_service(json!({ "enterprise_id": "rname" }));
    provider.set_second_factor(json!({ "enable": true, "receive_mode": "VMFA", "apply_rule": {} }));
    let mut expected = read;
    expected["subnet_ids"] = shown;
    expected["enterprise_id"] = "rname".into();
    expected["otp_config_info"] =
        json!({ "enable": true, "receive_mode": "VMFA", "apply_rule": {} });
    assert_eq!(provider.read_service(), expected);

    // Step 3, and the port of the other test.
    let rule = json!({ "rule_type": "ACCESS_MODE", "rule": "PRIVATE" });
    let info = json!({
        "enable": true, "receive_mode": "HMFA", "apply_rule": rule, "app_id": "a",
        "app_secret": "the secret",
    });
    provider.set_second_factor(info);
    provider.update_service(json!({ "internet_access_port": "1443" }));
    expected["internet_access_port"] = "1443".into();
    expected["otp_config_info"] =
        json!({ "enable": true, "receive_mode": "HMFA", "apply_rule": rule, "app_id": "a" });
    assert_eq!(provider.read_service(), expected);
    assert_eq!(provider.0.shown("/workspaces")["id"], expected["id"]);
    let state = state(&world);
    assert!(state.contains("HMFA") && !state.contains("the secret"));

    // The provider sends an Active Directory without a name where there is none.
    provider.update_service(json!({
        "ad_domains": { "domain_type": "LOCAL_AD", "delete_computer_object": 0 },
        "access_mode": "DEDICATED", "dedicated_subnets": "10.0.0.0/8;172.31.0.0/16",
    }));
    let read = provider.read_service();
    assert_eq!(read["ad_domains"], json!({ "domain_type": "LITE_AS" }));
    assert_eq!(read["dedicated_subnets"], "10.0.0.0/8;172.31.0.0/16");
    assert!(
        read["internet_access_address"].is_null() && read["dedicated_access_address"].is_string()
    );

    provider.delete_service();
    let read = provider.create_service(json!({ "ad_domains": { "domain_type": "LITE_AS" } }));
    assert_eq!(read["otp_config_info"], json!({ "enable": false }));
    assert_ne!(read["enterprise_id"], "rname");
}

/// The state of the twin as a document.
fn state(world: &World) -> String {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("127.0.0.1:4588"));
    let request = request(Method::GET, "/_twin/state", headers, Bytes::new());
    let answer = cloudtwin::control::answer(&world.twin, &request);
    String::from_utf8(bytes_of(&answer).to_vec()).unwrap()
}

#[test]
fn a_change_is_seen_when_its_job_ends_and_not_before() {
    let world = world();
    let provider = Provider::of(&world);
    let before = provider.read_service();
    let answer = provider.0.put("/workspaces", json!({ "enterprise_id": "corp" })).with(200);
    assert_eq!(answer["enterprise_id"], "corp");
    world.twin.clock.advance(15_000);
    assert_eq!(provider.read_service(), before);
    world.twin.clock.advance(5_000);
    assert_eq!(provider.read_service()["enterprise_id"], "corp");
    let closed = seeded("[[workspace.project]]\nid = \"p\"\nclosed = true\n");
    let api = Api { world: &closed, project: "p" };
    let refused = api.put("/workspaces", json!({ "enterprise_id": "corp" }));
    assert_eq!(refused.refusal(), (403, "WKS.00010099"));
}

#[test]
fn a_directory_keeps_what_a_change_of_it_leaves_out() {
    let world = world();
    let provider = Provider::of(&world);
    provider.delete_service();
    let ad = json!({
        "domain_type": "LOCAL_AD", "domain_name": "ad.example.com", "domain_password": "secret",
        "domain_admin_account": "Administrator", "active_domain_ip": "10.0.0.2",
        "active_domain_name": "server.ad.example.com", "active_dns_ip": "10.0.0.2",
        "delete_computer_object": 0,
    });
    provider.create_service(json!({ "ad_domains": ad, "access_mode": "INTERNET" }));
    let change = json!({ "domain_type": "LOCAL_AD", "delete_computer_object": 1 });
    provider.update_service(json!({ "ad_domains": change }));
    let read = provider.read_service();
    assert_eq!(read["ad_domains"]["active_domain_ip"], "10.0.0.2");
    assert_eq!(read["ad_domains"]["domain_name"], "ad.example.com");
    assert_eq!(read["ad_domains"]["delete_computer_object"], "1");
    assert!(read["ad_domains"]["domain_password"].is_null());
}

#[test]
fn a_user_is_created_changed_and_found_gone() {
    let world = world();
    let provider = Provider::of(&world);
    let id = provider.create_user("tf_test_name");
    let path = format!("/users/{id}");
    let read = || provider.0.shown(&path)["user_detail"].clone();
    assert_eq!(read()["account_expires"], 0);
    let body = json!({
        "user_email": "update@example.com", "description": "", "disabled": true,
        "account_expires": "2026-12-31T12:00:00.000Z", "enable_change_password": false,
        "next_login_change_password": false, "password_never_expired": true,
    });
    provider.0.put(&path, body).with(200);
    let read = read();
    assert_eq!(read["user_email"], "update@example.com");
    assert_eq!(read["account_expires"], 1_798_718_400_000_i64);
    assert_eq!((&read["disabled"], &read["locked"]), (&json!(true), &json!(false)));
    provider.0.delete(&path).with(204);
    assert!(is_gone(&provider.0.get(&path)) && is_gone(&provider.0.delete(&path)));
}

#[test]
fn a_group_is_created_and_its_users_keep_the_order_of_the_list() {
    let world = world();
    let provider = Provider::of(&world);
    for number in 0..103 {
        let body = json!({ "group_name": format!("g{number}"), "platform_type": "LOCAL" });
        provider.0.post("/groups", body).with(201);
    }
    let users: Vec<String> = ["one", "two", "three"].map(|name| provider.create_user(name)).into();
    let body = json!({ "group_name": "tf_test", "platform_type": "LOCAL", "description": "by tf" });
    provider.0.post("/groups", body).with(201);
    let group = provider.group("tf_test");
    let (id, path) = (text(&group["id"]), format!("/groups/{}", text(&group["id"])));
    let members = || -> Vec<String> {
        let page = provider.0.shown(&format!("{path}/users"));
        list(&page["users"]).iter().map(|user| text(&user["id"])).collect()
    };
    let wanted = |order: [usize; 3]| order.map(|at| &users[at]);
    provider.act_on_group(&id, "ADD", &wanted([2, 0, 1]));
    assert_eq!(members(), wanted([2, 0, 1]).map(String::clone));

    // Another order is another list: all are taken out and put in again.
    provider.0.put(&path, json!({ "description": "" })).with(200);
    provider.act_on_group(&id, "DELETE", &wanted([2, 0, 1]));
    provider.act_on_group(&id, "ADD", &wanted([1, 2, 0]));
    assert_eq!(members(), wanted([1, 2, 0]).map(String::clone));
    let group = provider.group("tf_test");
    assert!(group["description"].is_null() && group["create_time"].is_string());
    assert_eq!(group["user_quantity"], 3);

    provider.0.delete(&path).with(204);
    assert!(is_gone(&provider.0.delete(&path)));
    assert!(provider.groups().iter().all(|group| group["name"] != "tf_test"));
}

#[test]
fn a_unit_is_created_changed_imported_and_found_gone() {
    let world = world();
    let provider = Provider::of(&world);
    let body = json!({
        "ou_name": "first", "domain": "ad.example.com", "description": "Created by terraform script",
    });
    let id = text(&provider.0.post("/ous", body).with(200)["id"]);
    let read = || provider.ous().into_iter().find(|ou| ou["id"] == *id);
    let shown = read().unwrap();
    assert_eq!(shown["description"], "Created by terraform script");
    assert!(shown["ou_dn"].is_string() && shown["domain_id"].is_string());
    let path = format!("/ous/{id}");
    provider.0.put(&path, json!({ "ou_name": "second" })).with(200);
    let shown = read().unwrap();
    assert_eq!((&shown["ou_name"], &shown["description"]), (&json!("second"), &Value::Null));
    let by_name: Vec<_> =
        provider.ous().into_iter().filter(|ou| ou["ou_name"] == "second").collect();
    assert_eq!(by_name, [shown]);
    provider.0.delete(&path).with(204);
    assert!(read().is_none() && is_gone(&provider.0.delete(&path)));
}

#[test]
fn what_was_in_a_service_is_gone_with_it() {
    let world = world();
    let provider = Provider::of(&world);
    let user = format!("/users/{}", provider.create_user("ada"));
    provider.0.group("g");
    let group = format!("/groups/{}", text(&provider.group("g")["id"]));
    let ou = json!({ "ou_name": "a", "domain": "d" });
    let ou = format!("/ous/{}", text(&provider.0.post("/ous", ou).with(200)["id"]));
    provider.delete_service();
    for (method, path) in [
        (Method::GET, user.as_str()),
        (Method::DELETE, &user),
        (Method::DELETE, &group),
        (Method::GET, "/ous?limit=100&offset=0"),
        (Method::DELETE, &ou),
    ] {
        let reply = provider.0.call(method.clone(), path, None);
        assert!(is_gone(&reply), "{method} {path}: {reply:?}");
    }
}

#[test]
fn data_sources_read_all_that_their_tests_check() {
    let world = world();
    let provider = Provider::of(&world);
    for number in 0..101 {
        provider.0.user(&format!("user-{number}"), json!({}));
    }
    let mut names = Vec::new();
    loop {
        let path = format!("/users?limit=100&offset={}", names.len());
        let (page, total) = provider.0.names(&path);
        assert_eq!(total, 101);
        names.extend(page.clone());
        if page.len() < 100 {
            break;
        }
    }
    assert_eq!(names.len(), 101);
    let quotas = provider.0.shown("/quotas");
    for resources in [&quotas["quotas"]["resources"], &quotas["site_quotas"][0]["resources"]] {
        let first = &resources[0];
        assert!(first["type"].is_string() && first["quota"].is_i64() && first["used"].is_i64());
    }
    assert_eq!(provider.0.shown("/ad-ous?limit=100&offset=0")["ou_infos"], json!([]));
    let users = provider.0.shown("/ou-users?ou_dn=OU%3Da&limit=100&offset=0");
    assert_eq!(users["user_infos"], json!([]));
    assert_eq!(provider.read_service()["status"], "SUBSCRIBED");
}
