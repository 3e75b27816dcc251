//! Log-ins of users to their desktops. The twin has no desktops to log in to, so there are no records.

use serde::{Deserialize, Serialize};

use super::super::tenant;
use crate::error::{Failure, refuse_with};
use crate::operation::Call;

/// Input of `ListLoginRecordsNew`, without the filters: they have nothing to filter.
#[derive(Debug, Deserialize)]
pub(in super::super) struct List {
    project_id: String,
    start_time: Option<String>,
    end_time: Option<String>,
}

/// Output of `ListLoginRecordsNew`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Records {
    total_count: u8,
    records: [(); 0],
}

/// `ListLoginRecordsNew`. Each of the two times requires the other, as documented.
pub(in super::super) fn list(call: &mut Call<'_>, input: List) -> Result<Records, Failure> {
    tenant::require_open(call, &input.project_id)?;
    if input.start_time.is_some() != input.end_time.is_some() {
        let text = "start_time and end_time are required together.";
        return Err(refuse_with("WKS.EMU.0001", text));
    }
    Ok(Records { total_count: 0, records: [] })
}
