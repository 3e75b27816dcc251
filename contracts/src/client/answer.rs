//! What an answer says, read as the protocol writes it.

use std::fmt;

use serde_json::Value;

use super::Response;
use crate::catalog;
use crate::model::{Body, Operation, Protocol};

/// An answer to a call.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What came over the wire.
    pub response: Response,
    /// What it says.
    pub outcome: Outcome,
    /// The id of the request, where the protocol gives one.
    pub request_id: Option<String>,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The operation was done; its output without envelope and request id, null where the body is empty or a file.
    Done(Value),
    /// It was refused.
    Refused(Refused),
    /// Neither can be read from it: why.
    Unreadable(String),
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The vendor's code; absent: the envelope has none beside the status.
    pub code: Option<String>,
    /// The text.
    pub message: String,
    /// The status.
    pub status: u16,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} {code}: {}", self.status, self.message),
            None => write!(f, "{}: {}", self.status, self.message),
        }
    }
}

impl Answer {
    /// Reads the answer to a call of that operation.
    pub fn read(operation: &Operation, response: Response) -> Self {
        let service = catalog().service(&operation.service);
        let (outcome, request_id) = match service.map(|service| service.protocol) {
            Some(Protocol::TencentApi3) => tencent(&response),
            Some(Protocol::Aicc) => (aicc(operation, &response), None),
            Some(Protocol::Scim) => (scim(operation, &response), None),
            Some(Protocol::HuaweiApig) => {
                let request_id = header(&response, "x-request-id").map(str::to_owned);
                (huawei(operation, &response), request_id)
            }
            None => (Outcome::Unreadable("no model of the service".to_owned()), None),
        };
        Self { response, outcome, request_id }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.response, name)
    }

    /// The output, if the operation was done.
    pub fn output(&self) -> Option<&Value> {
        match &self.outcome {
            Outcome::Done(output) => Some(output),
            _ => None,
        }
    }

    /// The refusal, if it was refused.
    pub fn refused(&self) -> Option<&Refused> {
        match &self.outcome {
            Outcome::Refused(refused) => Some(refused),
            _ => None,
        }
    }
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    let mut headers = response.headers.iter();
    headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Everything is inside `Response`, refusals included.
fn tencent(response: &Response) -> (Outcome, Option<String>) {
    let mut whole = match json(response) {
        Ok(whole) => whole,
        Err(why) => return (Outcome::Unreadable(why), None),
    };
    let Some(Value::Object(mut members)) = whole.get_mut("Response").map(Value::take) else {
        return (Outcome::Unreadable("the body has no object `Response`".to_owned()), None);
    };
    let request_id = members.remove("RequestId").and_then(|id| Some(id.as_str()?.to_owned()));
    let Some(error) = members.get("Error") else {
        return (Outcome::Done(Value::Object(members)), request_id);
    };
    let outcome = match error.get("Code").and_then(Value::as_str) {
        Some(code) => refused(response, Some(code), error.get("Message")),
        None => Outcome::Unreadable("`Response.Error` has no `Code`".to_owned()),
    };
    (outcome, request_id)
}

/// A refusal of the service has status 200 and a code other than zero; one of the front has another status.
fn aicc(operation: &Operation, response: &Response) -> Outcome {
    let body = match json(response) {
        Ok(body) => body,
        Err(why) => return Outcome::Unreadable(why),
    };
    let envelope = operation.envelope.as_ref();
    let (code, message) =
        envelope.map_or(("resultCode", "resultMessage"), |known| (&known.code, &known.message));
    let code = match body.get(code) {
        Some(Value::String(code)) => Some(code.clone()),
        Some(Value::Number(code)) => Some(code.to_string()),
        _ => None,
    };
    let is_success = code.as_deref().is_none_or(|code| code == "0");
    match (response.status == operation.status && is_success, code) {
        (true, _) => Outcome::Done(body),
        (false, Some(code)) => refused(response, Some(&code), body.get(message)),
        (false, None) => Outcome::Unreadable(format!("the body has no code: {body}")),
    }
}

/// A refusal is known by its status; its envelope is the operation's or the gateway's.
fn huawei(operation: &Operation, response: &Response) -> Outcome {
    if response.status == operation.status {
        return done(operation, response);
    }
    let body = match json(response) {
        Ok(body) => body,
        Err(why) => return Outcome::Unreadable(why),
    };
    if let Some(code) = body.get("error_code").and_then(Value::as_str) {
        return refused(response, Some(code), body.get("error_msg"));
    }
    match body.get("error") {
        Some(error) if error.get("code").is_some_and(|code| *code == response.status) => {
            refused(response, None, error.get("message"))
        }
        _ => Outcome::Unreadable("the body has no code".to_owned()),
    }
}

/// The `scimType` is the code where there is one; a code of the vendor begins the text.
fn scim(operation: &Operation, response: &Response) -> Outcome {
    if response.status == operation.status {
        return done(operation, response);
    }
    let body = match json(response) {
        Ok(body) => body,
        Err(why) => return Outcome::Unreadable(why),
    };
    let status = response.status.to_string();
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    if text("status") != Some(status.as_str()) {
        return Outcome::Unreadable("the body's `status` is not that of the answer".to_owned());
    }
    let detail = text("detail").unwrap_or_default();
    let own = detail.split_once(": ").filter(|(code, _)| code.starts_with("FailedOperation."));
    let message = own.map_or(detail, |(_, message)| message);
    let code = own.map(|(code, _)| code).or_else(|| text("scimType"));
    refused(response, Some(code.unwrap_or(&status)), Some(&Value::from(message)))
}

/// The output of an operation whose success the status says.
fn done(operation: &Operation, response: &Response) -> Outcome {
    match (operation.body, response.body.is_empty()) {
        (Body::File, _) | (Body::Empty, true) => Outcome::Done(Value::Null),
        (Body::Empty, false) => Outcome::Unreadable("the body is not empty".to_owned()),
        (Body::Json, _) => match json(response) {
            Ok(body) => Outcome::Done(body),
            Err(why) => Outcome::Unreadable(why),
        },
    }
}

fn refused(response: &Response, code: Option<&str>, message: Option<&Value>) -> Outcome {
    Outcome::Refused(Refused {
        code: code.map(str::to_owned),
        message: message.and_then(Value::as_str).unwrap_or_default().to_owned(),
        status: response.status,
    })
}

fn json(response: &Response) -> Result<Value, String> {
    serde_json::from_slice(&response.body)
        .map_err(|error| format!("the body under status {} is not JSON: {error}", response.status))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(service: &str, name: &str, status: u16, body: &Value) -> Answer {
        let mut operations = catalog().service(service).unwrap().operations.iter();
        let operation = operations.find(|operation| operation.name == name).unwrap();
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let headers = vec![("X-Request-Id".to_owned(), "id".to_owned())];
        Answer::read(operation, Response { status, headers, body })
    }

    fn outcome(service: &str, name: &str, status: u16, body: Value) -> String {
        match read(service, name, status, &body).outcome {
            Outcome::Done(output) => format!("done {output}"),
            Outcome::Refused(refused) => format!("refused {refused}"),
            Outcome::Unreadable(why) => format!("unreadable, {why}"),
        }
    }

    #[test]
    fn tencent_has_all_inside_response() {
        let of = |body| outcome("ciam", "ListUser", 200, body);
        let answer = json!({ "Response": { "Total": 1, "RequestId": "r" } });
        assert_eq!(of(answer.clone()), "done {\"Total\":1}");
        assert_eq!(read("ciam", "ListUser", 200, &answer).request_id.as_deref(), Some("r"));
        let error = json!({ "Code": "A.B", "Message": "m" });
        assert_eq!(of(json!({ "Response": { "Error": error } })), "refused 200 A.B: m");
        assert_eq!(of(json!({ "Total": 1 })), "unreadable, the body has no object `Response`");
        assert_eq!(
            of(json!({ "Response": { "Error": 1 } })),
            "unreadable, `Response.Error` has no `Code`"
        );
        assert!(of(Value::Null).starts_with("unreadable, the body under status 200 is not JSON"));
    }

    #[test]
    fn the_contact_centre_refuses_with_and_without_a_status() {
        let of = |status, body| outcome("aicc", "createTask", status, body);
        assert!(of(200, json!({ "resultCode": "0", "taskId": "1" })).starts_with("done"));
        let refusal = |code| json!({ "resultCode": code, "resultMessage": "m" });
        assert_eq!(of(200, refusal("100-102")), "refused 200 100-102: m");
        assert_eq!(of(401, refusal("401")), "refused 401 401: m");
        assert!(of(502, json!({})).starts_with("unreadable, the body has no code"));
        assert!(
            outcome("aicc", "tokenByAkSk", 200, json!({ "AccessToken": "t" })).starts_with("done")
        );
    }

    #[test]
    fn a_status_says_how_a_call_behind_the_gateway_ended() {
        let of = |status, body| outcome("workspace", "ListUsers", status, body);
        assert_eq!(of(200, json!({ "users": [] })), "done {\"users\":[]}");
        let refusal = json!({ "error_code": "WKS.0001", "error_msg": "m" });
        assert_eq!(of(400, refusal.clone()), "refused 400 WKS.0001: m");
        assert_eq!(read("workspace", "ListUsers", 400, &refusal).request_id.as_deref(), Some("id"));
        assert_eq!(outcome("workspace", "DeleteUser", 204, Value::Null), "done null");
        assert_eq!(
            outcome("workspace", "DeleteUser", 204, json!({})),
            "unreadable, the body is not empty"
        );
        let keystone = json!({ "error": { "code": 401, "message": "m", "title": "t" } });
        let create = "KeystoneCreateUserTokenByPassword";
        assert_eq!(outcome("iam", create, 401, keystone.clone()), "refused 401: m");
        assert_eq!(outcome("iam", create, 403, keystone), "unreadable, the body has no code");
    }

    #[test]
    fn scim_has_its_codes_in_three_places() {
        let of = |body: Value| outcome("scim", "GetUser", 404, body);
        let error = |more: Value| {
            let mut body = json!({ "status": "404", "detail": "d" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        assert_eq!(of(error(json!({}))), "refused 404 404: d");
        assert_eq!(of(error(json!({ "scimType": "noTarget" }))), "refused 404 noTarget: d");
        let own = json!({ "detail": "FailedOperation.X: d" });
        assert_eq!(of(error(own)), "refused 404 FailedOperation.X: d");
        let other = json!({ "status": "400" });
        assert_eq!(of(error(other)), "unreadable, the body's `status` is not that of the answer");
    }
}
