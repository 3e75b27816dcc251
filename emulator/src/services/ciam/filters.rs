//! `Filter` objects and the conditions they become. Values only ever travel as parameters.
//! Unknown keys are ignored; the vendor's examples send some.

use rusqlite::ToSql;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::runtime::fold::fold;

use super::limits::FILTERS_MAX;
use super::stores::Store;
use super::users::formats::FULL_PHONE;

/// Values of one filter are alternatives; filters must all hold.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Filter {
    key: Option<String>,
    values: Option<Vec<String>>,
    /// False turns the filter round.
    logic: Option<bool>,
}

impl Filter {
    /// What has this value.
    pub(super) fn of(key: &str, value: String) -> Self {
        Self { key: Some(key.to_owned()), values: Some(vec![value]), logic: None }
    }
}

/// Conditions, with the values that they wait for.
#[derive(Debug, Default)]
pub(super) struct Where {
    text: String,
    values: Vec<Value>,
}

impl Where {
    /// Adds a condition that must hold, or must not.
    pub(super) fn push(&mut self, condition: &str, holds: bool, values: Vec<Value>) {
        // An absent attribute makes a condition unknown, and what is unknown does not hold.
        let turned = if holds { "" } else { " IS NOT TRUE" };
        self.text.extend([" AND (", condition, ")", turned]);
        self.values.extend(values);
    }

    /// Whether everything passes.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The conditions, to be written after others: ` AND (..) AND (..)`.
    pub(super) fn and_text(&self) -> &str {
        &self.text
    }

    /// The values, in the order in which the conditions wait for them.
    pub(super) fn values(&self) -> impl Iterator<Item = &dyn ToSql> {
        self.values.iter().map(|value| value as &dyn ToSql)
    }
}

/// Conditions over users: `condition` (id, user name, phone, email), groups, organization units.
pub(super) fn users(filters: &[Filter], store: Store, group_key: &str) -> Result<Where, Failure> {
    check_size(filters)?;
    let mut found = Where::default();
    for (key, values, holds) in effective(filters) {
        if key.eq_ignore_ascii_case("condition") {
            let one = format!(
                "user_id = ? OR instr(user_name_key, ?) OR instr({FULL_PHONE}, ?)
                 OR instr(email_key, ?)"
            );
            found.push(&alternatives(&one, values.len()), holds, condition_values(values));
        } else if key.eq_ignore_ascii_case(group_key) {
            let (condition, values) = in_groups(values, store);
            found.push(&condition, holds, values);
        } else if key.eq_ignore_ascii_case("userOrg") {
            let ids = placeholders(values.len());
            let condition =
                format!("EXISTS (SELECT 1 FROM json_each(orgs) WHERE value IN ({ids}))");
            found.push(&condition, holds, texts(values));
        } else if key.eq_ignore_ascii_case("weComUserOrg") {
            // Nothing connects to WeCom, so its units have no members.
            found.push("FALSE", holds, Vec::new());
        }
    }
    Ok(found)
}

/// Conditions over groups: `condition` (id or name), `UserGroupId`.
pub(super) fn groups(filters: &[Filter]) -> Result<Where, Failure> {
    check_size(filters)?;
    let mut found = Where::default();
    for (key, values, holds) in effective(filters) {
        if key.eq_ignore_ascii_case("condition") {
            let one = "user_group_id = ? OR fold_has(?, display_name)";
            let twice = values.iter().flat_map(|value| [value.clone().into(), fold(value).into()]);
            found.push(&alternatives(one, values.len()), holds, twice.collect());
        } else if key.eq_ignore_ascii_case("UserGroupId") {
            let condition = format!("user_group_id IN ({})", placeholders(values.len()));
            found.push(&condition, holds, texts(values));
        }
    }
    Ok(found)
}

/// Conditions over log entries: `events`.
pub(super) fn logs(filters: &[Filter]) -> Result<Where, Failure> {
    check_size(filters)?;
    let mut found = Where::default();
    for (key, values, holds) in effective(filters) {
        if key.eq_ignore_ascii_case("events") {
            let condition = format!("event_code IN ({})", placeholders(values.len()));
            found.push(&condition, holds, texts(values));
        }
    }
    Ok(found)
}

/// Filters that say something: key, values, and whether they are to match.
fn effective(filters: &[Filter]) -> impl Iterator<Item = (&str, &[String], bool)> {
    filters.iter().filter_map(|filter| {
        let values = filter.values.as_deref().filter(|values| !values.is_empty())?;
        Some((filter.key.as_deref()?, values, filter.logic.unwrap_or(true)))
    })
}

fn check_size(filters: &[Filter]) -> Result<(), Failure> {
    let values: usize = filters.iter().map(|f| f.values.as_ref().map_or(0, Vec::len)).sum();
    if filters.len() > FILTERS_MAX || values > FILTERS_MAX {
        return Err(refuse("InvalidParameter.ParameterIllegal"));
    }
    Ok(())
}

fn in_groups(ids: &[String], store: Store) -> (String, Vec<Value>) {
    let condition = format!(
        "seq IN (SELECT m.seq FROM ciam_groups g JOIN ciam_members m
            ON m.tenant = g.tenant AND m.store = g.store AND m.group_seq = g.seq
         WHERE g.tenant = ? AND g.store = ? AND g.user_group_id IN ({}))",
        placeholders(ids.len())
    );
    let mut values = vec![store.tenant.into(), store.store.into()];
    values.extend(texts(ids));
    (condition, values)
}

fn condition_values(values: &[String]) -> Vec<Value> {
    values
        .iter()
        .flat_map(|value| {
            let folded = fold(value);
            [value.clone().into(), folded.clone().into(), value.clone().into(), folded.into()]
        })
        .collect()
}

fn texts(values: &[String]) -> Vec<Value> {
    values.iter().map(|value| value.clone().into()).collect()
}

fn alternatives(one: &str, count: usize) -> String {
    vec![one; count].join(" OR ")
}

fn placeholders(count: usize) -> String {
    vec!["?"; count].join(", ")
}
