//! Proof: one binary that drives whole twins, in process where the wire does not matter and over
//! sockets where it does. One binary links once.
#![cfg(test)]
#![expect(unreachable_pub, reason = "helpers are for the other files of this binary")]

mod aicc;
mod blanks;
mod check;
mod ciam;
mod cli;
mod client;
mod concurrency;
mod contract;
mod control;
mod coverage;
mod crash;
mod damage;
mod documents;
mod due;
mod evidence;
mod explore;
mod faults;
mod gateways;
mod house;
mod huawei;
mod intercept;
mod long_reads;
mod organization;
mod overload;
mod process;
mod protocol;
mod readme;
mod run;
mod scenarios;
mod sdk;
mod seeding;
mod server_plans;
mod tables;
mod verify;
mod workspace;
mod zoo;
