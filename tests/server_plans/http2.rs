//! Over HTTP/2, where a plan that ends the connection ends all of its streams.

use std::error::Error;
use std::io;

use bytes::Bytes;
use cloudtwin::runtime::clock::Stopwatch;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::task::JoinHandle;

use super::{LARGE, PAUSE, TEXT, World};

struct Client {
    sender: SendRequest<Empty<Bytes>>,
    /// Resolves with how the connection ended.
    ended: JoinHandle<hyper::Result<()>>,
}

impl Client {
    async fn new(world: &World) -> Self {
        let stream = tokio::net::TcpStream::connect(&world.address).await.unwrap();
        let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
        let (sender, connection) = handshake.await.unwrap();
        Self { sender, ended: tokio::spawn(connection) }
    }

    async fn send(
        &mut self,
        world: &World,
        path: &str,
        plan: &str,
    ) -> hyper::Result<hyper::Response<Incoming>> {
        let request = hyper::Request::get(format!("http://{}{path}", world.address));
        let request = request.header("x-plan", plan).body(Empty::new()).unwrap();
        self.sender.send_request(request).await
    }
}

/// What came of a body, and whether it is whole.
async fn read(answer: hyper::Response<Incoming>) -> (Vec<u8>, bool) {
    let mut body = answer.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend_from_slice(&frame.into_data().unwrap()),
            Err(_) => return (bytes, false),
        }
    }
    (bytes, true)
}

/// The error of a socket beneath one of hyper's.
fn io_kind(error: &hyper::Error) -> Option<io::ErrorKind> {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}

#[test]
fn delayed_and_dribbled_answers_are_whole() {
    let world = World::new();
    world.runtime.block_on(async {
        let mut client = Client::new(&world).await;
        for (plan, least) in [("delay", PAUSE), ("dribble", PAUSE * 2)] {
            for path in ["/", "/file"] {
                let watch = Stopwatch::start();
                let answer = client.send(&world, path, plan).await.unwrap();
                assert_eq!(read(answer).await, (TEXT.to_vec(), true), "{plan} {path}");
                assert!(watch.elapsed() >= least);
            }
        }
    });
    assert_eq!(world.sent(4), [true; 4]);
}

#[test]
fn a_lost_connection_ends_all_its_streams() {
    let world = World::new();
    for (count, plan) in ["drop", "reset", "garbage"].into_iter().enumerate() {
        world.runtime.block_on(async {
            let mut client = Client::new(&world).await;
            let answer = client.send(&world, "/", "none").await.unwrap();
            assert_eq!(read(answer).await, (TEXT.to_vec(), true));
            let (mut other, world) = (client.sender.clone(), &world);
            let request = hyper::Request::get(format!("http://{}/", world.address));
            let request = request.header("x-plan", "hold").body(Empty::new()).unwrap();
            let held = other.send_request(request);
            let lost = async {
                // The held request is there first.
                let seen = (count * 3) + 2;
                tokio::task::block_in_place(|| {
                    world.journal(|page| page["entries"].as_array().unwrap().len() >= seen)
                });
                client.send(world, "/", plan).await
            };
            let (held, lost) = tokio::join!(held, lost);
            held.unwrap_err();
            lost.unwrap_err();
            let ended = client.ended.await.unwrap();
            let kind = ended.err().and_then(|error| io_kind(&error));
            let is_reset = kind == Some(io::ErrorKind::ConnectionReset);
            assert_eq!(is_reset, plan == "reset", "{plan} {kind:?}");
        });
    }
    assert_eq!(world.sent(9), [true, false, false].repeat(3));
}

#[test]
fn a_cut_body_stops_in_the_middle_and_the_connection_ends() {
    let world = World::new();
    for (plan, path, length, whole) in [
        ("cut 0", "/", 0, TEXT.len()),
        ("cut 4", "/file", 4, TEXT.len()),
        ("cut 4 and reset", "/", 4, TEXT.len()),
        ("cut half", "/large", LARGE / 2, LARGE),
    ] {
        world.runtime.block_on(async {
            let mut client = Client::new(&world).await;
            let answer = client.send(&world, path, plan).await.unwrap();
            assert_eq!(answer.headers()["content-length"], whole.to_string(), "{plan}");
            let (body, is_whole) = read(answer).await;
            assert_eq!((body.len(), is_whole), (length, false), "{plan}");
            drop(client.ended.await.unwrap());
        });
    }
    assert_eq!(world.sent(4), [false; 4]);
}

#[test]
fn a_shutdown_waits_for_no_delay() {
    let world = World::new();
    world.runtime.block_on(async {
        let mut client = Client::new(&world).await;
        let (answer, ()) = tokio::join!(client.send(&world, "/file", "hold"), async {
            tokio::task::block_in_place(|| {
                world.journal(|page| !page["entries"].as_array().unwrap().is_empty())
            });
            world.stop();
        });
        assert_eq!(read(answer.unwrap()).await, (TEXT.to_vec(), true));
    });
    world.ended();
}
