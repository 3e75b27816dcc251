//! Faults of ours: an operation that is registered as a read and is none, tables that do not fit the
//! models.

use cloudtwin::config::Config;
use cloudtwin::error::Failure;
use cloudtwin::operation::{Call, Empty, operation, query};
use cloudtwin::runtime::clock::Timestamp;
use cloudtwin::services;
use cloudtwin::twin::Twin;
use serde_json::{Value, json};

use crate::client::{World, with_behaviours};

type Handler = fn(&mut Call<'_>, Value) -> Result<Empty, Failure>;

#[test]
fn a_read_that_does_more_than_look_fails_at_once_and_changes_nothing() {
    let faults: [(Handler, &str); 3] = [
        (
            |call, _| {
                call.ids.hex32();
                Ok(Empty {})
            },
            "drew an id",
        ),
        (
            |call, _| {
                call.after.schedule_at(Timestamp(0));
                Ok(Empty {})
            },
            "asked for something after the commit",
        ),
        (
            |call, _| {
                call.tx.execute("DELETE FROM ciam_stores", [])?;
                Ok(Empty {})
            },
            "changed the database",
        ),
    ];
    for (handler, fault) in faults {
        let services = with_behaviours("ciam", [query("ListUserGroups", handler)]);
        let world = World::of(|_| {}, services).unwrap();
        let input = json!({ "UserStoreId": "x", "Pageable": { "PageSize": 1, "PageNumber": 1 } });
        let list = || {
            let code = world.code("ListUserGroups", input.clone());
            assert_eq!(code, "InternalError");
            world.journal().pop().unwrap()["explanation"].as_str().unwrap().to_owned()
        };
        // The first call of a tenant goes through the writer, the next one beside it.
        let first = list();
        assert!(first.contains(fault), "{first}");
        let next = list();
        assert!(next.contains(fault) || next.contains("readonly database"), "{next}");
        let stores = world.ok("ListUserStore", json!({}));
        assert_eq!(stores["UserStoreSet"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_twin_whose_tables_do_not_fit_the_models_does_not_start() {
    let start = |name: &'static str| {
        let mut services = services::all();
        let handler: Handler = |_, _| Ok(Empty {});
        services[0].operations.push(operation(name, handler));
        Twin::of(Config::default(), services).unwrap_err().to_string()
    };
    let duplicate = "the table of service `ciam` has operation `CreateUser` twice";
    assert_eq!(start("CreateUser"), duplicate);
    let undeclared =
        "the table of service `ciam` has operation `Invented`, which no model declares";
    assert_eq!(start("Invented"), undeclared);
}
