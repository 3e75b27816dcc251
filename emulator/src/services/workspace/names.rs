//! Names that must say something.

use crate::error::{Failure, refuse_with};

/// Refuses a name of blanks alone; the model refuses an empty one.
pub(super) fn require_words(member: &str, name: &str) -> Result<(), Failure> {
    if name.trim().is_empty() {
        return Err(refuse_with("WKS.EMU.0001", format!("{member} must not be blank.")));
    }
    Ok(())
}
