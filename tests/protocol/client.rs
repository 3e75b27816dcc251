//! A client of either version of HTTP, for what only sockets show.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::process::Running;

/// A connection that speaks HTTP/1.1 or HTTP/2.
pub(super) enum Client {
    One(hyper::client::conn::http1::SendRequest<Full<Bytes>>),
    Two(hyper::client::conn::http2::SendRequest<Full<Bytes>>),
}

impl Client {
    /// A new connection.
    pub(super) async fn connect(twin: &Running, is_http_2: bool) -> Self {
        let io = TokioIo::new(TcpStream::connect(&twin.address).await.unwrap());
        if is_http_2 {
            let executor = TokioExecutor::new();
            let (sender, connection) =
                hyper::client::conn::http2::handshake(executor, io).await.unwrap();
            tokio::spawn(connection);
            Self::Two(sender)
        } else {
            let (sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
            tokio::spawn(connection);
            Self::One(sender)
        }
    }

    /// Status, headers and body of an answer that must come in whole.
    pub(super) async fn ask(
        &mut self,
        request: http::Request<Full<Bytes>>,
    ) -> (StatusCode, HeaderMap, Bytes) {
        let answer = match self {
            Self::One(sender) => sender.send_request(request).await.unwrap(),
            Self::Two(sender) => sender.send_request(request).await.unwrap(),
        };
        let (head, body) = answer.into_parts();
        (head.status, head.headers, body.collect().await.unwrap().to_bytes())
    }
}
