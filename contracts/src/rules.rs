//! What a well-behaved client promises, checked against what it did on the wire. One rule a file, its good and
//! its bad conversation beside it. A rule reads entries and the models' facts; it keeps no state and asks no clock.
//!
//! A rule that lacks evidence is silent. Answers are in the journal only if the twin keeps them
//! (`--journal-answers`); rules that read them say nothing of entries without one.

use serde::{Deserialize, Serialize};

use crate::conversation::Entry;

mod backs_off;
mod batch_limits;
pub(crate) mod call;
mod destroys_blindly;
mod downloads;
pub(crate) mod effects;
mod errors_in_200;
mod facts;
mod failed_rows;
mod identity;
mod jitter;
mod job_slot;
mod pages_to_end;
mod polls;
mod rate;
mod repeats_writes;
mod resigns;
mod retry_budget;
mod reuses_connections;
mod reuses_tokens;
mod secrets_in_urls;
mod sends_valid;
mod settings;
mod signs_requests;
mod stops_on_permanent;
#[cfg(test)]
pub(crate) mod talk;
pub(crate) mod values;
mod walks;

pub use facts::Facts;
pub use settings::{Profile, Settings};

/// How sure it is that a client with this finding is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Worth knowing; never fails a check.
    Advice,
    /// A threshold is crossed; fails a strict check.
    Likely,
    /// No correct client does this; fails every check.
    Certain,
}

/// One broken promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The name of the rule.
    pub rule: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// What the client did, in one sentence.
    pub text: String,
    /// The requests that prove it, by [`Entry::number`]: two or three, in the order of their arrival.
    pub witnesses: Vec<u64>,
}

/// A promise of clients.
#[derive(Debug)]
pub struct Rule {
    /// Its name in contract files and reports, such as `signs-requests`.
    pub name: &'static str,
    /// What is promised, in one sentence with the client as its subject.
    pub promise: &'static str,
    /// Where the promise comes from: a page, a specification, or a package.
    pub source: &'static str,
    /// The highest certainty of its findings.
    pub certainty: Certainty,
    /// Looks for broken promises in the requests of one client.
    check: fn(&Facts<'_>, &Settings) -> Vec<Finding>,
}

impl Rule {
    /// The broken promises in the requests of one client. For several rules, make the facts once and call
    /// [`Rule::check`].
    pub fn findings(&self, entries: &[&Entry], settings: &Settings) -> Vec<Finding> {
        self.check(&Facts::of(entries), settings)
    }

    /// The broken promises in a conversation.
    pub fn check(&self, facts: &Facts<'_>, settings: &Settings) -> Vec<Finding> {
        let mut found: Vec<(Finding, usize)> = Vec::new();
        for finding in (self.check)(facts, settings) {
            let cause = cause(&finding);
            match found.iter_mut().find(|(known, _)| self::cause(known) == cause) {
                Some((_, more)) => *more += 1,
                None => found.push((finding, 0)),
            }
        }
        found.into_iter().map(with_count).collect()
    }

    /// A finding of this rule with these requests as witnesses, of which the first, the second and the last are kept.
    fn finding<'c, 'e: 'c>(
        &self,
        certainty: Certainty,
        text: String,
        witnesses: impl IntoIterator<Item = &'c call::Call<'e>>,
    ) -> Finding {
        let mut numbers: Vec<_> = witnesses.into_iter().map(|call| call.entry.number).collect();
        if numbers.len() > 3 {
            numbers.drain(2..numbers.len() - 1);
        }
        Finding { rule: self.name.to_owned(), certainty, text, witnesses: numbers }
    }
}

/// The same for findings that differ in their numbers alone.
fn cause(finding: &Finding) -> (Certainty, String) {
    let words = finding.text.split_whitespace();
    let words: Vec<_> = words.filter(|word| word.parse::<u64>().is_err()).collect();
    (finding.certainty, words.join(" "))
}

fn with_count((mut finding, more): (Finding, usize)) -> Finding {
    if more > 0 {
        finding.text = format!("{}; and so {more} more times", finding.text);
    }
    finding
}

/// The findings of every rule that counts for the requests of one client, the surest first.
pub fn judge(entries: &[&Entry], settings: &Settings) -> Vec<Finding> {
    let facts = Facts::of(entries);
    let counting = RULES.iter().filter(|rule| !settings.off.contains(rule.name));
    let mut found: Vec<_> = counting.flat_map(|rule| rule.check(&facts, settings)).collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.certainty));
    found
}

/// Every rule, those that are surest first.
pub const RULES: &[Rule] = &[
    signs_requests::RULE,
    sends_valid::RULE,
    batch_limits::RULE,
    secrets_in_urls::RULE,
    stops_on_permanent::RULE,
    repeats_writes::RULE,
    destroys_blindly::RULE,
    resigns::RULE,
    backs_off::RULE,
    retry_budget::RULE,
    job_slot::RULE,
    rate::RULE,
    reuses_tokens::RULE,
    errors_in_200::RULE,
    pages_to_end::RULE,
    polls::RULE,
    failed_rows::RULE,
    downloads::RULE,
    jitter::RULE,
    reuses_connections::RULE,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::talk::{ok, refused, talk};
    use super::*;

    #[test]
    fn each_rule_has_a_name_of_its_own_and_says_where_it_comes_from() {
        let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
        for rule in RULES {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(rule.name.chars().all(plain), "{}", rule.name);
            assert!(!rule.promise.is_empty() && !rule.source.is_empty(), "{}", rule.name);
        }
    }

    #[test]
    fn one_cause_is_one_finding() {
        let throttled = |at| refused(at, "ciam", "ListUser", "RequestLimitExceeded");
        let bursts = (0..3).flat_map(|n| {
            let at = n * 9000;
            [throttled(at), throttled(at + 1), throttled(at + 2), ok(at + 3, "ciam", "ListUser")]
        });
        let (text, witnesses) = talk(bursts).only(&backs_off::RULE);
        assert!(text.ends_with("3 times, without a wait; and so 2 more times"), "{text}");
        assert_eq!(witnesses, [1, 2, 4]);
    }

    #[test]
    fn the_surest_findings_come_first() {
        let wrong = |at| refused(at, "ciam", "ListUser", "AuthFailure.SignatureFailure");
        let throttled = |at| refused(at, "ciam", "ListUser", "RequestLimitExceeded");
        let talk = talk([throttled(0), throttled(1), throttled(2), wrong(3)]);
        let found = talk.judged();
        let sure: Vec<_> = found.iter().map(|finding| finding.certainty).collect();
        assert_eq!(sure, [Certainty::Certain, Certainty::Likely]);
    }
}
