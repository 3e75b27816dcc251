//! Whether the answer of an entry was sent: known later than the entry itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::Entry;
use super::sink::Sink;

const UNKNOWN: u8 = 0;
const YES: u8 = 1;
const NO: u8 = 2;

/// Whether an answer was sent, once that is known.
#[derive(Debug, Default)]
pub struct Sent(AtomicU8);

impl Sent {
    /// Absent while the answer is on its way.
    pub(super) fn get(&self) -> Option<bool> {
        match self.0.load(Ordering::Acquire) {
            UNKNOWN => None,
            known => Some(known == YES),
        }
    }

    fn set(&self, sent: bool) {
        self.0.store(if sent { YES } else { NO }, Ordering::Release);
    }
}

/// Goes with an answer. Dropped unused, it says that the answer was not sent.
#[derive(Debug)]
pub struct Receipt {
    pub(super) number: u64,
    pub(super) entry: Arc<Entry>,
    pub(super) sink: Option<Arc<Sink>>,
    pub(super) was_sent: bool,
}

impl Receipt {
    /// The last byte of the answer was handed to the operating system.
    pub fn sent(mut self) {
        self.was_sent = true;
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        self.entry.sent.set(self.was_sent);
        if let Some(sink) = &self.sink {
            sink.settle(self.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_unknown_until_it_is_set() {
        let sent = Sent::default();
        assert_eq!(sent.get(), None);
        for known in [true, false] {
            sent.set(known);
            assert_eq!(sent.get(), Some(known));
        }
    }
}
