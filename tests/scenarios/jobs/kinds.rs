//! The kinds of jobs, each as its client creates and polls it.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use crate::client::{HOST, Signed, World, bytes_of, request, response};
use crate::workspace::client::Api;

/// A kind of job.
pub struct Kind {
    pub operation: &'static str,
    /// The steps of the pace until it ends.
    pub steps: i64,
    /// The code that readers see before a reason that is a text, where they see one.
    pub code: &'static str,
    /// Creates one; its id.
    pub begin: fn(&World) -> String,
    /// Polls it: its status, and why it failed.
    look: fn(&World, &str) -> (String, String),
}

impl Kind {
    /// `open`, `ended`, or `failed` with the reason.
    pub fn look(&self, world: &World, id: &str) -> String {
        let (status, reason) = (self.look)(world, id);
        match status.as_str() {
            "PENDING" | "PROCESSING" | "InProgress" | "WAITING" | "RUNNING" | "CREATING"
            | "TODO" | "DOING" => "open".to_owned(),
            "COMPLETED" | "Success" | "SUCCESS" | "DONE" if reason.is_empty() => "ended".to_owned(),
            "FAILED" | "Failed" | "FAIL" | "DONE" => format!("failed {reason}"),
            other => panic!("{other}"),
        }
    }
}

/// One of each.
pub const KINDS: [Kind; 7] = [
    Kind {
        operation: "CreateFileExportUserJob",
        steps: 2,
        code: "",
        begin: |world| ciam(world, "CreateFileExportUserJob", json!({})),
        look: ciam_job,
    },
    Kind {
        operation: "CreateApiImportUserJob",
        steps: 2,
        code: "",
        begin: |world| import(world, json!([{ "UserName": "ann" }])),
        look: ciam_job,
    },
    Kind {
        operation: "CreateUserSyncProvisioning",
        steps: 1,
        code: "",
        begin: |world| {
            let user = in_zone(world, "CreateUser", json!({ "UserName": "ada" }));
            let item = json!({
                "PrincipalId": user["UserInfo"]["UserId"], "PrincipalType": "User",
                "TargetType": "MemberUin", "TargetUin": 200_000_000_001_i64,
                "DuplicationStrategy": "KeepBoth", "DeletionStrategy": "Delete", "Description": "",
            });
            let input = json!({ "UserSyncProvisionings": [item] });
            text(&in_zone(world, "CreateUserSyncProvisioning", input)["Tasks"][0]["TaskId"])
        },
        look: |world, id| task(world, "GetProvisioningTaskStatus", id),
    },
    Kind {
        operation: "CreateRoleAssignment",
        steps: 1,
        code: "",
        begin: |world| {
            let user = in_zone(world, "CreateUser", json!({ "UserName": "bob" }));
            let mut info = on_account(world);
            info["PrincipalId"] = user["UserInfo"]["UserId"].clone();
            info["PrincipalType"] = "User".into();
            let input = json!({ "RoleAssignmentInfo": [info] });
            text(&in_zone(world, "CreateRoleAssignment", input)["Tasks"][0]["TaskId"])
        },
        look: |world, id| task(world, "GetTaskStatus", id),
    },
    Kind {
        operation: "SyncExternalUser",
        steps: 2,
        code: "WKS.EMU.0013 ",
        begin: |world| {
            let path = "/v3/domains/sync-external-user?auth_config_id=a&domain_id=d";
            text(&Api::of(world).shown(path)["job_id"])
        },
        look: |world, id| {
            let job = Api::of(world).shown(&format!("/workspace-jobs/{id}"));
            (text(&job["status"]), reason(&job["job_error_code"], &job["fail_reason"]))
        },
    },
    Kind {
        operation: "ExportUsersNew",
        steps: 1,
        code: "WKS.EMU.0012 ",
        begin: |world| {
            let begun = Api::of(world).post("/v3/users/export", json!({})).with(200);
            text(&begun["task_id"])
        },
        look: |world, id| {
            let listed = Api::of(world).shown(&format!("/export-tasks?task_id={id}"));
            let job = &listed["export_tasks"][0];
            (text(&job["status"]), reason(&job["error_code"], &job["fail_reason"]))
        },
    },
    Kind {
        operation: "createTask",
        steps: 2,
        code: "200-999 ",
        begin: |world| batch(world, json!([entry("ann")])),
        look: |world, id| {
            let seen = query(world, id);
            let failed = &seen["failDataList"][0];
            let why = reason(&failed["failCode"], &failed["failMessage"]);
            (text(&seen["taskInfo"]["status"]), why)
        },
    },
];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn reason(code: &Value, text: &Value) -> String {
    let parts = [code, text].into_iter().filter_map(Value::as_str);
    parts.collect::<Vec<_>>().join(" ")
}

/// The first directory.
fn store(world: &World) -> Value {
    world.ok("ListUserStore", json!({}))["UserStoreSet"][0]["UserStoreId"].take()
}

fn ciam(world: &World, action: &str, mut input: Value) -> String {
    input["UserStoreId"] = store(world);
    text(&world.ok(action, input)["Job"]["Id"])
}

/// The job of an import of these users.
pub fn import(world: &World, users: Value) -> String {
    ciam(world, "CreateApiImportUserJob", json!({ "DataFlowUserCreateList": users }))
}

/// A job of the first directory, as `ListJobs` has it.
pub fn listed(world: &World, id: &str) -> Value {
    let input = json!({ "UserStoreId": store(world), "JobIds": [id] });
    world.ok("ListJobs", input)["JobSet"][0].take()
}

fn ciam_job(world: &World, id: &str) -> (String, String) {
    let job = listed(world, id);
    (text(&job["Status"]), reason(&job["ErrorDetails"][0]["Error"], &Value::Null))
}

/// The names of all users of the first directory.
pub fn users(world: &World) -> Vec<String> {
    let page = json!({ "PageSize": 100, "PageNumber": 1 });
    let all = world.ok("ListUser", json!({ "UserStoreId": store(world), "Pageable": page }));
    let names = all["Content"].as_array().unwrap().iter().map(|user| text(&user["UserName"]));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// A call of Identity Center in the starter zone.
pub fn in_zone(world: &World, action: &str, mut input: Value) -> Value {
    input["ZoneId"] = json!("z-cloudtwin001");
    let call = Signed {
        version: "2021-03-31",
        service: "organization",
        region: "",
        ..Signed::new(action, input.to_string(), world.twin.clock.now())
    };
    let answer = response(&world.send(call.request()));
    assert!(answer.get("Error").is_none(), "{action} {input}: {answer}");
    answer
}

/// A new role configuration on a member account.
fn on_account(world: &World) -> Value {
    let input = json!({ "RoleConfigurationName": "readers" });
    let made = in_zone(world, "CreateRoleConfiguration", input);
    json!({
        "RoleConfigurationId": made["RoleConfigurationInfo"]["RoleConfigurationId"],
        "TargetType": "MemberUin", "TargetUin": 200_000_000_001_i64,
    })
}

fn task(world: &World, action: &str, id: &str) -> (String, String) {
    let seen = in_zone(world, action, json!({ "TaskId": id }))["TaskStatus"].take();
    (text(&seen["Status"]), text(&seen["FailureReason"]))
}

/// An entry that creates an account.
pub fn entry(account: &str) -> Value {
    json!({
        "action": "CREATE", "userAccount": account, "userName": account,
        "email": format!("{account}@example.com"), "roleIds": ["1672380646005741634"],
    })
}

/// Posts to the contact centre.
fn post(world: &World, path: &str, headers: &[(&'static str, &str)], body: &Value) -> Value {
    let mut map = HeaderMap::new();
    for (name, value) in
        [("host", HOST), ("content-type", "application/json")].iter().chain(headers)
    {
        map.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    let answer = world.send(request(Method::POST, path, map, body.to_string().into()));
    serde_json::from_slice(bytes_of(&answer)).unwrap()
}

fn aicc(world: &World, name: &str, body: &Value) -> Value {
    let login = json!({ "app_key": "twin-app", "app_secret": "cloudtwin-secret" });
    let token =
        text(&post(world, "/apigovernance/api/oauth/tokenByAkSk", &[], &login)["AccessToken"]);
    let bearer = format!("Bearer {token}");
    let path = format!("/apiaccess/rest/cc-management/v1/federationUserMgmt/{name}");
    let answer = post(world, &path, &[("x-app-key", "twin-app"), ("authorization", &bearer)], body);
    assert_eq!(answer["resultCode"], "0", "{answer}");
    answer
}

/// The task of a batch of these entries.
pub fn batch(world: &World, entries: Value) -> String {
    text(&aicc(world, "createTask", &json!({ "federationUserList": entries }))["taskId"])
}

/// What a query of that task answers.
pub fn query(world: &World, task: &str) -> Value {
    aicc(world, "queryTask", &json!({ "taskId": task }))
}
