//! What the twin does: an emulator of user-management cloud APIs for unmodified official SDKs.
//!
//! Read `pipeline` first: it is the life of one request.

pub mod advance;
pub mod background;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod control;
pub mod credentials;
pub mod download;
pub mod error;
pub mod fold;
pub mod huawei;
pub mod ids;
mod issued;
pub mod journal;
pub mod lifecycle;
pub mod operation;
pub mod pipeline;
pub mod protocol;
pub mod redact;
pub mod scenario;
pub mod server;
pub mod services;
pub mod state;
pub mod throttle;
pub mod twin;
pub mod wire;
