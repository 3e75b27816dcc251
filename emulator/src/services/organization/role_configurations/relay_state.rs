//! `RelayState`: the page of the console that a session begins with.

use crate::error::{Failure, refuse};

/// The domains of the console, assumed: the vendor says only that others are refused.
const DOMAINS: &[&str] = &["cloud.tencent.com", "tencentcloud.com"];

/// Refuses what is no https address of the console. Empty is none.
pub(super) fn check(relay_state: &str) -> Result<(), Failure> {
    if relay_state.is_empty() || is_console(relay_state) {
        return Ok(());
    }
    Err(refuse("InvalidParameter.RelayStateFormatError"))
}

/// Whether it is an https address of the console.
pub(crate) fn is_console(relay_state: &str) -> bool {
    let Some(rest) = relay_state.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_of = |domain: &&str| {
        let rest = host.strip_suffix(*domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    DOMAINS.iter().any(is_of) && !rest.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_state_is_a_page_of_the_console() {
        for good in [
            "",
            "https://console.cloud.tencent.com",
            "https://cloud.tencent.com/product?a=b",
            "https://console.tencentcloud.com/cam#x",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "http://console.cloud.tencent.com",
            "console.cloud.tencent.com",
            "https://example.com/cloud.tencent.com",
            "https://evilcloud.tencent.com.example",
            "https://notcloud.tencent.com.",
            "https://xcloud.tencent.com",
            "https://console.cloud.tencent.com/a b",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
