//! How a job is to end. It is decided when the job is created and stored with it, so that the same
//! calls lead to the same ends, however late they are read.

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// How a job is to end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Outcome {
    /// As its work ends.
    #[default]
    Success,
    /// It fails at its last step, and does not do what that step does.
    Fail,
    /// It never takes its last step.
    Stay,
}

impl Outcome {
    /// The words of a column `outcome`, as a state document may hold them.
    pub const WORDS: &[&str] = &["success", "fail", "stay"];

    fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Fail => "fail",
            Self::Stay => "stay",
        }
    }
}

impl ToSql for Outcome {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for Outcome {
    /// An unknown word fails the job: one damaged row must not keep the others from being read.
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(match value.as_str()? {
            "success" => Self::Success,
            "stay" => Self::Stay,
            _ => Self::Fail,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_is_read_back_and_an_unknown_word_fails() {
        let tx = rusqlite::Connection::open_in_memory().unwrap();
        let read = |value: &dyn ToSql| -> Outcome {
            tx.query_row("SELECT ?1", [value], |row| row.get(0)).unwrap()
        };
        for (outcome, word) in
            [Outcome::Success, Outcome::Fail, Outcome::Stay].into_iter().zip(Outcome::WORDS)
        {
            assert_eq!((read(&outcome), outcome.word()), (outcome, *word));
        }
        assert_eq!(read(&"odd"), Outcome::Fail);
    }
}
