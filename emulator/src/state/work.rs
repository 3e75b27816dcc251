//! A piece of work that its caller waits for.

use std::sync::mpsc;

use rusqlite::Connection;

use super::{Delivery, Disposition, Task, Writer};

impl Writer {
    /// Runs `work` on the writer's thread and waits until it is committed; an error undoes it.
    /// Blocks, and must not be called on the writer's own thread.
    pub fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, String> + Send + 'static,
    ) -> Result<T, String> {
        let (tell, told) = mpsc::channel();
        self.submit(Box::new(Awaited { work: Some(work), outcome: None, tell }));
        told.recv().unwrap_or_else(|_| Err("the twin is ending".to_owned()))
    }
}

struct Awaited<W, T> {
    work: Option<W>,
    outcome: Option<Result<T, String>>,
    tell: mpsc::Sender<Result<T, String>>,
}

impl<W, T> Task for Awaited<W, T>
where
    W: FnOnce(&Connection) -> Result<T, String> + Send,
    T: Send,
{
    fn run(&mut self, tx: &Connection) -> Disposition {
        self.outcome = self.work.take().map(|work| work(tx));
        if matches!(self.outcome, Some(Ok(_))) {
            Disposition::Commit
        } else {
            Disposition::Rollback
        }
    }

    fn finish(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        let outcome = self.outcome.unwrap_or_else(|| Err("a fault of the twin".to_owned()));
        // The caller may be gone.
        drop(self.tell.send(committed.map_err(ToString::to_string).and(outcome)));
        None
    }
}
