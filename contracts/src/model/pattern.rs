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
    compiled: OnceLock<Option<Regex>>,
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
        let compiled = OnceLock::from(Some(Regex::new(&text)?));
        Ok(Self { text, compiled })
    }

    /// The expression, with anchors.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole text matches.
    pub fn is_match(&self, text: &str) -> bool {
        // It compiles: it did when the model was loaded.
        let compiled = self.compiled.get_or_init(|| Regex::new(&self.text).ok());
        compiled.as_ref().is_some_and(|compiled| compiled.is_match(text))
    }
}
