//! What sealed processes tried to reach outside.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Most different targets that are kept.
const TARGETS_MAX: usize = 1000;

/// Targets outside of the seal, and how often each was tried.
#[derive(Debug, Default)]
pub struct Strays(Mutex<BTreeMap<String, [u64; 2]>>);

/// Which of the addresses of a target was asked for: clients ask for both at a time.
#[derive(Debug, Clone, Copy)]
pub(super) enum Family {
    V4,
    V6,
}

impl Strays {
    /// Counts one more try.
    pub(super) fn note(&self, target: String, family: Family) {
        let mut targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if targets.len() < TARGETS_MAX || targets.contains_key(&target) {
            let [v4, v6] = targets.entry(target).or_default();
            match family {
                Family::V4 => *v4 += 1,
                Family::V6 => *v6 += 1,
            }
        }
    }

    /// All of them, by name.
    pub fn all(&self) -> Vec<(String, u64)> {
        let targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        targets.iter().map(|(target, [v4, v6])| (target.clone(), *v4.max(v6))).collect()
    }
}
