//! The log on standard error, written by a thread of its own. Serving never waits for the reader
//! of the log: lines that find no room are dropped and counted.
//!
//! `tracing-appender` would do most of this, but its guard reports a queue that stays full with
//! `println!`, which panics on a closed standard output and blocks on a pipe that is never read.

use std::io::{IsTerminal as _, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::exit::Stop;

/// Most lines that wait to be written.
const LINES_MAX: usize = 4_096;

/// Most bytes that wait to be written: explanations of refused signatures are long.
const BYTES_MAX: usize = 4 << 20;

/// Longest time that the exit waits for lines which are not yet written.
const DRAIN_MAX: Duration = Duration::from_secs(1);

/// How to write a line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Format {
    /// Lines for people
    Human,
    /// One JSON object a line
    Json,
}

/// Writes what is left when it is dropped, for at most [`DRAIN_MAX`].
#[derive(Debug)]
pub(super) struct Guard(Arc<Queue>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.drain(DRAIN_MAX);
    }
}

/// Starts the log and reports panics to it. Errors: a filter that cannot be read, or no thread.
pub(super) fn start(filter: &str, format: Format) -> Result<Guard, Stop> {
    // `EnvFilter` would also read spans, and compiles regular expressions at each start.
    let targets: Targets =
        filter.parse().map_err(|error| Stop::Usage(format!("--log {filter:?}: {error}")))?;
    let queue = Arc::new(Queue::default());
    spawn_writer(Arc::clone(&queue), std::io::stderr())
        .map_err(|error| Stop::Other(format!("cannot start the log's thread: {error}")))?;
    let log = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        // By default it reports its own errors with `eprintln!`, which may panic and block.
        .log_internal_errors(false)
        .with_writer(Arc::clone(&queue));
    match format {
        Format::Human => tracing_subscriber::registry().with(log).with(targets).init(),
        Format::Json => tracing_subscriber::registry().with(log.json()).with(targets).init(),
    }
    // A panic within the hook would end the process. Writing to the queue neither fails nor waits.
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = std::backtrace::Backtrace::force_capture();
        tracing::error!(%panic, %backtrace, "a panic was caught");
    }));
    Ok(Guard(queue))
}

/// Writes `text` to a stream on a thread of its own, which the caller does not wait for longer
/// than `patience`. Errors are ignored: the stream may be closed.
pub(super) fn write_within(
    patience: Duration,
    mut stream: impl Write + Send + 'static,
    text: String,
) {
    let (written, done) = std::sync::mpsc::channel();
    let write = move || {
        _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
        _ = written.send(());
    };
    if std::thread::Builder::new().name("cloudtwin-print".to_owned()).spawn(write).is_ok() {
        _ = done.recv_timeout(patience);
    }
}

/// Writes a last message to standard error, for at most [`DRAIN_MAX`].
pub(super) fn last_words(text: String) {
    write_within(DRAIN_MAX, std::io::stderr(), text);
}

/// Lines that wait for the writer's thread.
#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    /// Notified when there is something to write, and when all is written.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Whole lines, one after the other.
    text: Vec<u8>,
    lines: usize,
    /// Lines dropped since the last report.
    dropped: usize,
    /// Whether the thread is writing lines that it has taken.
    writing: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, line: &[u8]) {
        let mut state = self.lock();
        if state.lines >= LINES_MAX || state.text.len() + line.len() > BYTES_MAX {
            state.dropped += 1;
            return;
        }
        state.text.extend_from_slice(line);
        state.lines += 1;
        self.changed.notify_all();
    }

    /// Waits for lines; returns them with their number.
    fn take(&self) -> (Vec<u8>, usize) {
        let state = self.changed.wait_while(self.lock(), |state| state.lines == 0);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        state.writing = true;
        (std::mem::take(&mut state.text), std::mem::take(&mut state.lines))
    }

    /// Counts lines that could not be written.
    fn failed(&self, lines: usize) {
        self.lock().dropped += lines;
    }

    /// The number of dropped lines, which begins anew.
    fn take_dropped(&self) -> usize {
        std::mem::take(&mut self.lock().dropped)
    }

    fn written(&self) {
        self.lock().writing = false;
        self.changed.notify_all();
    }

    /// Waits until all lines are written, at most for `patience`.
    fn drain(&self, patience: Duration) {
        let busy = |state: &mut State| state.writing || state.lines > 0;
        drop(self.changed.wait_timeout_while(self.lock(), patience, busy));
    }
}

/// One event of the log comes as one call.
impl Write for &Queue {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Writes lines as they come until the process ends.
fn spawn_writer(queue: Arc<Queue>, mut sink: impl Write + Send + 'static) -> std::io::Result<()> {
    let work = move || {
        loop {
            let (text, lines) = queue.take();
            match sink.write_all(&text) {
                Err(_) => queue.failed(lines),
                Ok(()) => match queue.take_dropped() {
                    0 => {}
                    dropped => tracing::warn!(dropped, "lines of the log were dropped"),
                },
            }
            queue.written();
        }
    };
    std::thread::Builder::new().name("cloudtwin-log".to_owned()).spawn(work).map(drop)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver, Sender};

    use super::*;

    /// A reader that takes one write for each permit; each write is reported.
    struct Slow {
        permits: Receiver<bool>,
        seen: Sender<Vec<u8>>,
    }

    impl Write for Slow {
        fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
            self.seen.send(text.to_vec()).unwrap();
            match self.permits.recv() {
                Ok(true) => Ok(text.len()),
                _ => Err(std::io::ErrorKind::StorageFull.into()),
            }
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn queue() -> (Arc<Queue>, Sender<bool>, Receiver<Vec<u8>>) {
        let (permit, permits) = mpsc::channel();
        let (seen, writes) = mpsc::channel();
        let queue = Arc::new(Queue::default());
        spawn_writer(Arc::clone(&queue), Slow { permits, seen }).unwrap();
        (queue, permit, writes)
    }

    #[test]
    fn lines_beyond_the_bounds_are_dropped_and_counted() {
        let (queue, permit, writes) = queue();
        queue.push(b"first\n");
        assert_eq!(writes.recv().unwrap(), b"first\n");
        for _ in 0..LINES_MAX + 7 {
            queue.push(b"x\n");
        }
        assert_eq!(queue.lock().dropped, 7);
        permit.send(true).unwrap();
        assert_eq!(writes.recv().unwrap().len(), 2 * LINES_MAX);
        queue.push(&vec![b'x'; BYTES_MAX]);
        queue.push(b"x");
        assert_eq!(queue.lock().dropped, 1, "the first 7 are reported");
        permit.send(false).unwrap();
        assert_eq!(writes.recv().unwrap().len(), BYTES_MAX);
        assert_eq!(queue.lock().dropped, 1 + LINES_MAX, "what could not be written counts too");
    }

    #[test]
    fn draining_ends_whether_or_not_anybody_reads() {
        let (queue, permit, writes) = queue();
        queue.drain(Duration::MAX);
        queue.push(b"line\n");
        queue.drain(Duration::from_millis(1));
        assert!(queue.lock().lines > 0 || queue.lock().writing);
        permit.send(true).unwrap();
        queue.drain(Duration::MAX);
        assert_eq!(writes.try_recv().unwrap(), b"line\n");
    }
}
