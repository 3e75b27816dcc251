//! Filters and orders beside a look at all resources as they are shown.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use scim_v2::filter::PatchPath;
use serde_json::json;

use super::super::super::super::Kind;
use super::super::super::super::directory::groups::{self as group_rows, NewGroup};
use super::super::super::super::directory::memberships;
use super::super::super::super::directory::users::{self as user_rows, NewUser, User};
use super::super::super::super::zoned::Zoned;
use super::super::super::super::zones;
use super::super::super::groups::Groups;
use super::super::super::users::Users;
use super::*;
use crate::runtime::clock::Timestamp;
use crate::state::ReadCache;

/// Texts of which some are parts of others, some differ in case alone, and some are moments.
const TEXTS: [&str; 9] = [
    "",
    "a",
    "A",
    "ab",
    "b@A",
    "É\"é",
    "true",
    "1970-01-01T00:00:01Z",
    "1970-01-01T08:00:01+08:00",
];

/// What a directory may have sent, and the API changed since.
fn addresses(of: &[&str]) -> Option<String> {
    let emails: Vec<_> = of.iter().map(|one| json!({ "value": one, "type": "work" })).collect();
    Some(json!({ "emails": emails, "title": "a" }).to_string()).filter(|_| !of.is_empty())
}

/// The texts of a user, what a directory sent, its status, and when it was created and changed.
type Given = (&'static str, &'static str, Option<String>, bool, [i64; 2]);

fn given() -> impl Strategy<Value = Given> {
    let scim = prop_oneof![
        vec(select(TEXTS.to_vec()), 0..3).prop_map(|of| addresses(&of)),
        Just(Some(json!({ "emails": [{ "type": "work" }] }).to_string())),
        Just(Some(json!({ "emails": [{ "VALUE": "ab" }] }).to_string())),
    ];
    let text = || select(TEXTS.to_vec());
    (text(), text(), scim, any::<bool>(), [0..3_i64, 0..3])
}

fn leaf() -> impl Strategy<Value = String> {
    let attributes = [
        "userName",
        "DISPLAYNAME",
        "emails",
        "emails.value",
        "emails.type",
        "active",
        "meta.created",
        "meta.lastModified",
        "externalId",
        "title",
        "id",
        "userName.x",
        "members",
        "members.value",
        "members.type",
    ];
    let operators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
    let ids = ["u-0", "u-1", "u-7", "g-1"].map(str::to_owned);
    let texts = TEXTS.map(str::to_owned).into_iter().chain(ids).chain(["False".to_owned()]);
    let texts = texts.map(|text| json!(text).to_string());
    let others = ["true", "false", "null", "7"].map(str::to_owned);
    let values: Vec<_> = texts.chain(others).collect();
    let compared = (select(operators.to_vec()), select(values))
        .prop_map(|(operator, value)| format!("{operator} {value}"));
    let asked = prop_oneof![1 => Just("pr".to_owned()), 9 => compared].boxed();
    let part = (select(vec!["value", "type", "x"]), asked.clone())
        .prop_map(|(part, asked)| format!("{part} {asked}"));
    let parts = prop_oneof![
        part.clone(),
        part.clone().prop_map(|part| format!("not ({part})")),
        (part.clone(), select(vec!["and", "or"]), part)
            .prop_map(|(one, word, other)| format!("{one} {word} {other}")),
    ];
    let member = (select(vec!["members eq", "members ne", "members.value eq"]), 0..9_usize)
        .prop_map(|(asked, number)| format!("{asked} \"u-{number}\""));
    let name =
        (select(vec!["userName", "displayName", "emails", "externalId"]), select(TEXTS.to_vec()))
            .prop_map(|(name, text)| format!("{name} eq {}", json!(text)));
    prop_oneof![
        1 => member,
        1 => name,
        4 => (select(attributes.to_vec()), asked).prop_map(|(name, asked)| format!("{name} {asked}")),
        1 => (select(vec!["emails", "members", "x"]), parts)
            .prop_map(|(name, parts)| format!("{name}[{parts}]")),
    ]
}

fn filter() -> impl Strategy<Value = String> {
    leaf().prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!("not ({one})")),
            (inner.clone(), select(vec!["and", "or"]), inner)
                .prop_map(|(one, word, other)| format!("({one}) {word} ({other})")),
        ]
    })
}

#[derive(Debug, Clone)]
struct Query {
    filter: Option<Filter>,
    by: Option<(AttrPath, bool)>,
    page: Range<i64>,
}

fn query() -> impl Strategy<Value = Query> {
    let attributes =
        ["userName", "displayName", "emails", "meta.lastModified", "active", "members", "x"];
    let by = select(attributes.to_vec()).prop_map(|by| match by.parse().unwrap() {
        PatchPath::Attr(by) => by,
        PatchPath::Value(_) => panic!("{by}"),
    });
    let filter = filter().prop_map(|text| filters::parse(&text).unwrap());
    let page = (0..4_i64, prop_oneof![0..3_i64, Just(200)]);
    (option::weighted(0.8, filter), option::weighted(0.3, (by, any::<bool>())), page)
        .prop_map(|(filter, by, (start, size))| Query { filter, by, page: start..start + size })
}

/// What the query finds among the resources as they are shown.
fn expected<R: Resources>(call: &Call<'_>, query: &Query) -> (i64, Vec<i64>) {
    let mut all = Vec::new();
    each::<R>(call.tx, "TRUE ORDER BY seq", params![1], |row| {
        let resource = R::resource(call, "", &row, Members::All)?;
        if query.filter.as_ref().is_none_or(|filter| filters::matches(filter, &resource)) {
            all.push((R::seq(&row), resource));
        }
        Ok(())
    })
    .unwrap();
    if let Some((by, is_down)) = &query.by {
        all.sort_by_key(|(_, resource)| key(by, resource));
        if *is_down {
            all.reverse();
        }
    }
    let [skip, take] = [query.page.start, query.page.end - query.page.start]
        .map(|number| usize::try_from(number).unwrap());
    let total = i64::try_from(all.len()).unwrap();
    (total, all.into_iter().map(|(seq, _)| seq).skip(skip).take(take).collect())
}

fn found<R: Resources>(call: &Call<'_>, query: &Query) -> (i64, Vec<i64>) {
    let zone = zones::of_tenant(call).unwrap().unwrap();
    let by = query.by.as_ref().map(|(by, is_down)| (by, *is_down));
    let search = Search::new(call, &zone, query.filter.as_ref(), by, query.page.clone());
    let (total, rows) = search.find::<R>(call).unwrap();
    (total, rows.iter().map(R::seq).collect())
}

fn insert(call: &mut Call<'_>, number: usize, given: &Given) -> User {
    let (display_name, name, scim, is_enabled, [created, updated]) = given;
    let email = scim.as_deref().filter(|scim| scim.contains("\"a\"")).map_or("", |_| "a");
    call.now = Timestamp(created * 1_000);
    let user = NewUser {
        user_name: &format!("{name}{}", ["", "x", "Y", "é", "z1", "z2", "z3", "z4"][number]),
        first_name: "",
        last_name: "",
        display_name,
        description: "",
        email: if number == 0 { email } else { "" },
        is_enabled: *is_enabled,
        kind: Kind::Synchronized,
        need_reset_password: false,
        external_id: Some("a").filter(|_| number.is_multiple_of(2)),
        scim: scim.as_deref(),
    };
    let mut user = user_rows::insert(call, &format!("u-{number}"), &user).unwrap();
    call.now = Timestamp(updated * 1_000);
    user_rows::update(call, &mut user).unwrap();
    user
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_finds_what_a_look_at_all_resources_finds(
        people in vec(given(), 0..8),
        teams in vec((select(TEXTS.to_vec()), subsequence((0..8).collect::<Vec<usize>>(), 0..8)), 0..4),
        queries in vec(query(), 1..20),
    ) {
        let (zoned, writer) = Zoned::new();
        let cache = ReadCache::default();
        zoned.with(&writer, None, |call| {
            let mut users = Vec::new();
            for (number, given) in people.iter().enumerate() {
                users.push(insert(call, number, given));
            }
            for (number, (name, members)) in teams.iter().enumerate() {
                let name = format!("{name}{number}");
                let new = NewGroup { name: &name, description: "", kind: Kind::Synchronized, external_id: None };
                let group = group_rows::insert(call, &format!("g-{number}"), &new).unwrap();
                for user in members.iter().filter_map(|member| users.get(*member)) {
                    memberships::insert(call, group.seq, user.seq).unwrap();
                    group_rows::add_members(call.tx, 1, group.seq, 1).unwrap();
                }
            }
        });
        for query in &queries {
            for cache in [Some(&cache), None] {
                zoned.with(&writer, cache, |call| {
                    prop_assert_eq!(found::<Users>(call, query), expected::<Users>(call, query), "{:?}", query);
                    prop_assert_eq!(found::<Groups>(call, query), expected::<Groups>(call, query), "{:?}", query);
                    Ok(())
                })?;
            }
        }
    }
}
