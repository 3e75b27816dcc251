//! Finds what a client does when things go wrong: runs it under one planned fault after the other, and compares what
//! it says and what it leaves with runs without faults.

mod buckets;
mod calls;
mod calm;
mod cases;
mod codes;
mod fault;
mod history;
mod outcome;
mod parallel;
mod plan;
mod rng;
#[cfg(test)]
mod samples;
mod shrink;
mod state;
mod stopwatch;
mod story;
mod sweep;
mod verdict;
mod witness;
