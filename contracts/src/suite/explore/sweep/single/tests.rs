use std::collections::BTreeSet;

use serde_json::json;

use super::super::super::calm::Calm;
use super::super::super::codes::documented;
use super::super::super::samples::ran;
use super::super::place::EQUALS_MAX;
use super::*;
use crate::rules::Settings;
use crate::rules::talk::{Step, file, ok};

fn list(page: u8) -> Step {
    ok(0, "ciam", "ListUser").with(json!({ "Pageable": { "PageNumber": page } }))
}

fn create(name: &str) -> Step {
    ok(0, "ciam", "CreateUser").with(json!({ "UserName": name }))
}

fn stages(steps: Vec<Step>) -> Vec<Stage> {
    let run = ran(steps);
    let calm = Calm::of(&[&run], &run, None, &Settings::default());
    singles(&calm, &mut Planned::default())
}

fn titles(stages: &[Stage], name: &str) -> Vec<String> {
    let stage = stages.iter().find(|stage| stage.name == name).unwrap();
    stage.plans.iter().map(Plan::title).collect()
}

#[test]
fn lost_answers_come_first_and_each_write_has_one() {
    let stages = stages(vec![
        list(1),
        create("ada"),
        create("bob"),
        create("cid"),
        ok(0, "ciam", "DeleteUsers"),
    ]);
    let lost = "was done and its answer was lost";
    let firsts = [format!("CreateUser UserName=ada #1 {lost}"), format!("DeleteUsers #1 {lost}")];
    assert_eq!(titles(&stages, "lost answers of writes"), firsts);
    // The last one, then those between.
    let others = [
        format!("CreateUser UserName=cid #1 {lost}"),
        format!("CreateUser UserName=bob #1 {lost}"),
    ];
    assert_eq!(titles(&stages, "lost answers of the other writes"), others);
}

#[test]
fn reads_are_wrong_in_all_ways_that_a_client_can_see() {
    let stages = stages(vec![list(1), list(2), create("ada"), list(1)]);
    let titles = titles(&stages, "wrong reads");
    let has = |text: &str| titles.iter().any(|title| title == text);
    assert!(has("ListUser PageNumber=1 #1 returned an empty list"), "{titles:#?}");
    assert!(has("ListUser PageNumber=2 #1 was refused with InternalError"), "{titles:#?}");
    assert!(has("ListUser PageNumber=1 #2 showed an old state"), "{titles:#?}");
    assert!(!has("ListUser PageNumber=1 #1 showed an old state"), "nothing was written before");
    assert!(titles.iter().all(|title| title.starts_with("ListUser")), "{titles:#?}");
}

#[test]
fn jobs_are_faulted_where_there_may_be_some() {
    assert_eq!(titles(&stages(vec![create("ada")]), "jobs"), [""; 0]);
    let jobs = titles(&stages(vec![ok(0, "workspace", "ExportUsersNew")]), "jobs");
    let ends = ["failed", "did not end", "ended half a second later"];
    assert_eq!(jobs, ends.map(|end| format!("the job of workspace #1 {end}")));
}

#[test]
fn every_code_is_tried_once_and_always_and_polls_are_not_tried_without_end() {
    let stages = stages((0..9).map(|_| list(1)).chain([file(0, "/files/x")]).collect());
    let all: Vec<_> = stages.iter().flat_map(|stage| &stage.plans).collect();
    let places = all.iter().flat_map(|plan| &plan.choices).map(|choice| choice.target.place);
    assert_eq!(places.max(), Some(EQUALS_MAX - 1));
    let listed = |often| {
        let is_list = |plan: &&&Plan| plan.choices[0].target.operation == Some("ListUser");
        let first =
            |plan: &&&Plan| plan.choices[0].target.place == 0 && plan.choices[0].often == often;
        let words =
            all.iter().filter(is_list).filter(first).map(|plan| plan.choices[0].fault.word());
        words.collect::<BTreeSet<_>>()
    };
    let operation =
        crate::catalog().service("ciam").unwrap().operation("ListUser", "2022-03-31").unwrap();
    for code in documented(operation) {
        for often in [Often::Once, Often::Always] {
            assert!(listed(often).contains(code.code), "{} {often:?}", code.code);
        }
    }
    assert!(all.iter().any(|plan| plan.title() == "the download #1 broke off in its answer"));
}
