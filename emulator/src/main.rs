//! The `cloudtwin` command.

use std::process::ExitCode;

/// Serves SQLite's allocations too. A request makes a hundred small ones, half of them freed on
/// another thread than the one that made them, which glibc's own allocator is slow at.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cloudtwin::cli::run()
}
