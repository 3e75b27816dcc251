//! Role configurations, their policies, assignments, deployments and tasks as rows. The operations on
//! them are in the files of those names.

pub(super) mod assignments;
pub(super) mod configurations;
pub(super) mod policies;
pub(super) mod provisionings;
pub(super) mod tasks;
