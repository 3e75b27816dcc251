//! A database that is made already: what the schema's steps made when the twin was built.

use std::fs::File;
use std::io::{self, IoSlice, Write};

/// A database file as runs of bytes between zeros.
#[derive(Debug, Clone, Copy)]
pub struct Image(&'static [u8]);

impl Image {
    /// What a twin starts with that keeps no state.
    pub const NEW: Self = Self(include_bytes!(concat!(env!("OUT_DIR"), "/new.runs")));

    /// Writes the database into an empty file. All of it at once: a call for each run takes longer than
    /// the copying.
    pub(super) fn write(self, mut file: &File) -> io::Result<()> {
        let mut slices = self.slices()?;
        let mut rest = &mut slices[..];
        while !rest.is_empty() {
            match file.write_vectored(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The runs and what is between them.
    fn slices(self) -> io::Result<Vec<IoSlice<'static>>> {
        let (length, mut rest) = number(self.0)?;
        let (mut slices, mut end) = (Vec::new(), 0);
        while !rest.is_empty() {
            let (offset, after) = number(rest)?;
            let (length, after) = number(after)?;
            let (run, after) = after.split_at_checked(length).ok_or(io::ErrorKind::InvalidData)?;
            zeros(&mut slices, offset.saturating_sub(end));
            slices.push(IoSlice::new(run));
            (end, rest) = (offset + length, after);
        }
        zeros(&mut slices, length.saturating_sub(end));
        Ok(slices)
    }
}

fn zeros(slices: &mut Vec<IoSlice<'static>>, mut count: usize) {
    static ZEROS: [u8; 4096] = [0; 4096];
    while let Some(zeros) = ZEROS.get(..count.min(ZEROS.len())).filter(|zeros| !zeros.is_empty()) {
        slices.push(IoSlice::new(zeros));
        count -= zeros.len();
    }
}

/// The number in front, and what follows it.
fn number(bytes: &[u8]) -> io::Result<(usize, &[u8])> {
    let (number, rest) = bytes.split_first_chunk().ok_or(io::ErrorKind::InvalidData)?;
    let number = u32::from_le_bytes(*number);
    Ok((usize::try_from(number).map_err(io::Error::other)?, rest))
}
