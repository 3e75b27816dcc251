//! The texts of a block of users, folded and in one piece: what a search by text looks at.

use std::sync::Arc;

use memchr::memmem::Finder;
use rusqlite::{Connection, Row};

use crate::runtime::fold;
use crate::services::sparse_paging::BLOCK;
use crate::state::{CachedRead, Rows};

use super::super::{ENABLED, Kind, status_of};
use super::user_counts::Selected;

/// The columns with the texts.
pub(crate) const COLUMNS: [&str; 5] =
    ["user_name", "display_name", "email", "user_id", "description"];

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

#[derive(Debug)]
struct User {
    seq: i64,
    /// Where its texts begin.
    start: usize,
    kind: Kind,
    is_enabled: bool,
}

impl UserTexts {
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
            "SELECT seq, status, type, {} FROM organization_users
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
        let is_enabled = row.get_ref(1)?.as_str()? == ENABLED;
        let start = self.texts.len();
        self.users.push(User { seq: row.get(0)?, start, kind: row.get(2)?, is_enabled });
        for column in (3..).take(COLUMNS.len()) {
            fold::append(row.get_ref(column)?.as_str()?, &mut self.texts);
            self.texts.push(END);
        }
        Ok(())
    }

    /// How many users it has.
    pub(crate) fn len(&self) -> usize {
        self.users.len()
    }

    /// Bytes that it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.texts.capacity() + self.users.capacity() * size_of::<User>()
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
