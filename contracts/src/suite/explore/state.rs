//! The tables of a tenant without what differs from run to run, so that two runs can be compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

mod known;
mod learn;
mod names;
#[cfg(test)]
mod tests;

pub(super) use learn::Masks;

/// The rows of a state, comparable with those of other runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Normal {
    tables: BTreeMap<String, Vec<Row>>,
}

/// A row without its id and its times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    label: String,
    columns: BTreeMap<String, String>,
}

/// The rows of a table of a state.
fn rows<'v>(state: &'v Value, table: &str) -> impl Iterator<Item = &'v Map<String, Value>> {
    let rows = state.get(table).and_then(Value::as_array);
    rows.into_iter().flatten().filter_map(Value::as_object)
}

impl Normal {
    /// Brings a state into a comparable form. Null and absent are the same, and so are no table and an empty one.
    pub(super) fn of(state: &Value, masks: &Masks) -> Self {
        let names = names::Names::of(state, masks);
        let mut tables = BTreeMap::new();
        for table in state.as_object().into_iter().flat_map(Map::keys) {
            if known::is_bookkeeping(table) || masks.unstable.contains(table) {
                continue;
            }
            let mut normal: Vec<Row> =
                rows(state, table).map(|row| Row::of(table, row, &names, masks)).collect();
            normal.sort_unstable();
            if !normal.is_empty() {
                tables.insert(table.clone(), normal);
            }
        }
        Self { tables }
    }

    /// Whether there is nothing: a tenant of which no request was accepted has no tables.
    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Whether it has the rows that it should have. Jobs may have been started besides, and stay.
    pub(super) fn reaches(&self, goal: &Self) -> bool {
        self.objects_equal(goal) && self.lacks_jobs_of(goal).next().is_none()
    }

    /// Whether all but the jobs is equal.
    pub(super) fn objects_equal(&self, other: &Self) -> bool {
        self.differing_tables(other).iter().all(|table| known::holds_jobs(table))
    }

    /// Rows of jobs that are missing.
    fn lacks_jobs_of<'a>(&'a self, goal: &'a Self) -> impl Iterator<Item = &'a Row> {
        let tables = goal.tables.iter().filter(|(table, _)| known::holds_jobs(table));
        tables.flat_map(|(table, wanted)| only_in(wanted, self.rows(table)))
    }

    fn rows(&self, table: &str) -> &[Row] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    fn differing_tables(&self, other: &Self) -> Vec<String> {
        let names: BTreeSet<_> = self.tables.keys().chain(other.tables.keys()).collect();
        let differs = |name: &&String| self.rows(name) != other.rows(name);
        names.into_iter().filter(differs).cloned().collect()
    }

    /// All values of each column of a table.
    fn columns(&self, table: &str) -> BTreeMap<&String, Vec<&String>> {
        let mut columns: BTreeMap<&String, Vec<&String>> = BTreeMap::new();
        for (name, value) in self.rows(table).iter().flat_map(|row| &row.columns) {
            columns.entry(name).or_default().push(value);
        }
        for values in columns.values_mut() {
            values.sort_unstable();
        }
        columns
    }

    /// How it differs from what it should be, a line for each row: `+` it has, `-` it lacks, `~` it has otherwise.
    pub(super) fn difference(&self, goal: &Self) -> Vec<String> {
        let tables: BTreeSet<_> = self.tables.keys().chain(goal.tables.keys()).collect();
        tables.into_iter().flat_map(|table| self.difference_in(table, goal)).collect()
    }

    fn difference_in(&self, table: &str, goal: &Self) -> Vec<String> {
        let mut more: Vec<_> = only_in(self.rows(table), goal.rows(table)).collect();
        let less: Vec<_> = only_in(goal.rows(table), self.rows(table)).collect();
        let mut lines = Vec::new();
        let namesake =
            |row: &Row, others: &[&Row]| others.iter().position(|o| o.label == row.label);
        for wanted in less {
            match namesake(wanted, &more) {
                Some(at) => {
                    lines.push(format!("~ {}: {}", wanted.label, wanted.changes(more.remove(at))))
                }
                None => lines.push(format!("- {}", wanted.label)),
            }
        }
        let jobs = known::holds_jobs(table);
        lines.extend(more.iter().filter(|_| !jobs).map(|row| format!("+ {}", row.label)));
        lines
    }
}

/// Rows of one list that the other has not, as often as that.
fn only_in<'a>(rows: &'a [Row], others: &'a [Row]) -> impl Iterator<Item = &'a Row> {
    let mut count: BTreeMap<&Row, usize> = BTreeMap::new();
    for row in others {
        *count.entry(row).or_default() += 1;
    }
    rows.iter().filter(move |row| match count.get_mut(row) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    })
}

impl Row {
    fn of(table: &str, row: &Map<String, Value>, names: &names::Names<'_>, masks: &Masks) -> Self {
        let mut columns = BTreeMap::new();
        for (column, value) in row {
            let is_silent =
                value.is_null() || known::is_counter(table, column) || masks.hides(table, column);
            if is_silent {
                continue;
            }
            let pointed = names.pointed(table, row, column);
            let text = pointed.unwrap_or_else(|| names.renamed(value));
            columns.insert(column.clone(), text);
        }
        Self { label: names::label(table, row, masks), columns }
    }

    /// The columns in which another row differs.
    fn changes(&self, other: &Self) -> String {
        let names: BTreeSet<_> = self.columns.keys().chain(other.columns.keys()).collect();
        let value =
            |row: &Self, name| row.columns.get(name).cloned().unwrap_or("(none)".to_owned());
        let changed =
            names.into_iter().filter(|name| self.columns.get(*name) != other.columns.get(*name));
        let line = |name| format!("{name}: {} -> {}", value(self, name), value(other, name));
        changed.map(line).collect::<Vec<_>>().join(", ")
    }
}
