//! A client behind a proxy, which trusts one CA.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use cloudtwin::intercept::Ca;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::process::PATIENCE;

/// A client's end of TLS.
pub(crate) type Tls = StreamOwned<ClientConnection, TcpStream>;

/// What a client has that trusts the CA of that certificate, and offers these versions of HTTP.
pub(crate) fn trusting(pem: &str, versions: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = versions.iter().map(|version| version.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// What a client has that trusts another CA than the twin's.
pub(super) fn distrusting() -> Arc<ClientConfig> {
    trusting(Ca::create().unwrap().pem(), &[])
}

/// Asks for a tunnel: the head of the answer, and the connection behind it.
pub(crate) fn tunnel(address: &str, target: &str) -> (String, TcpStream) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n").unwrap();
    (head(&mut stream), stream)
}

/// The head of an answer.
pub(super) fn head(stream: &mut impl Read) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

/// TLS for that host.
pub(crate) fn connection(config: &Arc<ClientConfig>, host: &str) -> ClientConnection {
    let name = ServerName::try_from(host.to_owned()).unwrap();
    ClientConnection::new(Arc::clone(config), name).unwrap()
}

/// A tunnel to that host, with TLS.
pub(crate) fn tls(address: &str, config: &Arc<ClientConfig>, host: &str) -> Tls {
    let (answer, stream) = tunnel(address, &format!("{host}:443"));
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    StreamOwned::new(connection(config, host), stream)
}

/// All that comes back of a request whose answer ends the connection.
pub(super) fn exchange(mut stream: impl Read + Write, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
