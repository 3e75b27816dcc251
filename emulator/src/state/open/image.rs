//! A database that is made already: what the schema's steps made when the twin was built.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// A database file as runs of bytes between zeros.
#[derive(Debug, Clone, Copy)]
pub struct Image(&'static [u8]);

impl Image {
    /// What a twin starts with that keeps no state.
    pub const NEW: Self = Self(include_bytes!(concat!(env!("OUT_DIR"), "/new.runs")));

    /// Writes the database into an empty file.
    pub(super) fn write(self, file: &File) -> io::Result<()> {
        let (length, mut rest) = number(self.0)?;
        file.set_len(u64::from(length))?;
        while !rest.is_empty() {
            let (offset, after) = number(rest)?;
            let (length, after) = number(after)?;
            let length = usize::try_from(length).map_err(io::Error::other)?;
            let (run, after) = after.split_at_checked(length).ok_or(io::ErrorKind::InvalidData)?;
            file.write_all_at(run, u64::from(offset))?;
            rest = after;
        }
        Ok(())
    }
}

/// The number in front, and what follows it.
fn number(bytes: &[u8]) -> io::Result<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk().ok_or(io::ErrorKind::InvalidData)?;
    Ok((u32::from_le_bytes(*number), rest))
}
