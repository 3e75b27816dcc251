//! A project with users, as whoever exports them sees it.

use std::io::{Cursor, Read};

use bytes::Bytes;
use calamine::{Data, Reader, Xlsx};
use cloudtwin::config::Config;
use cloudtwin::control;
use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::wire::{Body, Response};
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use crate::client::{World, request};

/// How long an export takes in a centre that is slow.
pub const STEP_MS: i64 = 500;

/// The project that is called.
pub const PROJECT: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

/// A task or a group that nobody ever made.
pub const NOBODY: &str = "00000000000000000000000000000000";

/// A project in a twin of its own.
pub struct Centre {
    pub world: World,
}

impl Centre {
    /// Exports are over at the next look.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// Exports take a step.
    pub fn slow() -> Self {
        Self::with(|config| config.pace = Pace::EveryMs(STEP_MS))
    }

    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let world = World::with(|config| {
            config.auth = false;
            change(config);
        });
        Self { world }
    }

    /// Calls `v2/users` and the like in the usual project.
    pub fn send(&self, method: Method, path: &str, body: &str) -> Response {
        let media = "application/json".parse().unwrap();
        self.send_in(PROJECT, method, path, media, Bytes::copy_from_slice(body.as_bytes()))
    }

    /// The same in any project and with any body.
    pub fn send_in(
        &self,
        project: &str,
        method: Method,
        path: &str,
        media: http::HeaderValue,
        body: Bytes,
    ) -> Response {
        let (version, rest) = path.split_once('/').unwrap();
        let headers = HeaderMap::from_iter([
            (http::header::HOST, "127.0.0.1:4588".parse().unwrap()),
            (http::header::CONTENT_TYPE, media),
        ]);
        self.world.send(request(method, &format!("/{version}/{project}/{rest}"), headers, body))
    }

    /// A call that must succeed; its JSON, or null where it has no body.
    pub fn ok(&self, method: Method, path: &str, body: Value) -> Value {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.send(method.clone(), path, &text);
        let (status, told) = (answer.status, bytes(answer));
        assert!(status.is_success(), "{method} {path} {body}: {}", String::from_utf8_lossy(&told));
        if told.is_empty() { Value::Null } else { serde_json::from_slice(&told).unwrap() }
    }

    pub fn get(&self, path: &str) -> Value {
        self.ok(Method::GET, path, Value::Null)
    }

    pub fn post(&self, path: &str, body: Value) -> Value {
        self.ok(Method::POST, path, body)
    }

    /// Status and code of a call that must be refused.
    pub fn code(&self, method: Method, path: &str, body: &str) -> String {
        let answer = self.send(method, path, body);
        let status = answer.status.as_u16();
        let told: Value = serde_json::from_slice(&bytes(answer)).unwrap();
        format!("{status} {}", told["error_code"].as_str().unwrap_or_default())
    }

    /// Asks the control interface.
    pub fn control(&self, method: Method, path: &str, body: Vec<u8>) -> Vec<u8> {
        let target = format!("/_twin/{path}");
        let host = (http::header::HOST, "127.0.0.1:4588".parse().unwrap());
        let asked = request(method, &target, HeaderMap::from_iter([host]), body.into());
        let answer = control::answer(&self.world.twin, &asked);
        assert_eq!(answer.status, 200, "{target}");
        bytes(answer)
    }

    /// Lets time go by.
    pub fn wait(&self, ms: i64) {
        self.world.twin.clock.advance(ms);
    }

    /// The id of a new user.
    pub fn user(&self, name: &str) -> String {
        self.user_with(json!({ "user_name": name }))
    }

    /// The same with more of it.
    pub fn user_with(&self, mut input: Value) -> String {
        let mail = format!("{}@example.com", text(&input["user_name"]));
        let members = input.as_object_mut().unwrap();
        members.entry("user_email").or_insert(mail.into());
        text(&self.post("v2/users", input)["id"])
    }

    /// The id of a new group.
    pub fn group(&self, name: &str) -> String {
        self.post("v2/groups", json!({ "group_name": name, "platform_type": "LOCAL" }));
        let found = self.get(&format!("v2/groups?keyword={name}"));
        let all = found["user_groups"].as_array().unwrap().iter();
        text(&all.clone().find(|group| group["name"] == name).unwrap()["id"])
    }

    /// Puts users into a group.
    pub fn join(&self, group: &str, users: &[&str]) {
        let input = json!({ "op_type": "ADD", "user_ids": users });
        self.post(&format!("v2/groups/{group}/actions"), input);
    }

    /// The task of a new export of users.
    pub fn export(&self, input: Value) -> String {
        text(&self.post("v3/users/export", input)["task_id"])
    }

    /// What has become of a task.
    pub fn task(&self, id: &str) -> Value {
        let mut told = self.get(&format!("v2/export-tasks?task_id={id}"));
        assert_eq!(told["count"], 1);
        told["export_tasks"][0].take()
    }

    /// The answer to a download.
    pub fn download(&self, id: &str) -> Response {
        self.send(Method::GET, &format!("v2/export-tasks/{id}/download"), "")
    }

    /// The rows of a finished export, its header first.
    pub fn rows(&self, id: &str) -> Vec<Vec<String>> {
        let answer = self.download(id);
        assert_eq!(answer.status, 200, "{:?}", self.task(id));
        rows(&bytes(answer))
    }

    /// The names of the users in an export with that input.
    pub fn names(&self, input: Value) -> String {
        let id = self.export(input);
        first_column(&self.rows(&id))
    }
}

/// The first cells of all rows but the header.
pub fn first_column(rows: &[Vec<String>]) -> String {
    rows[1..].iter().map(|row| row[0].as_str()).collect::<Vec<_>>().join(" ")
}

/// All bytes of an answer.
pub fn bytes(answer: Response) -> Vec<u8> {
    match answer.body {
        Body::Bytes(bytes) => bytes.to_vec(),
        Body::File(mut file) => {
            let mut all = Vec::new();
            file.read_to_end(&mut all).unwrap();
            all
        }
    }
}

/// The rows of a sheet as another program reads it: every cell must be a text, none a formula.
pub fn rows(file: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
    assert_eq!(book.sheet_names().len(), 1);
    let name = book.sheet_names()[0].clone();
    assert_eq!(book.worksheet_formula(&name).unwrap().used_cells().count(), 0);
    let range = book.worksheet_range(&name).unwrap();
    let cell = |cell: &Data| match cell {
        Data::String(text) => text.clone(),
        Data::Empty => String::new(),
        other => panic!("{other:?} is no text"),
    };
    range.rows().map(|row| row.iter().map(cell).collect()).collect()
}

/// A JSON text.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
