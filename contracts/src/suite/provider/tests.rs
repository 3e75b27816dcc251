//! The suite against a small server that keeps user directories, and against the same one when it lies.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::*;
use crate::client::{Credentials, Key, Request, Response};
use crate::report::CaseOutcome;
use crate::report::exit::exit_code;
use crate::validate;

/// Changes an answer: what was asked for, and the honest answer.
type Lie = fn(&str, &Value, Value) -> Value;

/// User directories, as the model has them.
struct Directories {
    stores: Mutex<Vec<(String, String)>>,
    requests: Mutex<Vec<String>>,
    lie: Lie,
}

impl Directories {
    fn new(lie: Lie) -> Self {
        Self { stores: Mutex::default(), requests: Mutex::default(), lie }
    }

    fn answer(&self, action: &str, input: &Value) -> Value {
        let ciam = catalog().service("ciam").unwrap();
        let Some(operation) = ciam.operation(action, "2022-03-31") else {
            return refusal("InvalidAction", "");
        };
        let protocol = catalog().protocol(ciam.protocol).unwrap();
        if let Some(violation) = validate(input, &operation.input) {
            return refusal(violation.answered_by(Some(ciam), protocol), "");
        }
        let mut stores = self.stores.lock().unwrap();
        let at = stores.iter().position(|(id, _)| input["UserPoolId"] == **id);
        match (action, at) {
            ("CreateUserStore", _) => {
                let name = input["UserPoolName"].as_str().unwrap().to_owned();
                let id = format!("store-{}", self.requests.lock().unwrap().len());
                stores.push((id.clone(), name));
                json!({ "UserStoreId": id })
            }
            ("ListUserStore", _) => {
                json!({ "UserStoreSet": stores.iter().map(shown).collect::<Value>() })
            }
            ("UpdateUserStore", Some(at)) => {
                if let Some(name) = input["UserPoolName"].as_str() {
                    name.clone_into(&mut stores[at].1);
                }
                json!({})
            }
            ("DeleteUserStore", Some(at)) => {
                stores.remove(at);
                json!({})
            }
            ("UpdateUserStore" | "DeleteUserStore", None) => {
                refusal("FailedOperation.UserStoreNotExist", "")
            }
            _ => refusal(
                "UnsupportedOperation",
                &format!("cloudtwin knows `{action}` and does not model it yet."),
            ),
        }
    }
}

fn shown((id, name): &(String, String)) -> Value {
    json!({
        "TenantId": "t", "UserStoreLogo": null, "UserStoreDesc": null, "UserStoreName": name, "UserNum": 0,
        "UserStoreId": id, "AppNum": 0, "LastStatus": true, "DefaultStatus": false, "CreateDate": 1,
        "LastStatusTime": null, "UserStoreProtocolHost": null,
    })
}

fn refusal(code: &str, message: &str) -> Value {
    json!({ "Error": { "Code": code, "Message": message } })
}

impl Transport for Directories {
    fn send(&self, request: &Request) -> Result<Response, String> {
        let of = |name: &str| request.headers.iter().find(|(known, _)| known == name);
        let action = of("x-tc-action").map(|(_, action)| action.clone());
        let pairs = || String::from_utf8_lossy(&request.body).into_owned();
        let action = action.unwrap_or_else(|| {
            let form = pairs();
            let action = form.split("Action=").nth(1).unwrap().split('&').next().unwrap();
            action.to_owned()
        });
        self.requests.lock().unwrap().push(action.clone());
        let is_good =
            *request == self.signed_again(request, &action) || of("x-tc-action").is_none();
        let input: Value = serde_json::from_slice(&request.body).unwrap_or_else(|_| json!({}));
        let honest = if is_good {
            self.answer(&action, &input)
        } else {
            refusal("AuthFailure.SignatureFailure", "")
        };
        let mut answer = (self.lie)(&action, &input, honest);
        answer["RequestId"] = json!("id");
        let body = json!({ "Response": answer }).to_string().into_bytes();
        Ok(Response { status: 200, headers: Vec::new(), body })
    }

    fn host(&self) -> &'static str {
        "fake"
    }

    fn now(&self) -> jiff::Timestamp {
        "2026-01-31T08:00:00Z".parse().unwrap()
    }
}

impl Directories {
    /// The request as it is signed with the right secret.
    fn signed_again(&self, request: &Request, action: &str) -> Request {
        let Some(operation) = catalog().service("ciam").unwrap().operation(action, "2022-03-31")
        else {
            return request.clone();
        };
        let input = serde_json::from_slice(&request.body).unwrap_or_default();
        Client::new(self, credentials()).request(operation, &input).unwrap()
    }
}

fn credentials() -> Credentials {
    let key = Key { id: "id".to_owned(), secret: "secret".to_owned(), token: None };
    let tencent_region = "r".to_owned();
    Credentials { tencent: Some(key), tencent_region, ..Credentials::default() }
}

fn settings(operation: Option<&str>) -> Settings {
    Settings {
        service: Some("ciam".to_owned()),
        operation: operation.map(str::to_owned),
        cases: 8,
        seed: 7,
        reach: Reach::All,
        run: "run-1".to_owned(),
        command: "cloudtwin verify".to_owned(),
    }
}

/// The report about a server with that lie.
fn report(operation: &str, lie: Lie) -> Report {
    let client = Client::new(Directories::new(lie), credentials());
    verify(client, &settings(Some(operation)), &AtomicBool::new(false), &|_| ()).unwrap()
}

/// The texts of what was found, each with its rule.
fn found(report: &Report) -> Vec<String> {
    let findings = report.cases.iter().flat_map(|case| &case.findings);
    findings.map(|found| format!("{}: {}", found.finding.rule, found.finding.text)).collect()
}

fn honest(_: &str, _: &Value, answer: Value) -> Value {
    answer
}

/// What is found about every operation of directories; the proofs are those of another test.
fn lies(operation: &str, lie: Lie) -> String {
    let report = report(operation, lie);
    assert_eq!(exit_code(&report, false), 10);
    let mut found = found(&report);
    found.dedup();
    found.join("\n")
}

#[test]
fn an_honest_server_passes() {
    for operation in ["CreateUserStore", "ListUserStore", "UpdateUserStore", "DeleteUserStore"] {
        let report = report(operation, honest);
        let found: Vec<_> = found(&report);
        assert!(found.iter().all(|text| text.starts_with("checks-credentials")), "{found:?}");
        let names: Vec<_> = report.cases.iter().map(|case| case.name.as_str()).collect();
        let story = "story: a directory is created, listed, renamed and deleted";
        assert!(names.contains(&operation) && names.contains(&story), "{names:?}");
    }
}

#[test]
fn a_run_draws_the_same_requests_again() {
    let requests = || {
        let client = Client::new(Directories::new(honest), credentials());
        let report =
            verify(client, &settings(Some("UpdateUserStore")), &AtomicBool::new(false), &|_| ())
                .unwrap();
        report.cases.iter().map(|case| case.requests).collect::<Vec<_>>()
    };
    assert_eq!(requests(), requests());
}

#[test]
fn a_member_that_is_not_there_is_found() {
    let lie: Lie = |action, _, mut answer| {
        if action == "ListUserStore" {
            for store in answer["UserStoreSet"].as_array_mut().unwrap_or(&mut Vec::new()) {
                store.as_object_mut().unwrap().remove("UserNum");
            }
        }
        answer
    };
    let told = lies("ListUserStore", lie);
    assert!(
        told.contains("fits-the-model: ListUserStore: UserStoreSet.0.UserNum: absent"),
        "{told}"
    );
}

#[test]
fn a_code_that_no_page_lists_is_found() {
    let lie: Lie = |_, _, answer| {
        if answer["Error"]["Code"] == "FailedOperation.UserStoreNotExist" {
            return refusal("FailedOperation.Nowhere", "");
        }
        answer
    };
    let told = lies("DeleteUserStore", lie);
    let expected = "documented-codes: DeleteUserStore answers FailedOperation.Nowhere, which its page does not list";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn a_broken_rule_that_is_taken_or_has_another_code_is_found() {
    let taken: Lie = |_, _, answer| {
        if answer["Error"]["Code"] == "UnknownParameter" {
            json!({ "UserStoreId": "s" })
        } else {
            answer
        }
    };
    let told = lies("CreateUserStore", taken);
    let expected =
        "refuses-broken-rules: CreateUserStore takes a request in which NotInTheModel is unknown";
    assert!(told.contains(expected), "{told}");
    let other: Lie = |_, _, answer| {
        if answer["Error"]["Code"] == "MissingParameter" {
            refusal("InvalidParameter", "")
        } else {
            answer
        }
    };
    let told = lies("CreateUserStore", other);
    let expected = "CreateUserStore answers InvalidParameter where UserPoolName is missing; its model has MissingParameter";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn a_fault_on_a_valid_request_is_found() {
    let lie: Lie = |_, input, answer| {
        let is_long = input["UserPoolName"].as_str().is_some_and(|name| name.len() == 128);
        if is_long { refusal("InternalError", "") } else { answer }
    };
    let told = lies("CreateUserStore", lie);
    assert!(told.contains("no-internal-error: CreateUserStore fails: InternalError"), "{told}");
}

#[test]
fn what_was_said_to_be_done_and_was_not_is_found() {
    let lie: Lie = |action, _, answer| {
        if action == "ListUserStore" { json!({ "UserStoreSet": null }) } else { answer }
    };
    let told = lies("CreateUserStore", lie);
    assert!(
        told.contains("keeps-what-it-took: step 2, ListUserStore, does not show UserStoreSet."),
        "{told}"
    );
}

#[test]
fn signatures_that_nobody_checks_are_found() {
    // The server above does not look at those of forms.
    let told = lies("ListUserStore", honest);
    let expected = "checks-credentials: ListUserStore is answered although the secret is wrong";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn a_finding_has_the_calls_that_show_it_and_a_command() {
    let lie: Lie = |_, _, answer| {
        if answer["Error"]["Code"] == "MissingParameter" {
            refusal("InvalidParameter", "")
        } else {
            answer
        }
    };
    let report = report("CreateUserStore", lie);
    let case = report.cases.iter().find(|case| case.name == "CreateUserStore").unwrap();
    let found = &case.findings[0];
    assert_eq!(found.witnesses.len(), 1);
    assert_eq!(found.witnesses[0].code.as_deref(), Some("InvalidParameter"));
    let command = "cloudtwin verify --cases 8 --seed 7 --service ciam --operation CreateUserStore";
    assert_eq!(found.replay, command);
    assert!(found.source.contains("tccli"), "{}", found.source);
}

#[test]
fn operations_that_the_server_does_not_implement_are_noted_and_not_judged() {
    let report = report("CreateUser", honest);
    assert!(report.cases.iter().all(|case| case.name != "CreateUser"));
    let told = |note: &String| {
        note.starts_with("the server says that it does not implement 2 operations: ")
            && note.contains("ciam CreateUser")
    };
    assert!(report.notes.iter().any(told), "{:?}", report.notes);
}

#[test]
fn a_suite_that_may_only_read_sends_reads_alone() {
    let client = Client::new(Directories::new(honest), credentials());
    let requests = {
        let settings = Settings { reach: Reach::Reads, ..settings(None) };
        let transport = client.transport();
        let again = Client::new(transport, credentials());
        let report = verify(again, &settings, &AtomicBool::new(false), &|_| ()).unwrap();
        assert!(report.notes[0].starts_with("only reads were sent, "), "{:?}", report.notes);
        transport.requests.lock().unwrap().clone()
    };
    assert!(requests.contains(&"ListUserStore".to_owned()));
    let begins = ["List", "Describe", "Get", "Check", "Query"];
    let reads = |action: &String| begins.iter().any(|begin| action.starts_with(begin));
    assert!(requests.iter().all(reads), "{requests:?}");
}

#[test]
fn without_credentials_nothing_is_judged_and_it_is_said() {
    let client = Client::new(Directories::new(honest), Credentials::default());
    let report = verify(client, &settings(None), &AtomicBool::new(false), &|_| ()).unwrap();
    assert!(report.cases.iter().all(|case| case.outcome == CaseOutcome::NothingToJudge));
    assert_eq!(exit_code(&report, false), 11);
    let expected = "ciam was not judged: no credentials for ciam: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY";
    assert!(report.notes.iter().any(|note| note == expected), "{:?}", report.notes);
}

#[test]
fn unknown_names_are_told_with_what_may_have_been_meant() {
    let error = |service, operation| check(service, operation).unwrap_err().to_string();
    assert_eq!(error(Some("ciamm"), None), "there is no service \"ciamm\"; did you mean \"ciam\"?");
    assert_eq!(
        error(Some("ciam"), Some("ListUsr")),
        "ciam has no operation \"ListUsr\"; did you mean \"ListUser\"?"
    );
    assert_eq!(
        error(None, Some("Nowhere")),
        "no service has an operation \"Nowhere\"; `cloudtwin operations` lists them"
    );
    assert_eq!(check(Some("ciam"), Some("ListUser")), Ok(()));
}
