//! Runs clients beside a twin, and judges what they did.

pub mod explore;
pub mod lab;
