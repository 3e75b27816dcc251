//! The `cloudtwin` command as a process of its own, for what only a process shows.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::NamedTempFile;

/// Longest time in which a twin must be up, and in which it must have ended.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The command, with nothing of this environment's settings.
pub fn cloudtwin(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloudtwin"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CLOUDTWIN_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// `cloudtwin serve` on a port that the system picks.
fn serve() -> Command {
    cloudtwin(&["serve", "--listen", "127.0.0.1:0"])
}

/// A running twin; ends when dropped.
#[derive(Debug)]
pub struct Running {
    pub child: Child,
    pub address: String,
    /// Each line that it prints; closed once it has ended. Taken up, so that it can go on printing.
    lines: Receiver<String>,
    log: NamedTempFile,
}

impl Running {
    /// Starts `cloudtwin serve` on a port that the system picks, and waits until it listens.
    pub fn start(arguments: &[&str]) -> Self {
        let log = NamedTempFile::new().unwrap();
        let stderr = log.reopen().unwrap().into();
        Self::run(serve(), arguments, stderr, log)
    }

    /// The same with another standard error; `stop` then returns no log.
    pub fn logging_to(stderr: Stdio, arguments: &[&str]) -> Self {
        Self::run(serve(), arguments, stderr, NamedTempFile::new().unwrap())
    }

    /// The same with another folder for temporary files.
    pub fn with_temporary_folder(folder: &Path, arguments: &[&str]) -> Self {
        let log = NamedTempFile::new().unwrap();
        let stderr = log.reopen().unwrap().into();
        let mut command = serve();
        command.env("TMPDIR", folder);
        Self::run(command, arguments, stderr, log)
    }

    /// The same with so many file descriptors at most.
    pub fn limited(descriptors: usize, arguments: &[&str]) -> Self {
        let mut command = Command::new("sh");
        let text = format!("ulimit -n {descriptors}; exec \"$@\"");
        let twin = serve();
        command.args(["-c", &text, "sh"]).arg(twin.get_program()).args(twin.get_args());
        for (name, _) in twin.get_envs() {
            command.env_remove(name);
        }
        command.stdin(Stdio::null());
        let log = NamedTempFile::new().unwrap();
        let stderr = log.reopen().unwrap().into();
        Self::run(command, arguments, stderr, log)
    }

    fn run(mut command: Command, arguments: &[&str], stderr: Stdio, log: NamedTempFile) -> Self {
        command.args(arguments).env("NO_COLOR", "1");
        command.stdout(Stdio::piped()).stderr(stderr);
        let mut child = command.spawn().unwrap();

        let (tell, lines) = mpsc::channel();
        let printed = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            printed.lines().map_while(Result::ok).try_for_each(|line| tell.send(line))
        });
        let mut twin = Self { child, address: String::new(), lines, log };
        let first = twin.lines.recv_timeout(PATIENCE);
        let first = first.unwrap_or_else(|_| panic!("no twin:\n{}", twin.said()));
        let address = first.strip_prefix("cloudtwin listens on http://");
        twin.address = address.unwrap_or_else(|| panic!("{first:?}")).to_owned();
        twin
    }

    /// The next line that it prints, after the one that tells its address.
    pub fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line:\n{}", self.said()))
    }

    /// With its state in this file.
    pub fn over(db: &Path) -> Self {
        Self::start(&["--db", db.to_str().unwrap(), "--throttle", "off", "--seed", "7"])
    }

    /// Where clients reach it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A new connection.
    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// Sends bytes on a connection of their own and reads to its end.
    pub fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        let mut text = Vec::new();
        // A twin that refuses to read on may end the connection at any of these steps.
        _ = stream.write_all(bytes);
        _ = stream.shutdown(Shutdown::Write);
        _ = stream.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Asks the control interface.
    pub fn control(&self, method: &str, path: &str, body: &str) -> Value {
        let head = format!(
            "{method} /_twin/{path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let answer = self.exchange((head + body).as_bytes());
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }

    /// The most memory that it had so far, in MiB.
    pub fn peak_mib(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse::<usize>().unwrap() >> 10
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Ends the twin as a supervisor does, whatever connections its clients left open. It must end
    /// well; gives its log.
    pub fn stop(self) -> String {
        self.signal("-TERM");
        self.ended()
    }

    /// Waits for the end of a twin that was told to end. It must end well; gives its log.
    pub fn ended(mut self) -> String {
        // The pipe closes with the process; what it prints meanwhile does not matter.
        while let Ok(_line) = self.lines.recv_timeout(PATIENCE) {}
        // Does nothing to a process that has ended by itself but is not yet waited for.
        self.child.kill().unwrap();
        let (status, log) = (self.child.wait().unwrap(), self.said());
        assert!(status.success(), "the twin ended with {status}:\n{log}");
        log
    }

    /// What it has logged.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One answer read from a connection that stays open: its head and its body.
pub fn read_answer(stream: &mut impl BufRead) -> std::io::Result<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    let length = head
        .to_ascii_lowercase()
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    Ok((head, body))
}
