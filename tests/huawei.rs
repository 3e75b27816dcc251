//! Huawei Cloud's gateway and IAM: who is let in, and what clients look up before they call.

pub mod client;
mod explanations;
mod gateway;
mod lookups;
mod mutations;
mod order;
mod signatures;
mod temporary;
mod tokens;
