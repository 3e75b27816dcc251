//! A client that waits for a job asks now and then, stops at its end, and gives up at a deadline.

use super::call::Call;
use super::facts::{Facts, wait_ms, waits_ms};
use super::settings::Settings;
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "polls-politely",
    promise: "polls a job with waits, stops at its end, good or bad, and gives up at a deadline",
    source: "the operations' final states (contracts/models); Terraform's provider, which polls a task for 5 minutes",
    certainty: Certainty::Likely,
    check,
};

fn check(facts: &Facts<'_>, settings: &Settings) -> Vec<Finding> {
    let is_poll = |run: &Vec<&Call<'_>>| {
        run.first()
            .and_then(|call| call.operation)
            .is_some_and(|operation| operation.polls.is_some())
    };
    let polls: Vec<_> = facts.repeats().into_iter().filter(is_poll).collect();
    let judge = |run: &Vec<&Call<'_>>| {
        let too_long = || never_ends(run, settings);
        after_end(facts, run, settings).or_else(|| hasty(run, settings)).or_else(too_long)
    };
    polls.iter().filter_map(judge).collect()
}

/// The states that a poll shows; none without a whole answer.
fn states<'c>(call: &'c Call<'_>) -> Vec<&'c str> {
    let Some(polls) = call.operation.and_then(|operation| operation.polls.as_deref()) else {
        return Vec::new();
    };
    call.output(&polls.member).into_iter().filter_map(serde_json::Value::as_str).collect()
}

/// Whether all that it shows has ended; absent: it shows nothing.
fn has_ended(call: &Call<'_>) -> Option<bool> {
    let polls = call.operation?.polls.as_deref()?;
    let states = states(call);
    let is_end = |state: &&str| polls.ends.iter().any(|end| end == state);
    (!states.is_empty()).then(|| states.iter().all(is_end))
}

fn after_end(facts: &Facts<'_>, run: &[&Call<'_>], settings: &Settings) -> Option<Finding> {
    // Who works in between may have a reason to look again.
    let works = |one: &Call<'_>, next: &Call<'_>| facts.between(one, next).next().is_some();
    let goes_on =
        |one: &&Call<'_>, next: &&Call<'_>| has_ended(one) == Some(true) && !works(one, next);
    let part = run.chunk_by(goes_on).max_by_key(|part| part.len())?;
    let (first, more) = (part.first()?, part.len() - 1);
    if more < settings.polls_after_end {
        return None;
    }
    let state = states(first).into_iter().next().unwrap_or_default();
    let text = format!("polled {} {more} more times after it had answered {state}", first.name());
    Some(RULE.finding(Certainty::Likely, text, part.iter().copied()))
}

fn hasty(run: &[&Call<'_>], settings: &Settings) -> Option<Finding> {
    let is_hasty = |one: &&Call<'_>, next: &&Call<'_>| {
        has_ended(one) == Some(false) && wait_ms(one, next) < settings.poll_wait_min_ms
    };
    let part = run.chunk_by(is_hasty).max_by_key(|part| part.len())?;
    if part.len() <= settings.hasty_polls {
        return None;
    }
    let longest = waits_ms(part).into_iter().fold(0.0, f64::max);
    let (name, times) = (part.first()?.name(), part.len());
    let text = format!(
        "polled {name} {times} times in a row with at most {longest:.0} ms between two of them"
    );
    Some(RULE.finding(Certainty::Likely, text, part.iter().copied()))
}

fn never_ends(run: &[&Call<'_>], settings: &Settings) -> Option<Finding> {
    let part =
        run.chunk_by(|one, next| has_ended(one) != Some(true) && has_ended(next) == Some(false));
    let part = part.max_by_key(|part| part.len())?;
    let (first, last) = (part.first()?, part.last()?);
    let seconds = wait_ms(first, last) / 1000.0;
    if seconds <= settings.poll_deadline_s || has_ended(first) != Some(false) {
        return None;
    }
    let text =
        format!("polled {} for {seconds:.0} s without an end, and did not give up", first.name());
    Some(RULE.finding(Certainty::Likely, text, part.iter().copied()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::talk::{Step, ok, talk};

    fn poll(at: u64, state: &str) -> Step {
        let jobs = json!({"Response": {"JobSet": [{"Id": "j", "Status": state}]}});
        ok(at, "ciam", "ListJobs").with(json!({"UserStoreId": "s", "JobIds": ["j"]})).gives(jobs)
    }

    #[test]
    fn a_patient_client_is_right() {
        let polls = (0..60).map(|n| poll(n * 1000, "PROCESSING"));
        assert_eq!(
            talk(polls.chain([poll(60_000, "COMPLETED"), poll(60_001, "COMPLETED")])).check(&RULE),
            []
        );
        assert_eq!(talk((0..5).map(|n| poll(n, "PENDING"))).check(&RULE), []);
    }

    #[test]
    fn polls_without_a_wait_are_found() {
        let text = "polled ListJobs 9 times in a row with at most 3 ms between two of them";
        assert_eq!(
            talk((0..9).map(|n| poll(n * 3, "PENDING"))).only(&RULE),
            (text.to_owned(), vec![1, 2, 9])
        );
    }

    #[test]
    fn a_client_that_misses_a_bad_end_is_found() {
        let polls = [
            poll(0, "PENDING"),
            poll(500, "FAILED"),
            poll(1000, "FAILED"),
            poll(1500, "FAILED"),
            poll(2000, "FAILED"),
        ];
        let text = "polled ListJobs 3 more times after it had answered FAILED";
        assert_eq!(talk(polls).only(&RULE), (text.to_owned(), vec![2, 3, 5]));
    }

    #[test]
    fn a_new_job_begins_a_new_wait() {
        let each = (0..6).flat_map(|n| {
            [ok(n * 1000, "ciam", "CreateFileExportUserJob"), poll(n * 1000 + 500, "COMPLETED")]
        });
        assert_eq!(talk(each).check(&RULE), []);
    }

    #[test]
    fn a_client_without_a_deadline_is_found() {
        let text = "polled ListJobs for 610 s without an end, and did not give up";
        assert_eq!(
            talk((0..=61).map(|n| poll(n * 10_000, "PENDING"))).only(&RULE),
            (text.to_owned(), vec![1, 2, 62])
        );
        assert_eq!(talk((0..=30).map(|n| poll(n * 10_000, "PENDING"))).check(&RULE), []);
    }
}
