//! User syncs: the users of a principal as CAM users of an account.

use crate::error::Failure;
use crate::operation::Call;

use super::directory::users::User;

/// The user is now in the group: syncs of the group create its CAM user.
#[expect(clippy::unnecessary_wraps, reason = "user syncs are not modelled yet")]
pub(super) fn member_joined(_: &mut Call<'_>, _group: i64, _: &User) -> Result<(), Failure> {
    Ok(())
}

/// The user left the group: syncs of the group follow their deletion strategy.
#[expect(clippy::unnecessary_wraps, reason = "user syncs are not modelled yet")]
pub(super) fn member_left(_: &mut Call<'_>, _group: i64, _: &User) -> Result<(), Failure> {
    Ok(())
}
