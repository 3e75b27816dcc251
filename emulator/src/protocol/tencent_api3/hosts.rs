//! Host names: which service and which access region a client called.

/// Domains under which the vendor serves its API (request structure page; SDK sources).
pub(super) const ROOTS: [&str; 3] =
    ["tencentcloudapi.com", "tencentcloudapi.com.cn", "tencentcloudapi.cn"];

/// The access regions that the vendor lists (request structure page; `eu-moscow` on older ones).
const REGIONS: [&str; 17] = [
    "ap-bangkok",
    "ap-beijing",
    "ap-chengdu",
    "ap-chongqing",
    "ap-guangzhou",
    "ap-hongkong",
    "ap-mumbai",
    "ap-nanjing",
    "ap-seoul",
    "ap-shanghai",
    "ap-singapore",
    "ap-tokyo",
    "eu-frankfurt",
    "eu-moscow",
    "na-ashburn",
    "na-siliconvalley",
    "na-toronto",
];

/// What a host name means.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Host<'a> {
    /// Host and port without a scheme.
    pub(super) bare: &'a str,
    /// The first label: the service, on the vendor's domains; also what five SDKs sign as service.
    pub(super) label: &'a str,
    /// Whether it is one of the vendor's.
    pub(super) is_vendors: bool,
    /// The access region; empty for the nearest, and for one that the vendor does not list.
    pub(super) region: &'static str,
}

impl<'a> Host<'a> {
    /// Reads a `Host` header as clients send it, a scheme or a port included.
    pub(super) fn read(text: &'a str) -> Self {
        let bare =
            text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or(text);
        let label = bare.split('.').next().unwrap_or(bare);
        let name = without_port(bare);
        let inner = ROOTS.iter().find_map(|root| name.strip_suffix(root)?.strip_suffix('.'));
        let mut parts = inner.into_iter().flat_map(|inner| inner.split('.').skip(1));
        let region = parts.find_map(listed);
        Self {
            bare,
            label,
            is_vendors: inner.is_some_and(|inner| !inner.is_empty()),
            region: region.unwrap_or_default(),
        }
    }
}

fn listed(region: &str) -> Option<&'static str> {
    REGIONS.into_iter().find(|known| *known == region)
}

/// The same host without its port.
pub(super) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_tell_service_and_access_region() {
        let of = |text| {
            let host = Host::read(text);
            (host.label, host.is_vendors, host.region)
        };
        assert_eq!(of("ciam.tencentcloudapi.com"), ("ciam", true, ""));
        assert_eq!(of("ciam.ap-tokyo.tencentcloudapi.com:80"), ("ciam", true, "ap-tokyo"));
        assert_eq!(of("ciam.intl.tencentcloudapi.com"), ("ciam", true, ""));
        assert_eq!(of("ciam.ai.ap-seoul.tencentcloudapi.cn"), ("ciam", true, "ap-seoul"));
        assert_eq!(of("ciam.invented.tencentcloudapi.com"), ("ciam", true, ""));
        assert_eq!(of("http://127.0.0.1:4588"), ("127", false, ""));
        assert_eq!(of("localhost:4588"), ("localhost:4588", false, ""));
        assert_eq!(of("tencentcloudapi.com"), ("tencentcloudapi", false, ""));
    }

    #[test]
    fn a_port_is_cut_off_and_an_address_is_not() {
        assert_eq!(without_port("127.0.0.1:4588"), "127.0.0.1");
        assert_eq!(without_port("http://127.0.0.1:4588"), "http://127.0.0.1");
        assert_eq!(without_port("http://h"), "http://h");
        assert_eq!(without_port("[::1]:80"), "[::1]");
    }
}
