//! The `cloudtwin` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    cloudtwin::cli::run()
}
