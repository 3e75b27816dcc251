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

/// Threads and their queue. A thread starts when a job comes and all others are busy: most twins never need one.
pub struct Pool {
    name: &'static str,
    threads_max: usize,
    inner: Mutex<Inner>,
    /// Where the threads take jobs from.
    jobs: Arc<Mutex<Receiver<Job>>>,
    /// Jobs that run or wait.
    unfinished: Arc<AtomicUsize>,
}

struct Inner {
    /// Absent once no more jobs are taken.
    queue: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// A pool of at most so many threads of that name.
    pub fn new(name: &'static str, threads_max: usize) -> Self {
        let (queue, jobs) = channel();
        let inner = Mutex::new(Inner { queue: Some(queue), threads: Vec::new() });
        let jobs = Arc::new(Mutex::new(jobs));
        Self { name, threads_max, inner, jobs, unfinished: Arc::default() }
    }

    /// Runs a job on one of the threads, after those submitted before; drops it once they stopped, or
    /// where the system starts not even one thread.
    pub fn submit(&self, job: Job) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Inner { queue: Some(queue), threads } = &mut *inner else { return };
        let unfinished = self.unfinished.fetch_add(1, Ordering::AcqRel) + 1;
        if threads.len() < unfinished.min(self.threads_max) {
            match self.start() {
                Ok(thread) => threads.push(thread),
                Err(error) => tracing::warn!("cannot start a thread for long work: {error}"),
            }
        }
        if threads.is_empty() {
            self.unfinished.fetch_sub(1, Ordering::AcqRel);
        } else {
            drop(queue.send(job));
        }
    }

    fn start(&self) -> std::io::Result<JoinHandle<()>> {
        let (jobs, unfinished) = (Arc::clone(&self.jobs), Arc::clone(&self.unfinished));
        let thread = std::thread::Builder::new().name(self.name.to_owned());
        thread.spawn(move || work(&jobs, &unfinished))
    }

    /// How many jobs run or wait.
    pub fn unfinished(&self) -> usize {
        self.unfinished.load(Ordering::Acquire)
    }

    /// Accepts no more jobs, and waits for those that were accepted.
    pub fn stop(&self) {
        let threads = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            inner.queue = None;
            std::mem::take(&mut inner.threads)
        };
        for thread in threads {
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
        let pool = Pool::new("test", 2);
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

    #[test]
    fn a_job_that_waits_for_another_runs_beside_it_on_a_thread_that_was_not_there() {
        let pool = Pool::new("test", 2);
        assert!(pool.inner.lock().unwrap().threads.is_empty());
        let (first, second) = (channel(), channel());
        let (to_second, from_first) = first;
        let (to_first, from_second) = second;
        pool.submit(Box::new(move || {
            to_second.send(()).unwrap();
            from_second.recv().unwrap();
        }));
        let (done, both) = channel();
        pool.submit(Box::new(move || {
            from_first.recv().unwrap();
            to_first.send(()).unwrap();
            done.send(()).unwrap();
        }));
        both.recv().unwrap();
        pool.submit(Box::new(|| {}));
        pool.stop();
        assert_eq!(pool.unfinished(), 0);
    }
}
