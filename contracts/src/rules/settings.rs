//! What of the rules a contract file can tune.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose numbers a well-behaved client follows when it tries again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The retry specification of the AWS SDKs of 2026: at most 3 attempts, full jitter below 1 s (throttled) or
    /// 50 ms (transient), doubled for each attempt up to 20 s, and a quota of 500 with 5 a throttled and 14 a
    /// transient retry.
    #[default]
    #[serde(rename = "aws-2026")]
    Aws2026,
    /// Google's AIP-194: only what says *unavailable* is tried again, with growing waits. It names no number of
    /// attempts; that of gRPC is taken (proposal A6 treats more than 5 as 5).
    #[serde(rename = "aip-194")]
    Aip194,
    /// What the vendors' own SDKs do when their retries are switched on: Huawei's `with_retry` makes up to 10 tries
    /// with waits from 10 ms to 60 s (huaweicloudsdkcore 3.1.219), Tencent's Java SDK up to 10 and Terraform's
    /// provider tries for 5 minutes.
    #[serde(rename = "vendor")]
    Vendor,
}

/// The numbers of a profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Numbers {
    /// Most attempts at one request.
    pub(super) attempts: usize,
    /// The wait after the first throttling code: the most that jitter can make of it.
    pub(super) throttled_base_ms: f64,
    /// No wait needs to be longer.
    pub(super) cap_ms: f64,
}

impl Profile {
    pub(super) fn numbers(self) -> Numbers {
        match self {
            Self::Aws2026 => Numbers { attempts: 3, throttled_base_ms: 1000.0, cap_ms: 20_000.0 },
            Self::Aip194 => Numbers { attempts: 5, throttled_base_ms: 1000.0, cap_ms: 20_000.0 },
            Self::Vendor => Numbers { attempts: 10, throttled_base_ms: 10.0, cap_ms: 60_000.0 },
        }
    }

    /// Its name in contract files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws2026 => "aws-2026",
            Self::Aip194 => "aip-194",
            Self::Vendor => "vendor",
        }
    }
}

/// Thresholds of the rules. What a file leaves out has its usual value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whose retry numbers count.
    pub profile: Profile,
    /// Most attempts at one request that keeps failing, whatever the profile says. The usual 60 is the bound above
    /// which nobody can speak of a cap.
    pub attempts_max: usize,
    /// Seconds after which a client has given up a request that keeps failing. The usual 300 are those of Terraform's
    /// provider for a write.
    pub retry_deadline_s: f64,
    /// Repeats of a request after its permanent refusal, from which on it is certain that the client ignores it.
    pub permanent_repeats: usize,
    /// Milliseconds below which a wait between two polls is no wait.
    pub poll_wait_min_ms: f64,
    /// Polls in a row without such a wait that make a finding.
    pub hasty_polls: usize,
    /// Seconds after which a client gives up a job that does not end. The usual 600 are twice the time that
    /// Terraform's provider waits for a task.
    pub poll_deadline_s: f64,
    /// Polls of a job after its end that make a finding: one or two are a look at its result.
    pub polls_after_end: usize,
    /// Milliseconds below which a wait for a free job slot is no wait.
    pub slot_wait_min_ms: f64,
    /// How many times the documented rate a client may call, three seconds long, before it is worth a word.
    pub rate_excess: f64,
    /// Tokens asked for while an earlier one was good that make a finding.
    pub spare_tokens: usize,
    /// Requests, each on a connection of its own, that make a finding.
    pub lone_connections: usize,
    /// Names of rules that do not count. A file says for each why, elsewhere.
    #[serde(skip)]
    pub off: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            attempts_max: 60,
            retry_deadline_s: 300.0,
            permanent_repeats: 3,
            poll_wait_min_ms: 20.0,
            hasty_polls: 5,
            poll_deadline_s: 600.0,
            polls_after_end: 3,
            slot_wait_min_ms: 50.0,
            rate_excess: 2.0,
            spare_tokens: 3,
            lone_connections: 20,
            off: BTreeSet::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_what_differs() {
        let read: Settings = toml::from_str("profile = \"vendor\"\nattempts_max = 5").unwrap();
        let wanted = Settings { profile: Profile::Vendor, attempts_max: 5, ..Settings::default() };
        assert_eq!(read, wanted);
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        let error = toml::from_str::<Settings>("attempts = 5").unwrap_err().to_string();
        assert!(error.contains("unknown field `attempts`, expected one of `profile`"), "{error}");
    }

    #[test]
    fn profiles_have_their_names() {
        for profile in [Profile::Aws2026, Profile::Aip194, Profile::Vendor] {
            assert_eq!(serde_json::to_value(profile).unwrap(), profile.name());
        }
    }
}
