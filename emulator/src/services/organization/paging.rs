//! Pages of Identity Center: a size, and a token that is base64 of `{"Offset":N}` (so the vendor's
//! examples). A token is given only if something follows.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::services::text::non_empty;

/// Entries of a page if the request does not say.
const SIZE: i64 = 10;

/// What of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    /// Entries on it, at most.
    pub(super) size: i64,
    /// Entries before it.
    pub(super) offset: i64,
}

/// What a token holds.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Token {
    offset: i64,
}

/// The matches of a search: their count, and the numbers of those on the page.
#[derive(Debug)]
pub(super) struct Matches {
    page: Range<i64>,
    pub(super) total: i64,
    pub(super) seqs: Vec<i64>,
}

impl Matches {
    /// No matches so far; `page` are the places of its entries.
    pub(super) fn on(page: Range<i64>) -> Self {
        Self { page, total: 0, seqs: Vec::new() }
    }

    /// Adds the next match.
    pub(super) fn add(&mut self, seq: i64) {
        if self.page.contains(&self.total) {
            self.seqs.push(seq);
        }
        self.total += 1;
    }
}

/// What every answer with a page says of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Bounds {
    total_counts: i64,
    max_results: i64,
    is_truncated: bool,
    next_token: String,
}

impl Page {
    /// The places of its entries.
    pub(super) fn places(self) -> Range<i64> {
        self.offset..self.offset.saturating_add(self.size)
    }

    /// The page of a request. A token wins over an offset.
    pub(super) fn read(
        max_results: Option<i64>,
        next_token: Option<&str>,
        offset: Option<i64>,
    ) -> Result<Self, Failure> {
        let offset = match non_empty(next_token) {
            Some(token) => {
                decode(token).ok_or_else(|| refuse("InvalidParameter.NextTokenInvalid"))?
            }
            None => offset.unwrap_or(0).max(0),
        };
        Ok(Self { size: max_results.unwrap_or(SIZE), offset })
    }

    /// The page of an operation that documents no code for a wrong token: it starts again.
    pub(super) fn read_leniently(max_results: Option<i64>, next_token: Option<&str>) -> Self {
        let offset = non_empty(next_token).and_then(decode).unwrap_or(0);
        Self { size: max_results.unwrap_or(SIZE), offset }
    }

    /// How many entries the page has of `total`, how many to skip before them, and whether to read and
    /// to skip from the end: it is nearer.
    pub(super) fn reach(self, total: i64) -> (i64, i64, bool) {
        let left = total.saturating_sub(self.offset).max(0);
        let size = self.size.min(left);
        let after = left.saturating_sub(size);
        if after < self.offset { (size, after, true) } else { (size, self.offset, false) }
    }

    /// What the answer says of the page, of `total` entries.
    pub(super) fn bounds(self, total: i64) -> Bounds {
        let end = self.offset.saturating_add(self.size);
        let is_truncated = end < total;
        Bounds {
            total_counts: total,
            max_results: self.size,
            is_truncated,
            next_token: if is_truncated { encode(end) } else { String::new() },
        }
    }
}

fn encode(offset: i64) -> String {
    STANDARD.encode(format!("{{\"Offset\":{offset}}}"))
}

fn decode(token: &str) -> Option<i64> {
    let bytes = STANDARD.decode(token).ok()?;
    let Token { offset } = serde_json::from_slice(&bytes).ok()?;
    (offset >= 0).then_some(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_to_the_next_page_and_the_last_page_has_none() {
        let first = Page::read(Some(2), None, None).unwrap();
        let bounds = first.bounds(5);
        assert!(bounds.is_truncated);
        let second = Page::read(Some(2), Some(&bounds.next_token), Some(7)).unwrap();
        assert_eq!(second, Page { size: 2, offset: 2 });
        let last = Page::read(Some(2), Some(&second.bounds(5).next_token), None).unwrap();
        assert_eq!((last.offset, last.bounds(5).next_token.as_str()), (4, ""));
        // A full last page has no token either: the provider would ask for ever.
        assert!(!second.bounds(4).is_truncated);
    }

    #[test]
    fn a_page_is_reached_from_the_nearer_end() {
        let reach = |offset| Page { size: 3, offset }.reach(10);
        assert_eq!(
            [0, 3, 4, 8, 10, i64::MAX].map(reach),
            [(3, 0, false), (3, 3, false), (3, 3, true), (2, 0, true), (0, 0, true), (0, 0, true)]
        );
    }

    #[test]
    fn a_wrong_token_is_refused_and_an_empty_one_starts() {
        for token in ["x", "e30=", "eyJPZmZzZXQiOi0xfQ=="] {
            assert!(Page::read(None, Some(token), None).is_err(), "{token}");
        }
        let start = Page { size: SIZE, offset: 0 };
        assert_eq!(Page::read(None, Some(""), None).unwrap(), start);
    }
}
