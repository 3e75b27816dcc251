//! Work that is undone as a whole if it fails, inside a larger transaction.

use rusqlite::Connection;

/// Runs `work`; an error undoes what it did, and nothing else.
pub fn in_savepoint<T, E: From<rusqlite::Error>>(
    tx: &Connection,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let step = |sql| tx.prepare_cached(sql)?.execute([]).map(drop);
    step("SAVEPOINT part")?;
    let outcome = work();
    if outcome.is_err() {
        step("ROLLBACK TO part")?;
    }
    step("RELEASE part")?;
    outcome
}
