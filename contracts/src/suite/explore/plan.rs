//! A plan of faults for one run, and the scenario that carries it out: with it, `run --scenario` and `check` do the
//! same again.

use std::fmt::Write as _;

use serde_json::Value;

use super::calls::{FILES, Target};
use super::fault::Fault;
use crate::conversation::Entry;
use crate::report::FaultPoint;

/// How often a fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Often {
    /// To one request.
    Once,
    /// To that request and all of its kind that follow.
    Always,
}

/// One fault of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) target: Target,
    pub(super) fault: Fault,
    pub(super) often: Often,
}

/// The faults of one run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Plan {
    pub(super) choices: Vec<Choice>,
}

impl Plan {
    /// A plan with one fault.
    pub(super) fn one(target: Target, fault: Fault, often: Often) -> Self {
        Self { choices: vec![Choice { target, fault, often }] }
    }

    /// The same with another fault.
    pub(super) fn and(&self, choice: Choice) -> Self {
        let mut choices = self.choices.clone();
        choices.push(choice);
        Self { choices }
    }

    /// What happens, in words.
    pub(super) fn title(&self) -> String {
        let titles: Vec<_> = self.choices.iter().map(Choice::title).collect();
        titles.join("; ")
    }

    /// The scenario, as TOML. The rules have the order of the choices.
    pub(super) fn scenario(&self) -> String {
        let mut text = format!("name = {}\n", quoted(&self.title()));
        for choice in &self.choices {
            choice.write(&mut text);
        }
        text
    }

    /// The faults, for the grid of coverage.
    pub(super) fn points(&self) -> Vec<FaultPoint> {
        self.choices.iter().map(Choice::point).collect()
    }

    /// The choices that acted upon a request of the run.
    pub(super) fn fired(&self, entries: &[Entry]) -> Vec<usize> {
        let acted = |number: usize| {
            entries
                .iter()
                .filter_map(|entry| entry.fault.as_ref())
                .any(|fault| fault.rule == number)
        };
        (0..self.choices.len()).filter(|at| acted(at + 1)).collect()
    }

    /// The same with these choices only.
    pub(super) fn only(&self, places: &[usize]) -> Self {
        let choices = places.iter().filter_map(|at| self.choices.get(*at).cloned());
        Self { choices: choices.collect() }
    }
}

impl Choice {
    /// The request and its number, such as `CreateUser #2`.
    pub(super) fn request(&self) -> String {
        let Target { service, operation, input, .. } = &self.target;
        let number = self.skip() + 1;
        let name = match operation {
            Some(name) => (*name).to_owned(),
            None if service == FILES => "the download".to_owned(),
            None => format!("the job of {service}"),
        };
        let input = if self.has_input() { input.as_slice() } else { &[] };
        let member = |(pointer, value): &(String, Value)| {
            let name = pointer.rsplit('/').find(|part| part.parse::<u32>().is_err());
            format!(
                " {}={}",
                name.unwrap_or_default(),
                value.as_str().map_or_else(|| value.to_string(), str::to_owned)
            )
        };
        let which: String = input.iter().map(member).collect();
        match self.often {
            Often::Always if number == 1 => {
                format!("every {name}{which}").replace("every the", "every")
            }
            Often::Always => format!("{name}{which} from #{number} on"),
            Often::Once => format!("{name}{which} #{number}"),
        }
    }

    fn title(&self) -> String {
        format!("{} {}", self.request(), self.fault.predicate())
    }

    /// On arrival the input is not read yet.
    fn has_input(&self) -> bool {
        self.phase() != "arrival"
    }

    /// A download has no handler of an operation.
    fn phase(&self) -> &'static str {
        match self.fault.phase() {
            "before_handler" if self.target.service == FILES => "arrival",
            phase => phase,
        }
    }

    fn skip(&self) -> u64 {
        if self.has_input() { self.target.skip } else { self.target.place }
    }

    fn write(&self, text: &mut String) {
        let Target { service, operation, input, .. } = &self.target;
        _ = writeln!(text, "\n[[rule]]\nservice = {}", quoted(service));
        if let Some(operation) = operation {
            _ = writeln!(text, "operation = {}", quoted(operation));
        }
        if self.has_input() && !input.is_empty() {
            let conditions: Vec<_> = input
                .iter()
                .map(|(pointer, value)| format!("{} = {}", quoted(pointer), literal(value)))
                .collect();
            _ = writeln!(text, "input = {{ {} }}", conditions.join(", "));
        }
        if self.skip() > 0 {
            _ = writeln!(text, "skip = {}", self.skip());
        }
        text.push_str(if self.often == Often::Always { "always = true\n" } else { "times = 1\n" });
        _ = writeln!(text, "at = \"{}\"\neffect = {}", self.phase(), self.fault.effect());
    }

    fn point(&self) -> FaultPoint {
        let often = if self.often == Often::Always { ", always" } else { "" };
        FaultPoint {
            service: self.target.service.clone(),
            operation: self.target.operation.unwrap_or("(file or job)").to_owned(),
            effect: format!("{}{often}", self.fault.word()),
            phase: self.phase().to_owned(),
        }
    }
}

/// A text of TOML. JSON's escapes are TOML's, but for the one control character that JSON leaves as it is.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// Texts, numbers and truths look the same in both.
fn literal(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), quoted)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::codes::{Class, Refusal};
    use super::super::fault::Page;
    use super::*;

    fn target() -> Target {
        Target {
            service: "ciam".to_owned(),
            operation: Some("CreateUser"),
            input: vec![("/UserName".to_owned(), json!("a\"b\u{7f}")), ("/N".to_owned(), json!(2))],
            skip: 1,
            place: 3,
        }
    }

    fn read(plan: &Plan) -> Value {
        toml::from_str(&plan.scenario()).unwrap()
    }

    #[test]
    fn a_plan_is_a_scenario() {
        let refusal =
            Refusal { class: Class::Transient, code: "InternalError", is_documented: false };
        let plan = Plan::one(target(), Fault::Lost, Often::Once).and(Choice {
            target: target().next(),
            fault: Fault::Refused(refusal),
            often: Often::Always,
        });
        let rules = json!([
            { "service": "ciam", "operation": "CreateUser", "input": {"/UserName": "a\"b\u{7f}", "/N": 2},
              "skip": 1, "times": 1, "at": "after_commit", "effect": {"drop": true} },
            { "service": "ciam", "operation": "CreateUser", "input": {"/UserName": "a\"b\u{7f}", "/N": 2},
              "skip": 2, "always": true, "at": "before_handler",
              "effect": {"refuse": "InternalError", "undocumented": true} },
        ]);
        assert_eq!(read(&plan)["rule"], rules);
        assert_eq!(read(&plan)["name"], json!(plan.title()));
    }

    #[test]
    fn on_arrival_no_input_is_read() {
        let rule = &read(&Plan::one(target(), Fault::Revoked, Often::Once))["rule"][0];
        assert_eq!((&rule["skip"], rule.get("input")), (&json!(3), None));
    }

    #[test]
    fn a_title_says_which_request_and_what_happens() {
        let input = vec![("/Pageable/PageNumber".to_owned(), json!(2))];
        let list = Target { operation: Some("ListUser"), input, skip: 0, ..target() };
        let title = |often| Plan::one(list.clone(), Fault::Page(Page::Short), often).title();
        assert_eq!(title(Often::Once), "ListUser PageNumber=2 #1 returned a short page");
        assert_eq!(title(Often::Always), "every ListUser PageNumber=2 returned a short page");
    }
}
