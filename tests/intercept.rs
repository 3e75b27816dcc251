//! The twin as a proxy for the vendors' real hosts: TLS, both versions of HTTP, refusals, tunnels.

mod answers;
pub(crate) mod client;
mod refusals;

use std::ops::Deref;

use tempfile::TempDir;

use crate::process::Running;

/// A host that is modelled.
const HOST: &str = "ciam.tencentcloudapi.com";

/// A twin that is a proxy.
struct Twin {
    running: Running,
    /// The certificate of its CA.
    pem: String,
    folder: TempDir,
}

impl Twin {
    fn start(options: &[&str]) -> Self {
        Self::over(tempfile::tempdir().unwrap(), options)
    }

    /// With the CA of that folder.
    fn over(folder: TempDir, options: &[&str]) -> Self {
        let own = ["--intercept", "on", "--ca-dir", folder.path().to_str().unwrap()];
        let running = Running::start(&[&own, options].concat());
        let pem = std::fs::read_to_string(folder.path().join("ca.pem")).unwrap();
        Self { running, pem, folder }
    }

    /// Stops it; the folder of its CA stays.
    fn end(self) -> TempDir {
        self.running.stop();
        self.folder
    }
}

impl Deref for Twin {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}
