//! What a text must look like.

use std::fmt;
use std::sync::OnceLock;

use regex_lite::Regex;
use serde::{Deserialize, Serialize};

/// A regular expression for the whole of a text. It is compiled when it is first needed.
#[derive(Clone, Deserialize, Serialize)]
pub struct Pattern {
    text: String,
    #[serde(skip)]
    compiled: OnceLock<Regex>,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl Pattern {
    /// Checks the expression.
    pub fn new(expression: &str) -> Result<Self, regex_lite::Error> {
        let text = format!("^(?:{expression})$");
        let compiled = OnceLock::from(Regex::new(&text)?);
        Ok(Self { text, compiled })
    }

    /// The expression, with anchors.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole text matches.
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| {
            #[expect(clippy::expect_used, reason = "it was checked when the model was loaded")]
            Regex::new(&self.text).expect("a checked expression")
        });
        compiled.is_match(text)
    }
}
