//! Findings as reports show them: with the requests that prove them.

use crate::conversation::Entry;
use crate::report::{Reported, Witness};
use crate::rules::call::Call;
use crate::rules::{Finding, RULES};

/// The longest input that is shown, in characters.
const INPUT_MAX: usize = 400;

/// The entries of those numbers, in the order of their arrival. Times count from the first request of the run.
pub(super) fn witnesses(entries: &[Entry], numbers: &[u64]) -> Vec<Witness> {
    let began_us = entries.iter().map(|entry| entry.arrived_us).min().unwrap_or_default();
    let mut chosen: Vec<_> =
        entries.iter().filter(|entry| numbers.contains(&entry.number)).collect();
    chosen.sort_by_key(|entry| entry.arrival);
    chosen.into_iter().map(|entry| witness(entry, began_us)).collect()
}

fn witness(entry: &Entry, began_us: u64) -> Witness {
    let input = entry.input.as_ref().map(ToString::to_string).unwrap_or_default();
    Witness {
        number: entry.number,
        at_us: entry.arrived_us.saturating_sub(began_us),
        duration_us: entry.ended_us.saturating_sub(entry.arrived_us),
        operation: Call::new(entry).name(),
        status: entry.status,
        code: entry.code.clone(),
        fault: entry.fault.as_ref().map(|fault| fault.effect.clone()),
        input: input.chars().take(INPUT_MAX).collect(),
    }
}

/// A broken promise of a rule. All of one rule have one cause, unless their certainty differs.
pub(super) fn of_rule(finding: Finding, entries: &[Entry]) -> Reported {
    let rule = RULES.iter().find(|rule| rule.name == finding.rule);
    Reported {
        witnesses: witnesses(entries, &finding.witnesses),
        promise: rule.map(|rule| rule.promise.to_owned()).unwrap_or_default(),
        source: rule.map(|rule| rule.source.to_owned()).unwrap_or_default(),
        state_difference: Vec::new(),
        replay: String::new(),
        accepted: None,
        fingerprint: finding.rule.clone(),
        finding,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::ran;
    use super::*;
    use crate::rules::talk::{lost, ok};

    #[test]
    fn witnesses_come_in_order_with_times_of_their_run() {
        let run = ran([
            ok(5, "ciam", "ListUser"),
            lost(25, "ciam", "CreateUser"),
            ok(40, "ciam", "ListUser"),
        ]);
        let seen = witnesses(&run.entries, &[3, 2]);
        let seen: Vec<_> =
            seen.iter().map(|w| (w.number, w.at_us, w.operation.as_str(), w.status)).collect();
        assert_eq!(seen, [(2, 20_000, "CreateUser", 0), (3, 35_000, "ListUser", 200)]);
        let fault = witnesses(&run.entries, &[2]).remove(0).fault;
        assert_eq!(fault.as_deref(), Some("drop"));
    }
}
