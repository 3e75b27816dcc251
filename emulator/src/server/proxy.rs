//! The twin as a proxy: it ends TLS for the hosts that it models, and lets clients through to the hosts
//! that its user allows.

use bytes::Bytes;
use http::header::USER_AGENT;
use http::uri::{Authority, Scheme, Uri};
use http::{Method, StatusCode, Version};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade::downcast;
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;

use super::HEAD_TIME;
use super::connection::{Command, Connection};
use super::idle::Idle;
use super::lent::Lent;
use super::tunnel::{End, Tunnel, Way};
use crate::control::guard;
use crate::intercept::{Interception, Target};
use crate::wire::Request;

/// Opens the tunnel that a request to the twin at `origin` asks for, or says why not.
pub(super) async fn open(
    interception: Option<&Interception>,
    origin: &str,
    request: &Request,
    upgrade: OnUpgrade,
) -> Result<Tunnel, (StatusCode, String)> {
    let Some((interception, authority)) = interception.zip(request.uri.authority().cloned()) else {
        return Err((StatusCode::BAD_REQUEST, "CONNECT takes a target: NAME:PORT".to_owned()));
    };
    let host = authority.host();
    let end = match interception.target(host) {
        _ if is_own(origin, &authority) => End::Host(reach(&authority).await?),
        Target::Modelled => {
            let config = interception.ca().and_then(|ca| ca.server_config(host));
            let config =
                config.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
            End::Twin(config)
        }
        Target::Allowed => End::Host(reach(&authority).await?),
        Target::Refused => return Err((StatusCode::FORBIDDEN, not_modelled(host))),
    };
    let agent = request.headers.get(USER_AGENT).cloned();
    Ok(Tunnel { authority, end, agent, upgrade })
}

/// Whether that is the twin's own address: some clients open a tunnel even there.
fn is_own(origin: &str, authority: &Authority) -> bool {
    let port = origin.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    guard::is_local(authority.as_str()) && authority.port_u16() == port
}

/// Why a host is refused.
fn not_modelled(host: &str) -> String {
    format!("{host} is not modelled and may not be reached (cloudtwin --allow-host {host})")
}

async fn reach(authority: &Authority) -> Result<TcpStream, (StatusCode, String)> {
    let address = (authority.host(), authority.port_u16().unwrap_or(443));
    let bad = |why: &dyn std::fmt::Display| {
        (StatusCode::BAD_GATEWAY, format!("{authority} cannot be reached: {why}"))
    };
    match tokio::time::timeout(HEAD_TIME, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(bad(&error)),
        Err(_) => Err(bad(&format!("no answer within {} s", HEAD_TIME.as_secs()))),
    }
}

/// Why a request that speaks as to a proxy is refused, if it is: its host is neither modelled nor this
/// machine.
pub(super) fn strange_host(interception: &Interception, request: &Request) -> Option<String> {
    let authority = request.uri.authority()?;
    let host = authority.host();
    match interception.target(host) {
        _ if guard::is_local(authority.as_str()) => None,
        Target::Modelled => None,
        Target::Allowed => {
            Some(format!("{host} can be reached by CONNECT (https) alone, not by plain http"))
        }
        Target::Refused => Some(not_modelled(host)),
    }
}

/// Whether a request asks for a tunnel that the twin may open: not for one inside of TLS.
pub(super) fn is_wanted(method: &Method, version: Version, way: &Way) -> bool {
    *method == Method::CONNECT && version < Version::HTTP_2 && matches!(way, Way::Plain)
}

/// The target of a request within a tunnel: it names the host to which the tunnel leads.
pub(super) fn target(uri: &Uri, authority: &Authority) -> Uri {
    let text = authority.as_str();
    let bare = text.strip_suffix(":443").unwrap_or(text);
    let mut parts = uri.clone().into_parts();
    parts.scheme = Some(Scheme::HTTPS);
    parts.authority = bare.parse().ok();
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}

/// What a client has sent on its tunnel already; hyper then has given its stream back.
pub(super) async fn take_over(upgrade: OnUpgrade) -> Option<Bytes> {
    let upgraded = upgrade.await.ok()?;
    downcast::<TokioIo<Idle<Lent>>>(upgraded).ok().map(|parts| parts.read_buf)
}

/// Lets bytes through both ways, until either side ends or the twin stops.
pub(super) async fn let_through(
    connection: &Connection,
    mut socket: TcpStream,
    mut host: TcpStream,
    early: Bytes,
) {
    let copying = async {
        host.write_all(&early).await?;
        copy_bidirectional(&mut socket, &mut host).await
    };
    let stopped = async { while connection.command().await == Command::Serve {} };
    tokio::select! {
        copied = copying => {
            if let Err(error) = copied {
                tracing::debug!(%error, "a tunnel broke off");
            }
        }
        () = stopped => {}
    }
}
