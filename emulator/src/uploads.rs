//! Threads that parse uploaded files before their requests queue for the writer. They are threads of
//! their own, since parsing takes up to a second: the writer's queue, the threads that serve sockets
//! and the pool that writes exports all go on meanwhile. A request that waits here blocks no thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Uploads that are parsed at a time: what one may cost in memory counts as often.
const WORKERS: usize = 2;

type Job = Box<dyn FnOnce() + Send>;

/// The threads and their queue.
pub struct Uploads {
    queue: Mutex<Option<Sender<Job>>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

impl Uploads {
    /// Starts the threads.
    pub fn start() -> std::io::Result<Self> {
        let (queue, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let start = |_| {
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new().name("upload".to_owned()).spawn(move || work(&jobs))
        };
        let workers = (0..WORKERS).map(start).collect::<Result<_, _>>()?;
        Ok(Self { queue: Mutex::new(Some(queue)), workers: Mutex::new(workers) })
    }

    /// Runs a job on one of the threads, after those submitted before; drops it once they stopped.
    pub fn submit(&self, job: Job) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queue.as_ref() {
            drop(queue.send(job));
        }
    }

    /// Accepts no more jobs, and waits for those that were accepted.
    pub fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        for worker in workers.drain(..) {
            // A job that panics is caught where it runs.
            drop(worker.join());
        }
    }
}

impl std::fmt::Debug for Uploads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Uploads").finish_non_exhaustive()
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // The panic is logged where panics are logged; whoever waits sees the job dropped.
        drop(catch_unwind(AssertUnwindSafe(job)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_run_though_others_panic_and_none_after_the_end() {
        let uploads = Uploads::start().unwrap();
        let (sender, results) = channel();
        for number in 0..6 {
            let sender = sender.clone();
            uploads.submit(Box::new(move || {
                assert!(number % 2 == 0, "a job that panics");
                sender.send(number).unwrap();
            }));
        }
        uploads.stop();
        uploads.submit(Box::new(move || sender.send(9).unwrap()));
        let mut all: Vec<_> = results.iter().collect();
        all.sort_unstable();
        assert_eq!(all, [0, 2, 4]);
    }
}
