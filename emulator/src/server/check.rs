//! Who answers a request, and what the server itself refuses of it by its head.

use http::{Method, StatusCode};

use super::outgoing::Answer;
use super::tunnel::Way;
use super::{ANSWER_GUESS, CONNECTION_ANSWERS_MAX, guard, proxy};
use crate::protocol::{self, Protocol};
use crate::twin::Twin;
use crate::wire::{BODY_MAX, CONTROL_BODY_MAX, Listener, Request, Response};
use crate::{control, download, pipeline};

/// Who answers a request.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Control,
    Files,
    /// A tunnel, which is open.
    Tunnel,
    Vendor(Option<&'static dyn Protocol>),
}

impl Place {
    fn of(request: &Request) -> Self {
        let path = request.uri.path();
        match request.listener {
            Listener::Main if path.starts_with(control::PREFIX) => Self::Control,
            Listener::Main if path.starts_with(download::PREFIX) => Self::Files,
            Listener::Main | Listener::AiccToken => Self::Vendor(protocol::of(request)),
        }
    }

    /// Largest body in bytes.
    pub(super) fn body_max(self) -> usize {
        match self {
            Self::Control => CONTROL_BODY_MAX,
            Self::Tunnel => 0,
            Self::Files | Self::Vendor(None) => BODY_MAX,
            Self::Vendor(Some(protocol)) => protocol.body_max(),
        }
    }

    /// What its answer is charged as until it is there. A journal or a state document may be large,
    /// so one connection is given one at a time.
    pub(super) fn answer_guess(self) -> usize {
        match self {
            Self::Control => CONNECTION_ANSWERS_MAX,
            Self::Files | Self::Tunnel | Self::Vendor(_) => ANSWER_GUESS,
        }
    }
}

/// Checks the head: which part answers, or why the request is refused. Through TLS there are no tunnels.
pub(super) fn check(
    twin: &Twin,
    request: &mut Request,
    version: http::Version,
    way: &Way,
) -> Result<Place, Box<Answer>> {
    let proxy = twin.interception.as_ref();
    let proxy = proxy.filter(|_| version < http::Version::HTTP_2 && matches!(way, Way::Plain));
    let proxy = proxy.filter(|_| request.listener == Listener::Main);
    if request.method == Method::CONNECT && proxy.is_none() {
        // A success would mean that the tunnel is open.
        let text = "cloudtwin opens no tunnels: use plain http (emulator/docs/sdks.md)";
        let answer = Response::plain(StatusCode::METHOD_NOT_ALLOWED, text);
        return Err(Box::new(answer.into()));
    }
    let place = Place::of(request);
    if let Some(why) = guard::oversize(request) {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Err(Box::new(refuse(twin, request, place, status, &why)));
    }
    if request.method == Method::CONNECT {
        return Ok(Place::Tunnel);
    }
    guard::settle_host(request, version)
        .map_err(|why| Box::new(refuse(twin, request, place, StatusCode::BAD_REQUEST, why)))?;
    let place = Place::of(request);
    if let Some(why) = proxy.and_then(|proxy| proxy::strange_host(proxy, request)) {
        return Err(Box::new(refuse(twin, request, place, StatusCode::FORBIDDEN, &why)));
    }
    if let Place::Control = place {
        let Some((why, answer)) = control::refusal(request) else { return Ok(place) };
        tracing::debug!(peer = %request.peer, why, "refused a request to the control interface");
        return Err(Box::new(answer.into()));
    }
    let Some(why) = guard::foreign_page(request) else { return Ok(place) };
    Err(Box::new(refuse(twin, request, place, StatusCode::FORBIDDEN, &why)))
}

/// A refusal of the server's own. It is in the journal, as all but the control interface is.
pub(super) fn refuse(
    twin: &Twin,
    request: &Request,
    place: Place,
    status: StatusCode,
    why: &str,
) -> Answer {
    tracing::debug!(peer = %request.peer, %status, why, "the server refused a request");
    let response = Response::plain(status, format!("cloudtwin: {why}"));
    let is_noted = !matches!(place, Place::Control);
    let receipt = is_noted.then(|| pipeline::note_refused(twin, request, &response, why));
    Answer { response, receipt }
}
