//! Collects the entries of a running twin while a client talks to it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::control::{Control, ControlError};
use crate::conversation::{Entry, Page};
use crate::stopwatch::Stopwatch;

/// How long a request may take that was under way when its client ended; after that its entry counts as lost.
const OPEN_WAIT: Duration = Duration::from_secs(10);

/// How long is waited for word of an answer that nobody may read any more.
const UNSETTLED_WAIT: Duration = Duration::from_millis(500);

/// Between two looks at the end.
const PAUSE: Duration = Duration::from_millis(2);

/// Follows the journal of a twin. Poll it while the client runs: the journal keeps the latest entries only.
#[derive(Debug)]
pub struct Follower {
    control: Control,
    tenant: Option<String>,
    seen: Seen,
}

/// What was collected.
#[derive(Debug)]
pub struct Collected {
    /// The entries in the order of their arrival.
    pub entries: Vec<Entry>,
    /// Entries that the journal dropped before they were read, of any tenant: with any, the evidence is incomplete.
    pub lost: u64,
    /// The number up to which the journal was read.
    pub last: u64,
}

/// The entries so far.
#[derive(Debug, Default)]
struct Seen {
    entries: BTreeMap<u64, Entry>,
    /// The number up to which the journal was read.
    last: u64,
    lost: u64,
    /// Of the latest page.
    arrived: u64,
    oldest_open: Option<u64>,
}

impl Follower {
    /// Follows the entries of one tenant, or of all, from now on.
    pub fn from_now(control: Control, tenant: Option<&str>) -> Result<Self, ControlError> {
        // No entry has this number yet, so the page is empty, and it says which is the last.
        let last = control.journal(tenant, u64::from(u32::MAX))?.last;
        let mut follower = Self::from_number(control, tenant, last);
        follower.poll()?;
        Ok(follower)
    }

    /// Follows them from the entry after that number; 0: from the oldest one.
    pub fn from_number(control: Control, tenant: Option<&str>, number: u64) -> Self {
        let seen = Seen { last: number, ..Seen::default() };
        Self { control, tenant: tenant.map(str::to_owned), seen }
    }

    /// Reads what is new. How many entries there are by now.
    pub fn poll(&mut self) -> Result<usize, ControlError> {
        let since = self.seen.since();
        let page = self.control.journal(self.tenant.as_deref(), since)?;
        self.seen.take(since, page);
        Ok(self.seen.entries.len())
    }

    /// Entries of which it is not known yet whether their answers were sent.
    pub fn unsettled(&self) -> usize {
        self.seen.entries.values().filter(|entry| entry.sent.is_none()).count()
    }

    /// Reads the rest once the client has ended: waits for requests that it sent before, and a short while for
    /// word of answers that are on their way.
    pub fn finish(mut self) -> Result<Collected, ControlError> {
        let ended = Stopwatch::start();
        self.poll()?;
        let arrived = self.seen.arrived;
        loop {
            let is_open = self.seen.oldest_open.is_some_and(|oldest| oldest <= arrived);
            let is_awaited = is_open || (self.unsettled() > 0 && ended.elapsed() < UNSETTLED_WAIT);
            if !is_awaited {
                break;
            }
            if ended.elapsed() > OPEN_WAIT {
                self.seen.lost += 1;
                break;
            }
            pause();
            self.poll()?;
        }
        let mut entries: Vec<_> = self.seen.entries.into_values().collect();
        entries.sort_by_key(|entry| entry.arrival);
        Ok(Collected { entries, lost: self.seen.lost, last: self.seen.last })
    }
}

#[expect(clippy::disallowed_methods, reason = "a twin cannot tell a reader when a request ends")]
fn pause() {
    std::thread::sleep(PAUSE);
}

impl Seen {
    /// Where to read on. Entries whose answers were on their way are read again.
    fn since(&self) -> u64 {
        let unsettled = self.entries.values().find(|entry| entry.sent.is_none());
        unsettled.map_or(self.last, |entry| self.last.min(entry.number.saturating_sub(1)))
    }

    /// Takes a page that was asked for `since` that number.
    fn take(&mut self, since: u64, page: Page) {
        // Of the entries that are gone, those up to `last` were read before.
        self.lost += page.lost.saturating_sub(self.last.saturating_sub(since));
        self.last = self.last.max(page.last);
        (self.arrived, self.oldest_open) = (page.arrived, page.oldest_open);
        self.entries.extend(page.entries.into_iter().map(|entry| (entry.number, entry)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::request;

    fn entry(number: u64, sent: Option<bool>) -> Entry {
        request(number, 0).but(|entry| entry.sent = sent).entry()
    }

    fn page(last: u64, dropped: u64, entries: impl IntoIterator<Item = Entry>) -> Page {
        let entries = entries.into_iter().collect();
        Page { first: 1, last, lost: dropped, arrived: last, oldest_open: None, entries }
    }

    #[test]
    fn it_reads_on_where_it_was() {
        let mut seen = Seen::default();
        seen.take(0, page(7, 0, [entry(3, Some(true))]));
        assert_eq!((seen.since(), seen.lost), (7, 0));
        seen.take(7, page(9, 1, [entry(9, Some(true))]));
        assert_eq!((seen.since(), seen.lost), (9, 1));
        assert_eq!(seen.entries.keys().copied().collect::<Vec<_>>(), [3, 9]);
    }

    #[test]
    fn an_answer_on_its_way_is_read_again() {
        let mut seen = Seen::default();
        seen.take(0, page(5, 0, [entry(2, Some(true)), entry(4, None), entry(5, Some(true))]));
        assert_eq!(seen.since(), 3);
        // The journal dropped 4 and 5 in the meantime: both were read.
        seen.take(3, page(6, 2, [entry(6, Some(true))]));
        assert_eq!(seen.lost, 0);
        seen.take(3, page(8, 4, [entry(8, Some(true))]));
        assert_eq!(seen.lost, 1);
        seen.take(3, page(8, 4, [entry(4, Some(false))]));
        assert_eq!((seen.since(), seen.entries[&4].sent), (8, Some(false)));
    }
}
