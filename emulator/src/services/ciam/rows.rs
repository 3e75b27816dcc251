//! What the rows of a state document must hold so that this service can read them back.

use super::jobs;
use super::users::attributes::Attribute;
use crate::services::NextNumber;
use crate::state::document::{RowCheck, RowView};

/// By table.
pub(super) const CHECKS: &[(&str, RowCheck)] = &[
    ("ciam_stores", stores),
    ("ciam_groups", groups),
    ("ciam_users", users),
    ("ciam_user_holes", |row| row.counts(&["store", "block", "holes"])),
    ("ciam_members", |row| row.counts(&["store", "seq", "position", "group_seq"])),
    ("ciam_jobs", jobs::check_row),
    ("ciam_import_rows", jobs::check_import_row),
    ("ciam_logs", logs),
];

/// The numbers that rows get one after the other.
pub(super) const NEXT_NUMBERS: &[NextNumber] = &[
    NextNumber { table: "ciam_stores", of: Some("store"), column: "next_seq", rows: "ciam_users" },
    NextNumber { table: "ciam_stores", of: Some("store"), column: "next_log", rows: "ciam_logs" },
    NextNumber { table: "ciam_stores", of: Some("store"), column: "next_job", rows: "ciam_jobs" },
];

fn stores(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["store", "user_num", "next_seq", "next_log", "next_job"])?;
    row.flags(&["is_default", "is_current"])?;
    row.moments(&["created", "current_since"])
}

fn groups(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["store", "seq"])?;
    row.moments(&["created", "modified"])
}

fn users(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["store", "seq", "group_num", "primary_seq"])?;
    row.flags(&["verified", "is_primary"])?;
    row.moments(&["created", "modified", "birthdate", "lock_time"])?;
    row.json::<Vec<Attribute<'static>>>("attributes")?;
    row.json::<Vec<String>>("orgs")
}

fn logs(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["store", "seq"])?;
    row.moments(&["event_date"])
}
