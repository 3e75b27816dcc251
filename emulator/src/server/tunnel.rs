//! A tunnel that a client asked for (CONNECT).

use std::sync::Arc;

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
    /// When hyper gives its stream back.
    pub(super) upgrade: OnUpgrade,
}

/// Where a tunnel leads.
#[derive(Debug)]
pub(super) enum End {
    /// To the twin, through TLS.
    Twin(Arc<ServerConfig>),
    /// To the real host.
    Host(TcpStream),
}
