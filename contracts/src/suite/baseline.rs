//! Findings that are known and accepted for a while.

use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de};

use crate::report::{CaseOutcome, Report, Reported};
use crate::rules::Certainty;

/// Accepted findings, each with a reason and a last day.
#[derive(Debug, Default)]
pub struct Baseline {
    entries: Vec<Accepted>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    accept: Vec<Accepted>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    /// The name of the finding's cause, as reports give it.
    fingerprint: String,
    /// The contract in which it is accepted; absent: in all.
    contract: Option<String>,
    reason: String,
    /// The last day on which it is accepted.
    #[serde(deserialize_with = "date")]
    until: Date,
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| de::Error::custom(format!("{text:?} is no date such as \"2027-01-31\"")))
}

impl Baseline {
    /// Reads a file of `[[accept]]` tables: `fingerprint`, `contract`, `reason`, `until = "2027-01-31"`.
    ///
    /// # Errors
    /// Says what is wrong, with the line.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read {name}: {error}"))?;
        let file: File = toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            format!("{name}:{}: {}", before.matches('\n').count() + 1, error.message())
        })?;
        let silent = file.accept.iter().find(|accepted| accepted.reason.trim().is_empty());
        if let Some(Accepted { fingerprint, .. }) = silent {
            return Err(format!(
                "{name}: `reason` of {fingerprint} says nothing: why is it accepted?"
            ));
        }
        Ok(Self { entries: file.accept })
    }

    /// Marks what is accepted on that day, and notes what is not needed any more.
    pub fn apply(&self, report: &mut Report, today: Date) {
        for accepted in &self.entries {
            let contracts = report.cases.iter_mut();
            let cases = contracts.filter(|case| {
                accepted.contract.as_ref().is_none_or(|name| *name == case.contract)
            });
            let all = cases.flat_map(|case| &mut case.findings);
            let found: Vec<_> =
                all.filter(|found| found.fingerprint == accepted.fingerprint).collect();
            let Accepted { fingerprint, until, .. } = accepted;
            if found.is_empty() {
                report.notes.push(format!("the baseline's {fingerprint} was not found any more"));
            } else if *until < today {
                report.notes.push(format!("the baseline accepted {fingerprint} until {until}"));
            } else {
                for found in found {
                    accept(found, accepted);
                }
            }
        }
        for case in report.cases.iter_mut().filter(|case| case.outcome == CaseOutcome::Failed) {
            let fails = |found: &Reported| {
                found.accepted.is_none() && found.finding.certainty == Certainty::Certain
            };
            if !case.findings.iter().any(fails) {
                case.outcome = CaseOutcome::Passed;
            }
        }
    }
}

fn accept(found: &mut Reported, accepted: &Accepted) {
    found.accepted = Some(format!("{} (until {})", accepted.reason, accepted.until));
}
