//! `DescribeOrganization` and `DescribeOrganizationMembers`: what clients look up before they name a
//! target account.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;
use crate::runtime::fold::fold;
use crate::services::text::non_empty;

use super::super::times;
use super::{existing, nodes};

/// What a member allows its organization to do: the first two of the vendor's permissions.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Permission {
    id: u64,
    name: &'static str,
}

fn permissions() -> Vec<Permission> {
    vec![Permission { id: 1, name: "viewBill" }, Permission { id: 2, name: "viewBalance" }]
}

/// The relation of all accounts to the organization. Others are not modelled.
const POLICY: (&str, &str) = ("Financial", "Financial management");

/// Input of `DescribeOrganization`. Language and product change nothing here.
#[derive(Debug, Deserialize)]
pub(crate) struct Describe {}

/// Output of `DescribeOrganization`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Described {
    org_id: i64,
    host_uin: i64,
    nick_name: String,
    org_type: i64,
    is_manager: bool,
    org_policy_type: &'static str,
    org_policy_name: &'static str,
    org_permission: Vec<Permission>,
    root_node_id: i64,
    create_time: String,
    join_time: String,
    is_allow_quit: &'static str,
    pay_uin: &'static str,
    pay_name: &'static str,
    is_assign_manager: bool,
    is_auth_manager: bool,
}

/// `DescribeOrganization`.
pub(crate) fn organization(call: &mut Call<'_>, _: Describe) -> Result<Described, Failure> {
    let org = existing(call)?;
    Ok(Described {
        org_id: org.org_id,
        host_uin: org.host_uin,
        nick_name: org.name,
        org_type: 1,
        is_manager: org.is_manager,
        org_policy_type: POLICY.0,
        org_policy_name: POLICY.1,
        org_permission: permissions(),
        root_node_id: nodes::root(call)?,
        create_time: times::local(org.created),
        join_time: times::local(org.created),
        is_allow_quit: "Denied",
        pay_uin: "",
        pay_name: "",
        is_assign_manager: false,
        is_auth_manager: false,
    })
}

/// Input of `DescribeOrganizationMembers`. Members have no tags, so a filter by tag finds none.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Members {
    offset: u64,
    limit: u64,
    search_key: Option<String>,
    node_id: Option<u64>,
    node_name: Option<String>,
    #[serde(default)]
    tags: Vec<serde::de::IgnoredAny>,
}

/// Output of `DescribeOrganizationMembers`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MembersGiven {
    total: usize,
    items: Vec<Member>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Member {
    member_uin: i64,
    name: String,
    member_type: String,
    org_policy_type: &'static str,
    org_policy_name: &'static str,
    org_permission: Vec<Permission>,
    node_id: i64,
    node_name: String,
    remark: String,
    create_time: String,
    update_time: String,
    is_allow_quit: &'static str,
    pay_uin: &'static str,
    pay_name: &'static str,
    org_identity: [(); 0],
    bind_status: &'static str,
    permission_status: &'static str,
    tags: [(); 0],
    nick_name: String,
}

/// `DescribeOrganizationMembers`, in the order of their numbers.
pub(crate) fn members(call: &mut Call<'_>, input: Members) -> Result<MembersGiven, Failure> {
    existing(call)?;
    // No node has a number that needs 64 bits without a sign.
    let node_id = input.node_id.map(|node| i64::try_from(node).unwrap_or(0));
    if let Some(node) = node_id
        && !nodes::exists(call, node)?
    {
        return Err(refuse("ResourceNotFound.OrganizationNodeNotExist"));
    }
    let key = non_empty(input.search_key.as_deref()).map(fold);
    let node_name = non_empty(input.node_name.as_deref());
    let fits = |member: &Member| {
        let matches = |key: &String| {
            fold(&member.name).contains(key) || member.member_uin.to_string().contains(key)
        };
        key.as_ref().is_none_or(matches)
            && node_id.is_none_or(|node| node == member.node_id)
            && node_name.is_none_or(|name| name == member.node_name)
            && input.tags.is_empty()
    };
    let all: Vec<_> = all(call)?.into_iter().filter(fits).collect();
    let [offset, limit] =
        [input.offset, input.limit].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let total = all.len();
    Ok(MembersGiven { total, items: all.into_iter().skip(offset).take(limit).collect() })
}

fn all(call: &Call<'_>) -> rusqlite::Result<Vec<Member>> {
    call.tx
        .prepare_cached(
            "SELECT m.uin, m.name, m.type, m.node_id, n.name, m.remark, m.created
             FROM organization_members m
             JOIN organization_nodes n ON n.tenant = m.tenant AND n.node_id = m.node_id
             WHERE m.tenant = ?1 ORDER BY m.uin",
        )?
        .query_map(params![call.tenant.key()], |row| {
            let name: String = row.get(1)?;
            let created = times::local(row.get(6)?);
            Ok(Member {
                member_uin: row.get(0)?,
                nick_name: name.clone(),
                name,
                member_type: row.get(2)?,
                org_policy_type: POLICY.0,
                org_policy_name: POLICY.1,
                org_permission: permissions(),
                node_id: row.get(3)?,
                node_name: row.get(4)?,
                remark: row.get(5)?,
                create_time: created.clone(),
                update_time: created,
                is_allow_quit: "Denied",
                pay_uin: "",
                pay_name: "",
                org_identity: [],
                bind_status: "Unbound",
                permission_status: "Confirmed",
                tags: [],
            })
        })?
        .collect()
}
