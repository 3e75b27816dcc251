//! Links what an operation says of several calls with its members.

use super::file::{Name, PagingTable, PollsTable};
use super::problems::unknown;
use super::{LoadError, ModelFile};
use crate::model::{Kind, Member, Paging, Polls, Position, Shape};

/// The member of that path, if a shape has it. A list on the path means each of its elements.
fn find<'s>(shape: &'s Shape, path: &str) -> Option<&'s Member> {
    match path.split_once('.') {
        None => shape.member(path),
        Some((name, rest)) => find(shape.member(name)?.kind.shape()?, rest),
    }
}

fn member<'s>(
    file: &ModelFile<'_>,
    shape: &'s Shape,
    side: &str,
    path: &Name,
) -> Result<&'s Member, LoadError> {
    find(shape, path.get_ref()).ok_or_else(|| unknown(file, &format!("member of the {side}"), path))
}

/// The input's member whose value makes a repeated call harmless.
pub(super) fn idempotent_by(
    file: &ModelFile<'_>,
    input: &Shape,
    path: Option<Name>,
) -> Result<Option<String>, LoadError> {
    let Some(path) = path else { return Ok(None) };
    member(file, input, "input", &path)?;
    Ok(Some(path.into_inner()))
}

/// Paging with members that are there and can hold what it says.
pub(super) fn paging(
    file: &ModelFile<'_>,
    input: &Shape,
    output: &Shape,
    table: Option<PagingTable>,
) -> Result<Option<Paging>, LoadError> {
    let Some(table) = table else { return Ok(None) };
    let at = table.size.span().start;
    let asked =
        [Some(&table.size), table.cursor.as_ref(), table.number.as_ref(), table.offset.as_ref()];
    for path in asked.into_iter().flatten() {
        if matches!(member(file, input, "input", path)?.kind, Kind::List(_) | Kind::Object(_)) {
            return Err(
                file.error(path.span().start, format!("`{}` is no text or number", path.get_ref()))
            );
        }
    }
    for path in table.next.iter().chain(&table.total) {
        member(file, output, "output", path)?;
    }
    if !matches!(member(file, output, "output", &table.items)?.kind, Kind::List(_)) {
        let what = format!("`{}` is no list", table.items.get_ref());
        return Err(file.error(table.items.span().start, what));
    }
    let position = match (table.cursor, table.next, table.number, table.first, table.offset) {
        (Some(cursor), Some(next), None, None, None) => {
            Position::Cursor { cursor: cursor.into_inner(), next: next.into_inner() }
        }
        (None, None, Some(number), Some(first), None) => {
            Position::Number { number: number.into_inner(), first }
        }
        (None, None, None, None, Some(offset)) => Position::Offset { offset: offset.into_inner() },
        _ => {
            let what = "paging needs `cursor` and `next`, `number` and `first`, or `offset`";
            return Err(file.error(at, what));
        }
    };
    Ok(Some(Paging {
        size: table.size.into_inner(),
        position,
        total: table.total.map(Name::into_inner),
        items: table.items.into_inner(),
        assumed: table.assumed,
    }))
}

/// A state with a member that is there, and values that it can have.
pub(super) fn polls(
    file: &ModelFile<'_>,
    output: &Shape,
    table: Option<PollsTable>,
) -> Result<Option<Polls>, LoadError> {
    let Some(table) = table else { return Ok(None) };
    let state = member(file, output, "output", &table.member)?;
    let known = [&state.values, &state.documented_values].map(Vec::as_slice).concat();
    for end in &table.ends {
        if !known.is_empty() && !known.contains(end.get_ref()) {
            return Err(unknown(file, &format!("value of `{}`", table.member.get_ref()), end));
        }
    }
    if table.ends.is_empty() {
        return Err(file.error(table.member.span().start, "`final` is empty"));
    }
    Ok(Some(Polls {
        member: table.member.into_inner(),
        ends: table.ends.into_iter().map(Name::into_inner).collect(),
        assumed: table.assumed,
    }))
}
