//! Counts of the zone's users by type and status, and the pages that they lead to: no user is counted
//! when a page is asked for, and fewer than a block of them are skipped.

use rusqlite::{Connection, params};

use crate::services::sparse_paging::{BLOCK, block_of};

use super::super::filters::Order;
use super::super::paging::Page;
use super::super::{DISABLED, ENABLED, Kind};

/// A type and a status.
pub(crate) type Sort = (Kind, &'static str);

/// Whatever sort a user can be of.
const SORTS: [Sort; 4] = [
    (Kind::Manual, ENABLED),
    (Kind::Manual, DISABLED),
    (Kind::Synchronized, ENABLED),
    (Kind::Synchronized, DISABLED),
];

/// Users of one type, of one status, or of both; an absent word takes all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selected<'a> {
    pub(crate) kind: Option<&'a str>,
    pub(crate) status: Option<&'a str>,
}

/// Counts `by` more users of that sort in the block of that number.
pub(crate) fn add(
    tx: &Connection,
    tenant: i64,
    seq: i64,
    (kind, status): (Kind, &str),
    by: i64,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO organization_user_counts VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET users = users + ?5",
    )?
    .execute(params![tenant, block_of(seq), kind, status, by])
    .map(drop)
}

impl Selected<'_> {
    /// How many users these are, and the numbers of those on the page.
    pub(crate) fn page(
        self,
        tx: &Connection,
        tenant: i64,
        page: Page,
        order: Order,
    ) -> rusqlite::Result<(i64, Vec<i64>)> {
        let mut blocks = self.blocks(tx, tenant)?;
        let total = blocks.iter().map(|(_, users)| users).sum();
        if order == Order::Desc {
            blocks.reverse();
        }
        let mut skip = page.offset;
        for (block, users) in blocks {
            if skip < users {
                let bound = match order {
                    Order::Asc => block * BLOCK,
                    Order::Desc => (block + 1) * BLOCK + 1,
                };
                return Ok((
                    total,
                    self.seqs(tx, tenant, bound, Page { offset: skip, ..page }, order)?,
                ));
            }
            skip -= users;
        }
        Ok((total, Vec::new()))
    }

    /// Each block that has such users, with their count, in rising order.
    fn blocks(self, tx: &Connection, tenant: i64) -> rusqlite::Result<Vec<(i64, i64)>> {
        tx.prepare_cached(
            "SELECT block, SUM(users) FROM organization_user_counts
             WHERE tenant = ?1 AND type = IFNULL(?2, type) AND status = IFNULL(?3, status)
             GROUP BY block",
        )?
        .query_map(params![tenant, self.kind, self.status], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
    }

    /// The numbers on a page of those behind the bound.
    fn seqs(
        self,
        tx: &Connection,
        tenant: i64,
        bound: i64,
        page: Page,
        order: Order,
    ) -> rusqlite::Result<Vec<i64>> {
        let (than, way) = order.sql();
        let mut statement = tx.prepare_cached(&format!(
            "SELECT seq FROM organization_users INDEXED BY organization_users_kind
             WHERE tenant = ?1 AND type = ?2 AND status = ?3 AND seq {than} ?4
             ORDER BY seq{way} LIMIT ?5"
        ))?;
        let mut seqs: Vec<i64> = Vec::new();
        let reach = page.offset.saturating_add(page.size);
        for (kind, status) in SORTS.into_iter().filter(|sort| self.has(*sort)) {
            let values = params![tenant, kind, status, bound, reach];
            for seq in statement.query_map(values, |row| row.get(0))? {
                seqs.push(seq?);
            }
        }
        seqs.sort_unstable();
        if order == Order::Desc {
            seqs.reverse();
        }
        let on_page = seqs.into_iter().skip(page.offset.try_into().unwrap_or(usize::MAX));
        Ok(on_page.take(page.size.try_into().unwrap_or(0)).collect())
    }

    /// Whether it takes all users.
    pub(crate) fn is_all(self) -> bool {
        self.kind.is_none() && self.status.is_none()
    }

    /// Whether it takes users of that sort.
    pub(crate) fn has(self, (kind, status): Sort) -> bool {
        self.kind.is_none_or(|word| word == kind.word())
            && self.status.is_none_or(|word| word == status)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::btree_map;
    use proptest::prelude::*;

    use super::*;
    use crate::state::schema::STEPS;

    /// A database with no more than what the counts need, and these users of tenant 1.
    fn database(users: impl Iterator<Item = (i64, Sort)>) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        let table = "CREATE TABLE organization_users (tenant, seq, type, status);
            CREATE INDEX organization_users_kind ON organization_users (tenant, type, status, seq);";
        connection.execute_batch(table).unwrap();
        connection.execute_batch(include_str!("../user_counts.sql")).unwrap();
        for (seq, sort) in users {
            let sql = "INSERT INTO organization_users VALUES (1, ?1, ?2, ?3)";
            connection.execute(sql, params![seq, sort.0, sort.1]).unwrap();
            add(&connection, 1, seq, sort, 1).unwrap();
        }
        connection
    }

    fn users() -> impl Strategy<Value = Vec<(i64, Sort)>> {
        let mostly = prop_oneof![8 => Just(0), 1 => 1..4_usize];
        btree_map(1..5_000_i64, mostly, 0..400)
            .prop_map(|users| users.into_iter().map(|(seq, at)| (seq, SORTS[at])).collect())
    }

    fn rows(connection: &Connection) -> Vec<(i64, String, String, i64)> {
        let sql =
            "SELECT block, type, status, users FROM organization_user_counts ORDER BY 1, 2, 3";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_page_is_that_of_the_list_without_the_others(
            users in users(), offset in 0..450_i64, size in 0..40_i64,
        ) {
            let connection = database(users.iter().copied());
            for (kind, status) in [
                (Some("Manual"), None), (Some("Synchronized"), None), (None, Some(ENABLED)),
                (None, Some(DISABLED)), (Some("Manual"), Some(ENABLED)), (Some("x"), None),
            ] {
                let selected = Selected { kind, status };
                let mut fit: Vec<i64> =
                    users.iter().filter(|(_, sort)| selected.has(*sort)).map(|(seq, _)| *seq).collect();
                for order in [Order::Asc, Order::Desc] {
                    let found = selected.page(&connection, 1, Page { size, offset }, order).unwrap();
                    let [skip, take] = [offset, size].map(|number| usize::try_from(number).unwrap());
                    let page = fit.iter().skip(skip).take(take).copied().collect();
                    prop_assert_eq!(found, (i64::try_from(fit.len()).unwrap(), page));
                    fit.reverse();
                }
            }
        }

        #[test]
        fn a_database_of_before_gets_the_counts_that_its_users_have(users in users()) {
            let connection = database(users.into_iter());
            let kept = rows(&connection);
            connection.execute_batch("DROP TABLE organization_user_counts").unwrap();
            let step = STEPS.iter().find(|step| step.contains("TABLE organization_user_counts"));
            connection.execute_batch(step.unwrap()).unwrap();
            prop_assert_eq!(rows(&connection), kept);
        }
    }
}
