//! The journal's entries as JSON.

use std::io;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Entry, Owner};

/// Writes the object that a reader of the journal gets.
pub(super) fn write<'a>(
    first: u64,
    last: u64,
    entries: impl Iterator<Item = &'a (u64, Arc<Entry>)> + Clone,
    out: &mut impl io::Write,
) -> serde_json::Result<()> {
    let mut serializer = serde_json::Serializer::new(out);
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("first", &first)?;
    map.serialize_entry("last", &last)?;
    map.serialize_entry("entries", &List(entries))?;
    map.end()
}

/// Entries that are written one by one as they come.
struct List<I>(I);

impl<'a, I: Iterator<Item = &'a (u64, Arc<Entry>)> + Clone> Serialize for List<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone().map(|(number, entry)| Shown(*number, entry)))
    }
}

struct Shown<'a>(u64, &'a Entry);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(number, entry) = self;
        let headers: Vec<_> =
            entry.headers.lines().filter_map(|line| line.split_once(": ")).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("number", number)?;
        map.serialize_entry("at", &entry.at.to_string())?;
        map.serialize_entry("at_ms", &entry.at)?;
        map.serialize_entry("duration_us", &entry.duration_us)?;
        map.serialize_entry("tenant", &entry.tenant.as_ref().map(Owner::name))?;
        let is_claimed = matches!(entry.tenant, Some(Owner::Claimed(_)));
        map.serialize_entry("tenant_claimed", &is_claimed)?;
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
