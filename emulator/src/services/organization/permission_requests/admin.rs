//! `/_twin/organization/permission-requests`, and the same in seed files: no API files a request.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Failure;
use crate::operation::Call;
use crate::services::unfit;

use super::super::accounts;
use super::super::directory::users;
use super::super::roles::configurations;
use super::rows;

/// A permission request that is not decided yet.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestSeed {
    /// Its id, `apply-` and 16 hexadecimal digits; drawn if left out.
    #[serde(default)]
    pub(crate) id: Option<String>,
    /// The id of the user who asks.
    pub(crate) user_id: String,
    /// The number of the account.
    pub(crate) uin: i64,
    /// Ids of the role configurations asked for.
    pub(crate) role_configuration_ids: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Requests {
    requests: Vec<RequestSeed>,
}

/// All requests that are not decided yet, the oldest first.
pub(crate) fn show(call: &mut Call<'_>, _: &str) -> Result<Value, Failure> {
    let orders = rows::all(call)?.into_iter().rev();
    let requests = orders
        .filter(|order| order.is_approved.is_none())
        .map(|order| RequestSeed {
            id: Some(order.apply_id),
            user_id: order.user_id,
            uin: order.target_uin,
            role_configuration_ids: order.configurations,
        })
        .collect();
    Ok(serde_json::to_value(Requests { requests })?)
}

/// Replaces all requests, decided ones included.
pub(crate) fn replace(call: &mut Call<'_>, _: &str, body: &[u8]) -> Result<(), Failure> {
    let Requests { requests } = serde_json::from_slice(body).map_err(|error| {
        unfit(format!(
            "{error}; send for example {{\"requests\": [{{\"user_id\": \"u-…\", \"uin\": 200000000001, \"role_configuration_ids\": [\"rc-…\"]}}]}}"
        ))
    })?;
    let mut wrong = problems(&requests);
    for request in &requests {
        let tenant = call.tenant.key();
        if users::by_id(call.tx, tenant, &request.user_id)?.is_none() {
            wrong.push(format!("there is no user {:?}", request.user_id));
        }
        if accounts::account(call, request.uin)?.is_none() {
            wrong.push(format!("there is no account {}", request.uin));
        }
        for id in &request.role_configuration_ids {
            if configurations::by_id(call.tx, tenant, id)?.is_none() {
                wrong.push(format!("there is no role configuration {id:?}"));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(unfit(wrong.join("; ")));
    }
    rows::clear(call)?;
    requests.iter().try_for_each(|request| insert(call, request))
}

/// Files a request.
pub(crate) fn insert(call: &mut Call<'_>, new: &RequestSeed) -> Result<(), Failure> {
    let id = new.id.as_deref();
    rows::insert(call, id, &new.user_id, new.uin, &new.role_configuration_ids)
}

/// What is wrong with the ids of these requests.
pub(crate) fn problems(all: &[RequestSeed]) -> Vec<String> {
    let mut met = std::collections::BTreeSet::new();
    let wrong = |request: &RequestSeed| {
        let id = request.id.as_deref()?;
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let digits = id.strip_prefix("apply-").unwrap_or_default();
        if digits.len() != 16 || !digits.bytes().all(is_hex) {
            return Some(format!("{id:?} is not `apply-` and 16 hexadecimal digits"));
        }
        (!met.insert(id.to_owned())).then(|| format!("{id:?} is taken"))
    };
    all.iter().filter_map(wrong).collect()
}
