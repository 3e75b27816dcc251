//! Importing users from a sheet. Rows run in order; a bad row is reported and skipped, and only what
//! no row can mend refuses the whole. A row becomes a user in `imports/line.rs`.

use serde::{Deserialize, Serialize};

use super::limits::IMPORT_SHEET;
use super::project::Project;
use super::sheet::{Row, Rows};
use super::{sheet, tenant};
use crate::error::{Failure, refuse, refuse_with};
use crate::operation::Call;

mod line;

use line::Header;

/// What cannot be read, or cannot be taken.
const BAD: &str = "WKS.EMU.0001";

/// There are as many users as there may be.
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
pub(super) struct Upload {
    sheet: Result<Rows, String>,
    progress: Progress,
}

/// Reads an uploaded file.
pub(super) fn read(file: &[u8]) -> Upload {
    Upload { sheet: sheet::rows(file, &IMPORT_SHEET), progress: Progress::default() }
}

/// `ImportUserList`: creates users from the sheet's rows, in steps, and other requests run between
/// them. The description of a failed row says why it failed, as the vendor's item has no member for
/// it. A quota that is used up before the first row refuses the whole; one that is used up on the way
/// fails the rows that are left.
pub(super) fn import(call: &mut Call<'_>, input: Import) -> Result<Imported, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let Some(Upload { sheet, progress }) = call.upload::<Upload>() else {
        return Err(refuse_with(BAD, "the part `file` is missing."));
    };
    let rows = sheet.as_ref().map_err(|why| refuse_with(BAD, why.clone()))?;
    let empty = || refuse_with(BAD, "the sheet is empty: it needs a header.");
    let header = Header::of(rows.get(0).ok_or_else(empty)?)?;
    progress.belong_to(call.tenant.key());
    while let Some(row) = rows.get(progress.tried + 1) {
        progress.try_row(call, project, &header, row)?;
        if call.step.is_over() && progress.tried + 1 < rows.len() {
            return Err(Failure::Again);
        }
    }
    Ok(std::mem::take(progress).into_output())
}

/// How far an import has come.
#[derive(Debug, Default)]
struct Progress {
    /// The key of the tenant's rows that it is about.
    key: i64,
    /// Rows below the header that were tried.
    tried: usize,
    made: Vec<Detail>,
    failed: Vec<Detail>,
}

impl Progress {
    /// Begins anew where the state that it has filled so far was reset or replaced.
    fn belong_to(&mut self, key: i64) {
        if self.key != key {
            *self = Self { key, ..Self::default() };
        }
    }

    fn try_row(
        &mut self,
        call: &mut Call<'_>,
        project: Project<'_>,
        header: &Header,
        row: Row<'_>,
    ) -> Result<(), Failure> {
        let line = header.line(row);
        match line.insert(call, project) {
            Ok(id) => self.made.push(line.made(id)),
            Err(Failure::Refused(refusal)) if refusal.code == FULL && self.made.is_empty() => {
                return Err(refuse(FULL));
            }
            Err(Failure::Refused(refusal)) => self.failed.push(line.failed(&refusal)),
            Err(other) => return Err(other),
        }
        self.tried += 1;
        Ok(())
    }

    fn into_output(self) -> Imported {
        let Self { tried, made, failed, .. } = self;
        Imported { user_detail_list: made, failed_detail_list: failed, total_count: tried }
    }
}
