//! A world with a contact centre, and the calls that most stories make in it.
//! Asserts nothing beyond the success of a call.

use bytes::Bytes;
use cloudtwin::config::Config;
use cloudtwin::control;
use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::wire::Request;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use crate::client::{HOST, World, bytes_of, request};

/// How long each step of a task lasts where the clock moves it.
pub(super) const STEP_MS: i64 = 500;

/// The secret of every application.
pub(super) const SECRET: &str = "cloudtwin-secret";

pub(super) const TOKEN: &str = "/apigovernance/api/oauth/tokenByAkSk";
pub(super) const CREATE: &str = "/apiaccess/rest/cc-management/v1/federationUserMgmt/createTask";
pub(super) const QUERY: &str = "/apiaccess/rest/cc-management/v1/federationUserMgmt/queryTask";

/// A role of the starting state.
pub(super) const ROLE: &str = "1672380646005741634";

/// What was answered.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Said {
    /// Status and code, as one text.
    pub(super) fn code(&self) -> String {
        format!("{} {}", self.status, self.body["resultCode"].as_str().unwrap_or("-"))
    }
}

/// A contact centre.
pub(super) struct Center {
    pub(super) world: World,
}

impl Center {
    /// Tasks end at once.
    pub(super) fn new() -> Self {
        Self { world: World::new() }
    }

    /// Tasks take two steps of the clock.
    pub(super) fn slow() -> Self {
        Self::with(|config| config.pace = Pace::EveryMs(STEP_MS))
    }

    pub(super) fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self { world: World::with(change) }
    }

    /// The clock goes on.
    pub(super) fn wait(&self, ms: i64) {
        self.world.twin.clock.advance(ms);
    }

    pub(super) fn send(&self, request: Request) -> Said {
        let answer = self.world.send(request);
        assert_eq!(answer.headers["content-type"], "application/json;charset=UTF-8");
        Said {
            status: answer.status.as_u16(),
            body: serde_json::from_slice(bytes_of(&answer)).unwrap(),
            headers: answer.headers,
        }
    }

    /// Posts these bytes under these headers and no others.
    pub(super) fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Said {
        self.send(posted(path, headers, body))
    }

    /// What the token interface answers that application.
    pub(super) fn ask_token(&self, key: &str, secret: &str, life: Option<&str>) -> Said {
        let body = json!({ "app_key": key, "app_secret": secret }).to_string();
        let life: Vec<_> = life.map(|life| ("X-Token-Expire", life)).into_iter().collect();
        self.post(TOKEN, &life, body)
    }

    /// A new token of the application.
    pub(super) fn token(&self, key: &str) -> String {
        let said = self.ask_token(key, SECRET, Some("600"));
        said.body["AccessToken"].as_str().unwrap_or_else(|| panic!("{said:?}")).to_owned()
    }

    /// Posts these bytes with good headers of the tenant.
    pub(super) fn call_as(&self, tenant: &str, path: &str, body: impl Into<Bytes>) -> Said {
        let key = key_of(tenant);
        let authorization = format!("Bearer {}", self.token(&key));
        self.post(path, &[("X-APP-Key", &key), ("Authorization", &authorization)], body)
    }

    /// The same for the default tenant.
    pub(super) fn call(&self, path: &str, body: impl Into<Bytes>) -> Said {
        self.call_as("default", path, body)
    }

    /// Submits these entries.
    pub(super) fn submit(&self, entries: Value) -> Said {
        self.call(CREATE, batch(entries))
    }

    /// Code of a batch of one entry, without the status, which must be 200.
    pub(super) fn code(&self, entry: Value) -> String {
        let said = self.submit(json!([entry]));
        assert_eq!(said.status, 200, "{said:?}");
        said.body["resultCode"].as_str().unwrap().to_owned()
    }

    /// The task of a batch that must be taken.
    pub(super) fn create_as(&self, tenant: &str, entries: Value) -> String {
        let said = self.call_as(tenant, CREATE, batch(entries));
        assert_eq!(said.code(), "200 0", "{said:?}");
        said.body["taskId"].as_str().unwrap().to_owned()
    }

    /// The same for the default tenant.
    pub(super) fn create(&self, entries: Value) -> String {
        self.create_as("default", entries)
    }

    /// What a query of the task answers, which must be known.
    pub(super) fn query_as(&self, tenant: &str, task: &str) -> Value {
        let said = self.call_as(tenant, QUERY, json!({ "taskId": task }).to_string());
        assert_eq!(said.code(), "200 0", "{said:?}");
        said.body
    }

    /// The same for the default tenant.
    pub(super) fn query(&self, task: &str) -> Value {
        self.query_as("default", task)
    }

    /// The task's state.
    pub(super) fn status(&self, task: &str) -> String {
        self.query(task)["taskInfo"]["status"].as_str().unwrap().to_owned()
    }

    /// The `failDataList` of a batch that must be over at the first look.
    pub(super) fn run(&self, entries: Value) -> Value {
        let mut seen = self.query(&self.create(entries));
        assert_eq!(seen["taskInfo"], json!({ "status": "DONE", "remark": "" }));
        seen["failDataList"].take()
    }

    /// The codes of a batch's failures.
    pub(super) fn fail_codes(&self, entries: Value) -> Vec<String> {
        let failures = self.run(entries);
        let codes = failures.as_array().unwrap().iter();
        codes.map(|failure| failure["failCode"].as_str().unwrap().to_owned()).collect()
    }

    /// Asks the control interface; status and body.
    pub(super) fn control(&self, method: Method, path: &str, body: &str) -> (u16, Value) {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static(HOST));
        let asked = request(method, &format!("/_twin/{path}"), headers, body.to_owned().into());
        let answer = control::answer(&self.world.twin, &asked);
        (answer.status.as_u16(), serde_json::from_slice(bytes_of(&answer)).unwrap())
    }

    /// The same where it must be done.
    pub(super) fn twin(&self, method: Method, path: &str, body: &str) -> Value {
        let (status, body) = self.control(method, path, body);
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The accounts of a tenant, in their order.
    pub(super) fn users_of(&self, tenant: &str) -> Value {
        self.twin(Method::GET, &format!("aicc/users?tenant={tenant}"), "")["users"].take()
    }

    /// The accounts of the default tenant, each as one line.
    pub(super) fn users(&self) -> Vec<String> {
        self.users_of("default").as_array().unwrap().iter().map(line).collect()
    }
}

/// An account as one line: `+` where it is enabled.
fn line(user: &Value) -> String {
    let text = |member: &str| user[member].as_str().unwrap();
    let sign = if user["enabled"] == true { '+' } else { '-' };
    let roles = user["role_ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap());
    let roles = roles.collect::<Vec<_>>().join(",");
    format!("{sign}{} {} <{}> [{roles}]", text("account"), text("name"), text("email"))
}

/// A request of these parts.
pub(super) fn posted(path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Request {
    let mut map = HeaderMap::new();
    map.insert("host", HeaderValue::from_static(HOST));
    map.insert("content-type", HeaderValue::from_static("application/json"));
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    request(Method::POST, path, map, body.into())
}

/// The application key of a tenant.
pub(super) fn key_of(tenant: &str) -> String {
    if tenant == "default" { "twin-app".to_owned() } else { format!("twin-app-{tenant}") }
}

/// The body of a batch.
pub(super) fn batch(entries: Value) -> String {
    json!({ "federationUserList": entries }).to_string()
}

/// A good entry that creates an account.
pub(super) fn creates(account: &str) -> Value {
    json!({
        "action": "CREATE", "userAccount": account, "userName": format!("Name {account}"),
        "email": format!("{account}@example.com"), "roleIds": [ROLE],
    })
}

/// A good entry of another action, without more.
pub(super) fn does(action: &str, account: &str) -> Value {
    json!({ "action": action, "userAccount": account })
}

/// The entry with other members; null takes one away.
pub(super) fn but(mut entry: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        if value.is_null() {
            entry.as_object_mut().unwrap().remove(name);
        } else {
            entry[name] = value.clone();
        }
    }
    entry
}
