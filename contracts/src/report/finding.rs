//! A finding as labelled lines, for the forms that have no mark-up.

use std::fmt::Write as _;

use super::summary::{Group, flakiness, verdict_words};
use super::text::{line, seconds};
use super::{Case, Reported, Witness};

/// The longest text on one line, in characters.
const LINE_MAX: usize = 400;
/// The longest input of a request, in characters.
const INPUT_MAX: usize = 160;
/// The cases that are named; a number stands for the others.
const CASES_MAX: usize = 3;
/// The lines of a state difference that are shown.
const DIFFERENCE_MAX: usize = 12;

/// The sentence of a finding, with its rule.
pub(super) fn sentence(found: &Reported) -> String {
    format!("{}: {}", line(&found.finding.rule, 100), line(&found.finding.text, LINE_MAX))
}

/// A case with its contract and its place.
pub(super) fn place(case: &Case) -> String {
    let name = format!("{} › {}", line(&case.contract, LINE_MAX), line(&case.name, LINE_MAX));
    match &case.file {
        Some((file, number)) => format!("{name} ({}:{number})", line(file, LINE_MAX)),
        None => name,
    }
}

/// What is to be known of a finding, as labels and lines; a line without a label belongs to the one before.
pub(super) fn details(found: &Reported) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("promised", line(&found.promise, LINE_MAX)),
        ("source", line(&found.source, LINE_MAX)),
    ];
    let labelled = |label, texts: Vec<String>| {
        texts.into_iter().enumerate().map(
            move |(index, text)| {
                if index == 0 { (label, text) } else { ("", text) }
            },
        )
    };
    lines.extend(labelled("requests", requests(&found.witnesses)));
    lines.extend(labelled("state", difference(found)));
    lines.push(("again", line(&found.replay, usize::MAX)));
    lines.retain(|(_, text)| !text.is_empty());
    lines
}

/// The cases of a group in one line.
pub(super) fn cases(group: &Group<'_>) -> String {
    let mut text = place(group.case);
    if let Some(verdict) = group.case.verdict {
        let _ = write!(text, ", {}", verdict_words(verdict));
    }
    if let Some(rate) = flakiness(group.case) {
        let _ = write!(text, ", {rate}");
    }
    let others: Vec<String> = group
        .cases
        .iter()
        .filter(|case| !std::ptr::eq(**case, group.case))
        .map(|case| line(&case.name, 60))
        .collect();
    if others.is_empty() {
        return text;
    }
    let named = others.iter().take(CASES_MAX).cloned().collect::<Vec<_>>().join(", ");
    let rest = others.len().saturating_sub(CASES_MAX);
    let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{text}; also {named}{rest}")
}

/// A finding as text, for a field of another format.
pub(super) fn plain(found: &Reported) -> String {
    let mut text = sentence(found);
    for (label, value) in details(found) {
        let _ = write!(text, "\n  {label:<9} {value}");
    }
    text
}

/// How the request was answered.
pub(super) fn answer(witness: &Witness) -> String {
    match (witness.status, &witness.code) {
        (0, _) => "no answer".to_owned(),
        (status, None) => status.to_string(),
        (status, Some(code)) => format!("{status} {}", line(code, 60)),
    }
}

fn requests(witnesses: &[Witness]) -> Vec<String> {
    let numbers: Vec<String> = witnesses.iter().map(|w| format!("#{}", w.number)).collect();
    let times: Vec<String> = witnesses.iter().map(|w| seconds(w.at_us)).collect();
    let width = |texts: &[String]| texts.iter().map(String::len).max().unwrap_or(0);
    let (number_width, time_width) = (width(&numbers), width(&times));
    let mut lines = Vec::new();
    for ((witness, number), time) in witnesses.iter().zip(&numbers).zip(&times) {
        let mut text = format!(
            "{number:<number_width$}  {time:>time_width$}  {} → {}",
            line(&witness.operation, 80),
            answer(witness),
        );
        if let Some(fault) = &witness.fault {
            let _ = write!(text, "  (fault: {})", line(fault, 80));
        }
        lines.push(text);
        if !witness.input.is_empty() {
            lines.push(format!("{:1$}{2}", "", number_width + 2, line(&witness.input, INPUT_MAX)));
        }
    }
    lines
}

fn difference(found: &Reported) -> Vec<String> {
    let all = &found.state_difference;
    let mut lines: Vec<String> =
        all.iter().take(DIFFERENCE_MAX).map(|text| line(text, LINE_MAX)).collect();
    let rest = all.len().saturating_sub(DIFFERENCE_MAX);
    if rest > 0 {
        lines.push(format!("… and {rest} more lines"));
    }
    lines
}
