//! The journal tells operation, tenant and code of every request, and never a secret or a token.

use serde_json::{Value, json};

use super::center::{CREATE, Center, QUERY, SECRET, TOKEN, batch, creates, does};

#[test]
fn every_request_is_told_with_its_operation_and_code() {
    let center = Center::new();
    center.ask_token("twin-app-ci", "guess", None);
    let said = center.call_as("ci", CREATE, batch(json!([creates("ann"), does("DISABLE", "x")])));
    center.call_as("ci", QUERY, json!({ "taskId": said.body["taskId"] }).to_string());
    center.call_as("ci", CREATE, "{}");
    center.post(CREATE, &[("X-APP-Key", "nobody")], "{}");
    center.post("/apiaccess/nowhere", &[], "{}");
    center.post("/oifde/rest/api/gettoken", &[], "{}");
    let members = ["service", "operation", "tenant", "outcome", "status", "code", "explanation"];
    let told: Vec<String> = center
        .world
        .journal()
        .iter()
        .map(|entry| {
            let word = |member: &&str| match &entry[*member] {
                Value::Null => "-".to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            members.iter().map(word).collect::<Vec<_>>().join(" ")
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    aicc tokenByAkSk ci refused 403 403 the secret of every dummy key is `cloudtwin-secret`
    aicc tokenByAkSk ci answered 200 - -
    aicc createTask ci answered 200 - -
    aicc tokenByAkSk ci answered 200 - -
    aicc queryTask ci answered 200 - -
    aicc tokenByAkSk ci answered 200 - -
    aicc createTask ci refused 200 100-102 -
    aicc createTask - refused 401 401 the twin knows the applications `twin-app` and `twin-app-<tenant>`
    - - - refused 404 404 -
    aicc oifde/gettoken - refused 501 501 -
    ");
}

#[test]
fn neither_secrets_nor_tokens_are_in_it() {
    let center = Center::new();
    let token = center.token("twin-app");
    let bearer = format!("Bearer {token}");
    let headers = [("X-APP-Key", "twin-app"), ("Authorization", &*bearer)];
    center.post(CREATE, &headers, batch(json!([creates("ann")])));
    center.post(QUERY, &[("X-APP-Key", "twin-app"), ("Authorization", &token)], "{}");
    center.post("/apiaccess/nowhere", &headers, "{}");
    let good = json!({ "app_key": "twin-app", "app_secret": SECRET }).to_string();
    let guess = json!({ "app_key": "twin-app", "app_secret": "my-own-secret" }).to_string();
    let deep =
        json!({ "requestBody": { "more": [{ "app_secret": "my-own-secret" }] } }).to_string();
    let number = r#"{"app_key": "twin-app", "app_secret": 20202020}"#.to_owned();
    for body in [good, guess.clone(), deep, number, format!("{guess}]"), guess[..50].to_owned()] {
        for path in [TOKEN, "/apiaccess/nowhere", "/oifde/rest/api/gettoken"] {
            center.post(path, &headers, body.clone());
        }
    }
    let entries = center.world.journal();
    assert_eq!(entries.len(), 22);
    for entry in &entries {
        // How the twin's own keys are made is no secret: the explanation of a wrong one tells it.
        let shown = format!("{}{}{}", entry["headers"], entry["body"], entry["path"]);
        for hidden in [&token, SECRET, "my-own-secret", "20202020"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
    }
    let issued = &entries[0]["body"];
    assert_eq!(issued.as_str().unwrap().matches("***").count(), 1, "{issued}");
    let headers = entries[1]["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["authorization", "***"])), "{headers:?}");
}
