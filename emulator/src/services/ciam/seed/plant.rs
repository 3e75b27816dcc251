//! Putting a seed's directories into the database, a million users in a few seconds.

use crate::error::Failure;
use crate::operation::Call;

use super::super::groups::{self, Group};
use super::super::stores::{self, Store};
use super::super::users::attributes::{self, Attribute};
use super::super::users::new_user::{self, NewUser};
use super::super::users::{formats, status};
use super::{DirectorySeed, StatusSeed, UserSeed, UsersRule};
use crate::seed::pattern::{Filled, numbers};

/// Puts a directory in, with its groups and users.
pub(super) fn directory(call: &mut Call<'_>, seed: &DirectorySeed) -> Result<(), Failure> {
    let id = id_or_drawn(call, seed.id.as_deref());
    let store = stores::insert(call, &id, &seed.name, seed.description.as_deref(), None)?;
    let mut known = Vec::with_capacity(seed.groups.len());
    for group in &seed.groups {
        let id = id_or_drawn(call, group.id.as_deref());
        let seq = groups::insert(call, store, &id, &group.name, group.description.as_deref())?;
        known.push(Group { seq, id, name: group.name.clone() });
    }
    let first = stores::next_seq(call.tx, store)?;
    let mut next = first;
    for seed in &seed.users {
        user(call, store, next, seed, &known)?;
        next += 1;
    }
    for rule in &seed.rules {
        next = users(call, store, next, rule, &known)?;
    }
    Ok(stores::count_added(call.tx, store, next - first)?)
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

/// Makes the users of a rule; answers the number that is free after them.
fn users(
    call: &mut Call<'_>,
    store: Store,
    first_seq: i64,
    rule: &UsersRule,
    known: &[Group],
) -> Result<i64, Failure> {
    let groups = named(known, &rule.groups);
    // The texts are written into the same strings over and over.
    let mut user_name = Filled::new(rule.user_name.as_deref())?;
    let mut phone = Filled::new(rule.phone.as_deref())?;
    let mut email = Filled::new(rule.email.as_deref())?;
    let mut nickname = Filled::new(rule.nickname.as_deref())?;
    let mut seq = first_seq;
    for number in numbers(rule.first, rule.count) {
        let id = new_user::id(call.ids, store, seq);
        let user = NewUser {
            user_id: &id,
            user_name: user_name.with(number),
            phone: phone.with(number),
            email: email.with(number),
            nickname: nickname.with(number),
            groups: &groups,
            ..beginning(call.now.0, rule.status)
        };
        new_user::insert(call.tx, store, seq, &user)?;
        seq += 1;
    }
    Ok(seq)
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
