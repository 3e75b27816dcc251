//! Lists that are read page by page.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::call::{Call, Ending};
use super::facts::Facts;
use super::values::values;
use crate::model::{Operation, Paging, Position};

/// All reads of one list, whatever page each asked for.
pub(super) struct Walk<'c, 'e> {
    pub(super) operation: &'static Operation,
    pub(super) paging: &'static Paging,
    pub(super) calls: Vec<&'c Call<'e>>,
    /// What the calls ask for beside the page.
    pub(super) input: Value,
    /// The pages that the client has, read when they are first needed.
    pages: OnceCell<Vec<Page<'c, 'e>>>,
}

/// An answer of a list.
pub(super) struct Page<'c, 'e> {
    pub(super) call: &'c Call<'e>,
    /// How many rows it has.
    pub(super) rows: i64,
    /// The number of all rows, as it says.
    pub(super) total: Option<i64>,
    /// How many rows come before it, if that can be known.
    pub(super) start: Option<i64>,
}

/// What of a list was not read.
#[derive(Debug, PartialEq)]
pub(super) enum Unread {
    /// So many of so many items were read.
    Items { read: i64, total: i64 },
    /// A page said that there is another one.
    NextPage,
}

/// The lists of a conversation.
pub(super) fn walks<'c, 'e>(facts: &'c Facts<'e>) -> Vec<Walk<'c, 'e>> {
    let mut walks: BTreeMap<String, Walk<'c, 'e>> = BTreeMap::new();
    for call in facts.calls() {
        let Some(operation) = call.operation else { continue };
        let Some(paging) = operation.paging.as_deref() else { continue };
        let mut input = call.input().clone();
        for path in members(paging) {
            remove(&mut input, path);
        }
        let path = call.entry.path.split('?').next().unwrap_or_default();
        let key = format!("{} {:?} {path} {input}", operation.index, call.entry.tenant);
        let walk = Walk { operation, paging, calls: Vec::new(), input, pages: OnceCell::new() };
        walks.entry(key).or_insert(walk).calls.push(call);
    }
    with_unread(walks.into_values().collect())
}

/// Joins requests whose query was not read, since they were refused, to the only list that they can be of.
fn with_unread<'c, 'e>(walks: Vec<Walk<'c, 'e>>) -> Vec<Walk<'c, 'e>> {
    let is_unread = |walk: &Walk<'_, '_>| walk.input.is_null();
    let (unread, mut walks): (Vec<_>, Vec<_>) = walks.into_iter().partition(is_unread);
    for lost in unread {
        let mut same = walks.iter_mut().filter(|walk| is_same_list(walk, &lost));
        match (same.next(), same.next()) {
            (Some(walk), None) => {
                walk.calls.extend(lost.calls);
                walk.calls.sort_by_key(|call| call.entry.arrival);
            }
            _ => walks.push(lost),
        }
    }
    walks
}

fn is_same_list(one: &Walk<'_, '_>, other: &Walk<'_, '_>) -> bool {
    let place = |walk: &Walk<'_, '_>| {
        let entry = walk.calls.first().map(|call| call.entry);
        entry.map(|entry| (entry.tenant.clone(), entry.path.split('?').next().map(str::to_owned)))
    };
    one.operation.index == other.operation.index && place(one) == place(other)
}

/// The input's members that choose the page.
fn members(paging: &Paging) -> [&str; 2] {
    let position = match &paging.position {
        Position::Cursor { cursor, .. } => cursor,
        Position::Number { number, .. } => number,
        Position::Offset { offset } => offset,
    };
    [&paging.size, position]
}

/// Removes the member of that path, and what it leaves empty.
fn remove(value: &mut Value, path: &str) {
    let Some(members) = value.as_object_mut() else { return };
    match path.split_once('.') {
        None => _ = members.remove(path),
        Some((name, rest)) => {
            if let Some(inner) = members.get_mut(name) {
                remove(inner, rest);
                if inner.as_object().is_some_and(serde_json::Map::is_empty) {
                    members.remove(name);
                }
            }
        }
    }
}

/// A number, or a text of digits.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn input_number(call: &Call<'_>, path: &str) -> Option<i64> {
    values(call.input(), path).first().and_then(|value| number(value))
}

fn count<T>(items: &[T]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

impl<'c, 'e> Walk<'c, 'e> {
    /// The same walk as far as it had come when that call came in.
    pub(super) fn before(&self, call: &Call<'_>) -> Walk<'c, 'e> {
        let is_before = |one: &&Call<'_>| one.entry.ended_us <= call.entry.arrived_us;
        let calls = self.calls.iter().copied().filter(is_before).collect();
        let Self { operation, paging, .. } = *self;
        Walk { operation, paging, calls, input: self.input.clone(), pages: OnceCell::new() }
    }

    /// The pages that the client has.
    pub(super) fn pages(&self) -> &[Page<'c, 'e>] {
        self.pages.get_or_init(|| self.read_pages())
    }

    fn read_pages(&self) -> Vec<Page<'c, 'e>> {
        let calls = self.calls.iter().copied();
        let whole = calls.filter(|call| call.ending() == Ending::Done && !call.answer().is_null());
        let page = |call: &'c Call<'e>| {
            let total = self
                .paging
                .total
                .as_deref()
                .and_then(|path| call.output(path).first().and_then(|n| number(n)));
            Page { call, rows: count(&self.items(call)), total, start: None }
        };
        let mut pages: Vec<_> = whole.map(page).collect();
        let fullest = pages.iter().map(|page| page.rows).max();
        for page in &mut pages {
            page.start = self.start(page.call, fullest);
        }
        pages
    }

    /// The rows of a page.
    pub(super) fn items<'v>(&self, page: &'v Call<'_>) -> Vec<&'v Value> {
        page.output(&self.paging.items)
    }

    /// A page whose last attempt was not answered with success.
    pub(super) fn failed(&self) -> Option<&'c Call<'e>> {
        let mut last: BTreeMap<&str, &'c Call<'e>> = BTreeMap::new();
        for call in &self.calls {
            last.insert(&call.key, call);
        }
        last.into_values().find(|call| call.ending() != Ending::Done)
    }

    /// Whether it asks for the list as a whole: filters look for something, and may stop when they have it.
    pub(super) fn is_whole(&self) -> bool {
        let is_needed =
            |name: &String| self.operation.input.member(name).is_some_and(|member| member.required);
        let is_part = |(name, value): (&String, &Value)| is_needed(name) || value.is_boolean();
        self.input.as_object().is_none_or(|input| input.iter().all(is_part))
    }

    fn start(&self, page: &Call<'_>, fullest: Option<i64>) -> Option<i64> {
        match &self.paging.position {
            Position::Cursor { .. } => None,
            Position::Offset { offset } => Some(input_number(page, offset).unwrap_or(0)),
            Position::Number { number, first } => {
                let before = input_number(page, number).map_or(0, |number| (number - first).max(0));
                let size = input_number(page, &self.paging.size).filter(|size| *size > 0);
                Some(before * size.or(fullest)?)
            }
        }
    }

    /// Most rows that the client asked for at once.
    pub(super) fn size(&self) -> Option<i64> {
        self.calls.iter().filter_map(|call| input_number(call, &self.paging.size)).max()
    }

    /// What was not read of it, as far as its pages say.
    pub(super) fn unread(&self) -> Option<Unread> {
        if let Position::Cursor { cursor, next } = &self.paging.position {
            return self.has_next_page(cursor, next).then_some(Unread::NextPage);
        }
        // The client may have deleted rows between two pages.
        let total = self.pages().iter().filter_map(|page| page.total).min()?;
        let mut spans: Vec<_> =
            self.pages().iter().filter_map(|page| Some((page.start?, page.rows))).collect();
        spans.sort_unstable();
        let (mut read, mut end) = (0, 0);
        for (start, rows) in spans {
            read += (start + rows - end.max(start)).max(0);
            end = end.max(start + rows);
        }
        (read < total).then_some(Unread::Items { read, total })
    }

    fn has_next_page(&self, cursor: &str, next: &str) -> bool {
        let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
        let asked: BTreeSet<_> =
            self.calls.iter().flat_map(|call| values(call.input(), cursor)).map(text).collect();
        // One row is a look at the total.
        let is_look = |page: &&Page<'_, '_>| input_number(page.call, &self.paging.size) == Some(1);
        let pages = self.pages().iter().filter(|page| !is_look(page));
        let mut given = pages.flat_map(|page| page.call.output(next)).map(text);
        // A redacted one cannot be compared.
        given.any(|next| !next.is_empty() && next != "***" && !asked.contains(&next))
    }
}
