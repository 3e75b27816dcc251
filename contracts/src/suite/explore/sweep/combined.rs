//! Plans with several faults: pairs of those with which the client coped, then what the seed draws.

use super::super::plan::{Choice, Plan};
use super::super::rng::Rng;
use super::Seen;

/// Most pairs: of a hundred faults there are five thousand.
const PAIRS_MAX: usize = 200;

/// Most random plans that are drawn at once.
const RANDOM_MAX: usize = 200;

/// Pairs of faults, each of which made the client do something that it does not do in a calm run: what it did
/// against the one may fail under the other. Those that are far from each other in the list come first, since
/// neighbours are faults of the same request.
pub(in super::super) fn pairs(seen: &[Seen<'_>]) -> Vec<Plan> {
    let coped: Vec<_> =
        seen.iter().filter(|run| run.coped && run.plan.choices.len() == 1).collect();
    let mut plans = Vec::new();
    for distance in (1..coped.len()).rev() {
        for (one, other) in coped.iter().zip(coped.iter().skip(distance)) {
            let second = other.plan.choices.first();
            let Some(second) = second.filter(|second| is_other(one.plan, second)) else { continue };
            plans.push(one.plan.and(second.clone()));
            if plans.len() >= PAIRS_MAX {
                return plans;
            }
        }
    }
    plans
}

fn is_other(plan: &Plan, choice: &Choice) -> bool {
    plan.choices.iter().all(|known| known.target != choice.target)
}

/// Plans of two to four faults, drawn from those that were planned alone.
pub(in super::super) fn random(singles: &[Plan], rng: &mut Rng) -> Vec<Plan> {
    let mut plans = Vec::new();
    for _ in 0..RANDOM_MAX {
        let mut plan = Plan::default();
        for _ in 0..2 + rng.below(3) {
            let choice = rng.pick(singles).and_then(|single| single.choices.first());
            if let Some(choice) = choice.filter(|choice| is_other(&plan, choice)) {
                plan = plan.and(choice.clone());
            }
        }
        if plan.choices.len() > 1 {
            plans.push(plan);
        }
    }
    plans
}

#[cfg(test)]
mod tests {
    use super::super::super::calls::Target;
    use super::super::super::fault::Fault;
    use super::super::super::plan::Often;
    use super::*;

    fn single(skip: u64, fault: Fault) -> Plan {
        let (service, operation) = ("ciam".to_owned(), Some("CreateUser"));
        let target = Target { service, operation, input: vec![], skip, place: skip };
        Plan::one(target, fault, Often::Once)
    }

    #[test]
    fn pairs_are_of_faults_with_which_the_client_coped() {
        let plans = [0, 1, 2, 3].map(|skip| single(skip, Fault::Lost));
        let seen = |at: usize, coped| Seen { plan: &plans[at], calls: &[], coped };
        let pairs = pairs(&[seen(0, true), seen(1, false), seen(2, true), seen(3, true)]);
        let skips = |plan: &Plan| plan.choices.iter().map(|choice| choice.target.skip).collect();
        let skips: Vec<Vec<u64>> = pairs.iter().map(skips).collect();
        assert_eq!(skips, [[0, 3], [0, 2], [2, 3]]);
    }

    #[test]
    fn two_faults_of_one_request_are_no_pair() {
        let plans = [single(0, Fault::Lost), single(0, Fault::Cut)];
        let seen = plans.iter().map(|plan| Seen { plan, calls: &[], coped: true });
        assert_eq!(pairs(&seen.collect::<Vec<_>>()), []);
    }

    #[test]
    fn the_same_seed_makes_the_same_plans() {
        let singles: Vec<_> = (0..9).map(|skip| single(skip, Fault::Lost)).collect();
        let draw = |seed| random(&singles, &mut Rng::new(seed));
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert!(draw(1).iter().all(|plan| (2..=4).contains(&plan.choices.len())));
    }
}
