//! A user as a SCIM resource, and back. What Identity Center has no member for is kept as it was sent.

use rusqlite::types::Type;
use serde_json::{Map, Value, json};

use super::super::attributes::{self, USER, boolean, get, normalized, schemas, text};
use super::super::bounds::check_values;
use super::super::{bad_value, rules};
use super::User;
use crate::error::Failure;
use crate::runtime::clock::Timestamp;
use crate::services::text::non_empty;

/// What a directory says of a user.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) user_name: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) display_name: String,
    /// The primary address; empty if there is none.
    pub(super) email: String,
    /// Absent: it stays as it is.
    pub(super) active: Option<bool>,
    pub(super) external_id: Option<String>,
    /// The rest, and all addresses.
    rest: Map<String, Value>,
}

impl Fields {
    /// Reads a resource. Secrets and what a client cannot set are dropped.
    pub(super) fn read(resource: Map<String, Value>) -> Result<Self, Failure> {
        let mut rest = normalized(resource)?;
        check_values(&rest)?;
        for dropped in attributes::READ_ONLY.iter().chain(&["password"]) {
            rest.remove(*dropped);
        }
        let mut take = |name: &str| rest.remove(name).map(|value| text(name, value)).transpose();
        let user_name = take("userName")?.ok_or_else(|| bad_value("userName is required"))?;
        let display_name = take("displayName")?.unwrap_or_default();
        let external_id = non_empty(take("externalId")?);
        let active = rest
            .remove("active")
            .map(|value| boolean(&value).ok_or_else(|| bad_value("active is of type boolean")));
        let active = active.transpose()?;
        let (first_name, last_name) = name(&mut rest)?;
        let email = emails(&mut rest)?;
        let fields = Self {
            user_name,
            first_name,
            last_name,
            display_name,
            email,
            active,
            external_id,
            rest,
        };
        fields.check()?;
        Ok(fields)
    }

    fn check(&self) -> Result<(), Failure> {
        rules::user(&json!({
            "ZoneId": "z",
            "UserName": self.user_name,
            "FirstName": self.first_name,
            "LastName": self.last_name,
            "DisplayName": self.display_name,
            "Email": self.email,
        }))
    }

    /// What no member holds, as the row has it.
    pub(super) fn extra(&self) -> Option<String> {
        (!self.rest.is_empty()).then(|| Value::Object(self.rest.clone()).to_string())
    }
}

/// Takes the parts of a name that Identity Center has; the others stay.
fn name(rest: &mut Map<String, Value>) -> Result<(String, String), Failure> {
    let mut parts = match rest.remove("name") {
        None => return Ok((String::new(), String::new())),
        Some(Value::Object(parts)) => parts,
        Some(_) => return Err(bad_value("name is of type object")),
    };
    let mut take = |name: &str| -> Result<String, Failure> {
        let value = attributes::key(&parts, name).and_then(|key| parts.remove(&key));
        value.map_or(Ok(String::new()), |value| text(name, value))
    };
    let names = (take("givenName")?, take("familyName")?);
    if !parts.is_empty() {
        rest.insert("name".to_owned(), parts.into());
    }
    Ok(names)
}

/// The primary address. Truth values of the list become such.
fn emails(rest: &mut Map<String, Value>) -> Result<String, Failure> {
    let Some(emails) = rest.get_mut("emails") else { return Ok(String::new()) };
    let Value::Array(emails) = emails else { return Err(bad_value("emails is a list")) };
    let mut primaries = 0;
    for email in emails.iter_mut() {
        let Value::Object(email) = email else {
            return Err(bad_value("an element of emails is an object with a value"));
        };
        if !matches!(get(email, "value"), None | Some(Value::String(_))) {
            return Err(bad_value("emails.value is of type string"));
        }
        if let Some(key) = attributes::key(email, "primary")
            && let Some(primary) = email.get_mut(&key)
        {
            let is_primary = boolean(primary);
            let is_primary =
                is_primary.ok_or_else(|| bad_value("emails.primary is of type boolean"))?;
            *primary = is_primary.into();
            primaries += usize::from(is_primary);
        }
    }
    if primaries > 1 {
        return Err(bad_value("one element of emails at most is primary"));
    }
    Ok(primary(emails).to_owned())
}

/// The primary address of a list, else the one at work, else the first.
fn primary(emails: &[Value]) -> &str {
    let part = |email: &Value, name| email.as_object().and_then(|one| get(one, name)).cloned();
    let is_primary = |email: &&Value| part(email, "primary") == Some(true.into());
    let is_work = |email: &&Value| part(email, "type") == Some("work".into());
    let mut all = emails.iter();
    let found = emails.iter().find(is_primary).or_else(|| emails.iter().find(is_work));
    let found = found.or_else(|| all.next()).and_then(Value::as_object);
    found.and_then(|email| get(email, "value")).and_then(Value::as_str).unwrap_or_default()
}

/// The user as a resource.
pub(super) fn show(user: &User, base: &str) -> rusqlite::Result<Map<String, Value>> {
    let kept = user.scim.as_deref().map(serde_json::from_str).transpose();
    let kept: Option<Map<String, Value>> = kept.map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
    })?;
    let mut resource = kept.unwrap_or_default();
    let mut set = |name: &str, value: Value| drop(resource.insert(name.to_owned(), value));
    set("id", user.user_id.as_str().into());
    set("userName", user.user_name.as_str().into());
    set("active", user.is_enabled.into());
    set("meta", meta("User", user.created, user.updated, format!("{base}/Users/{}", user.user_id)));
    if let Some(external_id) = &user.external_id {
        set("externalId", external_id.as_str().into());
    }
    if !user.display_name.is_empty() {
        set("displayName", user.display_name.as_str().into());
    }
    show_name(&mut resource, user);
    show_emails(&mut resource, user);
    let schemas = schemas(USER, &resource);
    resource.insert("schemas".to_owned(), schemas);
    Ok(resource)
}

fn show_name(resource: &mut Map<String, Value>, user: &User) {
    for (part, text) in [("givenName", &user.first_name), ("familyName", &user.last_name)] {
        if text.is_empty() {
            continue;
        }
        let name = resource.entry("name").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(name) = name {
            name.insert(part.to_owned(), text.as_str().into());
        }
    }
}

/// The addresses as they were sent, unless the API has changed the one that it knows.
fn show_emails(resource: &mut Map<String, Value>, user: &User) {
    let kept = resource.get("emails").and_then(Value::as_array);
    if kept.map(|emails| primary(emails)).unwrap_or_default() == user.email {
        return;
    }
    if user.email.is_empty() {
        resource.remove("emails");
    } else {
        let email = json!([{ "value": user.email, "type": "work", "primary": true }]);
        resource.insert("emails".to_owned(), email);
    }
}

/// `meta` of a resource.
pub(in super::super) fn meta(kind: &str, created: i64, updated: i64, location: String) -> Value {
    json!({
        "resourceType": kind,
        "created": Timestamp(created).to_string(),
        "lastModified": Timestamp(updated).to_string(),
        "location": location,
    })
}
