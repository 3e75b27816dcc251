//! HTTP/2 clients that ask for much and take nothing.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;

use crate::process::Running;

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const WINDOW_UPDATE: u8 = 8;

fn frame(kind: u8, flags: u8, stream: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), body].concat()
}

/// A header in HPACK, without an index.
fn header(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    [vec![0], text(name), text(value)].concat()
}

/// A connection whose windows are shut, with that many requests for a path.
fn ask(twin: &Running, path: &str, count: u32) -> TcpStream {
    let mut stream = twin.connect();
    let head = [
        header(":method", "GET"),
        header(":scheme", "http"),
        header(":path", path),
        header(":authority", &twin.address),
    ]
    .concat();
    let shut = frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]);
    let mut bytes = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), shut].concat();
    for number in 0..count {
        bytes.extend(frame(HEADERS, 5, 2 * number + 1, &head));
    }
    stream.write_all(&bytes).unwrap();
    stream
}

/// Reads frames until so many answers have ended.
fn read_ends(stream: TcpStream, count: u32) {
    let mut reader = BufReader::new(stream);
    let mut ended = 0;
    while ended < count {
        let mut head = [0; 9];
        reader.read_exact(&mut head).unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut body = vec![0; length.try_into().unwrap()];
        reader.read_exact(&mut body).unwrap();
        assert!(head[3] != 3 && head[3] != 7, "a stream or the connection was given up: {body:?}");
        ended += u32::from(matches!(head[3], 0 | HEADERS) && head[4] & 1 == 1);
    }
}

#[test]
fn answers_that_nobody_takes_are_few_and_others_are_served() {
    let twin = Running::start(&["--auth", "off"]);
    // A journal of 6 MiB.
    let body = "x".repeat(60 << 10);
    for _ in 0..100 {
        let head = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.len());
        twin.exchange(format!("{head}{body}").as_bytes());
    }
    let journal = twin.control("GET", "journal", "").to_string().len();
    assert!(journal > 5 << 20, "{journal}");
    let before = twin.peak_mib();
    let held: Vec<_> = (0..4).map(|_| ask(&twin, "/_twin/journal", 100)).collect();
    for _ in 0..20 {
        twin.control("GET", "journal", "");
    }
    let more = twin.peak_mib() - before;
    assert!(more < 120, "+{more} MiB");
    drop(held);
}

#[test]
fn requests_that_had_to_wait_for_room_are_answered_once_it_is_there() {
    let twin = Running::start(&[]);
    let mut stream = ask(&twin, "/_twin/operations", 50);
    let opened = frame(SETTINGS, 0, 0, &[0, 4, 0x7f, 0xff, 0xff, 0xff]);
    let wider = frame(WINDOW_UPDATE, 0, 0, &0x7000_0000_u32.to_be_bytes());
    stream.write_all(&[opened, wider].concat()).unwrap();
    read_ends(stream, 50);
}
