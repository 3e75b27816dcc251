//! How a job is to end. It is decided when the job is created and stored with it, so that the same
//! calls lead to the same ends, however late they are read.

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

use super::rows::FailingRows;

/// How a job is to end. A column `outcome` has it: as the word of its [`End`] where that is all, else as
/// a JSON object.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outcome {
    /// What its last step does.
    #[serde(skip_serializing_if = "End::is_success")]
    pub end: End,
    /// Why it fails, a code or a text; nothing where it was not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// By how many milliseconds its last step is delayed.
    #[serde(skip_serializing_if = "is_zero")]
    pub later_ms: i64,
    /// Which of its rows fail, though it ends well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<FailingRows>,
}

/// What the last step of a job does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Its work.
    #[default]
    Success,
    /// It fails the job, and does not do its work.
    Fail,
    /// It is never taken.
    Stay,
}

impl End {
    const WORDS: [(&'static str, Self); 3] =
        [("success", Self::Success), ("fail", Self::Fail), ("stay", Self::Stay)];

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    fn is_success(&self) -> bool {
        *self == Self::Success
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

static SUCCESS: Outcome = Outcome::of(End::Success);

impl Outcome {
    /// As its work ends, when its work ends.
    pub fn success() -> &'static Self {
        &SUCCESS
    }

    /// Nothing but this end.
    pub const fn of(end: End) -> Self {
        Self { end, reason: None, later_ms: 0, rows: None }
    }

    /// The outcome that a column or a state document holds, or what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some((_, end)) = End::WORDS.into_iter().find(|(word, _)| *word == text) {
            return Ok(Self::of(end));
        }
        let parsed: Self = serde_json::from_str(text).map_err(|error| {
            format!("one of success, fail, stay was expected, or a JSON object: {error}")
        })?;
        parsed.problem().map_or(Ok(parsed), |problem| Err(problem.to_owned()))
    }

    /// Why no job can end so.
    pub fn problem(&self) -> Option<&'static str> {
        if self.reason.is_some() && self.end != End::Fail {
            return Some("only a job that fails has a reason");
        }
        if self.later_ms < 0 {
            return Some("`later_ms` is 0 or more");
        }
        if self.end == End::Stay && self.later_ms > 0 {
            return Some("a job that stays never ends: `stay` goes without `later`");
        }
        let rows = self.rows.as_ref()?;
        if self.end != End::Success {
            return Some(
                "rows fail in a job that ends well: `rows` goes without `fail` and `stay`",
            );
        }
        rows.problem()
    }

    fn text(&self) -> serde_json::Result<String> {
        let is_more = self.reason.is_some() || self.later_ms != 0 || self.rows.is_some();
        let word = End::WORDS.into_iter().find(|(_, end)| *end == self.end && !is_more);
        word.map_or_else(|| serde_json::to_string(self), |(word, _)| Ok(word.to_owned()))
    }
}

impl ToSql for Outcome {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = self.text();
        let text = text.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(text.into())
    }
}

impl FromSql for Outcome {
    /// An unknown text fails the job: one damaged row must not keep the others from being read.
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self::parse(value.as_str()?).unwrap_or_else(|_| Self::of(End::Fail)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a column holds of the outcome that was read from that text.
    fn again(text: &str) -> String {
        let tx = rusqlite::Connection::open_in_memory().unwrap();
        let outcome: Outcome = tx.query_row("SELECT ?1", [text], |row| row.get(0)).unwrap();
        tx.query_row("SELECT ?1", [outcome], |row| row.get(0)).unwrap()
    }

    #[test]
    fn each_outcome_is_read_back_and_an_unknown_text_fails() {
        for text in [
            "success",
            "fail",
            "stay",
            r#"{"end":"fail","reason":"no room"}"#,
            r#"{"end":"fail","reason":"no room","later_ms":60000}"#,
            r#"{"end":"fail","later_ms":60000}"#,
            r#"{"later_ms":1}"#,
            r#"{"rows":{"every":10}}"#,
            r#"{"later_ms":1,"rows":{"every":2,"matching":{"a":{"matches":"^x"},"b":{"one_of":[1,"y"]}},"reason":"bad","matched":3}}"#,
        ] {
            assert_eq!(again(text), text);
        }
        assert_eq!(again("{}"), "success");
        for text in ["odd", "", "{not json", r#"{"rows":{"every":0}}"#, r#"{"odd":1}"#] {
            assert_eq!(again(text), "fail", "{text}");
        }
    }

    #[test]
    fn an_outcome_that_no_job_can_have_is_refused() {
        let problems = [
            "odd",
            r#"{"end":"odd"}"#,
            r#"{"reason":"a"}"#,
            r#"{"later_ms":-1}"#,
            r#"{"end":"stay","later_ms":1}"#,
            r#"{"end":"stay","rows":{"every":1}}"#,
            r#"{"end":"fail","rows":{"every":1}}"#,
            r#"{"rows":{"every":0}}"#,
            r#"{"rows":{}}"#,
            r#"{"rows":{"matching":{"a":{"matches":"("}}}}"#,
        ]
        .map(|text| Outcome::parse(text).unwrap_err());
        insta::assert_snapshot!(problems.join("\n"), @r"
        one of success, fail, stay was expected, or a JSON object: expected value at line 1 column 1
        one of success, fail, stay was expected, or a JSON object: unknown variant `odd`, expected one of `success`, `fail`, `stay` at line 1 column 12
        only a job that fails has a reason
        `later_ms` is 0 or more
        a job that stays never ends: `stay` goes without `later`
        rows fail in a job that ends well: `rows` goes without `fail` and `stay`
        rows fail in a job that ends well: `rows` goes without `fail` and `stay`
        `every` counts from 1
        `rows` needs `every` or `matching`, or both
        one of success, fail, stay was expected, or a JSON object: found open group without closing ')' at line 1 column 40
        ");
    }
}
