//! Tasks of user syncs: how the clock moves them, how they end, what outlives the process.

use std::sync::mpsc;

use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::{pipeline, protocol};
use http::Method;
use serde_json::{Value, json};

use super::center::{Center, MEMBER, VERSION, ZONE};
use super::roles::place;
use super::syncing::{TASK_MS, item, organization, run};
use crate::client::{Signed, World, polled, response};
use crate::documents::ask;

#[test]
fn a_task_moves_by_the_clock_and_stays_as_it_ended() {
    let center = Center::slow();
    let ada = center.user("ada");
    let (_, task) = center.begin(item(&ada, MEMBER));
    let look =
        || center.ok("GetProvisioningTaskStatus", json!({ "TaskId": task }))["TaskStatus"].take();
    let expected = |status: &str| json!({ "Status": status, "TaskId": task, "TaskType": "StartProvisioning", "FailureReason": "" });
    assert_eq!(look(), expected("InProgress"));
    center.wait(TASK_MS - 1);
    assert_eq!(look(), expected("InProgress"));
    center.wait(1);
    assert_eq!(look(), expected("Success"));
    center.wait(-10 * TASK_MS);
    assert_eq!(look(), expected("Success"));
}

#[test]
fn an_id_that_is_no_task_is_not_found() {
    let center = Center::new();
    let ada = center.user("ada");
    let (sync, _) = center.begin(item(&ada, MEMBER));
    for id in ["t-000000000000", "", &sync, &ada] {
        let code = center.code("GetProvisioningTaskStatus", json!({ "TaskId": id }));
        assert_eq!(code, "ResourceNotFound.UserProvisioningTaskNotFound", "{id}");
    }
}

/// Changes rows of the state, as nothing but a scenario does.
#[test]
fn a_task_ends_as_was_decided_when_it_was_created() {
    let center = Center::slow();
    let (ada, bob) = (center.user("ada"), center.user("bob"));
    let (sync, task) = center.begin(item(&ada, MEMBER));
    run(&center.world, "UPDATE organization_user_sync_tasks SET outcome = 'fail'");
    let (staying, stays) = center.begin(item(&bob, MEMBER));
    run(&center.world, "UPDATE organization_user_sync_tasks SET outcome = 'stay' WHERE seq = 2");
    center.wait(TASK_MS);
    assert_eq!(center.task(&task), "Failed: the job was made to fail");
    center.wait(1_000 * TASK_MS);
    assert_eq!((center.task(&stays), center.cam(MEMBER)), ("InProgress".into(), String::new()));
    let code = center.code("DeleteUserSyncProvisioning", json!({ "UserProvisioningId": staying }));
    assert_eq!(code, "FailedOperation.UserProvisioningFailed");
    // A failed start leaves a sync that can be deleted; a failed deletion leaves it too.
    let delete = center.end(&sync);
    run(&center.world, "UPDATE organization_user_sync_tasks SET outcome = 'fail' WHERE seq = 3");
    center.wait(TASK_MS);
    assert_eq!(center.task(&delete), "Failed: the job was made to fail");
    assert_eq!(center.delete_sync(&sync), "Success");
}

#[test]
fn tasks_of_one_moment_are_done_in_the_order_of_their_items() {
    let center = Center::slow();
    let names = ["ada", "ADA_cic"].map(|name| center.user(name));
    center.place(json!([{ "name": "ada" }]));
    let items: Vec<Value> = names.iter().map(|user| item(user, MEMBER)).collect();
    center.ok("CreateUserSyncProvisioning", json!({ "UserSyncProvisionings": items }));
    center.wait(TASK_MS);
    assert_eq!(center.cam(MEMBER), format!("ada ada_cic({}) ADA_cic_cic({})", names[0], names[1]));
}

#[test]
fn a_task_begun_before_a_restart_still_ends() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let db = Some(folder.path().join("state.db"));
        Center {
            world: World::with(|config| {
                config.db = db;
                config.pace = Pace::EveryMs(TASK_MS);
            }),
        }
    };
    let center = start();
    let ada = center.user("ada");
    let (sync, task) = center.begin(item(&ada, MEMBER));
    drop(center);
    let center = start();
    assert_eq!((center.task(&task), center.cam(MEMBER)), ("InProgress".into(), String::new()));
    center.wait(TASK_MS);
    assert_eq!((center.task(&task), center.cam(MEMBER)), ("Success".into(), format!("ada({ada})")));
    let task = center.end(&sync);
    drop(center);
    let center = start();
    // The clock began anew.
    center.wait(2 * TASK_MS);
    assert_eq!((center.task(&task), center.cam(MEMBER)), ("Success".into(), String::new()));
}

#[test]
fn a_state_document_carries_running_tasks_to_another_tenant() {
    let center = Center::slow();
    let (ada, staff) = (center.user("ada"), center.group("staff"));
    center.join(&ada, &staff);
    center.sync(item(&staff, MEMBER));
    let (_, task) = center.begin(item(&ada, MEMBER + 1));
    let (_, document) = ask(&center.world, Method::GET, "state?tenant=default", String::new());
    let (status, said) =
        ask(&center.world, Method::PUT, "state?tenant=other", document.to_string());
    assert_eq!(status, 200, "{said}");
    let poll = || {
        let input = json!({ "ZoneId": ZONE, "TaskId": task });
        center.call_as("other", "GetProvisioningTaskStatus", input)["TaskStatus"]["Status"].clone()
    };
    assert_eq!(poll(), "InProgress");
    center.wait(TASK_MS);
    assert_eq!(poll(), "Success");
    for uin in [MEMBER, MEMBER + 1] {
        let path = format!("cam/{uin}/users?tenant=other");
        let (_, shown) = ask(&center.world, Method::GET, &path, String::new());
        assert_eq!(shown["users"][0]["user_id"], ada);
    }
}

#[test]
fn a_document_with_a_broken_row_is_refused() {
    let center = Center::slow();
    let ada = center.user("ada");
    center.sync(item(&ada, MEMBER));
    let (_, good) = ask(&center.world, Method::GET, "state", String::new());
    for (table, column, value) in [
        ("organization_user_syncs", "duplication_strategy", json!("Both")),
        ("organization_user_syncs", "deletion_strategy", json!("")),
        ("organization_user_sync_tasks", "type", json!("Start")),
        ("organization_user_sync_tasks", "status", json!("Running")),
        ("organization_user_sync_tasks", "outcome", json!("odd")),
        ("organization_user_sync_tasks", "seq", json!(i64::MAX)),
        ("organization_user_sync_tasks", "passed", json!(-1)),
        ("organization_cam_users", "kind", json!("Robot")),
        ("organization_cam_users", "has_access_keys", json!(2)),
        ("organization_synced_users", "user_seq", json!(-1)),
        ("organization_zones", "next_user_sync", json!(-1)),
    ] {
        let mut document = good.clone();
        document["tenants"]["default"][table][0][column] = value;
        let (status, said) = ask(&center.world, Method::PUT, "state", document.to_string());
        assert_eq!(status, 400, "{table}.{column}: {said}");
    }
}

/// Members of the large group.
const MEMBERS: usize = 3_000;

fn large() -> Center {
    Center::seeded(&format!(
        "{}[organization.zone]\nid = '{ZONE}'\nname = 'zone'\n\
         [[organization.zone.group]]\nid = 'g-00000000000a'\nname = 'staff'\n\
         [[organization.zone.users]]\ncount = {MEMBERS}\nname = 'u{{n}}'\ngroups = ['staff']\n",
        organization("users = 10000, users_per_group = 10000"),
    ))
}

/// Sends a call without waiting; what is answered is told under that name.
fn send(
    center: &Center,
    tell: &mpsc::Sender<(&'static str, Value)>,
    tenant: &'static str,
    action: &str,
    input: Value,
) {
    let call = Signed {
        tenant,
        version: VERSION,
        service: "organization",
        region: "",
        ..Signed::new(action, input.to_string(), center.now())
    };
    let (request, tell) = (call.request(), tell.clone());
    let reply = Box::new(move |answer, _| tell.send((tenant, response(&answer))).unwrap());
    pipeline::serve(&center.world.twin, protocol::of(&request), request, reply);
}

#[test]
fn other_tenants_are_answered_between_the_steps_of_a_large_sync() {
    let center = large();
    center.call_as("other", "DescribeIdentityCenter", json!({}));
    let (sync, task) = center.begin(item("g-00000000000a", MEMBER));
    let (tell, told) = mpsc::channel();
    // The first one waits for the whole sync; the second came later and is answered before.
    send(
        &center,
        &tell,
        "default",
        "GetProvisioningTaskStatus",
        json!({ "ZoneId": ZONE, "TaskId": task }),
    );
    send(&center, &tell, "other", "CreateUser", json!({ "ZoneId": ZONE, "UserName": "ada" }));
    let (first, answer) = told.recv().unwrap();
    assert_eq!((first, &answer["UserInfo"]["UserName"]), ("other", &json!("ada")));
    let (second, answer) = told.recv().unwrap();
    assert_eq!((second, &answer["TaskStatus"]["Status"]), ("default", &json!("Success")));
    assert_eq!(center.cam(MEMBER).split(' ').count(), MEMBERS);
    // The same for the deletion.
    let task = center.end(&sync);
    send(
        &center,
        &tell,
        "default",
        "GetProvisioningTaskStatus",
        json!({ "ZoneId": ZONE, "TaskId": task }),
    );
    send(&center, &tell, "other", "CreateUser", json!({ "ZoneId": ZONE, "UserName": "bob" }));
    assert_eq!(told.recv().unwrap().0, "other");
    assert_eq!(told.recv().unwrap().1["TaskStatus"]["Status"], "Success");
    assert_eq!(center.cam(MEMBER), "");
}

#[test]
fn tasks_of_both_families_move_by_looks() {
    let center = Center { world: World::with(|config| config.pace = Pace::EveryLooks(2)) };
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    let (_, sync) = center.begin(item(&ada, MEMBER));
    let role = center.begin_role_task("ProvisionRoleConfiguration", place(&id));
    center.wait(1_000 * TASK_MS);
    let expected = "InProgress InProgress Success Success";
    assert_eq!(polled("Success", || center.task(&sync)), expected);
    assert_eq!(polled("Success", || center.role_task(&role)), expected);
}
