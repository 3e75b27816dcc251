//! Through a tunnel with TLS.

use std::io::{ErrorKind, Read as _, Write as _};

use super::{GARBAGE, TEXT, World};
use crate::intercept::client::{tls, trusting};

const HOST: &str = "ciam.tencentcloudapi.com";

/// What comes back of an answer with that plan, and how the connection then ends.
fn exchange(world: &World, plan: &str, header: &str) -> (Vec<u8>, Option<ErrorKind>) {
    let interception = world.twin.interception.as_ref().unwrap();
    let config = trusting(interception.ca().unwrap().pem(), &[]);
    let mut stream = tls(&world.address, &config, HOST);
    write!(stream, "GET / HTTP/1.1\r\nHost: {HOST}\r\nX-Plan: {plan}\r\n{header}\r\n").unwrap();
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer);
    (answer, end.err().map(|error| error.kind()))
}

#[test]
fn an_answer_without_a_plan_ends_with_the_farewell_of_tls() {
    let world = World::new();
    let (answer, end) = exchange(&world, "", "Connection: close\r\n");
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n") && answer.ends_with(TEXT));
    assert_eq!(end, None);
    assert_eq!(world.sent(1), [true]);
}

#[test]
fn plans_end_the_connection_below_tls() {
    let world = World::new();
    let lost = Some(ErrorKind::UnexpectedEof);
    assert_eq!(exchange(&world, "drop", ""), (Vec::new(), lost));
    assert_eq!(exchange(&world, "reset", ""), (Vec::new(), Some(ErrorKind::ConnectionReset)));
    let (cut, end) = exchange(&world, "cut 4", "");
    assert!(cut.ends_with(b"\r\n\r\n0123"), "{}", String::from_utf8_lossy(&cut));
    assert_eq!(end, lost);
    assert_eq!(exchange(&world, "garbage", ""), (GARBAGE.to_vec(), lost));
    assert_eq!(world.sent(4), [false; 4]);
}

#[test]
fn a_shutdown_ends_tunnels_that_rest_and_those_without_tls_yet() {
    let world = World::new();
    let interception = world.twin.interception.as_ref().unwrap();
    let config = trusting(interception.ca().unwrap().pem(), &[]);
    let mut resting = tls(&world.address, &config, HOST);
    write!(resting, "GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(TEXT) {
        let mut bytes = [0; 512];
        let count = resting.read(&mut bytes).unwrap();
        assert!(count > 0);
        answer.extend_from_slice(&bytes[..count]);
    }
    let (_, mut waiting) =
        crate::intercept::client::tunnel(&world.address, "iam.myhuaweicloud.com:443");
    world.stop();
    assert_eq!(resting.read(&mut [0; 8]).unwrap(), 0);
    assert_eq!(waiting.read(&mut [0; 8]).unwrap(), 0);
    world.ended();
}
