//! A verdict as a letter and a colour: never as a colour alone.

use maud::{Markup, html};

use super::super::summary::{outcome_words, verdict_words};
use super::super::{Case, CaseOutcome, Verdict};

/// How a case, or a cell of the grid, is marked. Of several, the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    rank: u8,
    pub(super) letter: char,
    /// Its colours in the style sheet.
    pub(super) class: &'static str,
    pub(super) words: &'static str,
}

impl Mark {
    pub(super) fn of(case: &Case) -> Self {
        match (case.outcome, case.verdict) {
            (CaseOutcome::Flaky, _) | (_, None) => Self::of_outcome(case.outcome),
            (_, Some(verdict)) => Self::of_verdict(verdict),
        }
    }

    pub(super) fn of_outcome(outcome: CaseOutcome) -> Self {
        let (rank, letter, class) = match outcome {
            CaseOutcome::NothingToJudge => (0, 'N', "v-none"),
            CaseOutcome::Passed => (1, 'P', "v-good"),
            CaseOutcome::Incomplete => (3, 'I', "v-incomplete"),
            CaseOutcome::Flaky => (4, 'K', "v-flaky"),
            CaseOutcome::Failed => (6, 'F', "v-bad"),
        };
        let words = match outcome {
            CaseOutcome::NothingToJudge => "nothing to judge",
            _ => outcome_words(outcome),
        };
        Self { rank, letter, class, words }
    }

    fn of_verdict(verdict: Verdict) -> Self {
        let (rank, letter, class) = match verdict {
            Verdict::NotInjected => (0, 'N', "v-none"),
            Verdict::Recovered => (1, 'R', "v-good"),
            Verdict::FailedClean => (2, 'C', "v-clean"),
            Verdict::Incomplete => (3, 'I', "v-incomplete"),
            Verdict::Hung => (5, 'H', "v-hung"),
            Verdict::FailedDirty => (7, 'D', "v-bad"),
            Verdict::SilentlyWrong => (8, 'S', "v-worst"),
        };
        Self { rank, letter, class, words: verdict_words(verdict) }
    }

    /// The letter and the words.
    pub(super) fn tag(self) -> Markup {
        html! { span.tag.(self.class) { span aria-hidden="true" { b { (self.letter) } " " } (self.words) } }
    }
}
