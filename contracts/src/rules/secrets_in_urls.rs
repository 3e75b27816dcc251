//! Secrets stay out of URLs: access logs and proxies keep those.

use super::call::Call;
use super::facts::Facts;
use super::settings::Settings;
use super::{Certainty, Finding, Rule, identity};
use crate::catalog;
use crate::model::Protocol;

pub(super) const RULE: Rule = Rule {
    name: "no-secrets-in-urls",
    promise: "keeps passwords, tokens and keys out of URLs",
    source: "RFC 6750, section 2.3 (bearer tokens); OWASP's note on secrets in query strings",
    certainty: Certainty::Certain,
    check,
};

/// Names of secrets in queries beside those of the models, without separators. Tokens of pages have `token` in their
/// names, too, and Tencent's signed queries a `SecretId`, a `Token` and a `Signature`.
const NAMES: [&str; 13] = [
    "password",
    "passwd",
    "pwd",
    "secret",
    "secretkey",
    "appsecret",
    "clientsecret",
    "accesstoken",
    "authtoken",
    "xauthtoken",
    "sessiontoken",
    "apikey",
    "bearertoken",
];

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for call in facts.calls() {
        let Some((name, certainty)) = secret(call) else { continue };
        let text = format!("sent {} with `{name}` in its URL", call.name());
        if !found.iter().any(|known| known.text == text) {
            found.push(RULE.finding(certainty, text, [call]));
        }
    }
    found
}

fn secret<'a>(call: &Call<'a>) -> Option<(&'a str, Certainty)> {
    // The links of finished files carry what opens them.
    if call.entry.path.starts_with("/files/") {
        return None;
    }
    let is_tencent = call.protocol() == Some(Protocol::TencentApi3);
    identity::query(call.entry).find_map(|(name, value)| {
        let member = call.operation.and_then(|operation| operation.input.member(name));
        let is_documented = member.is_some_and(|member| !member.secret || !is_tencent);
        if value.is_empty() || is_documented || !is_secret(name) {
            return None;
        }
        // Tencent takes the input of every operation by GET, so the vendor allows it.
        Some((name, if member.is_some() { Certainty::Likely } else { Certainty::Certain }))
    })
}

fn is_secret(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let plain: String = last.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    NAMES.contains(&&*plain) || catalog().secret_names.iter().any(|known| known == last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{file, ok, talk};

    #[test]
    fn a_token_in_a_url_is_found_once() {
        let step =
            |at| ok(at, "workspace", "ListUsers").path("/v2/p/users?limit=5&X-Auth-Token=***");
        let text = "sent ListUsers with `X-Auth-Token` in its URL";
        assert_eq!(talk([step(0), step(1)]).only(&RULE), (text.to_owned(), vec![1]));
    }

    #[test]
    fn a_password_by_get_is_found() {
        let talk = talk([ok(0, "ciam", "CreateUser").path("/?Action=CreateUser&Password=***")]);
        assert_eq!(talk.check(&RULE)[0].certainty, Certainty::Likely);
    }

    #[test]
    fn the_vendors_own_forms_are_right() {
        let talk = talk([
            ok(0, "ciam", "ListUser")
                .path("/?Action=ListUser&SecretId=A&Token=***&Signature=***&Nonce=4"),
            ok(1, "organization", "ListUsers").path("/?NextToken=abc&MaxResults=5"),
            ok(2, "workspace", "ListUsers").path("/v2/p/users?limit=5"),
            file(3, "/files/a/b.csv?token=***"),
        ]);
        assert_eq!(talk.check(&RULE), []);
    }
}
