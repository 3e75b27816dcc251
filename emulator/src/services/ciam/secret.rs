//! Passwords in inputs: checked for blanks and dropped.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// A password of which only this is known: whether there was any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Secret {
    is_blank: bool,
}

impl Secret {
    /// Whether it was empty, or blanks only.
    pub(super) fn is_blank(self) -> bool {
        self.is_blank
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Secret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a password")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
                Ok(Secret { is_blank: text.trim().is_empty() })
            }
        }
        deserializer.deserialize_str(Text)
    }
}
