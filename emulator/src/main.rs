//! The `cloudtwin` command.

use std::process::ExitCode;

/// Half of what a request costs beside the sockets was the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cloudtwin::cli::run()
}
