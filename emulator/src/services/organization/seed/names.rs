//! The forms of ids and names in a seed.

/// Whether that is an id with that prefix.
pub(super) fn is_id(prefix: &str, id: &str) -> bool {
    let rest = id.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
    let is_base36 = |b: u8| b.is_ascii_digit() || b.is_ascii_lowercase();
    rest.is_some_and(|rest| rest.len() == 12 && rest.bytes().all(is_base36))
}

/// Whether a group or a role configuration can have that name.
pub(super) fn is_group_name(name: &str) -> bool {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=128).contains(&name.len()) && name.bytes().all(is_name)
}
