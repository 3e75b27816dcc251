//! What must be known of a twin's tables to compare two states of them.
//!
//! A table or a column that is not named here is compared as it is.

/// Ends of the names of tables that follow from other tables, or that record what happened.
const BOOKKEEPING: [&str; 6] =
    ["_holes", "_counts", "_versions", "_logs", "_import_rows", "_issued"];

/// Ends of the names of tables of jobs. Their rows stay for ever, those of failed jobs too, so a row more is no
/// leftover; a row less is a difference.
const JOBS: [&str; 3] = ["_jobs", "_tasks", "_exports"];

/// Columns that count, or that say in which order rows were made, how often they were looked at, or how a scenario lets
/// a job end.
const COUNTERS: [&str; 6] = ["seq", "looks", "passed", "downloaded", "position", "outcome"];

/// Columns with the `seq` of a row of another table, whose name ends so.
const REFERENCES: [(&str, &str); 8] = [
    ("user_seq", "_users"),
    ("group_seq", "_groups"),
    ("primary_seq", "_users"),
    ("user_sync", "_user_syncs"),
    ("configuration", "_role_configurations"),
    ("assignment", "_role_assignments"),
    ("job", "_jobs"),
    ("principal", ""),
];

/// Whether a table says nothing that others do not say.
pub(super) fn is_bookkeeping(table: &str) -> bool {
    BOOKKEEPING.iter().any(|end| table.ends_with(end))
}

/// Whether the rows of a table are jobs.
pub(super) fn holds_jobs(table: &str) -> bool {
    JOBS.iter().any(|end| table.ends_with(end))
}

/// Whether a column says nothing of its row.
pub(super) fn is_counter(table: &str, column: &str) -> bool {
    COUNTERS.contains(&column) && owner_end(table, column).is_none()
        || column.starts_with("next_") && !column.starts_with("next_login")
        || column.ends_with("_num")
        || column.ends_with("_count")
}

/// The end of the name of the table into whose `seq` a column points.
pub(super) fn owner_end(table: &str, column: &str) -> Option<&'static str> {
    if table == "ciam_members" && column == "seq" {
        return Some("_users");
    }
    REFERENCES.iter().find(|(known, _)| *known == column).map(|(_, end)| *end)
}

/// The end of the name of the table of a principal.
pub(super) fn principal_end(kind: &str) -> &'static str {
    if kind.eq_ignore_ascii_case("group") { "_groups" } else { "_users" }
}
