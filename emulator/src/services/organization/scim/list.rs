//! Lists of users and groups: filter, order, page (RFC 7644, section 3.4.2).

use std::ops::Range;

use rusqlite::{Connection, Row, ToSql, params};
use scim_v2::filter::{AttrPath, Filter, PatchPath};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::super::directory::deleted_counts::DeletedCounts;
use super::attributes::is;
use super::projection::{Projection, Selection};
use super::{Zone, base, filters, open_zone};
use crate::error::Failure;
use crate::operation::Call;

mod search;

use search::Search;

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
    /// The unique attribute that every resource has, and the column with its folded values.
    const NAME: (&str, &str);

    /// How many there are.
    fn total(zone: &Zone) -> i64;

    /// Reads a row.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self::Row>;

    /// The number of a row.
    fn seq(row: &Self::Row) -> i64;

    /// The column that an index has for the attribute, in lower case, and whether it is folded.
    fn column(attribute: &str) -> Option<(&'static str, bool)>;

    /// By the read cache: the numbers of the resources that the filter can take, ascending, each with whether
    /// it certainly does. `None` if the cache cannot decide.
    fn cached_candidates(
        call: &Call<'_>,
        zone: &Zone,
        filter: &Filter,
    ) -> Result<Option<Vec<(i64, bool)>>, Failure>;

    /// The resource.
    fn resource(
        call: &Call<'_>,
        base: &str,
        row: &Self::Row,
        members: Members<'_>,
    ) -> rusqlite::Result<Map<String, Value>>;
}

/// Which members a resource has, if it is of a kind that has some.
#[derive(Debug, Clone, Copy)]
pub(super) enum Members<'a> {
    None,
    /// The first one, and those of these ids.
    Some(&'a [&'a str]),
    All,
}

impl Members<'_> {
    /// Those of an answer.
    pub(super) fn of(selection: &Selection) -> Self {
        if selection.wants("members") { Self::All } else { Self::None }
    }
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
pub(super) struct Listed<R> {
    schemas: [&'static str; 1],
    total_results: i64,
    start_index: i64,
    items_per_page: usize,
    #[serde(rename = "Resources")]
    resources: Vec<R>,
}

impl<R> Listed<R> {
    /// The page from that index, of `total` resources.
    pub(super) fn of(total: i64, start_index: i64, resources: Vec<R>) -> Self {
        let items_per_page = resources.len();
        Self { schemas: [LIST], total_results: total, start_index, items_per_page, resources }
    }
}

/// `ListUsers` and `ListGroups`.
pub(super) fn list<R: Resources>(
    call: &mut Call<'_>,
    query: Query,
) -> Result<Listed<Box<RawValue>>, Failure> {
    let zone = open_zone(call)?;
    let start = query.start_index.unwrap_or(1).max(1);
    let size = query.count.unwrap_or(PAGE).clamp(0, PAGE_MAX);
    let page = start - 1..(start - 1).saturating_add(size);
    let filter = query.filter.as_deref().map(filters::parse).transpose()?;
    let is_down = query.sort_order.as_deref().is_some_and(|order| is(order, "descending"));
    let by = query.sort_by.as_deref().and_then(sort_path);
    let selection = query.projection.selection()?;
    let (total, rows) = if filter.is_none() && by.is_none() {
        (R::total(&zone), by_creation::<R>(call.tx, zone.tenant, page)?)
    } else {
        let by = by.as_ref().map(|by| (by, is_down));
        Search::new(call, &zone, filter.as_ref(), by, page).find::<R>(call)?
    };
    let (base, members) = (base(call), Members::of(&selection));
    let mut shown = Vec::with_capacity(rows.len());
    for row in &rows {
        let resource = R::resource(call, &base, row, members)?;
        // A group can have many members: their JSON takes a tenth of the memory of these values.
        shown.push(to_raw_value(&selection.apply(resource))?);
    }
    Ok(Listed::of(total, start, shown))
}

fn by_creation<R: Resources>(
    tx: &Connection,
    tenant: i64,
    page: Range<i64>,
) -> rusqlite::Result<Vec<R::Row>> {
    let (after, skip) = R::DELETED.seek_up(tx, tenant, page.start)?;
    let size = page.end - page.start;
    let condition = "seq > ?2 ORDER BY seq LIMIT ?3 OFFSET ?4";
    let mut rows = Vec::new();
    each::<R>(tx, condition, params![tenant, after, size, skip], |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

/// Calls `show` for each row of the tenant, which is `?1` of the condition.
fn each<R: Resources>(
    tx: &Connection,
    condition: &str,
    values: &[&dyn ToSql],
    mut show: impl FnMut(R::Row) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let (columns, (table, alias)) = (R::COLUMNS, R::TABLE);
    let sql =
        format!("SELECT {columns} FROM {table} {alias} WHERE {alias}.tenant = ?1 AND {condition}");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(values)?;
    while let Some(row) = rows.next()? {
        show(R::read(row)?)?;
    }
    Ok(())
}

/// The path to sort by; a text that is none sorts nothing.
fn sort_path(text: &str) -> Option<AttrPath> {
    match text.parse() {
        Ok(PatchPath::Attr(path)) => Some(path),
        _ => None,
    }
}
