//! From a file to rules: what is wrong with it, where, and what is allowed.

use contracts::near;
use std::collections::BTreeSet;
use std::ops::Range;

use contracts::Operation;
use regex_lite::Regex;

use super::file::{self, Condition as Wanted, CountScope, RuleTable, Story};
use super::pointer::Pointer;
use super::rule::{Counting, Rule};
use super::{FILES, Phase, Target};
use crate::runtime::condition::Condition;

mod effect;
mod json;

/// What is wrong with a scenario, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1.
    pub line: usize,
    /// Counted in characters from 1.
    pub column: usize,
    /// The rule in which it is, counted from 1; 0 outside of rules.
    pub rule: usize,
    /// Whether the scenario is JSON: then line and column are those of the same scenario in TOML.
    pub is_json: bool,
    /// What is wrong and what is allowed.
    pub text: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.is_json, self.rule) {
            (false, _) => write!(f, "{}:{}: {}", self.line, self.column, self.text),
            (true, 0) => f.write_str(&self.text),
            (true, rule) => write!(f, "rule {rule}: {}", self.text),
        }
    }
}

/// The rules of a file, which are for that tenant alone if there is one.
pub(super) fn rules(text: &str, tenant: Option<&str>) -> Result<(Story, Vec<Rule>), Vec<Problem>> {
    let json = json::to_toml(text).map_err(|problem| vec![problem])?;
    let text = json.as_deref().unwrap_or(text);
    let mut found = Problems { text, is_json: json.is_some(), list: Vec::new() };
    let story: Story = match toml::from_str(text) {
        Ok(story) => story,
        Err(error) => {
            found.add(error.span().unwrap_or_default(), error.message());
            return Err(found.list);
        }
    };
    let mut rules: Vec<Rule> = Vec::new();
    for (index, table) in story.rules.iter().enumerate() {
        let Some(rule) = found.rule(index + 1, table.get_ref(), &table.span()) else { continue };
        let own = rule.tenant.as_deref();
        if let Some((own, all)) = own.zip(tenant).filter(|(own, all)| own != all) {
            let text = format!(
                "this rule can never act: it is about {own:?}, and the scenario is loaded for {all:?}"
            );
            found.add(table.span(), text);
        }
        if let Some(earlier) = rules.iter().find(|earlier| shadows(earlier, &rule)) {
            let number = earlier.number;
            let text = format!("this rule can never act: rule {number} acts on all that it meets");
            found.add(table.span(), text);
        }
        rules.push(rule);
    }
    if found.list.is_empty() { Ok((story, rules)) } else { Err(found.list) }
}

/// Whether the first rule acts on all that the second one meets.
fn shadows(first: &Rule, second: &Rule) -> bool {
    let Counting { skip, times, every, window, chance } = first.counting;
    let is_always = (skip, times, every) == (0, u64::MAX, 1)
        && window == (0, i64::MAX)
        && chance >= 1.0
        && first.input.is_empty();
    let meets_all = match (&first.targets, &second.targets) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(all), Some(some)) => some.iter().all(|one| all.contains(one)),
    };
    let is_theirs = first.tenant.is_none() || first.tenant == second.tenant;
    first.phase == second.phase && is_always && meets_all && is_theirs
}

/// What a rule is about.
enum Targets {
    All,
    Files,
    Operations(Vec<&'static Operation>),
}

impl Targets {
    /// Their places among all targets; absent for all.
    fn places(&self) -> Option<Vec<usize>> {
        match self {
            Self::All => None,
            Self::Files => Some(vec![Target::File.place()]),
            Self::Operations(all) => {
                Some(all.iter().map(|one| Target::Operation(one).place()).collect())
            }
        }
    }
}

struct Problems<'a> {
    text: &'a str,
    is_json: bool,
    list: Vec<Problem>,
}

impl Problems<'_> {
    fn add(&mut self, span: Range<usize>, text: impl Into<String>) {
        let before = self.text.get(..span.start).unwrap_or_default();
        let (line, column) = match before.rsplit_once('\n') {
            Some((earlier, rest)) => (earlier.matches('\n').count() + 2, rest.chars().count() + 1),
            None => (1, before.chars().count() + 1),
        };
        let rule = before.matches("[[rule]]").count();
        self.list.push(Problem { line, column, rule, is_json: self.is_json, text: text.into() });
    }

    fn rule(&mut self, number: usize, table: &RuleTable, span: &Range<usize>) -> Option<Rule> {
        let before = self.list.len();
        let targets = self.targets(table);
        let mut input = Vec::new();
        for (pointer, wanted) in &table.input {
            if !pointer.starts_with('/') {
                let text =
                    format!("{pointer:?}: a JSON pointer begins with a slash, as \"/UserName\"");
                self.add(span.clone(), text);
            }
            let condition = self.condition(wanted, span);
            input.extend(condition.map(|condition| (Pointer::new(pointer), condition)));
        }
        if table.at == Phase::Arrival && !input.is_empty() {
            let text = "on arrival the input is not read yet: use `at = \"before_handler\"`";
            self.add(span.clone(), text);
        }
        let counting = self.counting(table, span);
        let effect = self.effect(table, &targets);
        let targets = self.narrowed(targets, table);
        if self.list.len() > before {
            return None;
        }
        Some(Rule {
            number,
            targets: targets.places(),
            tenant: table.tenant.clone(),
            input,
            phase: table.at,
            counting,
            counts_together: table.count == CountScope::AllTenants,
            label: effect::label(table.effect.get_ref()),
            effect: effect?,
        })
    }

    /// What a rule is about, by its service and its operation.
    fn targets(&mut self, table: &RuleTable) -> Targets {
        if table.service.as_ref().is_some_and(|name| name.get_ref() == FILES) {
            if let Some(name) = &table.operation {
                self.add(name.span(), "a download is no operation: leave `operation` out");
            }
            return Targets::Files;
        }
        let services = &contracts::catalog().services;
        let is_named =
            |name: &str| table.service.as_ref().is_none_or(|wanted| wanted.get_ref() == name);
        let of = services.iter().filter(|service| is_named(&service.name));
        let all: Vec<&'static Operation> =
            of.flat_map(|service| &service.operations).map(|operation| &**operation).collect();
        if let Some(wanted) = table.service.as_ref().filter(|_| all.is_empty()) {
            let known = services.iter().map(|service| service.name.as_str()).chain([FILES]);
            let hint = near(wanted.get_ref(), known);
            self.add(wanted.span(), format!("there is no service {:?}; {hint}", wanted.get_ref()));
            return Targets::All;
        }
        match (&table.operation, &table.service) {
            (None, None) => Targets::All,
            (None, Some(_)) => Targets::Operations(all),
            (Some(name), _) => Targets::Operations(self.named(name, &all)),
        }
    }

    /// Those of that name, of one service.
    fn named(
        &mut self,
        name: &toml::Spanned<String>,
        all: &[&'static Operation],
    ) -> Vec<&'static Operation> {
        let named = all.iter().copied().filter(|one| one.name == *name.get_ref());
        let named: Vec<_> = named.collect();
        let of: BTreeSet<_> = named.iter().map(|one| one.service.as_str()).collect();
        if named.is_empty() {
            let hint = near(name.get_ref(), all.iter().map(|one| one.name.as_str()));
            self.add(name.span(), format!("there is no operation {:?}; {hint}", name.get_ref()));
        } else if of.len() > 1 {
            let of = of.into_iter().collect::<Vec<_>>().join(", ");
            self.add(name.span(), format!("more than one service has it, add `service`: {of}"));
        }
        named
    }

    fn condition(&mut self, wanted: &Wanted, span: &Range<usize>) -> Option<Condition> {
        Some(match wanted {
            Wanted::Equals(value) => Condition::OneOf(vec![value.clone()]),
            Wanted::OneOf(file::OneOf { one_of }) => Condition::OneOf(one_of.clone()),
            Wanted::Matches(file::Matches { matches }) => match Regex::new(matches) {
                Ok(regex) => Condition::Matches(regex),
                Err(error) => {
                    let text = format!("{matches:?} is no regular expression: {error}");
                    self.add(span.clone(), text);
                    return None;
                }
            },
        })
    }

    fn counting(&mut self, table: &RuleTable, span: &Range<usize>) -> Counting {
        let RuleTable { times, every, from, until, chance, always, .. } = *table;
        let is_bounded = every.or(times).is_some() || from.or(until).or(chance).is_some();
        let (from, until) = (from.map_or(0, milliseconds), until.map_or(i64::MAX, milliseconds));
        let chance = chance.unwrap_or(1.0);
        let wrong = [
            (
                always && is_bounded,
                "`always` goes with none of times, every, from, until and chance",
            ),
            (times == Some(0) || every == Some(0), "this rule can never act: it counts to 0"),
            (from >= until, "this rule can never act: `until` is not after `from`"),
            (!(chance > 0.0 && chance <= 1.0), "`chance` lies above 0 and is at most 1"),
        ];
        for (_, text) in wrong.into_iter().filter(|(is_wrong, _)| *is_wrong) {
            self.add(span.clone(), text);
        }
        Counting {
            skip: table.skip,
            times: times.unwrap_or(if always || is_bounded { u64::MAX } else { 1 }),
            every: every.unwrap_or(1).max(1),
            window: (from, until),
            chance,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "what is too large becomes the largest")]
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1_000.0).round() as i64
}
