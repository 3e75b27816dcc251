//! The journal's entries as JSON.

use std::io;
use std::sync::Arc;

use contracts::{conversation, drop_nulls};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::{Entry, Owner};
use crate::protocol::RedactedInput;

/// The numbers of a page.
pub(super) struct Bounds {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) lost: u64,
    pub(super) arrived: u64,
    pub(super) oldest_open: Option<u64>,
}

/// Writes a page: its numbers, then the entries one by one as they are reached.
pub(super) fn write(
    bounds: Bounds,
    entries: &[&(u64, Arc<Entry>)],
    out: &mut impl io::Write,
) -> serde_json::Result<()> {
    let mut serializer = serde_json::Serializer::new(out);
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("first", &bounds.first)?;
    map.serialize_entry("last", &bounds.last)?;
    map.serialize_entry("lost", &bounds.lost)?;
    map.serialize_entry("arrived", &bounds.arrived)?;
    map.serialize_entry("oldest_open", &bounds.oldest_open)?;
    map.serialize_entry("entries", &List(entries))?;
    map.end()
}

/// Appends one entry as a line.
pub(super) fn line((number, entry): &(u64, Arc<Entry>), out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    _ = serde_json::to_writer(&mut *out, &to_entry(*number, entry));
    out.push(b'\n');
}

struct List<'a>(&'a [&'a (u64, Arc<Entry>)]);

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(number, entry)| to_entry(*number, entry)))
    }
}

fn to_entry(number: u64, entry: &Entry) -> conversation::Entry {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let size = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
    let operation = entry.operation.as_deref();
    let arrival = &entry.arrival;
    conversation::Entry {
        number,
        arrival: arrival.number,
        at: entry.at.to_string(),
        at_ms: entry.at.0,
        arrived_us: arrival.at_us,
        ended_us: entry.ended_us,
        duration_us: entry.duration_us,
        connection: arrival.connection,
        position: arrival.position,
        protocol: entry.protocol.map(str::to_owned),
        service: operation.map(|operation| operation.service.clone()),
        operation: operation.map(|operation| operation.name.clone()),
        tenant: entry.tenant.as_ref().map(|owner| owner.name().to_owned()),
        tenant_claimed: matches!(entry.tenant, Some(Owner::Claimed(_))),
        method: entry.method.to_string(),
        path: entry.path.to_string(),
        headers: entry.headers.lines().filter_map(|line| line.split_once(": ")).map(pair).collect(),
        body: text(&entry.body),
        body_size: size(entry.body_size),
        body_cut: entry.body_cut,
        input: input(entry),
        outcome: entry.outcome,
        status: entry.status,
        code: entry.code.as_deref().map(str::to_owned),
        request_id: entry.request_id.to_string(),
        answer: entry.answer.as_deref().map(text),
        answer_size: entry.answer_size.map(size),
        sent: entry.sent.get(),
        explanation: entry.explanation.as_deref().map(str::to_owned),
        unsigned: entry.unsigned,
        fault: entry.fault.as_deref().cloned(),
    }
}

fn input(entry: &Entry) -> Option<Value> {
    match &entry.input {
        RedactedInput::None => None,
        RedactedInput::Own(text) => serde_json::from_str(text).ok(),
        RedactedInput::Body => {
            let mut input = serde_json::from_slice(&entry.body).ok()?;
            drop_nulls(&mut input);
            Some(input)
        }
    }
}
