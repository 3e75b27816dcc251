//! What a request costs behind the sockets: from bytes and headers to bytes and headers.

#![expect(unreachable_pub, reason = "the client is written for the tests")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a benchmark may stop where it stands"
)]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};

#[expect(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../../tests/client.rs"]
mod client;

use client::{Signed, World};

/// Users in the directory before anything is measured.
const USERS: usize = 10_000;

fn user(store: &str, number: usize) -> Value {
    json!({
        "UserStoreId": store,
        "UserName": format!("user-{number:09}"),
        "PhoneNumber": format!("+86-138{number:09}"),
        "Email": format!("user-{number:09}@example.com"),
        "Password": "Passw0rd!x",
    })
}

fn requests(criterion: &mut Criterion) {
    let world = World::new();
    let store = world.store("bench");
    let mut ids = (0..USERS)
        .map(|number| world.ok("CreateUser", user(&store, number))["User"]["UserId"].take());
    let id = ids.next().unwrap();
    ids.for_each(drop);
    let now = world.twin.clock.now();
    let signed = |action, input: Value| Signed::new(action, input.to_string(), now);

    let mut group = criterion.benchmark_group("requests");
    let mut measure = |name: &str, call: Signed<'_>| {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || call.request(),
                |request| world.send(request),
                BatchSize::SmallInput,
            );
        });
    };
    measure(
        "DescribeUserById",
        signed("DescribeUserById", json!({"UserStoreId": store, "UserId": id})),
    );
    for page in [1, USERS / 20] {
        let pageable = json!({"PageSize": 20, "PageNumber": page});
        measure(
            &format!("ListUser, page {page}"),
            signed("ListUser", json!({"UserStoreId": store, "Pageable": pageable})),
        );
    }
    measure(
        "a wrong signature",
        Signed { secret: "another", ..signed("ListUserStore", json!({})) },
    );
    let mut number = USERS;
    group.bench_function("CreateUser, one at a time", |bencher| {
        let next = || {
            number += 1;
            signed("CreateUser", user(&store, number)).request()
        };
        bencher.iter_batched(next, |request| world.send(request), BatchSize::SmallInput);
    });
    group.finish();
}

criterion_group!(benches, requests);
criterion_main!(benches);
