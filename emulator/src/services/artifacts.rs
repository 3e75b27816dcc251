//! Files that exports make, as every service keeps them: a table has a column `token`, which names
//! the file of its row while there is one. A copy of a tenant names the same files as the tenant, so
//! a file is removed with the last row that names it. There are two ways to a file: a link, which
//! anybody may follow who has it, and the answer of an operation.

use rusqlite::{Connection, ToSql};

use crate::error::Failure;
use crate::operation::{Call, Client, Content};
use crate::state::FileToken;

/// What the paths of links begin with: `/files/{token}/{name}`.
pub const LINK_PREFIX: &str = "/files/";

/// The files of one kind of export.
#[derive(Debug, Clone, Copy)]
pub struct Artifacts {
    /// Its table, with the columns `tenant` and `token`, and an index of the tokens.
    pub table: &'static str,
}

impl Artifacts {
    /// SQL that lists the key of the tenant and the token of each file.
    pub(super) fn list_sql(self) -> String {
        format!("SELECT tenant, token FROM {} WHERE token IS NOT NULL", self.table)
    }

    /// The files of the rows that keep the condition. Tokens that name no file are left out.
    pub(super) fn of(
        self,
        tx: &Connection,
        condition: &str,
        values: &[&dyn ToSql],
    ) -> rusqlite::Result<Vec<FileToken>> {
        let table = self.table;
        let sql = format!("SELECT token FROM {table} WHERE {condition} AND token IS NOT NULL");
        let mut statement = tx.prepare_cached(&sql)?;
        let tokens = statement.query_map(values, |row| row.get::<_, String>(0))?;
        let tokens: Vec<String> = tokens.collect::<rusqlite::Result<_>>()?;
        Ok(tokens.iter().filter_map(|token| FileToken::parse(token)).collect())
    }

    /// Gives a written file to the row that keeps the condition and has none. An export may be begun
    /// twice, as after a state was put in: the first file is kept. False where there is no such row;
    /// then the file is removed.
    pub(super) fn keep(
        self,
        call: &mut Call<'_>,
        token: FileToken,
        condition: &str,
        values: &[&dyn ToSql],
    ) -> rusqlite::Result<bool> {
        let (table, last) = (self.table, values.len() + 1);
        let sql = format!("UPDATE {table} SET token = ?{last} WHERE {condition} AND token IS NULL");
        let values: Vec<&dyn ToSql> = values.iter().copied().chain([&token as _]).collect();
        let kept = call.tx.prepare_cached(&sql)?.execute(values.as_slice())? > 0;
        if !kept {
            self.release(call, vec![token])?;
        }
        Ok(kept)
    }

    /// Removes, after the commit, those of the files that no row names any more. Rows of tenants that
    /// are no longer shown do not count.
    pub(super) fn release(
        self,
        call: &mut Call<'_>,
        files: Vec<FileToken>,
    ) -> rusqlite::Result<()> {
        let mut statement = call.tx.prepare_cached(&format!(
            "SELECT 1 FROM {} WHERE token = ?1 AND tenant IN (SELECT key FROM twin_tenants)",
            self.table
        ))?;
        for token in files {
            if !statement.exists([token])? {
                call.after.remove_files.push(token);
            }
        }
        Ok(())
    }
}

/// The link to a file.
pub(super) fn link(client: &Client, token: FileToken, name: &str) -> String {
    format!("{}{}{token}/{name}", client.origin, LINK_PREFIX)
}

/// The file as the answer of an operation.
pub(super) fn answer(call: &Call<'_>, token: FileToken, name: String) -> Result<Content, Failure> {
    let missing = || anyhow::anyhow!("the file {token} is gone");
    let file = call.files.open(token).ok_or_else(missing)?;
    let length = file.metadata().map_err(anyhow::Error::from)?.len();
    Ok(Content::Stored { file, length, name })
}
