//! Sockets, limits, timeouts, shutdown: the only asynchronous part. Knows no vendor and no
//! operation; everything behind it takes and returns bytes.

mod accept;
mod body;
mod budget;
mod check;
mod connection;
mod connections;
mod ending;
mod exchange;
mod frames;
mod guard;
mod idle;
mod lent;
mod outgoing;
mod pieces;
mod plan;
mod proxy;
mod receipts;
mod socket;
mod tls;
mod tunnel;
mod waits;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};

use self::budget::Budget;
use self::connection::Command;
use self::connections::Connections;
use self::tunnel::Way;
use crate::pipeline::{self, Reply};
use crate::protocol::Protocol;
use crate::state::Delivery;
use crate::twin::Twin;
use crate::wire::{Listener, Request};

/// Most bytes of a request's line and headers together.
const HEAD_MAX: usize = 64 << 10;

/// Most headers of a request.
const HEADERS_MAX: usize = 100;

/// What hyper reads of a head: more than is allowed, since its own refusals have no text and reach no
/// journal. Beyond this they are what the client gets.
const HEAD_READ_MAX: usize = 2 * HEAD_MAX;

/// Most headers that hyper reads, likewise. HTTP/1 takes room for all of them with each request.
const HEADERS_READ_MAX: usize = 2 * HEADERS_MAX;

/// Longest time for a request's line and headers to come in.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// Longest time for a body to come in.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Longest time without a byte either way.
const IDLE_TIME: Duration = Duration::from_secs(120);

/// Most connections at a time; where they are all taken, one that rests gives way to the next.
const CONNECTIONS_MAX: usize = 4096;

/// Most requests at a time on one HTTP/2 connection (RFC 9113 asks for 100 at least).
const STREAMS_MAX: u32 = 100;

/// Most bytes of all bodies together that are being read or worked on.
const BODIES_MAX: usize = 512 << 20;

/// Most bytes of answers on one connection that are being made or wait to be sent; further requests
/// wait.
const CONNECTION_ANSWERS_MAX: usize = 512 << 10;

/// The same on all connections together.
const ANSWERS_MAX: usize = 64 << 20;

/// What an answer counts as until it is made, in bytes.
const ANSWER_GUESS: usize = 32 << 10;

/// How long requests in flight are given to end.
const SHUTDOWN_TIME: Duration = Duration::from_secs(10);

/// Where the twin listens.
#[derive(Debug)]
pub struct Listeners {
    /// For everything.
    pub main: TcpListener,
    /// For the same through TLS, with certificates of the CA of [`Twin::interception`].
    pub tls: Option<TcpListener>,
    /// For the token interface of the contact centre alone, which one edition of its pages has on a
    /// port of its own.
    pub aicc_token: Option<TcpListener>,
}

/// Answers requests to vendors' APIs: [`pipeline::serve`], or what a test puts around it.
pub type Pipeline = fn(&Arc<Twin>, Option<&'static dyn Protocol>, Request, Reply);

/// What all connections share.
struct Server {
    twin: Arc<Twin>,
    pipeline: Pipeline,
    builder: Arc<auto::Builder<TokioExecutor>>,
    connections: Arc<Connections>,
    places: Arc<Semaphore>,
    bodies: Arc<Budget>,
    answers: Arc<Budget>,
}

/// Serves until `stop` resolves, then drains requests in flight; cuts them once `hurry` resolves.
pub async fn serve(
    twin: Arc<Twin>,
    listeners: Listeners,
    stop: impl Future<Output = ()>,
    hurry: impl Future<Output = ()>,
) {
    serve_with(pipeline::serve, twin, listeners, stop, hurry).await;
}

/// The same with another pipeline.
pub async fn serve_with(
    pipeline: Pipeline,
    twin: Arc<Twin>,
    listeners: Listeners,
    stop: impl Future<Output = ()>,
    hurry: impl Future<Output = ()>,
) {
    let runtime = tokio::runtime::Handle::current();
    twin.writer.deliver_with(move |deliveries| {
        runtime.spawn(async move { deliver(deliveries) });
    });
    let places = accept::places();
    let server = Arc::new(Server {
        twin,
        pipeline,
        builder: Arc::new(builder()),
        connections: Arc::default(),
        places: Arc::new(Semaphore::new(places)),
        bodies: Budget::new(BODIES_MAX),
        answers: Budget::new(ANSWERS_MAX),
    });
    let tokens = async {
        match &listeners.aicc_token {
            Some(listener) => accept::run(&server, listener, Listener::AiccToken, Way::Plain).await,
            None => std::future::pending().await,
        }
    };
    let tls = async {
        match &listeners.tls {
            Some(listener) => accept::run(&server, listener, Listener::Main, Way::Tls).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = stop => {}
        () = accept::run(&server, &listeners.main, Listener::Main, Way::Plain) => {}
        () = tls => {}
        () = tokens => {}
    }
    drop(listeners);
    server.end(hurry).await;
}

impl Server {
    /// Ends all connections: at once where `hurry` resolves or requests take too long.
    async fn end(&self, hurry: impl Future<Output = ()>) {
        self.connections.order(Command::Drain);
        let ended = self.connections.ended();
        tokio::select! {
            () = ended => return,
            () = hurry => {}
            () = sleep_until(Instant::now() + SHUTDOWN_TIME) => {
                tracing::warn!("some connections did not end in time and are cut");
            }
        }
        self.connections.order(Command::Cut);
        self.connections.ended().await;
    }
}

/// Gives the answers of a batch; one that panics takes no other along.
fn deliver(deliveries: Vec<Delivery>) {
    for deliver in deliveries {
        // The panic is logged where panics are logged; the reply is dropped with it.
        drop(catch_unwind(AssertUnwindSafe(deliver)));
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
        .max_buf_size(HEAD_READ_MAX)
        .max_headers(HEADERS_READ_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(HEAD_READ_MAX).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS_MAX);
    builder
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn an_answer_that_panics_takes_no_other_along() {
        let (tell, told) = mpsc::channel();
        let deliveries: Vec<Delivery> = (0..3)
            .map(|number| {
                let tell = tell.clone();
                Box::new(move || {
                    assert_ne!(number, 1);
                    tell.send(number).unwrap();
                }) as Delivery
            })
            .collect();
        deliver(deliveries);
        drop(tell);
        assert_eq!(told.iter().collect::<Vec<_>>(), [0, 2]);
    }
}
