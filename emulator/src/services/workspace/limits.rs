//! The bounds that look at more than one request; the model holds the others.

/// Most users of a project where the seed says nothing else (`ShowQuotas` page, example).
pub(super) const USERS_MAX: i64 = 3_000;

/// Groups on a page of a list, at most and where nothing else is asked for (`ListUserGroups` page).
pub(super) const GROUPS_PAGE: i64 = 100;

/// Groups in a sheet that is answered at once, at most and where nothing else is asked for
/// (`ExportUserGroups` page has the bound; that it is the usual number too is ours).
pub(super) const GROUPS_SHEET: i64 = 50;

/// Rows of a sheet of users that are brought in, at most: they run in one transaction.
pub(super) const IMPORT_ROWS_MAX: usize = 10_000;

/// Bytes of such a sheet once it is unpacked, at most.
pub(super) const IMPORT_UNPACKED_MAX: u64 = 64 << 20;

/// Members on a page of a list where nothing else is asked for (`ListUsersOfGroup` page).
pub(super) const MEMBERS_PAGE: i64 = 2_000;

/// Sub-jobs on a page of a list where nothing else is asked for (`ListItaSubJobs` page).
pub(super) const SUB_JOBS_PAGE: i64 = 1_000;

/// Characters of a drawn password.
pub(super) const PASSWORD_LENGTH: usize = 12;
