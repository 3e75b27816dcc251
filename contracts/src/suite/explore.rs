//! Finds what a client does when things go wrong: runs it under one planned fault after the other, and compares what
//! it says and what it leaves with runs without faults.

mod calls;
mod calm;
mod codes;
mod fault;
mod history;
mod outcome;
mod parallel;
mod plan;
mod rng;
#[cfg(test)]
mod samples;
mod state;
mod story;
mod sweep;
mod verdict;
mod witness;
