//! Desktop users: made, changed, deleted. No password is ever kept.

pub(super) mod filters;
pub(super) mod new_user;
pub(super) mod row;

pub(super) use new_user::{NewUser, new_user};
