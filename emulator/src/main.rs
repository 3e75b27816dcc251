//! The `cloudtwin` command.

use std::process::ExitCode;

/// Serves SQLite's allocations too. A request makes a hundred small ones, half of them freed on
/// another thread than the one that made them, which glibc's own allocator is slow at. A thread of
/// its own gives unused memory back to the system (`.cargo/config.toml`).
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    cloudtwin::cli::run()
}
