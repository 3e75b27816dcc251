//! Lists of users and groups: filter, order, page (RFC 7644, section 3.4.2).

use rusqlite::{Connection, Row, ToSql, params};
use scim_v2::filter::{AttrPath, CompValue, Filter, PatchPath};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::directory::deleted_counts::DeletedCounts;
use super::attributes::is;
use super::location::core;
use super::projection::{Projection, Selection};
use super::{Zone, base, filters, open_zone};
use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;

/// Resources of a page if the request does not say.
const PAGE: i64 = 100;

/// Most resources of a page; discovery shows it.
const PAGE_MAX: i64 = 200;

/// The schema of lists.
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// What is listed.
pub(super) trait Resources {
    /// A row.
    type Row;

    /// The table with a short name, and that name.
    const TABLE: (&str, &str);
    /// The columns that [`Resources::read`] takes.
    const COLUMNS: &str;
    /// The counts of its deleted rows.
    const DELETED: DeletedCounts;

    /// How many there are.
    fn total(zone: &Zone) -> i64;

    /// Reads a row.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self::Row>;

    /// The column that an index has for the attribute, in lower case, and whether it is folded.
    fn column(attribute: &str) -> Option<(&'static str, bool)>;

    /// The resource, with its members if they are asked for.
    fn resource(
        call: &Call<'_>,
        base: &str,
        row: &Self::Row,
        members: bool,
    ) -> rusqlite::Result<Map<String, Value>>;
}

/// Input of the operations that list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Query {
    filter: Option<String>,
    sort_by: Option<String>,
    sort_order: Option<String>,
    start_index: Option<i64>,
    count: Option<i64>,
    #[serde(flatten)]
    projection: Projection,
}

/// `ListResponse`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    schemas: [&'static str; 1],
    total_results: i64,
    start_index: i64,
    items_per_page: usize,
    #[serde(rename = "Resources")]
    resources: Vec<Value>,
}

impl Listed {
    /// The page from that index, of `total` resources.
    pub(super) fn of(total: i64, start_index: i64, resources: Vec<Value>) -> Self {
        let items_per_page = resources.len();
        Self { schemas: [LIST], total_results: total, start_index, items_per_page, resources }
    }
}

/// `ListUsers` and `ListGroups`.
pub(super) fn list<R: Resources>(call: &mut Call<'_>, query: Query) -> Result<Listed, Failure> {
    let zone = open_zone(call)?;
    let start = query.start_index.unwrap_or(1).max(1);
    let (size, offset) = (query.count.unwrap_or(PAGE).clamp(0, PAGE_MAX), start - 1);
    let filter = query.filter.as_deref().map(filters::parse).transpose()?;
    let by = query.sort_by.as_deref().and_then(sort_path);
    let selection = query.projection.selection()?;
    let (total, shown) = if filter.is_none() && by.is_none() {
        let rows = page::<R>(call.tx, zone.tenant, size, offset)?;
        (R::total(&zone), resources::<R>(call, &rows, selection.wants("members"))?)
    } else {
        let mut found = found::<R>(call, &zone, filter.as_ref(), &selection)?;
        if let Some(by) = by {
            let is_down = query.sort_order.as_deref().is_some_and(|order| is(order, "descending"));
            sort(&mut found, &by, is_down);
        }
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let (skip, take) = (usize::try_from(offset), usize::try_from(size));
        let page = found.into_iter().skip(skip.unwrap_or(usize::MAX)).take(take.unwrap_or(0));
        (total, page.collect())
    };
    let shown = shown.into_iter().map(|one| Value::Object(selection.apply(one)));
    Ok(Listed::of(total, start, shown.collect()))
}

/// All that the filter takes.
fn found<R: Resources>(
    call: &Call<'_>,
    zone: &Zone,
    filter: Option<&Filter>,
    selection: &Selection,
) -> Result<Vec<Map<String, Value>>, Failure> {
    let members =
        selection.wants("members") || filter.is_some_and(|f| filters::names(f, "members"));
    let rows = match filter.map(|filter| candidates::<R>(call, zone, filter)).transpose()?.flatten()
    {
        Some(rows) => rows,
        None => page::<R>(call.tx, zone.tenant, -1, 0)?,
    };
    let mut all = resources::<R>(call, &rows, members)?;
    all.retain(|one| filter.is_none_or(|filter| filters::matches(filter, one)));
    Ok(all)
}

/// A page in the order of creation; all of them if the size is negative.
fn page<R: Resources>(
    tx: &Connection,
    tenant: i64,
    size: i64,
    offset: i64,
) -> rusqlite::Result<Vec<R::Row>> {
    let (after, skip) = R::DELETED.seek_up(tx, tenant, offset)?;
    select::<R>(tx, "seq > ?2 ORDER BY seq LIMIT ?3 OFFSET ?4", params![tenant, after, size, skip])
}

/// The rows whose attribute has that value, if an index has the attribute.
fn with<R: Resources>(
    tx: &Connection,
    tenant: i64,
    attribute: &str,
    value: &str,
) -> rusqlite::Result<Option<Vec<R::Row>>> {
    let Some((column, is_folded)) = R::column(&attribute.to_ascii_lowercase()) else {
        return Ok(None);
    };
    let value = if is_folded { fold(value) } else { value.to_owned() };
    let condition = format!("{column} = ?2 ORDER BY seq");
    select::<R>(tx, &condition, params![tenant, value]).map(Some)
}

/// The tenant's rows; `?1` is the tenant.
fn select<R: Resources>(
    tx: &Connection,
    condition: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<Vec<R::Row>> {
    let (columns, (table, alias)) = (R::COLUMNS, R::TABLE);
    let sql =
        format!("SELECT {columns} FROM {table} {alias} WHERE {alias}.tenant = ?1 AND {condition}");
    tx.prepare_cached(&sql)?.query_map(values, R::read)?.collect()
}

/// The only rows that the filter can take, if an index knows them.
fn candidates<R: Resources>(
    call: &Call<'_>,
    zone: &Zone,
    filter: &Filter,
) -> rusqlite::Result<Option<Vec<R::Row>>> {
    for (path, value) in filters::equalities(filter) {
        if let (Some((Some(name), None)), CompValue::Str(value)) = (core(path), value)
            && let Some(rows) = with::<R>(call.tx, zone.tenant, name, value)?
        {
            return Ok(Some(rows));
        }
    }
    Ok(None)
}

fn resources<R: Resources>(
    call: &Call<'_>,
    rows: &[R::Row],
    members: bool,
) -> rusqlite::Result<Vec<Map<String, Value>>> {
    let base = base(call);
    rows.iter().map(|row| R::resource(call, &base, row, members)).collect()
}

/// The path to sort by; a text that is none sorts nothing.
fn sort_path(text: &str) -> Option<AttrPath> {
    match text.parse() {
        Ok(PatchPath::Attr(path)) => Some(path),
        _ => None,
    }
}

/// Sorts by the first value of the attribute, case ignored. Resources without one are last, and first
/// if the order is descending.
fn sort(all: &mut [Map<String, Value>], by: &AttrPath, is_down: bool) {
    let key = |one: &Map<String, Value>| {
        let value = filters::values(by, one).first().map(|value| match value {
            Value::String(text) => fold(text),
            other => other.to_string(),
        });
        (value.is_none(), value)
    };
    all.sort_by_cached_key(key);
    if is_down {
        all.reverse();
    }
}
