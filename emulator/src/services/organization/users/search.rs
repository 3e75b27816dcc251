//! `ListUsers` by text. A name as a whole is looked up. A part of a text is searched in the texts of all
//! users, which the cache of reads has; only changed blocks of users are read again. Where there is no
//! cache, all rows are looked at.

use memchr::memmem::Finder;
use rusqlite::Connection;

use crate::error::Failure;
use crate::operation::Call;

use super::super::directory::user_counts::Selected;
use super::super::directory::user_texts::{COLUMNS, UserTexts};
use super::super::directory::{deleted_counts, users as rows};
use super::super::filters::{Conditions, Found, List, Order, Text};
use super::super::paging::{Matches, Page};
use super::super::status_of;
use super::super::zones::Zone;

/// What of the users that contain a text is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) zone: &'a Zone,
    pub(super) selected: Selected<'a>,
    pub(super) page: Page,
    pub(super) order: Order,
}

/// How users are listed without an index.
pub(super) fn list(zone: &Zone) -> List<'static> {
    List {
        table: "organization_users u",
        columns: rows::COLUMNS,
        total: zone.user_count,
        next: "next_user",
        deleted: deleted_counts::USERS,
    }
}

impl Search<'_> {
    /// The page of users with the text.
    pub(super) fn find(self, call: &Call<'_>, text: &Text) -> Result<Found<rows::User>, Failure> {
        let part = match text {
            Text::Whole(name) => return Ok(self.named(call.tx, name)?),
            Text::Part(part) => part,
        };
        if let Some(Matches { total, seqs, .. }) = self.search(call, part)? {
            return Ok(Found { total, rows: rows::by_seqs(call.tx, self.zone.tenant, &seqs)? });
        }
        Ok(self.scan(call.tx, text)?)
    }

    /// The user of that folded name, if it is selected.
    fn named(self, tx: &Connection, name: &str) -> rusqlite::Result<Found<rows::User>> {
        let tenant = self.zone.tenant;
        let user = match rows::by_name(tx, tenant, name)? {
            Some(seq) => rows::by_seq(tx, tenant, seq)?,
            None => None,
        };
        let sort = |user: &rows::User| (user.kind, status_of(user.is_enabled));
        let user = user.filter(|user| self.selected.has(sort(user)));
        let total = i64::from(user.is_some());
        let is_on_page = self.page.offset == 0 && self.page.size > 0;
        Ok(Found { total, rows: user.into_iter().filter(|_| is_on_page).collect() })
    }

    /// How many selected users have the part in a text, and the numbers of those on the page; nothing
    /// if the cache cannot say it.
    fn search(self, call: &Call<'_>, part: &str) -> Result<Option<Matches>, Failure> {
        let Self { zone, selected, page, order } = self;
        let part = Finder::new(part);
        let (mut matches, mut of_block) = (Matches::on(page.places()), Vec::new());
        let is_whole = UserTexts::each(call, zone, order, |texts| {
            texts.search(&part, selected, &mut of_block);
            if order == Order::Desc {
                of_block.reverse();
            }
            of_block.drain(..).for_each(|seq| matches.add(seq));
        })?;
        Ok(is_whole.then_some(matches))
    }

    /// Looks at all rows.
    fn scan(self, tx: &Connection, text: &Text) -> rusqlite::Result<Found<rows::User>> {
        let Self { zone, selected, page, order } = self;
        let mut conditions = Conditions::new("u", zone.tenant);
        conditions.text(Some(text), &COLUMNS[..1], &COLUMNS);
        // An index would lead to the rows one by one.
        for (column, word) in [("status", selected.status), ("type", selected.kind)] {
            if let Some(word) = word {
                conditions.matching(word.to_owned(), |at| format!("+u.{column} = ?{at}"));
            }
        }
        conditions.read(tx, &list(zone), page, order, rows::read)
    }
}

#[cfg(test)]
mod tests;
