//! Requests over sockets, through TLS where the address says so.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ureq::http::{self, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::{Request, Response, Transport};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Most bytes of an answer.
const ANSWER_MAX: u64 = 64 << 20;

/// A server at an address.
pub struct Http {
    /// Scheme and authority, without a slash at the end.
    base: String,
    host: String,
    agent: ureq::Agent,
}

/// An address that no server can be called at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{url:?} is no base URL: {why}; allowed is http://HOST:PORT or https://HOST:PORT")]
pub struct AddressError {
    url: String,
    why: &'static str,
}

impl Http {
    /// The server at that base URL, such as `https://ciam.tencentcloudapi.com`. The system's certificates are
    /// trusted. A loopback address is called directly, any other one through the proxy that the environment names.
    ///
    /// # Errors
    /// Says what is wrong with the URL.
    pub fn new(url: &str) -> Result<Self, AddressError> {
        let bad = |why| AddressError { url: url.to_owned(), why };
        let uri: Uri = url.parse().map_err(|_| bad("it is no URL"))?;
        let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme));
        let scheme =
            scheme.ok_or_else(|| bad("it begins neither with http:// nor with https://"))?;
        let authority = uri.authority().ok_or_else(|| bad("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(bad("it has a user"));
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(bad("it has a path"));
        }
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("cloudtwin/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(TIMEOUT));
        if is_loopback(authority.host()) {
            config = config.proxy(None);
        }
        if scheme == "https" {
            config = config.tls_config(tls());
        }
        Ok(Self {
            base: format!("{scheme}://{authority}"),
            host: authority.as_str().to_owned(),
            agent: config.build().into(),
        })
    }

    /// Whether the server is on this machine, as far as its address says.
    pub fn is_loopback(&self) -> bool {
        let authority: Option<http::uri::Authority> = self.host.parse().ok();
        authority.is_some_and(|authority| is_loopback(authority.host()))
    }
}

fn is_loopback(host: &str) -> bool {
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// TLS that trusts what the system trusts.
fn tls() -> TlsConfig {
    let system = rustls_native_certs::load_native_certs().certs;
    let roots: Vec<_> =
        system.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
}

impl Transport for Http {
    fn send(&self, request: &Request) -> Result<Response, String> {
        let answer = self.exchange(request).map_err(|error| error.to_string())?;
        let (parts, mut body) = answer.into_parts();
        let body = body.with_config().limit(ANSWER_MAX).read_to_vec();
        let text =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Ok(Response {
            status: parts.status.as_u16(),
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                .collect(),
            body: body.map_err(|error| error.to_string())?,
        })
    }

    fn host(&self) -> &str {
        &self.host
    }
}

impl Http {
    fn exchange(&self, request: &Request) -> Result<http::Response<ureq::Body>, ureq::Error> {
        let url = format!("{}{}", self.base, request.target);
        let headers =
            || request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let with_body = match request.method.as_str() {
            "POST" => self.agent.post(&url),
            "PUT" => self.agent.put(&url),
            "PATCH" => self.agent.patch(&url),
            method => {
                let bare = match method {
                    "DELETE" => self.agent.delete(&url),
                    "HEAD" => self.agent.head(&url),
                    _ => self.agent.get(&url),
                };
                if request.body.is_empty() {
                    let bare = headers().fold(bare, |bare, (name, value)| bare.header(name, value));
                    return bare.call();
                }
                bare.force_send_body()
            }
        };
        let with_body =
            headers().fold(with_body, |with_body, (name, value)| with_body.header(name, value));
        with_body.send(&request.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_base_urls_are_taken() {
        for good in ["http://127.0.0.1:1", "https://ciam.tencentcloudapi.com/", "http://[::1]:2"] {
            assert!(Http::new(good).is_ok(), "{good}");
        }
        let why = |url| Http::new(url).err().unwrap().to_string();
        assert_eq!(
            why("ftp://host"),
            "\"ftp://host\" is no base URL: it begins neither with http:// nor with https://; \
             allowed is http://HOST:PORT or https://HOST:PORT"
        );
        assert!(why("http://host/path").contains("it has a path"));
        assert!(why("http://a@host").contains("it has a user"));
        assert!(why("a b").contains("it is no URL"));
    }

    #[test]
    fn the_loopback_is_known_by_address_and_by_name() {
        let is_loopback = |url| Http::new(url).unwrap().is_loopback();
        for near in ["http://127.9.9.9", "http://localhost:1", "http://[::1]:2", "http://LOCALHOST"]
        {
            assert!(is_loopback(near), "{near}");
        }
        for far in
            ["http://10.0.0.1", "http://localhost.example.com", "http://127.0.0.1.example.com"]
        {
            assert!(!is_loopback(far), "{far}");
        }
    }
}
