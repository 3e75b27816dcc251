//! A client waits for a free job slot.

use super::call::{Call, Ending};
use super::effects::Effect;
use super::facts::{Facts, waits_ms};
use super::settings::Settings;
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "waits-for-job-slot",
    promise: "waits for a job to end, or for a while, before it asks for a job slot again",
    source: "FailedOperation.DataFlowTooManyRequests: two unfinished jobs exist, wait for one to end \
             (contracts/models/ciam/service.toml)",
    certainty: Certainty::Likely,
    check,
};

/// So many hasty tries in a row are hammering.
const TRIES: usize = 3;

fn check(facts: &Facts<'_>, settings: &Settings) -> Vec<Finding> {
    facts.attempts().iter().filter_map(|run| judge(facts, run, settings)).collect()
}

fn judge(facts: &Facts<'_>, run: &[&Call<'_>], settings: &Settings) -> Option<Finding> {
    let is_hasty = |one: &&Call<'_>, next: &&Call<'_>| {
        let wait = waits_ms(&[*one, *next]).into_iter().fold(0.0, f64::max);
        // A look at the jobs is a way of waiting.
        let looked = facts.between(one, next).any(|call| call.effect() == Some(Effect::Reads));
        has_no_slot(one) && !looked && wait < settings.slot_wait_min_ms
    };
    let hasty = run.chunk_by(is_hasty).max_by_key(|part| part.len())?;
    let (first, tries) = (hasty.first()?, hasty.len() - 1);
    if tries < TRIES {
        return None;
    }
    let longest = waits_ms(hasty).into_iter().fold(0.0, f64::max);
    let text = format!(
        "sent {} again {tries} times, at most {longest:.0} ms after it was told that no job slot is free",
        first.name()
    );
    Some(RULE.finding(Certainty::Likely, text, hasty.iter().copied()))
}

fn has_no_slot(call: &Call<'_>) -> bool {
    call.has_no_slot() && call.ending() != Ending::Done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{Step, ok, refused, talk};

    const EXPORT: &str = "CreateFileExportUserJob";

    fn full(at: u64) -> Step {
        refused(at, "ciam", EXPORT, "FailedOperation.DataFlowTooManyRequests")
    }

    #[test]
    fn hammering_is_found() {
        let text = "sent CreateFileExportUserJob again 3 times, at most 10 ms after it was told that no job slot is free";
        assert_eq!(
            talk([full(0), full(10), full(20), full(30)]).only(&RULE),
            (text.to_owned(), vec![1, 2, 4])
        );
    }

    #[test]
    fn to_wait_or_to_watch_the_jobs_is_right() {
        assert_eq!(
            talk([full(0), full(500), full(1000), full(1500), ok(2000, "ciam", EXPORT)])
                .check(&RULE),
            []
        );
        let watched = (0..9).flat_map(|n| [full(n * 10), ok(n * 10 + 5, "ciam", "ListJobs")]);
        assert_eq!(talk(watched).check(&RULE), []);
        assert_eq!(talk([full(0), full(10), full(20)]).check(&RULE), []);
    }
}
