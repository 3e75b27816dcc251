//! How a job ends that a request creates, and which requests create one.

use contracts::near;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use contracts::Operation;

use super::super::{Problems, milliseconds};
use crate::operation::NewJob;
use crate::runtime::lifecycle::{End, FailingRows, Outcome};
use crate::scenario::change::Change;
use crate::scenario::file::{JobTable, RowsTable};
use crate::services;

impl Problems<'_> {
    /// The change; nothing where it is wrong.
    pub(super) fn job(&mut self, job: &JobTable, span: &Range<usize>) -> Option<Change> {
        let end = match job {
            JobTable { fail: Some(_), .. } => End::Fail,
            JobTable { stay: true, .. } => End::Stay,
            _ => End::Success,
        };
        let rows = match &job.rows {
            None => None,
            Some(rows) => Some(self.rows(rows, span)?),
        };
        let later_ms = job.later.map_or(0, milliseconds);
        let outcome = Outcome { end, reason: job.fail.clone(), later_ms, rows };
        if let Some(problem) = outcome.problem() {
            self.add(span.clone(), problem);
            return None;
        }
        Some(Change::Job(Arc::new(outcome)))
    }

    fn rows(&mut self, rows: &RowsTable, span: &Range<usize>) -> Option<FailingRows> {
        let before = self.list.len();
        let mut matching = BTreeMap::new();
        for (name, wanted) in &rows.matching {
            let condition = self.condition(wanted, span);
            matching.extend(condition.map(|condition| (name.clone(), condition)));
        }
        let RowsTable { every, ref reason, .. } = *rows;
        (self.list.len() == before).then(|| FailingRows {
            every,
            matching,
            reason: reason.clone(),
            matched: 0,
        })
    }

    /// Each name that rows are matched by is a member of the rows of an operation.
    pub(super) fn row_names(
        &mut self,
        job: &JobTable,
        operations: &[&Operation],
        span: &Range<usize>,
    ) {
        let Some(rows) = &job.rows else { return };
        let jobs = Jobs::all();
        let known: Vec<&str> = operations.iter().flat_map(|one| jobs.row_members(one)).collect();
        for name in rows.matching.keys().filter(|name| !known.contains(&name.as_str())) {
            let hint = near(name, known.iter().copied());
            self.add(span.clone(), format!("the rows have no member {name:?}; {hint}"));
        }
    }
}

/// The operations that create jobs, by their index.
pub(super) struct Jobs(BTreeMap<usize, NewJob>);

impl Jobs {
    /// All that the twin models.
    pub(super) fn all() -> Self {
        let mut jobs = BTreeMap::new();
        for service in services::all() {
            let Some(model) = contracts::catalog().service(service.name) else { continue };
            for behaviour in &service.operations {
                let Some(job) = behaviour.creates else { continue };
                jobs.extend(behaviour.model(model).map(|operation| (operation.index, job)));
            }
        }
        Self(jobs)
    }

    /// Whether it creates a job; one that has rows, if that is asked.
    pub(super) fn has(&self, operation: &Operation, with_rows: bool) -> bool {
        let job = self.0.get(&operation.index);
        job.is_some_and(|job| !with_rows || matches!(job, NewJob::OfRows(_)))
    }

    /// The members of the rows of its job.
    fn row_members<'o>(&self, operation: &'o Operation) -> impl Iterator<Item = &'o str> {
        let rows = match self.0.get(&operation.index) {
            Some(NewJob::OfRows(member)) => operation.input.member(member),
            Some(NewJob::Whole) | None => None,
        };
        let shape = rows.and_then(|rows| rows.kind.shape());
        shape.into_iter().flat_map(|shape| &shape.members).map(|member| member.name.as_str())
    }
}
