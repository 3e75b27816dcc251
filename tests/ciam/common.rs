//! What every operation refuses likewise: no region, a wrong one, a body that is not JSON, too many
//! calls in a second.

use contracts::{Operation, catalog};
use serde_json::{Value, json};

use crate::client::{Signed, World, response, with_behaviours};
use cloudtwin::error::Failure;
use cloudtwin::operation::{Call, Empty, operation};

/// The code that a call of the operation with that region and body is answered with.
fn code(world: &World, operation: &Operation, region: &str, body: &'static str) -> String {
    let now = world.twin.clock.now();
    let version = &operation.version;
    let call = Signed { version, region, ..Signed::new(&operation.name, body, now) };
    let answer = response(&world.send(call.request()));
    answer["Error"]["Code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn every_operation_needs_a_region_and_json_and_has_a_rate() {
    let world = World::with(|config| config.throttle = true);
    for operation in &catalog().service("ciam").unwrap().operations {
        let name = &*operation.name;
        let allowed = operation.rate_per_second.unwrap();
        let code = |region, body| code(&world, operation, region, body);
        assert_eq!(code("", "{}"), "MissingParameter", "{name}");
        assert_eq!(code("Mars", "{}"), "InvalidParameterValue", "{name}");
        // A call that is refused for its region is not counted, one for its body is.
        for _ in 0..allowed {
            assert_eq!(code("ap-guangzhou", "["), "InvalidParameter", "{name}");
        }
        assert_eq!(code("ap-guangzhou", "{}"), "RequestLimitExceeded", "{name}");
    }
}

/// Says of all directories that they are full, which takes a million users otherwise.
fn fill(call: &mut Call<'_>, _: Value) -> Result<Empty, Failure> {
    call.tx.execute("UPDATE ciam_stores SET user_num = 1000000 - 1", [])?;
    Ok(Empty {})
}

#[test]
fn a_directory_takes_a_million_users() {
    let filling = operation("UpdateUserStore", fill);
    let world = World::of(|_| {}, with_behaviours("ciam", [filling])).unwrap();
    let store = world.store("people");
    world.ok("UpdateUserStore", json!({ "UserPoolId": store }));
    let user = |name: &str| {
        let contact =
            json!({ "PhoneNumber": "13800000000", "Email": format!("{name}@example.com") });
        let mut input = json!({ "UserStoreId": store, "UserName": name, "Password": "p" });
        input.as_object_mut().unwrap().extend(contact.as_object().unwrap().clone());
        input
    };
    world.ok("CreateUser", user("last"));
    let mut one_more = user("more");
    one_more["PhoneNumber"] = json!("13800000001");
    assert_eq!(world.code("CreateUser", one_more), "FailedOperation.QuotaLimitExceeded");
}
