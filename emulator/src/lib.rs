//! What the twin does: an emulator of user-management cloud APIs for unmodified official SDKs.
//!
//! Read `pipeline` first: it is the life of one request.

pub mod advance;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod control;
pub mod credentials;
pub mod download;
pub mod error;
pub mod intercept;
mod issued;
pub mod journal;
pub mod local;
pub mod operation;
pub mod pipeline;
pub mod protocol;
pub mod redact;
pub mod runtime;
pub mod scenario;
#[cfg(target_os = "linux")]
pub mod seal;
pub mod server;
pub mod services;
pub mod state;
pub mod twin;
pub mod vendors;
pub mod wire;
