//! How behaviour is registered: a name, and a function over typed input and output.
//! Knows neither wire nor vendor.

use std::any::Any;
use std::collections::BTreeMap;
use std::fs::File;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rusqlite::{Connection, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Failure;
use crate::runtime::clock::Timestamp;
use crate::runtime::ids::Ids;
use crate::runtime::lifecycle::{Age, Outcome, Pace};
use crate::state::{CachedRead, FileToken, Files, Step, Tenant};

/// All that a handler may touch.
#[derive(Debug)]
pub struct Call<'a> {
    /// Inside this request's transaction: kept if the handler succeeds, undone if it refuses.
    pub tx: &'a Connection,
    /// Read once per request, from the twin's clock.
    pub now: Timestamp,
    /// Seeded; this tenant's own stream.
    pub ids: &'a mut Ids,
    /// What earlier reads made of committed rows; absent where no request is served.
    pub cache: Option<&'a CachedRead<'a>>,
    /// Whose state it is.
    pub tenant: &'a Tenant,
    /// Who calls.
    pub client: &'a Client,
    /// Export files.
    pub files: &'a Files,
    /// How fast jobs move.
    pub pace: Pace,
    /// Whether jobs move by looks and this call is one.
    pub counts_looks: bool,
    /// How jobs that this call creates are to end.
    pub outcome: &'a Outcome,
    /// Limits that a scenario sets for this request, by their names in [`crate::services::Service::limits`].
    pub limits: Option<&'a BTreeMap<String, i64>>,
    /// What the operation's `prepare` made of the uploaded file, if the request has one.
    pub upload: Option<&'a mut (dyn Any + Send)>,
    /// How long it has run: long work lets others run from time to time, by [`Failure::Again`].
    pub step: Step,
    /// What is to happen once the transaction is committed.
    pub after: &'a mut After,
}

impl<'a> Call<'a> {
    /// The value that a scenario sets for that limit.
    pub fn limit(&self, name: &str) -> Option<i64> {
        self.limits?.get(name).copied()
    }

    /// When a job of that age has taken so many steps; nothing while it waits for a look.
    pub fn reached_at(&self, age: Age, steps: u8) -> Option<Timestamp> {
        self.pace.reached_at(age, steps, self.now)
    }

    /// Asks to be woken for the first step of a job that begins now.
    pub fn schedule_first_step(&mut self) {
        if let Some(moment) = self.reached_at(Age::new(self.now), 1) {
            self.after.schedule_at(moment);
        }
    }

    /// The client looks at jobs that have not ended: those rows of the table. Counted where jobs
    /// move by that, and seen by the next request: this one has its answer.
    pub fn note_look(
        &mut self,
        table: &str,
        rows: &str,
        values: &[&dyn ToSql],
    ) -> rusqlite::Result<()> {
        if self.counts_looks {
            let sql = format!("UPDATE {table} SET looks = looks + 1 WHERE {rows}");
            if self.tx.prepare_cached(&sql)?.execute(values)? > 0 {
                self.after.schedule_at(self.now);
            }
        }
        Ok(())
    }

    /// Runs what may only look: it must draw no ids, ask for nothing after the commit, and change
    /// nothing in the database. Where it does, that is a fault of ours, and its answer is not given.
    pub fn look<T>(
        &self,
        run: impl FnOnce(&mut Call<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (mut ids, mut after) = (Ids::none(), After::default());
        let before = self.tx.total_changes();
        let Call { tx, now, cache, tenant, client, files, pace, outcome, limits, step, .. } = *self;
        let (ids_of, after_of) = (&mut ids, &mut after);
        let mut call = Call {
            tx,
            now,
            ids: ids_of,
            cache,
            tenant,
            client,
            files,
            pace,
            counts_looks: false,
            outcome,
            limits,
            upload: None,
            step,
            after: after_of,
        };
        let seen = run(&mut call);
        let fault = if ids.was_drawn() {
            "drew an id"
        } else if !after.is_empty() {
            "asked for something after the commit"
        } else if tx.total_changes() != before {
            "changed the database"
        } else {
            return seen;
        };
        Err(Failure::Internal(anyhow::anyhow!("what may only look {fault}")))
    }

    /// The prepared upload; nothing without one, or if `T` is not what [`with_upload`] was given.
    /// It is taken out, so that the rest of the call can be used beside it.
    pub fn upload<T: 'static>(&mut self) -> Option<&'a mut T> {
        self.upload.take()?.downcast_mut()
    }
}

/// Who calls, as far as an operation may know.
#[derive(Debug, Clone)]
pub struct Client {
    /// The address the request came from.
    pub ip: IpAddr,
    /// Its `User-Agent`, or nothing.
    pub agent: String,
    /// Whether it asked for English texts. For texts that the service writes in Chinese else.
    pub english: bool,
    /// The twin's base URL as this client reaches it, without a slash at the end.
    pub origin: String,
}

impl Client {
    /// The twin itself.
    pub fn internal() -> Self {
        Self {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            agent: String::new(),
            english: false,
            origin: String::new(),
        }
    }
}

/// What a handler asks for after its transaction is committed; dropped if it is undone.
#[derive(Debug, Default)]
pub struct After {
    /// The earliest moment at which something of this tenant is due, if the handler set one.
    pub due: Option<Timestamp>,
    /// Tokens of finished files to remove.
    pub remove_files: Vec<FileToken>,
    /// The tenant has grown: the read cache is warmed up.
    pub warms_up: bool,
}

impl After {
    fn is_empty(&self) -> bool {
        self.due.is_none() && self.remove_files.is_empty() && !self.warms_up
    }

    /// Takes what another part of the same transaction asks for.
    pub fn add(&mut self, other: Self) {
        other.due.into_iter().for_each(|moment| self.schedule_at(moment));
        self.remove_files.extend(other.remove_files);
        self.warms_up |= other.warms_up;
    }

    /// Something of this tenant is due at that moment. It is advanced before any later request.
    pub fn schedule_at(&mut self, moment: Timestamp) {
        self.due = Some(self.due.map_or(moment, |due| due.min(moment)));
    }
}

/// What an operation answers, before its protocol wraps it.
#[derive(Debug)]
pub enum Content {
    /// The bytes of a JSON object.
    Json(Vec<u8>),
    /// A file made on the spot.
    File {
        /// Its bytes.
        bytes: Vec<u8>,
        /// What it is called.
        name: String,
    },
    /// A file that was written before.
    Stored {
        /// Open, so that nothing that happens to it after the commit keeps it from the client.
        file: File,
        /// Its length in bytes.
        length: u64,
        /// What it is called.
        name: String,
    },
}

impl Content {
    /// The JSON object; an empty one where a file is answered.
    pub fn into_json(self) -> Vec<u8> {
        match self {
            Self::Json(object) => object,
            Self::File { .. } | Self::Stored { .. } => b"{}".to_vec(),
        }
    }
}

/// Input in, the answer out.
type Handler = dyn Fn(&mut Call<'_>, &Value) -> Result<Content, Failure> + Send + Sync;

/// An uploaded file as its handler wants it.
pub type Prepared = Box<dyn Any + Send>;

/// Bytes of an upload in, what its handler wants of them out.
type Prepare = dyn Fn(&[u8]) -> Prepared + Send + Sync;

/// What kind of job an operation creates. Scenarios decide how jobs end; only rows can fail alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewJob {
    /// It ends well or fails as a whole.
    Whole,
    /// It works the elements of this member of the input off, each for itself.
    OfRows(&'static str),
}

/// The behaviour of one operation.
pub struct Operation {
    /// The vendor's name, as in the model.
    pub name: &'static str,
    /// The API version, where it is not the service's main one.
    pub version: Option<&'static str>,
    /// Reads run beside each other and beside the writer.
    pub read_only: bool,
    /// The job that it creates, if it may create one.
    pub creates: Option<NewJob>,
    prepare: Option<Box<Prepare>>,
    handler: Box<Handler>,
}

/// An operation that may change state; `handler` runs in a transaction of its own.
pub fn operation<I: DeserializeOwned + 'static, O: IntoContent + 'static>(
    name: &'static str,
    handler: fn(&mut Call<'_>, I) -> Result<O, Failure>,
) -> Operation {
    let handler = move |call: &mut Call<'_>, input: &Value| {
        handler(call, I::deserialize(input)?)?.into_content()
    };
    Operation {
        name,
        version: None,
        read_only: false,
        creates: None,
        prepare: None,
        handler: Box::new(handler),
    }
}

/// An operation that only looks.
pub fn query<I: DeserializeOwned + 'static, O: IntoContent + 'static>(
    name: &'static str,
    handler: fn(&mut Call<'_>, I) -> Result<O, Failure>,
) -> Operation {
    Operation { read_only: true, ..operation(name, handler) }
}

/// An operation that may change state and takes a file. `prepare` parses the file before the request
/// queues for the writer: it sees no state, and other requests go on meanwhile. Its result is
/// [`Call::upload`], an error included: the handler decides when to report it. The handler may end
/// with [`Failure::Again`] to go on in a later step.
pub fn with_upload<U: Send + 'static, I: DeserializeOwned + 'static, O: IntoContent + 'static>(
    name: &'static str,
    prepare: fn(&[u8]) -> U,
    handler: fn(&mut Call<'_>, I) -> Result<O, Failure>,
) -> Operation {
    let prepare = move |file: &[u8]| -> Prepared { Box::new(prepare(file)) };
    Operation { prepare: Some(Box::new(prepare)), ..operation(name, handler) }
}

impl Operation {
    /// The same as an operation of that API version.
    #[must_use]
    pub fn of_version(self, version: &'static str) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The same for an operation that creates a job.
    #[must_use]
    pub fn creates_job(self) -> Self {
        Self { creates: Some(NewJob::Whole), ..self }
    }

    /// The same for an operation that creates a job of the elements of that member.
    #[must_use]
    pub fn creates_job_of_rows(self, member: &'static str) -> Self {
        Self { creates: Some(NewJob::OfRows(member)), ..self }
    }

    /// What the service declares of it.
    pub fn model<'a>(
        &self,
        service: &'a contracts::Service,
    ) -> Option<&'a Arc<contracts::Operation>> {
        let main = service.versions.first().map(String::as_str);
        service.operation(self.name, self.version.or(main)?)
    }

    /// Whether it parses an uploaded file before its handler runs.
    pub fn takes_upload(&self) -> bool {
        self.prepare.is_some()
    }

    /// Parses an uploaded file; nothing if the operation takes none.
    pub fn prepare(&self, file: &[u8]) -> Option<Prepared> {
        self.prepare.as_ref().map(|prepare| prepare(file))
    }

    /// Runs the handler.
    pub fn run(&self, call: &mut Call<'_>, input: &Value) -> Result<Content, Failure> {
        if self.read_only && !call.counts_looks {
            call.look(|call| (self.handler)(call, input))
        } else {
            (self.handler)(call, input)
        }
    }
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Operation").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a handler gives: anything that serde can write, JSON that is written already, or a file.
pub trait IntoContent {
    /// The answer as the protocol takes it.
    fn into_content(self) -> Result<Content, Failure>;
}

impl<T: Serialize> IntoContent for T {
    fn into_content(self) -> Result<Content, Failure> {
        Ok(Content::Json(serde_json::to_vec(&self)?))
    }
}

impl IntoContent for Content {
    fn into_content(self) -> Result<Content, Failure> {
        Ok(self)
    }
}

/// The bytes of a JSON object that a handler wrote itself: wide rows go straight from the database
/// into the answer.
#[derive(Debug)]
pub struct RawJson(pub Vec<u8>);

impl IntoContent for RawJson {
    fn into_content(self) -> Result<Content, Failure> {
        Ok(Content::Json(self.0))
    }
}

/// An answer without members: `{}`.
#[derive(Debug, Serialize)]
pub struct Empty {}
