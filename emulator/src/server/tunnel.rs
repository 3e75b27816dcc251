//! A tunnel that a client asked for (CONNECT).

use std::sync::Arc;

use http::HeaderValue;
use http::uri::Authority;
use hyper::upgrade::OnUpgrade;
use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConfig;

/// A tunnel that is open once its client was told so.
#[derive(Debug)]
pub(super) struct Tunnel {
    /// Where its client believes it leads.
    pub(super) authority: Authority,
    /// Where it leads.
    pub(super) end: End,
    /// What its client calls itself.
    pub(super) agent: Option<HeaderValue>,
    /// When hyper gives its stream back.
    pub(super) upgrade: OnUpgrade,
}

/// What lies between a client and its connection's bytes.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// Nothing.
    Plain,
    /// TLS.
    Tls,
    /// A tunnel to that host, and TLS in it.
    Tunnel(Authority),
}

/// Where a tunnel leads.
#[derive(Debug)]
pub(super) enum End {
    /// To the twin, through TLS.
    Twin(Arc<ServerConfig>),
    /// To the real host.
    Host(TcpStream),
}
