//! The journal as a file: every entry, a line of JSON each, once it is known whether its answer was
//! sent. Nothing is dropped while the disk takes it: where the disk is slow, requests wait.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::{Entry, json};

/// Most entries that wait for the disk.
const WAITING_MAX: usize = 65_536;

/// Lines are written together up to about so many bytes.
const PIECE_BYTES: usize = 256 << 10;

/// An entry and its number.
type Numbered = (u64, Arc<Entry>);

/// The way to the thread that writes the file.
#[derive(Debug)]
pub(super) struct Sink(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Absent once the file is closed.
    lines: Option<SyncSender<Numbered>>,
    thread: Option<JoinHandle<()>>,
    /// Entries whose answers are on their way.
    unsettled: BTreeMap<u64, Arc<Entry>>,
}

impl Sink {
    /// Opens the file, emptied, and starts its thread.
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let file = File::create(path)?;
        let (lines, entries) = sync_channel(WAITING_MAX);
        let writer = Writer { file, written: 0, lost: 0, path: path.display().to_string() };
        let thread = thread::Builder::new().name("journal".to_owned());
        let thread = Some(thread.spawn(move || writer.run(&entries))?);
        let unsettled = BTreeMap::new();
        Ok(Self(Mutex::new(State { lines: Some(lines), thread, unsettled })))
    }

    /// Takes an entry; it is written once it is complete.
    pub(super) fn take(&self, number: u64, entry: &Arc<Entry>) {
        self.lock().unsettled.insert(number, Arc::clone(entry));
    }

    /// It is known whether the answer of that entry was sent.
    pub(super) fn settle(&self, number: u64) {
        let mut state = self.lock();
        if let Some(entry) = state.unsettled.remove(&number)
            && let Some(lines) = &state.lines
        {
            // The receiver lives as long as the sender.
            drop(lines.send((number, entry)));
        }
    }

    /// Waits until the file has every entry.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        let (lines, thread) = (state.lines.take(), state.thread.take());
        let rest = std::mem::take(&mut state.unsettled);
        drop(state);
        if let Some(lines) = lines {
            for entry in rest {
                drop(lines.send(entry));
            }
        }
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the journal's thread panicked");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Writer {
    file: File,
    /// Bytes of whole lines.
    written: u64,
    /// Entries that the disk did not take.
    lost: u64,
    path: String,
}

impl Writer {
    fn run(mut self, entries: &Receiver<Numbered>) {
        while let Ok(entry) = entries.recv() {
            let (mut lines, mut count) = (Vec::new(), 0);
            let mut next = Some(entry);
            while let Some(entry) = next {
                json::line(&entry, &mut lines);
                count += 1;
                next = if lines.len() < PIECE_BYTES { entries.try_recv().ok() } else { None };
            }
            self.write(&lines, count);
        }
        if self.lost > 0 {
            tracing::error!(path = self.path, lost = self.lost, "the journal's file lacks entries");
        }
    }

    /// Writes whole lines or none: half of one would make the file unreadable.
    fn write(&mut self, lines: &[u8], count: u64) {
        match self.file.write_all(lines) {
            Ok(()) => self.written += u64::try_from(lines.len()).unwrap_or(0),
            Err(error) => {
                if self.lost == 0 {
                    tracing::error!(path = self.path, %error, "cannot write the journal's file; entries are lost");
                }
                self.lost += count;
                _ = self.file.set_len(self.written);
                _ = self.file.seek(SeekFrom::Start(self.written));
            }
        }
    }
}
