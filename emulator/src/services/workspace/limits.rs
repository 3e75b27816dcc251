//! The bounds that look at more than one request; the model holds the others.

/// Most users of a project where the seed says nothing else (`ShowQuotas` page, example).
pub(super) const USERS_MAX: i64 = 3_000;

/// Groups on a page of a list, at most and where nothing else is asked for (`ListUserGroups` page).
pub(super) const GROUPS_PAGE: i64 = 100;

/// Members on a page of a list where nothing else is asked for (`ListUsersOfGroup` page).
pub(super) const MEMBERS_PAGE: i64 = 2_000;

/// Sub-jobs on a page of a list where nothing else is asked for (`ListItaSubJobs` page).
pub(super) const SUB_JOBS_PAGE: i64 = 1_000;

/// Characters of a drawn password.
pub(super) const PASSWORD_LENGTH: usize = 12;
