//! Log-ins: calls that give out the token for other calls.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::answer::{Answer, Outcome};
use super::{Application, CallError, IamUser, Transport, place};
use crate::catalog;
use crate::model::Operation;
use crate::stopwatch::Stopwatch;

/// How long a token is used. Both vendors' live longer.
const USED: Duration = Duration::from_secs(20 * 60);

/// How long a token of the contact centre is to live, in seconds: the longest that it allows.
const AICC_LIFE_S: &str = "3600";

/// Services and names of the operations that log in.
const LOGINS: [(&str, &str); 2] =
    [("aicc", "tokenByAkSk"), ("iam", "KeystoneCreateUserTokenByPassword")];

/// Whether the operation is called without a token, because it gives one out.
pub(super) fn is_login(operation: &Operation) -> bool {
    LOGINS.contains(&(operation.service.as_str(), operation.name.as_str()))
}

/// The tokens in use.
#[derive(Default)]
pub(super) struct Tokens {
    iam: Mutex<Option<(String, Stopwatch)>>,
    aicc: Mutex<Option<(String, Stopwatch)>>,
}

impl Tokens {
    /// The token of IAM.
    pub(super) fn iam(
        &self,
        login: impl FnOnce() -> Result<String, CallError>,
    ) -> Result<String, CallError> {
        kept(&self.iam, login)
    }

    /// The token of the contact centre.
    pub(super) fn aicc(
        &self,
        login: impl FnOnce() -> Result<String, CallError>,
    ) -> Result<String, CallError> {
        kept(&self.aicc, login)
    }
}

fn kept(
    place: &Mutex<Option<(String, Stopwatch)>>,
    login: impl FnOnce() -> Result<String, CallError>,
) -> Result<String, CallError> {
    let mut kept = place.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((token, since)) = &*kept
        && since.elapsed() < USED
    {
        return Ok(token.clone());
    }
    let token = login()?;
    *kept = Some((token.clone(), Stopwatch::start()));
    Ok(token)
}

/// A token of the contact centre.
pub(super) fn aicc_token(
    server: &dyn Transport,
    application: &Application,
) -> Result<String, CallError> {
    let input = json!({
        "X-Token-Expire": AICC_LIFE_S,
        "app_key": application.key,
        "app_secret": application.secret,
    });
    let (_, output) = login(server, LOGINS[0], &input)?;
    let token = output.get("AccessToken").and_then(Value::as_str).map(str::to_owned);
    token.ok_or_else(|| CallError::Login("the answer has no AccessToken".to_owned()))
}

/// A token of IAM for a user, in the project if one is named.
pub(super) fn iam_token(
    server: &dyn Transport,
    user: &IamUser,
    project: Option<&str>,
) -> Result<String, CallError> {
    let domain = json!({ "name": user.domain });
    let scope = match project {
        Some(id) => json!({ "project": { "id": id } }),
        None => json!({ "domain": domain }),
    };
    let person = json!({ "name": user.name, "password": user.password, "domain": domain });
    let identity = json!({ "methods": ["password"], "password": { "user": person } });
    let input = json!({ "auth": { "identity": identity, "scope": scope } });
    let (answer, _) = login(server, LOGINS[1], &input)?;
    let token = answer.header("x-subject-token").map(str::to_owned);
    token.ok_or_else(|| CallError::Login("the answer has no X-Subject-Token".to_owned()))
}

fn login(
    server: &dyn Transport,
    (service, name): (&str, &str),
    input: &Value,
) -> Result<(Answer, Value), CallError> {
    let mut operations = catalog().service(service).into_iter().flat_map(|it| &it.operations);
    let operation = operations.find(|operation| operation.name == name);
    let operation = operation.ok_or_else(|| CallError::Login(format!("no model of {name}")))?;
    let request = place::placed(operation, input, server.host())?;
    let response = server.send(&request).map_err(CallError::NoAnswer)?;
    let answer = Answer::read(operation, response);
    match answer.outcome.clone() {
        Outcome::Done(output) => Ok((answer, output)),
        Outcome::Refused(refused) => Err(CallError::Login(refused.to_string())),
        Outcome::Unreadable(why) => Err(CallError::Login(why)),
    }
}
