//! What the rules share: the requests of a client in the order of their arrival, and which of them are attempts at
//! the same thing.

use std::collections::{BTreeMap, VecDeque};

use super::call::{Call, Ending};
use crate::conversation::Entry;

/// A conversation, ready to be judged.
pub struct Facts<'a> {
    calls: Vec<Call<'a>>,
    /// For each call the one of the same key that it comes after, by index.
    previous: Vec<Option<usize>>,
}

impl<'a> Facts<'a> {
    /// Joins entries with the models, in the order of their arrival.
    pub fn of(entries: &[&'a Entry]) -> Self {
        let mut entries = entries.to_vec();
        entries.sort_by_key(|entry| (entry.arrived_us, entry.arrival));
        let calls: Vec<_> = entries.into_iter().map(Call::new).collect();
        let previous = previous(&calls);
        Self { calls, previous }
    }

    /// All calls in the order of their arrival.
    pub(super) fn calls(&self) -> &[Call<'a>] {
        &self.calls
    }

    /// Attempts at the same thing, the first first: each comes after one that was not done as far as its client
    /// knows. A call that succeeds at once is alone.
    pub(super) fn attempts(&self) -> Vec<Vec<&Call<'a>>> {
        self.runs(|previous| previous.ending() != Ending::Done)
    }

    /// The same request again and again, whatever its answers were.
    pub(super) fn repeats(&self) -> Vec<Vec<&Call<'a>>> {
        self.runs(|_| true)
    }

    /// Whether the client may have met an error at that call or after it, and had a reason to end.
    pub(super) fn may_have_failed(&self, from: &Call<'a>) -> bool {
        let failed =
            |call: &Call<'a>| call.ending() != Ending::Done || self.may_have_given_up(call);
        failed(from) || self.after(from).any(failed)
    }

    /// Whether the answer came so late that the client may not have waited for it: the journal does not say what a
    /// client has read. One that uses the connection again has.
    fn may_have_given_up(&self, call: &Call<'a>) -> bool {
        let goes_on = |other: &Call<'a>| other.entry.connection == call.entry.connection;
        call.fault_word(&["delay", "dribble"]) && !self.after(call).any(goes_on)
    }

    fn runs(&self, goes_on: impl Fn(&Call<'a>) -> bool) -> Vec<Vec<&Call<'a>>> {
        let mut runs: Vec<Vec<&Call<'a>>> = Vec::new();
        let mut run_of: Vec<usize> = Vec::with_capacity(self.calls.len());
        for (call, previous) in self.calls.iter().zip(&self.previous) {
            let earlier = previous.and_then(|at| Some((self.calls.get(at)?, *run_of.get(at)?)));
            let run = earlier.filter(|(previous, _)| goes_on(previous)).map(|(_, run)| run);
            if let Some((run, calls)) = run.and_then(|run| Some((run, runs.get_mut(run)?))) {
                calls.push(call);
                run_of.push(run);
            } else {
                run_of.push(runs.len());
                runs.push(vec![call]);
            }
        }
        runs
    }

    /// Calls that came in after one had ended and before another came in.
    pub(super) fn between(
        &self,
        one: &Call<'a>,
        other: &Call<'a>,
    ) -> impl Iterator<Item = &Call<'a>> {
        let (from, to) = (one.entry.ended_us, other.entry.arrived_us);
        let ends = [one.entry.number, other.entry.number];
        self.calls.iter().filter(move |call| {
            call.entry.arrived_us >= from
                && call.entry.arrived_us <= to
                && !ends.contains(&call.entry.number)
        })
    }

    /// Calls that came in after one had ended.
    pub(super) fn after(&self, one: &Call<'a>) -> impl Iterator<Item = &Call<'a>> {
        let (from, number) = (one.entry.ended_us, one.entry.number);
        self.calls
            .iter()
            .filter(move |call| call.entry.arrived_us >= from && call.entry.number != number)
    }
}

/// With several calls in flight a new one comes after the one of the same key that ended first and was not followed
/// yet: of all ways to pair them, the one with the longest waits.
fn previous(calls: &[Call<'_>]) -> Vec<Option<usize>> {
    let mut open: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
    let mut previous = Vec::with_capacity(calls.len());
    for (at, call) in calls.iter().enumerate() {
        let open = open.entry(&call.key).or_default();
        let ended_us = |at: &usize| calls.get(*at).map_or(u64::MAX, |call| call.entry.ended_us);
        let first = open.iter().enumerate().min_by_key(|(_, at)| ended_us(at));
        let first =
            first.filter(|(_, at)| ended_us(at) <= call.entry.arrived_us).map(|(place, _)| place);
        previous.push(first.and_then(|place| open.remove(place)));
        open.push_back(at);
    }
    previous
}

/// How long the client waited between an answer and its next attempt, in milliseconds.
pub(super) fn wait_ms(one: &Call<'_>, next: &Call<'_>) -> f64 {
    let us = next.entry.arrived_us.saturating_sub(one.entry.ended_us);
    #[expect(clippy::cast_precision_loss, reason = "microseconds of one run are far below 2^52")]
    let us = us as f64;
    us / 1000.0
}

/// The waits between the calls of a run.
pub(super) fn waits_ms(run: &[&Call<'_>]) -> Vec<f64> {
    run.windows(2).filter_map(|pair| Some(wait_ms(pair.first()?, pair.last()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{Step, lost, ok, refused, talk};

    fn runs(runs: Vec<Vec<&Call<'_>>>) -> Vec<Vec<u64>> {
        let numbers = |run: Vec<&Call<'_>>| run.iter().map(|call| call.entry.number).collect();
        runs.into_iter().map(numbers).collect()
    }

    #[test]
    fn what_came_in_order_of_its_end_is_put_in_that_of_its_arrival() {
        let talk = talk([ok(5, "ciam", "ListUser").on(2), ok(0, "ciam", "ListUserStore").takes(9)]);
        let facts = talk.facts();
        let numbers: Vec<_> = facts.calls().iter().map(|call| call.entry.number).collect();
        assert_eq!(numbers, [2, 1]);
    }

    #[test]
    fn a_call_is_not_after_itself() {
        let talk = talk([
            ok(0, "ciam", "ListUser"),
            ok(0, "ciam", "ListUserStore"),
            ok(1, "ciam", "ListUser"),
        ]);
        let facts = talk.facts();
        let after: Vec<_> = facts.after(&facts.calls()[0]).map(|call| call.entry.number).collect();
        assert_eq!(after, [2, 3]);
        let between = facts.between(&facts.calls()[0], &facts.calls()[2]);
        assert_eq!(between.map(|call| call.entry.number).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn an_attempt_comes_after_one_that_was_not_done() {
        let talk = talk([
            refused(0, "ciam", "CreateUser", "RequestLimitExceeded"),
            lost(100, "ciam", "CreateUser"),
            ok(200, "ciam", "CreateUser"),
            ok(300, "ciam", "CreateUser"),
            ok(400, "ciam", "ListUser"),
        ]);
        assert_eq!(runs(talk.facts().attempts()), [vec![1, 2, 3], vec![4], vec![5]]);
        assert_eq!(runs(talk.facts().repeats()), [vec![1, 2, 3, 4], vec![5]]);
    }

    #[test]
    fn an_interval_of_parallel_calls_is_the_longest_that_it_can_be() {
        // Two workers wait 100 ms each: the second attempts must not be taken for hasty ones.
        let talk = talk([
            refused(0, "ciam", "ListUser", "RequestLimitExceeded").takes(10),
            refused(1, "ciam", "ListUser", "RequestLimitExceeded").takes(99).on(2),
            ok(110, "ciam", "ListUser"),
            ok(200, "ciam", "ListUser").on(2),
        ]);
        let facts = talk.facts();
        let attempts = facts.attempts();
        assert_eq!(
            attempts.iter().map(|run| waits_ms(run)).collect::<Vec<_>>(),
            [[100.0], [100.0]]
        );
    }

    #[test]
    fn a_client_may_not_have_waited_for_a_late_answer() {
        let late = || ok(0, "ciam", "ListUser").fault("delay", Some(200));
        let may_have_failed = |steps: Vec<Step>| {
            let talk = talk(steps);
            let facts = talk.facts();
            facts.may_have_failed(&facts.calls()[0])
        };
        assert!(may_have_failed(vec![late()]));
        assert!(may_have_failed(vec![late(), ok(9, "ciam", "ListJobs").on(2)]));
        assert!(!may_have_failed(vec![late(), ok(9, "ciam", "ListJobs")]));
        assert!(!may_have_failed(vec![ok(0, "ciam", "ListUser")]));
        assert!(may_have_failed(vec![ok(0, "ciam", "ListUser"), lost(9, "ciam", "ListUser")]));
    }

    #[test]
    fn a_call_in_flight_is_not_followed() {
        let talk = talk([
            refused(0, "ciam", "ListUser", "RequestLimitExceeded").takes(500),
            ok(100, "ciam", "ListUser").on(2),
        ]);
        assert_eq!(runs(talk.facts().attempts()), [[1], [2]]);
    }
}
