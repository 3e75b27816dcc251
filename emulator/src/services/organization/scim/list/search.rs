//! Filters and sorts resources. It reads only candidates, which it has from an index or from the read
//! cache; without candidates it reads all resources, one after the other.

use std::ops::Range;

use rusqlite::{Connection, ToSql, params};
use scim_v2::filter::{AttrPath, CompValue, Filter};
use serde_json::{Map, Value};

use super::super::filters::{self, members};
use super::super::location::{core, leads_to};
use super::super::{Zone, base};
use super::{Members, Resources, each};
use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;
use crate::services::organization::paging::Matches;

/// A list with a filter, an order, or both.
pub(super) struct Search<'a> {
    zone: &'a Zone,
    filter: Option<&'a Filter>,
    by: Option<(&'a AttrPath, bool)>,
    page: Range<i64>,
    base: String,
    /// Whether the filter or the order depends on members.
    needs_members: bool,
    /// The ids of the members on which the filter depends; `None` if it depends on all.
    members: Option<Vec<&'a str>>,
}

impl<'a> Search<'a> {
    /// `by` is what to sort by, and whether the order is descending.
    pub(super) fn new(
        call: &Call<'_>,
        zone: &'a Zone,
        filter: Option<&'a Filter>,
        by: Option<(&'a AttrPath, bool)>,
        page: Range<i64>,
    ) -> Self {
        let needs_members = filter.is_some_and(members::are_named)
            || by.is_some_and(|(by, _)| leads_to(by, "members"));
        let members = filter.map_or_else(|| Some(Vec::new()), members::ids);
        Self { zone, filter, by, page, base: base(call), needs_members, members }
    }

    /// The number of matching resources, and the rows of the page.
    pub(super) fn find<R: Resources>(
        &self,
        call: &Call<'_>,
    ) -> Result<(i64, Vec<R::Row>), Failure> {
        let (total, seqs) = match (self.filter, self.by) {
            (None, Some((by, is_down))) if is_name::<R>(by) => {
                (R::total(self.zone), self.by_name::<R>(call.tx, is_down)?)
            }
            (_, None) => self.by_creation::<R>(call)?,
            (_, Some((by, is_down))) => self.sorted::<R>(call, by, is_down)?,
        };
        let mut rows = Vec::with_capacity(seqs.len());
        for seq in seqs {
            each::<R>(call.tx, "seq = ?2", params![self.zone.tenant, seq], |row| {
                rows.push(row);
                Ok(())
            })?;
        }
        Ok((total, rows))
    }

    /// Names are unique, so an index has the order.
    fn by_name<R: Resources>(&self, tx: &Connection, is_down: bool) -> rusqlite::Result<Vec<i64>> {
        let ((table, _), (_, column)) = (R::TABLE, R::NAME);
        let way = if is_down { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT seq FROM {table} WHERE tenant = ?1 ORDER BY {column} {way} LIMIT ?2 OFFSET ?3"
        );
        let size = self.page.end - self.page.start;
        let mut statement = tx.prepare_cached(&sql)?;
        statement.query_map([self.zone.tenant, size, self.page.start], |row| row.get(0))?.collect()
    }

    fn by_creation<R: Resources>(&self, call: &Call<'_>) -> Result<(i64, Vec<i64>), Failure> {
        let mut matches = Matches::on(self.page.clone());
        self.each_match::<R>(call, false, |seq, _| matches.add(seq))?;
        Ok((matches.total, matches.seqs))
    }

    /// By the first value of the attribute, case ignored. Resources without one are last, and first if the
    /// order is descending.
    fn sorted<R: Resources>(
        &self,
        call: &Call<'_>,
        by: &AttrPath,
        is_down: bool,
    ) -> Result<(i64, Vec<i64>), Failure> {
        let mut all = Vec::new();
        self.each_match::<R>(call, true, |seq, resource| {
            all.push((resource.map(|resource| key(by, resource)), seq));
        })?;
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        if is_down {
            all.reverse();
        }
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let place = |at: i64| usize::try_from(at).unwrap_or(usize::MAX).min(all.len());
        let page = place(self.page.start)..place(self.page.end);
        let seqs = all.get(page).unwrap_or_default().iter().map(|(_, seq)| *seq);
        Ok((total, seqs.collect()))
    }

    /// Calls `show` with the number of each match in the order of creation, and with the resource if it was
    /// read or is needed.
    fn each_match<R: Resources>(
        &self,
        call: &Call<'_>,
        needs_resource: bool,
        mut show: impl FnMut(i64, Option<&Map<String, Value>>),
    ) -> Result<(), Failure> {
        let tenant = self.zone.tenant;
        let Some(candidates) = self.candidates::<R>(call)? else {
            let all = "TRUE ORDER BY seq";
            return Ok(self.match_rows::<R>(call, all, params![tenant], &mut show)?);
        };
        for (seq, is_match) in candidates {
            if is_match && !needs_resource {
                show(seq, None);
            } else {
                self.match_rows::<R>(call, "seq = ?2", params![tenant, seq], &mut show)?;
            }
        }
        Ok(())
    }

    fn match_rows<R: Resources>(
        &self,
        call: &Call<'_>,
        condition: &str,
        values: &[&dyn ToSql],
        show: &mut impl FnMut(i64, Option<&Map<String, Value>>),
    ) -> rusqlite::Result<()> {
        each::<R>(call.tx, condition, values, |row| {
            let resource = R::resource(call, &self.base, &row, self.members())?;
            if self.filter.is_none_or(|filter| filters::matches(filter, &resource)) {
                show(R::seq(&row), Some(&resource));
            }
            Ok(())
        })
    }

    fn members(&self) -> Members<'_> {
        match &self.members {
            _ if !self.needs_members => Members::None,
            Some(ids) => Members::Some(ids),
            None => Members::All,
        }
    }

    /// The numbers of resources that the filter can take, ascending, each with whether it certainly does.
    /// `None` if all must be read.
    fn candidates<R: Resources>(
        &self,
        call: &Call<'_>,
    ) -> Result<Option<Vec<(i64, bool)>>, Failure> {
        let Some(filter) = self.filter else { return Ok(None) };
        for (path, value) in filters::equalities(filter) {
            if let (Some((Some(name), None)), CompValue::Str(value)) = (core(path), value)
                && let Some((column, is_folded)) = R::column(&name.to_ascii_lowercase())
            {
                let value = if is_folded { fold(value) } else { value.clone() };
                let (table, _) = R::TABLE;
                // With other columns SQLite would read all rows, since their key has this order.
                let sql = format!(
                    "SELECT seq FROM {table} WHERE tenant = ?1 AND {column} = ?2 ORDER BY seq"
                );
                let mut statement = call.tx.prepare_cached(&sql)?;
                let seqs = statement
                    .query_map(params![self.zone.tenant, value], |row| Ok((row.get(0)?, false)))?;
                return Ok(Some(seqs.collect::<Result<_, _>>()?));
            }
        }
        R::cached_candidates(call, self.zone, filter)
    }
}

fn is_name<R: Resources>(path: &AttrPath) -> bool {
    core(path).is_some_and(|(name, part)| {
        part.is_none() && name.is_some_and(|name| name.eq_ignore_ascii_case(R::NAME.0))
    })
}

fn key(by: &AttrPath, resource: &Map<String, Value>) -> (bool, Option<String>) {
    let value = filters::values(by, resource).first().map(|value| match value {
        Value::String(text) => fold(text),
        other => other.to_string(),
    });
    (value.is_none(), value)
}

#[cfg(test)]
mod tests;
