//! What the rows of a state document must hold so that this service can read them back.

use serde_json::{Map, Value};

use super::exports;
use crate::services::NextNumber;
use crate::services::advance;
use crate::state::document::{RowCheck, RowView};

/// By table.
pub(super) const CHECKS: &[(&str, RowCheck)] = &[
    ("workspace_projects", projects),
    ("workspace_users", users),
    ("workspace_user_holes", |row| row.counts(&["block", "holes"])),
    ("workspace_groups", groups),
    ("workspace_members", |row| row.counts(&["user_seq", "group_seq", "position"])),
    ("workspace_otp_devices", otp_devices),
    ("workspace_ous", |row| row.counts(&["seq"])),
    ("workspace_jobs", jobs),
    ("workspace_exports", exports::check_row),
];

/// The numbers that rows get one after the other.
pub(super) const NEXT_NUMBERS: &[NextNumber] = &[
    NextNumber {
        table: "workspace_projects",
        of: Some("project"),
        column: "next_user",
        rows: "workspace_users",
    },
    NextNumber {
        table: "workspace_projects",
        of: Some("project"),
        column: "next_group",
        rows: "workspace_groups",
    },
    NextNumber {
        table: "workspace_projects",
        of: Some("project"),
        column: "next_ou",
        rows: "workspace_ous",
    },
    NextNumber {
        table: "workspace_projects",
        of: Some("project"),
        column: "next_job",
        rows: "workspace_jobs",
    },
];

fn projects(row: &RowView<'_>) -> Result<(), String> {
    let numbers = ["user_quota", "user_num", "group_num"];
    row.counts(&numbers)?;
    row.counts(&["next_user", "next_group", "next_ou", "next_job"])?;
    row.moments(&["completed"])?;
    row.json::<Map<String, Value>>("applied")?;
    row.json::<Map<String, Value>>("second_factor")
}

fn users(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["seq", "share_space_desktops", "total_desktops"])?;
    row.flags(&["enable_change_password", "next_login_change_password"])?;
    row.flags(&["password_never_expired", "locked", "disabled", "share_space_subscription"])?;
    row.moments(&["account_expires", "created"])
}

fn groups(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["seq", "user_num", "total_desktops"])?;
    row.moments(&["created"])
}

fn otp_devices(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["user_seq", "position"])?;
    row.moments(&["created"])
}

fn jobs(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["seq"])?;
    row.moments(&["created", "ended"])?;
    advance::check_row(row)?;
    row.json::<Map<String, Value>>("change")
}
