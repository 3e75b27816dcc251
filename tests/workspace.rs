//! Workspace as its clients see it: stories of every resource, every refusal, every filter and page,
//! requests made from the model, and random calls beside a reference of plain maps.

mod client;

mod refusals;
mod shapes;
mod users;

mod groups;
mod ous;

mod filters;
mod paging;

mod jobs;
mod service;

mod projects;
mod seeds;

mod contract;
mod model;
mod reference;
