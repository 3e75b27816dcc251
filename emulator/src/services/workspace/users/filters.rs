//! What a list of users, or an export of them, leaves out.

use serde::{Deserialize, Serialize};

use super::super::conditions::Where;
use super::super::project::Project;
use crate::runtime::fold::fold;

/// A value of `enterprise_project_id` that means any.
const ANY_ENTERPRISE_PROJECT: &str = "all_granted_eps";

/// Conditions over users, which must all hold. What is absent is no condition, and neither is an
/// empty text: some clients send every key.
#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default)]
pub(in super::super) struct Filter {
    /// Part of the name, without case.
    pub(in super::super) user_name: Option<String>,
    /// Whole names, without case, any of which.
    pub(in super::super) user_names: Option<Vec<String>>,
    /// Part of the description, without case.
    pub(in super::super) description: Option<String>,
    /// How it is activated, without case.
    pub(in super::super) active_type: Option<String>,
    /// The whole name of a group that it is in, without case.
    pub(in super::super) group_name: Option<String>,
    /// Whether it subscribed to shared desktops.
    pub(in super::super) share_space_subscription: Option<bool>,
    /// Whether it has shared desktops.
    pub(in super::super) share_space_desktops: Option<bool>,
    /// Its enterprise project.
    pub(in super::super) enterprise_project_id: Option<String>,
    /// Whether it is disabled.
    pub(in super::super) disabled: Option<bool>,
    /// Its domain, without case.
    pub(in super::super) domain: Option<String>,
    /// AD for those with a domain, LOCAL for the others; there is no other source.
    pub(in super::super) platform_type: Option<String>,
}

impl Filter {
    /// The conditions over `workspace_users u`.
    pub(in super::super) fn conditions(
        &self,
        project: Project<'_>,
    ) -> Result<Where, serde_json::Error> {
        let mut found = Where::of(project, "u");
        if let Some(part) = said(self.user_name.as_ref()) {
            found.push_text("instr(u.name_key, ?)", fold(part));
        }
        if let Some(names) = self.user_names.as_ref().filter(|names| !names.is_empty()) {
            let keys: Vec<String> = names.iter().map(|name| fold(name)).collect();
            let keys = serde_json::to_string(&keys)?;
            found.push_text(NAMED, keys);
        }
        if let Some(part) = said(self.description.as_ref()) {
            found.push_text("fold_has(?, u.description)", fold(part));
        }
        if let Some(kind) = said(self.active_type.as_ref()) {
            found.push_text("u.active_type = ?", kind.to_ascii_uppercase());
        }
        if let Some(name) = said(self.group_name.as_ref()) {
            found.push_text(IN_GROUP, fold(name));
        }
        let project = said(self.enterprise_project_id.as_ref());
        if let Some(project) = project.filter(|project| *project != ANY_ENTERPRISE_PROJECT) {
            found.push_text("u.enterprise_project_id = ?", project);
        }
        if let Some(domain) = said(self.domain.as_ref()) {
            found.push_text("fold(u.domain) = ?", fold(domain));
        }
        self.push_states(&mut found);
        Ok(found)
    }

    fn push_states(&self, found: &mut Where) {
        if let Some(wanted) = self.share_space_subscription {
            found.push("u.share_space_subscription = ?", [wanted.into()]);
        }
        if let Some(wanted) = self.share_space_desktops {
            found.push("(u.share_space_desktops > 0) = ?", [wanted.into()]);
        }
        if let Some(wanted) = self.disabled {
            found.push("u.disabled = ?", [wanted.into()]);
        }
        match self.platform_type.as_deref().unwrap_or_default() {
            "" => {}
            "AD" => found.push("u.domain IS NOT NULL", []),
            "LOCAL" => found.push("u.domain IS NULL", []),
            _ => found.push("FALSE", []),
        }
    }
}

/// Those whose name is one of a JSON array's. Said by number, so that the order of a page is no reason
/// to read all users.
const NAMED: &str = "u.seq IN (SELECT n.seq FROM json_each(?) k CROSS JOIN workspace_users n \
    ON n.tenant = ?1 AND n.project = ?2 AND n.name_key = k.value)";

/// Members of the group of that name.
const IN_GROUP: &str = "u.seq IN (SELECT m.user_seq FROM workspace_groups g JOIN workspace_members m \
    ON m.tenant = g.tenant AND m.project = g.project AND m.group_seq = g.seq \
    WHERE g.tenant = ?1 AND g.project = ?2 AND g.name_key = ?)";

/// Text that says something.
fn said(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}
