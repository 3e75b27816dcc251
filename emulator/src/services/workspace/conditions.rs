//! Conditions of a search, with the values that they wait for. Values only ever travel as parameters.

use rusqlite::ToSql;
use rusqlite::types::Value;

use super::project::Project;

/// Conditions that must all hold. `?1` is the tenant and `?2` the project in all of them; each `?` is
/// the next value.
#[derive(Debug)]
pub(super) struct Where {
    text: String,
    values: Vec<Value>,
    narrows: bool,
}

impl Where {
    /// Whatever the project has in the table of that alias.
    pub(super) fn of(project: Project<'_>, alias: &str) -> Self {
        Self {
            text: format!("{alias}.tenant = ?1 AND {alias}.project = ?2"),
            values: vec![project.tenant.into(), project.id.to_owned().into()],
            narrows: false,
        }
    }

    /// Adds a condition, with the values that it waits for.
    pub(super) fn push(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.text.extend([" AND (", condition, ")"]);
        self.values.extend(values);
        self.narrows = true;
    }

    /// Adds a condition that waits for one text.
    pub(super) fn push_text(&mut self, condition: &str, text: impl Into<String>) {
        self.push(condition, [Value::Text(text.into())]);
    }

    /// Whether everything in the project passes.
    pub(super) fn is_everything(&self) -> bool {
        !self.narrows
    }

    /// The conditions, to be written after `WHERE`.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The values from `?1` on.
    pub(super) fn values(&self) -> impl Iterator<Item = &dyn ToSql> {
        self.values.iter().map(|value| value as &dyn ToSql)
    }
}
