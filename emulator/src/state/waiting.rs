//! Tasks of the writer that wait for background work: how many, and how long.

use std::time::Duration;

use super::Bounds;
use super::task::Task;
use crate::error::Overload;
use crate::runtime::clock::Stopwatch;

/// A task in the hands of the writer.
pub(super) struct Held {
    pub(super) task: Box<dyn Task>,
    /// Runs since the task first waited.
    pub(super) since: Option<Stopwatch>,
}

impl From<Box<dyn Task>> for Held {
    fn from(task: Box<dyn Task>) -> Self {
        Self { task, since: None }
    }
}

/// Tasks that wait for background work.
pub(super) struct Waiting {
    pub(super) tasks: Vec<Held>,
    max: usize,
    time: Duration,
}

impl Waiting {
    pub(super) fn new(bounds: &Bounds) -> Self {
        Self { tasks: Vec::new(), max: bounds.waiting_max, time: bounds.waiting_time }
    }

    /// Keeps a task; gives it back where it has to give up.
    pub(super) fn keep(&mut self, held: Held) -> Option<Box<dyn Task>> {
        let Held { mut task, since } = held;
        let since = since.unwrap_or_else(Stopwatch::start);
        let why = if since.elapsed() >= self.time {
            Overload::Late(self.time)
        } else if self.tasks.len() >= self.max {
            Overload::Waiting(self.max)
        } else {
            self.tasks.push(Held { task, since: Some(since) });
            return None;
        };
        task.give_up(why);
        Some(task)
    }

    /// Those whose time is over; they run once more.
    pub(super) fn take_late(&mut self) -> impl Iterator<Item = Held> {
        let time = self.time;
        let is_late =
            move |held: &mut Held| held.since.is_some_and(|since| since.elapsed() >= time);
        self.tasks.extract_if(.., is_late)
    }

    /// How long none is late yet; nothing if none waits.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let longest = self.tasks.iter().filter_map(|held| held.since).map(Stopwatch::elapsed).max();
        longest.map(|longest| self.time.saturating_sub(longest))
    }
}
