use serde_json::json;

use super::*;

fn masks() -> Masks {
    let mut masks = Masks::default();
    masks.ids.insert(("ciam_users".into(), "user_id".into()));
    masks.times.insert("created".into());
    masks
}

fn normal(state: Value) -> Normal {
    Normal::of(&state, &masks())
}

#[test]
fn neither_ids_nor_times_nor_the_order_of_creation_count() {
    let one = json!({
        "ciam_users": [{"seq": 1, "user_id": "aaaa", "user_name": "ada", "created": 1},
                       {"seq": 2, "user_id": "bbbb", "user_name": "bob", "created": 2}],
        "ciam_groups": [{"seq": 1, "display_name": "all"}],
        "ciam_members": [{"seq": 2, "group_seq": 1}],
        "ciam_stores": [{"name": "people", "next_seq": 3, "user_num": 2}],
    });
    let other = json!({
        "ciam_users": [{"seq": 4, "user_id": "cccc", "user_name": "bob", "created": 5, "nickname": null},
                       {"seq": 5, "user_id": "dddd", "user_name": "ada", "created": 6}],
        "ciam_groups": [{"seq": 7, "display_name": "all"}],
        "ciam_members": [{"seq": 4, "group_seq": 7}],
        "ciam_stores": [{"name": "people", "next_seq": 6, "user_num": 2}],
        "ciam_user_holes": [{"block": 0, "holes": 3}],
        "aicc_users": [],
    });
    assert!(normal(other).reaches(&normal(one)));
}

#[test]
fn a_reference_to_another_row_is_a_difference() {
    let state = |member: u8| {
        json!({
            "ciam_users": [{"seq": 1, "user_name": "ada"}, {"seq": 2, "user_name": "bob"}],
            "ciam_members": [{"seq": member}],
        })
    };
    let (one, other) = (normal(state(1)), normal(state(2)));
    assert_eq!(
        other.difference(&one),
        ["~ ciam_members: seq: <ciam_users ada> -> <ciam_users bob>"]
    );
}

#[test]
fn the_difference_has_a_line_for_each_row() {
    let goal = normal(json!({ "ciam_users": [
        {"user_name": "ada", "email": "a"}, {"user_name": "bob"}, {"user_name": "cid"}] }));
    let state = normal(json!({ "ciam_users": [
        {"user_name": "ada", "email": "b"}, {"user_name": "cid"}, {"user_name": "cid"}] }));
    let lines = ["~ ciam_users ada: email: a -> b", "- ciam_users bob", "+ ciam_users cid"];
    assert_eq!(state.difference(&goal), lines);
    assert!(!state.objects_equal(&goal) && !state.reaches(&goal));
}

#[test]
fn a_job_may_stay_but_must_not_be_missing() {
    let job = |status: &str| json!({"type": "EXPORT_USER", "status": status});
    let goal = normal(json!({ "ciam_jobs": [job("COMPLETED")] }));
    let twice = normal(json!({ "ciam_jobs": [job("FAILED"), job("COMPLETED")] }));
    assert!(twice.reaches(&goal) && twice.difference(&goal).is_empty());
    let failed = normal(json!({ "ciam_jobs": [job("FAILED")] }));
    assert!(!failed.reaches(&goal) && failed.objects_equal(&goal));
    assert_eq!(failed.difference(&goal), ["~ ciam_jobs EXPORT_USER: status: COMPLETED -> FAILED"]);
}

#[test]
fn how_a_job_was_to_end_is_no_part_of_how_it_ended() {
    let job = |outcome: &str| json!({ "ciam_jobs": [{"type": "EXPORT_USER", "outcome": outcome}] });
    assert_eq!(normal(job("success")), normal(job("{\"later_ms\":500}")));
}

#[test]
fn an_id_inside_of_a_text_is_renamed() {
    let mut masks = masks();
    masks.ids.insert(("ciam_users".into(), "user_id".into()));
    let state = |id: &str| {
        json!({ "ciam_users": [{"user_id": id, "user_name": "ada"}],
                "organization_apply_orders": [{"configurations": format!("[\"{id}\"]")}] })
    };
    assert_eq!(Normal::of(&state("u-1234"), &masks), Normal::of(&state("u-9999"), &masks));
}
