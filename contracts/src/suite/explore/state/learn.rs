//! Learns from calm runs which fields say nothing: those that differ although nothing went wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::{Normal, known, rows};

/// A table and a column.
type Field = (String, String);

/// What differs between calm runs, and is not compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::suite::explore) struct Masks {
    /// Columns of ids that are drawn anew in each run: the row is meant, whatever its id is.
    pub(in crate::suite::explore) ids: BTreeSet<Field>,
    /// Columns that differ otherwise, such as times.
    pub(in crate::suite::explore) masked: BTreeSet<Field>,
    /// Columns that are times: masked in tables without rows too.
    pub(in crate::suite::explore) times: BTreeSet<String>,
    /// Tables whose rows differ even then.
    pub(in crate::suite::explore) unstable: BTreeSet<String>,
    /// Tables of which more than a fifth of the columns is masked.
    pub(in crate::suite::explore) coarse: Vec<String>,
}

impl Masks {
    /// Learns from the states after several runs of the same client, and from when they were, in milliseconds since
    /// 1970 by the twin's clock: times of which the runs are too near each other to differ.
    pub(in crate::suite::explore) fn learn(
        states: &[&Value],
        during: &RangeInclusive<i64>,
    ) -> Self {
        let mut masks = Self { ids: ids(states), ..Self::default() };
        let normal: Vec<_> = states.iter().map(|state| Normal::of(state, &masks)).collect();
        masks.masked = differing(&normal);
        masks.masked.extend(clocked(states, during));
        let is_time = |(table, column): &&Field| {
            states.iter().flat_map(|state| values(state, table, column)).all(is_time)
        };
        masks.times = masks.masked.iter().filter(is_time).map(|(_, c)| c.clone()).collect();
        let normal: Vec<_> = states.iter().map(|state| Normal::of(state, &masks)).collect();
        masks.unstable = unstable(&normal);
        masks.coarse = masks.coarse(states);
        masks
    }

    /// Whether a field is not compared.
    pub(super) fn hides(&self, table: &str, column: &str) -> bool {
        self.times.contains(column) || self.masked.iter().any(|(t, c)| t == table && c == column)
    }

    /// Whether a field holds the id of its row, or of another one.
    pub(super) fn is_id(&self, table: &str, column: &str) -> bool {
        self.ids.iter().any(|(t, c)| t == table && c == column)
    }

    fn coarse(&self, states: &[&Value]) -> Vec<String> {
        let mut of: BTreeMap<&str, usize> = BTreeMap::new();
        for (table, _) in &self.masked {
            *of.entry(table).or_default() += 1;
        }
        let is_coarse = |(table, masked): &(&str, usize)| {
            let columns = states.first().map_or(0, |state| columns(state, table).len());
            masked * 5 > columns
        };
        of.into_iter().filter(is_coarse).map(|(table, _)| table.to_owned()).collect()
    }
}

/// All columns that any row of a table has.
fn columns(state: &Value, table: &str) -> BTreeSet<String> {
    rows(state, table).flat_map(Map::keys).cloned().collect()
}

fn values<'v>(state: &'v Value, table: &str, column: &str) -> Vec<&'v Value> {
    rows(state, table).filter_map(|row| row.get(column)).filter(|value| !value.is_null()).collect()
}

/// Columns whose values are other ones in each run, and name one row each.
fn ids(states: &[&Value]) -> BTreeSet<Field> {
    let mut found = BTreeSet::new();
    for table in tables(states) {
        let columns: BTreeSet<_> = states.iter().flat_map(|state| columns(state, &table)).collect();
        for column in columns {
            let of_runs: Vec<_> =
                states.iter().map(|state| values(state, &table, &column)).collect();
            if is_drawn(&of_runs) {
                found.insert((table.clone(), column));
            }
        }
    }
    found
}

fn tables(states: &[&Value]) -> BTreeSet<String> {
    let names = states.iter().filter_map(|state| state.as_object()).flat_map(Map::keys);
    names.filter(|table| !known::is_bookkeeping(table)).cloned().collect()
}

fn is_drawn(of_runs: &[Vec<&Value>]) -> bool {
    let texts = |run: &Vec<&Value>| run.iter().map(ToString::to_string).collect();
    let sets: Vec<BTreeSet<String>> = of_runs.iter().map(texts).collect();
    let is_unique = of_runs.iter().zip(&sets).all(|(run, set)| run.len() == set.len());
    let differs = sets.windows(2).any(|pair| matches!(pair, [one, other] if one != other));
    let looks_drawn = |value: &&Value| match value {
        Value::String(text) => text.len() >= 4 && !is_time(value),
        // Numbers of the length of a snowflake; times and accounts are shorter.
        Value::Number(number) => number.as_u64().is_some_and(|n| n >= 1_000_000_000_000_000),
        _ => false,
    };
    is_unique && differs && of_runs.iter().flatten().all(looks_drawn)
}

/// Whether it is a time: milliseconds since 1970 in this century, or a text of RFC 3339.
pub(super) fn is_time(value: &Value) -> bool {
    match value {
        Value::Number(n) => n.as_i64().is_some_and(in_century),
        Value::String(text) => text.parse::<jiff::Timestamp>().is_ok(),
        _ => false,
    }
}

fn in_century(ms: i64) -> bool {
    (946_684_800_000..4_102_444_800_000).contains(&ms)
}

/// Fields with a moment of the runs.
fn clocked(states: &[&Value], during: &RangeInclusive<i64>) -> BTreeSet<Field> {
    // Where the twin's clock is set to 1970, small numbers are still no times.
    let is_near = |ms: i64| in_century(ms) && during.contains(&ms);
    let is_moment = |value: &Value| match value {
        Value::Number(number) => number
            .as_i64()
            .is_some_and(|number| is_near(number) || is_near(number.saturating_mul(1000))),
        Value::String(text) => text
            .parse::<jiff::Timestamp>()
            .is_ok_and(|moment| during.contains(&moment.as_millisecond())),
        _ => false,
    };
    let mut found = BTreeSet::new();
    for table in tables(states) {
        for row in states.iter().flat_map(|state| rows(state, &table)) {
            let moments = row.iter().filter(|(_, value)| is_moment(value));
            found.extend(moments.map(|(column, _)| (table.clone(), column.clone())));
        }
    }
    found
}

/// Fields whose values are not the same in all runs, once ids are renamed.
fn differing(runs: &[Normal]) -> BTreeSet<Field> {
    let mut found = BTreeSet::new();
    for pair in runs.windows(2) {
        let [one, other] = pair else { continue };
        let tables: BTreeSet<_> = one.tables.keys().chain(other.tables.keys()).collect();
        for table in tables {
            let (one, other) = (one.columns(table), other.columns(table));
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).copied().collect();
            let names = names.into_iter().filter(|name| one.get(*name) != other.get(*name));
            found.extend(names.map(|name| (table.clone(), name.clone())));
        }
    }
    found
}

fn unstable(runs: &[Normal]) -> BTreeSet<String> {
    let pairs = runs.windows(2).filter_map(|pair| Some((pair.first()?, pair.last()?)));
    pairs.flat_map(|(one, other)| one.differing_tables(other)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::reversed_empty_ranges, reason = "there is no time in it")]
    const NEVER: RangeInclusive<i64> = 1..=0;

    fn state(id: &str, group: &str, at: u64) -> Value {
        json!({
            "ciam_users": [
                {"seq": 1, "user_id": id, "user_name": "ada", "group_num": 1, "created": at},
                {"seq": 2, "user_id": format!("{id}-2"), "user_name": "bob", "created": at},
            ],
            "ciam_groups": [{"seq": 1, "user_group_id": group, "display_name": "all", "created": at}],
            "ciam_members": [{"seq": 1, "group_seq": 1, "position": 0}],
            "ciam_logs": [{"log_id": id}],
        })
    }

    fn field(table: &str, column: &str) -> Field {
        (table.to_owned(), column.to_owned())
    }

    #[test]
    fn ids_are_renamed_and_times_are_masked() {
        let states = [
            state("u7f3a", "g1111", 1_795_920_885_861),
            state("u9c2b", "g2222", 1_795_920_886_000),
        ];
        let masks = Masks::learn(&states.iter().collect::<Vec<_>>(), &NEVER);
        let ids =
            BTreeSet::from([field("ciam_users", "user_id"), field("ciam_groups", "user_group_id")]);
        assert_eq!(masks.ids, ids);
        let masked =
            BTreeSet::from([field("ciam_users", "created"), field("ciam_groups", "created")]);
        assert_eq!(masks.masked, masked);
        assert_eq!(masks.times, BTreeSet::from(["created".to_owned()]));
        assert_eq!(masks.unstable, BTreeSet::new());
        assert_eq!(
            masks.coarse,
            ["ciam_groups"],
            "one of four columns; of ciam_users it is one of five"
        );
    }

    #[test]
    fn what_never_differs_is_compared() {
        let same = state("u7f3a", "g1111", 1_795_920_885_861);
        assert_eq!(Masks::learn(&[&same, &same], &NEVER), Masks::default());
    }

    #[test]
    fn times_of_the_runs_are_masked_though_runs_in_the_same_second_have_the_same() {
        let same = |at: Value| json!({ "ciam_users": [{"user_name": "ada", "modified": at, "until": 4_000_000_000_000_u64}] });
        let modified = BTreeSet::from([field("ciam_users", "modified")]);
        let now = 1_795_920_885_000_i64..=1_795_920_887_000;
        for at in
            [json!(1_795_920_886_000_u64), json!(1_795_920_886), json!("2026-11-29T02:54:46Z")]
        {
            let state = same(at);
            let masks = Masks::learn(&[&state, &state], &now);
            assert_eq!(masks.masked, modified, "{state}");
        }
        let small = json!({ "ciam_users": [{"user_name": "ada", "group_num": 1}] });
        assert_eq!(Masks::learn(&[&small, &small], &(0..=10_000)), Masks::default());
        let long_ago = same(json!(1_700_000_000_000_u64));
        assert_eq!(Masks::learn(&[&long_ago, &long_ago], &now), Masks::default());
    }

    #[test]
    fn a_table_whose_rows_come_and_go_is_not_compared() {
        let (one, mut other) = (state("u7f3a", "g1111", 1), state("u7f3a", "g1111", 1));
        other["ciam_members"] = json!([]);
        let masks = Masks::learn(&[&one, &other], &NEVER);
        assert_eq!(masks.unstable, BTreeSet::from(["ciam_members".to_owned()]));
    }
}
