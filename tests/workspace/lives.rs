//! Random lives of export tasks: after each act the list is compared with a reference that knows
//! nothing but the clock, and each file with the users that there were when it was asked for.

use cloudtwin::runtime::lifecycle::Pace;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::centre::{Centre, NOBODY, STEP_MS, first_column, text};

/// How long a file lives once it is there.
const LIFE_MS: i64 = 7 * 24 * 3_600_000;

#[derive(Debug, Clone)]
enum Act {
    AddUser(char),
    Export(Option<char>),
    Wait(i64),
    Download(usize),
    Delete(Vec<usize>),
}

/// A task as the reference has it.
#[derive(Debug, Clone)]
struct Task {
    id: String,
    /// When it is over.
    ends: i64,
    names: Vec<String>,
    downloaded: bool,
}

impl Task {
    fn status(&self, now: i64) -> &'static str {
        if now < self.ends {
            "CREATING"
        } else if now < self.ends + LIFE_MS {
            "SUCCESS"
        } else {
            "EXPIRED"
        }
    }
}

/// A project beside its reference.
struct Pair {
    centre: Centre,
    users: Vec<String>,
    tasks: Vec<Task>,
}

impl Pair {
    fn act(&mut self, act: Act) {
        let now = self.centre.world.twin.clock.now().0;
        match act {
            Act::AddUser(letter) => {
                let name = format!("{letter}{}", self.users.len());
                self.centre.user(&name);
                self.users.push(name);
            }
            Act::Export(letter) => {
                let input =
                    letter.map_or_else(|| json!({}), |letter| json!({ "user_name": letter }));
                let is_meant = |name: &&String| letter.is_none_or(|letter| name.contains(letter));
                let names = self.users.iter().filter(is_meant).cloned().collect();
                let id = self.centre.export(input);
                self.tasks.push(Task { id, ends: now + STEP_MS, names, downloaded: false });
            }
            Act::Wait(ms) => self.centre.wait(ms),
            Act::Download(which) => self.download(which, now),
            Act::Delete(which) => {
                let mut ids: Vec<_> = which.iter().map(|which| self.id(*which)).collect();
                ids.sort();
                ids.dedup();
                self.centre.post("v2/export-tasks/batch-delete", json!({ "task_ids": ids }));
                self.tasks.retain(|task| !ids.contains(&task.id));
            }
        }
    }

    fn id(&self, which: usize) -> String {
        let task = self.tasks.get(which % (self.tasks.len() + 1));
        task.map_or_else(|| NOBODY.to_owned(), |task| task.id.clone())
    }

    fn download(&mut self, which: usize, now: i64) {
        let id = self.id(which);
        let ready = |task: &&mut Task| task.id == id && task.status(now) == "SUCCESS";
        match self.tasks.iter_mut().find(ready) {
            None => assert_eq!(self.centre.download(&id).status, 400),
            Some(task) => {
                let rows = self.centre.rows(&id);
                let mut names: Vec<_> =
                    first_column(&rows).split_whitespace().map(str::to_owned).collect();
                let mut expected = task.names.clone();
                names.sort();
                expected.sort();
                assert_eq!(names, expected);
                task.downloaded = true;
            }
        }
    }

    fn compare(&self) {
        let now = self.centre.world.twin.clock.now().0;
        let listed = self.centre.get("v2/export-tasks?limit=100");
        let shown = |task: &Value| {
            let (id, status) = (text(&task["task_id"]), text(&task["status"]));
            (id, status, task["is_download"].as_bool().unwrap())
        };
        let told: Vec<_> = listed["export_tasks"].as_array().unwrap().iter().map(shown).collect();
        let known = |task: &Task| (task.id.clone(), task.status(now).to_owned(), task.downloaded);
        let expected: Vec<_> = self.tasks.iter().rev().map(known).collect();
        assert_eq!(told, expected);
        assert_eq!(listed["count"], expected.len());
    }
}

fn act() -> impl Strategy<Value = Act> {
    let letter = || select(vec!['a', 'b']);
    prop_oneof![
        3 => letter().prop_map(Act::AddUser),
        3 => proptest::option::of(letter()).prop_map(Act::Export),
        3 => select(vec![1, STEP_MS - 1, STEP_MS, LIFE_MS - STEP_MS, LIFE_MS]).prop_map(Act::Wait),
        3 => any::<usize>().prop_map(Act::Download),
        1 => vec(any::<usize>(), 1..3).prop_map(Act::Delete),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tasks_and_their_files_follow_the_reference(acts in vec(act(), 1..30)) {
        let centre = Centre::with(|config| config.pace = Pace::EveryMs(STEP_MS));
        let mut pair = Pair { centre, users: Vec::new(), tasks: Vec::new() };
        for act in acts {
            pair.act(act);
            pair.compare();
        }
    }
}
