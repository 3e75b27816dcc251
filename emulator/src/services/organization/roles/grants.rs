//! What assignments and scopes of requests have in common: a role configuration, an account, a
//! principal. Both tables have the same columns.

use rusqlite::{Connection, Row};

use crate::runtime::fold::fold;
use crate::services::text::non_empty;

use super::super::Principal;
use super::super::accounts::{MANAGER, MEMBER};
use super::super::directory::{groups, users};
use super::super::filters::{Conditions, Found};
use super::super::paging::Page;

/// Which of them a list names.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) configuration_id: Option<&'a str>,
    pub(crate) target_type: Option<&'a str>,
    pub(crate) target_uin: Option<i64>,
    pub(crate) principal_type: Option<&'a str>,
    pub(crate) principal_id: Option<&'a str>,
    /// Part of the role configuration's name.
    pub(crate) filter: Option<&'a str>,
}

/// A row with the names of what it joins.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) configuration_id: String,
    pub(crate) configuration_name: String,
    pub(crate) target_type: String,
    pub(crate) target_uin: i64,
    pub(crate) target_name: String,
    pub(crate) principal_type: String,
    pub(crate) principal_id: String,
    pub(crate) principal_name: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

/// The name of the account with the number `target_uin` of the table `a`.
pub(crate) const TARGET_NAME: &str = "COALESCE(
    (SELECT m.name FROM organization_members m WHERE m.tenant = a.tenant AND m.uin = a.target_uin),
    (SELECT o.name FROM organization_orgs o WHERE o.tenant = a.tenant AND o.host_uin = a.target_uin),
    '')";

/// The page of the rows of that table, the newest first.
pub(crate) fn list(
    tx: &Connection,
    tenant: i64,
    table: &str,
    wanted: Wanted<'_>,
    page: Page,
) -> rusqlite::Result<Found<Grant>> {
    let mut conditions = Conditions::new("a", tenant);
    configuration(&mut conditions, wanted.configuration_id, wanted.filter);
    target(&mut conditions, wanted.target_type, wanted.target_uin);
    conditions.equal("principal_type", wanted.principal_type);
    if let Some(id) = non_empty(wanted.principal_id) {
        // An unknown principal has none.
        let principal = principal(tx, tenant, id)?.unwrap_or(Principal::User(0));
        conditions.equal("principal_type", Some(principal.word()));
        conditions.matching(principal.seq(), |at| format!("a.principal = ?{at}"));
    }
    let name = |of_user: &str, of_group: &str| {
        format!(
            "CASE a.principal_type WHEN 'User'
             THEN (SELECT {of_user} FROM organization_users p
                   WHERE p.tenant = a.tenant AND p.seq = a.principal)
             ELSE (SELECT {of_group} FROM organization_groups p
                   WHERE p.tenant = a.tenant AND p.seq = a.principal) END"
        )
    };
    let columns = format!(
        "c.configuration_id, c.name, a.target_type, a.target_uin, {TARGET_NAME}, a.principal_type,
         {}, {}, a.created, a.updated",
        name("p.user_id", "p.group_id"),
        name("p.user_name", "p.name"),
    );
    conditions.read_counted(tx, (&with_configurations(table), &columns), page, read)
}

/// The table as `a`, joined with the role configurations as `c`.
pub(crate) fn with_configurations(table: &str) -> String {
    format!(
        "{table} a JOIN organization_role_configurations c
         ON c.tenant = a.tenant AND c.seq = a.configuration"
    )
}

/// Conditions on the role configuration `c`.
pub(crate) fn configuration(
    conditions: &mut Conditions,
    configuration_id: Option<&str>,
    filter: Option<&str>,
) {
    if let Some(id) = non_empty(configuration_id) {
        conditions.matching(id.to_owned(), |at| format!("c.configuration_id = ?{at}"));
    }
    if let Some(text) = non_empty(filter) {
        conditions.matching(fold(text), |at| format!("instr(fold(c.name), ?{at}) > 0"));
    }
}

/// Conditions on the account. The vendor's examples send other words for a member too.
pub(crate) fn target(conditions: &mut Conditions, target_type: Option<&str>, uin: Option<i64>) {
    let target_type = non_empty(target_type);
    conditions.equal(
        "target_type",
        target_type.map(|word| if word == MANAGER { MANAGER } else { MEMBER }),
    );
    if let Some(uin) = uin {
        conditions.number("target_uin", uin);
    }
}

/// The user or the group of that id.
pub(crate) fn principal(
    tx: &Connection,
    tenant: i64,
    id: &str,
) -> rusqlite::Result<Option<Principal>> {
    if let Some(user) = users::by_id(tx, tenant, id)? {
        return Ok(Some(Principal::User(user.seq)));
    }
    Ok(groups::by_id(tx, tenant, id)?.map(|group| Principal::Group(group.seq)))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Grant> {
    Ok(Grant {
        configuration_id: row.get(0)?,
        configuration_name: row.get(1)?,
        target_type: row.get(2)?,
        target_uin: row.get(3)?,
        target_name: row.get(4)?,
        principal_type: row.get(5)?,
        // A row of a state document can name a principal that is not there.
        principal_id: row.get::<_, Option<_>>(6)?.unwrap_or_default(),
        principal_name: row.get::<_, Option<_>>(7)?.unwrap_or_default(),
        created: row.get(8)?,
        updated: row.get(9)?,
    })
}
