//! The query of a request to the control interface. Each path takes the keys of its row in the table
//! of routes, each of them once, and refuses all others.

use super::{Error, PREFIX, bad};
use crate::journal::Filter;
use crate::state::Tenants;

/// The values of a query, by key.
#[derive(Debug, Default)]
pub(super) struct Query {
    /// Not of the query: the part of the path that the route has in braces, as it was sent.
    pub(super) which: String,
    pub(super) tenant: Option<String>,
    pub(super) service: Option<String>,
    pub(super) operation: Option<String>,
    pub(super) code: Option<String>,
    pub(super) since: Option<u64>,
    pub(super) limit: Option<u64>,
}

impl Query {
    /// Reads the query of a request for `path`, which takes these keys.
    pub(super) fn read(text: &str, path: &str, keys: &[&str]) -> Result<Self, Error> {
        let mut query = Self::default();
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            if !keys.contains(&key.as_ref()) {
                return Err(bad(unknown(&key, path, keys)));
            }
            if !query.set(&key, value.into_owned())? {
                return Err(bad(format!("query parameter `{key}` is given twice")));
            }
        }
        Ok(query)
    }

    /// Whether `key` had no value yet.
    fn set(&mut self, key: &str, value: String) -> Result<bool, Error> {
        let place = match key {
            "tenant" if !Tenants::is_name(&value) => {
                return Err(bad(format!(
                    "tenant: {value:?} is no tenant's name: 1 to 64 of A-Z a-z 0-9 . _ -"
                )));
            }
            "since" | "limit" => {
                let number =
                    value.parse().map_err(|_| bad(format!("{key}: {value:?} is not a number")))?;
                let place = if key == "since" { &mut self.since } else { &mut self.limit };
                return Ok(place.replace(number).is_none());
            }
            "tenant" => &mut self.tenant,
            "service" => &mut self.service,
            "operation" => &mut self.operation,
            "code" => &mut self.code,
            _ => return Err(super::fault(format!("query parameter `{key}` has no place"))),
        };
        Ok(place.replace(value).is_none())
    }

    pub(super) fn filter(self) -> Filter {
        let Self { tenant, service, operation, code, since, limit, .. } = self;
        let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        Filter { tenant, service, operation, code, since, limit }
    }
}

fn unknown(key: &str, path: &str, keys: &[&str]) -> String {
    let allowed = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
    format!("unknown query parameter `{key}`; allowed for {PREFIX}{path}: {allowed}")
}
