//! Runs the schema's steps once, so that a twin without `--db` starts with a copy of their database
//! instead of running them: that took half of its start. Lists the scenarios of `scenarios/`, which the
//! program knows by name.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

#[expect(unreachable_pub, reason = "it is a module of the crate too")]
#[path = "src/state/schema.rs"]
mod schema;

/// Zeros that end a run: fewer cost less than another run.
const GAP: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let database = out.join("new.db");
    make(&database)?;
    fs::write(out.join("new.runs"), runs(&fs::read(&database)?)?)?;
    fs::write(out.join("stories.rs"), stories(&Path::new("../scenarios").canonicalize()?)?)?;
    Ok(())
}

/// An expression with the name and the text of each scenario in the folder, by name.
fn stories(folder: &Path) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut all = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            all.push(format!("({name:?}, include_str!({:?}))", path.to_string_lossy()));
        }
    }
    all.sort();
    Ok(format!("&[{}]", all.join(", ")))
}

fn make(path: &Path) -> Result<(), Box<dyn Error>> {
    // It may be left of an earlier build.
    drop(fs::remove_file(path));
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // A new database has no rows on which a step could call it.
    let never = "the schema calls a function on a row";
    connection.create_scalar_function(
        "sha256_hex",
        1,
        FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS,
        move |_| -> rusqlite::Result<String> {
            Err(rusqlite::Error::UserFunctionError(never.into()))
        },
    )?;
    for step in schema::STEPS {
        connection.execute_batch(step)?;
    }
    connection.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", i64::try_from(schema::STEPS.len())?)?;
    // The log is written back into the file.
    connection.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// The length of all, then the bytes that are not zero, each run after its offset and its length. The
/// numbers have four bytes, the lowest first. Most of a page without rows is zero.
fn runs(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut runs = u32::try_from(bytes.len())?.to_le_bytes().to_vec();
    let mut rest = bytes;
    while let Some(zeros) = rest.iter().position(|byte| *byte != 0) {
        let (_, from) = rest.split_at(zeros);
        let length = from.windows(GAP).position(|window| window.iter().all(|byte| *byte == 0));
        let (run, after) = from.split_at(length.unwrap_or(from.len()));
        runs.extend(u32::try_from(bytes.len() - from.len())?.to_le_bytes());
        runs.extend(u32::try_from(run.len())?.to_le_bytes());
        runs.extend(run);
        rest = after;
    }
    Ok(runs)
}
