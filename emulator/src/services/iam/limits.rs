//! Every bound of the service in one place.

/// Life of a token in milliseconds (token page: 24 hours).
pub(super) const TOKEN_LIFE_MS: i64 = 24 * 3_600_000;

/// Life of temporary keys in seconds where none is asked for (page of the operation: 15 minutes).
pub(super) const KEY_LIFE_S: i64 = 900;

/// Random bytes of a token, sixteen at a time; real ones have thousands of characters.
pub(super) const TOKEN_BLOCKS: usize = 64;
