//! Tencent Cloud Organization as its clients see it: stories of every resource, every refusal, every
//! page.

pub mod center;
pub mod roles;
pub mod syncing;

mod accounts;
mod cam_users;
mod groups;
mod permission_requests;
mod role_assignments;
mod role_configurations;
mod role_model;
mod role_policies;
mod role_tasks;
mod saml;
mod scim;
mod scim_bounds;
mod scim_filters;
mod scim_groups;
mod scim_keys;
mod scim_members;
mod scim_names;
mod scim_patch;
mod scim_users;
mod seeds;
mod sync_model;
mod sync_tasks;
mod user_search;
mod user_selections;
mod user_syncs;
mod users;
mod zones;
