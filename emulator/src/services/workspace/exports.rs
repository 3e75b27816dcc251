//! The export centre. A task exists from the call on, is written beside all
//! requests, waits for its download, and grows old. What is in a file is in `exports/asked.rs`, how
//! time moves an export in `exports/progress.rs`.

use rusqlite::{Connection, params};

use super::project::Project;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::services::{Artifacts, advance as jobs};
use crate::state::document::RowView;

mod asked;
mod files;
mod groups;
mod list;
mod progress;
mod start;
mod users;

pub(super) use files::{delete, download};
pub(super) use groups::at_once as groups_at_once;
pub(super) use list::list;
pub(super) use progress::advance;
pub(super) use start::{groups, members, users};

use asked::Asked;

/// Exports that had not ended when the last process did, or in a state document, begin again: their
/// file may not be here.
pub(super) const RECOVER: &str = "UPDATE workspace_exports SET begun = 0, token = NULL
    WHERE status = 'CREATING' AND fail_reason IS NULL AND (?1 IS NULL OR tenant = ?1)";

/// The files that exports have made.
pub(super) const FILES: Artifacts = Artifacts { table: "workspace_exports" };

/// What an export's row of a state document must hold.
pub(super) fn check_row(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["seq"])?;
    row.flags(&["begun", "downloaded"])?;
    row.moments(&["created", "ends"])?;
    row.one_of("status", &["CREATING", "SUCCESS", "FAIL", "EXPIRED"])?;
    jobs::check_row(row)?;
    if row.text("status") == Some("SUCCESS") {
        row.present("token", "where the export has a file")?;
    }
    row.token("token")?;
    row.json::<Asked>("asked")
}

/// The end of an export that does not wait for the clock but for its client's looks.
const NOT_BEFORE_LOOKS: Timestamp = Timestamp(1 << 60);

/// How long a file is kept, in milliseconds: seven days. The vendor says that files go, not when.
const LIFE_MS: i64 = 7 * 86_400_000;

/// The project's exports, each with what the clock says of it as `state`. What is stored lags
/// behind: a request may come between the end of a work and the settling after it.
/// `?1` is the tenant, `?2` the project, `?3` now, `?4` [`LIFE_MS`].
const STATES: &str = "SELECT e.*, CASE
        WHEN status IN ('CREATING', 'SUCCESS') AND ends <= ?3 AND token IS NOT NULL
            AND outcome = 'success'
            THEN CASE WHEN ends <= ?3 - ?4 THEN 'EXPIRED' ELSE 'SUCCESS' END
        WHEN status = 'CREATING' AND ends <= ?3 AND fail_reason IS NOT NULL THEN 'FAIL'
        ELSE status END AS state
    FROM workspace_exports e WHERE tenant = ?1 AND project = ?2";

/// Whether an export is due and its file is not written yet, a state that must never be shown. Checks
/// one task, or all of the project.
fn is_unwritten(
    call: &Call<'_>,
    project: Project<'_>,
    task_id: Option<&str>,
) -> rusqlite::Result<bool> {
    call.tx
        .prepare_cached(
            "SELECT 1 FROM workspace_exports
             WHERE tenant = ?1 AND status = 'CREATING' AND ends <= ?3 AND project = ?2
                AND (?4 IS NULL OR task_id = ?4) AND token IS NULL AND fail_reason IS NULL",
        )?
        .exists(params![project.tenant, project.id, call.now.0, task_id])
}

/// The number of the project's next export.
fn next_seq(tx: &Connection, project: Project<'_>) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "SELECT coalesce(max(seq), 0) + 1 FROM workspace_exports
         WHERE tenant = ?1 AND project = ?2",
    )?
    .query_row(params![project.tenant, project.id], |row| row.get(0))
}

/// `users_20260131080000.xlsx`, after what is in it and when it was asked for.
fn file_name(kind: &str, moment: Timestamp) -> String {
    let digits =
        moment.to_string().chars().filter(char::is_ascii_digit).take(14).collect::<String>();
    format!("{kind}_{digits}.xlsx")
}
