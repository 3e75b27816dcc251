//! Which hosts the twin models.

use crate::protocol;

/// Whether the twin models the API behind a host, given without a port. The models name one host or
/// some of each service; others of the same service differ by region and site.
pub fn is_modelled(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let Some(protocol) = protocol::of_vendors_host(&host) else { return false };
    let label = |host: &str| host.split('.').next().map(str::to_owned);
    let mut known = contracts::catalog().services.iter().flat_map(|service| &service.hosts);
    known.any(|known| {
        protocol::is_within(known, protocol.domains())
            && (!protocol.hosts_name_services() || label(known) == label(&host))
    })
}

/// Whether hosts of that entry of `NO_PROXY` can be modelled ones: `*`, a host, a domain or a part of one.
pub fn covers_modelled(entry: &str) -> bool {
    let name = entry.trim().trim_start_matches("*.").trim_start_matches('.').to_ascii_lowercase();
    let name = name.split(':').next().unwrap_or_default();
    let mut domains = protocol::domains();
    name == "*" || domains.any(|domain| protocol::is_within(domain, &[name])) || is_modelled(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_modelled_services_are_told_from_the_vendors_others() {
        for host in [
            "ciam.tencentcloudapi.com",
            "CIAM.TencentCloudAPI.com",
            "ciam.intl.tencentcloudapi.com",
            "ciam.ap-tokyo.tencentcloudapi.com",
            "organization.tencentcloudapi.com.cn",
            "organization.tencentcloudapi.cn",
            "scim.tencentcloudsso.com",
            "scim.tencentcloudssointl.com",
            "workspace.ap-southeast-1.myhuaweicloud.com",
            "iam.myhuaweicloud.com",
            "iam.eu-west-0.myhuaweicloud.com",
            "service.besclouds.com",
            "brazilsaas.aicccloud.com",
        ] {
            assert!(is_modelled(host), "{host}");
        }
        for host in [
            "cvm.tencentcloudapi.com",
            "tencentcloudapi.com",
            "ciam.example.com",
            "ciam.nottencentcloudapi.com",
            "ciam.tencentcloudapi.com.example.com",
            "obs.cn-north-4.myhuaweicloud.com",
            "ciam.myhuaweicloud.com",
            "127.0.0.1",
            "",
        ] {
            assert!(!is_modelled(host), "{host}");
        }
    }

    #[test]
    fn an_entry_of_no_proxy_may_cover_modelled_hosts() {
        for entry in [
            "*",
            "com",
            ".tencentcloudapi.com",
            "*.myhuaweicloud.com",
            " ciam.tencentcloudapi.com:443",
        ] {
            assert!(covers_modelled(entry), "{entry}");
        }
        for entry in [
            "db.internal",
            "10.0.0.0/8",
            "localhost",
            "api.com",
            "oud.com",
            "cvm.tencentcloudapi.com",
        ] {
            assert!(!covers_modelled(entry), "{entry}");
        }
    }
}
