//! Names rows by what they say, so that an id or a number of a row becomes the same text in every run.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::learn::Masks;
use super::{known, rows};

/// Columns by which people know a row, the first that it has.
const NAMES: [&str; 9] = [
    "user_name",
    "account",
    "name",
    "display_name",
    "ou_name",
    "zone_id",
    "project",
    "type",
    "file_name",
];

/// The names of the rows of one state.
pub(super) struct Names<'s> {
    by_id: BTreeMap<String, String>,
    by_seq: BTreeMap<(&'s str, i64), String>,
}

impl<'s> Names<'s> {
    pub(super) fn of(state: &'s Value, masks: &Masks) -> Self {
        let mut names = Self { by_id: BTreeMap::new(), by_seq: BTreeMap::new() };
        let tables = state.as_object().into_iter().flat_map(Map::keys);
        for table in tables.filter(|table| !known::is_bookkeeping(table)) {
            for row in rows(state, table) {
                let name = name(table, row, masks);
                if let Some(seq) = row.get("seq").and_then(Value::as_i64) {
                    names.by_seq.insert((table, seq), name.clone());
                }
                for (column, value) in row.iter().filter(|(c, _)| masks.is_id(table, c)) {
                    let owns = is_own(table, column);
                    let known = names.by_id.contains_key(&text(value));
                    if owns || !known {
                        names.by_id.insert(text(value), name.clone());
                    }
                }
            }
        }
        names
    }

    /// The name of the row to which a column points; absent: it points nowhere.
    pub(super) fn pointed(
        &self,
        table: &str,
        row: &Map<String, Value>,
        column: &str,
    ) -> Option<String> {
        let end = match known::owner_end(table, column)? {
            "" => known::principal_end(row.get("principal_type")?.as_str()?),
            end => end,
        };
        let seq = row.get(column)?.as_i64()?;
        let prefix = table.split('_').next().unwrap_or_default();
        let is_owner = |owner: &str| owner.starts_with(prefix) && owner.ends_with(end);
        let mut owners =
            self.by_seq.iter().filter(|((owner, own), _)| *own == seq && is_owner(owner));
        // `organization_users` before `organization_cam_users`.
        owners.next_back().map(|(_, name)| name.clone())
    }

    /// A value with all ids in it renamed.
    pub(super) fn renamed(&self, value: &Value) -> String {
        match value {
            Value::String(text) => self.renamed_text(text),
            Value::Number(number) => {
                self.by_id.get(&number.to_string()).cloned().unwrap_or_else(|| number.to_string())
            }
            other => other.to_string(),
        }
    }

    fn renamed_text(&self, text: &str) -> String {
        if let Some(name) = self.by_id.get(text) {
            return name.clone();
        }
        let mut renamed = String::new();
        let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        for piece in text.split_inclusive(|c| !is_part(c)) {
            let word = piece.trim_end_matches(|c| !is_part(c));
            match self.by_id.get(word) {
                Some(name) => renamed.extend([name, &piece[word.len()..]]),
                None => renamed.push_str(piece),
            }
        }
        renamed
    }
}

/// Whether a column of ids is likely to be that of its own row: `user_id` in a table of users, not in one of members.
fn is_own(table: &str, column: &str) -> bool {
    let noun = column.trim_end_matches("_id");
    column == "id" || table.contains(noun)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A row's name, such as `<ciam_users ada>`.
fn name(table: &str, row: &Map<String, Value>, masks: &Masks) -> String {
    format!("<{}>", label(table, row, masks))
}

/// A row's table, and the text by which people know the row, if it has one.
pub(super) fn label(table: &str, row: &Map<String, Value>, masks: &Masks) -> String {
    let is_stable = |column: &&&str| !masks.is_id(table, column) && !masks.hides(table, column);
    let mut known = NAMES.iter().filter(is_stable).filter_map(|column| row.get(*column)?.as_str());
    known.next().map_or_else(|| table.to_owned(), |name| format!("{table} {name}"))
}
