//! `ListTasks`.

use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;

use super::super::accounts::{MANAGER, MEMBER};
use super::super::filters::Conditions;
use super::super::paging::{Bounds, Page};
use super::super::zones;
use super::TaskInfo;

/// Input of `ListTasks`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    zone_id: String,
    principal_id: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
    principal_type: Option<String>,
    target_uin: Option<i64>,
    target_type: Option<String>,
    role_configuration_id: Option<String>,
    status: Option<String>,
    task_type: Option<String>,
}

/// Output of `ListTasks`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    tasks: Vec<TaskInfo>,
}

/// `ListTasks`: tasks of roles only, the newest first.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let target_type = input.target_type.as_deref().filter(|word| !word.is_empty());
    let target_type = target_type.map(|word| if word == MANAGER { MANAGER } else { MEMBER });
    let mut conditions = Conditions::new("t", zone.tenant);
    for (column, value) in [
        ("principal_id", input.principal_id.as_deref()),
        ("principal_type", input.principal_type.as_deref()),
        ("target_type", target_type),
        ("configuration_id", input.role_configuration_id.as_deref()),
        ("status", input.status.as_deref()),
        ("type", input.task_type.as_deref()),
    ] {
        conditions.equal(column, value);
    }
    if let Some(uin) = input.target_uin {
        conditions.matching(uin, |at| format!("t.target_uin = ?{at}"));
    }
    let found = conditions.scan(
        call.tx,
        "organization_role_tasks t",
        "t.task_id, t.configuration_id, t.configuration_name, t.target_uin, t.target_type,
            t.principal_id, t.principal_type, t.type, t.status, t.failure_reason",
        "t.seq DESC",
        page,
        |row| {
            Ok(TaskInfo {
                task_id: row.get(0)?,
                role_configuration_id: row.get(1)?,
                role_configuration_name: row.get(2)?,
                target_uin: row.get(3)?,
                target_type: row.get(4)?,
                principal_id: row.get(5)?,
                principal_type: row.get(6)?,
                task_type: row.get(7)?,
                status: row.get(8)?,
                failure_reason: row.get(9)?,
            })
        },
    )?;
    Ok(Listed { bounds: page.bounds(found.total), tasks: found.rows })
}
