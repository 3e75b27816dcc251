//! Pages as the vendor asks for them: a size, and a number that begins at one.
//! Knows nothing of what is on them.

use serde::{Deserialize, Serialize};

/// Which page; answers repeat it.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Pageable {
    /// Entries on a page.
    pub(super) page_size: i64,
    /// The first page is number one.
    pub(super) page_number: i64,
}

impl Pageable {
    /// How many entries precede this page.
    pub(super) fn skip(self) -> i64 {
        self.page_number.saturating_sub(1).max(0).saturating_mul(self.page_size)
    }
}

/// A page of anything, as the vendor words it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Page<T> {
    /// All entries, on whatever page.
    pub(super) total: i64,
    /// The page that was asked for.
    pub(super) pageable: Pageable,
    /// Its entries.
    pub(super) content: T,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_skips_nothing_and_no_page_overflows() {
        let page = |page_number| Pageable { page_size: 20, page_number };
        assert_eq!(page(1).skip(), 0);
        assert_eq!(page(3).skip(), 40);
        assert_eq!(page(i64::MAX).skip(), i64::MAX);
    }
}
