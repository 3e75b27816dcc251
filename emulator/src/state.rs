//! Everything the twin remembers: the database, its one writer, its readers, and the tenants.

pub mod document;
mod file_token;
mod files;
mod open;
mod readers;
mod tenant;
mod writer;

pub use file_token::FileToken;
pub use files::Files;
pub use open::{Database, OpenError};
pub use readers::Readers;
pub use tenant::{Tenant, Tenants};
pub use writer::{Delivery, Task, Verdict, Writer};
