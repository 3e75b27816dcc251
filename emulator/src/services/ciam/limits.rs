//! The ceilings of this service. The vendor publishes none of these numbers; the validator holds
//! those that look at one request alone.

/// The names by which a scenario sets the first four.
pub(super) const NAMES: &[&str] = &["stores", "users", "groups", "open_jobs"];

/// Most user directories of one tenant.
pub(super) const STORES_MAX: i64 = 100;

/// Most users of one directory.
pub(super) const USERS_MAX: i64 = 1_000_000;

/// Most groups of one directory.
pub(super) const GROUPS_MAX: i64 = 1_000;

/// Most jobs of one directory that have not ended.
pub(super) const OPEN_JOBS_MAX: i64 = 2;

/// Longest name of a directory, in characters.
pub(super) const STORE_NAME_MAX: usize = 128;

/// Longest user name, in characters.
pub(super) const USER_NAME_MAX: usize = 128;

/// Longest indexed attribute, in characters.
pub(super) const INDEXED_ATTRIBUTE_MAX: usize = 512;

/// Length of a generated password.
pub(super) const PASSWORD_LENGTH: usize = 12;

/// Most filters of one call, and most values in all of them: a statement's size has a bound.
pub(super) const FILTERS_MAX: usize = 100;

/// Most columns of one export.
pub(super) const EXPORT_COLUMNS_MAX: usize = 200;
