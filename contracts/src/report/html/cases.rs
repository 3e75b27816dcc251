//! Every case: those that did not pass first, the others folded.

use maud::{Markup, html};

use super::super::summary::{Counts, flakiness};
use super::super::text::{count, duration, visible};
use super::super::{Case, CaseOutcome, Report};
use super::mark::Mark;
use super::name;

/// As many cases as need no folding.
const UNFOLDED: usize = 12;

pub(super) fn section(report: &Report) -> Option<Markup> {
    let is_good = |case: &&Case| {
        let never_fired = case.outcome == CaseOutcome::NothingToJudge && case.verdict.is_some();
        case.outcome == CaseOutcome::Passed || never_fired
    };
    let (good, mut bad): (Vec<&Case>, Vec<&Case>) = report.cases.iter().partition(is_good);
    bad.sort_by_key(|case| std::cmp::Reverse((case.outcome, Mark::of(case))));
    (!report.cases.is_empty()).then(|| {
        html! {
            @if !bad.is_empty() { (table("Cases that did not pass", &bad)) }
            @if !good.is_empty() {
                @let title = good_title(&good);
                @if bad.is_empty() && good.len() <= UNFOLDED { (table(&title, &good)) } @else {
                    details { summary { (title) } (table(&title, &good)) }
                }
            }
        }
    })
}

fn good_title(good: &[&Case]) -> String {
    let counts = Counts::of(good.iter().copied());
    let passed = count(counts.passed, "case passed", "cases passed");
    match counts.nothing_to_judge {
        0 => passed,
        never => format!("{passed}, {}", count(never, "fault never fired", "faults never fired")),
    }
}

fn table(title: &str, cases: &[&Case]) -> Markup {
    html! {
        table.cases {
            caption { (title) }
            thead {
                tr {
                    th scope="col" { "Result" }
                    th scope="col" { "Case" }
                    th.number scope="col" { "Time" }
                }
            }
            tbody { @for case in cases { (row(case)) } }
        }
    }
}

fn row(case: &Case) -> Markup {
    html! {
        tr {
            td { (Mark::of(case).tag()) }
            th scope="row" {
                (name(case))
                @if let Some(rate) = flakiness(case) { div { (rate) } }
                @if !case.output.is_empty() && case.outcome != CaseOutcome::Passed {
                    details { summary { "output" } pre.output dir="auto" tabindex="0" { (visible(&case.output)) } }
                }
            }
            td.number { (duration(case.duration_ms)) }
        }
    }
}
