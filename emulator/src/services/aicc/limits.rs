//! Every bound of the service in one place. That there are limits is documented (the codes say
//! so); the figures are those of agentAccount/create or, where it has none, proposals. The model
//! marks them as assumed.

/// Most entries of a batch (createTask page, table 2).
pub(super) const ENTRIES_MAX: usize = 100;

/// Most characters of an account.
pub(super) const ACCOUNT_MAX: usize = 50;

/// Most characters of a name.
pub(super) const NAME_MAX: usize = 20;

/// Characters that a name must not hold.
pub(super) const NAME_FORBIDDEN: &str = "\"[]'&()=;<>,";

/// Most characters of a mail address before the `@`.
pub(super) const LOCAL_PART_MAX: usize = 64;

/// Most characters of a mail address behind the `@`.
pub(super) const DOMAIN_MAX: usize = 255;

/// Most characters between two dots of a domain.
pub(super) const LABEL_MAX: usize = 63;

/// Most role ids of an entry.
pub(super) const ROLES_MAX: usize = 50;

/// Most digits of a role id.
pub(super) const ROLE_ID_MAX: usize = 20;

/// Longest life of a token in seconds, and the life of one that was asked for without a wish.
pub(super) const TOKEN_LIFE_MAX_S: i64 = 3600;
