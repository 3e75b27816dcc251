//! Runs clients beside a twin, and judges what they did.

pub mod explore;
pub mod lab;
pub mod provider;
pub mod twins;

mod baseline;
mod child;
mod contract;
mod evidence;
mod expect;
mod judge;
mod room;
mod runner;
mod snapshot;

pub use baseline::Baseline;
pub use contract::{Case, Contract, read, schema};
pub use room::{Client, Tenants};
pub use runner::{Progress, Selection, run};
