//! Connections that say nothing: they give way to others, and do not hold up the end.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::process::{Running, read_answer};

/// Connections that never send a byte.
fn silent(twin: &Running, count: usize) -> Vec<TcpStream> {
    (0..count).map(|_| twin.connect()).collect()
}

/// A request whose body is sent by half.
fn half(twin: &Running) -> TcpStream {
    let mut stream = twin.connect();
    let head = format!(
        "PUT /_twin/clock HTTP/1.1\r\nHost: {}\r\nContent-Length: 19\r\n\r\n{{\"mode\": ",
        twin.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Answered: the other one's head was taken up before it.
    assert_eq!(twin.control("GET", "health", "")["status"], "ok");
    stream
}

#[test]
fn silent_connections_give_way_when_places_run_out_and_busy_ones_do_not() {
    let twin = Running::limited(128, &[]);
    let busy = half(&twin);
    let mut all = silent(&twin, 200);
    assert_eq!(twin.control("GET", "health", "")["status"], "ok");
    let first = &mut all[0];
    first.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let read = first.read(&mut [0]);
    assert!(read.as_ref().is_ok_and(|read| *read == 0), "{read:?}");
    let mut busy = BufReader::new(busy);
    busy.get_mut().write_all(b"\"frozen\"} ").unwrap();
    let (head, body) = read_answer(&mut busy).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}{}", String::from_utf8_lossy(&body));
}

#[test]
fn a_twin_out_of_descriptors_serves_on() {
    let twin = Running::limited(30, &[]);
    let all = silent(&twin, 60);
    assert_eq!(twin.control("GET", "health", "")["status"], "ok");
    drop(all);
    let log = twin.stop();
    let told = log.matches("cannot accept a connection").count();
    // Once a second at most, however long this machine takes; a loop that spins tells thousands.
    assert!((1..100).contains(&told), "{told}:\n{log}");
}

#[test]
fn a_second_signal_cuts_what_is_in_flight() {
    for signal in ["-INT", "-TERM"] {
        let twin = Running::start(&[]);
        let mut stream = half(&twin);
        twin.signal(signal);
        while TcpStream::connect(&twin.address).is_ok() {}
        twin.signal(signal);
        _ = stream.read_to_end(&mut Vec::new());
        let log = twin.ended();
        assert!(log.contains("stopping at once") && !log.contains("did not end in time"), "{log}");
    }
}

#[test]
fn a_terminal_that_goes_away_ends_the_twin_well() {
    let twin = Running::start(&[]);
    twin.signal("-HUP");
    twin.ended();
}
