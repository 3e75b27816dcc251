//! What an operation promises across several calls: repeating it, paging, waiting for an end.
//!
//! Members are named by their path: `Pageable.PageSize`. A list on the path means each of its elements.

use serde::{Deserialize, Serialize};

/// How a list is read page by page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paging {
    /// The input's member for the number of items in a page.
    pub size: String,
    /// How the next page is asked for.
    pub position: Position,
    /// The output's member for the number of all items; absent: the vendor gives none.
    pub total: Option<String>,
    /// The output's member with the items of the page.
    pub items: String,
    /// What of it is assumed, and why; absent means documented.
    pub assumed: Option<String>,
}

/// How a page is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Position {
    /// With a text from the page before.
    Cursor {
        /// The input's member.
        cursor: String,
        /// The output's member, empty or absent on the last page.
        next: String,
    },
    /// By the number of the page.
    Number {
        /// The input's member.
        number: String,
        /// The number of the first page.
        first: i64,
    },
    /// By the number of items before it.
    Offset {
        /// The input's member.
        offset: String,
    },
}

/// What a client asks for again and again until it has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Polls {
    /// The output's member for the state.
    pub member: String,
    /// The values that end the wait, good and bad.
    pub ends: Vec<String>,
    /// What of it is assumed, and why; absent means documented.
    pub assumed: Option<String>,
}
