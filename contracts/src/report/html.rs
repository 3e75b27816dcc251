//! A report as one HTML file that needs nothing else: no script, no font, no other file. Findings first, worst first;
//! then what a baseline accepts, notes, cases, the coverage of faults, and durations.
//!
//! The mark-up is written with maud, which escapes all that is put in; text of clients goes through `text::visible`
//! as well, and stands in elements of its own direction. A policy in the head forbids scripts, should both fail.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::summary::{self, Counts};
use super::text::{count, duration, line};
use super::{Case, Report};

mod cases;
mod coverage;
mod durations;
mod findings;
mod mark;
mod timeline;

use mark::Mark;

const STYLE: &str = include_str!("html/style.css");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The report as one file.
pub fn html(report: &Report) -> String {
    let headline = summary::headline(report);
    let sections: Vec<(&str, &str, Markup)> = [
        ("findings", "Findings", findings::section(report)),
        ("accepted", "Accepted findings", findings::accepted(report)),
        ("notes", "Notes", notes(report)),
        ("cases", "Cases", cases::section(report)),
        ("coverage", "Coverage of faults", coverage::section(report)),
        ("durations", "Durations", durations::section(report)),
    ]
    .into_iter()
    .filter_map(|(id, title, content)| content.map(|content| (id, title, content)))
    .collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { "cloudtwin " (line(&report.command, 40)) ": " (headline) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (headline) }
                    (counts(report))
                    (facts(report))
                    @if sections.len() > 1 {
                        nav aria-label="Sections" {
                            ul { @for (id, title, _) in &sections { li { a href={ "#" (id) } { (title) } } } }
                        }
                    }
                }
                main {
                    @if report.cases.is_empty() { p { "The report has no case." } }
                    @for (id, title, content) in &sections {
                        section id=(id) aria-labelledby={ (id) "-title" } {
                            h2 id={ (id) "-title" } { (title) }
                            (content)
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn counts(report: &Report) -> Markup {
    html! {
        ul.counts aria-label="Cases by outcome" {
            @for (outcome, number) in Counts::of(&report.cases).rows() {
                @if number > 0 {
                    li class=(Mark::of_outcome(outcome).class) {
                        b { (number) } " " (summary::outcome_words(outcome))
                    }
                }
            }
        }
    }
}

fn facts(report: &Report) -> Markup {
    let requests = report.cases.iter().map(|case| case.requests).sum();
    html! {
        p.soft {
            bdi { (line(&report.tool, 80)) } " " (line(&report.command, 40)) ", run " bdi { (line(&report.run, 80)) }
            @if let Some(seed) = report.seed { ", seed " (seed) }
            ". Began " bdi { (line(&report.began_at, 40)) } ", took " (duration(report.duration_ms))
            ", " (count(requests, "request", "requests")) "."
        }
    }
}

fn notes(report: &Report) -> Option<Markup> {
    (!report.notes.is_empty()).then(|| {
        html! { ul { @for note in &report.notes { li dir="auto" { (line(note, 2_000)) } } } }
    })
}

/// The name of a case over its contract, its place and how much it sent.
fn name(case: &Case) -> Markup {
    html! {
        bdi { (line(&case.name, 200)) }
        div.soft {
            bdi { (line(&case.contract, 120)) }
            @if let Some((file, number)) = &case.file { " · " bdi { (line(file, 200)) } ":" (number) }
            " · " (count(case.requests, "request", "requests"))
        }
    }
}

#[cfg(test)]
mod tests;
