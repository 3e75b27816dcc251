//! Sockets, limits, timeouts, shutdown: the only asynchronous part. Knows no vendor and no
//! operation; everything behind it is told by bytes and answers by bytes.

mod body;
mod idle;

use std::convert::Infallible;
use std::future::Future;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONNECTION, HeaderValue};
use http::{Method, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};

use self::body::{Outgoing, ReadError};
use self::idle::{Idle, Phase};
use crate::protocol::Protocol;
use crate::twin::Twin;
use crate::wire::{Answer, BODY_MAX, CONTROL_BODY_MAX, Entrance, Request};
use crate::{control, download, pipeline, protocol};

/// Most bytes of a request's line and headers together.
const HEAD_MAX: usize = 64 << 10;

/// Longest time for a request's line and headers to come in.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// Longest time for a body to come in.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Longest time without a byte either way.
const IDLE_TIME: Duration = Duration::from_secs(120);

/// Most connections at a time; others wait to be accepted.
const CONNECTIONS_MAX: usize = 4096;

/// Most requests at a time on one HTTP/2 connection.
const STREAMS_MAX: u32 = 256;

/// How long requests in flight are given to end.
const SHUTDOWN_TIME: Duration = Duration::from_secs(10);

/// Where the twin listens.
#[derive(Debug)]
pub struct Listeners {
    /// For everything.
    pub main: TcpListener,
    /// For the token interface of the contact centre alone, which one edition of its pages has on a
    /// port of its own.
    pub aicc_token: Option<TcpListener>,
}

/// Serves until `stop` comes true, then lets requests in flight end.
pub async fn serve(twin: Arc<Twin>, listeners: Listeners, stop: impl Future<Output = ()>) {
    let builder = Arc::new(builder());
    let runtime = tokio::runtime::Handle::current();
    twin.writer.deliver_with(move |deliveries| {
        runtime.spawn(async move {
            for deliver in deliveries {
                deliver();
            }
        });
    });
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut stop = std::pin::pin!(stop);
    loop {
        let (accepted, entrance) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(Some(&listeners.main), &places) => (accepted, Entrance::Main),
            accepted = accept(listeners.aicc_token.as_ref(), &places) => {
                (accepted, Entrance::AiccToken)
            }
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let twin = Arc::clone(&twin);
        let phase = Phase::default();
        let stream = Idle::new(stream, phase.clone(), IDLE_TIME, HEAD_TIME);
        let service = service_fn(move |request| {
            exchange(Arc::clone(&twin), request, peer, entrance, phase.clone())
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, error, "connection ended");
            }
            drop(place);
        });
    }
    drop(listeners);
    if tokio::time::timeout(SHUTDOWN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not end in time and are cut");
    }
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // Some clients end their side once they have asked, and still read.
    builder
        .http1()
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(HEAD_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(HEAD_MAX).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS_MAX);
    builder
}

/// The next connection; never one where nobody listens.
async fn accept(
    listener: Option<&TcpListener>,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, IpAddr, tokio::sync::OwnedSemaphorePermit)> {
    let Some(listener) = listener else { return std::future::pending().await };
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Answers are written whole; waiting for more would only delay them.
            drop(stream.set_nodelay(true));
            Some((stream, peer.ip(), place))
        }
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            // Out of descriptors, most likely: give those in use a moment to come back.
            tokio::task::yield_now().await;
            None
        }
    }
}

/// One request and its answer.
async fn exchange(
    twin: Arc<Twin>,
    request: hyper::Request<Incoming>,
    peer: IpAddr,
    entrance: Entrance,
    phase: Phase,
) -> Result<hyper::Response<Outgoing>, Infallible> {
    phase.head_ended(request.version());
    let (head, body) = request.into_parts();
    if head.method == Method::CONNECT {
        // A success would tell the client that its tunnel stands.
        let text =
            "cloudtwin opens no tunnels: use plain http, as with the proxy way of the README";
        return Ok(close(Answer::plain(StatusCode::METHOD_NOT_ALLOWED, text)));
    }
    let is_main = entrance == Entrance::Main;
    let ours = is_main && head.uri.path().starts_with(control::PREFIX);
    let mut request = Request {
        entrance,
        method: head.method,
        uri: head.uri,
        headers: head.headers,
        body: bytes::Bytes::new(),
        too_large: false,
        peer,
    };
    let protocol = if ours { None } else { protocol::of(&request) };
    let vendors_bound = protocol.map_or(BODY_MAX, Protocol::body_max);
    let bound = if ours { CONTROL_BODY_MAX } else { vendors_bound };
    let read = tokio::time::timeout(BODY_TIME, body::read(body, bound)).await;
    phase.request_ended();
    match read {
        Ok(Ok(body)) => request.body = body,
        Ok(Err(ReadError::TooLarge)) => request.too_large = true,
        Ok(Err(ReadError::Broken)) => {
            return Ok(close(Answer::plain(StatusCode::BAD_REQUEST, "the body broke off")));
        }
        Err(_) => {
            let text = format!("the body did not come in within {} s", BODY_TIME.as_secs());
            return Ok(close(Answer::plain(StatusCode::REQUEST_TIMEOUT, text)));
        }
    }
    let too_large = request.too_large;
    let file = is_main && request.uri.path().starts_with(download::PREFIX);
    let answer = if ours || file {
        let aside = tokio::task::spawn_blocking(move || {
            if ours { control::answer(&twin, &request) } else { download::answer(&twin, &request) }
        });
        aside.await.unwrap_or_else(|_| broken())
    } else {
        vendors(&twin, protocol, request).await
    };
    Ok(if too_large { close(answer) } else { body::response(answer) })
}

async fn vendors(
    twin: &Arc<Twin>,
    protocol: Option<&'static dyn Protocol>,
    request: Request,
) -> Answer {
    let (reply, answer) = oneshot::channel();
    let reply = Box::new(move |answer| drop(reply.send(answer)));
    // The panic is logged where panics are logged; the reply is dropped with it.
    drop(catch_unwind(AssertUnwindSafe(|| pipeline::serve(twin, protocol, request, reply))));
    let answer = answer.await;
    // Whoever else has a request ready is served first: answers then leave one after another, and
    // a client of many connections is woken once for all of them, which costs more than this.
    tokio::task::yield_now().await;
    match answer {
        Ok(answer) => answer,
        Err(_) => protocol.map_or_else(broken, |protocol| pipeline::broken(twin, protocol)),
    }
}

fn broken() -> Answer {
    Answer::plain(StatusCode::INTERNAL_SERVER_ERROR, "cloudtwin: a fault of the twin, see its log")
}

fn close(answer: Answer) -> hyper::Response<Outgoing> {
    body::response(answer.with(CONNECTION, HeaderValue::from_static("close")))
}
