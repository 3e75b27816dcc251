//! The `cloudtwin` command as a process of its own, for what only a process shows.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// The command, with nothing of this environment's settings.
pub fn cloudtwin(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloudtwin"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CLOUDTWIN_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// A running twin; killed when dropped.
pub struct Running {
    pub child: Child,
    pub address: String,
    /// Kept open, so that the twin can go on printing.
    output: BufReader<ChildStdout>,
}

impl Running {
    /// Starts `cloudtwin serve` on a port that the system picks, and waits until it listens.
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = cloudtwin(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child =
            command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        output.read_line(&mut first).unwrap();
        let address = first
            .trim()
            .strip_prefix("cloudtwin listens on http://")
            .unwrap_or_else(|| panic!("{first:?}"));
        Self { address: address.to_owned(), child, output }
    }

    /// The next line that it prints, after the one that tells its address.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    /// With its state in this file.
    pub fn over(db: &Path) -> Self {
        Self::start(&["--db", db.to_str().unwrap(), "--throttle", "off", "--seed", "7"])
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
        _ = stream.shutdown(std::net::Shutdown::Write);
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

    /// Tells it to stop.
    pub fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
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
