//! Standard error and standard output that are closed, full or never read: the twin serves on and
//! ends when it is told to.

use std::fs::File;
use std::io::{BufReader, Read as _, Write as _, pipe};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use crate::process::{PATIENCE, Running, cloudtwin, read_answer};

/// Requests whose log lines are more than a pipe holds (64 KiB on Linux).
const MANY: usize = 1_000;

/// Sends `count` requests that the log shows, and one to the control interface.
fn serves(address: &str, count: usize) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    for path in std::iter::repeat_n("/nobody", count).chain(["/", "/_twin/health"]) {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nX-TC-Action: ListUserStore\r\n\
             Authorization: TC3-HMAC-SHA256 Credential=AKIDother/2026-01-01/ciam/tc3_request, \
             SignedHeaders=host, Signature=00\r\nContent-Length: 0\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let (head, _) = read_answer(&mut answers).unwrap();
        assert!(head.starts_with("HTTP/1.1 "), "{head}");
    }
}

const DEBUG: [&str; 4] = ["--log", "debug", "--throttle", "off"];

#[test]
fn a_closed_standard_error_does_not_matter() {
    let (reader, writer) = pipe().unwrap();
    let twin = Running::logging_to(writer.into(), &DEBUG);
    drop(reader);
    serves(&twin.address, 10);
    twin.stop();
}

#[test]
fn a_full_disk_behind_standard_error_does_not_matter() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let twin = Running::logging_to(full.into(), &DEBUG);
    serves(&twin.address, 10);
    twin.stop();
}

#[test]
fn a_log_that_is_never_read_does_not_matter() {
    let (reader, writer) = pipe().unwrap();
    let twin = Running::logging_to(writer.into(), &DEBUG);
    serves(&twin.address, MANY);
    twin.stop();
    drop(reader);
}

#[test]
fn the_log_says_how_many_lines_were_dropped_once_it_is_read_again() {
    let (mut reader, writer) = pipe().unwrap();
    let twin = Running::logging_to(writer.into(), &DEBUG);
    // More than the pipe and the twin's own queue of 4,096 lines hold.
    serves(&twin.address, 6 * MANY);
    let read = thread::spawn(move || {
        let mut log = String::new();
        reader.read_to_string(&mut log).unwrap();
        log
    });
    twin.stop();
    let log = read.join().unwrap();
    assert_eq!(log.matches("lines of the log were dropped dropped=").count(), 1, "{log}");
}

/// A twin whose standard output is `stdout` serves, and ends by SIGTERM.
fn serves_with_output(stdout: Stdio) {
    let folder = tempfile::tempdir().unwrap();
    let ready = folder.path().join("ready");
    let arguments = ["--listen", "127.0.0.1:0", "--ready-file", ready.to_str().unwrap()];
    let mut child = cloudtwin(&arguments).stdout(stdout).stderr(Stdio::null()).spawn().unwrap();
    // The file appears whole.
    let url = loop {
        match std::fs::read_to_string(&ready) {
            Ok(url) => break url,
            Err(_) => assert!(child.try_wait().unwrap().is_none(), "the twin ended"),
        }
        thread::yield_now();
    };
    serves(url.trim().trim_start_matches("http://"), 10);
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let (tell, ended) = mpsc::channel();
    thread::spawn(move || tell.send(child.wait()));
    assert!(ended.recv_timeout(PATIENCE).unwrap().unwrap().success());
}

#[test]
fn a_closed_standard_output_does_not_matter() {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    serves_with_output(writer.into());
}

#[test]
fn a_full_disk_behind_standard_output_does_not_matter() {
    serves_with_output(File::options().write(true).open("/dev/full").unwrap().into());
}

#[test]
fn a_standard_output_that_is_never_read_does_not_matter() {
    let (reader, mut writer) = pipe().unwrap();
    fill(&mut writer);
    serves_with_output(writer.into());
    drop(reader);
}

#[test]
fn a_last_message_that_is_never_read_does_not_hold_the_exit() {
    let (reader, mut writer) = pipe().unwrap();
    fill(&mut writer);
    let mut child = cloudtwin(&["serve", "--log", "=["]).stderr(writer).spawn().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    drop(reader);
}

/// Fills the pipe to its last byte. A pipe of Linux holds 64 KiB.
fn fill(writer: &mut std::io::PipeWriter) {
    writer.write_all(&vec![b'x'; 64 << 10]).unwrap();
}

#[test]
fn short_commands_end_quietly_when_their_reader_leaves() {
    for command in ["env", "operations", "seed-schema"] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let output = cloudtwin(&[command]).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let output = output.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{command}");
    }
}
