//! Random batches of two tenants: after each step accounts, states and failures are compared with
//! the reference, a model of plain maps.

use http::Method;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::center::{CREATE, Center, STEP_MS, batch};
use super::reference::{Change, ROLES, Reference};

/// Half a step of a task: no two moments that matter lie between two looks.
const TICK_MS: i64 = STEP_MS / 2;

const TENANTS: [&str; 2] = ["left", "right"];

/// One step of a story.
#[derive(Debug, Clone)]
enum Step {
    /// A batch of that tenant.
    Submit(usize, Vec<Change>),
    /// A batch with an entry in it that refuses it whole.
    Spoil(usize, Vec<Change>),
    /// Another quota.
    Limit(usize, Option<usize>),
    /// The clock goes on.
    Wait(u8),
}

/// Few accounts, names and roles, so that entries meet.
fn change() -> impl Strategy<Value = Change> {
    let account = select(vec!["a", "b", "c", "A"]);
    let name = select(vec!["", "Ann", "名"]);
    let email = select(vec!["a@example.com", "b@example.com"]);
    let role = prop_oneof![4 => Just(ROLES[0]), 4 => Just(ROLES[1]), 1 => Just("9")];
    let action = prop_oneof![3 => Just("CREATE"), 2 => Just("MODIFY"), 2 => Just("DISABLE")];
    (action, account, of(name), of(email), of(vec(role, 0..3))).prop_map(
        |(action, account, name, email, roles)| match action {
            "CREATE" => {
                let name = name.filter(|name| !name.is_empty()).or(Some("New"));
                let email = email.or(Some("new@example.com"));
                Change { action, account, name, email, roles }
            }
            "DISABLE" => Change { action, account, name: None, email: None, roles: None },
            _ => Change { action, account, name, email, roles },
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let changes = || vec(change(), 1..6);
    prop_oneof![
        8 => (0..2_usize, changes()).prop_map(|(tenant, changes)| Step::Submit(tenant, changes)),
        1 => (0..2_usize, changes()).prop_map(|(tenant, changes)| Step::Spoil(tenant, changes)),
        1 => (0..2_usize, of(0..4_usize)).prop_map(|(tenant, quota)| Step::Limit(tenant, quota)),
        6 => (1..6_u8).prop_map(Step::Wait),
    ]
}

/// The twin and the references, side by side.
struct Pair {
    center: Center,
    references: [Reference; 2],
    /// Of each tenant, how many tasks were seen to be over.
    seen: [usize; 2],
}

impl Pair {
    fn now(&self) -> i64 {
        self.center.world.twin.clock.now().0
    }

    fn run(&mut self, step: Step) {
        let shown = format!("{step:?}");
        match step {
            Step::Submit(at, changes) => {
                let id = self.center.create_as(TENANTS[at], sent(&changes));
                let now = self.now();
                self.references[at].submit(id, changes, now);
            }
            Step::Spoil(at, changes) => {
                let mut entries = sent(&changes);
                entries.as_array_mut().unwrap().push(json!({ "action": "ERASE" }));
                let said = self.center.call_as(TENANTS[at], CREATE, batch(entries));
                assert_eq!(said.code(), "200 100-104", "{shown}");
            }
            Step::Limit(at, quota) => {
                let path = format!("aicc/users?tenant={}", TENANTS[at]);
                let mut users = self.center.twin(Method::GET, &path, "");
                users["user_quota"] = json!(quota);
                self.center.twin(Method::PUT, &path, &users.to_string());
                self.references[at].quota = quota;
            }
            Step::Wait(ticks) => {
                for _ in 0..ticks {
                    self.center.wait(TICK_MS);
                    let now = self.now();
                    self.references.iter_mut().for_each(|reference| reference.wait_until(now));
                    self.compare(&shown);
                }
            }
        }
        self.compare(&shown);
    }

    fn compare(&mut self, after: &str) {
        for (at, tenant) in TENANTS.into_iter().enumerate() {
            let reference = &self.references[at];
            let path = format!("aicc/users?tenant={tenant}");
            let users = self.center.twin(Method::GET, &path, "");
            assert_eq!(users, reference.shown_users(), "{tenant} after {after}");
            self.compare_tasks(at, self.seen[at], after);
            let over = self.references[at].tasks.iter().take_while(|task| task.is_over());
            self.seen[at] = over.count();
        }
    }

    /// Compares the tasks of a tenant from that one on.
    fn compare_tasks(&self, at: usize, from: usize, after: &str) {
        for task in &self.references[at].tasks[from..] {
            let seen = self.center.query_as(TENANTS[at], &task.id);
            let (status, failures) = task.shown(self.now());
            assert_eq!(seen["taskInfo"]["status"], status, "{task:?} after {after}");
            assert_eq!(seen["failDataList"], failures, "{task:?} after {after}");
        }
    }
}

fn sent(changes: &[Change]) -> Value {
    changes.iter().map(Change::sent).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_twin_and_the_reference_agree_after_every_step(steps in vec(step(), 10..40)) {
        let (center, references) = (Center::slow(), <[Reference; 2]>::default());
        let mut pair = Pair { center, references, seen: [0; 2] };
        for step in steps {
            pair.run(step);
        }
        // What is over stays as it was.
        for at in 0..TENANTS.len() {
            pair.compare_tasks(at, 0, "all");
        }
    }
}
