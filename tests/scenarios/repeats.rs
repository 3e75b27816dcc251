//! The same seed and the same requests meet the same faults: one by one the same requests, side by side as
//! many of each kind.

use std::collections::BTreeMap;

use cloudtwin::wire::Plan;
use serde_json::{Value, json};

use super::load;
use crate::client::{Signed, World};

/// Chances over reads and writes and all phases. The last rule counts all tenants together.
const STORY: &str = "
    name = 'much goes wrong'
    seed = 7
    [[rule]]
    operation = 'ListUserStore'
    at = 'arrival'
    chance = 0.3
    effect = { refuse = 'RequestLimitExceeded' }
    [[rule]]
    operation = 'ListUserStore'
    at = 'arrival'
    every = 3
    chance = 0.5
    effect = { drop = true }
    [[rule]]
    service = 'ciam'
    operation = 'ListUserGroups'
    at = 'before_handler'
    chance = 0.4
    effect = { status = 502 }
    [[rule]]
    service = 'ciam'
    operation = 'CreateUserGroup'
    at = 'after_commit'
    chance = 0.4
    effect = { drop = true }
    [[rule]]
    service = 'ciam'
    operation = 'CreateUserGroup'
    at = 'after_commit'
    chance = 0.2
    effect = { refuse = 'InternalError' }
    [[rule]]
    service = 'ciam'
    operation = 'ListJobs'
    at = 'body'
    chance = 0.5
    effect = { cut = 0.5, delay = { median = 2, sigma = 0.5 } }
    [[rule]]
    operation = 'DescribeUserById'
    at = 'before_handler'
    chance = 0.3
    count = 'all tenants'
    effect = { reset = true, delay = { from = 1, to = 3 } }
";

const TENANTS: [&str; 2] = ["a", "b"];
const THREADS: usize = 8;
/// Calls of each operation by each thread for each tenant.
const CALLS: usize = 6;

/// What differs between two runs of the same requests: times of the machine.
const OF_THE_MACHINE: [&str; 3] = ["arrived_us", "duration_us", "ended_us"];

struct Story {
    world: World,
    stores: [String; 2],
}

impl Story {
    fn new(text: &str) -> Self {
        let world = World::new();
        let stores = TENANTS.map(|tenant| {
            let made = world.ok_as(tenant, "CreateUserStore", json!({ "UserPoolName": "people" }));
            made["UserStoreId"].as_str().unwrap().to_owned()
        });
        load(&world, text);
        Self { world, stores }
    }

    /// The calls of a thread; the plans of their answers.
    fn calls(&self, thread: usize) -> Vec<Option<Plan>> {
        let mut plans = Vec::new();
        for number in 0..CALLS {
            for (tenant, store) in TENANTS.into_iter().zip(&self.stores) {
                let page = json!({ "PageSize": 10, "PageNumber": 1 });
                let name = format!("group-{thread}-{number}");
                for (action, more) in [
                    ("ListUserStore", json!({})),
                    ("ListUserGroups", json!({ "UserStoreId": store, "Pageable": page })),
                    ("CreateUserGroup", json!({ "UserStoreId": store, "DisplayName": name })),
                    ("ListJobs", json!({ "UserStoreId": store })),
                    ("DescribeUserById", json!({ "UserStoreId": store, "UserId": "0".repeat(32) })),
                ] {
                    let now = self.world.twin.clock.now();
                    let call = Signed { tenant, ..Signed::new(action, more.to_string(), now) };
                    plans.push(self.world.send(call.request()).plan.map(|plan| *plan));
                }
            }
        }
        plans
    }

    fn serial(text: &str) -> (Self, Vec<Option<Plan>>) {
        let story = Self::new(text);
        let plans = (0..THREADS).flat_map(|thread| story.calls(thread)).collect();
        (story, plans)
    }

    fn parallel(text: &str) -> Self {
        let story = Self::new(text);
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let story = &story;
                scope.spawn(move || story.calls(thread));
            }
        });
        story
    }

    /// The journal, but for what is of the machine.
    fn journal(&self) -> Vec<Value> {
        let mut entries = self.world.journal();
        for entry in &mut entries {
            let entry = entry.as_object_mut().unwrap();
            for name in OF_THE_MACHINE {
                assert!(entry.remove(name).is_some(), "{name}: {entry:?}");
            }
        }
        entries
    }

    /// How often each rule did what to whom. Of a rule that counts all tenants together it is not fixed
    /// whom it meets.
    fn faults(&self) -> BTreeMap<String, usize> {
        let mut faults = BTreeMap::new();
        for entry in self.world.journal() {
            let fault = &entry["fault"];
            if !fault.is_null() {
                let tenant = if fault["rule"] == 7 { &Value::Null } else { &entry["tenant"] };
                let (operation, rule) = (&entry["operation"], &fault["rule"]);
                let name = format!("{tenant} {operation} {rule} {}", fault["effect"]);
                *faults.entry(name).or_default() += 1;
            }
        }
        faults
    }
}

#[test]
fn the_same_requests_meet_the_same_faults_and_another_seed_others() {
    let ((one, plans), (again, same_plans)) = (Story::serial(STORY), Story::serial(STORY));
    assert_eq!(one.journal(), again.journal());
    assert_eq!(plans, same_plans);
    // Each rule acts on some requests of each tenant.
    assert_eq!(one.faults().len(), 6 * TENANTS.len() + 1, "{:?}", one.faults());
    let (other, other_plans) = Story::serial(&STORY.replace("seed = 7", "seed = 8"));
    assert_ne!(one.journal(), other.journal());
    assert_ne!(plans, other_plans);
}

#[test]
fn eight_clients_side_by_side_meet_as_many_of_each_fault_as_one_by_one() {
    let one_by_one = Story::serial(STORY).0.faults();
    for _ in 0..4 {
        assert_eq!(Story::parallel(STORY).faults(), one_by_one);
    }
}
