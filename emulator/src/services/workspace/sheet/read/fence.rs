//! Readers that stop with an error at a bound.

use std::io::{self, BufRead, Read};

use super::error::Exceeded;

/// Takes what comes out of a part from the bytes that all parts may have.
pub(super) struct Metered<'a, R> {
    pub(super) inner: R,
    pub(super) left: &'a mut u64,
    /// The bound, for the error's text.
    pub(super) unpacked: u64,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(into)?;
        let left = self.left.checked_sub(u64::try_from(size).unwrap_or(u64::MAX));
        let Some(left) = left else {
            let text = format!("the file would unpack into more than {} bytes.", self.unpacked);
            return Err(Exceeded(text).into());
        };
        *self.left = left;
        Ok(size)
    }
}

/// Bounds the piece of XML that the parser collects: it knows no bound of its own.
pub(super) struct Pieces<R> {
    inner: R,
    left: usize,
    piece: usize,
}

impl<R: BufRead> Pieces<R> {
    pub(super) fn new(inner: R, piece: usize) -> Self {
        Self { inner, left: piece, piece }
    }

    /// A new piece begins.
    pub(super) fn begin(&mut self) {
        self.left = self.piece;
    }
}

impl<R: BufRead> Read for Pieces<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into)
    }
}

impl<R: BufRead> BufRead for Pieces<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let available = self.inner.fill_buf()?;
        if self.left == 0 && !available.is_empty() {
            let text = format!("the file has a piece of XML of more than {} bytes.", self.piece);
            return Err(Exceeded(text).into());
        }
        Ok(available.get(..self.left).unwrap_or(available))
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.inner.consume(amount);
    }
}
