//! The schema of the database as a list of steps. The build script makes a new database of them too
//! (`build.rs`), so this file uses nothing of the crate.

/// Marks a file as ours (`PRAGMA application_id`): "ctwn".
pub const APPLICATION_ID: i32 = 0x6374_776e;

/// The first form of the tables of tenants and of starts; [`GENERATIONS`] replaces the first.
pub const TENANTS: &str = include_str!("tenants.sql");

/// Generations, and the view of those that are visible.
pub const GENERATIONS: &str = include_str!("generations.sql");

/// The rows of CIAM's imports in a table of their own.
pub const IMPORT_ROWS: &str = include_str!("../services/ciam/import_rows.sql");

/// How each job is to end.
pub const OUTCOMES: &str = include_str!("../runtime/lifecycle/outcomes.sql");

/// Issued secrets of all services, and what the services kept themselves. It needs the function
/// `sha256_hex`.
pub const ISSUED: &str = include_str!("issued.sql");

/// All steps. A database stores how many it has run, so a released step never changes or moves; new steps
/// are appended.
pub const STEPS: &[&str] = &[
    TENANTS,
    include_str!("../services/ciam/schema.sql"),
    include_str!("../services/aicc/schema.sql"),
    include_str!("../services/workspace/schema.sql"),
    include_str!("../services/iam/schema.sql"),
    GENERATIONS,
    include_str!("../services/iam/copies.sql"),
    include_str!("../services/ciam/steps.sql"),
    include_str!("../services/workspace/changes.sql"),
    IMPORT_ROWS,
    OUTCOMES,
    ISSUED,
    include_str!("../runtime/lifecycle/looks.sql"),
    concat!(
        include_str!("../services/organization/accounts.sql"),
        include_str!("../services/organization/directory.sql"),
        include_str!("../services/organization/saml.sql"),
        include_str!("../services/organization/scim_keys.sql"),
        include_str!("../services/organization/roles.sql"),
        include_str!("../services/organization/user_syncs.sql"),
    ),
    include_str!("../services/organization/user_counts.sql"),
    include_str!("../services/organization/user_versions.sql"),
];
