//! Putting a seed's directories into the database, a million users in a few seconds.

use crate::error::Failure;
use crate::operation::Call;
use crate::services::SEED_STEP;

use super::super::groups::{self, Group};
use super::super::stores::{self, Store};
use super::super::users::attributes::{self, Attribute};
use super::super::users::new_user::{self, NewUser};
use super::super::users::{formats, status};
use super::{DirectorySeed, StatusSeed, UserSeed, UsersRule};
use crate::services::pattern::{Filled, numbers};

/// How far the directories of a seed are in the database.
#[derive(Default)]
pub(super) struct Progress {
    /// Directories that are complete.
    complete: usize,
    current: Option<Directory>,
}

/// A directory that is being filled.
struct Directory {
    store: Store,
    groups: Vec<Group>,
    first: i64,
    next: i64,
    /// Users named one by one that are there.
    users: usize,
    /// Rules that are complete, and users of the next one that are there.
    rules: usize,
    of_rule: usize,
}

impl Progress {
    /// Puts the next rows in; true once all are there.
    pub(super) fn step(
        &mut self,
        call: &mut Call<'_>,
        seeds: &[DirectorySeed],
    ) -> Result<bool, Failure> {
        let mut room = SEED_STEP;
        while let Some(seed) = seeds.get(self.complete) {
            let directory = match &mut self.current {
                Some(directory) => directory,
                None => self.current.insert(Directory::begin(call, seed)?),
            };
            room = directory.fill(call, seed, room)?;
            if room == 0 {
                return Ok(false);
            }
            stores::count_added(call.tx, directory.store, directory.next - directory.first)?;
            self.current = None;
            self.complete += 1;
        }
        Ok(true)
    }
}

impl Directory {
    fn begin(call: &mut Call<'_>, seed: &DirectorySeed) -> Result<Self, Failure> {
        let id = id_or_drawn(call, seed.id.as_deref());
        let store = stores::insert(call, &id, &seed.name, seed.description.as_deref(), None)?;
        let mut groups = Vec::with_capacity(seed.groups.len());
        for group in &seed.groups {
            let id = id_or_drawn(call, group.id.as_deref());
            let description = group.description.as_deref();
            let seq = groups::insert(call, store, &id, &group.name, description)?;
            groups.push(Group { seq, id, name: group.name.clone() });
        }
        let first = stores::next_seq(call.tx, store)?;
        Ok(Self { store, groups, first, next: first, users: 0, rules: 0, of_rule: 0 })
    }

    /// Makes at most `room` users; gives the room that is left. None is left where users are.
    fn fill(
        &mut self,
        call: &mut Call<'_>,
        seed: &DirectorySeed,
        mut room: usize,
    ) -> Result<usize, Failure> {
        for user_seed in seed.users.iter().skip(self.users).take(room) {
            user(call, self.store, self.next, user_seed, &self.groups)?;
            self.users += 1;
            self.next += 1;
            room -= 1;
        }
        while room > 0
            && let Some(rule) = seed.rules.get(self.rules)
        {
            let made = self.of_rule(call, rule, room)?;
            room -= made;
            self.of_rule += made;
            if room > 0 {
                self.rules += 1;
                self.of_rule = 0;
            }
        }
        Ok(room)
    }

    /// Makes at most `most` more users of a rule; gives how many.
    fn of_rule(
        &mut self,
        call: &mut Call<'_>,
        rule: &UsersRule,
        most: usize,
    ) -> Result<usize, Failure> {
        let groups = named(&self.groups, &rule.groups);
        // The texts are written into the same strings over and over.
        let mut user_name = Filled::new(rule.user_name.as_deref())?;
        let mut phone = Filled::new(rule.phone.as_deref())?;
        let mut email = Filled::new(rule.email.as_deref())?;
        let mut nickname = Filled::new(rule.nickname.as_deref())?;
        let mut made = 0;
        for number in numbers(rule.first, rule.count).skip(self.of_rule).take(most) {
            let id = new_user::id(call.ids, self.store, self.next);
            let user = NewUser {
                user_id: &id,
                user_name: user_name.with(number),
                phone: phone.with(number),
                email: email.with(number),
                nickname: nickname.with(number),
                groups: &groups,
                ..beginning(call.now.0, rule.status)
            };
            new_user::insert(call.tx, self.store, self.next, &user)?;
            self.next += 1;
            made += 1;
        }
        Ok(made)
    }
}

fn user(
    call: &mut Call<'_>,
    store: Store,
    seq: i64,
    seed: &UserSeed,
    known: &[Group],
) -> Result<(), Failure> {
    let id = id_or_drawn(call, seed.id.as_deref());
    let attributes: Vec<Attribute<'_>> = seed
        .attributes
        .iter()
        .map(|(name, value)| Attribute {
            name: name.as_str().into(),
            value: value.as_str().into(),
            r#type: "STRING".into(),
        })
        .collect();
    let attributes = attributes::to_column(&attributes)?;
    let mut indexed = [None; 5];
    for (place, text) in indexed.iter_mut().zip(&seed.indexed) {
        *place = Some(text.as_str());
    }
    let groups = named(known, &seed.groups);
    let user = NewUser {
        user_id: &id,
        user_name: seed.user_name.as_deref(),
        phone: seed.phone.as_deref(),
        email: seed.email.as_deref(),
        nickname: seed.nickname.as_deref(),
        name: seed.name.as_deref(),
        address: seed.address.as_deref(),
        description: seed.description.as_deref(),
        identity_card: seed.identity_card.as_deref(),
        birthdate: seed.birthdate.as_deref().and_then(formats::day_ms),
        groups: &groups,
        attributes: attributes.as_deref(),
        indexed,
        ..beginning(call.now.0, seed.status)
    };
    new_user::insert(call.tx, store, seq, &user)
}

fn beginning(now: i64, seed: StatusSeed) -> NewUser<'static> {
    let is_locked = seed == StatusSeed::Lock;
    NewUser {
        created: now,
        data_source: new_user::ADDED,
        status: match seed {
            StatusSeed::NotEnabled => status::NOT_ENABLED,
            StatusSeed::Normal => status::NORMAL,
            StatusSeed::Lock => status::LOCK,
            StatusSeed::Freeze => status::FREEZE,
        },
        lock_type: is_locked.then_some(status::ADMIN_LOCK),
        lock_time: is_locked.then_some(now),
        ..NewUser::default()
    }
}

fn id_or_drawn(call: &mut Call<'_>, id: Option<&str>) -> String {
    id.map_or_else(|| call.ids.hex32(), str::to_owned)
}

fn named(known: &[Group], names: &[String]) -> Vec<Group> {
    names
        .iter()
        .filter_map(|name| known.iter().find(|group| group.name == *name))
        .cloned()
        .collect()
}
