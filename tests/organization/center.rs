//! A client of Identity Center, whose zone is open.

use cloudtwin::runtime::clock::Timestamp;
use cloudtwin::services::seeds::Seed;
use serde_json::{Value, json};

use crate::client::{Signed, World, response};

/// The version of the API.
pub const VERSION: &str = "2021-03-31";

/// The zone of the starter fixture.
pub const ZONE: &str = "z-cloudtwin001";

/// The first member account of the starter fixture.
pub const MEMBER: i64 = 200_000_000_001;

/// A twin, and the zone of its default tenant.
pub struct Center {
    pub world: World,
}

impl Center {
    /// The starter fixture.
    pub fn new() -> Self {
        Self { world: World::new() }
    }

    /// This seed.
    pub fn seeded(toml: &str) -> Self {
        let seed = Seed::parse(toml).unwrap_or_else(|problems| panic!("{problems:?}"));
        Self { world: World::with(|config| config.seed_state = seed) }
    }

    /// What is inside `Response`.
    pub fn call_raw(&self, action: &str, input: Value) -> Value {
        self.call_as("default", action, input)
    }

    /// The same for a tenant.
    pub fn call_as(&self, tenant: &str, action: &str, input: Value) -> Value {
        let signed = Signed {
            tenant,
            version: VERSION,
            service: "organization",
            region: "",
            ..Signed::new(action, input.to_string(), self.now())
        };
        response(&self.world.send(signed.request()))
    }

    /// The answer of a call in the zone that must succeed, without the request id.
    pub fn ok(&self, action: &str, input: Value) -> Value {
        self.ok_raw(action, in_zone(input))
    }

    /// The same of a call as it is.
    pub fn ok_raw(&self, action: &str, input: Value) -> Value {
        let mut answer = self.call_raw(action, input.clone());
        assert!(answer.get("Error").is_none(), "{action} {input}: {answer}");
        answer.as_object_mut().unwrap().remove("RequestId");
        answer
    }

    /// The code of a call in the zone that must be refused.
    pub fn code(&self, action: &str, input: Value) -> String {
        self.code_raw(action, in_zone(input))
    }

    /// The same of a call as it is.
    pub fn code_raw(&self, action: &str, input: Value) -> String {
        let answer = self.call_raw(action, input.clone());
        let code = answer["Error"]["Code"].as_str();
        code.unwrap_or_else(|| panic!("{action} {input} was not refused: {answer}")).to_owned()
    }

    /// The id of a new manual user.
    pub fn user(&self, name: &str) -> String {
        let user = self.ok("CreateUser", json!({ "UserName": name }));
        user["UserInfo"]["UserId"].as_str().unwrap().to_owned()
    }

    /// The id of a new manual group.
    pub fn group(&self, name: &str) -> String {
        let group = self.ok("CreateGroup", json!({ "GroupName": name }));
        group["GroupInfo"]["GroupId"].as_str().unwrap().to_owned()
    }

    /// Puts the user into the group.
    pub fn join(&self, user: &str, group: &str) {
        self.ok("AddUserToGroup", json!({ "UserId": user, "GroupId": group }));
    }

    /// The twin's time.
    pub fn now(&self) -> Timestamp {
        self.world.twin.clock.now()
    }

    /// Moves the clock.
    pub fn wait(&self, ms: i64) {
        self.world.twin.clock.set(self.now().plus_ms(ms));
    }
}

/// The input with the zone of the starter fixture, unless it names another.
fn in_zone(mut input: Value) -> Value {
    input.as_object_mut().unwrap().entry("ZoneId").or_insert_with(|| json!(ZONE));
    input
}

/// The texts of a member of each element.
pub fn each(list: &Value, member: &str) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    list.iter().map(|one| one[member].as_str().unwrap().to_owned()).collect()
}
