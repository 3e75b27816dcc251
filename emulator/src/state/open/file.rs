//! The file behind a path: which one it is, and whether it can be a database.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Device and number of a file: the same for every name that it has.
pub(super) fn identity(file: &File) -> std::io::Result<(u64, u64)> {
    let found = file.metadata()?;
    Ok((found.dev(), found.ino()))
}

/// What every SQLite file begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Whether a file is empty or begins like a SQLite file. SQLite takes short texts for empty files.
pub(super) fn is_database(path: &Path) -> bool {
    let mut head = Vec::new();
    let file = File::open(path);
    let read = file.and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut head));
    read.is_ok() && (head.is_empty() || head == MAGIC)
}

/// The path without symbolic links, so that files beside it have one name; and whether
/// the file was made here. Only a regular file with one name can be a database: the log of another
/// name would not be found.
pub(super) fn resolve(path: &Path) -> std::io::Result<(PathBuf, bool)> {
    let made_file = match File::options().write(true).create_new(true).open(path) {
        Ok(_) => true,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
        Err(error) => return Err(error),
    };
    let path = path.canonicalize()?;
    let found = path.metadata()?;
    let fault = match found.nlink() {
        _ if found.is_dir() => "it is a folder",
        _ if !found.is_file() => "it is not a regular file",
        1 => return Ok((path, made_file)),
        _ => "it has several names (hard links): copy it to a file of its own",
    };
    Err(std::io::Error::other(fault))
}

/// The path with something added to its last name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
