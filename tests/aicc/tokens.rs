//! Tokens: what is asked for, how long they live, whose they are.

use cloudtwin::services::seeds::Seed;
use http::Method;
use serde_json::json;

use super::center::{CREATE, Center, QUERY, SECRET, Said, TOKEN, batch, creates};

/// Asks after an unknown task under that key with that token; the status.
fn ask(center: &Center, key: &str, token: &str) -> u16 {
    let authorization = format!("Bearer {token}");
    let headers = [("X-APP-Key", key), ("Authorization", &*authorization)];
    center.post(QUERY, &headers, r#"{"taskId":"1"}"#).status
}

fn token(said: &Said) -> &str {
    said.body["AccessToken"].as_str().unwrap()
}

/// The explanation of the latest refusal.
fn explanation(center: &Center) -> String {
    center.world.journal().pop().unwrap()["explanation"].as_str().unwrap().to_owned()
}

#[test]
fn all_seven_members_are_texts_of_their_forms() {
    let said = Center::new().ask_token("twin-app-ci.7", SECRET, None);
    let members = said.body.as_object().unwrap();
    assert_eq!(members.len(), 7);
    assert!(members.values().all(serde_json::Value::is_string));
    for hex in ["AccessToken", "Scope"] {
        let text = said.body[hex].as_str().unwrap();
        assert!(text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()), "{text}");
    }
    assert_eq!(said.body["CreateTime"], "1769846400");
    assert_eq!(said.body["AppKey"], "twin-app-ci.7");
}

#[test]
fn the_wished_life_is_granted_up_to_an_hour() {
    let center = Center::new();
    let granted = |wish: Option<&str>| {
        let said = center.ask_token("twin-app", SECRET, wish);
        said.body["Expires"].as_str().unwrap().to_owned()
    };
    for (wish, life) in [("1", "1"), ("600", "600"), ("3600", "3600"), ("3601", "3600")] {
        assert_eq!(granted(Some(wish)), life);
    }
    for odd in ["", "0", "-1", "1.5", "soon", "99999999999999999999"] {
        assert_eq!(granted(Some(odd)), "3600", "{odd}");
    }
    assert_eq!(granted(None), "3600");
}

#[test]
fn a_wish_in_the_body_is_no_wish() {
    let body = json!({ "app_key": "twin-app", "app_secret": SECRET, "X-Token-Expire": "7" });
    let said = Center::new().post(TOKEN, &[], body.to_string());
    assert_eq!(said.body["Expires"], "3600");
}

#[test]
fn a_token_ends_at_its_millisecond() {
    let center = Center::new();
    let said = center.ask_token("twin-app", SECRET, Some("2"));
    center.wait(1_999);
    assert_eq!(ask(&center, "twin-app", token(&said)), 200);
    center.wait(1);
    assert_eq!(ask(&center, "twin-app", token(&said)), 401);
    assert_eq!(
        explanation(&center),
        "the token expired at 2026-01-31T08:00:02.000Z; it is 2026-01-31T08:00:02.000Z now"
    );
    // A clock that is set back makes it good again.
    center.wait(-1);
    assert_eq!(ask(&center, "twin-app", token(&said)), 200);
}

#[test]
fn several_tokens_of_an_application_live_side_by_side() {
    let center = Center::new();
    let [short, long] = ["1", "10"].map(|life| center.ask_token("twin-app", SECRET, Some(life)));
    let newest = center.ask_token("twin-app", SECRET, Some("1"));
    assert_ne!(token(&short), token(&newest));
    for said in [&short, &long, &newest] {
        assert_eq!(ask(&center, "twin-app", token(said)), 200);
    }
    center.wait(1_000);
    let statuses = [&short, &long, &newest].map(|said| ask(&center, "twin-app", token(said)));
    assert_eq!(statuses, [401, 200, 401]);
}

#[test]
fn a_token_goes_with_the_key_that_it_was_given_to() {
    let center = Center::new();
    let (mine, theirs) = (center.token("twin-app"), center.token("twin-app-other"));
    assert_eq!(ask(&center, "twin-app", &mine), 200);
    assert_eq!(ask(&center, "twin-app", &theirs), 401);
    assert_eq!(
        explanation(&center),
        "the token is of the application `twin-app-other`, not `twin-app`"
    );
    // Two applications of one tenant are two applications.
    assert_eq!(ask(&center, "twin-app-default", &mine), 401);
    for key in ["", "Twin-App", "nobody", "twin-app-", "twin-app-a b"] {
        assert_eq!(ask(&center, key, &mine), 401, "{key:?}");
    }
    assert_eq!(ask(&center, "twin-app", "0123456789abcdef0123456789abcdef"), 401);
    assert_eq!(explanation(&center), "the token is unknown: ask for one at tokenByAkSk");
}

#[test]
fn a_reset_makes_tokens_unknown() {
    let center = Center::new();
    let (mine, theirs) = (center.token("twin-app"), center.token("twin-app-other"));
    center.twin(Method::POST, "reset?tenant=default", "");
    assert_eq!(ask(&center, "twin-app", &mine), 401);
    assert_eq!(ask(&center, "twin-app-other", &theirs), 200);
    center.twin(Method::POST, "reset", "");
    assert_eq!(ask(&center, "twin-app-other", &theirs), 401);
}

#[test]
fn a_client_renews_on_401_and_goes_on() {
    let center = Center::new();
    let mut bearer = center.token("twin-app");
    let mut renewed = 0;
    for number in 0..5 {
        let body = batch(json!([creates(&format!("u{number}"))]));
        let post = |token: &str| {
            let authorization = format!("Bearer {token}");
            let headers = [("X-APP-Key", "twin-app"), ("Authorization", &*authorization)];
            center.post(CREATE, &headers, body.clone())
        };
        let mut said = post(&bearer);
        if said.status == 401 {
            renewed += 1;
            bearer = center.token("twin-app");
            said = post(&bearer);
        }
        assert_eq!(said.code(), "200 0");
        center.wait(400_000);
    }
    assert_eq!((renewed, center.users().len()), (2, 5));
}

#[test]
fn long_expired_tokens_are_swept_by_the_next() {
    let center = Center::new();
    let tokens = || {
        let state = center.twin(Method::GET, "state", "");
        state["tenants"]["default"]["twin_issued"].as_array().unwrap().len()
    };
    let old = center.token("twin-app");
    assert!(!center.twin(Method::GET, "state", "").to_string().contains(&old));
    center.wait(24 * 3_600_000);
    center.token("twin-app");
    assert_eq!(tokens(), 2);
    assert_eq!(ask(&center, "twin-app", &old), 401);
    assert!(explanation(&center).starts_with("the token expired at "));
    center.wait(24 * 3_600_000);
    center.token("twin-app");
    assert_eq!(tokens(), 2);
}

#[test]
fn without_authentication_a_key_still_names_its_tenant() {
    let center = Center::with(|config| {
        config.auth = false;
        config.seed_state = Seed::default();
    });
    let key = [("X-APP-Key", "twin-app-ci")];
    assert_eq!(center.post(CREATE, &key, batch(json!([creates("ann")]))).code(), "200 0");
    assert_eq!(center.post(CREATE, &[], batch(json!([]))).code(), "200 100-102");
    assert_eq!(center.ask_token("anything", "x", None).status, 200);
    assert_eq!(center.ask_token("", "x", None).status, 400);
    let state = center.twin(Method::GET, "state", "");
    assert_eq!(state["tenants"]["ci"]["aicc_tasks"].as_array().unwrap().len(), 1);
    assert!(center.world.journal().iter().all(|entry| entry["unsigned"] == true));
}
