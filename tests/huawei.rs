//! Huawei Cloud's gateway and IAM: who is let in, and what clients look up before they call.

pub mod client;
mod codes;
mod contract;
mod explanations;
mod gateway;
mod lookups;
pub mod modelled;
mod mutations;
mod order;
mod signatures;
mod temporary;
mod tokens;
