//! Texts of inputs.

/// The text, unless it is empty: empty counts as absent.
pub(crate) fn non_empty<T: AsRef<str>>(text: Option<T>) -> Option<T> {
    text.filter(|text| !text.as_ref().is_empty())
}
