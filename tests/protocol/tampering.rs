//! A signed request of which one part was changed, and what the journal says of it.

use serde_json::json;

use crate::client::{Signed, World, response};

/// Changes one part of a request after it was signed.
fn changed(world: &World, change: impl FnOnce(&mut Signed<'_>)) -> String {
    let usual = Signed::new("ListUserStore", "{}", world.twin.clock.now());
    let mut call = usual.clone();
    let signature = usual.headers().into_iter().find(|(name, _)| *name == "authorization").unwrap();
    call.more.push(signature);
    change(&mut call);
    response(&world.send(call.request()))["Error"]["Code"].as_str().unwrap_or("none").to_owned()
}

fn authorization(call: &mut Signed<'_>, from: &str, to: &str) {
    let (_, value) = call.more.iter_mut().find(|(name, _)| *name == "authorization").unwrap();
    assert!(value.contains(from), "{value}");
    *value = value.replace(from, to);
}

#[test]
fn a_change_of_any_part_is_refused_with_its_code() {
    let world = World::new();
    let failure = "AuthFailure.SignatureFailure";
    let header = "AuthFailure.InvalidAuthorization";
    assert_eq!(changed(&world, |_| {}), "none");
    assert_eq!(changed(&world, |call| call.body = "{ }".into()), failure);
    assert_eq!(changed(&world, |call| call.host = "127.0.0.1:9999"), failure);
    assert_eq!(
        changed(&world, |call| call.content_type = "application/json; charset=latin1"),
        failure
    );
    assert_eq!(changed(&world, |call| call.at += 1), failure);
    assert_eq!(
        changed(&world, |call| authorization(call, "AKIDtwin", "AKIDtwim")),
        "AuthFailure.SecretIdNotFound"
    );
    assert_eq!(changed(&world, |call| authorization(call, "2026-01-31", "2026-01-30")), failure);
    assert_eq!(changed(&world, |call| authorization(call, "/ciam/", "/cvm/")), header);
    assert_eq!(changed(&world, |call| authorization(call, "tc3_request", "tc4_request")), header);
    assert_eq!(
        changed(&world, |call| authorization(
            call,
            "content-type;host",
            "content-type;host;x-tc-action"
        )),
        failure
    );
    assert_eq!(changed(&world, |call| authorization(call, "content-type;host", "host")), header);
    assert_eq!(
        changed(&world, |call| authorization(call, "TC3-HMAC-SHA256", "TC3-HMAC-SHA512")),
        header
    );
    assert_eq!(changed(&world, |call| authorization(call, "Signature=", "Signature=0")), failure);
}

#[test]
fn every_digit_of_the_signature_counts() {
    let world = World::new();
    for place in 0..64 {
        let code = changed(&world, |call| {
            let (_, value) =
                call.more.iter_mut().find(|(name, _)| *name == "authorization").unwrap();
            let at = value.len() - 64 + place;
            let digit = if value[at..].starts_with('0') { "1" } else { "0" };
            value.replace_range(at..=at, digit);
        });
        assert_eq!(code, "AuthFailure.SignatureFailure", "digit {place}");
    }
}

fn explanation(world: &World, call: &Signed<'_>) -> String {
    let answer = response(&world.send(call.request()));
    assert_eq!(answer["Error"]["Code"], "AuthFailure.SignatureFailure");
    world.journal().last().unwrap()["explanation"].as_str().unwrap().to_owned()
}

#[test]
fn the_journal_explains_the_usual_mistakes() {
    let world = World::new();
    let usual = Signed::new("ListUserStore", "{}", world.twin.clock.now());
    let host = Signed { covered_host: Some("ciam.tencentcloudapi.com"), ..usual.clone() };
    insta::assert_snapshot!(explanation(&world, &host));
    let unknown = explanation(&world, &Signed { secret: "another", ..usual.clone() });
    assert!(unknown.starts_with(
        "no usual mistake explains this signature: is the secret key `cloudtwin-secret`"
    ));
    let feed = explanation(&world, &Signed { secret: "cloudtwin-secret\n", ..usual });
    assert!(feed.starts_with("the secret key was read with a line feed at its end"));
}

#[test]
fn the_journal_names_marks_of_the_query_that_were_signed_otherwise() {
    let world = World::new();
    let first = |signed: &str, sent: &str| {
        let now = world.twin.clock.now();
        let target = |name: &str| format!("/?UserPoolName={name}");
        let mut call = Signed {
            method: http::Method::GET,
            target: target(signed),
            content_type: "application/x-www-form-urlencoded",
            ..Signed::new("CreateUserStore", "", now)
        };
        let headers = call.headers();
        call.more.extend(headers.into_iter().filter(|(name, _)| *name == "authorization"));
        call.target = target(sent);
        explanation(&world, &call).lines().next().unwrap().to_owned()
    };
    let all = [
        first("x%7E", "x~"),
        first("x~", "x%7e"),
        first("%2a%21~", "*!~"),
        first("a-b~", "a%2Db%7E"),
        first("x", "y~"),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    `~` of the query was signed as `%7E`
    `%7E` of the query was signed as `~`
    `!*` of the query was signed as `%21%2a`
    `%2D%7E` of the query was signed as `-~`
    no usual mistake explains this signature: is the secret key `cloudtwin-secret`, and was anything changed after signing?
    ");
}

#[test]
fn the_journal_holds_no_secret() {
    let world = World::new();
    let store = world.store("secrets");
    let user = json!({"UserStoreId": store, "UserName": "u", "PhoneNumber": "13800000000", "Email": "u@example.com", "Password": "hunter2-hunter2"});
    world.ok("CreateUser", user.clone());
    let mut wrong = Signed::new("CreateUser", user.to_string(), world.twin.clock.now());
    wrong.secret = "another";
    wrong.more.push(("x-tc-token", "cloudtwin-token".to_owned()));
    world.send(wrong.request());
    let unparsable = user.to_string() + "}";
    world.send(Signed::new("CreateUser", unparsable.clone(), world.twin.clock.now()).request());
    world.send(Signed::new("CreateUsers", unparsable, world.twin.clock.now()).request());
    let import = json!({"UserStoreId": store, "DataFlowUserCreateList": [{"UserName": "v", "Password": "hunter2-hunter2", "Salt": {"SaltValue": "hunter2-hunter2"}}]});
    world.ok("CreateApiImportUserJob", import);
    let journal = serde_json::to_string(&world.journal()).unwrap();
    assert!(!journal.contains("hunter2") && !journal.contains("cloudtwin-token"), "{journal}");
    assert!(journal.contains("\\\"Password\\\":\\\"***\\\""));
}
