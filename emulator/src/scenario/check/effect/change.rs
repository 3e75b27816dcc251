//! What a rule changes for a request that goes on.

use std::ops::Range;
use std::sync::Arc;

use super::super::{Problems, milliseconds};
use crate::scenario::change::{Change, PageChange};
use crate::scenario::file::{EffectTable, StaleTable};
use crate::state::{COMMITS_MAX, Lag};

impl Problems<'_> {
    /// The change, if the effect has one and it is right.
    pub(super) fn change(&mut self, effect: &EffectTable, span: &Range<usize>) -> Option<Change> {
        if let Some(seconds) = effect.clock_skew {
            return Some(Change::ClockSkew(milliseconds(seconds)));
        }
        if effect.revoked {
            return Some(Change::Revoked);
        }
        if let Some(limits) = &effect.limits {
            let limits = limits.iter().map(|(name, value)| (name.clone(), i64::from(*value)));
            return Some(Change::Limits(Arc::new(limits.collect())));
        }
        if let Some(stale) = effect.stale {
            return self.lag(stale, span).map(Change::Stale);
        }
        if let Some(job) = &effect.job {
            return self.job(job, span);
        }
        if effect.page.is_some() || effect.total.is_some() {
            let change = PageChange { rows: effect.page, total: effect.total };
            return Some(Change::Page(change));
        }
        None
    }

    fn lag(&mut self, stale: StaleTable, span: &Range<usize>) -> Option<Lag> {
        match stale {
            StaleTable { commits: Some(commits), seconds: None }
                if (1..=COMMITS_MAX).contains(&commits) =>
            {
                Some(Lag::Commits(commits))
            }
            StaleTable { commits: None, seconds: Some(seconds) } if seconds > 0.0 => {
                Some(Lag::Milliseconds(milliseconds(seconds)))
            }
            _ => {
                let text = format!(
                    "`stale` is `{{ commits = 1 }}`, at most {COMMITS_MAX}, or `{{ seconds = 5 }}`, above 0"
                );
                self.add(span.clone(), text);
                None
            }
        }
    }
}
