//! Reads what `cloudtwin serve --journal FILE` wrote: an entry a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::Entry;

/// Why a journal's file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A line holds no entry.
    #[error("{}:{line}: no entry of a journal: {error}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The number of the line, from 1.
        line: usize,
        /// Why.
        error: serde_json::Error,
    },
}

/// Reads a whole file, in the order of its lines. Empty lines are ignored.
pub fn read_file(path: &Path) -> Result<Vec<Entry>, ReadError> {
    let file = File::open(path).map_err(|error| ReadError::Io { path: path.to_owned(), error })?;
    read(BufReader::new(file), path)
}

/// Reads entries from lines; errors name `path`.
pub fn read(lines: impl BufRead, path: &Path) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    for (number, line) in (1..).zip(lines.lines()) {
        let line = line.map_err(|error| ReadError::Io { path: path.to_owned(), error })?;
        if line.trim().is_empty() {
            continue;
        }
        let entry = serde_json::from_str(&line);
        let wrong = |error| ReadError::Line { path: path.to_owned(), line: number, error };
        entries.push(entry.map_err(wrong)?);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::request;

    #[test]
    fn each_line_is_an_entry() {
        let line = |number| serde_json::to_string(&request(number, 0).entry()).unwrap();
        let text = format!("{}\n\n{}\n", line(1), line(2));
        let numbers: Vec<_> = read(text.as_bytes(), Path::new("j"))
            .unwrap()
            .iter()
            .map(|entry| entry.number)
            .collect();
        assert_eq!(numbers, [1, 2]);
    }

    #[test]
    fn a_wrong_line_is_named() {
        let text =
            format!("{}\n{{\"number\":2", serde_json::to_string(&request(1, 0).entry()).unwrap());
        let error = read(text.as_bytes(), Path::new("a/j.ndjson")).unwrap_err().to_string();
        assert!(error.starts_with("a/j.ndjson:2: no entry of a journal: EOF"), "{error}");
        let error = read_file(Path::new("/none/j.ndjson")).unwrap_err().to_string();
        assert!(error.starts_with("/none/j.ndjson: "), "{error}");
    }
}
