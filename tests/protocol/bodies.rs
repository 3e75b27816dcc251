//! All bodies together are bounded, whatever each of them may hold.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::process::Running;

/// Begins a state document of 256 MiB and sends so many MiB of it.
fn begin(twin: &Running, mib: usize) -> TcpStream {
    let mut stream = twin.connect();
    let host = &twin.address;
    let head = format!(
        "PUT /_twin/state HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\r\n",
        256 << 20
    );
    stream.write_all(head.as_bytes()).unwrap();
    let part = vec![b' '; 1 << 20];
    (0..mib).for_each(|_| stream.write_all(&part).unwrap());
    stream
}

#[test]
fn a_body_for_which_there_is_no_room_is_refused_and_later_taken() {
    let twin = Running::start(&[]);
    let opened = [begin(&twin, 254), begin(&twin, 254)];
    let whole = |mib: usize| {
        let head = format!(
            "PUT /_twin/state HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n",
            twin.address,
            mib << 20
        );
        twin.exchange(&[head.as_bytes(), &vec![b' '; mib << 20]].concat())
    };
    let refused = whole(8);
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("memory"), "{refused}");
    assert_eq!(twin.control("GET", "health", "")["status"], "ok");
    for mut stream in opened {
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        _ = stream.read_to_end(&mut Vec::new());
    }
    // Both were given up, so there is room.
    let taken = whole(8);
    assert!(taken.starts_with("HTTP/1.1 400 ") && taken.contains("bad_request"), "{taken}");
}
