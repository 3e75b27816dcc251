//! Random calls on users, groups, memberships, user syncs and CAM users: after each call everything is
//! compared with the reference, a model of plain lists.

use http::Method;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::center::{Center, each};
use super::syncing::{TASK_MS, but, item};
use crate::documents::ask;

mod reference;

use reference::{ACCOUNTS, Cam, Outcome, Reference};

/// Half of what a task takes: no two moments that matter lie between two looks.
const TICK_MS: i64 = TASK_MS / 2;

/// Points at one of the things that there are, or at none.
type Which = u8;

/// One step of a story.
#[derive(Debug, Clone)]
enum Step {
    CreateUser(&'static str),
    DeleteUser(Which),
    CreateGroup(&'static str),
    DeleteGroup(Which),
    Join(Which, Which),
    Leave(Which, Which),
    /// A sync of a user, or else of a group, to that account; takes over; keeps.
    Sync(bool, Which, usize, bool, bool),
    Update(Which, bool, bool),
    EndSync(Which),
    /// The CAM users of an account: the mask says who of them stay, and with keys; others come.
    Place(usize, u32, Vec<(&'static str, bool, bool)>),
    Wait(u8),
}

/// Few names, so that they meet, with and without the suffix.
fn step() -> impl Strategy<Value = Step> {
    let name = || select(vec!["ann", "bob", "ann_cic"]);
    let account = || 0..ACCOUNTS.len();
    prop_oneof![
        3 => name().prop_map(Step::CreateUser),
        1 => any::<Which>().prop_map(Step::DeleteUser),
        2 => select(vec!["one", "two"]).prop_map(Step::CreateGroup),
        1 => any::<Which>().prop_map(Step::DeleteGroup),
        5 => any::<(Which, Which)>().prop_map(|(user, group)| Step::Join(user, group)),
        2 => any::<(Which, Which)>().prop_map(|(user, group)| Step::Leave(user, group)),
        5 => (any::<(bool, Which)>(), account(), any::<(bool, bool)>())
            .prop_map(|((user, which), at, (take, keep))| Step::Sync(user, which, at, take, keep)),
        1 => any::<(Which, bool, bool)>().prop_map(|(which, take, keep)| Step::Update(which, take, keep)),
        3 => any::<Which>().prop_map(Step::EndSync),
        2 => (account(), any::<u32>(), vec((name(), any::<bool>(), any::<bool>()), 0..3))
            .prop_map(|(at, mask, new)| Step::Place(at, mask, new)),
        6 => (1..4_u8).prop_map(Step::Wait),
    ]
}

/// The twin and the reference, side by side.
struct Pair {
    center: Center,
    reference: Reference,
}

/// One of these, or one that nothing has.
fn chosen<'a>(which: Which, ids: &'a [String], none: &'a str) -> &'a str {
    ids.get(usize::from(which) % (ids.len() + 1)).map_or(none, String::as_str)
}

impl Pair {
    fn user(&self, which: Which) -> String {
        chosen(which, &self.reference.user_ids(), "u-000000000000").to_owned()
    }

    fn group(&self, which: Which) -> String {
        chosen(which, &self.reference.group_ids(), "g-000000000000").to_owned()
    }

    fn sync(&self, which: Which) -> String {
        chosen(which, &self.reference.sync_ids(), "upe-000000000000").to_owned()
    }

    /// Makes a call; the code of a refusal is compared, the answer returned.
    fn call(
        &mut self,
        action: &str,
        input: Value,
        rule: impl FnOnce(&mut Reference, &Value) -> Outcome,
    ) {
        let mut input = input;
        input["ZoneId"] = json!(super::center::ZONE);
        let answer = self.center.call_raw(action, input.clone());
        let expected = rule(&mut self.reference, &answer);
        assert_eq!(answer["Error"]["Code"].as_str(), expected.err(), "{action} {input}: {answer}");
    }

    fn run(&mut self, step: Step) {
        let shown = format!("{step:?}");
        match step {
            Step::CreateUser(name) => {
                let input = json!({ "UserName": name });
                self.call("CreateUser", input, |r, a| {
                    r.create_user(name, &a["UserInfo"]["UserId"])
                });
            }
            Step::DeleteUser(which) => {
                let id = self.user(which);
                self.call("DeleteUser", json!({ "UserId": id }), |r, _| r.delete_user(&id));
            }
            Step::CreateGroup(name) => {
                let input = json!({ "GroupName": name });
                self.call("CreateGroup", input, |r, a| {
                    r.create_group(name, &a["GroupInfo"]["GroupId"])
                });
            }
            Step::DeleteGroup(which) => {
                let id = self.group(which);
                self.call("DeleteGroup", json!({ "GroupId": id }), |r, _| r.delete_group(&id));
            }
            Step::Join(user, group) => {
                let (user, group) = (self.user(user), self.group(group));
                let input = json!({ "UserId": user, "GroupId": group });
                self.call("AddUserToGroup", input, |r, _| r.join(&user, &group));
            }
            Step::Leave(user, group) => {
                let (user, group) = (self.user(user), self.group(group));
                let input = json!({ "UserId": user, "GroupId": group });
                self.call("RemoveUserFromGroup", input, |r, _| r.leave(&user, &group));
            }
            Step::Sync(of_user, which, at, take, keep) => {
                let id = if of_user { self.user(which) } else { self.group(which) };
                let item = but(item(&id, ACCOUNTS[at]), strategies(take, keep));
                let input = json!({ "UserSyncProvisionings": [item] });
                self.call("CreateUserSyncProvisioning", input, |r, a| {
                    r.sync(&id, ACCOUNTS[at], take, keep, &a["Tasks"][0])
                });
            }
            Step::Update(which, take, keep) => {
                let id = self.sync(which);
                let strategies = strategies(take, keep);
                let input = json!({
                    "UserProvisioningId": id,
                    "NewDuplicationStateful": strategies["DuplicationStrategy"],
                    "NewDeletionStrategy": strategies["DeletionStrategy"],
                });
                self.call("UpdateUserSyncProvisioning", input, |r, _| r.update(&id, take, keep));
            }
            Step::EndSync(which) => {
                let id = self.sync(which);
                let input = json!({ "UserProvisioningId": id });
                self.call("DeleteUserSyncProvisioning", input, |r, a| r.end(&id, &a["Tasks"]));
            }
            Step::Place(at, mask, new) => self.place(ACCOUNTS[at], mask, &new),
            Step::Wait(ticks) => {
                for _ in 0..ticks {
                    self.center.wait(TICK_MS);
                    self.reference.wait(TICK_MS);
                    self.compare(&shown);
                }
            }
        }
        self.compare(&shown);
    }

    fn place(&mut self, uin: i64, mask: u32, new: &[(&str, bool, bool)]) {
        let mut users: Vec<Cam> = self.reference.cam_of(uin);
        let mut number = 0;
        users.retain_mut(|user| {
            number += 1;
            user.keys = (mask >> (number + 3)) & 1 == 1;
            (mask >> number) & 1 == 0
        });
        for (name, keys, special) in new {
            if users.iter().all(|user| user.name != *name) {
                let (name, user) = ((*name).to_owned(), self.reference.owner(uin, name));
                users.push(Cam { uin, name, keys: *keys, special: *special, user });
            }
        }
        let sent = users.iter().map(|user| {
            let kind = if user.special { "Collaborator" } else { "SubUser" };
            json!({ "name": user.name, "has_access_keys": user.keys, "kind": kind })
        });
        let sent: Value = sent.collect();
        assert_eq!(self.center.put_cam(uin, sent), (200, json!({})));
        self.reference.place(uin, users);
    }

    fn compare(&self, after: &str) {
        for uin in ACCOUNTS {
            let (status, shown) =
                ask(&self.center.world, Method::GET, &format!("cam/{uin}/users"), String::new());
            assert_eq!((status, shown), (200, self.reference.shown_cam(uin)), "{after}");
        }
        let listed = self.center.ok("ListUserSyncProvisionings", json!({ "MaxResults": 100 }));
        assert_eq!(listed["TotalCounts"], self.reference.sync_ids().len(), "{after}");
        let ids = each(&listed["UserProvisionings"], "UserProvisioningId");
        assert!(ids.iter().rev().eq(&self.reference.sync_ids()), "{after}");
        for (sync, expected) in
            listed["UserProvisionings"].as_array().unwrap().iter().zip(self.reference.shown_syncs())
        {
            let members =
                ["PrincipalId", "PrincipalName", "DuplicationStrategy", "DeletionStrategy"];
            assert_eq!(members.map(|member| sync[member].as_str().unwrap()), expected, "{after}");
        }
        for (task, expected) in self.reference.shown_tasks() {
            let seen = self.center.task(&task);
            assert!(seen.contains(&expected), "{after}: {seen}, not {expected}");
        }
        let statistics = &self.center.ok("GetZoneStatistics", json!({}))["ZoneStatistics"];
        assert_eq!(statistics["UserProvisioningCount"], self.reference.sync_ids().len(), "{after}");
        for (group, members) in self.reference.shown_groups() {
            let listed = self.center.ok("ListGroupMembers", json!({ "GroupId": group }));
            assert_eq!(each(&listed["GroupMembers"], "UserId"), members, "{after}");
        }
    }
}

fn strategies(take: bool, keep: bool) -> Value {
    json!({
        "DuplicationStrategy": if take { "TakeOver" } else { "KeepBoth" },
        "DeletionStrategy": if keep { "Keep" } else { "Delete" },
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_twin_and_the_reference_agree_after_every_call(steps in vec(step(), 20..80)) {
        let (center, reference) = (Center::slow(), Reference::default());
        let mut pair = Pair { center, reference };
        for step in steps {
            pair.run(step);
        }
    }
}
