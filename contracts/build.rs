//! Checks the model files and packs their catalog into bytes that need no parsing when a program
//! starts. A wrong file fails the build with its line. Makes no source.

use std::path::Path;
use std::process::ExitCode;

// The crate's own loader and its model.
#[path = "src"]
#[expect(dead_code, unreachable_pub, unused_imports, reason = "the crate uses the rest")]
mod contracts {
    pub mod load;
    pub mod model;
    pub mod template;
}

use contracts::{load, model, template};

fn main() -> ExitCode {
    // The files and this script's modules are parts of the script: when they change, it is built anew.
    println!("cargo::rerun-if-changed=build.rs");
    match pack() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

fn pack() -> Result<(), Box<dyn std::error::Error>> {
    let bytes = postcard::to_allocvec(&load::load(load::FILES)?)?;
    let folder = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&folder).join("catalog.bin"), bytes)?;
    Ok(())
}
