//! Bringing users in from a sheet. Rows run in order; a bad one is told and passed over, and only
//! what no row can mend refuses the whole. A row becomes a user in `imports/line.rs`.

use serde::{Deserialize, Serialize};

use super::limits::{IMPORT_ROWS_MAX, IMPORT_UNPACKED_MAX};
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

/// `ImportUserList`: users are made of the sheet's rows. A failed row tells why in its description,
/// as the vendor's item has no member for it.
pub(super) fn import(call: &mut Call<'_>, input: Import) -> Result<Imported, Failure> {
    let project = tenant::require_open(call, &input.project_id)?;
    let Some(file) = call.upload else {
        return Err(refuse_with(BAD, "the part `file` is missing."));
    };
    let (mut header, mut made, mut failed) = (None, Vec::new(), Vec::new());
    let read = sheet::rows(file, IMPORT_UNPACKED_MAX, |cells| {
        let Some(header) = &header else {
            header = Some(Header::of(cells)?);
            return Ok(());
        };
        if made.len() + failed.len() == IMPORT_ROWS_MAX {
            return Err(refuse_with(BAD, format!("more than {IMPORT_ROWS_MAX} rows.")));
        }
        let row = header.row(cells);
        match row.insert(call, project) {
            Ok(id) => made.push(row.made(id)),
            Err(Failure::Refused(refusal)) if refusal.code == FULL => return Err(refuse(FULL)),
            Err(Failure::Refused(refusal)) => failed.push(row.failed(&refusal)),
            Err(other) => return Err(other),
        }
        Ok(())
    });
    read.map_err(|why| refuse_with(BAD, why))??;
    if header.is_none() {
        return Err(refuse_with(BAD, "the sheet is empty: it needs a header."));
    }
    let total_count = made.len() + failed.len();
    Ok(Imported { user_detail_list: made, failed_detail_list: failed, total_count })
}
