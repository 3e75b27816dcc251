//! Tencent Cloud Organization as its clients see it: stories of every resource, every refusal, every
//! page.

mod center;

mod accounts;
mod groups;
mod saml;
mod seeds;
mod users;
mod zones;
