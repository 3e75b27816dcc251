//! Whom an operation on members names.

use scim_v2::filter::{AttrExp, CompValue, CompareOp, ValFilter};
use serde_json::Value;

use super::super::attributes::{get, is};
use super::super::bad_value;
use crate::error::Failure;

/// The ids that a filter compares with, if it does nothing else: `value eq "a" or value eq "b"`.
pub(super) fn named_by(filter: &ValFilter) -> Option<Vec<&str>> {
    match filter {
        ValFilter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(id)))
            if path.uri.is_none() && is(&path.name, "value") && path.sub_attr.is_none() =>
        {
            Some(vec![id])
        }
        ValFilter::Or(any) => {
            let ids: Option<Vec<_>> = any.iter().map(named_by).collect();
            ids.map(|ids| ids.concat())
        }
        _ => None,
    }
}

/// The ids that a value names: a list of objects with a `value`, or of texts, or one of them.
pub(super) fn ids(value: Value) -> Result<Vec<String>, Failure> {
    let all = match value {
        Value::Null => Vec::new(),
        Value::Array(all) => all,
        one => vec![one],
    };
    let id = |one: Value| match one {
        Value::String(id) => Some(id),
        Value::Object(members) => get(&members, "value")?.as_str().map(str::to_owned),
        _ => None,
    };
    let all: Option<_> = all.into_iter().map(id).collect();
    all.ok_or_else(|| bad_value("a member is an object whose value is the id of a user"))
}
