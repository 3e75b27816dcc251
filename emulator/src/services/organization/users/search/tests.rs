//! Searches with the cache beside plain ones, after whatever was done to the users.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::super::directory::users::{NewUser, User};
use super::super::super::zoned::Zoned;
use super::super::super::{DISABLED, ENABLED, Kind, zones};
use super::*;
use crate::runtime::fold::fold;
use crate::services::sparse_paging::BLOCK;
use crate::state::ReadCache;

impl Zoned {
    /// The count and the numbers that a search finds.
    fn find(&self, tx: &Connection, cache: Option<&ReadCache>, query: &Query) -> (i64, Vec<i64>) {
        self.with(tx, cache, |call| {
            let zone = zones::of_tenant(call).unwrap().unwrap();
            let Query { filter, kind, status, page, order } = query;
            let selected = Selected { kind: *kind, status: *status };
            let search = Search { zone: &zone, selected, page: *page, order: *order };
            let found = search.find(call, &Text::read(Some(filter)).unwrap()).unwrap();
            (found.total, found.rows.iter().map(|user| user.seq).collect())
        })
    }

    fn insert(&self, tx: &Connection, name: &str, texts: &Texts) -> User {
        let new = NewUser {
            user_name: name,
            first_name: "",
            last_name: "",
            display_name: &texts.display_name,
            description: &texts.description,
            email: "",
            is_enabled: texts.is_enabled,
            kind: texts.kind,
            need_reset_password: false,
            external_id: None,
            scim: None,
        };
        self.with(tx, None, |call| rows::insert(call, &format!("U-{name}"), &new).unwrap())
    }

    fn update(&self, tx: &Connection, user: &mut User, texts: &Texts) {
        user.display_name.clone_from(&texts.display_name);
        user.description.clone_from(&texts.description);
        user.is_enabled = texts.is_enabled;
        self.with(tx, None, |call| rows::update(call, user).unwrap());
    }
}

/// What changes of a user.
#[derive(Debug, Clone)]
struct Texts {
    display_name: String,
    description: String,
    is_enabled: bool,
    kind: Kind,
}

impl Texts {
    fn of(display_name: &str) -> Self {
        let (description, is_enabled, kind) = (String::new(), true, Kind::Manual);
        Self { display_name: display_name.to_owned(), description, is_enabled, kind }
    }
}

#[derive(Debug, Clone)]
struct Query {
    filter: String,
    kind: Option<&'static str>,
    status: Option<&'static str>,
    page: Page,
    order: Order,
}

impl Query {
    fn of(filter: &str) -> Self {
        let (page, order) = (Page { size: 100, offset: 0 }, Order::Asc);
        Self { filter: filter.to_owned(), kind: None, status: None, page, order }
    }

    /// What it is to find among those users.
    fn expected(&self, users: &[User]) -> (i64, Vec<i64>) {
        let fits = |user: &&User| {
            let User { user_name, display_name, email, user_id, description, .. } = *user;
            let has_text = match self.filter.split_once(" eq ") {
                Some((_, name)) => fold(user_name) == fold(name.trim_matches('"')),
                None => [user_name, display_name, email, user_id, description]
                    .iter()
                    .any(|text| fold(text).contains(&fold(&self.filter))),
            };
            has_text
                && self.kind.is_none_or(|kind| kind == user.kind.word())
                && self.status.is_none_or(|status| (status == ENABLED) == user.is_enabled)
        };
        let mut seqs: Vec<i64> = users.iter().filter(fits).map(|user| user.seq).collect();
        if self.order == Order::Desc {
            seqs.reverse();
        }
        let total = i64::try_from(seqs.len()).unwrap();
        let [skip, take] = [self.page.offset, self.page.size]
            .map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        (total, seqs.into_iter().skip(skip).take(take).collect())
    }
}

/// One step of a story; the number chooses a user.
#[derive(Debug, Clone)]
enum Action {
    Insert(String, Texts),
    Update(u8, Texts),
    Remove(u8),
    /// So many numbers of users were given and are gone.
    Skip(i64),
    Find(Query),
}

/// Letters of which some change their length when they are folded, or fold to letters of others.
fn odd(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let letters = vec![
        'a',
        'A',
        'b',
        'É',
        'é',
        'ß',
        'ẞ',
        'İ',
        'ı',
        'ſ',
        's',
        '\u{212a}',
        'k',
        'ÿ',
        'Ÿ',
        '\0',
        '%',
        '"',
        '\\',
        ' ',
        '管',
        '🦊',
        '\u{301}',
        '\u{10ffff}',
    ];
    vec(select(letters), length).prop_map(String::from_iter)
}

fn texts() -> impl Strategy<Value = Texts> {
    (odd(0..6), odd(0..4), any::<bool>(), select(vec![Kind::Manual, Kind::Synchronized])).prop_map(
        |(display_name, description, is_enabled, kind)| Texts {
            display_name,
            description,
            is_enabled,
            kind,
        },
    )
}

fn query() -> impl Strategy<Value = Query> {
    let filter = prop_oneof![
        6 => odd(1..4),
        1 => odd(1..3).prop_map(|name| format!("userName eq \"{name}\"")),
        1 => Just("u-".to_owned()),
        1 => Just("found nowhere".to_owned()),
    ];
    let kind = select(vec![None, None, Some("Manual"), Some("Synchronized")]);
    let status = select(vec![None, None, Some(ENABLED), Some(DISABLED)]);
    let page = (0..5_i64, select(vec![0, 0, 1, 2, 7, i64::MAX]));
    let order = select(vec![Order::Asc, Order::Desc]);
    (filter, kind, status, page, order).prop_map(|(filter, kind, status, page, order)| {
        let page = Page { size: page.0, offset: page.1 };
        Query { filter, kind, status, page, order }
    })
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (odd(1..4), texts()).prop_map(|(name, texts)| Action::Insert(name, texts)),
        3 => (any::<u8>(), texts()).prop_map(|(which, texts)| Action::Update(which, texts)),
        1 => any::<u8>().prop_map(Action::Remove),
        1 => (1..BLOCK * 2).prop_map(Action::Skip),
        6 => query().prop_map(Action::Find),
    ]
}

fn chosen(which: u8, users: &[User]) -> Option<usize> {
    usize::from(which).checked_rem(users.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_search_finds_what_a_look_at_all_users_finds(actions in vec(action(), 1..60)) {
        let (zoned, writer) = Zoned::new();
        let reader = zoned.database.reader().unwrap();
        let cache = ReadCache::default();
        let mut users: Vec<User> = Vec::new();
        for action in actions {
            match action {
                Action::Insert(name, texts) => {
                    if users.iter().all(|user| fold(&user.user_name) != fold(&name)) {
                        users.push(zoned.insert(&writer, &name, &texts));
                    }
                }
                Action::Update(which, texts) => {
                    if let Some(at) = chosen(which, &users) {
                        zoned.update(&writer, &mut users[at], &texts);
                    }
                }
                Action::Remove(which) => {
                    if let Some(at) = chosen(which, &users) {
                        rows::remove(&writer, 1, users.remove(at).seq).unwrap();
                    }
                }
                Action::Skip(numbers) => {
                    let sql = "UPDATE organization_zones SET next_user = next_user + ?1";
                    writer.execute(sql, [numbers]).unwrap();
                }
                Action::Find(query) => {
                    let expected = query.expected(&users);
                    prop_assert_eq!(&zoned.find(&reader, Some(&cache), &query), &expected);
                    prop_assert_eq!(&zoned.find(&reader, None, &query), &expected, "without a cache");
                }
            }
        }
    }
}

#[test]
fn only_changed_blocks_are_read_again() {
    let (zoned, writer) = Zoned::new();
    let reader = zoned.database.reader().unwrap();
    let cache = ReadCache::default();
    let first = zoned.insert(&writer, "first", &Texts::of("x"));
    writer.execute("UPDATE organization_zones SET next_user = 5000", []).unwrap();
    let mut second = zoned.insert(&writer, "second", &Texts::of("x"));
    let find = |text: &str| zoned.find(&reader, Some(&cache), &Query::of(text));
    assert_eq!(find("x"), (2, vec![first.seq, 5000]));
    // A change without a version is not seen: that shows where the texts come from.
    writer.execute("UPDATE organization_users SET display_name = 'y'", []).unwrap();
    assert_eq!(find("x"), (2, vec![first.seq, 5000]));
    zoned.update(&writer, &mut second, &Texts::of("z"));
    assert_eq!([find("x"), find("z")], [(1, vec![first.seq]), (1, vec![5000])]);
    rows::remove(&writer, 1, 5000).unwrap();
    assert_eq!(find("z"), (0, vec![]));
}

#[test]
fn a_change_that_is_undone_leaves_no_trace() {
    let (zoned, writer) = Zoned::new();
    let reader = zoned.database.reader().unwrap();
    let cache = ReadCache::default();
    let mut user = zoned.insert(&writer, "ada", &Texts::of("kept"));
    let find = |text: &str| zoned.find(&reader, Some(&cache), &Query::of(text)).0;
    for between in [false, true] {
        writer.execute_batch("BEGIN").unwrap();
        zoned.update(&writer, &mut user, &Texts::of("undone"));
        zoned.insert(&writer, "eve", &Texts::of("undone"));
        if between {
            assert_eq!([find("kept"), find("undone")], [1, 0]);
        }
        writer.execute_batch("ROLLBACK").unwrap();
        assert_eq!([find("kept"), find("undone")], [1, 0]);
    }
    // It has the version that the undone change had.
    zoned.update(&writer, &mut user, &Texts::of("kept too"));
    assert_eq!([find("kept too"), find("undone")], [1, 0]);
}

#[test]
fn a_read_of_an_older_state_is_of_that_state_and_spoils_nothing() {
    let (zoned, writer) = Zoned::new();
    let [older, newer] = [(); 2].map(|()| zoned.database.reader().unwrap());
    let cache = ReadCache::default();
    let mut user = zoned.insert(&writer, "ada", &Texts::of("before"));
    let find = |reader, text: &str| zoned.find(reader, Some(&cache), &Query::of(text)).0;
    older.execute_batch("BEGIN; SELECT 1 FROM organization_users").unwrap();
    zoned.update(&writer, &mut user, &Texts::of("after"));
    for _ in 0..2 {
        assert_eq!([find(&newer, "before"), find(&newer, "after")], [0, 1]);
        assert_eq!([find(&older, "before"), find(&older, "after")], [1, 0]);
    }
}

#[test]
fn users_that_the_cache_cannot_have_are_found_all_the_same() {
    let (zoned, writer) = Zoned::new();
    let reader = zoned.database.reader().unwrap();
    let cache = ReadCache::default();
    let mut user = zoned.insert(&writer, "ada", &Texts::of("x"));
    zoned.insert(&writer, "eve", &Texts::of("x"));
    let find = |text: &str| zoned.find(&reader, Some(&cache), &Query::of(text)).0;
    // A state document can lack the versions.
    writer.execute_batch("DELETE FROM organization_user_versions").unwrap();
    assert_eq!([find("x"), find("ada")], [2, 1]);
    let long = Texts { description: "long ".repeat(2 << 20), ..Texts::of("x") };
    zoned.update(&writer, &mut user, &long);
    assert_eq!([find("x"), find("long long")], [2, 1]);
    assert_eq!(cache.bytes(), 0, "texts of more than 8 MiB are not kept");
    zoned.update(&writer, &mut user, &Texts::of("x"));
    assert_eq!([find("x"), find("long long")], [2, 0]);
    assert!(cache.bytes() > 0);
}
