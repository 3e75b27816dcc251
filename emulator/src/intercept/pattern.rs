//! Names of hosts that clients may reach.

use std::str::FromStr;

/// Names of hosts: one, or with `*.` in front all below it, or `*` for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern(String);

impl HostPattern {
    /// Whether a host, given without a port, is one of them.
    pub fn matches(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        match self.0.strip_prefix('*') {
            Some(rest) => host.len() > rest.len() && host.ends_with(rest),
            None => host == self.0,
        }
    }
}

impl FromStr for HostPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.strip_prefix("*.").unwrap_or(text);
        let is_name = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
        if text == "*" || is_name {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err("a host such as example.com, *.example.com or * was expected, without a port"
                .into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_host_or_all_below_one() {
        let matches = |pattern: &str, host| pattern.parse::<HostPattern>().unwrap().matches(host);
        assert!(matches("Example.com", "example.COM"));
        assert!(!matches("example.com", "www.example.com"));
        assert!(matches("*.example.com", "www.example.com"));
        assert!(!matches("*.example.com", "example.com"));
        assert!(!matches("*.example.com", "badexample.com"));
        assert!(matches("*", "anything"));
        for bad in ["", "*.", "a*", "example.com:443", "https://example.com", "*.*"] {
            assert!(bad.parse::<HostPattern>().is_err(), "{bad}");
        }
    }
}
