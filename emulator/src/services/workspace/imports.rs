//! Importing users from a sheet. Rows run in order; a bad row is reported and skipped, and only what
//! no row can mend refuses the whole. A row becomes a user in `imports/line.rs`.

use serde::{Deserialize, Serialize};

use super::limits::IMPORT_SHEET;
use super::project::Project;
use super::sheet::Rows;
use super::{sheet, tenant};
use crate::error::{Failure, refuse, refuse_with};
use crate::operation::Call;

mod line;

use line::Header;

/// What cannot be read, or cannot be taken.
const BAD: &str = "WKS.EMU.0001";

/// There are as many users as there may be: no other row would fare better.
const FULL: &str = "WKS.EMU.0003";

/// Input of `ImportUserList`; the file comes beside it.
#[derive(Debug, Deserialize)]
pub(super) struct Import {
    project_id: String,
}

/// Output of `ImportUserList`.
#[derive(Debug, Serialize)]
pub(super) struct Imported {
    user_detail_list: Vec<Detail>,
    failed_detail_list: Vec<Detail>,
    total_count: usize,
}

/// A row, as the vendor words it.
#[derive(Debug, Default, Serialize)]
struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

/// The uploaded file, read before the request waits for the writer; or why it cannot be read.
pub(super) type Upload = Result<Rows, String>;

/// Reads an uploaded file.
pub(super) fn read(file: &[u8]) -> Upload {
    sheet::rows(file, &IMPORT_SHEET)
}

/// `ImportUserList`: creates users from the sheet's rows. The description of a failed row says why it
/// failed, as the vendor's item has no member for it.
pub(super) fn import(call: &mut Call<'_>, input: Import) -> Result<Imported, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let rows = match call.upload::<Upload>() {
        None => return Err(refuse_with(BAD, "the part `file` is missing.")),
        Some(Err(why)) => return Err(refuse_with(BAD, why.clone())),
        Some(Ok(rows)) => rows,
    };
    let empty = || refuse_with(BAD, "the sheet is empty: it needs a header.");
    let header = Header::of(rows.get(0).ok_or_else(empty)?)?;
    let mut progress = Progress::default();
    progress.advance(call, project, &header, rows, rows.len())?;
    Ok(progress.into_output())
}

/// How far an import has come.
#[derive(Debug, Default)]
struct Progress {
    /// Rows below the header that were tried.
    tried: usize,
    made: Vec<Detail>,
    failed: Vec<Detail>,
}

impl Progress {
    /// Tries up to `count` more rows. An error ends the whole import.
    fn advance(
        &mut self,
        call: &mut Call<'_>,
        project: Project<'_>,
        header: &Header,
        rows: &Rows,
        count: usize,
    ) -> Result<(), Failure> {
        for _ in 0..count {
            let Some(row) = rows.get(self.tried + 1) else { return Ok(()) };
            let line = header.line(row);
            match line.insert(call, project) {
                Ok(id) => self.made.push(line.made(id)),
                Err(Failure::Refused(refusal)) if refusal.code == FULL => {
                    return Err(refuse(FULL));
                }
                Err(Failure::Refused(refusal)) => self.failed.push(line.failed(&refusal)),
                Err(other) => return Err(other),
            }
            self.tried += 1;
        }
        Ok(())
    }

    fn into_output(self) -> Imported {
        let Self { tried, made, failed } = self;
        Imported { user_detail_list: made, failed_detail_list: failed, total_count: tried }
    }
}
