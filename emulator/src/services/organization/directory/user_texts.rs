//! The texts of a block of users, folded and in one piece, and the other values that a search or a filter
//! compares.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memchr_iter;
use memchr::memmem::Finder;
use rusqlite::{Connection, Row};
use serde::Deserialize;

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::{self, fold};
use crate::services::sparse_paging::BLOCK;
use crate::state::{CachedRead, Rows};

use super::super::filters::Order;
use super::super::zones::Zone;
use super::super::{ENABLED, Kind, status_of};
use super::user_counts::Selected;
use super::user_versions;

/// The columns with the texts.
pub(crate) const COLUMNS: [&str; 5] =
    ["user_name", "display_name", "email", "user_id", "description"];

/// Indexes into [`COLUMNS`].
pub(crate) const USER_NAME: usize = 0;
pub(crate) const DISPLAY_NAME: usize = 1;
pub(crate) const EMAIL: usize = 2;

/// What follows each text. It is in no UTF-8, so no match reaches from one text into the next.
const END: u8 = 0xff;

/// Bytes of texts in one block: no limit of the twin lets them be more, but a state document may.
const BYTES_MAX: usize = 8 << 20;

/// The texts of a block.
#[derive(Debug, Default)]
pub(crate) struct UserTexts {
    /// All texts of all users, each with its end.
    texts: Vec<u8>,
    /// In the order of their numbers.
    users: Vec<User>,
}

/// The other values of a user.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) seq: i64,
    /// Where its texts begin.
    start: usize,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    kind: Kind,
    pub(crate) is_enabled: bool,
    /// Whether a directory sent other addresses than the one in the texts, or an empty one.
    pub(crate) has_more_addresses: bool,
}

impl UserTexts {
    /// Calls `show` for each block of the zone in this order: with cached texts, else it reads and caches them.
    /// Returns false if it could not show all users. [`Failure::Again`] if the step of the call is over.
    pub(crate) fn each(
        call: &Call<'_>,
        zone: &Zone,
        order: Order,
        mut show: impl FnMut(&Self),
    ) -> Result<bool, Failure> {
        let Some(read) = call.cache else { return Ok(false) };
        let mut blocks = user_versions::all(call.tx, zone.tenant)?;
        if order == Order::Desc {
            blocks.reverse();
        }
        let mut users = 0;
        for (block, version) in blocks {
            let texts = Self::of_version(call.tx, read, zone.tenant, block, version)?;
            let Some(texts) = texts else { return Ok(false) };
            show(&texts);
            if call.step.is_over() {
                return Err(Failure::Again);
            }
            users += texts.users.len();
        }
        // A state document may have users in blocks without a version.
        Ok(i64::try_from(users).is_ok_and(|users| users == zone.user_count))
    }

    /// Those of a block as the transaction sees it: from the cache if they are of that version, else read
    /// and kept; nothing if they are too long for that.
    pub(crate) fn of_version(
        tx: &Connection,
        read: &CachedRead<'_>,
        tenant: i64,
        block: i64,
        version: i64,
    ) -> rusqlite::Result<Option<Arc<Self>>> {
        let rows = Rows { table: "organization_users", tenant, part: block };
        if let Some(texts) = read.get(rows, version) {
            return Ok(Some(texts));
        }
        let Some(texts) = Self::read(tx, tenant, block)? else { return Ok(None) };
        let texts = Arc::new(texts);
        read.put(rows, version, Arc::clone(&texts), texts.bytes());
        Ok(Some(texts))
    }

    /// Reads the users of a block; nothing if their texts are too long to be kept.
    fn read(tx: &Connection, tenant: i64, block: i64) -> rusqlite::Result<Option<Self>> {
        let mut statement = tx.prepare_cached(&format!(
            "SELECT {}, seq, created, updated, type, status, scim FROM organization_users
             WHERE tenant = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq",
            COLUMNS.join(", ")
        ))?;
        let first = block.saturating_mul(BLOCK);
        let mut rows = statement.query([tenant, first, first.saturating_add(BLOCK)])?;
        let mut all = Self::default();
        while let Some(row) = rows.next()? {
            all.add(row)?;
            if all.texts.len() > BYTES_MAX {
                return Ok(None);
            }
        }
        all.texts.shrink_to_fit();
        all.users.shrink_to_fit();
        Ok(Some(all))
    }

    fn add(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let start = self.texts.len();
        for column in 0..COLUMNS.len() {
            fold::append(row.get_ref(column)?.as_str()?, &mut self.texts);
            self.texts.push(END);
        }
        let (email, scim) = (row.get_ref(EMAIL)?.as_str()?, row.get_ref(10)?.as_str_or_null()?);
        self.users.push(User {
            seq: row.get(5)?,
            start,
            created: row.get(6)?,
            updated: row.get(7)?,
            kind: row.get(8)?,
            is_enabled: row.get_ref(9)?.as_str()? == ENABLED,
            has_more_addresses: scim.is_some_and(|scim| has_more_addresses(scim, email)),
        });
        Ok(())
    }

    /// Bytes that it takes in memory.
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.texts.capacity() + self.users.capacity() * size_of::<User>()
    }

    /// Each user with its texts, in the order of [`COLUMNS`].
    pub(crate) fn users(&self) -> impl Iterator<Item = (&User, Texts<'_>)> {
        let ends = self.users.iter().skip(1).map(|next| next.start);
        self.users
            .iter()
            .zip(ends.chain([self.texts.len()]))
            .map(|(user, end)| (user, Texts(self.texts.get(user.start..end).unwrap_or_default())))
    }

    /// Appends the numbers of the selected users one of whose texts contains the part, in rising order.
    pub(crate) fn search(&self, part: &Finder<'_>, selected: Selected<'_>, seqs: &mut Vec<i64>) {
        let mut users = self.users.as_slice();
        while let Some(first) = users.first() {
            let at = self.texts.get(first.start..).and_then(|rest| part.find(rest));
            let Some(at) = at.map(|at| first.start + at) else { return };
            // A text of many users is in the first one; else the owner is far away.
            let before = match users.get(1) {
                Some(second) if second.start <= at => {
                    users.partition_point(|user| user.start <= at)
                }
                _ => 1,
            };
            let (passed, rest) = users.split_at(before);
            if let Some(user) = passed.last()
                && selected.has((user.kind, status_of(user.is_enabled)))
            {
                seqs.push(user.seq);
            }
            users = rest;
        }
    }
}

/// The texts of one user, folded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts<'a>(&'a [u8]);

impl<'a> Texts<'a> {
    /// The text of the column with that index in [`COLUMNS`].
    pub(crate) fn of(self, column: usize) -> &'a [u8] {
        let mut start = 0;
        for (place, end) in memchr_iter(END, self.0).enumerate() {
            if place == column {
                return self.0.get(start..end).unwrap_or_default();
            }
            start = end + 1;
        }
        &[]
    }
}

/// The addresses that a directory sent.
#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow, default)]
    emails: Vec<Address<'a>>,
}

#[derive(Deserialize)]
struct Address<'a> {
    #[serde(borrow)]
    value: Cow<'a, str>,
}

fn has_more_addresses(scim: &str, email: &str) -> bool {
    match serde_json::from_str(scim) {
        Ok(Sent { emails }) => {
            emails.iter().any(|one| one.value.is_empty() || fold(&one.value) != fold(email))
        }
        // An address without a value, or with its name in other letters.
        Err(_) => true,
    }
}
