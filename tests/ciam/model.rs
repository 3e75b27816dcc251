//! Random sequences of calls: each answer, and after each call the whole state, is compared with
//! the reference, a model of plain lists.

use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::services::seeds::Seed;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::directory::{STEP_MS, download, list, only, read, text};
use super::reference::{Reference, Store};
use crate::client::World;

mod calls;
mod steps;

use calls::{Call, chosen};
use steps::{Act, Step, Which, step};

/// Half a step of a job: no two moments that matter lie between two looks.
const TICK_MS: i64 = STEP_MS / 2;

/// The twin and the reference, side by side.
struct Pair {
    world: World,
    reference: Reference,
    /// Exports whose files were compared.
    compared: Vec<String>,
}

impl Pair {
    fn new() -> Self {
        let world = World::with(|config| {
            config.seed_state = Seed::default();
            config.pace = Pace::EveryMs(STEP_MS);
        });
        let reference = Reference { now: world.twin.clock.now().0, stores: Vec::new() };
        let mut pair = Self { world, reference, compared: Vec::new() };
        pair.run(Step { store: 0, act: Act::CreateStore("people".to_owned()) });
        pair
    }

    /// The directory meant: mostly the first, so that something happens in it.
    fn store(&self, which: Which) -> String {
        let ids: Vec<String> = self.reference.stores.iter().map(|store| store.id.clone()).collect();
        chosen(if which < 3 { 0 } else { which }, &ids)
    }

    /// Makes a step on both sides, and compares how it ended and what there is then.
    fn run(&mut self, step: Step) {
        let shown = format!("{step:?}");
        if let Act::Wait(ticks) = step.act {
            for _ in 0..ticks {
                self.world.twin.clock.advance(TICK_MS);
                self.reference.wait(TICK_MS);
                self.compare(&shown);
            }
            return;
        }
        let id = self.store(step.store);
        let store = self.reference.stores.iter().find(|store| store.id == id);
        let ids = store.map(|store| (store.user_ids(), store.group_ids()));
        let (users, groups) = ids.unwrap_or_default();
        let Call { action, mut input, rule } = Call::of(step.act, &users, &groups);
        match action {
            "CreateUserStore" => {}
            "UpdateUserStore" | "DeleteUserStore" => input["UserPoolId"] = id.as_str().into(),
            _ => input["UserStoreId"] = id.as_str().into(),
        }
        let answer = self.world.call(action, input);
        let refused = answer["Error"]["Code"].as_str();
        let expected = rule(&mut self.reference, &id, id_in(&answer));
        assert_eq!(refused, expected.err(), "{shown}: {answer}");
        self.compare(&shown);
    }

    fn compare(&mut self, after: &str) {
        let shown = |store: &Value| {
            assert_eq!(store["DefaultStatus"], store["LastStatus"]);
            let members = ["UserStoreId", "UserStoreName", "DefaultStatus", "UserNum"];
            members.iter().map(|member| store[*member].clone()).collect::<Value>()
        };
        let stores = self.world.ok("ListUserStore", json!({}));
        let stores: Value = list(&stores["UserStoreSet"]).iter().map(shown).collect();
        assert_eq!(stores, self.reference.shown_stores(), "{after}");
        for store in &mut self.reference.stores {
            compare_store(&self.world, store, self.reference.now, after);
            compare_files(&self.world, store, &mut self.compared, after);
        }
    }
}

/// The id of what was made, if anything was.
fn id_in(answer: &Value) -> String {
    let ids = [
        &answer["UserStoreId"],
        &answer["UserGroupId"],
        &answer["User"]["UserId"],
        &answer["Job"]["Id"],
    ];
    ids.into_iter().find_map(Value::as_str).unwrap_or_default().to_owned()
}

fn compare_store(world: &World, store: &mut Store, now: i64, after: &str) {
    let input = json!({
        "UserStoreId": store.id, "Original": true,
        "Pageable": { "PageSize": 100, "PageNumber": 1 },
    });
    let page = |action: &str, left_out: &str, start: Option<i64>| {
        let mut input = input.clone();
        input.as_object_mut().unwrap().remove(left_out);
        input.as_object_mut().unwrap().extend(start.map(|ms| ("StartTime".to_owned(), ms.into())));
        let page = world.ok(action, input);
        assert_eq!(page["Total"], list(&page["Content"]).len(), "{after}");
        list(&page["Content"]).clone()
    };
    let users = page("ListUser", "", None);
    store.learn_ids(users.iter().map(|user| text(&user["UserId"])));
    let expected = store.shown_users();
    let members: Vec<&str> =
        expected[0].as_object().iter().flat_map(|user| user.keys()).map(String::as_str).collect();
    let users: Value = users.iter().map(|user| only(user, &members)).collect();
    assert_eq!(users, expected, "{after}");

    let groups = page("ListUserGroups", "Original", None);
    let groups: Value =
        groups.iter().map(|group| only(group, &["UserGroupId", "DisplayName"])).collect();
    assert_eq!(groups, store.shown_groups(), "{after}");

    let log = page("ListLogMessageByCondition", "Original", Some(0));
    let log: Value = log.iter().map(|entry| only(entry, &["EventCode", "UserId"])).collect();
    assert_eq!(log, store.shown_log(), "{after}");

    let jobs = world.ok("ListJobs", json!({ "UserStoreId": store.id }));
    let jobs: Value = list(&jobs["JobSet"]).iter().map(shown_job).collect();
    assert_eq!(jobs, store.shown_jobs(now), "{after}");
}

fn shown_job(job: &Value) -> Value {
    let failed = list(&job["FailedUsers"]).iter();
    let failed: Value = failed.map(|row| row["FailedUserIdentification"].clone()).collect();
    json!([job["Id"], job["Status"], failed])
}

/// Once an export has ended, its file is compared.
fn compare_files(world: &World, store: &Store, compared: &mut Vec<String>, after: &str) {
    for job in &store.jobs {
        let Some(seen) = job.seen.as_ref().filter(|_| !compared.contains(&job.id)) else {
            continue;
        };
        let input = json!({ "UserStoreId": store.id, "JobIds": [job.id] });
        let shown = world.ok("ListJobs", input)["JobSet"][0].take();
        if shown["Status"] == "COMPLETED" {
            let file = read(download(world, &text(&shown["Location"])));
            let rows: Vec<Value> =
                file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(rows, *seen, "{after}");
            compared.push(job.id.clone());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_twin_and_the_reference_agree_after_every_call(steps in vec(step(), 20..80)) {
        let mut pair = Pair::new();
        for step in steps {
            pair.run(step);
        }
    }
}
