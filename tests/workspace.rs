//! Workspace as its clients see it: stories of every resource, every refusal, every page.

mod centre;

mod exports;
mod imports;
mod restarts;
mod sheets;
mod tasks;
mod templates;
