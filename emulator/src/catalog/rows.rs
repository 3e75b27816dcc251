//! How a listing writes what an operation promises across several calls. Adds nothing to the models.

use contracts::{Paging, Polls, Position};
use serde::Serialize;

/// How an operation pages: members by their path.
#[derive(Debug, Serialize)]
pub struct PagingRow {
    /// The input's member for the number of items in a page.
    pub size: &'static str,
    /// How the next page is asked for.
    #[serde(flatten)]
    pub position: PositionRow,
    /// The output's member for the number of all items.
    pub total: Option<&'static str>,
    /// The output's member with the items.
    pub items: &'static str,
    /// What of it is assumed, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumed: Option<&'static str>,
}

/// How to request a page.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum PositionRow {
    /// With a text from the page before.
    Cursor {
        /// The input's member.
        cursor: &'static str,
        /// The output's member.
        next: &'static str,
    },
    /// By the number of the page.
    Number {
        /// The input's member.
        number: &'static str,
        /// The number of the first page.
        first: i64,
    },
    /// By the number of items before it.
    Offset {
        /// The input's member.
        offset: &'static str,
    },
}

/// What a client waits for.
#[derive(Debug, Serialize)]
pub struct PollsRow {
    /// The output's member for the state.
    pub member: &'static str,
    /// The values that end the wait.
    pub r#final: &'static [String],
    /// What of it is assumed, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumed: Option<&'static str>,
}

impl From<&'static Paging> for PagingRow {
    fn from(paging: &'static Paging) -> Self {
        let position = match &paging.position {
            Position::Cursor { cursor, next } => PositionRow::Cursor { cursor, next },
            Position::Number { number, first } => PositionRow::Number { number, first: *first },
            Position::Offset { offset } => PositionRow::Offset { offset },
        };
        Self {
            size: &paging.size,
            position,
            total: paging.total.as_deref(),
            items: &paging.items,
            assumed: paging.assumed.as_deref(),
        }
    }
}

impl From<&'static Polls> for PollsRow {
    fn from(polls: &'static Polls) -> Self {
        let assumed = polls.assumed.as_deref();
        Self { member: &polls.member, r#final: &polls.ends, assumed }
    }
}
