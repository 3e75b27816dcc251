//! Everything the twin remembers: the database, its one writer, its readers, and the tenants.

mod bounds;
mod checkpoint;
pub mod document;
mod files;
pub mod generations;
mod history;
pub mod issued;
mod open;
mod place;
mod read_cache;
mod readers;
mod savepoint;
pub mod schema;
mod step;
mod sweep;
mod task;
mod tenant;
mod waiting;
mod work;
mod writer;

pub use crate::runtime::ids::FileToken;
pub use bounds::Bounds;
pub use files::Files;
pub use history::{COMMITS_MAX, History, Lag, Snapshot, Wanted};
pub use open::{Database, Image, OpenError};
pub use place::Place;
pub use read_cache::{CachedRead, ReadCache, Rows};
pub use readers::Readers;
pub use savepoint::in_savepoint;
pub use step::Step;
pub use sweep::Sweep;
pub use task::{Delivery, Disposition, Task};
pub use tenant::{Fault, Tenant, Tenants};
pub use writer::Writer;
