//! What each side of the wire promises: the vendors' models as values, and the checks made from them.
//!
//! Knows a twin only by its address and its control interface; never holds state, never opens a database.

pub mod assumed;
mod catalog;
pub mod client;
pub mod conform;
pub mod control;
pub mod conversation;
pub mod follow;
pub mod generate;
// The build script loads the files; here only tests do.
#[cfg(test)]
mod load;
pub mod model;
mod near;
pub mod report;
pub mod rules;
mod stopwatch;
pub mod suite;
pub mod template;
pub mod validate;

pub use catalog::catalog;
pub use model::{
    Body, Catalog, Cause, Code, Envelope, Http, Kind, Location, Member, Operation, Packed, Paging,
    Pattern, Polls, Position, Protocol, ProtocolModel, Retry, RuleAnswer, RuleKind, Service, Shape,
};
pub use near::near;
pub use validate::{Rule, Violation, drop_nulls, validate, validate_known, wrong_type};
