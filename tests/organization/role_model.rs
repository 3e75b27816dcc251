//! Random calls on role assignments and deployments: after each call everything is compared with the
//! reference, a model of plain maps.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::center::Center;
use super::roles::entry;
use super::syncing::{TASK_MS, but};

mod reference;

use reference::{ACCOUNTS, Key, Kind, Outcome, Reference};

/// Half of what a task takes.
const TICK_MS: i64 = TASK_MS / 2;

/// One step of a story. Principals and role configurations are numbers of those that there are.
#[derive(Debug, Clone)]
enum Step {
    Assign(Key, Outcome),
    /// With the deployment, if it is the last.
    Unassign(Key, bool, Outcome),
    Provision(usize, usize, Outcome),
    Dismantle(usize, usize, Outcome),
    /// Attaches or detaches a policy.
    Change(usize),
    DeletePrincipal(usize),
    DeleteConfiguration(usize),
    Wait(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let key =
        || {
            (0..2_usize, 0..2_usize, 0..3_usize).prop_map(|(configuration, account, principal)| {
                Key { configuration, account, principal }
            })
        };
    let outcome =
        || select(vec![Outcome::Success, Outcome::Success, Outcome::Success, Outcome::Fail]);
    let place = || (0..2_usize, 0..2_usize);
    prop_oneof![
        8 => (key(), outcome()).prop_map(|(key, outcome)| Step::Assign(key, outcome)),
        5 => (key(), any::<bool>(), outcome())
            .prop_map(|(key, undeploys, outcome)| Step::Unassign(key, undeploys, outcome)),
        2 => (place(), outcome()).prop_map(|((of, at), outcome)| Step::Provision(of, at, outcome)),
        3 => (place(), outcome()).prop_map(|((of, at), outcome)| Step::Dismantle(of, at, outcome)),
        1 => (0..2_usize).prop_map(Step::Change),
        1 => (0..3_usize).prop_map(Step::DeletePrincipal),
        1 => (0..2_usize).prop_map(Step::DeleteConfiguration),
        6 => (1..4_u8).prop_map(Step::Wait),
    ]
}

/// The twin and the reference, side by side.
struct Pair {
    center: Center,
    reference: Reference,
    configurations: Vec<String>,
    principals: Vec<String>,
    tasks: Vec<String>,
}

impl Pair {
    fn new() -> Self {
        let center = Center::slow();
        let configurations = ["readers", "writers"].map(|name| center.configuration(name)).into();
        let principals = vec![center.user("ann"), center.user("bob"), center.group("staff")];
        Self { center, reference: Reference::new(), configurations, principals, tasks: Vec::new() }
    }

    fn entry(&self, key: Key) -> Value {
        let (configuration, principal) =
            (&self.configurations[key.configuration], &self.principals[key.principal]);
        entry(configuration, principal, ACCOUNTS[key.account])
    }

    fn place(&self, configuration: usize, account: usize) -> Value {
        json!({
            "RoleConfigurationId": self.configurations[configuration],
            "TargetType": "MemberUin", "TargetUin": ACCOUNTS[account],
        })
    }

    /// Makes the call and compares its code with what is expected.
    fn call(
        &self,
        action: &str,
        input: Value,
        expected: Result<(), &'static str>,
    ) -> Option<Value> {
        match expected {
            Ok(()) => Some(self.center.ok(action, input)),
            Err(code) => {
                assert_eq!(self.center.code(action, input.clone()), code, "{action} {input}");
                None
            }
        }
    }

    /// The same of a call that begins a task.
    fn begin(
        &mut self,
        action: &str,
        input: Value,
        expected: Result<(), &'static str>,
        outcome: Outcome,
    ) {
        let Some(answer) = self.call(action, input, expected) else { return };
        let task = answer["Task"].as_object().or(answer["Tasks"][0].as_object()).unwrap();
        self.tasks.push(task["TaskId"].as_str().unwrap().to_owned());
        if outcome == Outcome::Fail {
            self.center.run_sql(
                "UPDATE organization_role_tasks SET outcome = 'fail'
                 WHERE seq = (SELECT MAX(seq) FROM organization_role_tasks)",
            );
        }
    }

    fn run(&mut self, step: &Step) {
        match *step {
            Step::Assign(key, outcome) => {
                let expected = self.reference.begin(Kind::Assign, key, outcome);
                let input = json!({ "RoleAssignmentInfo": [self.entry(key)] });
                self.begin("CreateRoleAssignment", input, expected, outcome);
            }
            Step::Unassign(key, undeploys, outcome) => {
                let expected = self.reference.begin(Kind::Unassign { undeploys }, key, outcome);
                let strategy =
                    if undeploys { "DeprovisionForLastRoleAssignmentOnAccount" } else { "None" };
                let input = but(self.entry(key), json!({ "DeprovisionStrategy": strategy }));
                self.begin("DeleteRoleAssignment", input, expected, outcome);
            }
            Step::Provision(configuration, account, outcome) => {
                let key = Key { configuration, account, principal: 0 };
                let expected = self.reference.begin(Kind::Provision, key, outcome);
                let input = self.place(configuration, account);
                self.begin("ProvisionRoleConfiguration", input, expected, outcome);
            }
            Step::Dismantle(configuration, account, outcome) => {
                let key = Key { configuration, account, principal: 0 };
                let expected = self.reference.begin(Kind::Dismantle, key, outcome);
                let input = self.place(configuration, account);
                self.begin("DismantleRoleConfiguration", input, expected, outcome);
            }
            Step::Change(configuration) => {
                let (adds, expected) = self.reference.change(configuration);
                let action = if adds {
                    "AddPermissionPolicyToRoleConfiguration"
                } else {
                    "RemovePermissionPolicyFromRoleConfiguration"
                };
                let mut input = json!({
                    "RoleConfigurationId": self.configurations[configuration],
                    "RolePolicyType": "System",
                });
                let (member, value) = if adds {
                    ("RolePolicies", json!([{ "PolicyId": 7 }]))
                } else {
                    ("RolePolicyId", json!(7))
                };
                input[member] = value;
                self.call(action, input, expected);
            }
            Step::DeletePrincipal(principal) => {
                let expected = self.reference.delete_principal(principal);
                let id = json!(self.principals[principal]);
                let (action, input) = match principal {
                    2 => ("DeleteGroup", json!({ "GroupId": id })),
                    _ => ("DeleteUser", json!({ "UserId": id })),
                };
                self.call(action, input, expected);
            }
            Step::DeleteConfiguration(configuration) => {
                let expected = self.reference.delete_configuration(configuration);
                let id = json!({ "RoleConfigurationId": self.configurations[configuration] });
                self.call("DeleteRoleConfiguration", id, expected);
            }
            Step::Wait(ticks) => {
                for _ in 0..ticks {
                    self.center.wait(TICK_MS);
                    self.reference.tick();
                    self.compare(step);
                }
            }
        }
        self.compare(step);
    }

    fn compare(&self, after: &Step) {
        let at =
            |value: &Value| ACCOUNTS.iter().position(|uin| value["TargetUin"] == *uin).unwrap();
        let of = |value: &Value| {
            let is = |id: &String| value["RoleConfigurationId"] == **id;
            self.configurations.iter().position(is).unwrap()
        };
        let list = self.center.ok("ListRoleAssignments", json!({ "MaxResults": 100 }));
        let mut assignments: Vec<Key> = Vec::new();
        for one in list["RoleAssignments"].as_array().unwrap() {
            let is = |id: &String| one["PrincipalId"] == **id;
            let principal = self.principals.iter().position(is).unwrap();
            assignments.push(Key { configuration: of(one), account: at(one), principal });
        }
        assignments.sort_unstable();
        assert_eq!(assignments, self.reference.assignments(), "after {after:?}");
        let input = json!({ "MaxResults": 100 });
        let list = self.center.ok("ListRoleConfigurationProvisionings", input);
        let one = |one: &Value| {
            ((of(one), at(one)), one["DeploymentStatus"].as_str().unwrap().to_owned())
        };
        let mut deployed: Vec<_> =
            list["RoleConfigurationProvisionings"].as_array().unwrap().iter().map(one).collect();
        deployed.sort_unstable();
        assert_eq!(deployed, self.reference.deployments(), "after {after:?}");
        let list = self.center.ok("ListTasks", json!({ "MaxResults": 100 }));
        let one = |one: &Value| {
            format!("{} {}", one["TaskId"].as_str().unwrap(), one["Status"].as_str().unwrap())
        };
        let statuses: Vec<_> = list["Tasks"].as_array().unwrap().iter().rev().map(one).collect();
        let expected = self.tasks.iter().zip(self.reference.statuses());
        let expected: Vec<_> = expected.map(|(id, status)| format!("{id} {status}")).collect();
        assert_eq!(statuses, expected, "after {after:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_twin_and_the_reference_agree_after_every_step(
        steps in proptest::collection::vec(step(), 10..40)
    ) {
        let mut pair = Pair::new();
        for step in &steps {
            pair.run(step);
        }
    }
}
