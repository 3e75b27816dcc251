//! Finished files that clients download: written beside, then put in place whole.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::FileToken;

/// What the name of a file that is still being written ends with.
const PART: &str = ".part";

/// The folder of finished files.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
    stopping: Arc<AtomicBool>,
}

impl Files {
    /// Files in `folder`, which exists.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, stopping: Arc::default() }
    }

    /// Writes the file of that token; it appears only once it is complete.
    pub fn write(
        &self,
        token: FileToken,
        content: impl FnOnce(&mut (dyn Write + Send)) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let part = self.folder.join(format!("{token}{PART}"));
        let written = (|| {
            let file = Stoppable { file: File::create(&part)?, stopping: &self.stopping };
            let mut file = BufWriter::with_capacity(1 << 16, file);
            content(&mut file)?;
            file.flush()?;
            Ok(std::fs::rename(&part, self.path(token))?)
        })();
        if written.is_err() {
            drop(std::fs::remove_file(&part));
        }
        written
    }

    /// Opens the file of that token, if it is complete and was not removed.
    pub fn open(&self, token: FileToken) -> Option<File> {
        File::open(self.path(token)).ok()
    }

    /// Removes the file of that token; a file that is gone already is no error.
    pub fn remove(&self, token: FileToken) {
        drop(std::fs::remove_file(self.path(token)));
    }

    /// Removes what a killed process left: files that are not in `kept`, and half-written ones.
    /// Other names in the folder are not touched.
    pub fn sweep(&self, kept: &BTreeSet<FileToken>) {
        let Ok(entries) = self.folder.read_dir() else { return };
        for entry in entries.flatten() {
            if is_stale(&entry.file_name().to_string_lossy(), kept) {
                drop(std::fs::remove_file(entry.path()));
            }
        }
    }

    /// Makes every write under way fail soon, so that the process can end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, token: FileToken) -> PathBuf {
        self.folder.join(token.to_string())
    }
}

fn is_stale(name: &str, kept: &BTreeSet<FileToken>) -> bool {
    match name.strip_suffix(PART) {
        Some(name) => FileToken::parse(name).is_some(),
        None => FileToken::parse(name).is_some_and(|token| !kept.contains(&token)),
    }
}

/// A file to which nothing more can be written once the twin stops.
struct Stoppable<'a> {
    file: File,
    stopping: &'a AtomicBool,
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.stopping.load(Ordering::Acquire) {
            return Err(io::Error::other("the twin is stopping"));
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn token(digit: char) -> FileToken {
        FileToken::parse(&digit.to_string().repeat(32)).unwrap()
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        let failed = files.write(token('a'), |file| {
            file.write_all(b"half")?;
            anyhow::bail!("the disk is full")
        });
        assert!(failed.is_err() && files.open(token('a')).is_none());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);

        files.write(token('a'), |file| Ok(file.write_all(b"whole")?)).unwrap();
        let mut text = String::new();
        files.open(token('a')).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "whole");
        files.remove(token('a'));
        assert!(files.open(token('a')).is_none());
    }

    #[test]
    fn a_write_fails_once_the_twin_stops() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        let stopped = files.write(token('a'), |file| {
            files.stop();
            Ok(file.write_all(&vec![0; 1 << 17])?)
        });
        assert!(stopped.is_err());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn what_belongs_to_nothing_is_swept_and_foreign_names_stay() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        let kept = token('a').to_string();
        let part = format!("{}{PART}", token('b'));
        for name in [&kept, &part, &token('c').to_string(), "notes.txt", "0a.part"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        files.sweep(&BTreeSet::from([token('a')]));
        let names = folder.path().read_dir().unwrap();
        let names: BTreeSet<_> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(names, BTreeSet::from([kept, "notes.txt".to_owned(), "0a.part".to_owned()]));
    }
}
