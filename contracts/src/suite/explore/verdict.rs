//! What a client made of a fault: what it says, what it left, and what a second run makes of that.

use super::super::lab::{End, Ran};
use super::calm::Calm;
use super::history::History;
use super::plan::Plan;
use crate::report::Verdict;

/// A verdict with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    /// How the state differs from that after a calm run.
    pub(super) difference: Vec<String>,
    /// The operations by which something was deleted and created again.
    pub(super) replaced: Option<(&'static str, &'static str)>,
    /// The operation by which something was changed to and fro.
    pub(super) to_and_fro: Option<&'static str>,
    /// The choices of the plan that acted.
    pub(super) fired: Vec<usize>,
}

/// Whether only a second run without faults can show whether a failure was clean.
pub(super) fn needs_second_run(calm: &Calm, plan: &Plan, run: &Ran) -> bool {
    let is_plain = run.lost > 0 || plan.fired(&run.entries).is_empty();
    let failed = run.end != End::TimedOut && !run.end.says_success();
    failed && !is_plain && !is_harmless(calm, run) && !blocks(plan)
}

/// Judges a run under a plan, with the run after it in the same room if there was one.
pub(super) fn judge(calm: &Calm, plan: &Plan, run: &Ran, again: Option<&Ran>) -> Judged {
    let state = calm.state_after(run);
    let history = History::of(&calm.drawn.calls(&run.entries));
    let replaced = history.replaced(&calm.history);
    let to_and_fro = history.to_and_fro(&calm.history);
    let fired = plan.fired(&run.entries);
    let is_lost = run.lost > 0 || again.is_some_and(|again| again.lost > 0);
    let verdict = match run.end {
        _ if is_lost => Verdict::Incomplete,
        _ if fired.is_empty() => Verdict::NotInjected,
        End::TimedOut => Verdict::Hung,
        end if end.says_success() => {
            let is_equal = state.reaches(&calm.goal) && replaced.is_none() && to_and_fro.is_none();
            if is_equal { Verdict::Recovered } else { Verdict::SilentlyWrong }
        }
        _ if is_harmless(calm, run) || blocks(plan) => Verdict::FailedClean,
        _ if again.is_some_and(|again| is_mended(calm, again)) => Verdict::FailedClean,
        _ => Verdict::FailedDirty,
    };
    Judged { verdict, difference: state.difference(&calm.goal), replaced, to_and_fro, fired }
}

/// Whether a failed run left nothing behind. Where no write was done, nothing can be.
fn is_harmless(calm: &Calm, run: &Ran) -> bool {
    let history = History::of(&calm.drawn.calls(&run.entries));
    history.is_empty() || calm.is_harmless(&calm.state_after(run))
}

fn is_mended(calm: &Calm, again: &Ran) -> bool {
    again.end.says_success() && calm.is_mended(&calm.state_after(again))
}

/// Behind a job that does not end no second run gets through, whatever the client does.
fn blocks(plan: &Plan) -> bool {
    plan.choices.iter().any(|choice| choice.fault.blocks_later_runs())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::calls::Target;
    use super::super::fault::{Fault, Job};
    use super::super::plan::Often;
    use super::super::samples::{ended, ran};
    use super::*;
    use crate::rules::Settings;
    use crate::rules::talk::{Step, lost, ok};

    fn users(names: &[&str]) -> Value {
        let rows: Vec<_> = names.iter().map(|name| json!({ "user_name": name })).collect();
        json!({ "ciam_users": rows })
    }

    fn run(end: End, names: &[&str], steps: Vec<Step>) -> Ran {
        ended(ran(steps), end, users(names))
    }

    fn calm_run() -> Ran {
        run(End::Exited(0), &["ada"], vec![ok(0, "ciam", "CreateUser")])
    }

    fn calm() -> Calm {
        let shut = run(End::Exited(1), &["left"], vec![ok(0, "ciam", "ListUser")]);
        Calm::of(&[&calm_run()], &calm_run(), Some(&shut), &Settings::default())
    }

    fn plan(fault: Fault) -> Plan {
        let (service, operation) = ("ciam".to_owned(), Some("CreateUser"));
        let target = Target { service, operation, input: vec![], skip: 0, place: 0 };
        Plan::one(target, fault, Often::Once)
    }

    fn verdict(end: End, names: &[&str], again: Option<(End, &[&str])>) -> Verdict {
        let first = run(end, names, vec![lost(0, "ciam", "CreateUser")]);
        let again = again.map(|(end, names)| run(end, names, vec![]));
        judge(&calm(), &plan(Fault::Lost), &first, again.as_ref()).verdict
    }

    const OK: End = End::Exited(0);
    const FAILED: End = End::Exited(1);

    #[test]
    fn success_must_be_true() {
        assert_eq!(verdict(OK, &["ada"], None), Verdict::Recovered);
        assert_eq!(verdict(OK, &["ada", "ada"], None), Verdict::SilentlyWrong);
        assert_eq!(verdict(OK, &["left"], None), Verdict::SilentlyWrong);
        assert_eq!(verdict(OK, &[], None), Verdict::SilentlyWrong);
    }

    #[test]
    fn failure_must_leave_what_a_second_run_can_mend() {
        assert_eq!(verdict(FAILED, &["ada"], None), Verdict::FailedClean);
        assert_eq!(verdict(FAILED, &["left"], None), Verdict::FailedClean);
        assert_eq!(verdict(End::Killed(9), &[], None), Verdict::FailedClean);
        assert_eq!(verdict(FAILED, &["bob"], Some((OK, &["ada"]))), Verdict::FailedClean);
        assert_eq!(verdict(FAILED, &["bob"], Some((OK, &["ada", "bob"]))), Verdict::FailedDirty);
        assert_eq!(verdict(FAILED, &["bob"], Some((FAILED, &["ada"]))), Verdict::FailedDirty);
    }

    #[test]
    fn a_second_run_is_made_where_it_decides() {
        let needs = |fault: Fault, end, names: &[&str]| {
            let run = run(end, names, vec![lost(0, "ciam", "CreateUser")]);
            needs_second_run(&calm(), &plan(fault), &run)
        };
        assert!(needs(Fault::Lost, FAILED, &["bob"]));
        assert!(!needs(Fault::Lost, FAILED, &["ada"]));
        assert!(!needs(Fault::Lost, OK, &["bob"]));
        assert!(!needs(Fault::Lost, End::TimedOut, &["bob"]));
        assert!(!needs(Fault::Job(Job::Stays), FAILED, &["bob"]), "nothing gets through behind it");
    }

    #[test]
    fn a_run_that_writes_nothing_leaves_nothing() {
        let refused = ok(0, "ciam", "ListUser").fault("status 502", None);
        let run = run(FAILED, &["other"], vec![refused]);
        assert_eq!(judge(&calm(), &plan(Fault::Lost), &run, None).verdict, Verdict::FailedClean);
    }

    #[test]
    fn without_evidence_or_fault_there_is_no_verdict() {
        let steps = || vec![lost(0, "ciam", "CreateUser")];
        let missing = Ran { lost: 1, ..run(OK, &["bob"], steps()) };
        assert_eq!(judge(&calm(), &plan(Fault::Lost), &missing, None).verdict, Verdict::Incomplete);
        let calm_run = run(OK, &["bob"], vec![ok(0, "ciam", "CreateUser")]);
        assert_eq!(
            judge(&calm(), &plan(Fault::Lost), &calm_run, None).verdict,
            Verdict::NotInjected
        );
        assert_eq!(verdict(End::TimedOut, &["ada"], None), Verdict::Hung);
    }

    #[test]
    fn a_client_that_only_reads_leaves_the_state_as_it_was() {
        let read = || run(OK, &["ada"], vec![ok(0, "ciam", "ListUser")]);
        let calm = Calm::of(&[&read()], &read(), None, &Settings::default());
        let refused = run(OK, &["ada"], vec![lost(0, "ciam", "ListUser")]);
        let refused = Ran { state: json!({}), ..refused };
        assert_eq!(judge(&calm, &plan(Fault::Lost), &refused, None).verdict, Verdict::Recovered);
    }

    #[test]
    fn a_right_state_with_a_wrong_history_is_wrong() {
        let steps = vec![
            ok(0, "ciam", "DeleteUsers"),
            lost(0, "ciam", "CreateUser"),
            ok(0, "ciam", "CreateUser"),
        ];
        let judged = judge(&calm(), &plan(Fault::Lost), &run(OK, &["ada"], steps), None);
        assert_eq!(judged.verdict, Verdict::SilentlyWrong);
        assert_eq!(judged.replaced, Some(("DeleteUsers", "CreateUser")));
    }
}
