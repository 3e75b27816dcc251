//! A finding with all that a reader needs to believe it.

use crate::conversation::Entry;
use crate::report::{Reported, Witness};
use crate::rules::{Finding, RULES};

/// Most characters of an input that are kept.
pub(super) const INPUT_MAX: usize = 400;

/// A finding of a rule, with what the rule promises.
pub(super) fn by_rule(finding: Finding, entries: &[Entry]) -> Reported {
    let rule = RULES.iter().find(|rule| rule.name == finding.rule);
    let (promise, source) = rule.map_or(("", ""), |rule| (rule.promise, rule.source));
    reported(finding, promise.to_owned(), source.to_owned(), entries)
}

/// A finding with the requests that prove it. Where to see it again is filled in by who ran it.
pub(super) fn reported(
    finding: Finding,
    promise: String,
    source: String,
    entries: &[Entry],
) -> Reported {
    let begin = entries.first().map_or(0, |entry| entry.arrived_us);
    let proves = |entry: &&Entry| finding.witnesses.contains(&entry.number);
    let witnesses = entries.iter().filter(proves).map(|entry| witness(entry, begin)).collect();
    let fingerprint = fingerprint(&finding);
    Reported {
        finding,
        promise,
        source,
        witnesses,
        state_difference: Vec::new(),
        replay: String::new(),
        accepted: None,
        fingerprint,
    }
}

fn witness(entry: &Entry, begin: u64) -> Witness {
    let Entry { operation, method, path, .. } = entry;
    let path = path.split('?').next().unwrap_or_default();
    let input = entry.input.as_ref().map(ToString::to_string).unwrap_or_default();
    Witness {
        number: entry.number,
        at_us: entry.arrived_us.saturating_sub(begin),
        duration_us: entry.ended_us.saturating_sub(entry.arrived_us),
        operation: operation.clone().unwrap_or_else(|| format!("{method} {path}")),
        status: entry.status,
        code: entry.code.clone(),
        fault: entry.fault.as_ref().map(|fault| fault.effect.clone()),
        input: input.chars().take(INPUT_MAX).collect(),
    }
}

/// A name of the cause that is the same in each run: the rule, and its words without numbers.
pub(super) fn fingerprint(finding: &Finding) -> String {
    let words = finding.text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    // FNV-1a, since a hash of the standard library may change with its version.
    let hash = words.flat_map(str::bytes).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{}-{:08x}", finding.rule, hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Certainty;
    use crate::rules::talk::{ok, talk};

    fn finding(text: &str, witnesses: Vec<u64>) -> Finding {
        let rule = "polls-politely".to_owned();
        Finding { rule, certainty: Certainty::Likely, text: text.to_owned(), witnesses }
    }

    #[test]
    fn a_cause_has_one_fingerprint_whatever_its_numbers_are() {
        let print = |text: &str| fingerprint(&finding(text, vec![]));
        assert_eq!(
            print("it polled 5 times within 0.3 s"),
            print("it polled 612 times within 1 s")
        );
        assert_ne!(print("it polled 5 times"), print("it asked 5 times"));
    }

    #[test]
    fn witnesses_have_their_times_from_the_first_request_on() {
        let talk = talk([ok(1000, "ciam", "ListUser"), ok(1250, "ciam", "DescribeUser")]);
        let entries = talk.entries();
        let second = entries[1].number;
        let found = by_rule(finding("text", vec![second]), entries);
        let seen: Vec<_> =
            found.witnesses.iter().map(|w| (w.at_us, w.operation.as_str())).collect();
        assert_eq!(seen, [(250_000, "DescribeUser")]);
    }
}
