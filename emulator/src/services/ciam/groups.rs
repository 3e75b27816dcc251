//! User groups of a directory. Which users are in them is kept with the users.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};

use super::filters::{self, Filter};
use super::limits::GROUPS_MAX;
use super::paging::{Page, Pageable};
use super::stores::{self, Store};

/// A group as users point to it.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Its number in the directory.
    pub(super) seq: i64,
    /// Its id.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
}

/// Input of `CreateUserGroup`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    user_store_id: String,
    display_name: String,
    description: Option<String>,
}

/// Output of `CreateUserGroup`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Created {
    user_group_id: String,
}

/// `CreateUserGroup`.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<Created, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    check_name(&input.display_name)?;
    if name_is_taken(call.tx, store, &input.display_name, None)? {
        return Err(refuse("FailedOperation.UserGroupNameAlreadyExists"));
    }
    let user_group_id = call.ids.hex32();
    insert(call, store, &user_group_id, &input.display_name, input.description.as_deref())?;
    Ok(Created { user_group_id })
}

/// Input of `UpdateUserGroup`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    user_store_id: String,
    user_group_id: String,
    display_name: String,
    description: Option<String>,
}

/// `UpdateUserGroup`. A description that is not given stays.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<Empty, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    check_name(&input.display_name)?;
    let group = by_id(call.tx, store, &input.user_group_id)?
        .ok_or_else(|| refuse("FailedOperation.UserGroupNotFound"))?;
    if name_is_taken(call.tx, store, &input.display_name, Some(group.seq))? {
        return Err(refuse("FailedOperation.UserGroupNameAlreadyExists"));
    }
    call.tx
        .prepare_cached(
            "UPDATE ciam_groups SET display_name = ?4, description = COALESCE(?5, description),
                modified = ?6
             WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
        )?
        .execute(params![
            store.tenant,
            store.store,
            group.seq,
            input.display_name,
            input.description,
            call.now.0,
        ])?;
    Ok(Empty {})
}

/// Input of `DeleteUserGroups`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    user_store_id: String,
    user_group_ids: Vec<String>,
}

/// Output of `DeleteUserGroups`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Deleted {
    user_group_deleted_info: DeletedInfo,
}

/// Lists groups that are tied to an application and stay; there are no applications.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DeletedInfo {
    error_message: &'static str,
    app_associated_user_group_ids: [Empty; 0],
}

/// `DeleteUserGroups`. Unknown ids are ignored; the members stay, outside the group.
pub(super) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Deleted, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    for id in &input.user_group_ids {
        if let Some(group) = by_id(call.tx, store, id)? {
            remove(call.tx, store, group.seq)?;
        }
    }
    let info = DeletedInfo { error_message: "", app_associated_user_group_ids: [] };
    Ok(Deleted { user_group_deleted_info: info })
}

/// Input of `ListUserGroups`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    user_store_id: String,
    pageable: Pageable,
    filters: Option<Vec<Filter>>,
}

/// Input of `ListUserGroups` in version 2021-04-20.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListOlder {
    user_store_id: String,
    page: i64,
    size: i64,
    condition: Option<String>,
}

/// A group, as the vendor words it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserGroup {
    user_group_id: String,
    display_name: String,
    description: Option<String>,
    user_store_id: String,
    tenant_id: String,
    #[serde(flatten)]
    dates: Option<Dates>,
}

/// What a group has since version 2022-03-31.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Dates {
    created_date: i64,
    last_modify_date: i64,
}

/// `ListUserGroups`, newest first.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Page<Vec<UserGroup>>, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    let filter = filters::groups(input.filters.as_deref().unwrap_or_default())?;
    let scope = format!("FROM ciam_groups WHERE tenant = ? AND store = ?{}", filter.and_text());
    let mut values: Vec<&dyn ToSql> = vec![&store.tenant, &store.store];
    values.extend(filter.values());

    let total = call
        .tx
        .prepare_cached(&format!("SELECT COUNT(*) {scope}"))?
        .query_row(values.as_slice(), |row| row.get(0))?;
    let (size, skip) = (input.pageable.page_size, input.pageable.skip());
    values.push(&size);
    values.push(&skip);
    let mut statement = call.tx.prepare_cached(&format!(
        "SELECT user_group_id, display_name, description, created, modified {scope}
         ORDER BY seq DESC LIMIT ? OFFSET ?"
    ))?;
    let rows = statement.query_map(values.as_slice(), |row| {
        UserGroup::read(row, call.tenant.account, &input.user_store_id)
    })?;
    Ok(Page { total, pageable: input.pageable, content: rows.collect::<Result<_, _>>()? })
}

/// `ListUserGroups` in version 2021-04-20: a text instead of filters, and groups without dates.
pub(super) fn list_older(
    call: &mut Call<'_>,
    input: ListOlder,
) -> Result<Page<Vec<UserGroup>>, Failure> {
    let condition = input.condition.filter(|text| !text.is_empty());
    let list = List {
        user_store_id: input.user_store_id,
        pageable: Pageable { page_size: input.size, page_number: input.page },
        filters: condition.map(|text| vec![Filter::of("condition", text)]),
    };
    let mut page = self::list(call, list)?;
    page.content.iter_mut().for_each(|group| group.dates = None);
    Ok(page)
}

impl UserGroup {
    fn read(row: &Row<'_>, account: i64, user_store_id: &str) -> rusqlite::Result<Self> {
        Ok(Self {
            user_group_id: row.get(0)?,
            display_name: row.get(1)?,
            description: row.get(2)?,
            user_store_id: user_store_id.to_owned(),
            tenant_id: account.to_string(),
            dates: Some(Dates { created_date: row.get(3)?, last_modify_date: row.get(4)? }),
        })
    }
}

/// The groups of these ids in this order, each once, or the refusal for an unknown one.
pub(super) fn resolve(
    tx: &Connection,
    store: Store,
    ids: &[String],
) -> Result<Vec<Group>, Failure> {
    let mut groups: Vec<Group> = Vec::with_capacity(ids.len());
    for id in ids {
        if groups.iter().any(|group| group.id == *id) {
            continue;
        }
        let group = by_id(tx, store, id)?;
        groups.push(group.ok_or_else(|| refuse("FailedOperation.UserGroupNotFound"))?);
    }
    Ok(groups)
}

/// Puts a group in, as the newest.
pub(super) fn insert(
    call: &Call<'_>,
    store: Store,
    user_group_id: &str,
    name: &str,
    description: Option<&str>,
) -> Result<i64, Failure> {
    let (groups, last): (i64, i64) = call
        .tx
        .prepare_cached(
            "SELECT COUNT(*), COALESCE(MAX(seq), 0) FROM ciam_groups
             WHERE tenant = ?1 AND store = ?2",
        )?
        .query_row([store.tenant, store.store], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if groups >= call.limit("groups").unwrap_or(GROUPS_MAX) {
        return Err(refuse("FailedOperation.QuotaLimitExceeded"));
    }
    let seq = last + 1;
    call.tx
        .prepare_cached(
            "INSERT INTO ciam_groups (tenant, store, seq, user_group_id, display_name, description,
                created, modified)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        )?
        .execute(params![
            store.tenant,
            store.store,
            seq,
            user_group_id,
            name,
            description,
            call.now.0,
        ])?;
    Ok(seq)
}

fn by_id(tx: &Connection, store: Store, id: &str) -> rusqlite::Result<Option<Group>> {
    tx.prepare_cached(
        "SELECT seq, display_name FROM ciam_groups
         WHERE tenant = ?1 AND store = ?2 AND user_group_id = ?3",
    )?
    .query_row(params![store.tenant, store.store, id], |row| {
        Ok(Group { seq: row.get(0)?, id: id.to_owned(), name: row.get(1)? })
    })
    .optional()
}

/// The model bounds no name of a group, but an invisible one is a mistake.
fn check_name(name: &str) -> Result<(), Failure> {
    if name.trim().is_empty() {
        return Err(refuse("InvalidParameter.ParameterIllegal"));
    }
    Ok(())
}

fn name_is_taken(
    tx: &Connection,
    store: Store,
    name: &str,
    but: Option<i64>,
) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM ciam_groups
         WHERE tenant = ?1 AND store = ?2 AND display_name = ?3 AND seq IS NOT ?4",
    )?
    .exists(params![store.tenant, store.store, name, but])
}

fn remove(tx: &Connection, store: Store, group_seq: i64) -> rusqlite::Result<()> {
    let group = [store.tenant, store.store, group_seq];
    tx.prepare_cached(
        "UPDATE ciam_users SET group_num = group_num - 1
         WHERE tenant = ?1 AND store = ?2 AND seq IN (SELECT seq FROM ciam_members
            WHERE tenant = ?1 AND store = ?2 AND group_seq = ?3)",
    )?
    .execute(group)?;
    tx.prepare_cached(
        "DELETE FROM ciam_members WHERE tenant = ?1 AND store = ?2 AND group_seq = ?3",
    )?
    .execute(group)?;
    tx.prepare_cached("DELETE FROM ciam_groups WHERE tenant = ?1 AND store = ?2 AND seq = ?3")?
        .execute(group)?;
    Ok(())
}
