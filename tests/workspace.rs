//! Workspace as its clients see it: stories of every resource, every refusal, every filter and page,
//! exports with their sheets, requests made from the model, and random calls beside a reference of
//! plain maps.

mod centre;
pub mod client;

mod refusals;
mod shapes;
mod users;

mod groups;
mod ous;

mod filters;
mod paging;

mod expiries;
mod exports;
mod hostile_sheets;
mod imports;
mod lives;
mod memberships;
mod restarts;
mod sheets;
mod tasks;
mod templates;

mod jobs;
mod service;
mod terraform;

mod projects;
mod seeds;

mod contract;
mod model;
mod reference;
