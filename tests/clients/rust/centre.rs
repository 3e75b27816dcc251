//! The contact centre's interfaces: a token for an application's key and secret, then calls with it.

use std::env;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use crate::steady::Failure;

const TOKEN: &str = "/apigovernance/api/oauth/tokenByAkSk";
const USERS: &str = "/apiaccess/rest/cc-management/v1/federationUserMgmt/";
const TIMEOUT: Duration = Duration::from_secs(3);

/// Takes a token at the first call, and a new one when it is refused.
pub(crate) struct Centre {
    agent: Agent,
    url: String,
    key: String,
    secret: String,
    token: Option<String>,
}

impl Centre {
    pub(crate) fn of_environment() -> Result<Self, String> {
        let variable = |name: &str| env::var(name).map_err(|_| format!("{name} is not set"));
        let config = Agent::config_builder().http_status_as_error(false).proxy(None);
        Ok(Self {
            agent: config.timeout_global(Some(TIMEOUT)).build().into(),
            url: variable("CLOUDTWIN_URL")?,
            key: variable("CLOUDTWIN_AICC_APP_KEY")?,
            secret: variable("CLOUDTWIN_AICC_APP_SECRET")?,
            token: None,
        })
    }

    pub(crate) fn call(&mut self, interface: &str, body: &Value) -> Result<Value, Failure> {
        let token = self.token.clone().map_or_else(|| self.new_token(), Ok)?;
        match self.once(interface, body, &token) {
            Err(Failure::OldToken(_)) => {
                let token = self.new_token()?;
                self.once(interface, body, &token)
            }
            other => other,
        }
    }

    /// Takes a new token. If that fails, nothing of the call that needs it was sent.
    fn new_token(&mut self) -> Result<String, Failure> {
        let body = json!({"app_key": self.key, "app_secret": self.secret});
        let answer = self.post(TOKEN, &body, &[]).map_err(|failure| match failure {
            Failure::Unknown(why) => Failure::NotDone(format!("no token: {why}")),
            other => other,
        })?;
        let token = answer.get("AccessToken").and_then(Value::as_str).map(str::to_owned);
        let token =
            token.ok_or_else(|| Failure::NotDone("an answer without a token".to_owned()))?;
        Ok(self.token.insert(token).clone())
    }

    fn once(&self, interface: &str, body: &Value, token: &str) -> Result<Value, Failure> {
        let bearer = format!("Bearer {token}");
        let headers = [("X-APP-Key", self.key.as_str()), ("Authorization", &bearer)];
        self.post(&format!("{USERS}{interface}"), body, &headers)
    }

    fn post(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Result<Value, Failure> {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request =
            request.header("Content-Type", "application/json").header("X-Token-Expire", "600");
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let unknown = |error: ureq::Error| Failure::Unknown(format!("{path}: {error}"));
        let mut answer = request.send(body.to_string()).map_err(unknown)?;
        let text = answer.body_mut().read_to_string().map_err(unknown)?;
        let Ok(parsed) = serde_json::from_str(&text) else {
            return Err(Failure::Unknown(format!("{path}: HTTP {} without JSON", answer.status())));
        };
        understood(answer.status().as_u16(), parsed)
    }
}

/// The answer; with a code of its own, HTTP 200 is a refusal too.
fn understood(status: u16, answer: Value) -> Result<Value, Failure> {
    let code = match answer.get("resultCode") {
        Some(Value::String(code)) => code.clone(),
        Some(other) => other.to_string(),
        None => "0".to_owned(),
    };
    let why =
        format!("HTTP {status} {code}: {}", answer.get("resultMessage").unwrap_or(&Value::Null));
    match (status, code.as_str()) {
        (200, "0") => Ok(answer),
        (401, _) => Err(Failure::OldToken(why)),
        (429, _) => Err(Failure::NotDone(why)),
        (500.., _) | (_, "200-999") => Err(Failure::Unknown(why)),
        _ => Err(Failure::Refused(why)),
    }
}
