//! A directory that writes to the zone through SCIM.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use rusqlite::Connection;
use serde_json::{Value, json};

use cloudtwin::wire::{Body, Response};

use super::center::{Center, ZONE};
use crate::client::request;

/// A zone whose switch is on, and a key of it.
pub struct Directory {
    pub center: Center,
    pub key: String,
}

impl Directory {
    /// The starter fixture.
    pub fn new() -> Self {
        Self::of(Center::new())
    }

    /// A zone with these limits, such as `users = 1`.
    pub fn limited(limits: &str) -> Self {
        let zone = format!("[organization.zone]\nid = '{ZONE}'\nname = 'zone'\n");
        let seed = format!("[organization]\nname = 'o'\nlimits = {{ {limits} }}\n{zone}");
        Self::of(Center::seeded(&seed))
    }

    /// This seed.
    pub fn seeded(toml: &str) -> Self {
        Self::of(Center::seeded(toml))
    }

    fn of(center: Center) -> Self {
        let key = center.ok("CreateSCIMCredential", json!({}));
        let key = key["CredentialSecret"].as_str().unwrap().to_owned();
        let directory = Self { center, key };
        directory.switch("Enabled");
        directory
    }

    /// Sets the switch of the zone.
    pub fn switch(&self, status: &str) {
        let input = json!({ "SCIMSynchronizationStatus": status });
        self.center.ok("UpdateSCIMSynchronizationStatus", input);
    }

    /// The answer to a request with a key.
    pub fn raw(&self, method: &str, path: &str, key: Option<&str>, body: &str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("127.0.0.1:4588"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/scim+json"));
        if let Some(key) = key {
            headers.insert(AUTHORIZATION, format!("Bearer {key}").parse().unwrap());
        }
        let method: Method = method.parse().unwrap();
        let target = format!("/scim/v2{path}");
        self.center.world.send(request(method, &target, headers, body.to_owned().into()))
    }

    /// Status and body of a request; a text is sent as it is.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = match body {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let answer = self.raw(method, path, Some(&self.key), &body);
        (answer.status.as_u16(), json_of(&answer))
    }

    /// The answer of a request that must succeed.
    pub fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(method, path, &body);
        assert!(status < 300, "{method} {path} {body}: {status} {answer}");
        answer
    }

    /// Status, `scimType` and text of a request that must be refused.
    pub fn refused(&self, method: &str, path: &str, body: Value) -> String {
        let (status, answer) = self.send(method, path, &body);
        assert!(status >= 400, "{method} {path} {body} was not refused: {answer}");
        assert_eq!(answer["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
        assert_eq!(answer["status"], status.to_string());
        let kind = answer["scimType"].as_str().map(|kind| format!(" {kind}")).unwrap_or_default();
        format!("{status}{kind}: {}", answer["detail"].as_str().unwrap())
    }

    /// The id of a new user.
    pub fn user(&self, name: &str) -> String {
        id(&self.ok("POST", "/Users", json!({ "userName": name, "active": true })))
    }

    /// The id of a new group with these users.
    pub fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<_> = members.iter().map(|id| json!({ "value": id })).collect();
        id(&self.ok("POST", "/Groups", json!({ "displayName": name, "members": members })))
    }

    /// The answer to a PATCH with these operations, which must succeed.
    pub fn patch(&self, path: &str, operations: Value) -> Value {
        self.ok("PATCH", path, patch_of(operations))
    }

    /// The refusal of a PATCH with these operations.
    pub fn patch_refused(&self, path: &str, operations: Value) -> String {
        self.refused("PATCH", path, patch_of(operations))
    }

    /// The ids of the members of a group.
    pub fn members(&self, group: &str) -> Vec<String> {
        let group = self.ok("GET", &format!("/Groups/{group}"), Value::Null);
        let members = group["members"].as_array().cloned().unwrap_or_default();
        members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
    }

    /// Inserts a row that points to a principal, whatever other columns the table has.
    pub fn refer(&self, table: &'static str, principal_type: &'static str) {
        let insert = move |tx: &Connection| insert_reference(tx, table, principal_type);
        self.center.world.twin.writer.run(move |tx| insert(tx).map_err(|e| e.to_string())).unwrap();
    }
}

fn insert_reference(tx: &Connection, table: &str, principal_type: &str) -> rusqlite::Result<()> {
    let sql =
        "SELECT name, type FROM pragma_table_info(?1) WHERE \"notnull\" AND dflt_value IS NULL";
    let mut statement = tx.prepare(sql)?;
    let columns = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let columns: Vec<(String, String)> = columns.collect::<Result<_, _>>()?;
    let value = |(name, kind): &(String, String)| match (name.as_str(), kind.as_str()) {
        ("tenant", _) => "(SELECT max(tenant) FROM organization_zones)".to_owned(),
        ("principal_type", _) => format!("'{principal_type}'"),
        ("principal" | "seq", _) | (_, "INTEGER") => "1".to_owned(),
        _ => "''".to_owned(),
    };
    let values: Vec<_> = columns.iter().map(value).collect();
    let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let (names, values) = (names.join(", "), values.join(", "));
    tx.execute(&format!("INSERT INTO {table} ({names}) VALUES ({values})"), []).map(drop)
}

/// The body of a PATCH.
pub fn patch_of(operations: Value) -> Value {
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    json!({ "schemas": schemas, "Operations": operations })
}

/// The body of an answer; null without one.
pub fn json_of(answer: &Response) -> Value {
    let Body::Bytes(bytes) = &answer.body else { panic!("a file") };
    if bytes.is_empty() { Value::Null } else { serde_json::from_slice(bytes).unwrap() }
}

/// The id of a resource.
pub fn id(resource: &Value) -> String {
    resource["id"].as_str().unwrap().to_owned()
}
