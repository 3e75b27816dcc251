//! Whole calls, answered by a server that is a list of answers.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde_json::json;

use super::*;

/// Gives its answers in their order, and keeps the requests.
struct Scripted {
    answers: Mutex<VecDeque<Response>>,
    requests: Mutex<Vec<Request>>,
}

impl Scripted {
    fn new(answers: impl IntoIterator<Item = (u16, Value)>) -> Self {
        let response = |(status, body): (u16, Value)| Response {
            status,
            headers: vec![("x-subject-token".to_owned(), "token-2".to_owned())],
            body: body.to_string().into_bytes(),
        };
        let answers = answers.into_iter().map(response).collect();
        Self { answers: Mutex::new(answers), requests: Mutex::default() }
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Transport for Scripted {
    fn send(&self, request: &Request) -> Result<Response, String> {
        self.requests.lock().unwrap().push(request.clone());
        self.answers.lock().unwrap().pop_front().ok_or_else(|| "no more answers".to_owned())
    }

    fn host(&self) -> &'static str {
        "127.0.0.1:1"
    }

    fn now(&self) -> jiff::Timestamp {
        "2026-01-31T08:00:00Z".parse().unwrap()
    }
}

fn operation(service: &str, name: &str) -> &'static Operation {
    let mut operations = catalog().service(service).unwrap().operations.iter();
    operations.find(|operation| operation.name == name).unwrap()
}

fn key() -> Key {
    Key { id: "id".to_owned(), secret: "secret".to_owned(), token: Some("temp".to_owned()) }
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    let found = request.headers.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value)
}

#[test]
fn tencent_requests_name_their_action_in_headers_or_in_the_form() {
    let credentials = Credentials {
        tencent: Some(key()),
        tencent_region: "r".to_owned(),
        ..Credentials::default()
    };
    let input = json!({ "UserStoreId": "s", "Pageable": { "PageSize": 5 } });
    let list = operation("ciam", "ListUser");
    let client = Client::new(Scripted::new([]), credentials);
    let request = client.request(list, &input).unwrap();
    assert_eq!(request.body, input.to_string().into_bytes());
    for (name, value) in [
        ("x-tc-action", "ListUser"),
        ("x-tc-version", "2022-03-31"),
        ("x-tc-region", "r"),
        ("x-tc-token", "temp"),
        ("x-tc-timestamp", "1769846400"),
        ("host", "127.0.0.1:1"),
    ] {
        assert_eq!(header(&request, name), value, "{name}");
    }
    let authorization = header(&request, "authorization");
    assert!(authorization.starts_with("TC3-HMAC-SHA256 Credential=id/2026-01-31/ciam/tc3_request"));
    let client = client.with_tencent_signature(TencentSignature::HmacSha256);
    let form = String::from_utf8(client.request(list, &input).unwrap().body).unwrap();
    for part in [
        "Pageable%2EPageSize=5&",
        "UserStoreId=s&",
        "Action=ListUser&",
        "Token=temp&",
        "SignatureMethod=HmacSHA256&",
        "&Signature=",
    ] {
        assert!(form.contains(part), "{part} in {form}");
    }
}

#[test]
fn all_headers_behind_the_gateway_are_signed() {
    let credentials = Credentials { huawei: Some(key()), ..Credentials::default() };
    let client = Client::new(Scripted::new([]), credentials);
    let input = json!({ "project_id": "p", "user_name": "u" });
    let request = client.request(operation("workspace", "CreateDesktopUser"), &input).unwrap();
    assert_eq!(header(&request, "x-sdk-date"), "20260131T080000Z");
    let signed = "SignedHeaders=content-type;host;x-sdk-date;x-security-token, ";
    assert!(header(&request, "authorization").contains(signed));
}

#[test]
fn one_log_in_serves_several_calls_to_the_contact_centre() {
    let credentials = Credentials {
        aicc: Some(Application { key: "app".to_owned(), secret: "hidden".to_owned() }),
        ..Credentials::default()
    };
    let done = json!({ "resultCode": "0" });
    let answers = [(200, json!({ "AccessToken": "token-1" })), (200, done.clone()), (200, done)];
    let client = Client::new(Scripted::new(answers), credentials);
    let query = operation("aicc", "queryTask");
    for _ in 0..2 {
        assert!(client.call(query, &json!({ "taskId": "1" })).unwrap().output().is_some());
    }
    let requests = client.transport().requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(header(&requests[0], "x-token-expire"), "3600");
    for request in &requests[1..] {
        assert_eq!(header(request, "authorization"), "Bearer token-1");
        assert_eq!(header(request, "x-app-key"), "app");
    }
}

#[test]
fn a_user_with_a_password_calls_with_a_token_of_iam() {
    let [domain, name, password] = ["d", "u", "hidden"].map(str::to_owned);
    let credentials = Credentials {
        iam: Some(IamUser { domain, name, password }),
        huawei_project: Some("p".to_owned()),
        ..Credentials::default()
    };
    let iam = Scripted::new([(201, json!({ "token": {} }))]);
    let server = Scripted::new([(200, json!({ "users": [], "total_count": 0 }))]);
    let client = Client::new(server, credentials).with_iam(Some(iam));
    client.call(operation("workspace", "ListUsers"), &json!({ "project_id": "p" })).unwrap();
    let login = &client.iam.as_ref().unwrap().requests()[0];
    let body: Value = serde_json::from_slice(&login.body).unwrap();
    assert_eq!(body["auth"]["scope"], json!({ "project": { "id": "p" } }));
    assert_eq!(body["auth"]["identity"]["password"]["user"]["password"], "hidden");
    assert_eq!(header(&client.transport().requests()[0], "x-auth-token"), "token-2");
}

#[test]
fn a_log_in_that_is_refused_is_told() {
    let credentials = Credentials {
        aicc: Some(Application { key: "app".to_owned(), secret: "hidden".to_owned() }),
        ..Credentials::default()
    };
    let refusal = json!({ "resultCode": "403", "resultMessage": "Forbidden" });
    let client = Client::new(Scripted::new([(403, refusal)]), credentials);
    let error = client.call(operation("aicc", "queryTask"), &json!({ "taskId": "1" })).unwrap_err();
    assert_eq!(error.to_string(), "the log-in failed: 403 403: Forbidden");
}

#[test]
fn missing_credentials_are_named_and_nothing_is_sent() {
    let client = Client::new(Scripted::new([]), Credentials::default());
    let error = |service, name, input: Value| {
        client.call(operation(service, name), &input).unwrap_err().to_string()
    };
    assert_eq!(
        error("ciam", "ListUserStore", json!({})),
        "no credentials for ciam: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY"
    );
    assert_eq!(
        error("workspace", "ListUsers", json!({ "project_id": "p" })),
        "no credentials for workspace: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK"
    );
    assert_eq!(
        error("scim", "ListUsers", json!({})),
        "no credentials for scim: set CLOUDTWIN_SCIM_KEY"
    );
    assert!(client.transport().requests().is_empty());
}
