//! Where the pages contradict themselves the twin can be set: both values of each setting.

use serde_json::json;

use super::center::{CREATE, Center, QUERY, SECRET, TOKEN, batch, creates, does};
use crate::process::{Running, cloudtwin};

/// The statuses for a token that is unknown, expired, and of another application; then for what is
/// no matter of a token: none at all, no key, an unknown key.
fn statuses(center: &Center) -> [u16; 6] {
    let expired = center.ask_token("twin-app", SECRET, Some("1"));
    let expired = expired.body["AccessToken"].as_str().unwrap().to_owned();
    center.wait(1_000);
    let other = center.token("twin-app-other");
    let post = |key: &str, token: &str| {
        let authorization = format!("Bearer {token}");
        let all = [("X-APP-Key", key), ("Authorization", &*authorization)];
        let headers: Vec<_> = all
            .into_iter()
            .filter(|(_, value)| !value.trim_end_matches("Bearer ").is_empty())
            .collect();
        center.post(CREATE, &headers, "{}").status
    };
    [
        post("twin-app", "0"),
        post("twin-app", &expired),
        post("twin-app", &other),
        post("twin-app", ""),
        post("", &other),
        post("nobody", &other),
    ]
}

#[test]
fn a_bad_token_is_401_or_403() {
    let center = Center::new();
    assert_eq!(statuses(&center), [401; 6]);
    let center = Center::with(|config| config.assume.set("aicc", "bad_token", "403").unwrap());
    assert_eq!(statuses(&center), [403, 403, 403, 401, 401, 401]);
    assert_eq!(center.ask_token("twin-app", "x", None).status, 403);
    let unknown = [("X-APP-Key", "twin-app"), ("Authorization", "Bearer unknown")];
    assert_eq!(center.post(QUERY, &unknown, "{}").status, 403);
}

#[test]
fn codes_of_the_service_go_out_under_200_or_500() {
    for (status, center) in [
        (200, Center::new()),
        (500, Center::with(|config| config.assume.set("aicc", "code_status", "500").unwrap())),
    ] {
        let said = [
            center.call(CREATE, "{}"),
            center.submit(json!([does("ENABLE", "a")])),
            center.call(QUERY, "{}"),
            center.call(QUERY, r#"{"taskId":"1"}"#),
        ];
        let codes = said.map(|said| said.code());
        let expected = ["100-102", "100-104", "100-301", "100-302"];
        assert_eq!(codes, expected.map(|code| format!("{status} {code}")));
        // What is done, and what fails inside a batch, is told under 200; the gateway keeps its own.
        assert_eq!(center.fail_codes(json!([does("DISABLE", "nobody")])), ["200-102"]);
        assert_eq!(center.call(CREATE, "[").code(), "400 400");
        assert_eq!(center.call("/apiaccess/x", "{}").code(), "404 404");
    }
}

#[test]
fn a_body_under_request_body_is_read_or_not() {
    let wrapped = |members: serde_json::Value| json!({ "requestBody": members }).to_string();
    let list = json!({ "federationUserList": [creates("ann")] });
    let center = Center::new();
    assert_eq!(center.call(CREATE, wrapped(list.clone())).code(), "200 100-102");
    assert_eq!(center.call(QUERY, wrapped(json!({ "taskId": "1" }))).code(), "200 100-301");
    assert_eq!(center.users().len(), 0);

    let center = Center::with(|config| config.assume.set("aicc", "wrapper", "lenient").unwrap());
    let said = center.call(CREATE, wrapped(list));
    assert_eq!(said.code(), "200 0");
    let query = wrapped(json!({ "taskId": said.body["taskId"] }));
    assert_eq!(center.call(QUERY, query).body["taskInfo"]["status"], "DONE");
    assert_eq!(center.users().len(), 1);
    // The form of the samples is read as before, and so is a wrapper that wraps nothing.
    assert_eq!(center.call(CREATE, batch(json!([creates("bob")]))).code(), "200 0");
    for odd in [json!(null), json!("x"), json!([])] {
        let body = json!({ "requestBody": odd, "federationUserList": [creates("cid")] });
        assert_eq!(center.call(CREATE, body.to_string()).code(), "200 0");
    }
    assert_eq!(center.call(CREATE, wrapped(json!({}))).code(), "200 100-102");
    let secret = wrapped(json!({ "app_key": "twin-app", "app_secret": SECRET }));
    assert_eq!(center.post(TOKEN, &[], secret).status, 200);
    assert!(!json!(center.world.journal()).to_string().contains(SECRET));
}

#[test]
fn the_settings_are_chosen_by_an_option_or_a_file() {
    let post = |twin: &Running, headers: &str| {
        let text = format!(
            "POST {CREATE} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Length: 2\r\n\r\n{{}}",
            twin.address
        );
        twin.exchange(text.as_bytes()).split_whitespace().nth(1).unwrap().to_owned()
    };
    let bad_token = "X-APP-Key: twin-app\r\nAuthorization: Bearer x\r\n";
    for (value, status) in [("401", "401"), ("403", "403")] {
        let twin = Running::start(&["--assume", &format!("aicc.bad_token={value}")]);
        assert_eq!(post(&twin, bad_token), status);
    }
    for (value, status) in [("200", "200"), ("500", "500")] {
        let twin = with_file(&format!("[assume.aicc]\ncode_status = {value}\n"));
        assert_eq!(post(&twin, ""), status);
    }
    for (value, code) in [("strict", "100-102"), ("lenient", "100-103")] {
        let twin = with_file(&format!("[assume.aicc]\nwrapper = \"{value}\"\n"));
        let many = json!({ "requestBody": { "federationUserList": vec![json!({}); 101] } });
        let many = many.to_string();
        let text = format!(
            "POST {CREATE} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n{many}",
            twin.address,
            many.len()
        );
        let answer = twin.exchange(text.as_bytes());
        assert!(answer.contains(code), "{value}: {answer}");
    }
    for wrong in ["aicc.bad_token=404", "aicc.code_status=201", "aicc.wrapper=maybe"] {
        let output = cloudtwin(&["serve", "--assume", wrong]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}

/// A twin without authentication, with that configuration file.
fn with_file(text: &str) -> Running {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, text).unwrap();
    Running::start(&["--auth", "off", "--config", file.path().to_str().unwrap()])
}

#[test]
fn an_option_overrides_the_file_and_a_wrong_file_is_refused_with_its_name_and_line() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let start = |text: &str, more: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let listen = ["serve", "--listen", "192.0.2.1:1", "--allow-remote", "--config", path];
        let output = cloudtwin(&[&listen[..], more].concat()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text) = start("[assume.aicc]\nwrapper = \"strict\"\nbad_tokn = 403\n", &[]);
    let names = "`aicc.bad_token`, `aicc.code_status`, `aicc.wrapper`";
    let why =
        format!("cloudtwin: {path}: line 3: unknown knob `aicc.bad_tokn`: there are {names}\n");
    assert_eq!((code, text), (2, why));
    std::fs::write(&file, "[assume.aicc]\nbad_token = 401\n").unwrap();
    let twin = Running::start(&["--config", path, "--assume", "aicc.bad_token=403"]);
    let bad_token = "X-APP-Key: twin-app\r\nAuthorization: Bearer x\r\n";
    let head = format!("POST {CREATE} HTTP/1.1\r\nHost: {}\r\n", twin.address);
    let answer =
        twin.exchange(format!("{head}{bad_token}Content-Length: 2\r\n\r\n{{}}").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}
