//! What pages of a large zone of Identity Center cost, and a sync of a large group. The zone has 100,000
//! users, 1,000,000 memberships and 10,000 user syncs.

#![expect(unreachable_pub, reason = "the client is written for the tests")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark may stop where it stands, and says what it saw"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cloudtwin::services::seeds::Seed;
use cloudtwin::wire::Request;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

#[expect(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../../tests/client.rs"]
mod client;

use client::{Signed, World, request, response};

const ZONE: &str = "z-cloudtwin001";
const USERS: usize = 100_000;
/// Groups that all users are in.
const GROUPS: usize = 10;
/// Users with a sync of their own, and members of the group that is synced.
const SYNCS: usize = 10_000;
/// Users that are disabled.
const DISABLED: usize = 500;
const UIN: i64 = 200_000_000_001;

fn seed() -> Seed {
    let mut groups = String::new();
    for number in 0..=GROUPS {
        let name = if number == GROUPS { "synced".to_owned() } else { format!("all{number}") };
        writeln!(groups, "[[organization.zone.group]]\nid = 'g-{number:012}'\nname = '{name}'")
            .unwrap();
    }
    let all: Vec<_> = (0..GROUPS).map(|number| format!("'all{number}'")).collect();
    let all = all.join(", ");
    let rest = USERS - SYNCS;
    Seed::parse(&format!(
        "[organization]\nname = 'o'\n\
         limits = {{ users = 200000, users_per_group = 200000, user_syncs = 100000, user_syncs_per_request = 1000 }}\n\
         [[organization.member]]\nuin = {UIN}\nname = 'production'\n\
         [[organization.member]]\nuin = {}\nname = 'staging'\n\
         [organization.zone]\nid = '{ZONE}'\nname = 'zone'\nscim_enabled = true\n{groups}\
         [[organization.zone.users]]\ncount = {rest}\nname = 'user-{{n:06}}'\nemail = '{{n}}@example.com'\ngroups = [{all}]\n\
         [[organization.zone.users]]\ncount = {SYNCS}\nfirst = {}\nname = 'user-{{n:06}}'\nemail = '{{n}}@example.com'\ngroups = [{all}, 'synced']\n",
        UIN + 1,
        rest + 1,
    ))
    .unwrap()
}

struct Center(World);

impl Center {
    fn signed(&self, action: &'static str, mut input: Value) -> Signed<'static> {
        input["ZoneId"] = json!(ZONE);
        Signed {
            version: "2021-03-31",
            service: "organization",
            region: "",
            ..Signed::new(action, input.to_string(), self.0.twin.clock.now())
        }
    }

    fn ok(&self, action: &'static str, input: Value) -> Value {
        let answer = response(&self.0.send(self.signed(action, input).request()));
        assert!(answer.get("Error").is_none(), "{action}: {answer}");
        answer
    }

    /// A key of the SCIM endpoint.
    fn key(&self) -> String {
        let key = self.ok("CreateSCIMCredential", json!({}));
        key["CredentialSecret"].as_str().unwrap().to_owned()
    }

    /// Syncs the newest users, each by itself.
    fn sync_users(&self) {
        let item = |user: &Value| {
            json!({
                "PrincipalId": user["UserId"], "PrincipalType": "User", "TargetType": "MemberUin",
                "TargetUin": UIN, "DuplicationStrategy": "KeepBoth", "DeletionStrategy": "Delete",
            })
        };
        for page in 0..SYNCS / 100 {
            let users = self.ok("ListUsers", json!({ "MaxResults": 100, "Offset": page * 100 }));
            let items: Value = users["Users"].as_array().unwrap().iter().map(item).collect();
            self.ok("CreateUserSyncProvisioning", json!({ "UserSyncProvisionings": items }));
        }
    }

    /// Disables users that are far from each other.
    fn disable_users(&self) {
        for number in 0..DISABLED {
            let page = json!({ "MaxResults": 1, "Offset": number * (USERS / DISABLED) });
            let user = self.ok("ListUsers", page)["Users"][0]["UserId"].clone();
            self.ok("UpdateUserStatus", json!({ "UserId": user, "NewUserStatus": "Disabled" }));
        }
    }

    /// Syncs a group, and deletes the sync; how long each took until it was seen to be done.
    fn sync_group(&self) -> [Duration; 2] {
        let wait_for = |task: &Value| {
            let begun = Instant::now();
            let seen = self.ok("GetProvisioningTaskStatus", json!({ "TaskId": task }));
            assert_eq!(seen["TaskStatus"]["Status"], "Success");
            begun.elapsed()
        };
        let items = json!([{
            "PrincipalId": format!("g-{GROUPS:012}"), "PrincipalType": "Group",
            "TargetType": "MemberUin", "TargetUin": UIN + 1,
            "DuplicationStrategy": "KeepBoth", "DeletionStrategy": "Delete",
        }]);
        let begun =
            self.ok("CreateUserSyncProvisioning", json!({ "UserSyncProvisionings": items }));
        let task = &begun["Tasks"][0];
        let first = wait_for(&task["TaskId"]);
        let input = json!({ "UserProvisioningId": task["UserProvisioningId"] });
        let ended = self.ok("DeleteUserSyncProvisioning", input);
        [first, wait_for(&ended["Tasks"]["TaskId"])]
    }
}

/// A list that a directory with that key asks for.
fn directory(key: &str, kind: &str, parameters: &str) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_static("127.0.0.1:4588"));
    headers.insert(AUTHORIZATION, format!("Bearer {key}").parse().unwrap());
    let parameters = parameters.replace(' ', "%20").replace('"', "%22");
    let target = format!("/scim/v2/{kind}?{parameters}");
    request(Method::GET, &target, headers, Bytes::new())
}

fn token(offset: usize) -> String {
    STANDARD.encode(format!("{{\"Offset\":{offset}}}"))
}

fn center(criterion: &mut Criterion) {
    let begun = Instant::now();
    let center = Center(World::with(|config| config.seed_state = seed()));
    let newest = center.ok("ListUsers", json!({ "MaxResults": 1 }))["Users"][0]["UserId"].clone();
    println!("seeded in {:?}", begun.elapsed());
    let begun = Instant::now();
    while center.0.twin.request_threads.unfinished() > 0 {
        std::thread::yield_now();
    }
    println!("texts were read for another {:?}", begun.elapsed());
    let begun = Instant::now();
    center.ok("ListUsers", json!({ "Filter": "user-050000" }));
    println!("the first search by text took {:?}", begun.elapsed());
    center.sync_users();
    center.disable_users();
    for _ in 0..3 {
        let [created, deleted] = center.sync_group();
        println!("a group of {SYNCS}: synced in {created:?}, given up in {deleted:?}");
    }

    let mut group = criterion.benchmark_group("center");
    let mut measure = |name: &str, action: &'static str, input: Value| {
        let call = center.signed(action, input);
        center.ok(action, serde_json::from_slice(&call.body).unwrap());
        group.bench_function(format!("{action}, {name}"), |bencher| {
            bencher.iter_batched(
                || call.request(),
                |request| center.0.send(request),
                BatchSize::SmallInput,
            );
        });
    };
    for (place, of_users, of_syncs) in
        [("first", 0, 0), ("middle", USERS / 2, SYNCS / 2), ("last", USERS - 100, SYNCS - 100)]
    {
        let page = |offset| json!({ "MaxResults": 100, "NextToken": token(offset) });
        let name = format!("{place} 100");
        measure(&name, "ListUsers", page(of_users));
        let mut members = page(of_users);
        members["GroupId"] = json!(format!("g-{:012}", 3));
        measure(&name, "ListGroupMembers", members);
        measure(&name, "ListUserSyncProvisionings", page(of_syncs));
        let mut of_account = page(of_syncs);
        of_account["TargetUin"] = json!(UIN);
        measure(&format!("{name} of an account"), "ListUserSyncProvisionings", of_account);
        for (which, last, condition) in [
            ("of a type", USERS, json!({ "UserType": "Manual" })),
            ("of a status", USERS - DISABLED, json!({ "UserStatus": "Enabled" })),
            ("of a rare status", DISABLED, json!({ "UserStatus": "Disabled" })),
            ("with a text of all", USERS, json!({ "Filter": "user-" })),
        ] {
            let offset = match place {
                "first" => 0,
                "middle" => last / 2,
                _ => last - 100,
            };
            let mut of_some = page(offset);
            of_some.as_object_mut().unwrap().extend(condition.as_object().unwrap().clone());
            measure(&format!("{name} {which}"), "ListUsers", of_some);
        }
    }
    measure("all", "ListGroups", json!({ "MaxResults": 100 }));
    measure("all", "ListJoinedGroupsForUser", json!({ "UserId": newest, "MaxResults": 100 }));
    let text = json!({ "Filter": "user-0500", "MaxResults": 100 });
    measure("by text", "ListUsers", text.clone());
    measure("with a text of one", "ListUsers", json!({ "Filter": "user-050000" }));
    measure("with a text of none", "ListUsers", json!({ "Filter": "nobody" }));
    measure("by text", "ListUserSyncProvisionings", text);
    measure("of a user", "ListUserSyncProvisionings", json!({ "PrincipalId": newest }));
    measure("of a name", "ListUsers", json!({ "Filter": "UserName eq user-050000" }));
    let search = center.signed("ListUsers", json!({ "Filter": "user-050000" }));
    let mut number = 0;
    group.bench_function("ListUsers, with a text of one after a change", |bencher| {
        let change = || {
            number += 1;
            let name = format!("name {number}");
            center.ok("UpdateUser", json!({ "UserId": newest, "NewDisplayName": name }));
            search.request()
        };
        bencher.iter_batched(change, |request| center.0.send(request), BatchSize::PerIteration);
    });
    group.finish();
    lists_of_a_directory(criterion, &center, newest.as_str().unwrap());
}

fn lists_of_a_directory(criterion: &mut Criterion, center: &Center, newest: &str) {
    let mut group = criterion.benchmark_group("scim");
    let key = center.key();
    for (kind, parameters) in [
        ("Users", "startIndex=1".to_owned()),
        ("Users", format!("startIndex={}", USERS / 2)),
        ("Users", format!("startIndex={}", USERS - 100)),
        ("Users", r#"filter=userName eq "user-050000""#.to_owned()),
        ("Users", r#"filter=externalId eq "x""#.to_owned()),
        ("Users", r#"filter=emails.value eq "50000@example.com""#.to_owned()),
        ("Users", r#"filter=userName sw "user-05""#.to_owned()),
        ("Users", "filter=active eq true".to_owned()),
        ("Users", r#"filter=meta.lastModified gt "2030-01-01T00:00:00Z""#.to_owned()),
        ("Users", format!("sortBy=userName&startIndex={}", USERS - 100)),
        ("Groups", "excludedAttributes=members".to_owned()),
        ("Groups", format!(r#"filter=members eq "{newest}"&excludedAttributes=members"#)),
    ] {
        group.bench_function(format!("{kind}, {parameters}"), |bencher| {
            bencher.iter_batched(
                || directory(&key, kind, &parameters),
                |request| assert_eq!(center.0.send(request).status, 200),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, center);
criterion_main!(benches);
