//! What a step asks of the twin, and what it is to do to the reference.

use serde_json::{Value, json};

use super::super::directory::NOBODY;
use super::super::reference::{Draft, Outcome, Reference};
use super::steps::{Act, Said, Which};

/// What the reference does with a directory's id, and the id in the twin's answer.
type Rule = Box<dyn FnOnce(&mut Reference, &str, String) -> Outcome>;

/// A call without the directory.
pub(crate) struct Call {
    pub(crate) action: &'static str,
    pub(crate) input: Value,
    pub(crate) rule: Rule,
}

impl Call {
    fn new(
        action: &'static str,
        input: Value,
        rule: impl FnOnce(&mut Reference, &str, String) -> Outcome + 'static,
    ) -> Self {
        Self { action, input, rule: Box::new(rule) }
    }

    /// Of an act in a directory that has these users and groups.
    pub(crate) fn of(act: Act, users: &[String], groups: &[String]) -> Self {
        let user = |which: Which| chosen(which, users);
        let group = |which: Which| chosen(which, groups);
        match act {
            Act::CreateStore(name) => {
                let input = json!({ "UserPoolName": name });
                Self::new("CreateUserStore", input, move |r, _, id| r.create_store(&name, id))
            }
            Act::RenameStore(name) => {
                let input = json!({ "UserPoolName": name });
                Self::new("UpdateUserStore", input, move |r, s, _| r.rename_store(s, &name))
            }
            Act::DeleteStore => {
                Self::new("DeleteUserStore", json!({}), |r, s, _| r.delete_store(s))
            }
            Act::CreateUser(said) => {
                let said = draft(said, groups);
                let mut input = described(&said);
                input["Password"] = "x".into();
                Self::new("CreateUser", input, move |r, s, id| r.create_user(s, said, id))
            }
            Act::UpdateUser(which, said) => {
                let (id, said) = (user(which), draft(said, groups));
                let mut input = described(&said);
                input["UserId"] = id.as_str().into();
                Self::new("UpdateUser", input, move |r, s, _| r.update_user(s, &id, said))
            }
            Act::SetStatus(which, status) => {
                let id = user(which);
                let input = json!({ "UserId": id, "Status": status });
                Self::new("UpdateUserStatus", input, move |r, s, _| r.set_status(s, &id, status))
            }
            Act::ResetPassword(which) => {
                let id = user(which);
                let input = json!({ "UserId": id });
                Self::new("ResetPassword", input, move |r, s, _| r.reset_password(s, &id))
            }
            Act::DeleteUsers(which) => {
                let ids: Vec<String> = which.into_iter().map(user).collect();
                let input = json!({ "UserIds": ids });
                Self::new("DeleteUsers", input, move |r, s, _| r.delete_users(s, &ids))
            }
            Act::CreateGroup(name) => {
                let input = json!({ "DisplayName": name });
                Self::new("CreateUserGroup", input, move |r, s, id| r.create_group(s, &name, id))
            }
            Act::RenameGroup(which, name) => {
                let id = group(which);
                let input = json!({ "UserGroupId": id, "DisplayName": name });
                Self::new("UpdateUserGroup", input, move |r, s, _| r.rename_group(s, &id, &name))
            }
            Act::DeleteGroups(which) => {
                let ids: Vec<String> = which.into_iter().map(group).collect();
                let input = json!({ "UserGroupIds": ids });
                Self::new("DeleteUserGroups", input, move |r, s, _| r.delete_groups(s, &ids))
            }
            Act::Link(one, other, by) => {
                let ids = [user(one), user(other)];
                let input = json!({
                    "PrimaryUserId": ids[0], "SecondaryUserId": ids[1],
                    "UserLinkedOnAttribute": by,
                });
                Self::new("LinkAccount", input, move |r, s, _| r.link(s, [&ids[0], &ids[1]], by))
            }
            Act::Import(rows) => {
                let rows: Vec<Draft> = rows.into_iter().map(|row| draft(row, groups)).collect();
                let list: Value = rows.iter().map(described).collect();
                let input = json!({ "DataFlowUserCreateList": list });
                Self::new("CreateApiImportUserJob", input, |r, s, id| r.start(s, Some(rows), id))
            }
            Act::Export => {
                let input = json!({ "ExportPropertyMaps": [
                    { "UserPropertyCode": "userName", "ColumnName": "n" },
                    { "UserPropertyCode": "email", "ColumnName": "e" },
                ]});
                Self::new("CreateFileExportUserJob", input, |r, s, id| r.start(s, None, id))
            }
            Act::Wait(_) => unreachable!("waiting calls nothing"),
        }
    }
}

/// One of these ids, or one that nothing has.
pub(crate) fn chosen(which: Which, ids: &[String]) -> String {
    let place = usize::from(which) % (ids.len() + 1);
    ids.get(place).map_or(NOBODY, String::as_str).to_owned()
}

fn draft(said: Said, groups: &[String]) -> Draft {
    let groups = said.groups.map(|which| {
        let mut ids: Vec<String> = which.into_iter().map(|which| chosen(which, groups)).collect();
        ids.dedup();
        ids
    });
    Draft { name: said.name, phone: said.phone, email: said.email, groups }
}

fn described(said: &Draft) -> Value {
    json!({
        "UserName": said.name, "PhoneNumber": said.phone, "Email": said.email,
        "UserGroup": said.groups,
    })
}
