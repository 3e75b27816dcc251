//! The one writer: commits what has queued up as one transaction, with a savepoint for each task,
//! so that a refusal undoes its own work and no neighbour's. Nobody is answered before the commit.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::checkpoint::Checkpoints;
use super::place::{Place, Places};
use super::task::{Delivery, Disposition, Task};
use super::waiting::{Held, Waiting};
use super::{Bounds, Readers};
use crate::error::Overload;
use crate::runtime::clock::Stopwatch;

/// Most tasks that share one commit.
const BATCH_MAX: usize = 256;

/// How long tasks go on joining a batch, in microseconds: whoever comes next waits for its end.
const BATCH_US: u64 = 10_000;

/// Carries the deliveries of a batch out.
type Dispatcher = Box<dyn Fn(Vec<Delivery>) + Send + Sync>;

/// The writer's thread and the way to it.
pub struct Writer {
    queue: Mutex<Option<Sender<Box<dyn Task>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    background: Arc<Background>,
    dispatcher: Arc<OnceLock<Dispatcher>>,
    places: Places,
}

/// The work beside the writer that tasks may wait for.
#[derive(Debug, Default)]
struct Background {
    under_way: AtomicUsize,
    /// A job has finished since the waiting tasks last ran.
    ended: AtomicBool,
}

impl Background {
    fn is_under_way(&self) -> bool {
        self.under_way.load(Ordering::Acquire) > 0
    }
}

impl Writer {
    /// Starts the writer over its connection; `readers` are told of each commit.
    pub fn start(
        mut connection: Connection,
        readers: Arc<Readers>,
        bounds: &Bounds,
    ) -> anyhow::Result<Self> {
        let checkpoints = readers.checkpoints(&mut connection)?;
        let (queue, tasks) = channel();
        let dispatcher = Arc::new(OnceLock::new());
        let background = Arc::new(Background::default());
        let writer_loop = WriterLoop {
            connection,
            readers,
            tasks,
            waiting: Waiting::new(bounds),
            steps: VecDeque::new(),
            background: Arc::clone(&background),
            dispatcher: Arc::clone(&dispatcher),
            checkpoints,
        };
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || writer_loop.serve())?;
        let (queue, thread) = (Mutex::new(Some(queue)), Mutex::new(Some(thread)));
        let places = Places::new(bounds.queued_max);
        Ok(Self { queue, thread, background, dispatcher, places })
    }

    /// From now on `dispatcher` carries out deliveries, a batch at a time; without one the writer does
    /// it itself. Waking a server once for a batch costs it far less than once for each answer.
    pub fn deliver_with(&self, dispatcher: impl Fn(Vec<Delivery>) + Send + Sync + 'static) {
        // Only a server asks for it, once.
        _ = self.dispatcher.set(Box::new(dispatcher));
    }

    /// A place for a caller, to be taken before it queues a task and kept until it has its answer.
    pub fn place(&self) -> Result<Place, Overload> {
        self.places.take()
    }

    /// Queues a task. After [`Writer::stop`] the task is dropped.
    pub fn submit(&self, task: Box<dyn Task>) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queue.as_ref() {
            // The receiver lives as long as the sender; after a stop there is none.
            drop(queue.send(task));
        }
    }

    /// Background work was begun, for which tasks may wait.
    pub fn background_started(&self) {
        self.background.under_way.fetch_add(1, Ordering::AcqRel);
    }

    /// A work that was begun has ended, well or not: tasks that wait are run again. Told from the
    /// [`Task::finish`] of the task that noted it.
    pub fn background_ended(&self) {
        self.background.under_way.fetch_sub(1, Ordering::AcqRel);
        self.background.ended.store(true, Ordering::Release);
    }

    /// Ends after all queued tasks, and closes the database.
    pub fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) =
            thread.filter(|thread| thread.thread().id() != std::thread::current().id())
        {
            drop(thread.join());
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

struct WriterLoop {
    /// Ends before the connection is closed.
    checkpoints: Checkpoints,
    connection: Connection,
    readers: Arc<Readers>,
    tasks: Receiver<Box<dyn Task>>,
    waiting: Waiting,
    /// Tasks that have steps left; one of them runs in each batch.
    steps: VecDeque<Box<dyn Task>>,
    background: Arc<Background>,
    dispatcher: Arc<OnceLock<Dispatcher>>,
}

impl WriterLoop {
    fn serve(mut self) {
        let mut queued = Vec::new();
        loop {
            if queued.is_empty() && self.steps.is_empty() {
                match self.next() {
                    Ok(first) => queued.push(first),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            queued.extend(self.waiting.take_late());
            queued = self.batch(queued);
        }
    }

    /// The next task; a timeout where the time of one that waits is over first.
    fn next(&self) -> Result<Held, RecvTimeoutError> {
        let first = match self.waiting.time_left() {
            None => self.tasks.recv().map_err(|_| RecvTimeoutError::Disconnected)?,
            Some(time) => self.tasks.recv_timeout(time)?,
        };
        // Yield once so that more tasks can join this batch: a commit costs the same for one task
        // or many.
        std::thread::yield_now();
        Ok(first.into())
    }

    /// Runs and commits one batch: a step of a long task, `queued`, and what has come in meanwhile.
    /// Gives back tasks that must run next, in a batch of their own.
    fn batch(&mut self, queued: Vec<Held>) -> Vec<Held> {
        let (mut over, mut stepped) = (Vec::new(), Vec::new());
        let mut queued = queued.into_iter();
        let watch = Stopwatch::start();
        let rows = self.connection.total_changes();
        let keeps_history = self.readers.history().is_kept();
        // Each change of a tenant is a commit of its own while old states are kept.
        let mut changed = None;
        let tx = begin(&self.connection, &self.readers);
        let committed = tx.and_then(|tx| {
            let mut step = self.steps.pop_front();
            while changed.is_none()
                && over.len() < BATCH_MAX
                && (over.is_empty() || watch.elapsed_us() < BATCH_US)
            {
                let is_step = step.is_some();
                let next = step.take().map(Held::from).or_else(|| queued.next());
                let next = next.or_else(|| self.tasks.try_recv().ok().map(Held::from));
                let Some(Held { mut task, since }) = next else { break };
                let rows = tx.total_changes();
                let disposition = run_in_savepoint(&tx, task.as_mut());
                let is_kept = disposition.as_ref().is_ok_and(|one| one.keeps_work());
                if keeps_history && is_kept && !is_step && tx.total_changes() > rows {
                    changed = task.changed();
                }
                let has_steps = !stepped.is_empty() || !self.steps.is_empty();
                match disposition {
                    // A task must not wait when no background job is running.
                    Ok(Disposition::Wait) if has_steps || self.background.is_under_way() => {
                        over.extend(self.waiting.keep(Held { task, since }));
                        continue;
                    }
                    Ok(Disposition::Again) => {
                        stepped.push(task);
                        continue;
                    }
                    _ => over.push(task),
                }
                if is_step {
                    self.background.ended.store(true, Ordering::Release);
                }
                if disposition? == Disposition::CommitNow {
                    break;
                }
            }
            tx.commit()
        });
        // If the transaction cannot begin, fail one task so that the queue moves.
        if committed.is_err() && over.is_empty() {
            let next = queued.next().map(|held| held.task);
            over.extend(next.or_else(|| self.steps.pop_front()));
        }
        if committed.is_ok() {
            self.steps.extend(stepped);
        } else {
            self.background.ended.store(true, Ordering::Release);
            over.extend(stepped);
        }
        self.readers.committed();
        if let (Ok(()), Some((tenant, at))) = (&committed, changed) {
            self.readers.history().ended(&tenant, at);
        }
        let finish = |task: Box<dyn Task>| task.finish(committed.as_ref().copied());
        let deliveries: Vec<_> = over.into_iter().filter_map(finish).collect();
        match self.dispatcher.get() {
            Some(dispatcher) => dispatcher(deliveries),
            None => deliveries.into_iter().for_each(|deliver| deliver()),
        }
        if self.connection.total_changes() > rows {
            self.readers.history().begun(self.checkpoints.log_pages());
        }
        self.checkpoints.after_commit(&self.connection);
        let mut next: Vec<_> = queued.collect();
        if self.background.ended.swap(false, Ordering::AcqRel) {
            next.append(&mut self.waiting.tasks);
        }
        next
    }
}

/// Refuses to write into a file that was removed from its path.
fn begin<'a>(connection: &'a Connection, readers: &Readers) -> rusqlite::Result<Transaction<'a>> {
    readers.check_in_place()?;
    Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
}

fn run_in_savepoint(tx: &Connection, task: &mut dyn Task) -> rusqlite::Result<Disposition> {
    let step = |sql| tx.prepare_cached(sql)?.execute([]).map(drop);
    step("SAVEPOINT task")?;
    // The panic hook logs the panic; the task learns that nothing was done.
    let disposition =
        catch_unwind(AssertUnwindSafe(|| task.run(tx))).unwrap_or(Disposition::Rollback);
    if !disposition.keeps_work() {
        step("ROLLBACK TO task")?;
    }
    step("RELEASE task")?;
    Ok(disposition)
}

#[cfg(test)]
mod tests {
    use super::super::Database;
    use super::*;

    /// A task of this number panics.
    const PANIC: i64 = 13;

    /// A task of this number breaks the transaction, as SQLite itself does on a full disk.
    const BREAK: i64 = 14;

    /// A task of this number is the end of a work.
    const END: i64 = 15;

    struct Insert {
        number: i64,
        disposition: Disposition,
        writer: Arc<Writer>,
        told: Sender<(i64, bool)>,
    }

    impl Task for Insert {
        fn run(&mut self, tx: &Connection) -> Disposition {
            tx.execute("INSERT INTO t VALUES (?1)", [self.number]).unwrap();
            assert!(self.number != PANIC, "a task may panic");
            if self.number == BREAK {
                tx.execute_batch("ROLLBACK").unwrap();
            }
            std::mem::replace(&mut self.disposition, Disposition::Commit)
        }

        fn finish(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
            if self.number == END {
                self.writer.background_ended();
            }
            self.told.send((self.number, committed.is_ok())).unwrap();
            None
        }
    }

    /// Who was told of the end, in order and whether it was well; and what is in the database.
    fn written_by(works: usize, tasks: &[(i64, Disposition)]) -> (Vec<(i64, bool)>, Vec<i64>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let schema = ["CREATE TABLE t (x INTEGER) STRICT"];
        let (database, connection) = Database::open(Some(&path), &schema).unwrap();
        let readers = Arc::new(Readers::new(Arc::new(database)));
        let writer = Arc::new(Writer::start(connection, readers, &Bounds::default()).unwrap());
        (0..works).for_each(|_| writer.background_started());
        let (told, heard) = channel();
        for &(number, disposition) in tasks {
            let (writer, told) = (Arc::clone(&writer), told.clone());
            let task = Insert { number, disposition, writer: Arc::clone(&writer), told };
            writer.submit(Box::new(task));
        }
        writer.stop();
        drop(told);
        let reader = Connection::open(&path).unwrap();
        let mut rows = reader.prepare("SELECT x FROM t ORDER BY rowid").unwrap();
        let kept = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        (heard.iter().collect(), kept)
    }

    #[test]
    fn a_refusal_or_a_panic_undoes_itself_and_no_neighbour() {
        let tasks = [
            (1, Disposition::Commit),
            (2, Disposition::Rollback),
            (PANIC, Disposition::Commit),
            (4, Disposition::CommitNow),
            (5, Disposition::Commit),
        ];
        let told = [1, 2, PANIC, 4, 5].map(|number| (number, true));
        assert_eq!(written_by(0, &tasks), (told.to_vec(), vec![1, 4, 5]));
    }

    #[test]
    fn a_task_that_waits_runs_again_when_work_has_ended() {
        let tasks = [(1, Disposition::Wait), (2, Disposition::Commit), (END, Disposition::Commit)];
        let told = [2, END, 1].map(|number| (number, true));
        assert_eq!(written_by(1, &tasks), (told.to_vec(), vec![2, END, 1]));
    }

    #[test]
    fn a_task_with_steps_lets_others_run_between_them_and_wakes_who_waits() {
        let tasks = [(1, Disposition::Again), (2, Disposition::Wait), (3, Disposition::Commit)];
        let told = [3, 1, 2].map(|number| (number, true));
        assert_eq!(written_by(0, &tasks), (told.to_vec(), vec![1, 3, 1, 2]));
        let tasks = [(1, Disposition::Again), (BREAK, Disposition::Commit)];
        assert!(written_by(0, &tasks).0.contains(&(1, false)), "a step that is lost ends its task");
    }

    #[test]
    fn a_task_never_waits_for_nothing() {
        let (told, kept) = written_by(0, &[(1, Disposition::Wait), (2, Disposition::Commit)]);
        assert_eq!((told, kept), (vec![(1, true), (2, true)], vec![2]));
        // The end of a work could not be noted: what it was to change is as it was.
        let tasks = [(1, Disposition::Wait), (END, Disposition::Rollback)];
        let (told, _) = written_by(1, &tasks);
        assert_eq!(told, [(END, true), (1, true)]);
    }

    #[test]
    fn whoever_breaks_the_transaction_is_told_so() {
        let tasks = [(1, Disposition::Commit), (BREAK, Disposition::Commit)];
        let (told, kept) = written_by(0, &tasks);
        assert!(told.contains(&(BREAK, false)), "{told:?}");
        assert_eq!(kept.len(), told.iter().filter(|(_, committed)| *committed).count());
    }
}
