//! Shapes: what an operation takes and gives, member by member.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Pattern;

/// An ordered set of members.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Shape {
    /// The vendor's type name, or the operation's for its input and output.
    pub name: String,
    /// The members in the vendor's order: it decides which violation is reported first.
    pub members: Vec<Member>,
}

/// One member of a shape.
#[derive(Debug, Deserialize, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a yes or no of its own in the model")]
pub struct Member {
    /// The vendor's name of it.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Whether a request must have it.
    pub required: bool,
    /// Whether an answer may hold null here.
    pub nullable: bool,
    /// Whether an answer may leave it out.
    pub optional: bool,
    /// Where in a request it is.
    pub location: Location,
    /// Whether its name alone, without a value, says yes.
    pub flag: bool,
    /// Never stored, journalled or logged.
    pub secret: bool,
    /// Shortest text in characters, or fewest elements.
    pub min_length: Option<usize>,
    /// Longest text in characters, or most elements.
    pub max_length: Option<usize>,
    /// Shortest and longest text of a list's elements in characters.
    pub element_length: Option<(usize, usize)>,
    /// What the whole text must look like.
    pub pattern: Option<Pattern>,
    /// Smallest number.
    pub min: Option<i64>,
    /// Largest number.
    pub max: Option<i64>,
    /// Whether upper and lower case count as one in `values`.
    pub ignore_case: bool,
    /// Whether an empty text in a body counts as absent: a filter, as a query has them.
    pub empty_is_absent: bool,
    /// Allowed texts, checked. On a list, they and the range are those of its elements.
    pub values: Vec<String>,
    /// Documented texts that are not checked (the vendor's own examples leave them, or the
    /// operation refuses others in words of its own).
    pub documented_values: Vec<String>,
    /// The code that answers a value out of bounds (length, range, `values`), where it is not the
    /// protocol's usual one.
    pub code: Option<String>,
    /// What is assumed about it, and why; absent means documented.
    pub assumed: Option<String>,
}

/// A type on the wire.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub enum Kind {
    /// Text.
    String,
    /// Text in which a request may also write a whole number, which counts as its digits: ids above
    /// what a JSON number can safely hold.
    IntegerString,
    /// A whole number; `unsigned` takes no negative one.
    Integer {
        /// Whether a negative number is a wrong type.
        unsigned: bool,
    },
    /// A number.
    Float,
    /// True or false.
    Bool,
    /// Elements of one kind.
    List(Box<Kind>),
    /// An object.
    Object(Arc<Shape>),
}

/// Where in a request a member is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// In the body.
    #[default]
    Body,
    /// A header.
    Header,
    /// The query; a list is a key that is repeated.
    Query,
    /// A segment of the path.
    Path,
}

impl Shape {
    /// The member of that name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// Whether any member, at any depth, is secret.
    pub fn holds_secrets(&self) -> bool {
        self.members
            .iter()
            .any(|member| member.secret || member.kind.shape().is_some_and(|s| s.holds_secrets()))
    }
}

impl Member {
    /// Bounds of its text in characters, or of the texts in its list. A least length of nothing is
    /// none.
    pub fn text_length(&self) -> (Option<usize>, Option<usize>) {
        let (least, most) = match self.kind {
            Kind::List(_) => self.element_length.unzip(),
            _ => (self.min_length, self.max_length),
        };
        (least.filter(|least| *least > 0), most)
    }

    /// Whether the text is one of the allowed ones, if any are named.
    pub fn allows(&self, text: &str) -> bool {
        let is = |value: &String| {
            value == text || (self.ignore_case && value.eq_ignore_ascii_case(text))
        };
        self.values.is_empty() || self.values.iter().any(is)
    }
}

impl Kind {
    /// The word for it in the vendors' refusals.
    pub fn word(&self) -> &'static str {
        match self {
            Kind::String | Kind::IntegerString => "string",
            Kind::Integer { .. } => "integer",
            Kind::Float => "float",
            Kind::Bool => "boolean",
            Kind::List(_) => "array",
            Kind::Object(_) => "object",
        }
    }

    /// Whether the value is of this type, whatever a list or an object holds.
    pub fn admits(&self, value: &Value) -> bool {
        match self {
            Kind::String => value.is_string(),
            Kind::IntegerString => value.is_string() || value.is_u64() || value.is_i64(),
            Kind::Integer { unsigned: true } => value.is_u64(),
            Kind::Integer { unsigned: false } => value.is_i64(),
            Kind::Float => value.is_number(),
            Kind::Bool => value.is_boolean(),
            Kind::List(_) => value.is_array(),
            Kind::Object(_) => value.is_object(),
        }
    }

    /// The shape of it, or of its elements.
    pub fn shape(&self) -> Option<&Arc<Shape>> {
        match self {
            Kind::Object(shape) => Some(shape),
            Kind::List(element) => element.shape(),
            _ => None,
        }
    }
}
