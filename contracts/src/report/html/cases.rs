//! Every case: those that did not pass first, the others folded.

use maud::{Markup, html};

use super::super::summary::flakiness;
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
                @let title = count(good.len(), "case passed or its fault never fired", "cases passed or their fault never fired");
                @if bad.is_empty() && good.len() <= UNFOLDED { (table(&title, &good)) } @else {
                    details { summary { (title) } (table(&title, &good)) }
                }
            }
        }
    })
}

fn table(title: &str, cases: &[&Case]) -> Markup {
    html! {
        table.cases {
            caption { (title) }
            thead {
                tr {
                    th scope="col" { "Result" }
                    th scope="col" { "Case" }
                    th.number scope="col" { "Requests" }
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
            td.number { (case.requests) }
            td.number { (duration(case.duration_ms)) }
        }
    }
}
