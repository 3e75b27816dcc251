//! Callers who are refused leave nothing behind: no tenant is created before a signature, a token or
//! a password was found to be good.

use bytes::Bytes;
use cloudtwin::journal::Filter;
use cloudtwin::scenario::Which;
use cloudtwin::wire::Request;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use crate::client::{HOST, Signed, World, bytes_of, request};
use crate::huawei::client as huawei;

/// A post of JSON with these headers.
fn post(path: &str, headers: &[(&str, &str)], body: &Value) -> Request {
    let mut map = HeaderMap::new();
    map.insert("host", HeaderValue::from_static(HOST));
    map.insert("content-type", HeaderValue::from_static("application/json"));
    for (name, value) in headers {
        map.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
    }
    request(Method::POST, path, map, Bytes::from(body.to_string()))
}

fn tencent(world: &World, tenant: &str) -> Vec<Request> {
    let now = world.twin.clock.now();
    let call = Signed { tenant, ..Signed::new("ListUserStore", "{}", now) };
    let token = vec![("x-tc-token", "unknown".to_owned())];
    let old = format!(
        "/?Action=ListUserStore&Version=2022-03-31&Region=ap-guangzhou&Timestamp={}&Nonce=1&\
         SecretId=AKIDtwin-{tenant}&Signature=wrong",
        now.seconds()
    );
    let mut host = HeaderMap::new();
    host.insert("host", HeaderValue::from_static(HOST));
    vec![
        Signed { secret: "wrong", ..call.clone() }.request(),
        Signed { at: 0, ..call.clone() }.request(),
        Signed { service: "cvm", ..call.clone() }.request(),
        Signed { action: "Unknown", ..call.clone() }.request(),
        Signed { more: token, ..call }.request(),
        request(Method::GET, &old, host, Bytes::new()),
    ]
}

fn aicc(tenant: &str) -> Vec<Request> {
    let key = format!("twin-app-{tenant}");
    let create = "/apiaccess/rest/cc-management/v1/federationUserMgmt/createTask";
    let key_only = [("x-app-key", &*key)];
    let bearer = |text| [("x-app-key", &*key), ("authorization", text)];
    let secret = json!({ "app_key": key, "app_secret": "wrong" });
    vec![
        post(create, &key_only, &json!({})),
        post(create, &bearer("Bearer unknown"), &json!({})),
        post(create, &bearer("Basic unknown"), &json!({})),
        post("/apiaccess/rest/cc-management/v1/unknown", &bearer("Bearer unknown"), &json!({})),
        post("/apigovernance/api/oauth/tokenByAkSk", &[], &secret),
        post("/apigovernance/api/oauth/tokenByAkSk", &[], &json!({ "app_key": key })),
    ]
}

fn gateway(world: &World, tenant: &str) -> Vec<Request> {
    let access = format!("TWINAK-{tenant}");
    let now = world.twin.clock.now();
    let call =
        huawei::Signed { access, ..huawei::Signed::get(huawei::Style::Python, "/v3/regions", now) };
    let wrong = || "wrong".to_owned();
    vec![
        huawei::Signed { secret: wrong(), ..call.clone() }.request(),
        huawei::Signed { date: "20200101T000000Z".to_owned(), ..call.clone() }.request(),
        huawei::Signed { security_token: Some(wrong()), ..call }.request(),
        post("/v3/regions", &[("x-auth-token", tenant)], &json!({})),
    ]
}

fn iam(tenant: &str) -> Vec<Request> {
    let domain = json!({ "name": format!("twin-{tenant}") });
    let user = json!({ "name": "any", "password": "wrong", "domain": domain });
    let by = |identity| json!({ "auth": { "identity": identity, "scope": { "domain": domain } } });
    let password = by(json!({ "methods": ["password"], "password": { "user": user } }));
    let token = by(json!({ "methods": ["token"], "token": { "id": "unknown" } }));
    let neither = by(json!({ "methods": ["assume_role"] }));
    let paths = ["/v3/auth/tokens", "/v3.0/OS-CREDENTIAL/securitytokens"];
    let bodies = [&password, &token, &neither];
    paths.iter().flat_map(|path| bodies.map(|body| post(path, &[], body))).collect()
}

#[test]
fn the_journal_of_a_tenant_shows_refused_calls_that_claim_its_key() {
    let world = World::new();
    for (requests, operation) in [
        (tencent(&world, "mine"), "ListUserStore"),
        (aicc("mine"), "createTask"),
        (gateway(&world, "mine"), "KeystoneListRegions"),
        (aicc("mine").split_off(4), "tokenByAkSk"),
        (iam("mine"), "KeystoneCreateUserTokenByPassword"),
    ] {
        world.send(requests.into_iter().next().unwrap());
        let of = |tenant: &str| Filter { tenant: Some(tenant.to_owned()), ..Filter::default() };
        let read = |tenant| world.twin.journal.read(&of(tenant)).unwrap();
        let shown: Value = serde_json::from_slice(&read("mine")).unwrap();
        let entry = &shown["entries"][0];
        assert_eq!(
            (&entry["operation"], &entry["outcome"], &entry["tenant_claimed"]),
            (&json!(operation), &json!("refused"), &json!(true)),
            "{entry}"
        );
        let others: Value = serde_json::from_slice(&read("other")).unwrap();
        assert_eq!(others["entries"], json!([]));
        world.twin.journal.clear(Some("mine"));
    }
    // A good signature proves its tenant.
    world.store("own");
    assert_eq!(world.journal().pop().unwrap()["tenant_claimed"], false);
}

#[test]
fn refused_calls_create_no_tenant() {
    let world = World::new();
    let mut sent = 0;
    for number in 0..20 {
        let tenant = format!("stranger-{number}");
        let all = [tencent(&world, &tenant), aicc(&tenant), gateway(&world, &tenant), iam(&tenant)];
        for request in all.into_iter().flatten() {
            let what = format!("{} {:?}", request.uri, request.headers);
            let answer = world.send(request);
            let entry = world.journal().pop().unwrap();
            let text = String::from_utf8_lossy(bytes_of(&answer)).into_owned();
            assert_eq!(entry["outcome"], "refused", "{what}: {text}");
            let claims = [Value::Null, json!(tenant)];
            assert!(claims.contains(&entry["tenant"]), "{what}: {entry}");
            assert_eq!(entry["tenant_claimed"], entry["tenant"] != Value::Null, "{what}: {entry}");
            assert_eq!(world.twin.tenants.count(), 0, "{what}: {text}");
            world.twin.journal.clear(None);
            sent += 1;
        }
    }
    assert!(sent > 400, "{sent}");
    world.store("own");
    assert_eq!(world.twin.tenants.count(), 1);
}

#[test]
fn a_scenario_of_one_tenant_meets_its_log_ins_before_they_are_proved() {
    for (requests, operation) in [
        (aicc("mine").split_off(4), "tokenByAkSk"),
        (iam("mine"), "KeystoneCreateUserTokenByPassword"),
    ] {
        let world = World::new();
        let scenario = format!(
            "name = 'down'\n[[rule]]\noperation = '{operation}'\nalways = true\nat = 'arrival'\n\
             effect = {{ status = 503 }}\n"
        );
        let of = |tenant| Which { name: None, tenant: Some(tenant) };
        world.twin.scenarios.load_as(&scenario, of("other"), world.twin.clock.now()).unwrap();
        let first = || requests.first().map(copy).unwrap();
        assert_ne!(world.send(first()).status, 503, "{operation} of another tenant");
        world.twin.scenarios.load_as(&scenario, of("mine"), world.twin.clock.now()).unwrap();
        assert_eq!(world.send(first()).status, 503, "{operation}");
    }
}

fn copy(one: &Request) -> Request {
    request(one.method.clone(), &one.uri.to_string(), one.headers.clone(), one.body.clone())
}
