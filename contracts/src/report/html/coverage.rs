//! The grid: for each operation, what became of the client under each code and in each phase.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::super::Report;
use super::super::text::{count, line};
use super::mark::Mark;

/// The order in which a request meets them.
const PHASES: [&str; 4] = ["arrival", "before_handler", "after_commit", "body"];

/// What is known of one operation, code and phase.
#[derive(Debug, Clone, Copy)]
struct Cell {
    mark: Mark,
    cases: usize,
    /// Whether it only occurred together with other faults.
    combined: bool,
}

type Row<'a> = BTreeMap<&'a str, Cell>;
type Grid<'a> = BTreeMap<(&'a str, &'a str), BTreeMap<&'a str, Row<'a>>>;

pub(super) fn section(report: &Report) -> Option<Markup> {
    let grid = grid(report);
    let cells = || grid.values().flat_map(BTreeMap::values).flat_map(BTreeMap::iter);
    let mut phases: Vec<&str> =
        cells().map(|(phase, _)| *phase).collect::<BTreeSet<_>>().into_iter().collect();
    phases.sort_by_key(|phase| {
        PHASES.iter().position(|known| known == phase).unwrap_or(PHASES.len())
    });
    let marks: BTreeSet<Mark> = cells().map(|(_, cell)| cell.mark).collect();
    let combined = cells().any(|(_, cell)| cell.combined);
    (!grid.is_empty()).then(|| {
        html! {
            p {
                (count(grid.len(), "operation", "operations")) ", "
                (count(cells().count(), "fault", "faults")) ". A cell shows the worst result, and the number of cases where there were several."
            }
            p.legend {
                @for mark in marks.iter().rev() { (mark.tag()) " " }
                span { "· not tried" }
                @if combined { " " span { "+ only together with other faults" } }
            }
            table.grid {
                caption { "Results by operation, code and phase" }
                thead {
                    tr {
                        th scope="col" { "Code" }
                        @for phase in &phases { th scope="col" { bdi { (line(&phase.replace('_', " "), 24)) } } }
                    }
                }
                @for ((service, operation), rows) in &grid {
                    tbody {
                        tr {
                            th.operation scope="rowgroup" colspan=(phases.len() + 1) {
                                bdi { (line(operation, 120)) } " " span.soft { bdi { (line(service, 60)) } }
                            }
                        }
                        @for (effect, row) in rows {
                            tr {
                                th scope="row" { bdi { (line(effect, 120)) } }
                                @for phase in &phases { (cell(row.get(phase))) }
                            }
                        }
                    }
                }
            }
        }
    })
}

/// Faults that occur alone count alone: what a combination did says little of its parts.
fn grid(report: &Report) -> Grid<'_> {
    let mut grid = Grid::new();
    for case in &report.cases {
        let combined = case.faults.len() > 1;
        for point in &case.faults {
            let rows = grid.entry((&point.service, &point.operation)).or_default();
            let row = rows.entry(&point.effect).or_default();
            let new = Cell { mark: Mark::of(case), cases: 1, combined };
            row.entry(&point.phase)
                .and_modify(|cell| match (cell.combined, combined) {
                    (true, false) => *cell = new,
                    (false, true) => {}
                    _ => {
                        cell.mark = cell.mark.max(new.mark);
                        cell.cases += 1;
                    }
                })
                .or_insert(new);
        }
    }
    grid
}

fn cell(cell: Option<&Cell>) -> Markup {
    let Some(cell) = cell else {
        return html! { td.cell { span.soft aria-hidden="true" { "·" } span.hidden { "not tried" } } };
    };
    let plus = if cell.combined { "+" } else { "" };
    let several = if cell.cases > 1 { cell.cases.to_string() } else { String::new() };
    let mut words = format!("{}, {}", cell.mark.words, count(cell.cases, "case", "cases"));
    if cell.combined {
        words += ", only together with other faults";
    }
    html! {
        td.cell.(cell.mark.class) title=(words) {
            span aria-hidden="true" { b { (cell.mark.letter) (plus) } @if !several.is_empty() { small { " " (several) } } }
            span.hidden { (words) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Verdict, samples};
    use super::*;

    #[test]
    fn the_worst_counts_and_a_single_fault_beats_a_combination() {
        let mut report = samples::one_finding();
        let failed = report.cases.iter().find(|case| !case.faults.is_empty()).unwrap().clone();
        let mut other = failed.clone();
        other.verdict = Some(Verdict::Recovered);
        report.cases.insert(0, other);
        let mut pair = failed.clone();
        pair.verdict = Some(Verdict::Hung);
        pair.faults.push(pair.faults[0].clone());
        pair.faults[1].effect = "cut".to_owned();
        report.cases.insert(0, pair);

        let grid = grid(&report);
        let rows = &grid[&("ciam", "CreateUser")];
        let single = rows["drop"]["after_commit"];
        assert_eq!((single.mark.letter, single.cases, single.combined), ('S', 2, false));
        let combined = rows["cut"]["after_commit"];
        assert_eq!((combined.mark.letter, combined.cases, combined.combined), ('H', 1, true));
    }
}
