//! The catalog: services, operations, shapes and members as plain values.
//!
//! Everything here can be checked against the vendor's page alone; behaviour never enters.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

mod code;
mod facts;
mod packed;
mod pattern;
mod protocol;
mod shape;

pub use code::{Code, ForcedOnlyIn};
pub use facts::{Paging, Polls, Position};
pub use packed::Packed;
pub use pattern::Pattern;
pub use protocol::{Cause, ProtocolModel, Retry, RuleAnswer, RuleKind};
pub use shape::{Kind, Location, Member, Shape};

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
    /// SCIM 2.0: a bearer key, REST by path.
    Scim,
}

/// Method and path of an operation, for protocols that name it by them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Http {
    /// The method; absent: the source names none, so any is taken.
    pub method: Option<String>,
    /// The path; a segment `{name}` stands for any one segment.
    pub path: String,
}

/// The members that say how a call ended, in answers of one family of operations.
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

/// The body of a successful answer.
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

impl Protocol {
    /// Its name, as models write it.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::TencentApi3 => "tencent_api3",
            Protocol::Aicc => "aicc",
            Protocol::HuaweiApig => "huawei_apig",
            Protocol::Scim => "scim",
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

impl Operation {
    /// Whether the vendor documents that code for this operation.
    pub fn documents(&self, code: &str) -> bool {
        self.errors.binary_search_by(|known| known.as_str().cmp(code)).is_ok()
    }
}
