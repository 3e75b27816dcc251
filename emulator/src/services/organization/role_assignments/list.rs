//! `ListRoleAssignments`.

use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;
use crate::services::text::non_empty;

use super::super::filters::Conditions;
use super::super::paging::{Bounds, Page};
use super::super::{accounts, times, zones};

/// SQL for the id of the principal of a row `a`.
pub(crate) const PRINCIPAL_ID: &str = "COALESCE(CASE a.principal_type
    WHEN 'User' THEN (SELECT user_id FROM organization_users
        WHERE tenant = a.tenant AND seq = a.principal)
    ELSE (SELECT group_id FROM organization_groups
        WHERE tenant = a.tenant AND seq = a.principal) END, '')";

/// SQL for the name of the principal of a row `a`.
pub(crate) const PRINCIPAL_NAME: &str = "COALESCE(CASE a.principal_type
    WHEN 'User' THEN (SELECT user_name FROM organization_users
        WHERE tenant = a.tenant AND seq = a.principal)
    ELSE (SELECT name FROM organization_groups
        WHERE tenant = a.tenant AND seq = a.principal) END, '')";

/// Input of `ListRoleAssignments`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    zone_id: String,
    role_configuration_id: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
    target_type: Option<String>,
    target_uin: Option<i64>,
    principal_type: Option<String>,
    principal_id: Option<String>,
    filter: Option<String>,
}

/// Output of `ListRoleAssignments`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    role_assignments: Vec<RoleAssignment>,
}

/// `RoleAssignments`: one of them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RoleAssignment {
    role_configuration_id: String,
    role_configuration_name: String,
    target_uin: i64,
    target_type: &'static str,
    principal_id: String,
    principal_type: String,
    principal_name: String,
    create_time: String,
    update_time: String,
    target_name: String,
}

impl RoleAssignment {
    /// A page of a table `a` whose rows name a principal, an account and a configuration `c`.
    pub(crate) fn page(
        call: &Call<'_>,
        conditions: Conditions,
        table: &str,
        order: &str,
        page: Page,
    ) -> Result<(Bounds, Vec<Self>), Failure> {
        let table = format!(
            "{table} a JOIN organization_role_configurations c
                ON c.tenant = a.tenant AND c.seq = a.configuration"
        );
        let columns = format!(
            "c.configuration_id, c.name, a.target_uin, {PRINCIPAL_ID}, a.principal_type,
             {PRINCIPAL_NAME}, a.created, a.updated"
        );
        let found = conditions.scan(call.tx, &table, &columns, order, page, Self::read)?;
        let rows = found.rows.into_iter().map(|row| row.with_account(call));
        Ok((page.bounds(found.total), rows.collect::<Result<_, _>>()?))
    }

    /// Reads a row, without the account.
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            role_configuration_id: row.get(0)?,
            role_configuration_name: row.get(1)?,
            target_uin: row.get(2)?,
            target_type: accounts::MEMBER,
            principal_id: row.get(3)?,
            principal_type: row.get(4)?,
            principal_name: row.get(5)?,
            create_time: times::local(row.get(6)?),
            update_time: times::local(row.get(7)?),
            target_name: String::new(),
        })
    }

    /// The same with type and name of the account.
    fn with_account(self, call: &Call<'_>) -> Result<Self, Failure> {
        Ok(match accounts::account(call, self.target_uin)? {
            Some(account) => {
                Self { target_type: account.target_type, target_name: account.name, ..self }
            }
            None => self,
        })
    }
}

/// `ListRoleAssignments`, the newest first. `Filter` is a part of the configuration's name.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let mut conditions = Conditions::new("a", zone.tenant);
    conditions.target(call, input.target_type.as_deref(), input.target_uin)?;
    conditions.equal("principal_type", input.principal_type.as_deref());
    if let Some(id) = non_empty(input.principal_id) {
        conditions.matching(id, |at| format!("{PRINCIPAL_ID} = ?{at}"));
    }
    if let Some(id) = non_empty(input.role_configuration_id) {
        conditions.matching(id, |at| format!("c.configuration_id = ?{at}"));
    }
    conditions.name_part(input.filter.as_deref(), "c.name");
    let (bounds, role_assignments) = RoleAssignment::page(
        call,
        conditions,
        "organization_role_assignments",
        "a.seq DESC",
        page,
    )?;
    Ok(Listed { bounds, role_assignments })
}
