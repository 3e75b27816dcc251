//! Which rows of a job fail, though the job ends well.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::runtime::condition::Condition;

/// Which rows of a job fail. It counts the rows that match, as a rule of a scenario counts requests.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct FailingRows {
    /// Each so-manieth of those that match; all of them if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
    /// What the members of a row must be, by their names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub matching: BTreeMap<String, Condition>,
    /// Why they fail, a code or a text; nothing where it was not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many rows matched in the steps that the job has taken.
    #[serde(skip_serializing_if = "is_zero")]
    pub matched: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl FailingRows {
    /// Whether the next row fails. It is asked about each row of a job once, in their order.
    pub fn fails_next(&mut self, row: &Value) -> bool {
        let holds =
            |(name, condition): (&String, &Condition)| condition.holds(row.get(name.as_str()));
        if !self.matching.iter().all(holds) {
            return false;
        }
        self.matched = self.matched.saturating_add(1);
        self.every.is_none_or(|every| self.matched.is_multiple_of(u64::from(every)))
    }

    /// Why no rows can fail so.
    pub(super) fn problem(&self) -> Option<&'static str> {
        if self.every == Some(0) {
            return Some("`every` counts from 1");
        }
        (self.every.is_none() && self.matching.is_empty())
            .then_some("`rows` needs `every` or `matching`, or both")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_the_rows_that_match_each_so_manieth_fails() {
        let mut seen = Vec::new();
        for rows in [
            json!({ "every": 2 }),
            json!({ "matching": { "a": { "one_of": [1, 2] } } }),
            json!({ "every": 2, "matching": { "a": { "one_of": [1, 2] } } }),
            json!({ "every": 2, "matched": 1 }),
            json!({ "matching": { "b": { "matches": "^x" }, "a": { "one_of": [1] } } }),
        ] {
            let mut rows: FailingRows = serde_json::from_value(rows).unwrap();
            let all = [(1, "x"), (3, "x"), (2, "xy"), (1, "yx"), (9, "")];
            let one = |(a, b)| if rows.fails_next(&json!({ "a": a, "b": b })) { 'x' } else { '.' };
            seen.push(all.into_iter().map(one).collect::<String>());
        }
        assert_eq!(seen, [".x.x.", "x.xx.", "..x..", "x.x.x", "x...."]);
    }
}
