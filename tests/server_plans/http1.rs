//! Over HTTP/1.1.

use std::io::{BufReader, Write};

use cloudtwin::runtime::clock::Stopwatch;

use super::{GARBAGE, LARGE, PAUSE, TEXT, World, read_to_end};
use crate::process::read_answer;

/// The body that came of an answer whose head promises all of it.
fn body_of(answer: &[u8], promised: usize) -> &[u8] {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let (head, body) = answer.split_at(end + 4);
    let head = std::str::from_utf8(head).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains(&format!("content-length: {promised}\r\n")), "{head}");
    assert!(!head.contains("connection:"), "{head}");
    body
}

#[test]
fn a_delayed_answer_is_whole_and_its_connection_goes_on() {
    let world = World::new();
    let mut stream = world.connect();
    let watch = Stopwatch::start();
    for count in 1..=2 {
        stream.write_all(&world.request("GET", "/", "delay")).unwrap();
        let (_, body) = read_answer(&mut BufReader::new(&stream)).unwrap();
        assert_eq!(body, TEXT);
        assert!(watch.elapsed() >= PAUSE * count);
    }
    assert_eq!(world.sent(2), [true, true]);
}

#[test]
fn of_a_dropped_answer_no_byte_comes() {
    let world = World::new();
    for plan in ["drop", "delay and drop"] {
        let watch = Stopwatch::start();
        assert_eq!(world.exchange(&world.request("GET", "/", plan)), (vec![], false));
        assert!(plan == "drop" || watch.elapsed() >= PAUSE);
    }
    assert_eq!(world.sent(2), [false, false]);
}

#[test]
fn a_client_that_still_sends_sees_an_end_and_no_reset() {
    let world = World::new();
    for (plan, bytes) in [("drop", &b""[..]), ("garbage", GARBAGE)] {
        let request = [world.request("GET", "/", plan), vec![b'x'; 1 << 20]].concat();
        let (answer, reset) = world.exchange(&request);
        assert_eq!((&*answer, reset), (bytes, false), "{plan}");
    }
}

#[test]
fn a_reset_is_one_to_the_client() {
    let world = World::new();
    assert_eq!(world.exchange(&world.request("GET", "/", "reset")), (vec![], true));
    assert_eq!(world.sent(1), [false]);
}

#[test]
fn garbage_stands_in_the_place_of_the_head_too() {
    let world = World::new();
    let (bytes, reset) = world.exchange(&world.request("GET", "/", "garbage"));
    assert_eq!((&*bytes, reset), (GARBAGE, false));
    assert_eq!(world.sent(1), [false]);
}

#[test]
fn a_cut_body_stops_in_the_middle() {
    let world = World::new();
    for path in ["/", "/file"] {
        for (plan, body) in [("cut 0", ""), ("cut 4", "0123"), ("cut half", "01234")] {
            let (answer, reset) = world.exchange(&world.request("GET", path, plan));
            assert_eq!(body_of(&answer, TEXT.len()), body.as_bytes(), "{path} {plan}");
            assert!(!reset);
        }
        let (answer, reset) = world.exchange(&world.request("GET", path, "cut 4 and reset"));
        assert_eq!(body_of(&answer, TEXT.len()), b"0123", "{path}");
        assert!(reset);
    }
    assert_eq!(world.sent(8), [false; 8]);
}

#[test]
fn a_cut_large_file_stops_at_the_byte() {
    let world = World::new();
    let (answer, reset) = world.exchange(&world.request("GET", "/large", "cut half"));
    assert_eq!((body_of(&answer, LARGE).len(), reset), (LARGE / 2, false));
    assert_eq!(world.sent(1), [false]);
}

#[test]
fn a_cut_behind_the_last_byte_only_ends_the_connection() {
    let world = World::new();
    for (method, body) in [("GET", TEXT), ("HEAD", b"")] {
        let requests =
            [world.request(method, "/", "cut 99"), world.request("GET", "/", "none")].concat();
        let (answer, reset) = world.exchange(&requests);
        assert_eq!((body_of(&answer, TEXT.len()), reset), (body, false), "{method}");
    }
    // Those behind them were not answered.
    assert_eq!(world.sent(2), [true, true]);
}

#[test]
fn a_dribbled_body_comes_in_pieces_and_is_whole() {
    let world = World::new();
    for path in ["/", "/file"] {
        let watch = Stopwatch::start();
        let mut stream = world.connect();
        stream.write_all(&world.request("GET", path, "dribble")).unwrap();
        let (_, body) = read_answer(&mut BufReader::new(&stream)).unwrap();
        assert_eq!(body, TEXT);
        // Three pieces.
        assert!(watch.elapsed() >= PAUSE * 2);
        stream.write_all(&world.request("GET", path, "drop")).unwrap();
        assert_eq!(read_to_end(&mut stream), (vec![], false));
    }
    assert_eq!(world.sent(4), [true, false, true, false]);
}

#[test]
fn what_was_answered_before_stays_answered() {
    let world = World::new();
    for (plan, rest, is_reset) in
        [("drop", &b""[..], false), ("reset", b"", true), ("garbage", GARBAGE, false)]
    {
        let plans = ["none", "dribble", plan, "none"];
        let requests = plans.map(|plan| world.request("GET", "/file", plan)).concat();
        let (bytes, reset) = world.exchange(&requests);
        let mut bytes = &*bytes;
        for _ in 0..2 {
            let (_, body) = read_answer(&mut bytes).unwrap();
            assert_eq!(body, TEXT, "{plan}");
        }
        assert_eq!((bytes, reset), (rest, is_reset), "{plan}");
    }
    assert_eq!(world.sent(9), [true, true, false].repeat(3));
}

#[test]
fn a_shutdown_waits_for_no_delay() {
    let world = World::new();
    let mut stream = world.connect();
    stream.write_all(&world.request("GET", "/", "hold")).unwrap();
    world.journal(|page| !page["entries"].as_array().unwrap().is_empty());
    world.stop();
    let (_, body) = read_answer(&mut BufReader::new(&stream)).unwrap();
    assert_eq!(body, TEXT);
    world.ended();
}
