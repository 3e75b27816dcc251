//! The journal as a file: every entry, a line of JSON each. Nothing is dropped while the disk takes
//! it: where the disk is slow, requests wait.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::{Entry, json};

/// Most entries that wait for the disk.
const WAITING_MAX: usize = 65_536;

/// Lines are written together up to about so many bytes.
const PIECE_BYTES: usize = 256 << 10;

/// An entry and its number.
pub(super) type Numbered = (u64, Arc<Entry>);

/// Opens the file, emptied, and starts the thread that writes it. The thread ends when the sender is
/// dropped.
pub(super) fn open(path: &Path) -> std::io::Result<(SyncSender<Numbered>, JoinHandle<()>)> {
    let file = File::create(path)?;
    let (sender, entries) = sync_channel(WAITING_MAX);
    let sink = Sink { file, written: 0, lost: 0, path: path.display().to_string() };
    let thread = thread::Builder::new().name("journal".to_owned());
    Ok((sender, thread.spawn(move || sink.run(&entries))?))
}

struct Sink {
    file: File,
    /// Bytes of whole lines.
    written: u64,
    /// Entries that the disk did not take.
    lost: u64,
    path: String,
}

impl Sink {
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
