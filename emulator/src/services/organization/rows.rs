//! What the rows of a state document must hold so that this service can read them back.

use crate::runtime::fold::fold;
use crate::services::NextNumber;
use crate::state::document::{RowCheck, RowView};

use super::cam_users::CamKind;
use super::principal::{DISABLED, ENABLED};
use super::roles::provisionings;
use super::user_syncs::{self, Deletion, Duplication};
use super::{permission_requests, role_tasks, saml};

/// By table.
pub(super) const CHECKS: &[(&str, RowCheck)] = &[
    ("organization_orgs", orgs),
    ("organization_nodes", |row| {
        row.counts(&["node_id", "parent"])?;
        row.moments(&["created"])
    }),
    ("organization_members", |row| {
        row.counts(&["uin", "node_id"])?;
        row.moments(&["created"])?;
        row.one_of("type", &["Invite", "Create"])
    }),
    ("organization_limits", |row| row.counts(&["value"])),
    ("organization_zones", zones),
    ("organization_users", users),
    ("organization_groups", groups),
    ("organization_memberships", |row| {
        row.counts(&["group_seq", "user_seq"])?;
        row.moments(&["joined"])
    }),
    ("organization_deleted_counts", |row| row.counts(&["block", "deleted"])),
    ("organization_user_counts", |row| row.counts(&["block", "users"])),
    ("organization_user_versions", |row| row.counts(&["block", "version"])),
    ("organization_saml_providers", |row| {
        row.flags(&["is_enabled"])?;
        row.moments(&["created", "updated"])
    }),
    ("organization_certificates", saml::check_row),
    ("organization_scim_credentials", |row| {
        row.moments(&["created", "expires"])?;
        row.one_of("status", &[ENABLED, DISABLED])
    }),
    ("organization_role_configurations", |row| {
        row.counts(&["seq", "session_duration"])?;
        row.moments(&["created", "updated"])
    }),
    ("organization_role_assignments", |row| {
        row.counts(&["seq", "configuration", "target_uin", "principal"])?;
        row.moments(&["created", "updated"])?;
        row.one_of("principal_type", PRINCIPALS)
    }),
    ("organization_role_provisionings", |row| {
        row.counts(&["configuration", "target_uin"])?;
        row.moments(&["created", "updated"])?;
        row.one_of("status", provisionings::STATUSES)
    }),
    ("organization_role_policies", |row| {
        row.counts(&["configuration", "seq"])?;
        // A client chooses it.
        row.between("policy_id", 0, i64::MAX)?;
        row.moments(&["added"])?;
        row.one_of("type", &["System", "Custom"])
    }),
    ("organization_role_tasks", role_tasks::check_row),
    ("organization_apply_scopes", |row| {
        row.counts(&["principal", "target_uin", "configuration"])?;
        row.moments(&["created", "updated"])?;
        row.one_of("principal_type", PRINCIPALS)
    }),
    ("organization_apply_orders", permission_requests::check_row),
    ("organization_user_syncs", |row| {
        row.counts(&["seq", "principal", "target_uin"])?;
        row.moments(&["created", "updated"])?;
        row.one_of("principal_type", PRINCIPALS)?;
        row.one_of("duplication_strategy", Duplication::WORDS)?;
        row.one_of("deletion_strategy", Deletion::WORDS)
    }),
    ("organization_user_sync_tasks", user_syncs::check_task_row),
    ("organization_cam_users", |row| {
        row.counts(&["uin", "user_seq"])?;
        row.flags(&["has_access_keys"])?;
        row.one_of("kind", CamKind::WORDS)
    }),
    ("organization_synced_users", |row| row.counts(&["user_sync", "user_seq", "uin"])),
];

/// The numbers that rows get one after the other.
pub(super) const NEXT_NUMBERS: &[NextNumber] = &[
    NextNumber {
        table: "organization_zones",
        of: None,
        column: "next_user",
        rows: "organization_users",
    },
    NextNumber {
        table: "organization_zones",
        of: None,
        column: "next_group",
        rows: "organization_groups",
    },
    NextNumber {
        table: "organization_zones",
        of: None,
        column: "next_user_sync",
        rows: "organization_user_syncs",
    },
];

const KINDS: &[&str] = &["Manual", "Synchronized"];
const PRINCIPALS: &[&str] = &["User", "Group"];

fn orgs(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["org_id", "host_uin"])?;
    row.moments(&["created"])?;
    row.flags(&["is_manager", "has_service_role"])?;
    row.one_of("verified", &["no", "person", "enterprise"])?;
    row.json::<Vec<String>>("taken_zone_names")
}

fn zones(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&[
        "user_count",
        "group_count",
        "next_user",
        "next_group",
        "user_sync_count",
        "next_user_sync",
    ])?;
    row.moments(&["created", "updated"])?;
    row.flags(&["scim_enabled"])?;
    row.json::<Vec<String>>("ip_whitelist")
}

fn users(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["seq"])?;
    row.moments(&["created", "updated"])?;
    row.flags(&["need_reset_password"])?;
    row.one_of("type", KINDS)?;
    row.one_of("status", &[ENABLED, DISABLED])?;
    if row.text("user_name").map(fold).as_deref() != row.text("user_name_key") {
        return Err("user_name_key: user_name in lower case was expected".to_owned());
    }
    row.json::<serde_json::Map<String, serde_json::Value>>("scim")
}

fn groups(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["seq", "member_count"])?;
    row.moments(&["created", "updated"])?;
    row.one_of("type", KINDS)
}
