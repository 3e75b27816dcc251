//! What the head of a request must say before a byte of its body is read: not too much, a host, one
//! at most, and no sign that a page of another site made a browser send it.

use http::header::{ACCEPT_LANGUAGE, COOKIE, HOST, HeaderValue, ORIGIN, USER_AGENT};
use http::uri::{Authority, Scheme};
use http::{HeaderMap, Version};

use super::{HEAD_MAX, HEADERS_MAX};
use crate::control::guard;
use crate::protocol;
use crate::wire::Request;

/// Which bound the head exceeds, if it does.
pub(super) fn oversize(request: &Request) -> Option<String> {
    let (uri, headers) = (&request.uri, &request.headers);
    let count = headers.len();
    if count > HEADERS_MAX {
        return Some(format!("a request may have {HEADERS_MAX} headers, and this one has {count}"));
    }
    let parts = [uri.scheme_str(), uri.authority().map(Authority::as_str), uri.query()];
    let target = uri.path().len() + parts.into_iter().flatten().map(str::len).sum::<usize>();
    // With a colon, a blank and a line's end, as HTTP/1 writes them.
    let lines = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let bytes = request.method.as_str().len() + target + lines.sum::<usize>();
    (bytes > HEAD_MAX).then(|| {
        let max = HEAD_MAX >> 10;
        format!("a request's line and headers may take {max} KiB, and these take {bytes} bytes")
    })
}

/// Checks the host (RFC 9112, 3.2 and 3.2.2). In a target that names one too, that one counts, and
/// is written over the header. What is wrong, if anything is.
pub(super) fn settle_host(request: &mut Request, version: Version) -> Result<(), &'static str> {
    let mut hosts = request.headers.get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (_, Some(_)) => return Err("a request may have one Host header, not two"),
        (Some(host), None) => match host.to_str() {
            Ok(host) if is_valid(host) => Some(host),
            _ => return Err("the Host header is no host: write NAME or NAME:PORT"),
        },
        (None, None) => None,
    };
    let is_https = request.uri.scheme() == Some(&Scheme::HTTPS);
    let port = if is_https { ":443" } else { ":80" };
    match (request.uri.authority(), host) {
        (Some(target), _) if !is_valid(target.as_str()) => {
            Err("the target's host is no host: write NAME or NAME:PORT, without a user")
        }
        (Some(target), Some(host)) if !is_same(target.as_str(), host, port) => {
            if version == Version::HTTP_2 {
                return Err("the Host header is another than :authority");
            }
            let Ok(value) = HeaderValue::from_str(target.as_str()) else {
                return Err("the target's host is no host");
            };
            request.headers.insert(HOST, value);
            Ok(())
        }
        (None, None) if version > Version::HTTP_10 => Err("the Host header is missing"),
        _ => Ok(()),
    }
}

/// Without the scheme that tccli writes in front.
fn without_scheme(host: &str) -> &str {
    host.strip_prefix("http://").or_else(|| host.strip_prefix("https://")).unwrap_or(host)
}

fn is_valid(host: &str) -> bool {
    let bare = without_scheme(host);
    if host.is_empty() {
        return true; // RFC 9112 lets a client say that it has no host
    }
    let Ok(authority) = Authority::try_from(bare) else { return false };
    let port = bare.strip_prefix(authority.host());
    // A user in front of the host is no part of it.
    port.is_some_and(|port| {
        port.is_empty()
            || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Whether they are the same but for that port.
fn is_same(target: &str, host: &str, port: &str) -> bool {
    let bare = |host| {
        let host = without_scheme(host);
        host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase()
    };
    bare(target) == bare(host)
}

/// Why a request to a vendor's API or for a file may come from a page of another site, if so. The
/// secret of the twin's keys is public, so a signature does not distinguish a page from a program.
pub(super) fn foreign_page(request: &Request) -> Option<String> {
    let headers = &request.headers;
    if let Some(origin) = guard::foreign_origin(headers) {
        return Some(format!("pages of {origin:?} may not use the twin"));
    }
    if guard::is_cross_site(headers) {
        return Some("pages of other sites may not use the twin".to_owned());
    }
    let name = guard::without_port(without_scheme(request.host()));
    // Only a name can be pointed at another machine's address.
    let is_safe =
        guard::is_local(name) || guard::address(name).is_some() || protocol::is_vendors_host(name);
    (!is_safe && is_browsers(headers)).then(|| {
        format!("a browser may call the twin by an address or as localhost, not as {name:?}")
    })
}

/// Whether a browser sent it, as far as it shows. `Sec-Fetch-Mode` is no sign: Node's `fetch` sends
/// it too. A page may change `User-Agent` in some browsers, and cannot do without `Accept-Language`,
/// for which Node sends `*`.
fn is_browsers(headers: &HeaderMap) -> bool {
    let agent = headers.get(USER_AGENT).map_or(&b""[..], HeaderValue::as_bytes);
    headers.contains_key(ORIGIN)
        || headers.contains_key(COOKIE)
        || headers.contains_key("sec-fetch-site")
        || agent.starts_with(b"Mozilla/")
        || headers.get(ACCEPT_LANGUAGE).is_some_and(|languages| languages != "*")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Method;
    use http::header::HeaderName;

    use super::*;
    use crate::wire::Listener;

    fn request(target: &str, headers: &[(&str, &str)]) -> Request {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            all.append(name, HeaderValue::from_str(value).unwrap());
        }
        Request {
            listener: Listener::Main,
            method: Method::GET,
            uri: target.parse().unwrap(),
            headers: all,
            body: Bytes::new(),
            too_large: false,
            peer: std::net::Ipv4Addr::LOCALHOST.into(),
            arrival: crate::wire::Arrival::unknown(),
            open: crate::wire::Open::default(),
        }
    }

    #[test]
    fn one_valid_host_is_needed_and_that_of_the_target_counts() {
        let settled = |target: &str, hosts: &[&str], version| {
            let headers: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
            let mut request = request(target, &headers);
            settle_host(&mut request, version).ok().map(|()| request.host().to_owned())
        };
        let one = |target: &str, host: &str| settled(target, &[host], Version::HTTP_11);
        for good in ["a", "a:1", "", "[::1]:80", "http://127.0.0.1:4588", "a_b.c:"] {
            assert_eq!(one("/", good).as_deref(), Some(good));
        }
        for bad in ["a b", "a/b", "u@a", "a:b", "http://", "a,b c", "[::1"] {
            assert_eq!(one("/", bad), None, "{bad}");
        }
        assert_eq!(settled("/", &[], Version::HTTP_11), None);
        assert_eq!(settled("/", &[], Version::HTTP_10).as_deref(), Some(""));
        assert_eq!(settled("/", &["a", "a"], Version::HTTP_11), None);
        assert_eq!(one("http://evil.example/", "127.0.0.1").as_deref(), Some("evil.example"));
        assert_eq!(one("http://a.example/", "a.example:80").as_deref(), Some("a.example:80"));
        assert_eq!(one("https://a/", "a:443").as_deref(), Some("a:443"));
        assert_eq!(one("https://a/", "b").as_deref(), Some("a"));
        assert_eq!(one("http://a:1/", "http://a:1").as_deref(), Some("http://a:1"));
        assert_eq!(one("http://u@a/", "a"), None);
        assert_eq!(settled("http://a/", &["b"], Version::HTTP_2), None);
        assert_eq!(settled("http://a/", &[], Version::HTTP_2).as_deref(), Some("a"));
    }

    #[test]
    fn pages_of_other_sites_are_told_from_programs() {
        let foreign = |headers: &[(&str, &str)]| foreign_page(&request("/", headers)).is_some();
        for program in [
            &[("host", "cloudtwin:4588")][..],
            &[("host", "cloudtwin:4588"), ("sec-fetch-mode", "cors"), ("accept-language", "*")],
            &[("host", "127.0.0.1"), ("user-agent", "Mozilla/5.0")],
            &[("host", "192.0.2.1:4588"), ("user-agent", "Mozilla/5.0")],
            &[("host", "ciam.tencentcloudapi.com"), ("user-agent", "Mozilla/5.0")],
            &[("host", "http://localhost:1"), ("sec-fetch-site", "none")],
            &[("host", "localhost:1"), ("origin", "http://localhost:3000")],
        ] {
            assert!(!foreign(program), "{program:?}");
        }
        for page in [
            &[("host", "localhost"), ("sec-fetch-site", "cross-site")][..],
            &[("host", "localhost"), ("sec-fetch-site", "same-site")],
            &[("host", "localhost"), ("sec-fetch-site", "none"), ("sec-fetch-site", "x")],
            &[("host", "localhost"), ("origin", "null")],
            &[
                ("host", "localhost"),
                ("origin", "http://localhost"),
                ("origin", "http://e.example"),
            ],
            &[("host", "evil.example:4588"), ("user-agent", "Mozilla/5.0")],
            &[("host", "evil.example:4588"), ("accept-language", "en")],
            &[("host", "evil.example:4588"), ("cookie", "a=b")],
            &[("host", "nottencentcloudapi.com"), ("user-agent", "Mozilla/5.0")],
        ] {
            assert!(foreign(page), "{page:?}");
        }
    }
}
