//! The form of the model files, as serde sees it.
//!
//! Knows no names from other files: those are looked up in `link.rs`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::{LoadError, ModelFile};
use crate::model::{Body, Code, Envelope, Location, Protocol, RuleKind};

/// A name, and its position in the file.
pub(super) type Name = Spanned<String>;

/// The file of one protocol.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProtocolFile {
    pub(super) name: Spanned<Protocol>,
    pub(super) title: String,
    pub(super) source: String,
    pub(super) status: u16,
    pub(super) internal_error: Name,
    pub(super) not_modelled: Name,
    pub(super) bad_input: Name,
    #[serde(default)]
    pub(super) assumed: Vec<String>,
    #[serde(default)]
    pub(super) rules: BTreeMap<RuleKind, RuleTable>,
    pub(super) codes: BTreeMap<Name, Code>,
}

/// One line of `[rules]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleTable {
    pub(super) code: Name,
    pub(super) message: Option<String>,
    pub(super) joined_by: Option<String>,
    pub(super) assumed: Option<String>,
}

/// `service.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceFile {
    pub(super) name: Name,
    pub(super) title: String,
    pub(super) protocol: Protocol,
    pub(super) versions: Vec<String>,
    pub(super) hosts: Vec<String>,
    #[serde(default)]
    pub(super) region_required: bool,
    /// Absent: no rate is documented.
    pub(super) rate_per_second: Option<u32>,
    pub(super) source: String,
    /// The code that answers input which breaks the model.
    pub(super) bad_input: Option<Name>,
    /// The code that answers a request without the body that it needs.
    pub(super) no_body: Option<Name>,
    #[serde(default)]
    pub(super) rules: BTreeMap<RuleKind, RuleTable>,
    /// A header in which the service repeats the id of a request.
    pub(super) request_id_header: Option<String>,
    /// Codes that every operation documents.
    #[serde(default)]
    pub(super) common_errors: Vec<Name>,
    /// Codes that several operations share.
    #[serde(default)]
    pub(super) error_sets: BTreeMap<String, Vec<Name>>,
    #[serde(default)]
    pub(super) codes: BTreeMap<String, Code>,
    /// Names of the codes of its gateway, which its operations may list too.
    #[serde(skip)]
    pub(super) gateway_codes: BTreeSet<String>,
    /// Envelopes by the name of their family.
    #[serde(default)]
    pub(super) envelopes: BTreeMap<String, Envelope>,
}

/// The file of one resource.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResourceFile {
    #[serde(default)]
    pub(super) operation: BTreeMap<Name, OperationTable>,
    #[serde(default)]
    pub(super) shape: BTreeMap<Name, ShapeTable>,
    /// Operations of which no more than this is known: `METHOD /path Name`.
    #[serde(default)]
    pub(super) others: Vec<Name>,
}

/// `[operation.Name]`, or `[operation."Name@version"]` where a version has other members.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OperationTable {
    pub(super) label: String,
    /// The service's rate where absent.
    pub(super) rate_per_second: Option<u32>,
    /// Absent where only the operation itself is known.
    #[serde(default)]
    pub(super) input: Vec<MemberTable>,
    #[serde(default)]
    pub(super) output: Vec<MemberTable>,
    pub(super) method: Option<String>,
    pub(super) path: Option<String>,
    /// The HTTP status of success; 200 where absent.
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) body: Body,
    /// The family whose envelope it has.
    pub(super) envelope: Option<Name>,
    pub(super) idempotent_by: Option<Name>,
    pub(super) paging: Option<PagingTable>,
    pub(super) polls: Option<PollsTable>,
    pub(super) assumed: Option<String>,
    /// Codes beyond the common ones and the sets.
    #[serde(default)]
    pub(super) errors: Vec<Name>,
    #[serde(default)]
    pub(super) error_sets: Vec<Name>,
}

/// `paging = { .. }` of an operation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PagingTable {
    pub(super) size: Name,
    pub(super) cursor: Option<Name>,
    pub(super) next: Option<Name>,
    pub(super) number: Option<Name>,
    pub(super) first: Option<i64>,
    pub(super) offset: Option<Name>,
    pub(super) total: Option<Name>,
    pub(super) items: Name,
    pub(super) assumed: Option<String>,
}

/// `polls = { .. }` of an operation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PollsTable {
    pub(super) member: Name,
    #[serde(rename = "final")]
    pub(super) ends: Vec<Name>,
    pub(super) assumed: Option<String>,
}

/// `[shape.Name]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShapeTable {
    pub(super) members: Vec<MemberTable>,
}

/// One line of a list of members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in the file")]
pub(super) struct MemberTable {
    pub(super) name: Name,
    #[serde(rename = "type")]
    pub(super) kind: Name,
    /// For a list: the type or shape of its elements.
    pub(super) element: Option<Name>,
    /// For an object: its shape.
    pub(super) shape: Option<Name>,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) nullable: bool,
    #[serde(default)]
    pub(super) optional: bool,
    #[serde(default)]
    pub(super) location: Location,
    #[serde(default)]
    pub(super) flag: bool,
    #[serde(default)]
    pub(super) secret: bool,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) element_length: Option<(usize, usize)>,
    pub(super) pattern: Option<Name>,
    #[serde(default)]
    pub(super) ignore_case: bool,
    #[serde(default)]
    pub(super) empty_is_absent: bool,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) documented_values: Vec<String>,
    pub(super) code: Option<Name>,
    pub(super) assumed: Option<String>,
}

/// Reads the file as one of the tables above.
pub(super) fn read<T: DeserializeOwned>(file: &ModelFile<'_>) -> Result<T, LoadError> {
    toml::from_str(file.text).map_err(|error| {
        file.error(error.span().map_or(0, |span| span.start), error.message().trim())
    })
}

/// The entries of a table in the order of the file.
pub(super) fn in_file_order<T>(table: BTreeMap<Name, T>) -> Vec<(Name, T)> {
    let mut entries: Vec<_> = table.into_iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}
