//! Accepts connections, as many at a time as there are places and descriptors for, and runs each.

use std::future::{Future, poll_fn};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use http::uri::Authority;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustix::process::{Resource, getrlimit};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until};

use super::connection::{Command, Connection};
use super::connections::Entry;
use super::ending::Ending;
use super::exchange::{Origin, exchange};
use super::idle::Idle;
use super::lent::Lent;
use super::socket::Socket;
use super::tunnel::{End, Tunnel, Way};
use super::{CONNECTION_ANSWERS_MAX, CONNECTIONS_MAX, HEAD_TIME, IDLE_TIME, Server, proxy, tls};
use crate::wire::Listener;

/// Descriptors that connections leave to files, where there are twice as many.
const DESCRIPTORS_KEPT: u64 = 256;

/// How long to wait where no connection can be accepted.
const RETRY_TIME: Duration = Duration::from_millis(100);

/// Most connections at a time: [`CONNECTIONS_MAX`], or what the process's descriptors allow.
pub(super) fn places() -> usize {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let free = limit - DESCRIPTORS_KEPT.min(limit / 2);
    usize::try_from(free).unwrap_or(usize::MAX).min(CONNECTIONS_MAX)
}

/// Accepts and serves for ever.
pub(super) async fn run(server: &Arc<Server>, socket: &TcpListener, listener: Listener, way: Way) {
    let mut told = None;
    loop {
        match socket.accept().await {
            Ok((stream, peer)) => {
                // Answers are written whole; waiting for more would only delay them.
                drop(stream.set_nodelay(true));
                let place = place(server).await;
                begin(server, stream, (peer.ip(), listener, way.clone()), place);
            }
            // The client is gone already; there may be others.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                // Out of descriptors, most likely: a connection that rests gives its own back.
                server.connections.give_up_idlest();
                let now = Instant::now();
                if told.is_none_or(|told| now.duration_since(told) >= Duration::from_secs(1)) {
                    told = Some(now);
                    tracing::warn!(%error, "cannot accept a connection");
                }
                sleep_until(now + RETRY_TIME).await;
            }
        }
    }
}

/// A place for one more connection; where there is none, that of one that rests.
async fn place(server: &Server) -> Option<OwnedSemaphorePermit> {
    if let Ok(place) = Arc::clone(&server.places).try_acquire_owned() {
        return Some(place);
    }
    loop {
        server.connections.give_up_idlest();
        let place = Arc::clone(&server.places).acquire_owned();
        // Where all were busy, one may rest by now.
        if let Ok(place) = tokio::time::timeout(RETRY_TIME, place).await {
            return place.ok();
        }
    }
}

fn begin(
    server: &Arc<Server>,
    stream: TcpStream,
    (peer, listener, way): (IpAddr, Listener, Way),
    place: Option<OwnedSemaphorePermit>,
) {
    let connection = Arc::new(Connection::new(CONNECTION_ANSWERS_MAX));
    // Before its task runs, so that a shutdown finds this connection too.
    let entry = server.connections.enter(&connection);
    let server = Arc::clone(server);
    tokio::spawn(async move {
        let origin = Origin { peer, listener, connection, way };
        if let Some(socket) = socket(&server, &origin, stream).await
            && let Some(opened) = serve(&server, socket, origin.clone()).await
        {
            serve_tunnel(&server, opened, origin, entry).await;
        }
        drop(place);
    });
}

/// The socket of a client, with TLS where its way has it; nothing where the client does not agree to it.
async fn socket(server: &Server, origin: &Origin, stream: TcpStream) -> Option<Socket> {
    let (Way::Tls, Some(interception)) = (&origin.way, &server.twin.interception) else {
        return Some(Socket::Plain(stream));
    };
    let local = stream.local_addr().ok()?;
    tokio::select! {
        accepted = tls::accept(interception, local, stream) => accepted,
        _ = origin.connection.command() => None,
    }
}

/// A tunnel, the socket of its client, and what came in on it already.
struct Opened {
    authority: Authority,
    end: End,
    agent: Option<HeaderValue>,
    socket: TcpStream,
    early: Bytes,
}

/// Serves a connection until it ends or becomes a tunnel.
async fn serve(server: &Arc<Server>, socket: Socket, origin: Origin) -> Option<Opened> {
    let connection = Arc::clone(&origin.connection);
    let (lent, mut returned) = Lent::new(socket);
    run_hyper(Arc::clone(server), lent, origin).await;
    connection.receipts.close();
    let mut early = None;
    if let Some(tunnel) = connection.take_tunnel() {
        let Tunnel { authority, end, agent, upgrade } = tunnel;
        early = proxy::take_over(upgrade).await.map(|bytes| (authority, end, agent, bytes));
    }
    let mut socket = returned.try_recv().ok()?;
    match (connection.ending(), early) {
        (Some(ending), _) => close(&connection, ending.clone(), socket).await,
        (None, Some((authority, end, agent, early))) => {
            let socket = socket.into_tcp();
            return Some(Opened { authority, end, agent, socket, early });
        }
        // The client may have closed it before.
        (None, None) => drop(socket.shutdown().await),
    }
    None
}

/// Serves a tunnel as a connection of its own, which takes the place of the one that opened it.
async fn serve_tunnel(server: &Arc<Server>, opened: Opened, origin: Origin, outer: Entry) {
    let Opened { authority, end, agent, socket, early } = opened;
    let connection = Arc::new(Connection::new(CONNECTION_ANSWERS_MAX));
    let entry = server.connections.enter(&connection);
    drop(outer);
    if origin.connection.must_end() {
        return;
    }
    match end {
        End::Host(host) => proxy::let_through(&connection, socket, host, early).await,
        End::Twin(config) => {
            let accepted = tokio::select! {
                accepted = tls::accept_in_tunnel(config, authority.host(), agent.as_ref(), socket, early) => accepted,
                _ = connection.command() => None,
            };
            if let Some(socket) = accepted {
                let origin = Origin { connection, way: Way::Tunnel(authority), ..origin };
                serve(server, socket, origin).await;
            }
        }
    }
    drop(entry);
}

/// Closes a connection as a plan says, unless it must end at once.
async fn close(connection: &Connection, ending: Ending, stream: Socket) {
    let closing = tokio::time::timeout(IDLE_TIME, ending.close(stream));
    let cut = async {
        while !connection.is_cut() {
            connection.command().await;
        }
    };
    tokio::select! {
        closed = closing => match closed {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "a connection ended before its plan ended it"),
            Err(_) => tracing::debug!("a client did not take what a plan ends its connection with"),
        },
        () = cut => {}
    }
}

/// Lets hyper serve a connection until its end, or until a plan closes it.
async fn run_hyper(server: Arc<Server>, stream: Lent, origin: Origin) {
    let connection = Arc::clone(&origin.connection);
    let peer = origin.peer;
    let stream = Idle::new(stream, Arc::clone(&connection), IDLE_TIME, HEAD_TIME);
    let builder = Arc::clone(&server.builder);
    let service = service_fn(move |request| exchange(Arc::clone(&server), request, origin.clone()));
    let mut serving =
        std::pin::pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
    loop {
        let run = poll_fn(|context| {
            // Looked at first: only then has this run written all that was answered before.
            let is_ending = connection.ending().is_some();
            let run = connection.receipts.run(|| serving.as_mut().poll(context));
            let is_over = is_ending && run.is_pending() && connection.receipts.are_written();
            if is_over { Poll::Ready(Ok(())) } else { run }
        });
        tokio::select! {
            biased;
            ended = run => {
                match ended {
                    Ok(()) => {}
                    Err(error) if is_oversize(&*error) => {
                        tracing::warn!(%peer, "a request's head was far too large and is not in the journal");
                    }
                    Err(error) => tracing::debug!(%peer, error, "connection ended"),
                }
                return;
            }
            command = connection.command() => match command {
                Command::Cut => return,
                // A plan closes it: the next run shows whether all is written.
                Command::Serve => {}
                Command::Drain => serving.as_mut().graceful_shutdown(),
            },
            () = connection.receipts.taken_elsewhere() => {}
        }
    }
}

/// Whether hyper itself refused a head for its size.
fn is_oversize(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse_too_large)
}
