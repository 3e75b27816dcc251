//! Says of a fault that met no request what the client sent instead.

use super::calls::{Called, Target};
use super::plan::Plan;

/// A sentence for a plan none of whose faults met a request.
pub(super) fn nearest(plan: &Plan, calls: &[Called]) -> Option<String> {
    let choice = plan.choices.first()?;
    let Target { service, operation, .. } = &choice.target;
    let is_kin = |call: &&Called| {
        let name = call.operation.map(|operation| operation.name.as_str());
        call.service == *service && (operation.is_none() || name == *operation)
    };
    let kin: Vec<_> = calls.iter().filter(is_kin).collect();
    let with_input = kin.iter().filter(|call| choice.target.counts(call)).count();
    let sent = match (kin.len(), with_input) {
        (0, _) => "the client sent no such request".to_owned(),
        (all, 0) => {
            let most = kin.iter().max_by_key(|call| shared(&choice.target, call));
            let input = most.map(|call| inputs(call)).unwrap_or_default();
            format!("of {all} such requests the nearest had {input}")
        }
        (_, with_input) => format!("the client sent only {with_input} of them"),
    };
    if choice.target.find(calls).is_some() {
        return Some(format!("{} came, and the fault did not act upon it", choice.request()));
    }
    Some(format!("{} did not come: {sent}", choice.request()))
}

/// How many of the conditions hold.
fn shared(target: &Target, call: &Called) -> usize {
    target.input.iter().filter(|condition| call.input.contains(condition)).count()
}

/// The members of an input as text, a few of them.
fn inputs(call: &Called) -> String {
    let members = call
        .input
        .iter()
        .take(3)
        .map(|(pointer, value)| format!("{}={value}", pointer.trim_start_matches('/')));
    let members: Vec<_> = members.collect();
    if members.is_empty() { "no input".to_owned() } else { members.join(" ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::drawn::Drawn;
    use super::super::fault::Fault;
    use super::super::plan::Often;
    use super::super::samples::ran;
    use super::*;
    use crate::rules::talk::{Step, ok};

    fn calls(names: &[&str]) -> Vec<Called> {
        let create = |name: &&str| ok(0, "ciam", "CreateUser").with(json!({ "UserName": name }));
        Drawn::default().calls(&ran(names.iter().map(create).collect::<Vec<Step>>()).entries)
    }

    fn told(target: Target, names: &[&str]) -> String {
        nearest(&Plan::one(target, Fault::Lost, Often::Once), &calls(names)).unwrap()
    }

    #[test]
    fn it_says_how_near_the_client_came() {
        let planned = calls(&["ada", "bob", "ada"]);
        let target = Target::of(&planned, 2).unwrap();
        assert_eq!(
            told(target.clone(), &[]),
            "CreateUser UserName=ada #2 did not come: the client sent no such request"
        );
        assert_eq!(
            told(target.clone(), &["ada"]),
            "CreateUser UserName=ada #2 did not come: the client sent only 1 of them"
        );
        assert_eq!(
            told(target.clone(), &["ada", "ada"]),
            "CreateUser UserName=ada #2 came, and the fault did not act upon it"
        );
        assert_eq!(
            told(target, &["bob", "eve"]),
            "CreateUser UserName=ada #2 did not come: of 2 such requests the nearest had UserName=\"eve\""
        );
    }
}
