//! Why a file is not read, in words for its sender.

use std::fmt::Display;
use std::io;

/// The text of a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable(pub(super) String);

impl Unreadable {
    /// The file is not what it should be.
    pub(super) fn broken(why: impl Display) -> Self {
        Self(format!("the file cannot be read as .xlsx: {why}."))
    }
}

/// A bound, as an error that passes through readers of other crates.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Exceeded(pub(super) String);

impl From<Exceeded> for io::Error {
    fn from(exceeded: Exceeded) -> Self {
        Self::other(exceeded)
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        exceeded(&error).unwrap_or_else(|| Self::broken(error))
    }
}

impl From<quick_xml::Error> for Unreadable {
    fn from(error: quick_xml::Error) -> Self {
        let bound = match &error {
            quick_xml::Error::Io(error) => exceeded(error),
            _ => None,
        };
        bound.unwrap_or_else(|| Self::broken(error))
    }
}

impl From<quick_xml::events::attributes::AttrError> for Unreadable {
    fn from(error: quick_xml::events::attributes::AttrError) -> Self {
        Self::broken(error)
    }
}

impl From<zip::result::ZipError> for Unreadable {
    fn from(error: zip::result::ZipError) -> Self {
        Self::broken(error)
    }
}

fn exceeded(error: &io::Error) -> Option<Unreadable> {
    let exceeded = error.get_ref()?.downcast_ref::<Exceeded>()?;
    Some(Unreadable(exceeded.0.clone()))
}
