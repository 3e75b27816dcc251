//! For tests: a zone in a database of its own.

use std::net::{IpAddr, Ipv4Addr};

use rusqlite::Connection;

use super::zones;
use crate::operation::{After, Call, Client};
use crate::runtime::clock::Timestamp;
use crate::runtime::ids::Ids;
use crate::runtime::lifecycle::{Outcome, Pace};
use crate::state::schema::STEPS;
use crate::state::{Database, Files, ReadCache, Step, Tenant};

/// A zone, beside the connection that writes to it.
pub(super) struct Zoned {
    /// Dropped after its connections.
    pub(super) database: Database,
    tenant: Tenant,
    files: Files,
    client: Client,
}

impl Zoned {
    pub(super) fn new() -> (Self, Connection) {
        let (database, writer) = Database::open(None, STEPS).unwrap();
        let client = Client {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            agent: String::new(),
            english: false,
            origin: String::new(),
        };
        let (tenant, files) = (Tenant::new("default", b""), Files::new(database.files.clone()));
        tenant.set_key(1);
        let zoned = Self { database, tenant, files, client };
        zoned.with(&writer, None, |call| zones::insert(call, "z-1", "zone").unwrap());
        (zoned, writer)
    }

    /// Runs it in a call at the beginning of time.
    pub(super) fn with<T>(
        &self,
        tx: &Connection,
        cache: Option<&ReadCache>,
        run: impl FnOnce(&mut Call<'_>) -> T,
    ) -> T {
        let (mut ids, mut after) = (Ids::derived(b"", &[]), After::default());
        let read = cache.map(ReadCache::begin);
        run(&mut Call {
            tx,
            now: Timestamp(0),
            ids: &mut ids,
            cache: read.as_ref(),
            tenant: &self.tenant,
            client: &self.client,
            files: &self.files,
            pace: Pace::Instant,
            counts_looks: false,
            outcome: Outcome::success(),
            limits: None,
            upload: None,
            step: Step::longest(),
            after: &mut after,
        })
    }
}
