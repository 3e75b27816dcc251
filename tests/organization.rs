//! Tencent Cloud Organization as its clients see it: stories of every resource, every refusal, every
//! page.

mod center;

mod accounts;
mod groups;
mod saml;
mod scim;
mod scim_filters;
mod scim_groups;
mod scim_keys;
mod scim_patch;
mod scim_users;
mod users;
mod zones;
