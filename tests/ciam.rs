//! CIAM as its clients see it: stories of every resource, every refusal, every page, and random
//! sequences of calls beside a model. Nothing here looks behind the answers, but for the one test
//! that searches everything for a password.

mod blanks;
mod directory;

mod stores;

mod birthdates;
mod cases;
mod changes;
mod common;
mod formats;
mod lookups;
mod searches;
mod sorts;
mod users;

mod groups;
mod links;
mod logs;
mod passwords;

mod exports;
mod faults;
mod files;
mod identities;
mod imports;
mod jobs;
mod languages;

mod errors;
mod paging;

mod model;
mod reference;
