//! Requests made from the model: valid ones, and ones with exactly one rule broken.
//!
//! Knows shapes only; what an operation would do with a request is not its business.

use serde_json::Value;

mod boundaries;
mod broken;
mod drawn;
mod pattern;
mod space;
#[cfg(any(test, feature = "generate"))]
mod valid;

pub use boundaries::boundaries;
pub use broken::{broken, minimal};
pub use drawn::drawn;
#[cfg(any(test, feature = "generate"))]
pub use valid::valid;

/// A whole number that JSON holds: signed where it can be.
fn whole_number(number: i128) -> Value {
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(signed), _) => signed.into(),
        (_, Ok(unsigned)) => unsigned.into(),
        _ => Value::Null,
    }
}
