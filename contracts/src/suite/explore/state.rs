//! The tables of a tenant without what differs from run to run, so that two runs can be compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

mod known;
mod learn;
mod names;

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
        columns.values_mut().for_each(|values| values.sort_unstable());
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn masks() -> Masks {
        let mut masks = Masks::default();
        masks.ids.insert(("ciam_users".into(), "user_id".into()));
        masks.times.insert("created".into());
        masks
    }

    fn normal(state: Value) -> Normal {
        Normal::of(&state, &masks())
    }

    #[test]
    fn neither_ids_nor_times_nor_the_order_of_creation_count() {
        let one = json!({
            "ciam_users": [{"seq": 1, "user_id": "aaaa", "user_name": "ada", "created": 1},
                           {"seq": 2, "user_id": "bbbb", "user_name": "bob", "created": 2}],
            "ciam_groups": [{"seq": 1, "display_name": "all"}],
            "ciam_members": [{"seq": 2, "group_seq": 1}],
            "ciam_stores": [{"name": "people", "next_seq": 3, "user_num": 2}],
        });
        let other = json!({
            "ciam_users": [{"seq": 4, "user_id": "cccc", "user_name": "bob", "created": 5, "nickname": null},
                           {"seq": 5, "user_id": "dddd", "user_name": "ada", "created": 6}],
            "ciam_groups": [{"seq": 7, "display_name": "all"}],
            "ciam_members": [{"seq": 4, "group_seq": 7}],
            "ciam_stores": [{"name": "people", "next_seq": 6, "user_num": 2}],
            "ciam_user_holes": [{"block": 0, "holes": 3}],
            "aicc_users": [],
        });
        assert!(normal(other).reaches(&normal(one)));
    }

    #[test]
    fn a_reference_to_another_row_is_a_difference() {
        let state = |member: u8| {
            json!({
                "ciam_users": [{"seq": 1, "user_name": "ada"}, {"seq": 2, "user_name": "bob"}],
                "ciam_members": [{"seq": member}],
            })
        };
        let (one, other) = (normal(state(1)), normal(state(2)));
        assert_eq!(
            other.difference(&one),
            ["~ ciam_members: seq: <ciam_users ada> -> <ciam_users bob>"]
        );
    }

    #[test]
    fn the_difference_has_a_line_for_each_row() {
        let goal = normal(json!({ "ciam_users": [
            {"user_name": "ada", "email": "a"}, {"user_name": "bob"}, {"user_name": "cid"}] }));
        let state = normal(json!({ "ciam_users": [
            {"user_name": "ada", "email": "b"}, {"user_name": "cid"}, {"user_name": "cid"}] }));
        let lines = ["~ ciam_users ada: email: a -> b", "- ciam_users bob", "+ ciam_users cid"];
        assert_eq!(state.difference(&goal), lines);
        assert!(!state.objects_equal(&goal) && !state.reaches(&goal));
    }

    #[test]
    fn a_job_may_stay_but_must_not_be_missing() {
        let job = |status: &str| json!({"type": "EXPORT_USER", "status": status});
        let goal = normal(json!({ "ciam_jobs": [job("COMPLETED")] }));
        let twice = normal(json!({ "ciam_jobs": [job("FAILED"), job("COMPLETED")] }));
        assert!(twice.reaches(&goal) && twice.difference(&goal).is_empty());
        let failed = normal(json!({ "ciam_jobs": [job("FAILED")] }));
        assert!(!failed.reaches(&goal) && failed.objects_equal(&goal));
        assert_eq!(
            failed.difference(&goal),
            ["~ ciam_jobs EXPORT_USER: status: COMPLETED -> FAILED"]
        );
    }

    #[test]
    fn what_a_fault_planned_for_a_job_is_no_difference() {
        let job = |outcome: &str| json!({ "aicc_tasks": [{"state": "done", "outcome": outcome}] });
        assert!(normal(job(r#"{"later_ms":500}"#)).reaches(&normal(job("success"))));
    }

    #[test]
    fn an_id_inside_of_a_text_is_renamed() {
        let mut masks = masks();
        masks.ids.insert(("ciam_users".into(), "user_id".into()));
        let state = |id: &str| {
            json!({ "ciam_users": [{"user_id": id, "user_name": "ada"}],
                    "organization_apply_orders": [{"configurations": format!("[\"{id}\"]")}] })
        };
        assert_eq!(Normal::of(&state("u-1234"), &masks), Normal::of(&state("u-9999"), &masks));
    }
}
