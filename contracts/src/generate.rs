//! Requests made from the model: valid ones, and ones with exactly one rule broken.
//!
//! Knows shapes only; what an operation would do with a request is not its business.

mod broken;
mod valid;

pub use broken::{broken, minimal};
pub use valid::valid;
