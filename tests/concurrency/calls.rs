//! The calls, and what the twin answered in the model's words. Any other answer ends the test.

use std::collections::BTreeSet;

use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::services::seeds::Seed;
use http::Method;
use serde_json::{Value, json};

use crate::client::{World, bytes_of};
use crate::documents::ask;
use crate::huawei::client::bare;

/// How many tenants are called: `t0` and so on.
pub const TENANTS: usize = 3;

/// The one user in each service of the document that is put in.
pub const PUT_NAME: &str = "put";

const STORE: &str = "0123456789abcdef0123456789abcdef";
const PROJECT: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

/// Names of users.
pub type Names = BTreeSet<String>;

/// A call; the first number is the tenant's.
#[derive(Debug, Clone)]
pub enum Op {
    Create(usize, u8),
    Import(usize, u8),
    List(usize),
    CreateInWorkspace(usize, u8),
    ListWorkspace(usize),
    PutCenter(usize, BTreeSet<u8>),
    GetCenter(usize),
    State(usize),
    Put(usize),
    Reset(Option<usize>),
    MoveClock(i64),
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    Done,
    Exists,
    Names(Names),
    /// CIAM, Workspace, contact centre.
    All([Names; 3]),
}

/// What all threads share beside the twin.
pub struct Shared {
    document: String,
}

/// A twin, and a document of a tenant of it with one user in each service.
pub fn seeded() -> (World, Shared) {
    let seed = format!(
        "[[ciam.directory]]\nid = \"{STORE}\"\nname = \"people\"\n[[workspace.project]]\nid = \"{PROJECT}\"\n"
    );
    let world = World::with(|config| {
        config.auth = false;
        config.pace = Pace::Instant;
        config.seed_state = Seed::parse(&seed).unwrap();
    });
    create(&world, "model", PUT_NAME);
    create_in_workspace(&world, "model", PUT_NAME);
    put_center(&world, "model", vec![PUT_NAME.to_owned()]);
    let (_, document) = ask(&world, Method::GET, "state?tenant=model", String::new());
    (world, Shared { document: document.to_string() })
}

impl Op {
    pub fn call(&self, world: &World, shared: &Shared) -> Answered {
        let name = |number: &u8| format!("u{number}");
        match self {
            Self::Create(at, number) => create(world, &tenant(*at), &name(number)),
            Self::Import(at, number) => {
                let users = json!([{ "UserName": name(number) }]);
                let input = json!({ "UserStoreId": STORE, "DataFlowUserCreateList": users });
                world.ok_as(&tenant(*at), "CreateApiImportUserJob", input);
                Answered::Done
            }
            Self::List(at) => {
                let page = json!({ "PageSize": 50, "PageNumber": 1 });
                let input = json!({ "UserStoreId": STORE, "Pageable": page });
                let listed = world.ok_as(&tenant(*at), "ListUser", input);
                Answered::Names(names(&listed["Content"], "UserName"))
            }
            Self::CreateInWorkspace(at, number) => {
                create_in_workspace(world, &tenant(*at), &name(number))
            }
            Self::ListWorkspace(at) => {
                let (status, listed) = workspace(world, &tenant(*at), Method::GET, "");
                assert_eq!(status, 200, "{listed}");
                Answered::Names(names(&listed["users"], "user_name"))
            }
            Self::PutCenter(at, all) => {
                put_center(world, &tenant(*at), all.iter().map(name).collect())
            }
            Self::GetCenter(at) => {
                let path = format!("aicc/users?tenant={}", tenant(*at));
                let (status, shown) = ask(world, Method::GET, &path, String::new());
                assert_eq!(status, 200, "{shown}");
                Answered::Names(names(&shown["users"], "account"))
            }
            Self::State(at) => {
                let path = format!("state?tenant={}", tenant(*at));
                let (_, state) = ask(world, Method::GET, &path, String::new());
                let state = &state["tenants"][tenant(*at)];
                Answered::All(
                    [
                        ("ciam_users", "user_name"),
                        ("workspace_users", "user_name"),
                        ("aicc_users", "account"),
                    ]
                    .map(|(table, column)| names(&state[table], column)),
                )
            }
            Self::Put(at) => {
                let path = format!("state?tenant={}", tenant(*at));
                done(ask(world, Method::PUT, &path, shared.document.clone()))
            }
            Self::Reset(at) => {
                let only = at.map(|at| format!("?tenant={}", tenant(at))).unwrap_or_default();
                done(ask(world, Method::POST, &format!("reset{only}"), String::new()))
            }
            Self::MoveClock(ms) => {
                done(ask(world, Method::PUT, "clock", json!({ "advance_ms": ms }).to_string()))
            }
        }
    }
}

fn tenant(at: usize) -> String {
    format!("t{at}")
}

fn done((status, said): (u16, Value)) -> Answered {
    assert_eq!(status, 200, "{said}");
    Answered::Done
}

fn names(all: &Value, member: &str) -> Names {
    let all = all.as_array().into_iter().flatten();
    let names: Vec<_> = all.map(|one| one[member].as_str().unwrap().to_owned()).collect();
    let set = Names::from_iter(names.clone());
    assert_eq!(set.len(), names.len(), "twice in one list: {names:?}");
    set
}

fn create(world: &World, tenant: &str, name: &str) -> Answered {
    let input = json!({ "UserStoreId": STORE, "UserName": name, "PhoneNumber": phone(name), "Email": format!("{name}@example.com"), "Password": "p" });
    let answer = world.call_as(tenant, "CreateUser", input);
    match answer["Error"]["Code"].as_str() {
        None => Answered::Done,
        Some("FailedOperation.UserNameAlreadyExists") => Answered::Exists,
        Some(other) => panic!("{other}: {answer}"),
    }
}

/// A phone number of its own for each name.
fn phone(name: &str) -> String {
    let sum = name.bytes().fold(0_u64, |sum, byte| sum * 256 + u64::from(byte));
    format!("139{:08}", sum % 100_000_000)
}

fn create_in_workspace(world: &World, tenant: &str, name: &str) -> Answered {
    let body = json!({ "user_name": name, "user_email": format!("{name}@example.com") });
    match workspace(world, tenant, Method::POST, &body.to_string()) {
        (200 | 201, _) => Answered::Done,
        (_, said) if said["error_code"] == "WKS.EMU.0002" => Answered::Exists,
        (status, said) => panic!("{status}: {said}"),
    }
}

fn workspace(world: &World, tenant: &str, method: Method, body: &str) -> (u16, Value) {
    let signature = "0".repeat(64);
    let key = format!(
        "SDK-HMAC-SHA256 Access=TWINAK-{tenant}, SignedHeaders=x-sdk-date, Signature={signature}"
    );
    let headers = [
        ("host", "127.0.0.1:4588"),
        ("content-type", "application/json"),
        ("authorization", key.as_str()),
    ];
    let answer = world.send(bare(method, &format!("/v2/{PROJECT}/users"), &headers, body));
    (answer.status.as_u16(), serde_json::from_slice(bytes_of(&answer)).unwrap())
}

fn put_center(world: &World, tenant: &str, accounts: Vec<String>) -> Answered {
    let users: Vec<_> = accounts.iter().map(|account| json!({ "account": account })).collect();
    let body = json!({ "users": users }).to_string();
    done(ask(world, Method::PUT, &format!("aicc/users?tenant={tenant}"), body))
}
