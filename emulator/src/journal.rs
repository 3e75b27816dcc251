//! What was said on the wire: a ring of the latest requests and how they ended, bounded by count
//! and by bytes. Holds no secret: secrets are redacted before they come here.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use contracts::conversation::Outcome;

use crate::config::JournalSettings;
use crate::runtime::clock::Stopwatch;
use crate::wire::{Arrival, Open, OpenRequests};

mod entry;
mod filter;
mod json;
mod receipt;
mod sink;

pub use entry::{Entry, Owner};
pub use filter::Filter;
pub use receipt::{Receipt, Sent};

/// Most entries kept.
pub const ENTRIES_MAX: usize = 10_000;

/// Most bytes kept, all entries together.
pub const BYTES_MAX: usize = 32 << 20;

/// Most bytes of one body kept; the rest is cut off.
pub const BODY_MAX: usize = 256 << 10;

/// Most bytes of a refusal's body kept, whatever else is asked for.
const REFUSAL_MAX: usize = 4 << 10;

/// How many of the latest entries a new one is compared with: a client at work sends the same
/// headers within a second, so most entries need no copy of their own.
const SAME_HEADERS_AMONG: usize = 8;

/// The ring of entries.
#[derive(Debug)]
pub struct Journal {
    ring: Mutex<Ring>,
    answers_max: usize,
    started: Stopwatch,
    open: OpenRequests,
    /// The file that takes every entry.
    sink: Option<Arc<sink::Sink>>,
}

#[derive(Debug, Default)]
struct Ring {
    /// Entries with their numbers, which are never used again.
    entries: VecDeque<(u64, Arc<Entry>)>,
    bytes: usize,
    written: u64,
    /// The number of the latest entry that gave way.
    dropped: u64,
}

/// Entries that were in the ring at one moment.
#[derive(Debug)]
struct Seen {
    entries: Vec<(u64, Arc<Entry>)>,
    /// The number of the oldest entry in the ring, or that of the next one.
    first: u64,
    /// The number of the latest entry, in the ring or not.
    last: u64,
    /// How many after `since` gave way.
    lost: u64,
}

impl Journal {
    /// An empty journal.
    ///
    /// # Errors
    /// Fails where its file cannot be created.
    pub fn new(settings: &JournalSettings) -> io::Result<Self> {
        let sink = settings.file.as_deref().map(sink::Sink::open).transpose()?.map(Arc::new);
        Ok(Self {
            ring: Mutex::default(),
            answers_max: settings.answers_max,
            started: Stopwatch::start(),
            open: OpenRequests::default(),
            sink,
        })
    }

    /// The arrival of a request whose head is in, as number `position` of its connection. Readers can wait for
    /// its entry until the second value is dropped.
    pub fn arrival(&self, connection: u64, position: u64) -> (Arrival, Open) {
        let (number, open) = self.open.arrive();
        (Arrival { number, connection, position, at_us: self.started.elapsed_us() }, open)
    }

    /// The time since the twin's start in microseconds.
    pub fn elapsed_us(&self) -> u64 {
        self.started.elapsed_us()
    }

    /// What is kept of an answer's body, secrets redacted by `redact`.
    pub fn kept_answer<'a>(
        &self,
        body: &'a [u8],
        outcome: Outcome,
        redact: impl FnOnce(&'a [u8]) -> Cow<'a, [u8]>,
    ) -> Option<Box<[u8]>> {
        let is_good = outcome == Outcome::Answered;
        let most = if is_good { self.answers_max } else { REFUSAL_MAX.max(self.answers_max) };
        let is_kept = body.len() <= most.min(BODY_MAX) && !body.is_empty();
        is_kept.then(|| redact(body).into_owned().into())
    }

    /// Waits until the file has every entry. Later ones are in the ring alone.
    pub fn close(&self) {
        if let Some(sink) = &self.sink {
            sink.close();
        }
    }

    /// Writes an entry; the oldest give way. The receipt is to go with the answer.
    pub fn write(&self, mut entry: Entry) -> Receipt {
        let mut gone = Vec::new();
        let mut ring = self.ring();
        let latest = ring.entries.iter().rev().take(SAME_HEADERS_AMONG);
        let same = latest.map(|(_, other)| &other.headers).find(|other| **other == entry.headers);
        // What came with the entry is freed with the others.
        let own = same.cloned().map(|same| std::mem::replace(&mut entry.headers, same));
        ring.bytes += entry.bytes();
        ring.written += 1;
        let number = ring.written;
        let entry = Arc::new(entry);
        ring.entries.push_back((number, Arc::clone(&entry)));
        while ring.entries.len() > ENTRIES_MAX || ring.bytes > BYTES_MAX {
            let Some((number, oldest)) = ring.entries.pop_front() else { break };
            ring.bytes -= oldest.bytes();
            ring.dropped = number;
            gone.push(oldest);
        }
        // Freed outside of the lock.
        drop(ring);
        drop((gone, own));
        if let Some(sink) = &self.sink {
            sink.take(number, &entry);
        }
        Receipt { number, entry, sink: self.sink.clone(), was_sent: false }
    }

    /// The entries that fit, oldest first, as JSON: a [`contracts::conversation::Page`].
    pub fn read(&self, filter: &Filter) -> serde_json::Result<Vec<u8>> {
        let mut text = Vec::new();
        self.read_to(filter, &mut text)?;
        Ok(text)
    }

    fn read_to(&self, filter: &Filter, out: &mut impl io::Write) -> serde_json::Result<()> {
        // First: a request that is not open any more has its entry among those that are seen.
        let (arrived, oldest_open) = self.open.seen();
        let Seen { entries, first, mut last, lost } = self.seen(filter.since);
        let mut fitting = entries.iter().filter(|(_, entry)| filter.holds(entry));
        let limit = filter.limit.unwrap_or(usize::MAX);
        let page: Vec<_> = fitting.by_ref().take(limit).collect();
        if fitting.next().is_some() {
            last = page.last().map_or(filter.since.unwrap_or_default(), |(number, _)| *number);
        }
        json::write(json::Bounds { first, last, lost, arrived, oldest_open }, &page, out)
    }

    /// The lock is held no longer than it takes to note which entries there are.
    fn seen(&self, since: Option<u64>) -> Seen {
        let ring = self.ring();
        let begin =
            since.map_or(0, |since| ring.entries.partition_point(|(number, _)| *number <= since));
        Seen {
            entries: ring.entries.range(begin..).cloned().collect(),
            first: ring.entries.front().map_or(ring.written + 1, |(number, _)| *number),
            last: ring.written,
            lost: ring.dropped.saturating_sub(since.unwrap_or_default()),
        }
    }

    /// Empties the ring, wholly or of one tenant's entries; numbers are not used again.
    pub fn clear(&self, tenant: Option<&str>) {
        let goes = |entry: &Entry| {
            let of = |name| entry.tenant.as_ref().is_some_and(|owner| owner.name() == name);
            tenant.is_none_or(of)
        };
        let mut ring = self.ring();
        let all = std::mem::take(&mut ring.entries);
        let (gone, kept): (VecDeque<_>, VecDeque<_>) =
            all.into_iter().partition(|(_, entry)| goes(entry));
        ring.bytes = kept.iter().map(|(_, entry)| entry.bytes()).sum();
        ring.entries = kept;
        drop(ring);
        drop(gone);
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::RedactedInput;
    use crate::runtime::clock::Timestamp;
    use crate::state::Tenant;

    fn entry(tenant: &str, code: Option<&str>, body: usize) -> Entry {
        Entry {
            at: Timestamp(0),
            arrival: Arrival::unknown(),
            duration_us: 7,
            ended_us: 0,
            protocol: None,
            body_cut: false,
            body_size: body,
            input: RedactedInput::None,
            answer: None,
            answer_size: Some(0),
            method: http::Method::POST,
            path: "/".into(),
            headers: "host: a\n".into(),
            body: vec![b'x'; body].into(),
            tenant: Some(Owner::Known(Arc::new(Tenant::new(tenant, b"")))),
            operation: None,
            outcome: if code.is_some() { Outcome::Refused } else { Outcome::Answered },
            status: 200,
            code: code.map(Into::into),
            request_id: "r".into(),
            explanation: None,
            unsigned: false,
            sent: Sent::default(),
            fault: None,
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
        let journal = Journal::new(&JournalSettings::default()).unwrap();
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
    fn entries_of_one_client_share_their_headers() {
        let journal = Journal::new(&JournalSettings::default()).unwrap();
        for agent in ["a", "b", "a", "c", "b"] {
            journal.write(Entry {
                headers: format!("user-agent: {agent}\n").into(),
                ..entry("a", None, 0)
            });
        }
        let entries = journal.seen(None).entries;
        let shared = |one: usize, other: usize| {
            Arc::ptr_eq(&entries[one].1.headers, &entries[other].1.headers)
        };
        assert!(shared(0, 2) && shared(1, 4) && !shared(0, 1));
        assert_eq!(&*entries[3].1.headers, "user-agent: c\n");
    }

    /// A reader's end that looks at the journal with each piece that it is given.
    struct Slow<'a> {
        journal: &'a Journal,
        text: Vec<u8>,
        pieces: usize,
    }

    impl io::Write for Slow<'_> {
        fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
            assert!(self.journal.ring.try_lock().is_ok(), "the lock is held while JSON is written");
            self.journal.write(entry("late", None, 0));
            self.journal.clear(Some("a"));
            self.pieces += 1;
            self.text.write(piece)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_in_the_middle_of_writing_holds_nobody_up_and_shows_one_moment() {
        let journal = Journal::new(&JournalSettings::default()).unwrap();
        for _ in 0..3 {
            journal.write(entry("a", None, 0));
        }
        let mut slow = Slow { journal: &journal, text: Vec::new(), pieces: 0 };
        journal.read_to(&Filter::default(), &mut slow).unwrap();
        assert!(slow.pieces > 3, "{}", slow.pieces);
        let read: serde_json::Value = serde_json::from_slice(&slow.text).unwrap();
        assert_eq!((&read["first"], &read["last"]), (&1.into(), &3.into()));
        assert_eq!(read["entries"].as_array().unwrap().len(), 3);
        assert_eq!(numbers(&journal, &Filter::default()).len(), slow.pieces);
    }

    #[test]
    fn a_reader_is_told_the_first_entry_that_is_kept() {
        let journal = Journal::new(&JournalSettings::default()).unwrap();
        let first = || journal.seen(Some(2)).first;
        assert_eq!(first(), 1);
        for _ in 0..ENTRIES_MAX + 5 {
            journal.write(entry("a", None, 0));
        }
        assert_eq!(first(), 6);
        journal.clear(None);
        assert_eq!((first(), journal.seen(None).last), (10_006, 10_005));
    }

    #[test]
    fn entries_are_found_by_tenant_code_and_number_and_cleared_by_tenant() {
        let journal = Journal::new(&JournalSettings::default()).unwrap();
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
