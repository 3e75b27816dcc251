//! Batches: how the clock moves them, in which order they are worked off, what becomes of accounts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cloudtwin::runtime::lifecycle::Pace;
use serde_json::json;

use super::center::{Center, ROLE, STEP_MS, but, creates, does};
use crate::client::polled;

#[test]
fn a_task_goes_through_three_states_by_the_clock() {
    let center = Center::slow();
    let task = center.create(json!([creates("ann"), does("DISABLE", "nobody")]));
    let mut story = String::new();
    for wait in [0, STEP_MS - 1, 1, STEP_MS - 1, 1, 1_000_000_000] {
        center.wait(wait);
        let seen = center.query(&task);
        let failed = seen["failDataList"].as_array().unwrap().len();
        let users = center.users().len();
        writeln!(story, "+{wait} ms: {} {users} {failed}", seen["taskInfo"]["status"]).unwrap();
    }
    insta::assert_snapshot!(story, @r#"
    +0 ms: "TODO" 0 0
    +499 ms: "TODO" 0 0
    +1 ms: "DOING" 0 0
    +499 ms: "DOING" 0 0
    +1 ms: "DONE" 1 1
    +1000000000 ms: "DONE" 1 1
    "#);
}

#[test]
fn an_answer_to_a_query_is_whole_in_every_state() {
    let center = Center::slow();
    let task = center.create(json!([does("DISABLE", "nobody")]));
    insta::assert_json_snapshot!(center.query(&task), @r#"
    {
      "failDataList": [],
      "resultCode": "0",
      "resultMessage": "success",
      "taskInfo": {
        "remark": "",
        "status": "TODO"
      }
    }
    "#);
    center.wait(2 * STEP_MS);
    insta::assert_json_snapshot!(center.query(&task), @r#"
    {
      "failDataList": [
        {
          "failCode": "200-102",
          "failMessage": "The user account does not exist.",
          "federationUser": {
            "action": "DISABLE",
            "userAccount": "nobody"
          }
        }
      ],
      "resultCode": "0",
      "resultMessage": "success",
      "taskInfo": {
        "remark": "",
        "status": "DONE"
      }
    }
    "#);
}

#[test]
fn at_once_means_the_next_look_finds_it_done() {
    let center = Center::new();
    let task = center.create(json!([creates("ann")]));
    // Whoever looks first: here the control interface.
    assert_eq!(center.users().len(), 1);
    assert_eq!(center.status(&task), "DONE");
}

#[test]
fn a_pace_of_its_own_is_kept() {
    let center = Center::with(|config| config.pace = Pace::EveryMs(7));
    let task = center.create(json!([creates("ann")]));
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(center.status(&task));
        center.wait(7);
    }
    assert_eq!(seen, ["TODO", "DOING", "DONE"]);
}

#[test]
fn tasks_are_worked_off_in_the_order_in_which_they_came() {
    let center = Center::slow();
    let name = |name: &str| but(does("MODIFY", "ann"), json!({ "userName": name }));
    let tasks = [
        center.create(json!([creates("ann"), name("first")])),
        center.create(json!([name("second")])),
        center.create(json!([name("third"), does("MODIFY", "bob")])),
        center.create(json!([creates("bob")])),
    ];
    assert!(tasks.is_sorted());
    center.wait(2 * STEP_MS);
    assert_eq!(
        center.users(),
        [
            format!("+ann third <ann@example.com> [{ROLE}]"),
            format!("+bob Name bob <bob@example.com> [{ROLE}]"),
        ]
    );
    let failed = tasks.map(|task| center.query(&task)["failDataList"].as_array().unwrap().len());
    assert_eq!(failed, [0, 0, 1, 0]);
}

#[test]
fn a_task_begun_earlier_ends_earlier_however_the_clock_jumps() {
    let center = Center::slow();
    let first = center.create(json!([creates("ann")]));
    // Back by an hour: the second one is younger and stands at an earlier time.
    center.wait(-3_600_000);
    let second = center.create(json!([does("DISABLE", "ann")]));
    assert!(first < second);
    center.wait(STEP_MS);
    // The first is of the future: nobody waits an hour for it.
    assert_eq!((center.status(&first), center.status(&second)), ("DONE".into(), "DOING".into()));
    center.wait(STEP_MS);
    assert_eq!((center.status(&first), center.status(&second)), ("DONE".into(), "DONE".into()));
    assert_eq!(center.users(), [format!("-ann Name ann <ann@example.com> [{ROLE}]")]);
}

#[test]
fn what_is_done_stays_done_when_the_clock_goes_back() {
    let center = Center::slow();
    let task = center.create(json!([creates("ann")]));
    center.wait(2 * STEP_MS);
    assert_eq!(center.status(&task), "DONE");
    center.wait(-86_400_000);
    assert_eq!(center.status(&task), "DONE");
    assert_eq!(center.users().len(), 1);
}

#[test]
fn a_task_whose_entries_all_fail_is_done() {
    let center = Center::new();
    let entries = vec![does("MODIFY", "nobody"); 100];
    assert_eq!(center.fail_codes(entries.into()), vec!["200-102"; 100]);
}

#[test]
fn failures_come_in_the_order_of_the_entries_as_they_were_submitted() {
    let center = Center::new();
    let entries = json!([
        { "action": "DISABLE", "userAccount": "z", "userName": "", "roleIds": [] },
        { "roleIds": ["5", "5", 5, 18_446_744_073_709_551_615_u64], "email": "a@b.c", "userName": "名",
          "userAccount": "Z", "action": "CREATE", "unknown": 1 },
        { "action": "MODIFY", "userAccount": "a", "email": null },
    ]);
    insta::assert_json_snapshot!(center.run(entries), @r#"
    [
      {
        "failCode": "200-102",
        "failMessage": "The user account does not exist.",
        "federationUser": {
          "action": "DISABLE",
          "roleIds": [],
          "userAccount": "z",
          "userName": ""
        }
      },
      {
        "failCode": "200-103",
        "failMessage": "The role does not exist.",
        "federationUser": {
          "action": "CREATE",
          "email": "a@b.c",
          "roleIds": [
            "5",
            "5",
            "5",
            "18446744073709551615"
          ],
          "userAccount": "Z",
          "userName": "名"
        }
      },
      {
        "failCode": "200-102",
        "failMessage": "The user account does not exist.",
        "federationUser": {
          "action": "MODIFY",
          "userAccount": "a"
        }
      }
    ]
    "#);
}

#[test]
fn tasks_and_their_failures_are_kept_for_ever() {
    let center = Center::new();
    let task = center.create(json!([does("DISABLE", "nobody")]));
    let seen = center.query(&task);
    for _ in 0..50 {
        center.wait(30 * 86_400_000);
        center.create(json!([creates("ann")]));
    }
    assert_eq!(center.query(&task), seen);
}

#[test]
fn the_same_batch_twice_is_two_tasks() {
    let center = Center::slow();
    let ids = [(); 3].map(|()| center.create(json!([creates("ann")])));
    assert!(ids[0] < ids[1] && ids[1] < ids[2], "{ids:?}");
    center.wait(2 * STEP_MS);
    let failed = ids.map(|id| center.query(&id)["failDataList"][0]["failCode"].clone());
    assert_eq!(failed, [json!(null), json!("200-101"), json!("200-101")]);
}

#[test]
fn an_id_is_lost_by_who_reads_it_as_a_number() {
    let center = Center::new();
    let mut ids = BTreeSet::new();
    for _ in 0..1_000 {
        let id = center.create(json!([does("DISABLE", "nobody")]));
        let number = id.parse::<f64>().unwrap();
        assert_ne!(format!("{number:.0}"), id);
        assert_eq!(center.query(&id)["resultCode"], "0");
        ids.insert(id);
    }
    assert_eq!(ids.len(), 1_000);
}

#[test]
fn a_task_that_moves_by_looks_takes_those_before_it_along() {
    let center = Center::with(|config| config.pace = Pace::EveryLooks(1));
    let first = center.create(json!([creates("ann")]));
    let second = center.create(json!([but(does("MODIFY", "ann"), json!({ "userName": "new" }))]));
    center.wait(1_000_000);
    assert_eq!(polled("DONE", || center.status(&second)), "TODO DOING DONE DONE");
    assert_eq!(center.status(&first), "DONE");
    assert_eq!(center.users(), [format!("+ann new <ann@example.com> [{ROLE}]")]);
}
