//! Which rows are a tenant's. Every state that a tenant has had is a *generation*: its rows carry a
//! key that is never used again. Rows are inserted under an invisible key, one update shows
//! them, and what is no longer visible is removed in pieces: no change of state is long, however large.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::bail;
use rusqlite::{Connection, OptionalExtension};

use super::Tenant;

/// Most rows that one statement removes.
const REMOVED_AT_ONCE: usize = 100;

/// The key of the rows of a tenant that has its starting state. An error where another tenant has its
/// account number: the two would be one to their clients.
pub fn find(tx: &Connection, tenant: &Tenant) -> anyhow::Result<Option<i64>> {
    let found = tx
        .prepare_cached("SELECT key, name FROM twin_tenants WHERE account = ?1")?
        .query_row([tenant.account], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    match found {
        Some((_, owner)) if owner != tenant.name => bail!(
            "the tenants {:?} and {owner:?} have the same account number {}: choose another name",
            tenant.name,
            tenant.account
        ),
        found => Ok(found.map(|(key, _)| key)),
    }
}

/// Begins an era that is not visible.
pub fn begin(tx: &Connection) -> rusqlite::Result<i64> {
    tx.prepare_cached("UPDATE twin_eras SET last = last + 1 RETURNING last")?
        .query_row([], |row| row.get(0))
}

/// The era that is visible.
pub fn current(tx: &Connection) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT current FROM twin_eras")?.query_row([], |row| row.get(0))
}

/// Adds a tenant without rows to an era, and gives the key for them. An error where the era has the
/// account number already.
pub fn add(tx: &Connection, era: i64, tenant: &Tenant) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "INSERT INTO twin_generations (era, name, account) VALUES (?1, ?2, ?3) RETURNING key",
    )?
    .query_row((era, &tenant.name, tenant.account), |row| row.get(0))
}

/// Shows an era in place of the current one.
pub fn show_all(tx: &Connection, era: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE twin_eras SET current = ?1")?.execute([era]).map(drop)
}

/// Shows the tenants of an era in place of those of the same names, beside all others.
pub fn show_beside(tx: &Connection, era: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE twin_generations SET era = -key WHERE era = (SELECT current FROM twin_eras)
            AND account IN (SELECT account FROM twin_generations WHERE era = ?1)",
    )?
    .execute([era])?;
    tx.prepare_cached(
        "UPDATE twin_generations SET era = (SELECT current FROM twin_eras) WHERE era = ?1",
    )?
    .execute([era])
    .map(drop)
}

/// Shows nothing of that tenant any more, or of any: they begin anew on their next use.
pub fn hide(tx: &Connection, only: Option<&str>) -> rusqlite::Result<()> {
    let Some(name) = only else { return show_all(tx, begin(tx)?) };
    tx.prepare_cached(
        "UPDATE twin_generations SET era = -key
         WHERE era = (SELECT current FROM twin_eras) AND account = ?1",
    )?
    .execute([Tenant::new(name, b"").account])
    .map(drop)
}

/// The keys of what is visible.
pub fn visible(tx: &Connection) -> rusqlite::Result<BTreeSet<i64>> {
    tx.prepare_cached("SELECT key FROM twin_tenants")?.query_map([], |row| row.get(0))?.collect()
}

/// Removes rows that are not visible and never will be, for as long as `goes_on` says; true once none
/// are left.
pub fn sweep(
    tx: &Connection,
    tables: &[impl AsRef<str>],
    open: &OpenEras,
    goes_on: impl Fn() -> bool,
) -> rusqlite::Result<bool> {
    while let Some(key) = left_over(tx, open)? {
        for table in tables.iter().map(AsRef::as_ref) {
            while remove_some(tx, table, key)? == REMOVED_AT_ONCE {
                if !goes_on() {
                    return Ok(false);
                }
            }
        }
        tx.prepare_cached("DELETE FROM twin_generations WHERE key = ?1")?.execute([key])?;
        if !goes_on() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn left_over(tx: &Connection, open: &OpenEras) -> rusqlite::Result<Option<i64>> {
    let mut statement = tx.prepare_cached(
        "SELECT key, era FROM twin_generations WHERE era < (SELECT current FROM twin_eras)
         UNION ALL
         SELECT key, era FROM twin_generations WHERE era > (SELECT current FROM twin_eras)",
    )?;
    let mut rows = statement.query([])?;
    let open = open.lock();
    while let Some(row) = rows.next()? {
        if !open.contains(&row.get(1)?) {
            return row.get(0).map(Some);
        }
    }
    Ok(None)
}

fn remove_some(tx: &Connection, table: &str, key: i64) -> rusqlite::Result<usize> {
    let columns = super::document::key(tx, table)?.join(", ");
    tx.prepare_cached(&format!(
        "DELETE FROM {table} WHERE ({columns}) IN
            (SELECT {columns} FROM {table} WHERE tenant = ?1 LIMIT {REMOVED_AT_ONCE})"
    ))?
    .execute([key])
}

/// Counts one more start of a twin over this database, and gives its number.
pub fn count_start(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .query_row("INSERT INTO twin_starts DEFAULT VALUES RETURNING number", [], |row| row.get(0))
}

/// The eras that are being put in: not visible yet, and not to be swept.
#[derive(Debug, Clone, Default)]
pub struct OpenEras(Arc<Mutex<BTreeSet<i64>>>);

impl OpenEras {
    /// Keeps an era from being swept until the guard is dropped; to be called before the
    /// transaction that begins the era is committed.
    pub fn open(&self, era: i64) -> OpenEra {
        self.lock().insert(era);
        OpenEra { era, all: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An era that is being put in.
#[derive(Debug)]
pub struct OpenEra {
    /// Its number.
    pub era: i64,
    all: OpenEras,
}

impl Drop for OpenEra {
    fn drop(&mut self) {
        self.all.lock().remove(&self.era);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::schema;

    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(schema::TENANTS).unwrap();
        connection.execute_batch("INSERT INTO twin_tenants VALUES (100, 'old')").unwrap();
        connection.execute_batch(schema::GENERATIONS).unwrap();
        connection
            .execute_batch("CREATE TABLE t (tenant INTEGER, id INTEGER, PRIMARY KEY (tenant, id))")
            .unwrap();
        connection
    }

    fn names(tx: &Connection) -> String {
        let sql = "SELECT group_concat(name, ' ' ORDER BY name) FROM twin_tenants";
        tx.query_row(sql, [], |row| row.get::<_, Option<String>>(0)).unwrap().unwrap_or_default()
    }

    fn filled(tx: &Connection, era: i64, name: &str, rows: i64) -> i64 {
        let key = add(tx, era, &Tenant::new(name, b"")).unwrap();
        for id in 0..rows {
            tx.execute("INSERT INTO t VALUES (?1, ?2)", [key, id]).unwrap();
        }
        key
    }

    fn rows(tx: &Connection, key: i64) -> i64 {
        tx.query_row("SELECT count(*) FROM t WHERE tenant = ?1", [key], |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_era_is_seen_once_it_is_shown_and_its_keys_are_new() {
        let tx = database();
        assert_eq!(names(&tx), "old");
        let era = begin(&tx).unwrap();
        let key = filled(&tx, era, "a", 1);
        assert!(key > 100, "keys of an older database are not used again");
        assert_eq!(names(&tx), "old");
        show_beside(&tx, era).unwrap();
        assert_eq!(names(&tx), "a old");
        let era = begin(&tx).unwrap();
        let other = filled(&tx, era, "a", 1);
        assert_eq!(find(&tx, &Tenant::new("a", b"")).unwrap(), Some(key));
        show_beside(&tx, era).unwrap();
        assert_eq!(find(&tx, &Tenant::new("a", b"")).unwrap(), Some(other));
        let era = begin(&tx).unwrap();
        filled(&tx, era, "b", 0);
        show_all(&tx, era).unwrap();
        assert_eq!(names(&tx), "b");
        hide(&tx, Some("b")).unwrap();
        assert_eq!(names(&tx), "");
    }

    #[test]
    fn what_is_not_shown_is_swept_in_pieces_but_not_what_is_being_put_in() {
        let tx = database();
        let open = OpenEras::default();
        let guard = open.open(begin(&tx).unwrap());
        let coming = filled(&tx, guard.era, "a", 150);
        let kept = filled(&tx, 1, "b", 150);
        let gone = filled(&tx, begin(&tx).unwrap(), "b", 250);
        assert!(!sweep(&tx, &["t"], &open, || false).unwrap());
        assert_eq!(rows(&tx, gone), 150);
        assert!(sweep(&tx, &["t"], &open, || true).unwrap());
        assert_eq!([rows(&tx, gone), rows(&tx, coming), rows(&tx, kept)], [0, 150, 150]);
        drop(guard);
        assert!(sweep(&tx, &["t"], &open, || true).unwrap());
        assert_eq!([rows(&tx, coming), rows(&tx, kept)], [0, 150]);
        assert_eq!(names(&tx), "b old");
    }

    #[test]
    fn one_account_number_is_never_shared() {
        let tx = database();
        filled(&tx, 1, "a", 0);
        let mut twin = Tenant::new("a", b"");
        twin.name = "b".to_owned();
        assert!(find(&tx, &twin).unwrap_err().to_string().contains("choose another name"));
        assert!(add(&tx, 1, &twin).is_err());
    }
}
