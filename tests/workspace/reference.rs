//! What a project should be like, as plain lists: every rule once more, without a database.

use serde_json::{Value, json};

/// Most users of a project in these tests.
pub const QUOTA: usize = 6;

/// A user as a call asks for it.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub name: String,
    pub email: Option<String>,
    pub admin: Option<bool>,
    pub password: bool,
    pub groups: Option<Vec<String>>,
    pub description: Option<String>,
}

/// A user as it is.
#[derive(Debug, Clone)]
pub struct User {
    pub id: String,
    name: String,
    email: Option<String>,
    admin: bool,
    description: Option<String>,
    locked: bool,
}

/// A group as it is; `members` are the ids of users.
#[derive(Debug, Clone)]
pub struct Group {
    pub id: String,
    pub name: String,
    ad: bool,
    description: Option<String>,
    pub members: Vec<String>,
}

/// How a call ends: with nothing, or with a code.
pub type Ending = Result<(), &'static str>;

/// A project.
#[derive(Debug, Clone, Default)]
pub struct Project {
    pub users: Vec<User>,
    pub groups: Vec<Group>,
}

fn clash(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

impl Said {
    /// The body of a call that asks for it.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "user_name": self.name, "user_email": self.email, "group_ids": self.groups,
            "description": self.description,
        });
        if let Some(admin) = self.admin {
            body["active_type"] = if admin { "ADMIN_ACTIVATE" } else { "USER_ACTIVATE" }.into();
        }
        if self.password {
            body["password"] = "Pass-word-1".into();
        }
        body
    }
}

impl Project {
    fn user(&mut self, id: &str) -> Result<&mut User, &'static str> {
        self.users.iter_mut().find(|user| user.id == id).ok_or("WKS.00170312")
    }

    fn group(&mut self, id: &str) -> Result<&mut Group, &'static str> {
        self.groups.iter_mut().find(|group| group.id == id).ok_or("WKS.00170208")
    }

    /// Makes one user whose id is not known yet.
    pub fn create(&mut self, said: Said) -> Ending {
        let admin = said.admin.unwrap_or(false);
        if (admin && !said.password) || (!admin && filled(said.email.clone()).is_none()) {
            return Err("WKS.EMU.0001");
        }
        for id in said.groups.iter().flatten() {
            self.group(id)?;
        }
        if self.users.iter().any(|user| clash(&user.name, &said.name)) {
            return Err("WKS.EMU.0002");
        }
        if self.users.len() >= QUOTA {
            return Err("WKS.EMU.0003");
        }
        let id = format!("new {}", said.name);
        for group in said.groups.iter().flatten() {
            self.group(group).unwrap().join(&id);
        }
        self.users.push(User {
            id,
            name: said.name,
            email: filled(said.email),
            admin,
            description: filled(said.description),
            locked: false,
        });
        Ok(())
    }

    pub fn create_many(&mut self, said: Vec<Said>) -> Ending {
        let before = self.clone();
        let ending = said.into_iter().try_for_each(|said| self.create(said));
        if ending.is_err() {
            *self = before;
        }
        ending
    }

    pub fn update(&mut self, id: &str, email: Option<String>, admin: Option<bool>) -> Ending {
        let user = self.user(id)?;
        if email.is_some() {
            user.email = filled(email);
        }
        user.admin = admin.unwrap_or(user.admin);
        Ok(())
    }

    pub fn lock(&mut self, id: &str, locked: bool) -> Ending {
        self.user(id)?.locked = locked;
        Ok(())
    }

    pub fn delete(&mut self, ids: &[String]) -> Ending {
        for id in ids {
            self.user(id)?;
        }
        self.users.retain(|user| !ids.contains(&user.id));
        for group in &mut self.groups {
            group.members.retain(|id| !ids.contains(id));
        }
        Ok(())
    }

    /// Makes a group whose id is not known yet.
    pub fn create_group(&mut self, name: String, ad: bool) -> Ending {
        if self.groups.iter().any(|group| clash(&group.name, &name)) {
            return Err("WKS.EMU.0002");
        }
        let id = format!("new {name}");
        self.groups.push(Group { id, name, ad, description: None, members: Vec::new() });
        Ok(())
    }

    pub fn update_group(
        &mut self,
        id: &str,
        name: Option<String>,
        description: Option<String>,
    ) -> Ending {
        let others: Vec<String> =
            self.groups.iter().filter(|g| g.id != id).map(|g| g.name.clone()).collect();
        let group = self.group(id)?;
        if let Some(name) = name.filter(|name| *name != group.name) {
            if group.ad {
                return Err("WKS.EMU.0010");
            }
            if others.iter().any(|other| clash(other, &name)) {
                return Err("WKS.EMU.0002");
            }
            group.name = name;
        }
        if description.is_some() {
            group.description = filled(description);
        }
        Ok(())
    }

    pub fn delete_groups(&mut self, ids: &[String]) -> Ending {
        for id in ids {
            self.group(id)?;
        }
        self.groups.retain(|group| !ids.contains(&group.id));
        Ok(())
    }

    pub fn members(&mut self, id: &str, add: bool, users: &[String]) -> Ending {
        self.group(id)?;
        for user in users {
            self.user(user)?;
        }
        let group = self.group(id)?;
        for user in users {
            if add {
                group.join(user);
            } else {
                group.members.retain(|member| member != user);
            }
        }
        Ok(())
    }

    /// Takes the ids that the twin gave.
    pub fn learn(&mut self, users: &[String], groups: &[String]) {
        for (user, id) in self.users.iter_mut().zip(users) {
            let old = std::mem::replace(&mut user.id, id.clone());
            for member in self.groups.iter_mut().flat_map(|group| &mut group.members) {
                if *member == old {
                    member.clone_from(id);
                }
            }
        }
        for (group, id) in self.groups.iter_mut().zip(groups) {
            group.id.clone_from(id);
        }
    }

    /// The users as the list should show them.
    pub fn shown_users(&self) -> Value {
        let shown = |user: &User| {
            let groups = self.groups.iter().filter(|group| group.members.contains(&user.id));
            json!({
                "id": user.id, "user_name": user.name, "user_email": user.email,
                "active_type": if user.admin { "ADMIN_ACTIVATE" } else { "USER_ACTIVATE" },
                "description": user.description, "locked": user.locked,
                "group_names": groups.map(|group| &group.name).collect::<Vec<_>>(),
            })
        };
        self.users.iter().map(shown).collect()
    }

    /// The groups as the list should show them.
    pub fn shown_groups(&self) -> Value {
        let shown = |group: &Group| {
            json!({
                "id": group.id, "name": group.name, "description": group.description,
                "platform_type": if group.ad { "AD" } else { "LOCAL" },
                "user_quantity": group.members.len(),
            })
        };
        self.groups.iter().map(shown).collect()
    }
}

impl Group {
    fn join(&mut self, user: &str) {
        if !self.members.iter().any(|member| member == user) {
            self.members.push(user.to_owned());
        }
    }
}
