//! What the vendors' real hosts answer through the proxy.

use std::io::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::StreamOwned;
use tokio_rustls::rustls::pki_types::ServerName;

use super::client::{connection, exchange, head, tls, trusting};
use super::{HOST, Twin};

/// The body of a request for a token of the contact centre.
const LOGIN: &str = r#"{"app_key":"twin-app","app_secret":"cloudtwin-secret"}"#;

/// Such a request to that target and host.
fn login(target: &str, host: &str) -> String {
    let length = LOGIN.len();
    format!(
        "POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {length}\r\n\r\n{LOGIN}"
    )
}

const PATH: &str = "/apigovernance/api/oauth/tokenByAkSk";

#[test]
fn a_real_host_is_answered_through_a_tunnel_with_tls() {
    let twin = Twin::start(&[]);
    let config = trusting(&twin.pem, &["http/1.1"]);
    let host = "service.besclouds.com";
    let answer = exchange(tls(&twin.address, &config, host), &login(PATH, host));
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("AccessToken"), "{answer}");
}

#[test]
fn a_real_host_is_answered_without_tls_as_by_a_proxy() {
    let twin = Twin::start(&[]);
    let host = "service.besclouds.com";
    let answer = twin.exchange(login(&format!("http://{host}{PATH}"), host).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("AccessToken"), "{answer}");
}

#[test]
fn the_host_of_the_tunnel_counts_and_none_is_opened_within() {
    let twin = Twin::start(&[]);
    let config = trusting(&twin.pem, &[]);
    let ask = |request: &str| exchange(tls(&twin.address, &config, HOST), request);
    let elsewhere = ask("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n");
    assert!(elsewhere.contains("\"RequestId\""), "{elsewhere}");
    let control = ask("GET /_twin/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(control.starts_with("HTTP/1.1 403 ") && control.contains("wrong_host"), "{control}");
    let within = ask("CONNECT ciam.tencentcloudapi.com:443 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(within.starts_with("HTTP/1.1 405 "), "{within}");
}

#[test]
fn what_a_client_sends_before_the_tunnel_is_open_is_not_lost() {
    let twin = Twin::start(&[]);
    let mut tls = connection(&trusting(&twin.pem, &[]), HOST);
    let mut bytes = format!("CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}\r\n\r\n").into_bytes();
    tls.write_tls(&mut bytes).unwrap();
    let mut stream = twin.running.connect();
    stream.write_all(&bytes).unwrap();
    assert!(head(&mut stream).starts_with("HTTP/1.1 200 "));
    let request = format!("GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
    let answer = exchange(StreamOwned::new(tls, stream), &request);
    assert!(answer.contains("\"RequestId\""), "{answer}");
}

#[test]
fn a_client_that_offers_http_2_gets_it() {
    let twin = Twin::start(&[]);
    let config = trusting(&twin.pem, &["h2", "http/1.1"]);
    let (_, stream) = super::client::tunnel(&twin.address, &format!("{HOST}:443"));
    stream.set_nonblocking(true).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (version, text) = runtime.block_on(async {
        let stream = tokio::net::TcpStream::from_std(stream).unwrap();
        let name = ServerName::try_from(HOST).unwrap();
        let stream = TlsConnector::from(Arc::clone(&config)).connect(name, stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let io = TokioIo::new(stream);
        let shaken = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await;
        let (mut sender, connection) = shaken.unwrap();
        tokio::spawn(connection);
        let request = http::Request::get(format!("https://{HOST}/"));
        let request = request.body(Full::<Bytes>::default()).unwrap();
        let answer = sender.send_request(request).await.unwrap();
        let version = answer.version();
        (version, answer.into_body().collect().await.unwrap().to_bytes())
    });
    assert_eq!(version, http::Version::HTTP_2);
    assert!(String::from_utf8_lossy(&text).contains("\"RequestId\""), "{text:?}");
}

#[test]
fn a_kept_ca_is_that_of_the_next_twin() {
    let first = Twin::start(&[]);
    let config = trusting(&first.pem, &[]);
    let folder = first.end();
    let second = Twin::over(folder, &[]);
    let request = format!("GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
    let answer = exchange(tls(&second.address, &config, HOST), &request);
    assert!(answer.contains("\"RequestId\""), "{answer}");
}
