//! The scenarios that are loaded: which rule acts on a request, and the counts behind that.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::chance::Draw;
use super::change::Change;
use super::rule::{Answer, Headers, Rule, since};
use super::{ANY_CODE, Phase, Target, Which};
use crate::error::Refusal;
use crate::runtime::clock::Timestamp;
use crate::state::Wanted;
use crate::wire::{Fate, Plan};

/// The name under which all tenants are counted together, and those whose request names none.
const NO_TENANT: &str = "";

/// A scenario and what its rules have counted.
#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) name: Arc<str>,
    pub(super) seed: u64,
    /// The tenant for whom alone it was loaded.
    pub(super) tenant: Option<String>,
    pub(super) loaded: Timestamp,
    pub(super) rules: Vec<Rule>,
    /// By rule: how often it was asked, whether it matched or not.
    asked: Vec<u64>,
    /// By rule and tenant.
    counts: Vec<BTreeMap<String, Counts>>,
}

/// What a rule has counted for a tenant.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Counts {
    /// Requests that it matched.
    matched: u64,
    /// Those that it acted upon.
    fired: u64,
}

/// A request as rules see it.
pub(super) struct Seen<'a> {
    pub(super) target: Target<'a>,
    pub(super) tenant: Option<&'a str>,
    pub(super) input: Option<&'a Value>,
    pub(super) now: Timestamp,
}

/// What a rule does to a request.
#[derive(Debug, Clone)]
pub struct Fired {
    /// The scenario's name.
    pub scenario: Arc<str>,
    /// The rule's number in its file, from 1.
    pub rule: usize,
    /// Where it met the request.
    pub phase: Phase,
    /// The effect in a word or two.
    pub effect: String,
    /// What is answered.
    pub answer: Answer,
    /// What changes for the request, which goes on.
    pub change: Option<Change>,
    /// What happens to the headers of the answer.
    pub headers: Option<Arc<Headers>>,
    /// How it is delivered.
    pub plan: Option<Box<Plan>>,
}

impl Fired {
    /// Whether the request does not go on its way.
    pub(crate) fn ends_request(&self) -> bool {
        !matches!(self.answer, Answer::Own) || self.is_lost()
    }

    /// Whether no answer is sent.
    pub(crate) fn is_lost(&self) -> bool {
        let fate = self.plan.as_deref().map(|plan| &plan.fate);
        matches!(fate, Some(Fate::Dropped | Fate::Reset | Fate::Garbage(_)))
    }
}

/// A refusal with one of the codes that the operation documents.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a short list"
)]
fn any_refusal(target: Target<'_>, draw: f64) -> Option<Refusal> {
    let Target::Operation(operation) = target else { return None };
    let place = (operation.errors.len() as f64 * draw) as usize;
    let code = operation.errors.get(place)?.clone();
    Some(Refusal { code: code.into(), message: "".into() })
}

impl Scenario {
    pub(super) fn new(
        name: &str,
        seed: u64,
        tenant: Option<&str>,
        rules: Vec<Rule>,
        loaded: Timestamp,
    ) -> Self {
        let (asked, counts) = (vec![0; rules.len()], vec![BTreeMap::new(); rules.len()]);
        let (name, tenant) = (name.into(), tenant.map(Into::into));
        Self { name, seed, tenant, loaded, rules, asked, counts }
    }

    pub(super) fn is(&self, which: Which<'_>) -> bool {
        which.name.is_none_or(|name| *self.name == *name)
            && which.tenant.is_none_or(|tenant| self.tenant.as_deref() == Some(tenant))
    }

    /// Counts the request for a rule of its target, tenant and phase; what the rule does to it, if it acts
    /// and `may_act`.
    pub(super) fn meet(&mut self, place: usize, seen: &Seen<'_>, may_act: bool) -> Option<Fired> {
        let (rule, counts) = (self.rules.get(place)?, self.counts.get_mut(place)?);
        *self.asked.get_mut(place)? += 1;
        if !rule.matches(seen.input) {
            return None;
        }
        let tenant = seen.tenant.filter(|_| !rule.counts_together).unwrap_or(NO_TENANT);
        let counts = match counts.get_mut(tenant) {
            Some(counts) => counts,
            None => counts.entry(tenant.to_owned()).or_default(),
        };
        counts.matched += 1;
        let draw = Draw { seed: self.seed, scenario: &self.name, rule: rule.number, tenant };
        let met = counts.matched;
        let now = since(self.loaded, seen.now);
        if !may_act || !rule.counting.is_met(met, counts.fired, now, &draw) {
            return None;
        }
        counts.fired += 1;
        let (answer, effect) = match &rule.effect.answer {
            Answer::RefuseAny => {
                let refusal = any_refusal(seen.target, draw.unit(met, "code"))?;
                let label = rule.label.replace(ANY_CODE, &refusal.code);
                (Answer::Refuse(refusal), label)
            }
            answer => (answer.clone(), rule.label.clone()),
        };
        Some(Fired {
            scenario: Arc::clone(&self.name),
            rule: rule.number,
            phase: rule.phase,
            effect,
            answer,
            change: rule.effect.change.clone(),
            headers: rule.effect.headers.clone(),
            plan: rule.effect.plan(met, &draw),
        })
    }

    /// The old states that its rules ask for.
    pub(super) fn wanted(&self) -> impl Iterator<Item = Wanted> {
        self.rules.iter().filter_map(|rule| match rule.effect.change {
            Some(Change::Stale(lag)) => Some(Wanted { tenant: rule.tenant.clone(), lag }),
            _ => None,
        })
    }

    /// Begins to count anew: for that tenant, or for all.
    pub(super) fn forget(&mut self, tenant: Option<&str>) {
        if tenant.is_none() {
            self.asked.fill(0);
        }
        for counts in &mut self.counts {
            match tenant {
                Some(tenant) => drop(counts.remove(tenant)),
                None => counts.clear(),
            }
        }
    }

    /// What it has counted, as the control interface shows it.
    pub(super) fn shown(&self) -> Value {
        let rules = self.rules.iter().zip(&self.asked).zip(&self.counts);
        let rules = rules.map(|((rule, asked), counts)| {
            let sum = |of: fn(&Counts) -> u64| counts.values().map(of).sum::<u64>();
            serde_json::json!({
                "rule": rule.number,
                "at": rule.phase,
                "effect": rule.label,
                "asked": asked,
                "matched": sum(|counts| counts.matched),
                "fired": sum(|counts| counts.fired),
                "tenants": counts,
            })
        });
        serde_json::json!({
            "name": &*self.name,
            "tenant": self.tenant,
            "rules": rules.collect::<Vec<_>>(),
        })
    }
}
