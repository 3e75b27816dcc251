//! What runs beneath every vendor and service: time, ids, limits of rate, threads, the life of jobs.

pub mod background;
pub mod clock;
pub mod condition;
pub mod fold;
pub mod ids;
pub mod lifecycle;
pub mod throttle;
