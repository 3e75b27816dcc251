//! Users, groups and memberships as rows. The operations on them are in the files of those names.

pub(super) mod deleted_counts;
pub(super) mod groups;
pub(super) mod memberships;
pub(super) mod users;
