//! Sheets in the .xlsx format: written a row at a time, so that a million rows need no more memory
//! than one, and read in one pass within bounds. Nothing here knows what the texts mean.

mod bounds;
mod read;
mod rows;
mod write;

pub(super) use bounds::Bounds;
pub(super) use read::rows;
pub(super) use rows::{Row, Rows};
pub(super) use write::Sheet;

/// Most rows of a sheet, its header among them: the format's own bound.
const ROWS_MAX: u32 = 1_048_576;

/// The language of a sheet's header; values are never translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// What any word but the Chinese one means.
    English,
    /// `zh_CN`.
    Chinese,
}

impl Language {
    /// The language that a request asks for.
    pub(super) fn of(word: Option<&str>) -> Self {
        match word {
            Some("zh_CN") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// The word by which requests ask for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::English => "en_US",
            Self::Chinese => "zh_CN",
        }
    }
}

/// What a column is called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Title {
    pub(super) english: &'static str,
    pub(super) chinese: &'static str,
}

impl Title {
    /// In that language.
    pub(super) fn in_language(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }

    /// Whether a header that somebody wrote is this one, in whichever language.
    pub(super) fn is(&self, header: &str) -> bool {
        let header = header.trim();
        header.eq_ignore_ascii_case(self.english) || header == self.chinese
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_other_word_counts_as_english() {
        assert_eq!(Language::of(Some("zh_CN")), Language::Chinese);
        for word in [None, Some("en_US"), Some("zh_cn"), Some("fr_FR"), Some("")] {
            assert_eq!(Language::of(word), Language::English);
        }
        for language in [Language::English, Language::Chinese] {
            assert_eq!(Language::of(Some(language.word())), language);
        }
    }

    #[test]
    fn a_header_is_known_in_either_language() {
        let title = Title { english: "User Groups", chinese: "用户组" };
        assert!(title.is("user groups ") && title.is("用户组") && !title.is("Groups"));
    }
}
