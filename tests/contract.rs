//! The suite that judges servers finds nothing in the twin. And for every operation of the Tencent services, which code
//! each broken rule gives.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::AtomicBool;

use bytes::Bytes;
use cloudtwin::catalog::listing;
use cloudtwin::vendors::huawei::project_id;
use cloudtwin::wire::Body;
use contracts::client::{Client, Credentials, Request, Response, Transport};
use contracts::suite::provider::{Reach, Settings, verify};
use contracts::{Operation, Protocol, Service, catalog, generate};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::client::{self, HOST, Signed, World, response};

/// Requests drawn for each operation, beside those at the edges of its model.
const CASES: u32 = 24;

/// A twin in this process as a server of the suite.
struct InProcess<'a>(&'a World);

impl Transport for InProcess<'_> {
    fn send(&self, request: &Request) -> Result<Response, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let name: HeaderName = name.parse().map_err(|_| format!("header {name}"))?;
            headers.append(name, HeaderValue::from_str(value).map_err(|_| format!("{value:?}"))?);
        }
        let method = request.method.parse().unwrap();
        let body = Bytes::from(request.body.clone());
        let answer = self.0.send(client::request(method, &request.target, headers, body));
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = answer.headers.iter();
        Ok(Response {
            status: answer.status.as_u16(),
            headers: headers.map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: match answer.body {
                Body::Bytes(bytes) => bytes.to_vec(),
                Body::File(_) => Vec::new(),
            },
        })
    }

    fn host(&self) -> &str {
        HOST
    }

    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0.twin.clock.now().seconds()).unwrap()
    }
}

/// What the suite finds in a twin of its own.
fn found(service: &str) -> Vec<String> {
    let world = World::new();
    let variables = [
        ("TENCENTCLOUD_SECRET_ID", "AKIDtwin"),
        ("TENCENTCLOUD_SECRET_KEY", "cloudtwin-secret"),
        ("TENCENTCLOUD_REGION", "ap-guangzhou"),
        ("HUAWEICLOUD_SDK_AK", "TWINAK"),
        ("HUAWEICLOUD_SDK_SK", "cloudtwin-secret"),
        ("HUAWEICLOUD_SDK_PROJECT_ID", &project_id("default", "cn-north-4")),
        ("CLOUDTWIN_AICC_APP_KEY", "twin-app"),
        ("CLOUDTWIN_AICC_APP_SECRET", "cloudtwin-secret"),
    ];
    let credentials = Credentials::from_variables(|name| {
        let known = variables.iter().find(|(known, _)| *known == name);
        known.map(|(_, value)| (*value).to_owned())
    });
    let settings = Settings {
        service: Some(service.to_owned()),
        operation: None,
        cases: CASES,
        seed: rand_seed(),
        reach: Reach::All,
        run: "contract".to_owned(),
        command: "cloudtwin verify".to_owned(),
    };
    let client = Client::new(InProcess(&world), credentials);
    let report = verify(client, &settings, &AtomicBool::new(false), &|_| ()).unwrap();
    let modelled = listing(Some(service)).into_iter().filter(|row| row.modelled).count();
    assert!(report.cases.len() > modelled, "{} cases", report.cases.len());
    let findings = report.cases.iter().flat_map(|case| &case.findings);
    findings.map(|found| format!("{} (seed {})", found.finding.text, settings.seed)).collect()
}

/// Another seed in each run, as random tests have it.
fn rand_seed() -> u64 {
    RandomState::new().hash_one(())
}

/// Random calls, valid and with one rule broken: by service, so that they run side by side.
mod a_valid_request_is_answered_as_the_model_says {
    use super::found;

    #[test]
    fn of_ciam() {
        assert_eq!(found("ciam"), Vec::<String>::new());
    }

    #[test]
    fn of_organization() {
        assert_eq!(found("organization"), Vec::<String>::new());
    }

    #[test]
    fn of_scim() {
        assert_eq!(found("scim"), Vec::<String>::new());
    }

    #[test]
    fn of_aicc() {
        assert_eq!(found("aicc"), Vec::<String>::new());
    }

    #[test]
    fn of_workspace() {
        assert_eq!(found("workspace"), Vec::<String>::new());
    }

    #[test]
    fn of_iam() {
        assert_eq!(found("iam"), Vec::<String>::new());
    }
}

fn services() -> impl Iterator<Item = &'static Service> {
    catalog().services.iter().filter(|service| service.protocol == Protocol::TencentApi3)
}

fn answer(world: &World, operation: &Operation, input: &Value) -> Value {
    let call = Signed {
        version: &operation.version,
        service: &operation.service,
        ..Signed::new(&operation.name, input.to_string(), world.twin.clock.now())
    };
    response(&world.send(call.request()))
}

#[test]
fn one_broken_rule_gives_exactly_its_error() {
    let world = World::new();
    for service in services() {
        let rows = listing(Some(&service.name)).into_iter();
        let modelled: BTreeSet<_> =
            rows.filter(|row| row.modelled).map(|row| row.operation).collect();
        let modelled = service.operations.iter().filter(|one| modelled.contains(&one.name));
        let lines: Vec<_> = modelled.flat_map(|operation| broken(&world, operation)).collect();
        let name = format!("one_broken_rule_gives_exactly_its_error_{}", service.name);
        insta::assert_snapshot!(name, lines.join("\n"));
    }
}

/// The operation's name, then a line for each rule that a request can break.
fn broken(world: &World, operation: &Operation) -> Vec<String> {
    let mut lines = vec![operation.name.clone()];
    for (input, violation) in generate::broken(&operation.input) {
        let answer = answer(world, operation, &input);
        let (code, message) = (&answer["Error"]["Code"], &answer["Error"]["Message"]);
        let (code, message) = (code.as_str().unwrap(), message.as_str().unwrap());
        assert!(message.contains(&violation.path), "{input}: {message}");
        let of_gateway =
            catalog().protocol(Protocol::TencentApi3).unwrap().codes.contains_key(code);
        assert!(operation.documents(code) || of_gateway, "{} {code}", operation.name);
        lines.push(format!("  {} {:?}: {code}", violation.path, violation.rule));
    }
    lines
}
