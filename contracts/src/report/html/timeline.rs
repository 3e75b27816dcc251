//! Requests on a time line, as inline SVG: a lane each, drawn in percent of the width, so that text keeps its size
//! on a narrow screen.

use maud::{Markup, html};

use super::super::Witness;
use super::super::finding::answer;
use super::super::text::{line, seconds};

const LANE: usize = 40;
const AXIS: usize = 24;
/// The longest label of a lane, in characters: what fits a telephone.
const LABEL_MAX: usize = 40;
/// The least width of a bar, in percent.
const BAR_MIN: f64 = 0.8;

pub(super) fn timeline(witnesses: &[Witness]) -> Markup {
    let start = witnesses.iter().map(|w| w.at_us).min().unwrap_or(0);
    let end = witnesses.iter().map(end).max().unwrap_or(0);
    let floor = LANE * witnesses.len();
    html! {
        svg.timeline role="img" width="100%" height=(floor + AXIS) aria-label=(description(witnesses)) {
            @for (index, witness) in witnesses.iter().enumerate() {
                (lane(witness, LANE * index, start, end))
            }
            line.axis x1="0" x2="100%" y1=(floor + 4) y2=(floor + 4) {}
            text.soft x="0" y=(floor + 20) { (seconds(start)) }
            text.soft x="100%" y=(floor + 20) text-anchor="end" { (seconds(end)) }
        }
    }
}

fn lane(witness: &Witness, top: usize, start: u64, end: u64) -> Markup {
    let (x, width) = bar(witness, start, end);
    let (class, sign) = if witness.fault.is_some() { ("fault", "✕ ") } else { ("answered", "") };
    let label =
        format!("{sign}#{} {} → {}", witness.number, line(&witness.operation, 80), answer(witness));
    html! {
        g class=(class) {
            text x="0" y=(top + 14) { (line(&label, LABEL_MAX)) }
            line.axis x1="0" x2="100%" y1=(top + 26) y2=(top + 26) {}
            rect x={ (percent(x)) } y=(top + 20) width=(percent(width)) height="12" rx="2" {}
            @if witness.fault.is_some() {
                // The answer is what the fault struck: the cross stands at the end of the bar.
                svg x=(percent(x + width)) y=(top + 26) overflow="visible" {
                    path d="M-6 -8 L6 8 M-6 8 L6 -8" {}
                }
            }
        }
    }
}

/// The left edge and the width of a bar in percent. Both ends keep a margin for the cross.
fn bar(witness: &Witness, start: u64, end_of_all: u64) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "a picture has a thousand points, no more")]
    let share = |us: u64| {
        2.0 + 96.0 * (us.saturating_sub(start) as f64)
            / (end_of_all.saturating_sub(start).max(1) as f64)
    };
    let width = (share(end(witness)) - share(witness.at_us)).max(BAR_MIN);
    (share(witness.at_us).min(98.0 - width), width)
}

fn end(witness: &Witness) -> u64 {
    witness.at_us.saturating_add(witness.duration_us)
}

fn percent(share: f64) -> String {
    format!("{share:.2}%")
}

fn description(witnesses: &[Witness]) -> String {
    let texts: Vec<String> = witnesses
        .iter()
        .map(|witness| {
            let fault = if witness.fault.is_some() { ", struck by a fault" } else { "" };
            let operation = line(&witness.operation, 80);
            format!("#{} {operation} at {}{fault}", witness.number, seconds(witness.at_us))
        })
        .collect();
    format!("Time line: {}", texts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;
    use crate::rules::Certainty;

    #[test]
    fn bars_lie_within_the_picture_in_proportion_to_time() {
        let mut witnesses = samples::found("r", Certainty::Certain, "t").witnesses;
        let bars = |witnesses: &[Witness]| -> Vec<(f64, f64)> {
            let end = witnesses.iter().map(end).max().unwrap();
            witnesses.iter().map(|witness| bar(witness, 0, end)).collect()
        };
        let proportional = bars(&witnesses);
        assert!((proportional[0].0 - 2.0).abs() < 0.01);
        assert!((proportional[1].0 - (2.0 + 96.0 * 1_412.0 / 1_989.0)).abs() < 0.01);
        witnesses[1].duration_us = u64::MAX;
        witnesses[2].at_us = u64::MAX;
        for (x, width) in bars(&witnesses).into_iter().chain(proportional) {
            assert!(x >= 0.0 && width >= BAR_MIN && x + width <= 98.01, "{x} {width}");
        }
        assert!(
            (bars(&[Witness { duration_us: 0, ..witnesses[0].clone() }])[0].1 - BAR_MIN).abs()
                < 0.01
        );
    }
}
