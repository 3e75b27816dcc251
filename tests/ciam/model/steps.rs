//! The steps of a random sequence: what is called, of what, with which few texts.

use proptest::collection::vec;
use proptest::prelude::*;

/// Points at one of the things that there are, or at none.
pub(crate) type Which = u8;

/// A user as a step describes it, of so few texts that they clash.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) groups: Option<Vec<Which>>,
}

/// What is done.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    CreateStore(String),
    RenameStore(String),
    DeleteStore,
    CreateUser(Said),
    UpdateUser(Which, Said),
    SetStatus(Which, &'static str),
    ResetPassword(Which),
    DeleteUsers(Vec<Which>),
    CreateGroup(String),
    RenameGroup(Which, String),
    DeleteGroups(Vec<Which>),
    Link(Which, Which, &'static str),
    Import(Vec<Said>),
    Export,
    Wait(u8),
}

/// What is done, and in which directory.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) store: Which,
    pub(crate) act: Act,
}

fn name() -> impl Strategy<Value = String> {
    "[a-hA-HéÉ]"
}

fn which() -> impl Strategy<Value = Which> {
    0..6_u8
}

fn phone() -> impl Strategy<Value = String> {
    "(\\+86-|\\+1-)?5550[0-7]"
}

fn email() -> impl Strategy<Value = String> {
    name().prop_map(|name| format!("{name}@example.com"))
}

fn groups() -> impl Strategy<Value = Option<Vec<Which>>> {
    prop::option::weighted(0.4, vec(which(), 0..3))
}

/// A user of whom everything is said that a new one needs.
fn whole() -> impl Strategy<Value = Said> {
    (name(), phone(), email(), groups()).prop_map(|(name, phone, email, groups)| Said {
        name: Some(name),
        phone: Some(phone),
        email: Some(email),
        groups,
    })
}

/// A user each of whose members is given with that chance.
fn part(chance: f64) -> impl Strategy<Value = Said> {
    let maybe = move |text: BoxedStrategy<String>| prop::option::weighted(chance, text);
    (maybe(name().boxed()), maybe(phone().boxed()), maybe(email().boxed()), groups())
        .prop_map(|(name, phone, email, groups)| Said { name, phone, email, groups })
}

fn act() -> impl Strategy<Value = Act> {
    let status = prop::sample::select(vec!["NORMAL", "LOCK", "FREEZE", "NOT_ENABLED"]);
    let by = prop::sample::select(vec!["EMAIL", "PHONENUMBER"]);
    prop_oneof![
        2 => name().prop_map(Act::CreateStore),
        1 => name().prop_map(Act::RenameStore),
        1 => Just(Act::DeleteStore),
        12 => whole().prop_map(Act::CreateUser),
        5 => (which(), part(0.3)).prop_map(|(user, said)| Act::UpdateUser(user, said)),
        3 => (which(), status).prop_map(|(user, status)| Act::SetStatus(user, status)),
        2 => which().prop_map(Act::ResetPassword),
        3 => vec(which(), 0..3).prop_map(Act::DeleteUsers),
        5 => name().prop_map(Act::CreateGroup),
        2 => (which(), name()).prop_map(|(group, name)| Act::RenameGroup(group, name)),
        1 => vec(which(), 0..3).prop_map(Act::DeleteGroups),
        9 => (which(), which(), by).prop_map(|(one, other, by)| Act::Link(one, other, by)),
        4 => vec(part(0.6), 1..4).prop_map(Act::Import),
        3 => Just(Act::Export),
        6 => (1..6_u8).prop_map(Act::Wait),
    ]
}

/// Any step; those that build something up are the most frequent.
pub(crate) fn step() -> impl Strategy<Value = Step> {
    (which(), act()).prop_map(|(store, act)| Step { store, act })
}
