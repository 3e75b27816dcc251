//! What a run did to the state on its way: a state can be right at the end, and have been wrong in between.

use std::collections::BTreeMap;

use super::calls::Called;
use crate::rules::effects::Effect;

/// How often each operation took effect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct History {
    done: BTreeMap<&'static str, Done>,
    /// How often each operation gave an object again what another call had changed.
    changed_back: BTreeMap<&'static str, usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Done {
    effect: Effect,
    count: usize,
    /// The places of the first and the last among all requests of the run.
    first: usize,
    last: usize,
}

impl History {
    pub(super) fn of(calls: &[Called]) -> Self {
        let mut done: BTreeMap<&'static str, Done> = BTreeMap::new();
        for (at, call) in
            calls.iter().enumerate().filter(|(_, call)| call.was_done && call.writes())
        {
            let fresh = Done { effect: call.effect(), count: 0, first: at, last: at };
            let known = done.entry(call.name()).or_insert(fresh);
            (known.count, known.last) = (known.count + 1, at);
        }
        Self { done, changed_back: changed_back(calls) }
    }

    /// Whether nothing was changed.
    pub(super) fn is_empty(&self) -> bool {
        self.done.is_empty()
    }

    /// Operations that took effect more often than they should have, with how much more often.
    pub(super) fn more_than(&self, calm: &Self) -> Vec<(&'static str, Effect, usize)> {
        let more = |(name, done): (&&'static str, &Done)| {
            let more = done.count.checked_sub(calm.count(name)).filter(|more| *more > 0)?;
            Some((*name, done.effect, more))
        };
        self.done.iter().filter_map(more).collect()
    }

    /// The operation that changed something to and fro: the state is right at the end, and was wrong in between.
    pub(super) fn to_and_fro(&self, calm: &Self) -> Option<&'static str> {
        let before = |name| calm.changed_back.get(name).copied().unwrap_or_default();
        self.changed_back
            .iter()
            .find(|(name, times)| **times > before(**name))
            .map(|(name, _)| *name)
    }

    fn count(&self, name: &str) -> usize {
        self.done.get(name).map_or(0, |done| done.count)
    }

    /// The operations by which something that should stay was deleted, and created again: the state is right at the
    /// end, and the object was gone in between.
    pub(super) fn replaced(&self, calm: &Self) -> Option<(&'static str, &'static str)> {
        let more = self.more_than(calm);
        let of = |effect: Effect| more.iter().filter(move |(_, known, _)| *known == effect);
        let pairs =
            of(Effect::Destroys).flat_map(|one| of(Effect::Creates).map(move |two| (one.0, two.0)));
        let in_order = |(one, two): &(&str, &str)| matches!((self.done.get(one), self.done.get(two)), (Some(one), Some(two)) if one.first < two.last);
        pairs.into_iter().find(in_order)
    }
}

/// The same change a second time in a row is none: that is an attempt at the same request.
fn changed_back(calls: &[Called]) -> BTreeMap<&'static str, usize> {
    let mut changes: BTreeMap<(&'static str, u64), Vec<u64>> = BTreeMap::new();
    let mut back = BTreeMap::new();
    let sets = |call: &Called| {
        // Whatever came in between, what is added again was there.
        let adds = ["Add", "Attach", "Bind"].iter().any(|word| call.name().starts_with(word));
        call.was_done && call.effect() == Effect::Changes && !adds
    };
    for call in calls.iter().filter(|call| sets(call)) {
        let Some(object) = call.object else { continue };
        let of_object = changes.entry((call.name(), object)).or_default();
        if of_object.last() == Some(&call.attempt_of) {
            continue;
        }
        if of_object.contains(&call.attempt_of) {
            *back.entry(call.name()).or_default() += 1;
        }
        of_object.push(call.attempt_of);
    }
    back
}

#[cfg(test)]
mod tests {
    use super::super::drawn::Drawn;
    use super::super::samples::ran;
    use super::*;
    use crate::rules::talk::{Step, lost, ok, refused};

    fn history(steps: Vec<Step>) -> History {
        History::of(&Drawn::default().calls(&ran(steps).entries))
    }

    fn steps(names: &[&str]) -> Vec<Step> {
        names.iter().map(|name| ok(0, "ciam", name)).collect()
    }

    #[test]
    fn only_what_was_done_counts() {
        let read = history(vec![
            ok(0, "ciam", "ListUser"),
            refused(0, "ciam", "CreateUser", "RequestLimitExceeded"),
        ]);
        assert!(read.is_empty());
        let wrote = history(vec![lost(0, "ciam", "CreateUser"), ok(0, "ciam", "CreateUser")]);
        let calm = history(steps(&["CreateUser"]));
        assert_eq!(wrote.more_than(&calm), [("CreateUser", Effect::Creates, 1)]);
        assert_eq!(calm.more_than(&wrote), []);
    }

    #[test]
    fn a_change_that_is_made_again_after_another_one_was_undone_in_between() {
        let update = |id: &str, name: &str| {
            let input = serde_json::json!({ "UserStoreId": "s", "UserId": id, "UserName": name });
            ok(0, "ciam", "UpdateUser").with(input)
        };
        let calm = history(vec![update("1", "ada"), update("2", "ada")]);
        let tried_again = history(vec![
            update("1", "ada"),
            update("1", "ada"),
            update("2", "ada"),
            // Another object: that it comes late undoes nothing.
            update("1", "ada"),
        ]);
        assert_eq!(tried_again.to_and_fro(&calm), None);
        let mail = ok(0, "ciam", "UpdateUser").with(
            serde_json::json!({ "UserStoreId": "s", "UserId": "1", "Email": "a@example.com" }),
        );
        let other_member = history(vec![update("1", "ada"), mail, update("1", "ada")]);
        assert_eq!(other_member.to_and_fro(&calm), None);
        let undone = history(vec![update("1", "ada"), update("1", "old"), update("1", "ada")]);
        assert_eq!(undone.to_and_fro(&calm), Some("UpdateUser"));
        assert_eq!(undone.to_and_fro(&undone), None, "calm runs do it too");
    }

    #[test]
    fn to_delete_and_create_again_is_no_change() {
        let calm = history(steps(&["UpdateUser", "CreateUser", "DeleteUsers"]));
        let replaced = history(steps(&["DeleteUsers", "CreateUser", "CreateUser", "DeleteUsers"]));
        assert_eq!(replaced.replaced(&calm), Some(("DeleteUsers", "CreateUser")));
        // What it made too much, it took away again.
        let tidied = history(steps(&[
            "UpdateUser",
            "CreateUser",
            "CreateUser",
            "DeleteUsers",
            "DeleteUsers",
        ]));
        assert_eq!(tidied.replaced(&calm), None);
        assert_eq!(calm.replaced(&calm), None);
    }
}
