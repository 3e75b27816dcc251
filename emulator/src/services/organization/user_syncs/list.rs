//! `ListUserSyncProvisionings`.

use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;
use crate::services::text::non_empty;

use super::super::accounts::{MANAGER, MEMBER};
use super::super::directory::{self, deleted_counts};
use super::super::filters::{self, Order};
use super::super::paging::{Bounds, Page};
use super::super::zones;
use super::{UserProvisioning, rows};

/// Input of `ListUserSyncProvisionings`.
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
    filter: Option<String>,
}

/// Output of `ListUserSyncProvisionings`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    user_provisionings: Vec<UserProvisioning>,
}

/// `ListUserSyncProvisionings`, the newest first.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let mut conditions = filters::Conditions::new("s", zone.tenant);
    conditions.equal("principal_type", input.principal_type.as_deref());
    if let Some(id) = non_empty(input.principal_id.as_deref()) {
        // An unknown principal has no syncs.
        let (word, seq) = match directory::principal(call.tx, zone.tenant, id)? {
            Some(principal) => (principal.word(), principal.seq()),
            None => ("", 0),
        };
        conditions.matching(word.to_owned(), |at| format!("s.principal_type = ?{at}"));
        conditions.matching(seq, |at| format!("s.principal = ?{at}"));
    }
    if let Some(target_type) = non_empty(input.target_type.as_deref()) {
        // The vendor's examples send other words for a member too.
        let target_type = if target_type == MANAGER { MANAGER } else { MEMBER };
        conditions.equal("target_type", Some(target_type));
    }
    if let Some(uin) = input.target_uin {
        conditions.matching(uin, |at| format!("s.target_uin = ?{at}"));
    }
    if let Some(text) = non_empty(input.filter.as_deref()) {
        let name = rows::PRINCIPAL_NAME;
        conditions.matching(fold(text), |at| format!("fold_has(?{at}, s.sync_id, {name})"));
    }
    let columns = rows::columns();
    let list = filters::List {
        table: "organization_user_syncs s",
        columns: &columns,
        total: rows::count(call.tx, zone.tenant)?,
        next: "next_user_sync",
        deleted: deleted_counts::USER_SYNCS,
    };
    let found = conditions.read(call.tx, &list, page, Order::Desc, rows::read)?;
    Ok(Listed {
        bounds: page.bounds(found.total),
        user_provisionings: found.rows.into_iter().map(UserProvisioning::from).collect(),
    })
}
