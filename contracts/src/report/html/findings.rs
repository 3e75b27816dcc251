//! Findings by cause, worst first: a few in full, the others folded.

use maud::{Markup, html};

use super::super::finding::answer;
use super::super::summary::{self, Group, certainty_words, flakiness};
use super::super::text::{count, duration, line, seconds, shorten, visible};
use super::super::{Case, CaseOutcome, Report, Reported, Witness};
use super::mark::Mark;
use super::{name, timeline};

/// Findings that are not folded; advice always is.
const SHOWN: usize = 5;
/// The longest entry of the list of findings, in characters.
const ENTRY_MAX: usize = 120;
/// The longest heading, in characters; the text follows.
const HEADING_MAX: usize = 180;
/// The longest text, in characters; the JSON has it in full.
const TEXT_MAX: usize = 1_000;
/// The longest word of a command that does not break: what fits a telephone.
const WORD_MAX: usize = 32;
/// The lines of a state difference that are not folded.
const LINES: usize = 3;
/// The cases of a finding that are named.
const CASES_MAX: usize = 50;

pub(super) fn section(report: &Report) -> Option<Markup> {
    let groups = summary::open(report);
    let grave = groups.iter().take_while(|group| group.label() != "advice").count();
    let (shown, folded) = groups.split_at(grave.min(SHOWN));
    let rest = match shown {
        [] => count(folded.len(), "finding", "findings"),
        _ => count(folded.len(), "further finding", "further findings"),
    };
    (!groups.is_empty()).then(|| {
        html! {
            @if shown.len() > 1 {
                ol {
                    @for (index, group) in shown.iter().enumerate() {
                        li { a href={ "#finding-" (index + 1) } { bdi { (line(&group.worst.finding.text, ENTRY_MAX)) } } }
                    }
                }
            }
            @for (index, group) in shown.iter().enumerate() {
                article.finding id={ "finding-" (index + 1) } { (body(group, true)) }
            }
            @if !folded.is_empty() {
                h3 { (rest) }
                @for group in folded {
                    details.finding {
                        summary { (label(group)) " " bdi { (line(&group.worst.finding.text, HEADING_MAX)) } }
                        (body(group, false))
                    }
                }
            }
        }
    })
}

/// Findings that a baseline accepts, with the reason.
pub(super) fn accepted(report: &Report) -> Option<Markup> {
    let groups = summary::accepted(report);
    (!groups.is_empty()).then(|| {
        html! {
            p { "A baseline knows these; they fail no case." }
            ul.accepted {
                @for group in &groups {
                    li {
                        bdi { (line(&group.worst.finding.text, 400)) } " "
                        code { (line(&group.worst.finding.rule, 80)) }
                        div.soft {
                            bdi { (line(group.worst.accepted.as_deref().unwrap_or_default(), 400)) } " · "
                            (count(group.cases.len(), "case", "cases"))
                        }
                    }
                }
            }
        }
    })
}

fn label(group: &Group<'_>) -> Markup {
    let class = match group.label() {
        "failed" => "v-bad",
        "advice" => "v-none",
        _ => "v-flaky",
    };
    html! { span.tag.(class) { (group.label()) } }
}

fn body(group: &Group<'_>, heading: bool) -> Markup {
    let found = group.worst;
    let text = &found.finding.text;
    html! {
        @if heading { h3 { bdi { (line(text, HEADING_MAX)) } } }
        p.tags {
            @if heading { (label(group)) " " }
            @if group.case.verdict.is_some() { (Mark::of(group.case).tag()) " " }
            span.soft { code { (line(&found.finding.rule, 80)) } ", " (certainty_words(found.finding.certainty)) }
        }
        @if text.chars().count() > HEADING_MAX { p dir="auto" { (shorten(&visible(text), TEXT_MAX)) } }
        dl {
            (entry("Promised", &found.promise))
            dt { "Source" }
            dd dir="auto" { (source(&found.source)) }
            dt { (if group.cases.len() == 1 { "Case" } else { "Cases" }) }
            dd { (cases(group)) }
        }
        (requests(found))
        (difference(found, heading))
        @if !found.replay.is_empty() {
            (subheading("See it again", heading))
            pre dir="ltr" { code { (command(&found.replay)) } }
        }
    }
}

/// A command that breaks between its words: an option that is torn in two cannot be read. Long words do break.
fn command(text: &str) -> Markup {
    let text = visible(text);
    html! {
        @for part in text.split_inclusive([' ', '\n']) {
            // The space stands outside: within, it would not break either.
            @let word = part.trim_end_matches([' ', '\n']);
            @if word.chars().count() > WORD_MAX { (word) } @else { span.word { (word) } }
            (part.get(word.len()..).unwrap_or_default())
        }
    }
}

/// Below the heading of a finding that is shown, or below "further findings".
fn subheading(text: &str, shown: bool) -> Markup {
    html! { @if shown { h4 { (text) } } @else { h4.folded { (text) } } }
}

fn entry(term: &str, text: &str) -> Markup {
    html! { @if !text.is_empty() { dt { (term) } dd dir="auto" { (visible(text)) } } }
}

/// An address becomes a link, and nothing else does.
fn source(text: &str) -> Markup {
    let is_link = text.starts_with("https://")
        && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    html! {
        @if is_link { a href=(text) rel="noreferrer" { (visible(text)) } } @else { (visible(text)) }
    }
}

fn cases(group: &Group<'_>) -> Markup {
    let rest = group.cases.len().saturating_sub(CASES_MAX);
    html! {
        (name(group.case))
        @if let (CaseOutcome::Flaky, Some(rate)) = (group.case.outcome, flakiness(group.case)) { p { (rate) } }
        @if group.cases.len() > 1 {
            details {
                summary { "all " (group.cases.len()) " cases" }
                ul {
                    @for case in group.cases.iter().take(CASES_MAX) { li { (one(case)) } }
                    @if rest > 0 { li { "and " (rest) " more" } }
                }
            }
        }
    }
}

fn one(case: &Case) -> Markup {
    html! { (Mark::of(case).tag()) " " bdi { (line(&case.name, 200)) } }
}

fn requests(found: &Reported) -> Markup {
    html! {
        @if !found.witnesses.is_empty() {
            figure {
                (timeline::timeline(&found.witnesses))
                figcaption.soft { "The requests that prove it, by the time since the first request of the case" }
            }
            ol.requests { @for witness in &found.witnesses { li { (request(witness)) } } }
        }
    }
}

fn request(witness: &Witness) -> Markup {
    html! {
        div {
            span.soft { "#" (witness.number) " · " (seconds(witness.at_us)) } " "
            b { bdi { (line(&witness.operation, 160)) } } " → " bdi { (answer(witness)) }
            span.soft { " in " (duration(witness.duration_us / 1_000)) }
        }
        @if let Some(fault) = &witness.fault {
            div.fault { "✕ fault: " bdi { (line(fault, 200)) } }
        }
        @if !witness.input.is_empty() { code dir="auto" { (line(&witness.input, 240)) } }
    }
}

fn difference(found: &Reported, shown: bool) -> Markup {
    let (shown_lines, folded) =
        found.state_difference.split_at(found.state_difference.len().min(LINES));
    html! {
        @if !shown_lines.is_empty() {
            (subheading("State difference", shown))
            p.soft { "+ is too much, - is missing, ~ differs" }
            (lines(shown_lines))
            @if !folded.is_empty() {
                details { summary { (count(folded.len(), "more line", "more lines")) } (lines(folded)) }
            }
        }
    }
}

fn lines(texts: &[String]) -> Markup {
    html! {
        pre.difference dir="ltr" {
            @for text in texts { span class=(sign(text)) { (line(text, 240)) } "\n" }
        }
    }
}

fn sign(text: &str) -> &'static str {
    match text.chars().next() {
        Some('+') => "plus",
        Some('-') => "minus",
        _ => "tilde",
    }
}
