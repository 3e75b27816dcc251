//! How much waits and how much is held at a time.

use std::time::Duration;

/// How much the twin holds at a time. What comes beyond it is refused as overload. No option sets these.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Callers that wait for the writer.
    pub queued_max: usize,
    /// Those of them that wait for the end of long work.
    pub waiting_max: usize,
    /// How long one waits for the end of long work.
    pub waiting_time: Duration,
    /// Tenants.
    pub tenants_max: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            // The server has half as many requests under way: beyond it are only those whose
            // clients have given up.
            queued_max: 4096,
            waiting_max: 2048,
            // SDKs wait for 60 s.
            waiting_time: Duration::from_secs(50),
            tenants_max: 65_536,
        }
    }
}
