//! Who may use the control interface: programs of this machine and pages that it serves. All of it
//! is known from the head of a request, so the server asks before it reads a body.

use std::net::IpAddr;

use http::header::ORIGIN;
use http::{HeaderMap, StatusCode};

use super::Error;
use crate::wire::Request;

/// Refuses callers on other machines, hosts that are not local, and pages of other sites.
pub(super) fn check(request: &Request) -> Result<(), Error> {
    if !request.peer.to_canonical().is_loopback() {
        let message = "the control interface answers this machine only".to_owned();
        return Err(Error(StatusCode::FORBIDDEN, "not_loopback", message));
    }
    // A web page must not reach it, neither by a name that it points here nor from its own origin.
    if !is_local(request.host()) {
        let message =
            format!("the Host must be 127.0.0.1, localhost or ::1, not {:?}", request.host());
        return Err(Error(StatusCode::FORBIDDEN, "wrong_host", message));
    }
    if let Some(origin) = foreign_origin(&request.headers) {
        let message = format!("pages of {origin:?} may not use the control interface");
        return Err(Error(StatusCode::FORBIDDEN, "foreign_origin", message));
    }
    // Local development servers say their origin; what says none may be an image on any page.
    if !request.headers.contains_key(ORIGIN) && is_cross_site(&request.headers) {
        let message = "pages of other sites may not use the control interface".to_owned();
        return Err(Error(StatusCode::FORBIDDEN, "foreign_origin", message));
    }
    Ok(())
}

/// The first `Origin` that is not plain http on this machine, or a second one.
pub(crate) fn foreign_origin(headers: &HeaderMap) -> Option<&http::HeaderValue> {
    let is_ours = |origin: &http::HeaderValue| {
        origin.to_str().is_ok_and(|origin| origin.strip_prefix("http://").is_some_and(is_local))
    };
    let mut origins = headers.get_all(ORIGIN).iter();
    let first = origins.next()?;
    if is_ours(first) { origins.next() } else { Some(first) }
}

/// Whether a browser says that a page of another site or origin made it send the request.
pub(crate) fn is_cross_site(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter();
    sites.any(|site| site != "same-origin" && site != "none")
}

/// Whether a host, with or without a port, is a loopback address or `localhost`.
pub(crate) fn is_local(host: &str) -> bool {
    let name = without_port(host);
    name == "localhost" || address(name).is_some_and(|ip| ip.to_canonical().is_loopback())
}

/// The host without its port.
pub(crate) fn without_port(host: &str) -> &str {
    host.rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name)
}

/// The address that a host without a port is, if it is no name.
pub(crate) fn address(name: &str) -> Option<IpAddr> {
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    bare.parse().ok()
}
