//! What was said on the wire: a ring of the latest requests and how they ended, bounded by count
//! and by bytes. Holds no secret: secrets are redacted before they come here.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::clock::Timestamp;
use crate::state::Tenant;

/// Most entries kept.
pub const ENTRIES_MAX: usize = 10_000;

/// Most bytes kept, all entries together.
pub const BYTES_MAX: usize = 32 << 20;

/// Most bytes of one body kept; the rest is cut off.
pub const BODY_MAX: usize = 256 << 10;

/// What an entry costs beside its texts, roughly.
const ENTRY_BYTES: usize = 256;

/// One request and how it ended.
#[derive(Debug)]
pub struct Entry {
    /// When it came in, by the twin's clock.
    pub at: Timestamp,
    /// How long it took, by the machine's clock.
    pub duration_us: u64,
    /// Its method.
    pub method: http::Method,
    /// Its target, secrets redacted.
    pub path: Box<str>,
    /// Its headers a line each, secrets redacted.
    pub headers: Box<str>,
    /// Its body, secrets redacted, cut at [`BODY_MAX`].
    pub body: Box<[u8]>,
    /// Whose it was, if that was found out.
    pub tenant: Option<Arc<Tenant>>,
    /// What it asked for, if that was found out.
    pub operation: Option<Arc<contracts::Operation>>,
    /// How it ended.
    pub outcome: Outcome,
    /// The status of the answer.
    pub status: u16,
    /// The vendor's code, where the answer was a refusal.
    pub code: Option<Box<str>>,
    /// The id under which the answer went out.
    pub request_id: Box<str>,
    /// Why it was refused, where the answer cannot say it.
    pub explanation: Option<Box<str>>,
    /// Whether no signature was asked for.
    pub unsigned: bool,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With the operation's answer.
    Answered,
    /// With an error that the vendor documents.
    Refused,
    /// With the vendor's internal error; the fault is ours.
    Failed,
    /// With a plain refusal: no vendor's request.
    NotOurs,
}

impl Entry {
    fn bytes(&self) -> usize {
        let explanation = self.explanation.as_ref().map_or(0, |text| text.len());
        ENTRY_BYTES + self.path.len() + self.headers.len() + self.body.len() + explanation
    }
}

/// Which entries to show; an absent condition holds for all.
#[derive(Debug, Default)]
pub struct Filter {
    /// Of this tenant.
    pub tenant: Option<String>,
    /// Of this service.
    pub service: Option<String>,
    /// Of this operation.
    pub operation: Option<String>,
    /// That ended with this code.
    pub code: Option<String>,
    /// After the entry of this number.
    pub since: Option<u64>,
}

impl Filter {
    fn holds(&self, number: u64, entry: &Entry) -> bool {
        let same = |wanted: &Option<String>, found: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == found
        };
        same(&self.tenant, entry.tenant.as_ref().map(|tenant| tenant.name.as_str()))
            && same(
                &self.service,
                entry.operation.as_ref().map(|operation| operation.service.as_str()),
            )
            && same(
                &self.operation,
                entry.operation.as_ref().map(|operation| operation.name.as_str()),
            )
            && same(&self.code, entry.code.as_deref())
            && self.since.is_none_or(|since| number > since)
    }
}

/// The ring of entries.
#[derive(Debug, Default)]
pub struct Journal {
    ring: Mutex<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    /// Entries with their numbers, which are never used again.
    entries: VecDeque<(u64, Entry)>,
    bytes: usize,
    written: u64,
}

impl Journal {
    /// Writes an entry; the oldest give way.
    pub fn write(&self, entry: Entry) {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        ring.bytes += entry.bytes();
        ring.written += 1;
        let number = ring.written;
        ring.entries.push_back((number, entry));
        while ring.entries.len() > ENTRIES_MAX || ring.bytes > BYTES_MAX {
            let Some((_, oldest)) = ring.entries.pop_front() else { break };
            ring.bytes -= oldest.bytes();
        }
    }

    /// The entries that fit, oldest first, as JSON: `{"entries": [...], "last": n}`, where `last`
    /// is the number to ask `since` from next time.
    pub fn read(&self, filter: &Filter) -> serde_json::Result<Vec<u8>> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting: Vec<_> = ring
            .entries
            .iter()
            .filter(|(number, entry)| filter.holds(*number, entry))
            .map(|(number, entry)| Shown { number: *number, entry })
            .collect();
        let shown = serde_json::json!({ "last": ring.written });
        let mut text = serde_json::to_vec(&shown)?;
        text.pop();
        text.extend_from_slice(b",\"entries\":");
        serde_json::to_writer(&mut text, &fitting)?;
        text.push(b'}');
        Ok(text)
    }

    /// Empties the ring, wholly or of one tenant's entries; numbers are not used again.
    pub fn clear(&self, tenant: Option<&str>) {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let Ring { entries, bytes, .. } = &mut *ring;
        let of = |entry: &Entry, name: &str| {
            entry.tenant.as_ref().is_some_and(|tenant| tenant.name == name)
        };
        entries.retain(|(_, entry)| tenant.is_some_and(|name| !of(entry, name)));
        *bytes = entries.iter().map(|(_, entry)| entry.bytes()).sum();
    }
}

struct Shown<'a> {
    number: u64,
    entry: &'a Entry,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entry = self.entry;
        let headers: Vec<_> =
            entry.headers.lines().filter_map(|line| line.split_once(": ")).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("number", &self.number)?;
        map.serialize_entry("at", &entry.at.to_string())?;
        map.serialize_entry("at_ms", &entry.at)?;
        map.serialize_entry("duration_us", &entry.duration_us)?;
        map.serialize_entry("tenant", &entry.tenant.as_ref().map(|tenant| &tenant.name))?;
        map.serialize_entry(
            "service",
            &entry.operation.as_ref().map(|operation| &operation.service),
        )?;
        map.serialize_entry(
            "operation",
            &entry.operation.as_ref().map(|operation| &operation.name),
        )?;
        map.serialize_entry("method", entry.method.as_str())?;
        map.serialize_entry("path", &entry.path)?;
        map.serialize_entry("headers", &headers)?;
        map.serialize_entry("body", &String::from_utf8_lossy(&entry.body))?;
        map.serialize_entry("outcome", &entry.outcome)?;
        map.serialize_entry("status", &entry.status)?;
        map.serialize_entry("code", &entry.code)?;
        map.serialize_entry("request_id", &entry.request_id)?;
        map.serialize_entry("explanation", &entry.explanation)?;
        map.serialize_entry("unsigned", &entry.unsigned)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(tenant: &str, code: Option<&str>, body: usize) -> Entry {
        Entry {
            at: Timestamp(0),
            duration_us: 7,
            method: http::Method::POST,
            path: "/".into(),
            headers: "host: a\n".into(),
            body: vec![b'x'; body].into(),
            tenant: Some(Arc::new(Tenant::new(tenant, b""))),
            operation: None,
            outcome: if code.is_some() { Outcome::Refused } else { Outcome::Answered },
            status: 200,
            code: code.map(Into::into),
            request_id: "r".into(),
            explanation: None,
            unsigned: false,
        }
    }

    fn numbers(journal: &Journal, filter: &Filter) -> Vec<u64> {
        let read: serde_json::Value =
            serde_json::from_slice(&journal.read(filter).unwrap()).unwrap();
        read["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["number"].as_u64().unwrap())
            .collect()
    }

    #[test]
    fn the_ring_is_bounded_by_bytes_and_by_count() {
        let journal = Journal::default();
        for _ in 0..40 {
            journal.write(entry("a", None, 1 << 20));
        }
        assert_eq!(numbers(&journal, &Filter::default()).first(), Some(&10));
        for _ in 0..ENTRIES_MAX + 5 {
            journal.write(entry("a", None, 0));
        }
        assert_eq!(numbers(&journal, &Filter::default()).len(), ENTRIES_MAX);
    }

    #[test]
    fn entries_are_found_by_tenant_code_and_number_and_cleared_by_tenant() {
        let journal = Journal::default();
        journal.write(entry("a", None, 0));
        journal.write(entry("b", Some("X"), 0));
        journal.write(entry("a", Some("X"), 0));
        let tenant = |name: &str| Filter { tenant: Some(name.to_owned()), ..Filter::default() };
        assert_eq!(numbers(&journal, &tenant("a")), [1, 3]);
        assert_eq!(
            numbers(
                &journal,
                &Filter { code: Some("X".to_owned()), since: Some(2), ..tenant("a") }
            ),
            [3]
        );
        journal.clear(Some("a"));
        assert_eq!(numbers(&journal, &Filter::default()), [2]);
        journal.clear(None);
        journal.write(entry("c", None, 0));
        assert_eq!(numbers(&journal, &Filter::default()), [4]);
    }
}
