//! `/_twin/organization/permission-requests`: shown and replaced. Seed files have the same form.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;
use crate::services::unfit;

use super::super::directory::users;
use super::super::roles::configurations;
use super::super::{accounts, zones};
use super::rows::{self, ApplyRoleConfiguration, Decision, Order};

/// A request of a user for role configurations on an account.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionRequestSeed {
    /// Its id, `apply-` and 16 of `0-9a-f`; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// The name of the user.
    pub user: String,
    /// The number of the account.
    pub uin: i64,
    /// Names of role configurations.
    pub role_configurations: Vec<String>,
    /// What was decided; nothing yet if left out.
    #[serde(default)]
    pub decision: Decision,
    /// The words of the decision.
    #[serde(default)]
    pub opinion: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Requests {
    permission_requests: Vec<PermissionRequestSeed>,
}

impl PermissionRequestSeed {
    /// Whether its id, if it has one, has the right form.
    pub(crate) fn has_good_id(&self) -> bool {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        self.id.as_ref().is_none_or(|id| {
            let digits = id.strip_prefix("apply-").unwrap_or_default();
            digits.len() == 16 && digits.bytes().all(is_hex)
        })
    }
}

impl From<Order> for PermissionRequestSeed {
    fn from(order: Order) -> Self {
        let name = |one: ApplyRoleConfiguration| one.role_configuration_name;
        Self {
            id: Some(order.apply_id),
            user: order.user_name,
            uin: order.target_uin,
            role_configurations: order.configurations.into_iter().map(name).collect(),
            decision: order.decision,
            opinion: order.opinion,
        }
    }
}

/// All requests, the oldest first.
pub(crate) fn show(call: &mut Call<'_>, _: &str) -> Result<Value, Failure> {
    let orders = rows::all(call.tx, call.tenant.key())?;
    let permission_requests = orders.into_iter().map(PermissionRequestSeed::from).collect();
    Ok(serde_json::to_value(Requests { permission_requests })?)
}

/// Other requests in the place of all. One with the id of an earlier one keeps its times and tasks.
pub(crate) fn replace(call: &mut Call<'_>, _: &str, body: &[u8]) -> Result<(), Failure> {
    let Requests { permission_requests } = serde_json::from_slice(body).map_err(|error| {
        unfit(format!("{error}; send for example {{\"permission_requests\": [{{\"user\": \"ada\", \"uin\": 200000000001, \"role_configurations\": [\"readers\"]}}]}}"))
    })?;
    if zones::of_tenant(call)?.is_none() {
        return Err(unfit("this tenant has no zone of Identity Center".to_owned()));
    }
    let earlier = rows::all(call.tx, call.tenant.key())?;
    rows::clear(call)?;
    for (index, seed) in permission_requests.iter().enumerate() {
        let place = |why: String| unfit(format!("permission_requests[{index}]: {why}"));
        if !seed.has_good_id() {
            return Err(place("an id is `apply-` and 16 of 0-9a-f".to_owned()));
        }
        let mut order = order_of(call, seed)?.map_err(place)?;
        if rows::by_id(call.tx, call.tenant.key(), &order.apply_id)?.is_some() {
            return Err(place(format!("{:?} is there twice", order.apply_id)));
        }
        if let Some(known) = earlier.iter().find(|known| known.apply_id == order.apply_id) {
            order.created = known.created;
            order.audited = order.audited.and(known.audited.or(order.audited));
        }
        rows::insert(call, &order)?;
    }
    Ok(())
}

/// Inserts a request of a seed file, whose names were checked.
pub(crate) fn insert_seeded(
    call: &mut Call<'_>,
    seed: &PermissionRequestSeed,
) -> Result<(), Failure> {
    match order_of(call, seed)? {
        Ok(order) => Ok(rows::insert(call, &order)?),
        Err(why) => Err(Failure::Internal(anyhow::anyhow!(why))),
    }
}

/// The request with what its names stand for, or what is wrong with it.
fn order_of(
    call: &mut Call<'_>,
    seed: &PermissionRequestSeed,
) -> Result<Result<Order, String>, Failure> {
    let tenant = call.tenant.key();
    let user = match users::by_name(call.tx, tenant, &fold(&seed.user))? {
        Some(seq) => users::by_seq(call.tx, tenant, seq)?,
        None => None,
    };
    let Some(user) = user else { return Ok(Err(format!("there is no user {:?}", seed.user))) };
    let Some(account) = accounts::account(call, seed.uin)? else {
        return Ok(Err(format!("there is no account {}", seed.uin)));
    };
    let mut all = Vec::with_capacity(seed.role_configurations.len());
    for name in &seed.role_configurations {
        let Some(found) = configurations::by_name(call.tx, tenant, name)? else {
            return Ok(Err(format!("there is no role configuration {name:?}")));
        };
        all.push(ApplyRoleConfiguration {
            role_configuration_id: found.configuration_id,
            role_configuration_name: found.name,
            description: found.description,
        });
    }
    let drawn = |call: &mut Call<'_>| call.ids.hex32().chars().take(16).collect::<String>();
    Ok(Ok(Order {
        apply_id: match &seed.id {
            Some(id) => id.clone(),
            None => format!("apply-{}", drawn(call)),
        },
        user_id: user.user_id,
        user_name: user.user_name,
        target_uin: account.uin,
        target_name: account.name,
        configurations: all,
        decision: seed.decision,
        opinion: seed.opinion.clone(),
        created: call.now.0,
        audited: (seed.decision != Decision::Pending).then_some(call.now.0),
        status: 0,
    }))
}
