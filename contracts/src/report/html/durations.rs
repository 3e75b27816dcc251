//! The slowest cases.

use maud::{Markup, html};

use super::super::Report;
use super::super::text::{duration, line};

/// The cases that are shown.
const SLOWEST: usize = 10;

pub(super) fn section(report: &Report) -> Option<Markup> {
    let mut cases: Vec<_> = report.cases.iter().collect();
    cases.sort_by_key(|case| std::cmp::Reverse(case.duration_ms));
    let longest = cases.first()?.duration_ms.max(1);
    let all: u64 = cases.iter().map(|case| case.duration_ms).fold(0, u64::saturating_add);
    let mean = all / u64::try_from(cases.len()).unwrap_or(1);
    cases.truncate(SLOWEST);
    Some(html! {
        p { "The run took " (duration(report.duration_ms)) "; a case took " (duration(mean)) " on average." }
        table.durations {
            caption { "The slowest cases" }
            thead { tr { th scope="col" { "Case" } th.number scope="col" { "Time" } } }
            tbody {
                @for case in &cases {
                    tr {
                        th scope="row" {
                            bdi { (line(&case.name, 120)) }
                            svg.bar width="100%" height="6" aria-hidden="true" {
                                rect width=(share(case.duration_ms, longest)) height="6" rx="2" {}
                            }
                        }
                        td.number { (duration(case.duration_ms)) }
                    }
                }
            }
        }
    })
}

fn share(part: u64, whole: u64) -> String {
    let tenths = u128::from(part) * 1_000 / u128::from(whole.max(1));
    format!("{}.{}%", tenths / 10, tenths % 10)
}
