//! The twin as a proxy: it ends TLS for the hosts that it models, and lets clients through to the hosts
//! that its user allows.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::uri::{Authority, Scheme, Uri};
use http::{Method, StatusCode, Version};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade::downcast;
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{AlertDescription, Error, ServerConfig};

use super::HEAD_TIME;
use super::connection::{Command, Connection};
use super::idle::Idle;
use super::lent::Lent;
use super::socket::Socket;
use super::tunnel::{End, Tunnel};
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
    Ok(Tunnel { authority, end, upgrade })
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

/// Whether a request asks for a tunnel that the twin may open: not for one inside of another.
pub(super) fn is_wanted(method: &Method, version: Version, within: Option<&Authority>) -> bool {
    *method == Method::CONNECT && version < Version::HTTP_2 && within.is_none()
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

/// Ends TLS. Nothing if the client does not agree to it, which the log says.
pub(super) async fn accept(
    config: Arc<ServerConfig>,
    authority: &Authority,
    socket: TcpStream,
    early: Bytes,
) -> Option<Socket> {
    let accept = TlsAcceptor::from(config).accept_with(socket, |tls| {
        // No bytes would be the end of the client's side.
        if !early.is_empty() {
            // A wrong start is an error of the next step, too.
            _ = tls.read_tls(&mut &early[..]);
            _ = tls.process_new_packets();
        }
    });
    let host = authority.host();
    match tokio::time::timeout(HEAD_TIME, accept).await {
        Ok(Ok(stream)) => Some(Socket::Tls(Box::new(stream))),
        Ok(Err(error)) if is_distrust(&error) => {
            tracing::warn!(
                host,
                %error,
                "a client does not trust the twin's certificate: it must be told to trust the twin's CA"
            );
            None
        }
        Ok(Err(error)) => {
            tracing::warn!(
                host,
                %error,
                "a client ended TLS before it began; it may not trust the twin's CA"
            );
            None
        }
        Err(_) => {
            tracing::warn!(host, "a client did not begin TLS in time");
            None
        }
    }
}

/// Another CA of the same name is a wrong signature to some clients.
fn is_distrust(error: &io::Error) -> bool {
    use AlertDescription::{BadCertificate, CertificateUnknown, DecryptError, UnknownCA};
    let error = error.get_ref().and_then(|error| error.downcast_ref::<Error>());
    matches!(
        error,
        Some(Error::AlertReceived(BadCertificate | CertificateUnknown | DecryptError | UnknownCA))
    )
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
