//! The members of a group on which a filter depends. A group can have many members.

use scim_v2::filter::{AttrExp, CompValue, CompareOp, Filter, ValFilter};

use super::super::attributes::is;
use super::super::location::{core, leads_to};
use super::path;

/// Whether the filter depends on members.
pub(in super::super) fn are_named(filter: &Filter) -> bool {
    match filter {
        Filter::Attr(expression) => leads_to(path(expression), "members"),
        Filter::ValuePath(path) => leads_to(&path.attr, "members"),
        Filter::Not(inner) => are_named(inner),
        Filter::And(all) | Filter::Or(all) => all.iter().any(are_named),
    }
}

/// The ids of the members on which the filter depends, beside whether there is any member at all. `None` if
/// it depends on all members.
pub(in super::super) fn ids(filter: &Filter) -> Option<Vec<&str>> {
    match filter {
        Filter::Attr(expression) if leads_to(path(expression), "members") => of_group(expression),
        Filter::ValuePath(path) if leads_to(&path.attr, "members") => of_member(&path.filter),
        Filter::Attr(_) | Filter::ValuePath(_) => Some(Vec::new()),
        Filter::Not(inner) => ids(inner),
        Filter::And(all) | Filter::Or(all) => concat(all.iter().map(ids)),
    }
}

fn of_group(expression: &AttrExp) -> Option<Vec<&str>> {
    match expression {
        AttrExp::Present(_) | AttrExp::Comparison(_, _, CompValue::Null) => Some(Vec::new()),
        AttrExp::Comparison(path, CompareOp::Eq | CompareOp::Ne, CompValue::Str(id)) => {
            let (_, part) = core(path)?;
            part.is_none_or(|part| is(part, "value")).then(|| vec![id.as_str()])
        }
        AttrExp::Comparison(..) => None,
    }
}

/// The ids that a member can have if this filter takes it; `None` if it can have any.
fn of_member(filter: &ValFilter) -> Option<Vec<&str>> {
    match filter {
        ValFilter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(id)))
            if path.uri.is_none() && is(&path.name, "value") && path.sub_attr.is_none() =>
        {
            Some(vec![id])
        }
        ValFilter::Attr(_) | ValFilter::Not(_) => None,
        ValFilter::And(all) => all.iter().find_map(of_member),
        ValFilter::Or(any) => concat(any.iter().map(of_member)),
    }
}

fn concat<'f>(all: impl Iterator<Item = Option<Vec<&'f str>>>) -> Option<Vec<&'f str>> {
    all.collect::<Option<Vec<_>>>().map(|all| all.concat())
}
