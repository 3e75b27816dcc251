//! Contract files as they are written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::count::Count;
use crate::rules::Settings;

/// A client's command, the state that it finds, what may go wrong, and what is expected of it then.
#[derive(Debug, Deserialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "these are the words of the file")]
#[serde(deny_unknown_fields)]
#[schemars(title = "cloudtwin contract file")]
pub(super) struct File {
    /// The name of the contract in reports; the file's name if left out.
    pub(super) name: Option<String>,
    /// The program and its arguments. It runs in the folder of this file, and finds the twin and its keys in its
    /// environment; `CLOUDTWIN_TMP` names an empty folder for its files.
    #[schemars(with = "Vec<String>")]
    pub(super) command: Spanned<Vec<String>>,
    /// Variables that it finds beside those of the twin.
    #[serde(default)]
    pub(super) env: BTreeMap<String, String>,
    /// Seconds that a run may take.
    #[schemars(with = "Option<f64>")]
    pub(super) timeout: Option<Spanned<f64>>,
    /// The state in which each case begins: a seed file, relative to the folder of this one. The starter state if
    /// left out.
    #[schemars(with = "Option<PathBuf>")]
    pub(super) seed_file: Option<Spanned<PathBuf>>,
    /// Options of the twin, as `cloudtwin serve` takes them: `["--jobs", "instant"]`.
    #[schemars(with = "Vec<String>")]
    pub(super) twin: Option<Spanned<Vec<String>>>,
    /// The rules that every case is judged by.
    #[serde(default)]
    pub(super) rules: Rules,
    /// The cases; one without any fault if left out.
    #[serde(default)]
    #[schemars(with = "Vec<Case>")]
    pub(super) case: Vec<Spanned<Case>>,
}

/// What of the rules is tuned.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    /// Thresholds; those that are left out have their usual values.
    #[serde(default)]
    pub(super) settings: Settings,
    /// Rules that do not count here.
    #[serde(default)]
    #[schemars(with = "Vec<Off>")]
    pub(super) off: Vec<Spanned<Off>>,
}

/// A rule that does not count.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Off {
    /// Its name.
    pub(super) rule: String,
    /// Why not.
    pub(super) reason: String,
}

/// One run of the client, with what is expected of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// Its name, unique in the file.
    pub(super) name: String,
    /// What goes wrong: the names of scenarios that the program knows, or files, relative to the folder of this one.
    #[serde(default = "no_scenario")]
    #[schemars(with = "OneOrMore")]
    pub(super) scenario: Spanned<OneOrMore>,
    /// What is expected beside what the rules demand.
    #[serde(default)]
    pub(super) expect: Expect,
    /// Whether the conversation is compared with the one in `snapshots/`.
    #[serde(default)]
    pub(super) snapshot: bool,
}

fn no_scenario() -> Spanned<OneOrMore> {
    Spanned::new(0..0, OneOrMore::None)
}

/// A text or a list of texts.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a text or a list of texts was expected")]
pub(super) enum OneOrMore {
    /// None.
    #[default]
    None,
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![one],
            Self::More(more) => more,
        }
    }
}

/// What is expected of one case.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Expect {
    /// The exit code of the client: a number, `"failure"` for any but 0, or `"any"`. 0 if left out.
    #[serde(default)]
    pub(super) exit: Exit,
    /// How many requests of an operation it sends: a number, or `">= 2"`, `"<= 5"`, `"2..5"`. An operation whose name
    /// several services have is written `service.Operation`; `files` means downloads.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Count>")]
    pub(super) calls: Counts,
    /// How many requests of an operation the service carries out, whether or not the client learns of it.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Count>")]
    pub(super) done: Counts,
    /// Most seconds that it takes.
    #[schemars(with = "Option<f64>")]
    pub(super) seconds_max: Option<Spanned<f64>>,
    /// What is there when it has ended.
    #[serde(default)]
    #[schemars(with = "Vec<Rows>")]
    pub(super) state: Vec<Spanned<Rows>>,
}

/// Counts by the names of operations.
pub(super) type Counts = BTreeMap<Spanned<String>, Count>;

/// Rows that are expected in a table of the state (see `GET /_twin/state`).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "these are the words of the file")]
#[serde(deny_unknown_fields)]
pub(super) struct Rows {
    /// The table, such as `ciam_users`.
    pub(super) table: String,
    /// Members and values that a row must have to count; all rows count if left out.
    #[serde(default, rename = "where")]
    pub(super) matching: BTreeMap<String, Value>,
    /// How many rows there are.
    pub(super) rows: Option<Count>,
    /// A member in which no two of the rows are equal.
    pub(super) unique: Option<String>,
}

/// How a client is expected to end.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "an exit code, \"failure\" or \"any\" was expected")]
pub(super) enum Exit {
    /// With 0.
    #[default]
    Success,
    /// With that code.
    Code(i32),
    /// In a way that has a name.
    Named(NamedExit),
}

/// Ends that have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum NamedExit {
    /// With any code but 0.
    Failure,
    /// With any code.
    Any,
}
