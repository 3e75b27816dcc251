//! Pools of threads for long work: parsing uploads, long reads, writing exports. They are threads of their own, so
//! that the writer's queue and the threads that serve sockets go on meanwhile. A request that waits
//! for a job blocks no thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// A piece of work.
pub type Job = Box<dyn FnOnce() + Send>;

/// Threads and their queue.
pub struct Pool {
    queue: Mutex<Option<Sender<Job>>>,
    /// Jobs that run or wait.
    unfinished: Arc<AtomicUsize>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Pool {
    /// Starts so many threads of that name.
    ///
    /// # Errors
    /// Fails where the system starts no more threads.
    pub fn start(name: &str, threads: usize) -> std::io::Result<Self> {
        let (queue, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let unfinished = Arc::new(AtomicUsize::new(0));
        let start = |_| {
            let (jobs, unfinished) = (Arc::clone(&jobs), Arc::clone(&unfinished));
            let thread = std::thread::Builder::new().name(name.to_owned());
            thread.spawn(move || work(&jobs, &unfinished))
        };
        let threads = (0..threads).map(start).collect::<Result<_, _>>()?;
        Ok(Self { queue: Mutex::new(Some(queue)), unfinished, threads: Mutex::new(threads) })
    }

    /// Runs a job on one of the threads, after those submitted before; drops it once they stopped.
    pub fn submit(&self, job: Job) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queue.as_ref() {
            self.unfinished.fetch_add(1, Ordering::AcqRel);
            drop(queue.send(job));
        }
    }

    /// How many jobs run or wait.
    pub fn unfinished(&self) -> usize {
        self.unfinished.load(Ordering::Acquire)
    }

    /// Accepts no more jobs, and waits for those that were accepted.
    pub fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            // A job that panics is caught where it runs.
            drop(thread.join());
        }
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

fn work(jobs: &Mutex<Receiver<Job>>, unfinished: &AtomicUsize) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // The panic hook logs the panic; a waiting request sees the job dropped.
        drop(catch_unwind(AssertUnwindSafe(job)));
        unfinished.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_run_though_others_panic_and_none_after_the_end() {
        let pool = Pool::start("test", 2).unwrap();
        let (sender, results) = channel();
        for number in 0..6 {
            let sender = sender.clone();
            pool.submit(Box::new(move || {
                assert!(number % 2 == 0, "a job that panics");
                sender.send(number).unwrap();
            }));
        }
        pool.stop();
        assert_eq!(pool.unfinished(), 0);
        pool.submit(Box::new(move || sender.send(9).unwrap()));
        let mut all: Vec<_> = results.iter().collect();
        all.sort_unstable();
        assert_eq!(all, [0, 2, 4]);
    }
}
