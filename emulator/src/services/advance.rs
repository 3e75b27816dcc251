//! Advances the jobs of a tenant: one loop for every kind of job. A kind of job is a table of steps;
//! what a step does is the service's.

use std::collections::BTreeMap;

use super::{Advanced, BackgroundJob};
use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::{End, Outcome, Pace};
use crate::state::document::RowView;
use crate::state::in_savepoint;

mod reason;

pub(crate) use reason::{code_and_text, model_text};

/// Why a job failed that was created to fail, where its outcome has no reason.
const MADE_TO_FAIL: &str = "the job was made to fail";

/// A job that has not ended.
pub(crate) trait Job: Sized + 'static {
    /// No job ends before an earlier one of its list.
    const IN_SEQUENCE: bool = false;

    /// The steps of its kind, in their order. The last one ends it.
    fn steps(&self) -> &'static [Step<Self>];

    /// How many of its steps it has taken.
    fn taken(&self) -> usize;

    /// How it is to end.
    fn outcome(&self) -> &Outcome;

    /// When it began.
    fn created(&self) -> Timestamp;

    /// When its last step is due that would be due at that moment: later, if its outcome says so. Where
    /// jobs move by looks, that is so long after its beginning by the clock, and not before the looks.
    fn delayed(&self, call: &Call<'_>, due: Timestamp) -> Timestamp {
        let (later, created) = (self.outcome().later_ms, self.created());
        match call.pace {
            // It does not wait for the clock, which was set back.
            _ if created > call.now => due,
            Pace::EveryLooks(_) => due.max(created.plus_ms(later)),
            Pace::Instant | Pace::EveryMs(_) => due.plus_ms(later),
        }
    }

    /// Ends it as failed; its readers see why.
    fn fail(&self, call: &mut Call<'_>, at: Timestamp, why: &str) -> rusqlite::Result<()>;
}

/// A step in the life of a job.
pub(crate) struct Step<J> {
    /// The moment of the step; none while it waits for something other than the clock.
    pub due: fn(&Call<'_>, &J) -> Option<Timestamp>,
    /// It changes only the status that clients read: it is left out where the next step is due too.
    pub is_mark: bool,
    /// Takes it, as of its moment, however late that is.
    pub take: fn(&mut Call<'_>, &J, Timestamp) -> Result<Taken, Failure>,
}

/// What every job's row of a state document must hold.
pub(crate) fn check_row(row: &RowView<'_>) -> Result<(), String> {
    row.between("looks", 0, i64::from(u32::MAX >> 1))?;
    let outcome = row.text("outcome").map(Outcome::parse).transpose();
    outcome.map(drop).map_err(|problem| format!("outcome: {problem}"))
}

/// What taking a step came to.
pub(crate) enum Taken {
    /// It is taken.
    Whole,
    /// It is taken, and this is now to be done beside all requests.
    Begun(BackgroundJob),
    /// The call's step was over before all of it was done: it is taken again for the rest.
    Part,
}

/// Takes every step that is due, and asks to be woken for the next one.
///
/// The clock may have passed many steps of many jobs at once. They are taken in the order of their
/// moments; of two steps at the same moment, that of the older job is taken first. `jobs` are those
/// that have not ended, the oldest first. A job of the future, whose clock was set back, takes all
/// its steps now.
///
/// Each step has a savepoint. A job whose own row makes a step impossible has failed, and stops no
/// other; a fault of the database stops them all, and is tried again.
pub(crate) fn advance<J: Job>(call: &mut Call<'_>, jobs: &[J]) -> Result<Advanced, Failure> {
    let mut advanced = Advanced::default();
    let mut queue = Queue::of(call, jobs);
    while let Some(((moment, place), (open, step))) = queue.0.pop_first() {
        if moment > call.now {
            call.after.schedule_at(moment);
            break;
        }
        if let Some(taken) = open.take(call, step, moment)? {
            match taken {
                Taken::Part => return Ok(Advanced { has_more: true, ..advanced }),
                Taken::Begun(work) => advanced.background.push(work),
                Taken::Whole => {}
            }
            queue.push(call, place, Open { taken: step + 1, ..open });
        }
        if call.step.is_over() {
            return Ok(Advanced { has_more: true, ..advanced });
        }
    }
    Ok(advanced)
}

/// The next step of each job, by its moment and the job's place.
struct Queue<'a, J>(BTreeMap<(Timestamp, usize), (Open<'a, J>, usize)>);

impl<'a, J: Job> Queue<'a, J> {
    fn of(call: &Call<'_>, jobs: &'a [J]) -> Self {
        let mut queue = Self(BTreeMap::new());
        let mut earliest_end = Timestamp(i64::MIN);
        for (place, job) in jobs.iter().enumerate() {
            let open = Open { job, taken: job.taken(), earliest_end };
            if J::IN_SEQUENCE {
                let last = job.steps().len().saturating_sub(1);
                earliest_end = open.due(call, last).unwrap_or(Timestamp(i64::MAX));
            }
            queue.push(call, place, open);
        }
        queue
    }

    fn push(&mut self, call: &Call<'_>, place: usize, open: Open<'a, J>) {
        if let Some((moment, step)) = open.next(call) {
            self.0.insert((moment, place), (open, step));
        }
    }
}

/// A job while its steps are taken.
struct Open<'a, J> {
    job: &'a J,
    taken: usize,
    earliest_end: Timestamp,
}

impl<J: Job> Open<'_, J> {
    fn is_last(&self, step: usize) -> bool {
        step + 1 == self.job.steps().len()
    }

    fn due(&self, call: &Call<'_>, step: usize) -> Option<Timestamp> {
        let due = (self.job.steps().get(step)?.due)(call, self.job)?;
        match self.is_last(step) {
            true if self.job.outcome().end == End::Stay => None,
            true => Some(self.job.delayed(call, due).max(self.earliest_end)),
            false => Some(due),
        }
    }

    /// The moment and the number of its next step.
    fn next(&self, call: &Call<'_>) -> Option<(Timestamp, usize)> {
        let mut step = self.taken;
        let mut moment = self.due(call, step)?;
        while self.job.steps().get(step)?.is_mark {
            let Some(later) = self.due(call, step + 1).filter(|later| *later <= call.now) else {
                break;
            };
            (step, moment) = (step + 1, later);
        }
        Some((moment, step))
    }

    /// Takes that step; nothing where it ended the job as failed.
    fn take(
        &self,
        call: &mut Call<'_>,
        step: usize,
        at: Timestamp,
    ) -> Result<Option<Taken>, Failure> {
        let Some(Step { take, .. }) = self.job.steps().get(step) else { return Ok(None) };
        let outcome = self.job.outcome();
        if self.is_last(step) && outcome.end == End::Fail {
            self.job.fail(call, at, outcome.reason.as_deref().unwrap_or(MADE_TO_FAIL))?;
            return Ok(None);
        }
        let (tx, asked) = (call.tx, std::mem::take(call.after));
        let taken = in_savepoint(tx, || take(call, self.job, at));
        let asked_by_step = std::mem::replace(call.after, asked);
        match taken {
            Ok(taken) => {
                call.after.add(asked_by_step);
                Ok(Some(taken))
            }
            Err(failure) => {
                self.job.fail(call, at, &row_fault(failure)?)?;
                Ok(None)
            }
        }
    }
}

/// Why a step is impossible, where the job's own row is at fault. Given back as a failure where the
/// database is: the job may do better later.
fn row_fault(failure: Failure) -> Result<String, Failure> {
    match failure {
        Failure::Refused(refusal) => Ok(format!("{}: {}", refusal.code, refusal.message)),
        Failure::Internal(error)
            if !matches!(
                error.downcast_ref::<rusqlite::Error>(),
                Some(rusqlite::Error::SqliteFailure(..))
            ) =>
        {
            Ok(error.to_string())
        }
        other => Err(other),
    }
}

#[cfg(test)]
mod tests;
