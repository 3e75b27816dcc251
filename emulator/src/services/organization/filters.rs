//! Lists of the zone's users, groups and user syncs: conditions, order, and the page.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::Deserialize;

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;
use crate::services::text::non_empty;

use super::accounts;
use super::directory::deleted_counts::DeletedCounts;
use super::paging::{Matches, Page};

/// `SortType`. The default is assumed: the newest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Order {
    /// The newest first.
    #[default]
    Desc,
    /// The oldest first.
    Asc,
}

impl Order {
    /// How a number compares with those before it, and what follows the column in `ORDER BY`.
    pub(super) fn sql(self) -> (&'static str, &'static str) {
        match self {
            Self::Asc => (">", ""),
            Self::Desc => ("<", " DESC"),
        }
    }
}

/// A filter by text, folded.
pub(super) enum Text {
    /// `name eq value`, as one of the vendor's examples has it: the name as a whole.
    Whole(String),
    /// Any other: a part of one of the texts.
    Part(String),
}

impl Text {
    /// The filter; nothing if it is absent or empty.
    pub(super) fn read(filter: Option<&str>) -> Option<Self> {
        let filter = non_empty(filter)?;
        Some(match filter.split_once(" eq ") {
            Some((_, value)) => Self::Whole(fold(value.trim_matches('"'))),
            None => Self::Part(fold(filter)),
        })
    }
}

/// What is listed.
pub(super) struct List<'a> {
    /// The table and its short name.
    pub(super) table: &'static str,
    pub(super) columns: &'a str,
    /// How many rows there are without conditions.
    pub(super) total: i64,
    /// The zone's column with the next number.
    pub(super) next: &'static str,
    pub(super) deleted: DeletedCounts,
}

/// A page of rows, and the count of all that fit.
pub(super) struct Found<T> {
    pub(super) total: i64,
    pub(super) rows: Vec<T>,
}

/// Conditions on the rows of a tenant.
pub(super) struct Conditions {
    alias: &'static str,
    tenant: i64,
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    /// None so far; `alias` is the table's short name.
    pub(super) fn new(alias: &'static str, tenant: i64) -> Self {
        Self { alias, tenant, sql: format!("{alias}.tenant = ?1"), values: vec![tenant.into()] }
    }

    /// The column has that value, if one is given.
    pub(super) fn equal(&mut self, column: &str, value: Option<&str>) {
        if let Some(value) = non_empty(value) {
            self.values.push(value.to_owned().into());
            self.and(&format!("{}.{column} = ?{}", self.alias, self.values.len()));
        }
    }

    fn and(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }

    /// A condition of the caller's on a value, whose place in the statement it gets.
    pub(super) fn matching(&mut self, value: impl Into<Value>, sql: impl FnOnce(usize) -> String) {
        self.values.push(value.into());
        self.sql += " AND ";
        self.sql += &sql(self.values.len());
    }

    /// One of the columns contains the text; a whole name is compared with `names`.
    pub(super) fn text(&mut self, text: Option<&Text>, names: &[&str], columns: &[&str]) {
        let Some(text) = text else { return };
        let (alias, at) = (self.alias, self.values.len() + 1);
        match text {
            Text::Whole(name) => {
                self.values.push(name.clone().into());
                let any = names.iter().map(|column| format!("fold({alias}.{column}) = ?{at}"));
                self.and(&format!("({})", any.collect::<Vec<_>>().join(" OR ")));
            }
            Text::Part(part) => {
                self.values.push(part.clone().into());
                let all = columns.iter().map(|column| format!(", {alias}.{column}"));
                self.and(&format!("fold_has(?{at}{})", all.collect::<String>()));
            }
        }
    }

    /// The row's account is of that type and number, as far as they are given.
    pub(super) fn target(
        &mut self,
        call: &Call<'_>,
        target_type: Option<&str>,
        uin: Option<i64>,
    ) -> Result<(), Failure> {
        let alias = self.alias;
        if let Some(uin) = uin {
            self.matching(uin, |at| format!("{alias}.target_uin = ?{at}"));
        }
        if let Some(target_type) = non_empty(target_type) {
            let manager = accounts::organization(call)?.map_or(0, |org| org.host_uin);
            let is = if target_type == accounts::MANAGER { "=" } else { "<>" };
            self.matching(manager, |at| format!("{alias}.target_uin {is} ?{at}"));
        }
        Ok(())
    }

    /// The column contains the text, case ignored.
    pub(super) fn name_part(&mut self, text: Option<&str>, column: &str) {
        if let Some(text) = non_empty(text) {
            self.matching(fold(text), |at| format!("fold_has(?{at}, {column})"));
        }
    }

    /// Reads the page of a short list: its rows are counted and skipped one by one.
    pub(super) fn scan<T>(
        mut self,
        tx: &Connection,
        table: &str,
        columns: &str,
        order: &str,
        page: Page,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Found<T>> {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {}", self.sql);
        let values = params_from_iter(&self.values);
        let total = tx.prepare_cached(&sql)?.query_row(values, |row| row.get(0))?;
        let at = self.values.len();
        let sql = format!(
            "SELECT {columns} FROM {table} WHERE {} ORDER BY {order} LIMIT ?{} OFFSET ?{}",
            self.sql,
            at + 1,
            at + 2
        );
        self.values.extend([page.size, page.offset].map(Value::from));
        let mut statement = tx.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(&self.values), read)?;
        Ok(Found { total, rows: rows.collect::<Result<_, _>>()? })
    }

    /// Reads the page. Without conditions no row is counted or skipped one by one; with some, all rows are
    /// looked at once.
    pub(super) fn read<T>(
        self,
        tx: &Connection,
        list: &List<'_>,
        page: Page,
        order: Order,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Found<T>> {
        if self.values.len() > 1 {
            let Matches { total, seqs, .. } = self.search(tx, list.table, page, order)?;
            return Ok(Found { total, rows: self.rows(tx, list, &seqs, read)? });
        }
        let (bound, skip) = self.seek(tx, list, page, order)?;
        let (List { table, columns, .. }, alias, (than, way)) = (list, self.alias, order.sql());
        let sql = format!(
            "SELECT {columns} FROM {table} WHERE {alias}.tenant = ?1 AND {alias}.seq {than} ?2 \
             ORDER BY {alias}.seq{way} LIMIT ?3 OFFSET ?4"
        );
        let mut statement = tx.prepare_cached(&sql)?;
        let rows = statement.query_map([self.tenant, bound, page.size, skip], read)?;
        Ok(Found { total: list.total, rows: rows.collect::<Result<_, _>>()? })
    }

    /// The count of all rows that fit, and the numbers of those on the page.
    fn search(
        &self,
        tx: &Connection,
        table: &str,
        page: Page,
        order: Order,
    ) -> rusqlite::Result<Matches> {
        let (alias, (_, way)) = (self.alias, order.sql());
        let sql =
            format!("SELECT {alias}.seq FROM {table} WHERE {} ORDER BY {alias}.seq{way}", self.sql);
        let mut statement = tx.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&self.values))?;
        let mut matches = Matches::on(page.places());
        while let Some(row) = rows.next()? {
            matches.add(row.get(0)?);
        }
        Ok(matches)
    }

    /// The rows of those numbers, in their order.
    pub(super) fn rows<T>(
        &self,
        tx: &Connection,
        list: &List<'_>,
        seqs: &[i64],
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        let (List { table, columns, .. }, alias) = (list, self.alias);
        let mut statement = tx.prepare_cached(&format!(
            "SELECT {columns} FROM {table} WHERE {alias}.tenant = ?1 AND {alias}.seq = ?2"
        ))?;
        seqs.iter().map(|seq| statement.query_row([self.tenant, *seq], read)).collect()
    }

    fn seek(
        &self,
        tx: &Connection,
        list: &List<'_>,
        page: Page,
        order: Order,
    ) -> rusqlite::Result<(i64, i64)> {
        match order {
            Order::Asc => list.deleted.seek_up(tx, self.tenant, page.offset),
            Order::Desc => {
                let sql = format!("SELECT {} FROM organization_zones WHERE tenant = ?1", list.next);
                let next = tx.prepare_cached(&sql)?.query_row([self.tenant], |row| row.get(0))?;
                list.deleted.seek_down(tx, self.tenant, next, page.offset)
            }
        }
    }
}
