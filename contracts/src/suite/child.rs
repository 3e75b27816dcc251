//! A client's process: its output, its end, and its stop with all that it started.

use std::collections::VecDeque;
use std::io::{self, Read as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::lab::End;
use crate::stopwatch::Stopwatch;

/// How much of a client's output is kept, in bytes: its end.
const OUTPUT_MAX: usize = 16 << 10;

/// How long is waited for the rest of the output once the process and its group are gone: a process that left the
/// group can hold it open.
const OUTPUT_WAIT: Duration = Duration::from_millis(200);

/// A running client.
pub(super) struct Child {
    group: Option<Pid>,
    began: Stopwatch,
    ended: Receiver<io::Result<ExitStatus>>,
    output: Output,
}

/// The end of what a client prints.
struct Output {
    tail: Arc<Mutex<VecDeque<u8>>>,
    closed: Receiver<()>,
}

impl Child {
    /// Starts the command in a process group of its own.
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).process_group(0);
        let began = Stopwatch::start();
        let mut child = command.spawn()?;
        // It holds the other end of the pipe.
        drop(command);
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let output = Output::read(reader)?;
        let (tell, ended) = mpsc::channel();
        let wait = move || drop(tell.send(child.wait()));
        thread::Builder::new().name("client".to_owned()).spawn(wait)?;
        Ok(Self { group, began, ended, output })
    }

    /// Waits so long at most; nothing if it still runs then.
    pub(super) fn wait(&self, most: Duration) -> io::Result<Option<End>> {
        match self.ended.recv_timeout(most) {
            Ok(status) => status.map(|status| Some(end(status))),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("nobody waits for it")),
        }
    }

    /// Since when it runs.
    pub(super) fn began(&self) -> Stopwatch {
        self.began
    }

    /// Ends what is left of its process group. The end of what it printed.
    pub(super) fn clear(self) -> String {
        if let Some(group) = self.group {
            // There is none left in most cases.
            _ = kill_process_group(group, Signal::KILL);
        }
        self.output.text()
    }
}

fn end(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exited(code),
        (None, signal) => End::Killed(signal.unwrap_or_default()),
    }
}

impl Output {
    fn read(mut reader: io::PipeReader) -> io::Result<Self> {
        let tail = Arc::new(Mutex::new(VecDeque::new()));
        let (close, closed) = mpsc::channel();
        let shared = Arc::clone(&tail);
        let read = move || {
            let mut piece = [0; 4096];
            while let Ok(size @ 1..) = reader.read(&mut piece) {
                let mut tail = shared.lock().unwrap_or_else(PoisonError::into_inner);
                tail.extend(piece.iter().take(size));
                let excess = tail.len().saturating_sub(OUTPUT_MAX);
                tail.drain(..excess);
            }
            // Nobody may wait for it.
            _ = close.send(());
        };
        thread::Builder::new().name("output".to_owned()).spawn(read)?;
        Ok(Self { tail, closed })
    }

    fn text(self) -> String {
        // What came until then is good enough.
        _ = self.closed.recv_timeout(OUTPUT_WAIT);
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(tail.make_contiguous()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(text: &str) -> Child {
        let mut command = Command::new("sh");
        command.args(["-c", text]);
        Child::start(command).unwrap()
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn it_tells_how_a_client_ended_and_what_it_printed() {
        let child = shell("echo out; echo err >&2; exit 3");
        assert_eq!(child.wait(LONG).unwrap(), Some(End::Exited(3)));
        assert_eq!(child.clear(), "out\nerr\n");
        assert_eq!(shell("kill -9 $$").wait(LONG).unwrap(), Some(End::Killed(9)));
    }

    #[test]
    fn only_the_end_of_a_long_output_is_kept() {
        let child = shell("yes | head -c 100000; echo last");
        child.wait(LONG).unwrap();
        let text = child.clear();
        assert!(text.len() == OUTPUT_MAX && text.ends_with("y\nlast\n"), "{}", text.len());
    }

    #[test]
    fn what_a_client_leaves_running_is_ended_with_it() {
        let child = shell("sleep 60 & echo $!");
        assert_eq!(child.wait(LONG).unwrap(), Some(End::Exited(0)));
        let left = child.clear();
        let pid = Pid::from_raw(left.trim().parse().unwrap()).unwrap();
        let began = Stopwatch::start();
        // A killed process is a zombie until init has seen it.
        let is_alive = || {
            let status = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
            status.is_ok_and(|text| !text.contains(") Z "))
        };
        while is_alive() {
            assert!(began.elapsed() < LONG, "it still runs");
            thread::yield_now();
        }
    }

    #[test]
    fn one_that_runs_on_is_stopped() {
        let child = shell("sleep 60");
        assert_eq!(child.wait(Duration::from_millis(1)).unwrap(), None);
        assert_eq!(child.clear(), "");
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let error = Child::start(Command::new("/no/such/program")).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
