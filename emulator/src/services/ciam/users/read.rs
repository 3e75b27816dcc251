//! Looking at users: by id, by page, by phone or email, by search. Never changes anything.

use rusqlite::{ToSql, params};
use serde::Deserialize;

use crate::error::{Failure, refuse};
use crate::operation::{Call, RawJson};
use crate::runtime::fold::fold;

use super::super::filters::{self, Filter, Where};
use super::super::paging::Pageable;
use super::super::stores;
use super::search::{self, PropertyFilter, Sort};
use super::view::Reader;
use super::{deleted_counts, formats};

/// The order of listings: newest first. Numbers rise with creation, so a clock that was set back
/// cannot turn it round.
const NEWEST_FIRST: &str = " ORDER BY seq DESC";

/// What a user takes in an answer, about: a list that has to grow is copied each time.
const USER_BYTES: usize = 1_536;

/// Input of `DescribeUserById`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ById {
    user_store_id: String,
    user_id: String,
    original: Option<bool>,
}

/// `DescribeUserById`; no user is not an error.
pub(crate) fn describe_by_id(call: &mut Call<'_>, input: ById) -> Result<RawJson, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    let reader = Reader::new(call, store, input.user_store_id, input.original);
    reader.answer(
        " WHERE tenant = ?1 AND store = ?2 AND user_id = ?3",
        params![store.tenant, store.store, input.user_id],
    )
}

/// Input of `ListUserByProperty`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ByProperty {
    user_store_id: String,
    property_code: String,
    property_value: String,
    original: Option<bool>,
}

/// `ListUserByProperty`: the user that has this phone number or email.
pub(crate) fn list_by_property(call: &mut Call<'_>, input: ByProperty) -> Result<RawJson, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    let (column, key) = match input.property_code.as_str() {
        "phoneNumber" => ("phone_key", formats::phone_key(&input.property_value).to_owned()),
        "email" => ("email_key", fold(&input.property_value)),
        _ => return Err(refuse("InvalidParameterValue")),
    };
    let reader = Reader::new(call, store, input.user_store_id, input.original);
    let rest = format!(" WHERE tenant = ?1 AND store = ?2 AND {column} = ?3");
    let mut out = b"{\"Users\":".to_vec();
    reader.list(&rest, params![store.tenant, store.store, key], &mut out)?;
    out.push(b'}');
    Ok(RawJson(out))
}

/// Input of `ListUser`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    user_store_id: String,
    pageable: Pageable,
    filters: Option<Vec<Filter>>,
    original: Option<bool>,
}

/// `ListUser`.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<RawJson, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    let filters = input.filters.as_deref().unwrap_or_default();
    let filter = filters::users(filters, store, "userGroup")?;
    let reader = Reader::new(call, store, input.user_store_id, input.original);
    page(&reader, &filter, None, input.pageable)
}

/// Input of `DescribeUser`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Describe {
    user_store_id: String,
    pageable: Pageable,
    filters: Option<Vec<PropertyFilter>>,
    original: Option<bool>,
    sort: Option<Sort>,
}

/// `DescribeUser`: a search over the permitted properties.
pub(crate) fn describe(call: &mut Call<'_>, input: Describe) -> Result<RawJson, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    let filter = search::conditions(input.filters.as_deref().unwrap_or_default())?;
    let order = input.sort.as_ref().map(Sort::order).transpose()?.flatten();
    let reader = Reader::new(call, store, input.user_store_id, input.original);
    page(&reader, &filter, order.as_deref(), input.pageable)
}

/// One page in this order. Without filter and order, counts that are kept lead straight to it;
/// otherwise the rows are counted and skipped.
fn page(
    reader: &Reader<'_>,
    filter: &Where,
    order: Option<&str>,
    pageable: Pageable,
) -> Result<RawJson, Failure> {
    let store = reader.store;
    let (size, skip) = (pageable.page_size, pageable.skip());
    if filter.is_empty() && order.is_none() {
        let (below, skip) = deleted_counts::seek(reader.tx, store, skip)?;
        let rest =
            " WHERE tenant = ?1 AND store = ?2 AND seq < ?3 ORDER BY seq DESC LIMIT ?4 OFFSET ?5";
        let values: [&dyn ToSql; 5] = [&store.tenant, &store.store, &below, &size, &skip];
        return answer(reader, store.user_num, pageable, rest, &values);
    }

    let scope = format!(" WHERE tenant = ? AND store = ?{}", filter.and_text());
    let mut values: Vec<&dyn ToSql> = vec![&store.tenant, &store.store];
    values.extend(filter.values());
    let total = if filter.is_empty() {
        store.user_num
    } else {
        let count = format!("SELECT COUNT(*) FROM ciam_users{scope}");
        reader.tx.prepare_cached(&count)?.query_row(values.as_slice(), |row| row.get(0))?
    };
    values.push(&size);
    values.push(&skip);
    let order = order.unwrap_or(NEWEST_FIRST);
    answer(reader, total, pageable, &format!("{scope}{order} LIMIT ? OFFSET ?"), &values)
}

/// The page that the rest of the statement picks.
fn answer(
    reader: &Reader<'_>,
    total: i64,
    pageable: Pageable,
    rest: &str,
    values: &[&dyn ToSql],
) -> Result<RawJson, Failure> {
    let page_size = pageable.page_size;
    let pageable = serde_json::to_string(&pageable)?;
    let mut out = format!("{{\"Total\":{total},\"Pageable\":{pageable},\"Content\":").into_bytes();
    let rows = usize::try_from(page_size.min(total)).unwrap_or(0);
    out.reserve(rows * USER_BYTES);
    reader.list(rest, values, &mut out)?;
    out.push(b'}');
    Ok(RawJson(out))
}
