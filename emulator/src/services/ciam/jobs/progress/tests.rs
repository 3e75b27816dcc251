//! Jobs as the clock moves them, without a twin.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::{Value, json};

use super::*;
use crate::operation::{After, Client};
use crate::runtime::ids::Ids;
use crate::runtime::lifecycle::{End, Pace};
use crate::services::ciam;
use crate::state::{Files, Step as Lap, Tenant};

const STEP_MS: i64 = 500;

/// The state of one tenant, without a twin: the test completes background jobs itself.
struct World {
    tx: Connection,
    now: Timestamp,
    tenant: Tenant,
    ids: Ids,
    client: Client,
    files: Files,
    after: After,
    step: fn() -> Lap,
    outcome: Outcome,
}

impl World {
    fn new() -> Self {
        let tx = Connection::open_in_memory().unwrap();
        crate::state::issued::register(&tx).unwrap();
        for step in crate::state::schema::STEPS {
            tx.execute_batch(step).unwrap();
        }
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Self {
            tx,
            now: Timestamp(0),
            tenant: Tenant::new("default", b"7"),
            ids: Ids::derived(b"7", &[]),
            client: Client { ip, agent: String::new(), english: false, origin: String::new() },
            files: Files::new(std::path::PathBuf::new()),
            after: After::default(),
            step: Lap::longest,
            outcome: Outcome::of(End::Success),
        }
    }

    fn call(&mut self) -> Call<'_> {
        Call {
            tx: &self.tx,
            now: self.now,
            ids: &mut self.ids,
            cache: None,
            tenant: &self.tenant,
            client: &self.client,
            files: &self.files,
            pace: Pace::EveryMs(STEP_MS),
            counts_looks: false,
            outcome: &self.outcome,
            limits: None,
            upload: None,
            step: (self.step)(),
            after: &mut self.after,
        }
    }

    fn ask(&mut self, name: &str, input: Value) -> Value {
        let operations = ciam::service().operations;
        let operation = operations.iter().find(|operation| operation.name == name).unwrap();
        let answer = operation.run(&mut self.call(), &input).unwrap();
        serde_json::from_slice(&answer.into_json()).unwrap()
    }

    /// A new directory, and its export of which the file is now to be written.
    fn exporting(&mut self, name: &str) -> (Value, BackgroundJob) {
        let store = self.ask("CreateUserStore", json!({ "UserPoolName": name }));
        let store = store["UserStoreId"].clone();
        self.ask("CreateFileExportUserJob", json!({ "UserStoreId": store }));
        self.now = self.now.plus_ms(STEP_MS);
        let mut background = advance(&mut self.call()).unwrap().background;
        assert_eq!(background.len(), 1);
        (store, background.remove(0))
    }

    fn job(&mut self, store: &Value) -> Value {
        self.ask("ListJobs", json!({ "UserStoreId": store }))["JobSet"][0].take()
    }
}

#[test]
fn a_directory_in_the_place_of_another_never_gets_its_file() {
    for outcome in [Ok(()), Err("the disk is full".to_owned())] {
        let mut world = World::new();
        let (old, old_job) = world.exporting("people");
        world.ask("DeleteUserStore", json!({ "UserPoolId": old }));
        // It has the name and the numbers of the old one.
        let (new, new_job) = world.exporting("people");
        (old_job.on_complete)(&mut world.call(), outcome).unwrap();
        assert_eq!(world.after.remove_files, [old_job.token]);
        assert_eq!(world.job(&new)["Status"], "PROCESSING");

        world.now = world.now.plus_ms(STEP_MS);
        (new_job.on_complete)(&mut world.call(), Ok(())).unwrap();
        let job = world.job(&new);
        assert_eq!(job["Status"], "COMPLETED");
        let location = job["Location"].as_str().unwrap();
        assert!(location.starts_with(&format!("/files/{}/", new_job.token)), "{location}");
    }
}
#[test]
fn an_import_that_takes_many_steps_ends_as_one_that_takes_one() {
    let users: Vec<Value> = (0..9)
        .map(|number| match number % 3 {
            0 => json!({ "UserName": format!("user{number}") }),
            1 => json!({ "Nickname": "nobody" }),
            _ => json!({ "UserName": "user0" }),
        })
        .collect();
    let ended = |step: fn() -> Lap, steps: usize| {
        let mut world = World::new();
        world.step = step;
        let store = world.ask("CreateUserStore", json!({ "UserPoolName": "people" }));
        let store = store["UserStoreId"].clone();
        let input = json!({ "UserStoreId": store, "DataFlowUserCreateList": users });
        world.ask("CreateApiImportUserJob", input);
        world.now = world.now.plus_ms(2 * STEP_MS);
        let mut done = 0;
        while advance(&mut world.call()).unwrap().has_more {
            done += 1;
            let expected = if done < 9 { "PROCESSING" } else { "COMPLETED" };
            assert_eq!(world.job(&store)["Status"], expected);
        }
        assert_eq!(done, steps);
        let list = json!({ "UserStoreId": store, "Pageable": { "PageSize": 10, "PageNumber": 1 } });
        (world.job(&store), world.ask("ListUser", list))
    };
    let (one, many) = (ended(Lap::longest, 0), ended(Lap::shortest, 9));
    assert_eq!(one, many);
    assert_eq!(one.0["Status"], "COMPLETED");
    assert_eq!(one.0["FailedUsers"].as_array().unwrap().len(), 6);
    assert_eq!(one.1["Total"], 3);
}

/// The rows that match are counted over all steps.
#[test]
fn rows_that_fail_are_the_same_in_many_steps() {
    let users: Vec<Value> =
        (1..=9).map(|number| json!({ "UserName": format!("user{number}") })).collect();
    let failed = |step: fn() -> Lap| {
        let mut world = World::new();
        world.step = step;
        let rows = r#"{"rows":{"every":2,"matching":{"UserName":{"matches":"[^4]$"}}}}"#;
        world.outcome = Outcome::parse(rows).unwrap();
        let store = world.ask("CreateUserStore", json!({ "UserPoolName": "people" }));
        let store = store["UserStoreId"].clone();
        let input = json!({ "UserStoreId": store, "DataFlowUserCreateList": users });
        world.ask("CreateApiImportUserJob", input);
        world.now = world.now.plus_ms(2 * STEP_MS);
        while advance(&mut world.call()).unwrap().has_more {}
        let failed = world.job(&store)["FailedUsers"].take();
        let failed = failed.as_array().unwrap().iter();
        failed.map(|user| user["FailedUserIdentification"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(failed(Lap::longest), ["user2", "user5", "user7", "user9"]);
    assert_eq!(failed(Lap::shortest), failed(Lap::longest));
}

#[test]
fn a_job_that_cannot_be_read_fails_and_stops_no_other() {
    let mut world = World::new();
    let [store, other] = ["people", "others"].map(|name| {
        let store = world.ask("CreateUserStore", json!({ "UserPoolName": name }));
        let store = store["UserStoreId"].clone();
        world.ask("CreateFileExportUserJob", json!({ "UserStoreId": store }));
        store
    });
    let broken =
        "UPDATE ciam_jobs SET payload = '{not json' WHERE status = 'PENDING' AND store = 1";
    assert_eq!(world.tx.execute(broken, []).unwrap(), 1);
    world.now = world.now.plus_ms(STEP_MS);
    assert_eq!(advance(&mut world.call()).unwrap().background.len(), 1);
    let (failed, going) = (world.job(&store), world.job(&other));
    assert_eq!([&failed["Status"], &going["Status"]], ["FAILED", "PROCESSING"]);
    let why = failed["ErrorDetails"][0]["Error"].as_str().unwrap();
    assert!(why.contains("line 1"), "{why}");
}

#[test]
fn an_export_that_is_made_to_fail_or_to_stay_does_so_and_keeps_no_file() {
    for (end, status, files) in [(End::Fail, "FAILED", 1), (End::Stay, "PROCESSING", 0)] {
        let mut world = World::new();
        world.outcome = Outcome::of(end);
        let (store, job) = world.exporting("people");
        (job.on_complete)(&mut world.call(), Ok(())).unwrap();
        assert_eq!(world.job(&store)["Status"], "PROCESSING");
        world.now = world.now.plus_ms(STEP_MS);
        advance(&mut world.call()).unwrap();
        let job = world.job(&store);
        assert_eq!((&job["Status"], &job["Location"]), (&json!(status), &json!(null)));
        assert_eq!(world.after.remove_files.len(), files);
    }
}
