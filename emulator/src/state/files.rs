//! Finished files that clients download: written beside, then put in place whole.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// The folder of finished files.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// Files in `folder`, which exists.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Writes the file of that token; it appears only once it is complete.
    pub fn write(
        &self,
        token: &str,
        content: impl FnOnce(&mut (dyn Write + Send)) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let part = self.folder.join(format!("{token}.part"));
        let written = (|| {
            let mut file = BufWriter::with_capacity(1 << 16, File::create(&part)?);
            content(&mut file)?;
            file.flush()?;
            Ok(std::fs::rename(&part, self.folder.join(token))?)
        })();
        if written.is_err() {
            drop(std::fs::remove_file(&part));
        }
        written
    }

    /// Opens the file of that token, if it is complete and was not removed.
    pub fn open(&self, token: &str) -> Option<File> {
        let plain = token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit());
        plain.then(|| File::open(self.folder.join(token)).ok()).flatten()
    }

    /// Removes the file of that token; a file that is gone already is no error.
    pub fn remove(&self, token: &str) {
        drop(std::fs::remove_file(self.folder.join(token)));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        let token = "0123456789abcdef0123456789abcdef";
        let failed = files.write(token, |file| {
            file.write_all(b"half")?;
            anyhow::bail!("the disk is full")
        });
        assert!(failed.is_err() && files.open(token).is_none());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);

        files.write(token, |file| Ok(file.write_all(b"whole")?)).unwrap();
        let mut text = String::new();
        files.open(token).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "whole");
        assert!(files.open("../../etc/passwd").is_none());
        files.remove(token);
        assert!(files.open(token).is_none());
    }
}
