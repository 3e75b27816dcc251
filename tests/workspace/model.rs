//! Random sequences of calls in two projects: each answer, and after each call both projects as lists
//! show them, are compared with the reference.

use http::Method;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::client::{Api, list, seeded, text};
use super::reference::{Ending, Project, QUOTA, Said};
use crate::client::World;

/// Points at one of the things that there are, or at none.
type Which = usize;

/// A user as a step describes it.
#[derive(Debug, Clone)]
struct Asked {
    said: Said,
    groups: Option<Vec<Which>>,
}

#[derive(Debug, Clone)]
enum Act {
    Create(Asked),
    CreateMany(Vec<Asked>),
    Update(Which, Option<String>, Option<bool>),
    Lock(Which, bool),
    Delete(Which),
    DeleteMany(Vec<Which>),
    CreateGroup(String, bool),
    UpdateGroup(Which, Option<String>, Option<String>),
    DeleteGroup(Which),
    DeleteGroups(Vec<Which>),
    Members(Which, bool, Vec<Which>),
}

/// A call, and what the reference makes of it.
type Step = ((Method, String, Value), Box<dyn FnOnce(&mut Project) -> Ending>);

/// The id meant among these; now and then one of nobody.
fn chosen(which: Which, ids: &[String]) -> String {
    ids.get(which % (ids.len() + 1)).cloned().unwrap_or_else(|| "nobody".to_owned())
}

fn all_chosen(which: &[Which], ids: &[String]) -> Vec<String> {
    which.iter().map(|which| chosen(*which, ids)).collect()
}

fn said(asked: Asked, groups: &[String]) -> Said {
    Said { groups: asked.groups.map(|which| all_chosen(&which, groups)), ..asked.said }
}

fn step(act: Act, users: &[String], groups: &[String]) -> Step {
    let (post, put, delete) = (Method::POST, Method::PUT, Method::DELETE);
    let kind = |admin| if admin { "ADMIN_ACTIVATE" } else { "USER_ACTIVATE" };
    match act {
        Act::Create(asked) => {
            let said = said(asked, groups);
            ((post, "/users".into(), said.body()), Box::new(move |to| to.create(said)))
        }
        Act::CreateMany(asked) => {
            let all: Vec<_> = asked.into_iter().map(|asked| said(asked, groups)).collect();
            let body = json!({ "users": all.iter().map(Said::body).collect::<Vec<_>>() });
            let path = "/users/batch-create".into();
            ((post, path, body), Box::new(move |to| to.create_many(all)))
        }
        Act::Update(which, email, admin) => {
            let id = chosen(which, users);
            let body = json!({ "user_email": email, "active_type": admin.map(kind) });
            let path = format!("/users/{id}");
            ((put, path, body), Box::new(move |to| to.update(&id, email, admin)))
        }
        Act::Lock(which, locked) => {
            let id = chosen(which, users);
            let body = json!({ "op_type": if locked { "LOCK" } else { "UNLOCK" } });
            let path = format!("/users/{id}/actions");
            ((post, path, body), Box::new(move |to| to.lock(&id, locked)))
        }
        Act::Delete(which) => {
            let id = chosen(which, users);
            let path = format!("/users/{id}");
            ((delete, path, Value::Null), Box::new(move |to| to.delete(&[id])))
        }
        Act::DeleteMany(which) => {
            let ids = all_chosen(&which, users);
            let body = json!({ "user_ids": ids });
            ((post, "/users/batch-delete".into(), body), Box::new(move |to| to.delete(&ids)))
        }
        Act::CreateGroup(name, ad) => {
            let platform = if ad { "AD" } else { "LOCAL" };
            let body = json!({ "group_name": name, "platform_type": platform });
            ((post, "/groups".into(), body), Box::new(move |to| to.create_group(name, ad)))
        }
        Act::UpdateGroup(which, name, description) => {
            let id = chosen(which, groups);
            let body = json!({ "group_name": name, "description": description });
            let path = format!("/groups/{id}");
            ((put, path, body), Box::new(move |to| to.update_group(&id, name, description)))
        }
        Act::DeleteGroup(which) => {
            let id = chosen(which, groups);
            let path = format!("/groups/{id}");
            ((delete, path, Value::Null), Box::new(move |to| to.delete_groups(&[id])))
        }
        Act::DeleteGroups(which) => {
            let ids = all_chosen(&which, groups);
            let body = json!({ "group_ids": ids });
            let path = "/groups/batch-delete".into();
            ((post, path, body), Box::new(move |to| to.delete_groups(&ids)))
        }
        Act::Members(which, add, members) => {
            let (id, ids) = (chosen(which, groups), all_chosen(&members, users));
            let body = json!({ "op_type": if add { "ADD" } else { "DELETE" }, "user_ids": ids });
            let path = format!("/groups/{id}/actions");
            ((post, path, body), Box::new(move |to| to.members(&id, add, &ids)))
        }
    }
}

fn names() -> impl Strategy<Value = String> {
    // So few that they clash, and with nothing but their case between some.
    select(vec!["ada", "Ada", "bob", "cy", "dee", "eve", "fay", "gus"]).prop_map(str::to_owned)
}

fn texts() -> impl Strategy<Value = Option<String>> {
    option::of(select(vec!["", "a@b.cn", "c@d.cn"]).prop_map(str::to_owned))
}

fn asked() -> impl Strategy<Value = Asked> {
    let groups = option::of(vec(any::<Which>(), 1..3));
    let kind = (option::weighted(0.3, any::<bool>()), prop::bool::weighted(0.8));
    let email = option::weighted(0.9, select(vec!["a@b.cn", ""]).prop_map(str::to_owned));
    (names(), email, kind, groups, texts()).prop_map(|(name, email, kind, groups, description)| {
        let (admin, password) = kind;
        Asked { said: Said { name, email, admin, password, groups: None, description }, groups }
    })
}

fn act() -> impl Strategy<Value = Act> {
    let which = any::<Which>;
    let some = || vec(any::<Which>(), 1..4);
    prop_oneof![
        6 => asked().prop_map(Act::Create),
        2 => vec(asked(), 1..4).prop_map(Act::CreateMany),
        2 => (which(), texts(), option::of(any::<bool>()))
            .prop_map(|(which, email, admin)| Act::Update(which, email, admin)),
        1 => (which(), any::<bool>()).prop_map(|(which, locked)| Act::Lock(which, locked)),
        2 => which().prop_map(Act::Delete),
        1 => some().prop_map(Act::DeleteMany),
        3 => (names(), prop::bool::weighted(0.2))
            .prop_map(|(name, ad)| Act::CreateGroup(name, ad)),
        2 => (which(), option::of(names()), texts())
            .prop_map(|(which, name, description)| Act::UpdateGroup(which, name, description)),
        1 => which().prop_map(Act::DeleteGroup),
        1 => some().prop_map(Act::DeleteGroups),
        6 => (which(), prop::bool::weighted(0.7), some())
            .prop_map(|(which, add, users)| Act::Members(which, add, users)),
    ]
}

/// A twin's project beside what it should be like.
struct Pair<'a> {
    api: Api<'a>,
    reference: Project,
}

impl Pair<'_> {
    fn ids(&self) -> (Vec<String>, Vec<String>) {
        let users = self.reference.users.iter().map(|user| user.id.clone()).collect();
        (users, self.reference.groups.iter().map(|group| group.id.clone()).collect())
    }

    fn run(&mut self, act: Act) {
        let shown = format!("{act:?}");
        let (users, groups) = self.ids();
        let ((method, path, body), rule) = step(act, &users, &groups);
        let reply = self.api.call(method, &path, Some(body).filter(|body| !body.is_null()));
        let expected = rule(&mut self.reference);
        assert_eq!(reply.body["error_code"].as_str(), expected.err(), "{shown}: {reply:?}");
        self.learn();
        self.compare(&shown);
    }

    fn learn(&mut self) {
        let ids = |path: &str, member: &str| -> Vec<String> {
            let page = self.api.shown(path);
            list(&page[member]).iter().map(|item| text(&item["id"])).collect()
        };
        let (users, groups) = (ids("/users", "users"), ids("/groups", "user_groups"));
        self.reference.learn(&users, &groups);
    }

    fn compare(&self, after: &str) {
        let only = |page: &Value, member: &str, expected: &Value| {
            let all = list(&page[member]);
            assert_eq!(page["total_count"], all.len(), "{after}");
            let shown: Value = all
                .iter()
                .zip(list(expected).iter().chain(std::iter::repeat(&Value::Null)))
                .map(|(item, like)| {
                    let members = like.as_object().into_iter().flat_map(|like| like.keys());
                    members.map(|name| (name.clone(), item[name].clone())).collect::<Value>()
                })
                .collect();
            assert_eq!(shown, *expected, "{after}");
        };
        only(&self.api.shown("/users"), "users", &self.reference.shown_users());
        only(&self.api.shown("/groups"), "user_groups", &self.reference.shown_groups());
        for group in &self.reference.groups {
            let page = self.api.shown(&format!("/groups/{}/users", group.id));
            let ids: Vec<_> = list(&page["users"]).iter().map(|user| text(&user["id"])).collect();
            assert_eq!(ids, group.members, "{after}");
            let named = self.api.shown(&format!("/users?group_name={}", group.name));
            assert_eq!(named["total_count"], page["total_count"], "{after}");
        }
    }
}

fn world() -> World {
    let project = |id| format!("[[workspace.project]]\nid = \"{id}\"\nuser_quota = {QUOTA}\n");
    seeded(&(project("one") + &project("two")))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_twin_and_the_reference_agree_after_every_call(
        steps in vec((prop::bool::weighted(0.8), act()), 20..80)
    ) {
        let world = world();
        let pair = |project| Pair {
            api: Api { world: &world, project },
            reference: Project::default(),
        };
        let (mut one, mut two) = (pair("one"), pair("two"));
        for (in_first, act) in steps {
            let (here, there) = if in_first { (&mut one, &two) } else { (&mut two, &one) };
            here.run(act);
            there.compare("a call in the other project");
        }
    }
}
