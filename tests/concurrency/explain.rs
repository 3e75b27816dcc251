//! Looks for an order of calls that the model answers as the twin did: linearizability, by a search
//! that remembers where it has been. (The checkers in the registry that were looked at remember
//! nothing, and do not end on eight threads.)

use std::collections::HashSet;

use super::calls::{Answered, Op};
use super::model::Model;

/// A call, its answer, and the moments at which it began and ended.
#[derive(Debug)]
pub struct Call {
    pub op: Op,
    pub answered: Answered,
    pub from: usize,
    pub to: usize,
}

/// Whether some order explains all answers. A call that ended before another began comes first.
pub fn explained(history: &[Call]) -> bool {
    assert!(history.len() <= 128);
    let mut seen = HashSet::new();
    let mut open = vec![(0_u128, Model::default())];
    let all = u128::MAX >> (128 - history.len());
    while let Some((done, model)) = open.pop() {
        if done == all {
            return true;
        }
        let left = || history.iter().enumerate().filter(move |(at, _)| done & (1 << at) == 0);
        let first_end = left().map(|(_, call)| call.to).min().unwrap();
        for (at, call) in left().filter(|(_, call)| call.from < first_end) {
            for after in model.after(&call.op, &call.answered) {
                let next = (done | (1 << at), after);
                if seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(op: Op, answered: Answered, from: usize, to: usize) -> Call {
        Call { op, answered, from, to }
    }

    #[test]
    fn what_is_lost_or_seen_too_early_is_not_explained() {
        let names = |all: &[u8]| Answered::Names(all.iter().map(|n| format!("u{n}")).collect());
        let create = |from, to| call(Op::Create(0, 1), Answered::Done, from, to);
        assert!(explained(&[create(0, 1), call(Op::List(0), names(&[1]), 2, 3)]));
        assert!(!explained(&[create(0, 1), call(Op::List(0), names(&[]), 2, 3)]), "lost");
        assert!(!explained(&[call(Op::List(0), names(&[1]), 0, 1), create(2, 3)]), "too early");
        assert!(explained(&[call(Op::List(0), names(&[1]), 0, 2), create(1, 3)]), "side by side");
        let twice = [create(0, 2), create(1, 3)];
        assert!(!explained(&twice), "made twice");
        let reset = call(Op::Reset(Some(0)), Answered::Done, 0, 4);
        assert!(explained(&[create(0, 2), create(1, 3), reset]), "a reset between them");
        let elsewhere = call(Op::Reset(Some(1)), Answered::Done, 0, 4);
        assert!(!explained(&[create(0, 2), create(1, 3), elsewhere]), "of another tenant");
    }
}
