//! Every request is signed as its gateway demands.

use super::{Certainty, Finding, Rule};
use crate::conversation::Entry;

pub(super) const RULE: Rule = Rule {
    name: "signs-requests",
    promise: "signs every request correctly",
    source: "the gateways' own codes for a wrong signature (contracts/models/protocols)",
    certainty: Certainty::Certain,
    check,
};

fn check(_entries: &[&Entry]) -> Vec<Finding> {
    Vec::new()
}
