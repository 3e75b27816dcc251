//! What the rows of a state document must hold so that this service can read them back.

use crate::state::document::RowCheck;

/// By table.
pub(super) const CHECKS: &[(&str, RowCheck)] = &[
    ("iam_tokens", |row| row.moments(&["expires"])),
    ("iam_credentials", |row| row.moments(&["expires"])),
];
