//! One request and its answer: the head is checked first, then there must be room for an answer,
//! and only then the body is read.

use std::convert::Infallible;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::header::{CONNECTION, HeaderValue};
use http::{Method, StatusCode};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use tokio::sync::oneshot;

use super::body::{self, ReadError};
use super::budget::Charge;
use super::check::{Place, check, refuse};
use super::connection::Connection;
use super::outgoing::{Answer, Charges, End, Outgoing};
use super::plan::obey;
use super::tunnel::Way;
use super::{ANSWER_GUESS, BODY_TIME, Server, proxy};
use crate::protocol::Protocol;
use crate::twin::Twin;
use crate::wire::{Listener, Open, Request, Response};
use crate::{control, pipeline};

/// Where a request came in.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// Who sent it.
    pub(super) peer: IpAddr,
    /// By which address.
    pub(super) listener: Listener,
    /// On which connection.
    pub(super) connection: Arc<Connection>,
    /// Through what.
    pub(super) way: Way,
}

/// Answers one request.
pub(super) async fn exchange(
    server: Arc<Server>,
    mut request: hyper::Request<Incoming>,
    origin: Origin,
) -> Result<hyper::Response<Outgoing>, Infallible> {
    let Origin { peer, listener, connection, way } = origin;
    if connection.ending().is_some() {
        // It came in behind the request whose plan closes the connection.
        return std::future::pending().await;
    }
    connection.head_ended(request.version());
    let version = request.version();
    let upgrade =
        proxy::is_wanted(request.method(), version, &way).then(|| hyper::upgrade::on(&mut request));
    let (head, incoming) = request.into_parts();
    let (number, position) = connection.count_request();
    let (arrival, open) = server.twin.journal.arrival(number, position);
    let mut request = Request {
        arrival,
        open,
        listener,
        method: head.method,
        uri: match &way {
            Way::Tunnel(authority) => proxy::target(&head.uri, authority),
            Way::Plain | Way::Tls => head.uri,
        },
        headers: head.headers,
        body: bytes::Bytes::new(),
        too_large: false,
        peer,
    };
    let is_head = request.method == Method::HEAD;
    let checked = match (check(&server.twin, &mut request, version, &way), upgrade) {
        (Ok(Place::Tunnel), Some(upgrade)) => {
            // In a box, so that all other requests take no room for it.
            Box::pin(open_tunnel(&server.twin, &request, upgrade, &connection)).await
        }
        (checked, _) => checked,
    };
    let charges = server.room_for_answer(&connection, checked.as_ref().ok()).await;
    let (answer, keep) = match checked {
        Ok(place) => answer(&server, request, incoming, place, &connection).await,
        Err(refusal) => {
            // Nothing is read of the body of a tunnel, which has no end.
            if request.method != Method::CONNECT {
                drop(tokio::time::timeout(BODY_TIME, body::drain(incoming)).await);
            }
            connection.request_ended();
            (*refusal, false)
        }
    };
    let Answer { mut response, receipt } = answer;
    let plan = response.plan.take();
    // hyper leaves the body out of HTTP/1 alone.
    let response = if is_head { response.without_body() } else { response };
    let close = HeaderValue::from_static("close");
    let response = if keep { response } else { response.with(CONNECTION, close) };
    let is_multiplexed = version == http::Version::HTTP_2;
    let end = End { charges, receipt, connection, is_multiplexed, ending: None };
    match plan {
        None => Ok(Outgoing::response(response, end)),
        // In a box, so that all other requests take no room for it.
        Some(plan) => Ok(Box::pin(obey(*plan, response, end)).await),
    }
}

/// Opens the tunnel that a request asks for, or refuses it.
async fn open_tunnel(
    twin: &Twin,
    request: &Request,
    upgrade: OnUpgrade,
    connection: &Connection,
) -> Result<Place, Box<Answer>> {
    let opened = proxy::open(twin.interception.as_ref(), twin.origin(), request, upgrade).await;
    match opened {
        Ok(tunnel) => {
            connection.set_tunnel(tunnel);
            Ok(Place::Tunnel)
        }
        Err((status, why)) => {
            Err(Box::new(refuse(twin, request, Place::Vendor(None), status, &why)))
        }
    }
}

impl Server {
    /// Waits until there is room for one more answer, on its connection and in all. Where answers
    /// fill all the room, the connection that has not taken any for longest is cut.
    async fn room_for_answer(&self, connection: &Connection, place: Option<&Place>) -> Charges {
        let guess = place.map_or(ANSWER_GUESS, |place| place.answer_guess());
        let own = connection.answers.charge(guess, || ()).await;
        let all = self.answers.charge(ANSWER_GUESS, || self.connections.cut_stalled()).await;
        Charges(own, all)
    }
}

/// The answer, and whether its connection may be used on.
async fn answer(
    server: &Server,
    mut request: Request,
    incoming: Incoming,
    place: Place,
    connection: &Connection,
) -> (Answer, bool) {
    if matches!(place, Place::Control | Place::Tunnel) {
        // It has no entry, and whoever reads the journal is one of these.
        request.open = Open::default();
    }
    let mut charge = server.bodies.open();
    if let Err((status, why)) = read(&mut request, incoming, place, &mut charge).await {
        connection.request_ended();
        return (refuse(&server.twin, &request, place, status, &why), false);
    }
    connection.request_ended();
    let keep = !request.too_large;
    let twin = Arc::clone(&server.twin);
    let answer = match place {
        Place::Vendor(protocol) => return (vendors(server, protocol, request).await, keep),
        Place::Tunnel => return (Response::empty(StatusCode::OK).into(), keep),
        Place::Control => {
            tokio::task::spawn_blocking(move || control::answer(&twin, &request).into()).await
        }
        Place::Files => {
            tokio::task::spawn_blocking(move || {
                let (response, receipt) = pipeline::download(&twin, &request);
                Answer { response, receipt: Some(receipt) }
            })
            .await
        }
    };
    (answer.unwrap_or_else(|_| Response::broken().into()), keep)
}

/// Reads the body, or returns the status and the reason of the refusal.
async fn read(
    request: &mut Request,
    incoming: Incoming,
    place: Place,
    charge: &mut Charge,
) -> Result<(), (StatusCode, String)> {
    let reading = body::read(incoming, place.body_max(), charge);
    let (status, why) = match tokio::time::timeout(BODY_TIME, reading).await {
        Ok(Ok(body)) => {
            request.body = body;
            return Ok(());
        }
        // Who answers has words of its own for it.
        Ok(Err(ReadError::TooLarge)) => {
            request.too_large = true;
            return Ok(());
        }
        Ok(Err(ReadError::NoRoom)) => {
            let why = "the bodies of all requests take too much memory; try again".to_owned();
            (StatusCode::SERVICE_UNAVAILABLE, why)
        }
        Ok(Err(ReadError::Broken)) => (StatusCode::BAD_REQUEST, "the body broke off".to_owned()),
        Err(_) => {
            let why = format!("the body did not come in within {} s", BODY_TIME.as_secs());
            (StatusCode::REQUEST_TIMEOUT, why)
        }
    };
    Err((status, why))
}

async fn vendors(
    server: &Server,
    protocol: Option<&'static dyn Protocol>,
    request: Request,
) -> Answer {
    let (reply, answer) = oneshot::channel();
    let reply = Box::new(move |response, receipt| {
        // The client may be gone: the receipt is dropped with its answer.
        drop(reply.send(Answer { response, receipt: Some(receipt) }));
    });
    // The panic is logged where panics are logged; the reply is dropped with it.
    let twin = &server.twin;
    drop(catch_unwind(AssertUnwindSafe(|| (server.pipeline)(twin, protocol, request, reply))));
    let answer = answer.await;
    // Whoever else has a request ready is served first: answers then leave one after another, and
    // a client of many connections is woken once for all of them, which costs more than this.
    tokio::task::yield_now().await;
    match answer {
        Ok(answer) => answer,
        Err(_) => protocol
            .map_or_else(Response::broken, |protocol| pipeline::broken(twin, protocol))
            .into(),
    }
}
