//! A world with one user directory, and the calls that most stories make in it.
//! Asserts nothing beyond the success of a call.

use std::cell::Cell;
use std::io::Read;

use bytes::Bytes;
use cloudtwin::config::Config;
use cloudtwin::download;
use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::wire::{Body, Response};
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use crate::client::{World, request};

/// An id that nothing has.
pub(super) const NOBODY: &str = "00000000000000000000000000000000";

/// An id that an organization unit may have.
pub(super) const UNIT: &str = "0123456789abcdef0123456789abcdef";

/// How long each step of a job lasts where the clock moves it.
pub(super) const STEP_MS: i64 = 500;

/// One user directory of a world.
pub(super) struct Directory {
    pub(super) world: World,
    pub(super) id: String,
    users: Cell<u32>,
}

impl Directory {
    /// Jobs end at once.
    pub(super) fn new() -> Self {
        Self::of(World::new())
    }

    /// Jobs take two steps of the clock.
    pub(super) fn with_slow_jobs() -> Self {
        Self::of(World::with(|config: &mut Config| config.pace = Pace::EveryMs(STEP_MS)))
    }

    /// A new directory of that world.
    pub(super) fn of(world: World) -> Self {
        let id = world.store("people");
        Self { world, id, users: Cell::new(0) }
    }

    /// The input of a call in this directory.
    pub(super) fn input(&self, mut input: Value) -> Value {
        input["UserStoreId"] = self.id.as_str().into();
        input
    }

    /// A call in this directory that must succeed.
    pub(super) fn ok(&self, action: &str, input: Value) -> Value {
        self.world.ok(action, self.input(input))
    }

    /// A call in this directory that must be refused; its code.
    pub(super) fn code(&self, action: &str, input: Value) -> String {
        self.world.code(action, self.input(input))
    }

    /// The input that makes a user of that name, with a phone and an email of its own.
    pub(super) fn new_user(&self, name: &str) -> Value {
        self.users.set(self.users.get() + 1);
        self.input(json!({
            "UserName": name,
            "PhoneNumber": format!("+86-1380000{:04}", self.users.get()),
            "Email": format!("{name}@example.com"),
            "Password": "correct horse",
        }))
    }

    /// A new user of that name; its id.
    pub(super) fn user(&self, name: &str) -> String {
        text(&self.user_with(name, json!({}))["UserId"])
    }

    /// A new user of that name that has these members too, or instead; the whole user.
    pub(super) fn user_with(&self, name: &str, more: Value) -> Value {
        let mut input = self.new_user(name);
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ok("CreateUser", input)["User"].take()
    }

    /// A new group of that name; its id.
    pub(super) fn group(&self, name: &str) -> String {
        text(&self.ok("CreateUserGroup", json!({ "DisplayName": name }))["UserGroupId"])
    }

    /// A user with all that would be masked; null if there is none.
    pub(super) fn read(&self, user_id: &str) -> Value {
        self.ok("DescribeUserById", json!({ "UserId": user_id, "Original": true }))["User"].take()
    }

    /// The first page, of a hundred, of a listing.
    pub(super) fn page(&self, action: &str, mut input: Value) -> Value {
        input["Pageable"] = json!({ "PageSize": 100, "PageNumber": 1 });
        self.ok(action, input)
    }

    /// The user names on the first page of a listing, as one line.
    pub(super) fn names(&self, action: &str, input: Value) -> String {
        let page = self.page(action, input);
        let names = list(&page["Content"]).iter().map(|user| text(&user["UserName"]));
        let names: Vec<String> = names.collect();
        assert_eq!(page["Total"], names.len(), "{page}");
        names.join(" ")
    }

    /// Starts a job; its id.
    pub(super) fn start(&self, action: &str, input: Value) -> String {
        text(&self.ok(action, input)["Job"]["Id"])
    }

    /// Starts an import of these rows; the job's id.
    pub(super) fn import(&self, rows: Value) -> String {
        self.start("CreateApiImportUserJob", json!({ "DataFlowUserCreateList": rows }))
    }

    /// Starts an export with that input; the job's id.
    pub(super) fn export(&self, input: Value) -> String {
        self.start("CreateFileExportUserJob", input)
    }

    /// A job as it stands now.
    pub(super) fn job(&self, id: &str) -> Value {
        self.ok("ListJobs", json!({ "JobIds": [id] }))["JobSet"][0].take()
    }

    /// The text of the file that an ended export has made.
    pub(super) fn file_of(&self, job_id: &str) -> String {
        let job = self.job(job_id);
        assert_eq!(job["Status"], "COMPLETED", "{job}");
        read(self.download(&text(&job["Location"])))
    }

    /// The answer to whoever follows a link.
    pub(super) fn download(&self, location: &str) -> Response {
        download(&self.world, location)
    }

    /// Lets the clock go on.
    pub(super) fn wait(&self, ms: i64) {
        self.world.twin.clock.advance(ms);
    }

    /// The present moment in milliseconds.
    pub(super) fn now(&self) -> i64 {
        self.world.twin.clock.now().0
    }
}

/// The answer of a world to whoever follows a link.
pub(super) fn download(world: &World, location: &str) -> Response {
    let path = location.strip_prefix("http://127.0.0.1:4588").unwrap();
    let request = request(Method::GET, path, HeaderMap::new(), Bytes::new());
    download::answer(&world.twin, &request)
}

/// The text of a file that was answered.
pub(super) fn read(answer: Response) -> String {
    assert_eq!(answer.status, 200);
    let Body::File(mut file) = answer.body else { panic!("no file was answered") };
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    text
}

/// A text, without quotes.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A list.
pub(super) fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// Only these members of an object.
pub(super) fn only(value: &Value, members: &[&str]) -> Value {
    members.iter().map(|name| ((*name).to_owned(), value[*name].clone())).collect()
}
