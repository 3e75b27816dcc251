//! The catalog: services, operations, shapes and members as plain values.
//!
//! Everything here can be checked against the vendor's page alone; behaviour never enters.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

mod facts;
mod packed;
mod pattern;
mod protocol;

pub use facts::{Paging, Polls, Position};
pub use packed::Packed;
pub use pattern::Pattern;
pub use protocol::{Cause, ProtocolModel, Retry, RuleAnswer, RuleKind};

/// All services that the models describe, in the order of their folders.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Catalog {
    /// The services.
    pub services: Vec<Service>,
    /// The protocols that they speak.
    pub protocols: Vec<ProtocolModel>,
    /// The names of all members of inputs, at any depth, that are secret; sorted.
    pub secret_names: Vec<String>,
}

/// One vendor API as its documentation describes it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Service {
    /// The vendor's product name on the wire, such as `ciam`.
    pub name: String,
    /// What a reader calls it.
    pub title: String,
    /// How its requests are framed, signed and answered.
    pub protocol: Protocol,
    /// API versions, the main one first.
    pub versions: Vec<String>,
    /// Host names of the real service.
    pub hosts: Vec<String>,
    /// Whether callers must name a region.
    pub region_required: bool,
    /// Where the facts come from.
    pub source: String,
    /// The code that answers input which breaks the model, where the protocol has none of its own.
    pub bad_input: Option<String>,
    /// The code that answers a request without the body that it needs.
    pub no_body: Option<String>,
    /// What answers broken rules, where it is not `bad_input` with the protocol's text.
    pub rules: BTreeMap<RuleKind, RuleAnswer>,
    /// A header in which the service repeats the id of a request.
    pub request_id_header: Option<String>,
    /// Every documented error code of the service; those that it shares with its gateway are the
    /// protocol's.
    pub codes: Packed<BTreeMap<String, Code>>,
    /// The operations, in the order of their files.
    pub operations: Vec<Arc<Operation>>,
    /// Named shapes by name.
    pub shapes: Packed<BTreeMap<String, Arc<Shape>>>,
}

/// A family of request and answer forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Tencent Cloud API 3.0.
    TencentApi3,
    /// Huawei Cloud contact centre: a token, then JSON by path.
    Aicc,
    /// Huawei Cloud API gateway: signed or with a token, REST by path.
    HuaweiApig,
}

/// How an operation is told from others where the method and the path say it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Http {
    /// The method; absent: the source names none, so any is taken.
    pub method: Option<String>,
    /// The path; a segment `{name}` stands for any one segment.
    pub path: String,
}

/// The members in which a family of operations tells how a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The member that holds the code.
    pub code: String,
    /// The member that holds the text.
    pub message: String,
    /// Whether the code is a number on the wire.
    #[serde(default)]
    pub number: bool,
}

/// Where in a request a member stands.
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

/// What a successful answer carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// A JSON object.
    #[default]
    Json,
    /// No body at all.
    Empty,
    /// A file.
    File,
}

/// What is known of one error code.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// What the vendor says it means, in our words.
    pub meaning: String,
    /// The English text on the wire, a [template](crate::template). Absent: the protocol's text
    /// for it, or `meaning`.
    pub message: Option<String>,
    /// The Chinese text on the wire, where it is known.
    pub message_zh: Option<String>,
    /// Why no ordinary call can lead to it; present means: reachable only by force.
    pub forced_only: Option<String>,
    /// Operations that document it, and of which no ordinary call leads to it.
    pub forced_only_in: Option<ForcedOnlyIn>,
    /// The HTTP status that goes with it, where the protocol has more than one.
    pub status: Option<u16>,
    /// Whether a refused request may be sent again; absent: the vendor does not say.
    pub retry: Option<Retry>,
    /// Reasons for it that have a text or a status of their own, by name.
    #[serde(default)]
    pub when: BTreeMap<String, Cause>,
    /// What of it is assumed, and why; absent means documented.
    pub assumed: Option<String>,
}

impl Code {
    /// Why no ordinary call of that operation leads to it, if so.
    pub fn forced_only(&self, operation: &str) -> Option<&str> {
        let listed = |known: &&ForcedOnlyIn| known.operations.iter().any(|name| name == operation);
        let here = self.forced_only_in.as_ref().filter(listed).map(|known| known.why.as_str());
        self.forced_only.as_deref().or(here)
    }
}

/// Operations that answer a code only by force.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ForcedOnlyIn {
    /// Their names.
    pub operations: Vec<String>,
    /// Why they do not answer it otherwise.
    pub why: String,
}

/// One operation of a service.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Operation {
    /// Position among all operations of the catalog; a cheap key.
    pub index: usize,
    /// The service's name.
    pub service: String,
    /// The vendor's name of it, such as `CreateUser`.
    pub name: String,
    /// The API version that has it; another version may have one of the same name.
    pub version: String,
    /// What it does, in a few words.
    pub label: String,
    /// Documented calls per second; absent: none is documented, and none is counted.
    pub rate_per_second: Option<u32>,
    /// Its method and path, where the protocol goes by them.
    pub http: Option<Http>,
    /// The HTTP status of success.
    pub status: u16,
    /// What a successful answer carries.
    pub body: Body,
    /// The envelope of its family, where the protocol has more than one.
    pub envelope: Option<Envelope>,
    /// The member of its input, such as a client token, by which the service knows a repeated call;
    /// absent: a repeated call is another call.
    pub idempotent_by: Option<String>,
    /// How it pages, if it does.
    pub paging: Option<Box<Paging>>,
    /// What of its answer a client waits for, if anything.
    pub polls: Option<Box<Polls>>,
    /// What of its name or its path is assumed, and why; absent means documented.
    pub assumed: Option<String>,
    /// What it takes.
    pub input: Packed<Arc<Shape>>,
    /// What it gives, without the request id.
    pub output: Packed<Arc<Shape>>,
    /// Every code documented for it, sorted.
    pub errors: Vec<String>,
    /// Whether any member of its input, at any depth, is secret.
    pub takes_secrets: bool,
}

/// An ordered set of members.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Shape {
    /// The vendor's type name, or the operation's for its input and output.
    pub name: String,
    /// The members in the vendor's order: it decides which violation is told first.
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
    /// Whether a request must carry it.
    pub required: bool,
    /// Whether an answer may hold null here.
    pub nullable: bool,
    /// Whether an answer may leave it out.
    pub optional: bool,
    /// Where in a request it stands.
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

impl Protocol {
    /// Its name, as models write it.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::TencentApi3 => "tencent_api3",
            Protocol::Aicc => "aicc",
            Protocol::HuaweiApig => "huawei_apig",
        }
    }
}

impl Catalog {
    /// All operations, each at the position of its index.
    pub fn operations(&self) -> impl Iterator<Item = &Arc<Operation>> {
        self.services.iter().flat_map(|service| &service.operations)
    }

    /// The facts of that protocol.
    pub fn protocol(&self, family: Protocol) -> Option<&ProtocolModel> {
        self.protocols.iter().find(|protocol| protocol.family == family)
    }

    /// The service of that name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }
}

impl Service {
    /// The operation of that name in that version.
    pub fn operation(&self, name: &str, version: &str) -> Option<&Arc<Operation>> {
        self.operations
            .iter()
            .find(|operation| operation.name == name && operation.version == version)
    }
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
    /// The vendors' word for it, as it stands in their refusals.
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

impl Operation {
    /// Whether the vendor documents that code for this operation.
    pub fn documents(&self, code: &str) -> bool {
        self.errors.binary_search_by(|known| known.as_str().cmp(code)).is_ok()
    }
}
