//! What the rows of a state document must hold so that this service can read them back.

use super::tasks;
use crate::state::document::{RowCheck, RowView};

/// By table.
pub(super) const CHECKS: &[(&str, RowCheck)] = &[
    ("aicc_users", users),
    ("aicc_quotas", |row| row.between("users", 0, i64::from(u32::MAX))),
    ("aicc_tasks", tasks::check_row),
];

fn users(row: &RowView<'_>) -> Result<(), String> {
    row.flags(&["enabled", "federated"])?;
    row.json::<Vec<String>>("role_ids")
}
