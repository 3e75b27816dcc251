//! TLS that the twin ends: in a tunnel, and on an address of its own.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use tokio::net::TcpStream;
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::{AlertDescription, Error, ServerConfig};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{LazyConfigAcceptor, TlsAcceptor};

use super::HEAD_TIME;
use super::socket::Socket;
use crate::intercept::Interception;

/// What programs call themselves, and the variable that tells them which CAs to trust.
const VARIABLES: [(&str, &str); 9] = [
    ("curl", "CURL_CA_BUNDLE"),
    ("python-requests", "REQUESTS_CA_BUNDLE"),
    ("huaweicloud-usdk-python", "REQUESTS_CA_BUNDLE"),
    ("python", "SSL_CERT_FILE"),
    ("go-http-client", "SSL_CERT_FILE"),
    ("node", "NODE_EXTRA_CA_CERTS"),
    ("undici", "NODE_EXTRA_CA_CERTS"),
    ("java", "JAVA_TOOL_OPTIONS"),
    ("php", "PHP_INI_SCAN_DIR"),
];

/// Ends TLS in a tunnel to that host. Nothing if the client does not agree to it, which the log says.
pub(super) async fn accept_in_tunnel(
    config: Arc<ServerConfig>,
    host: &str,
    agent: Option<&HeaderValue>,
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
    agree(accept, host, agent).await
}

/// Ends TLS for a client of `local`, an address of the twin, with a certificate for the host that the
/// client names.
pub(super) async fn accept(
    interception: &Interception,
    local: SocketAddr,
    socket: TcpStream,
) -> Option<Socket> {
    let accept = async {
        let hello = LazyConfigAcceptor::new(Acceptor::default(), socket).await?;
        // A client that calls an address names none.
        let name = hello.client_hello().server_name().map(str::to_owned);
        let host = name.unwrap_or_else(|| local.ip().to_canonical().to_string());
        let config = interception.ca().and_then(|ca| ca.server_config(&host));
        hello.into_stream(config.map_err(io::Error::other)?).await
    };
    agree(accept, &local.to_string(), None).await
}

async fn agree(
    accept: impl Future<Output = io::Result<TlsStream<TcpStream>>>,
    host: &str,
    agent: Option<&HeaderValue>,
) -> Option<Socket> {
    match tokio::time::timeout(HEAD_TIME, accept).await {
        Ok(Ok(stream)) => return Some(Socket::Tls(Box::new(stream))),
        Ok(Err(error)) if is_distrust(&error) => {
            tracing::warn!(
                host,
                client = agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned()),
                %error,
                "a client does not trust the twin's certificate: {}",
                remedy(agent)
            );
        }
        Ok(Err(error)) => {
            tracing::warn!(
                host,
                %error,
                "a client ended TLS before it began; it may not trust the twin's CA"
            );
        }
        Err(_) => tracing::warn!(host, "a client did not begin TLS in time"),
    }
    None
}

/// How that client comes to trust the twin.
fn remedy(agent: Option<&HeaderValue>) -> String {
    let agent = agent.map(|agent| agent.as_bytes().to_ascii_lowercase()).unwrap_or_default();
    let agent = String::from_utf8_lossy(&agent);
    let known = VARIABLES.iter().find(|(name, _)| agent.starts_with(name));
    match known {
        Some((_, variable)) => {
            format!("`cloudtwin run` sets {variable} for it, which was lost or is overridden")
        }
        None => "it must be told to trust the twin's CA (emulator/docs/sdks.md)".to_owned(),
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
