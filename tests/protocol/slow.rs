//! Clients that are slow: how long the server waits for each of them. The runtime's clock leaps
//! whenever all wait, so no test waits.

use std::net::SocketAddr;
use std::time::Duration;

use cloudtwin::server;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

use crate::client::World;

/// Serves a twin on this runtime, until it ends.
async fn serve(world: &World) -> SocketAddr {
    let main = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = main.local_addr().unwrap();
    let listeners = server::Listeners { main, tls: None, aicc_token: None };
    let (stop, hurry) = (std::future::pending(), std::future::pending());
    tokio::spawn(server::serve(world.twin.clone(), listeners, stop, hurry));
    address
}

/// Reads to the end of the connection, while more of `dribble` is sent each time that so much time
/// has gone by. The answer, and the seconds until the end.
async fn read(mut stream: TcpStream, dribble: &[u8], pause: Duration) -> (String, u64) {
    let began = Instant::now();
    let mut answer = Vec::new();
    let mut pieces = dribble.chunks(1);
    loop {
        match timeout(pause, stream.read_buf(&mut answer)).await {
            Ok(Ok(0) | Err(_)) => break,
            Ok(Ok(_)) => {}
            Err(_) => {
                if let Some(piece) = pieces.next() {
                    stream.write_all(piece).await.unwrap();
                }
            }
        }
    }
    (String::from_utf8(answer).unwrap(), began.elapsed().as_secs())
}

/// What comes of a connection that sends this at once and then that, byte by byte.
async fn exchange(at_once: &str, dribble: &str, pause_s: u64) -> (String, u64) {
    exchange_with(&World::new(), at_once, dribble, pause_s).await
}

async fn exchange_with(world: &World, at_once: &str, dribble: &str, pause_s: u64) -> (String, u64) {
    let address = serve(world).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(at_once.as_bytes()).await.unwrap();
    read(stream, dribble.as_bytes(), Duration::from_secs(pause_s)).await
}

#[tokio::test(start_paused = true)]
async fn a_head_has_ten_seconds() {
    let begun = "GET /x HTTP/1.1\r\nHost: x\r\n";
    assert_eq!(exchange(begun, "", 4).await, (String::new(), 10));
    assert_eq!(exchange(begun, "x-more: 1", 4).await, (String::new(), 10));
    let (answer, _) = exchange(begun, "\r\n", 4).await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_body_has_thirty_seconds_and_then_its_client_is_told() {
    let head = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
    for dribble in ["", "1234"] {
        let world = World::new();
        let (answer, seconds) = exchange_with(&world, head, dribble, 7).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
        assert!(answer.ends_with("the body did not come in within 30 s\n"), "{answer}");
        assert_eq!(seconds, 30);
        let entry = world.journal().pop().unwrap();
        assert_eq!((&entry["status"], &entry["path"]), (&json!(408), &json!("/x")));
        assert_eq!(entry["explanation"], "the body did not come in within 30 s");
    }
    let (answer, _) = exchange(head, "12345", 5).await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_may_be_silent_for_two_minutes() {
    assert_eq!(exchange("", "", 200).await, (String::new(), 120));
    let (answer, seconds) = exchange("GET /x HTTP/1.1\r\nHost: x\r\n\r\n", "", 200).await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert_eq!(seconds, 120);
}
