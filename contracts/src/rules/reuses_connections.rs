//! Requests share connections.

use std::collections::BTreeSet;

use super::call::Call;
use super::facts::Facts;
use super::settings::Settings;
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "reuses-connections",
    promise: "sends requests over connections that are open already",
    source: "RFC 9112, section 9.3 (persistence)",
    certainty: Certainty::Advice,
    check,
};

fn check(facts: &Facts<'_>, settings: &Settings) -> Vec<Finding> {
    let calls: Vec<_> = facts.calls().iter().filter(|call| could_share(call)).collect();
    let connections: BTreeSet<_> = calls.iter().map(|call| call.entry.connection).collect();
    if calls.len() < settings.lone_connections || connections.len() < calls.len() {
        return Vec::new();
    }
    let text = format!("sent {} requests, each over a connection of its own", calls.len());
    vec![RULE.finding(Certainty::Advice, text, calls)]
}

/// Whether the program chose. A command line makes one call a run, a vendor's SDK closes connections unless it is
/// told otherwise, some libraries ask for the close, and a fault can close one.
fn could_share(call: &Call<'_>) -> bool {
    let by_sdk = call.header("x-tc-requestclient").is_some();
    let agent = call.header("user-agent").unwrap_or_default().to_ascii_lowercase();
    let closes = call.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    !by_sdk
        && !closes
        && !["cli", "curl", "huaweicloud"].iter().any(|word| agent.contains(word))
        && !call.is_faulted()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{Step, ok, talk};

    fn alone(count: u64, change: impl Fn(Step) -> Step) -> Vec<Step> {
        (0..count).map(|n| change(ok(n, "scim", "GetUser").on(n + 1))).collect()
    }

    #[test]
    fn a_connection_for_each_request_is_worth_a_word() {
        let text = "sent 20 requests, each over a connection of its own";
        assert_eq!(talk(alone(20, |step| step)).only(&RULE), (text.to_owned(), vec![1, 2, 20]));
        assert_eq!(talk(alone(19, |step| step)).check(&RULE), []);
    }

    #[test]
    fn shared_ones_and_those_of_tools_are_right() {
        assert_eq!(talk((0..40).map(|n| ok(n, "scim", "GetUser").on(n / 2))).check(&RULE), []);
        assert_eq!(talk(alone(40, |step| step.header("user-agent", "curl/8.1"))).check(&RULE), []);
        assert_eq!(
            talk(alone(40, |step| step.header("X-TC-RequestClient", "SDK_PYTHON"))).check(&RULE),
            []
        );
        let close = |step: Step| step.header("connection", "close");
        assert_eq!(talk(alone(40, close)).check(&RULE), []);
    }
}
