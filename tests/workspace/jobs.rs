//! Jobs by the clock, and the records of their sub-jobs.

use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::services::seeds::Seed;
use serde_json::{Value, json};

use super::client::{Api, list, text};
use crate::client::{World, polled};

/// How long a step of a job lasts in these tests.
const STEP_MS: i64 = 1_000;

const SYNC: &str = "/v3/domains/sync-external-user?auth_config_id=a&domain_id=d";

fn stepwise(seed: &str) -> World {
    World::with(|config| {
        config.seed_state = Seed::parse(seed).unwrap();
        config.pace = Pace::EveryMs(STEP_MS);
    })
}

fn sync(api: &Api<'_>) -> String {
    text(&api.shown(SYNC)["job_id"])
}

#[test]
fn a_job_waits_runs_and_succeeds_by_the_clock() {
    let world = stepwise("");
    let api = Api::of(&world);
    let id = sync(&api);
    let seen = || {
        let job = api.shown(&format!("/workspace-jobs/{id}"));
        let subs = api.shown(&format!("/workspace-sub-jobs?job_id={id}"));
        assert_eq!(subs, json!({ "total_count": 1, "jobs": job["sub_jobs"] }));
        let sub = &job["sub_jobs"][0];
        assert_eq!((&sub["status"], &sub["end_time"]), (&job["status"], &job["end_time"]));
        json!([job["status"], job["begin_time"], job["end_time"], sub["process"]])
    };
    assert_eq!(seen(), json!(["WAITING", "2026-01-31 08:00:00", null, 0]));
    world.twin.clock.advance(STEP_MS);
    assert_eq!(seen(), json!(["RUNNING", "2026-01-31 08:00:00", null, 50]));
    world.twin.clock.advance(STEP_MS - 1);
    assert_eq!(seen()[0], "RUNNING");
    world.twin.clock.advance(60_000);
    assert_eq!(seen(), json!(["SUCCESS", "2026-01-31 08:00:00", "2026-01-31 08:00:02", 100]));
}

#[test]
fn without_delay_a_job_has_ended_at_the_first_look() {
    let world = World::new();
    let api = Api::of(&world);
    let id = sync(&api);
    let job = api.shown(&format!("/workspace-jobs/{id}"));
    let sub = text(&job["sub_jobs"][0]["id"]);
    insta::assert_json_snapshot!(job, @r#"
    {
      "begin_time": "2026-01-31 08:00:00",
      "end_time": "2026-01-31 08:00:00",
      "id": "be69c250-9113-4e50-8ef3-fe9576dd2642",
      "job_type": "syncExternalUser",
      "status": "SUCCESS",
      "sub_jobs": [
        {
          "begin_time": "2026-01-31 08:00:00",
          "end_time": "2026-01-31 08:00:00",
          "id": "88e54874-1fb2-4302-908a-cc769ce785fa",
          "job_id": "be69c250-9113-4e50-8ef3-fe9576dd2642",
          "job_type": "syncExternalUser",
          "process": 100,
          "project_id": "0123456789abcdef0123456789abcdef",
          "status": "SUCCESS"
        }
      ],
      "sub_jobs_total": 1
    }
    "#);
    assert!([&id, &sub].iter().all(|id| uuid::Uuid::parse_str(id).is_ok()));
    assert_eq!(api.get("/workspace-jobs/none").refusal(), (404, "WKS.EMU.0007"));
}

#[test]
fn sub_jobs_are_filtered_and_paged() {
    let world = stepwise("");
    let api = Api::of(&world);
    let old = sync(&api);
    world.twin.clock.advance(2 * STEP_MS);
    let new = sync(&api);
    let jobs = |query: &str| -> Vec<String> {
        let page = api.shown(&format!("/workspace-sub-jobs?{query}"));
        list(&page["jobs"]).iter().map(|job| text(&job["job_id"])).collect()
    };
    assert_eq!(jobs(""), [new.clone(), old.clone()]);
    assert_eq!(jobs("status=WAITING"), std::slice::from_ref(&new));
    assert_eq!(jobs("status=SUCCESS&status=FAILED"), std::slice::from_ref(&old));
    let other = api.get("/workspace-sub-jobs?status=ELSE");
    assert_eq!(other.refusal(), (400, "WKS.EMU.0001"));
    assert_eq!(jobs("job_type=applyWorkspace"), [""; 0]);
    assert_eq!(jobs("job_type=syncExternalUser&limit=1&offset=1"), [old]);
    assert_eq!(jobs("desktop_pool_id=x"), [""; 0]);
    assert_eq!(jobs("offset=2"), [""; 0]);
    assert_eq!(api.get("/workspace-sub-jobs?limit=1001").refusal(), (400, "WKS.EMU.0001"));
}

#[test]
fn records_of_ended_sub_jobs_can_be_deleted() {
    let world = stepwise("");
    let api = Api::of(&world);
    let job = sync(&api);
    let sub = |job: &str| text(&api.shown(&format!("/workspace-jobs/{job}"))["sub_jobs"][0]["id"]);
    let delete = |body: Value| api.post("/workspace-sub-jobs/batch-delete", body);
    let id = sub(&job);
    assert_eq!(delete(json!({ "job_ids": [id] })).refusal(), (400, "WKS.EMU.0008"));
    world.twin.clock.advance(2 * STEP_MS);
    for body in [json!({}), json!({ "job_ids": [id], "delete_by_status": "SUCCESS" })] {
        assert_eq!(delete(body).refusal(), (400, "WKS.EMU.0001"));
    }
    assert_eq!(delete(json!({ "job_ids": [id, "none"] })).refusal(), (400, "WKS.EMU.0008"));
    assert_eq!(delete(json!({ "delete_by_status": "FAILED" })).with(200), Value::Null);
    assert_eq!(api.shown("/workspace-sub-jobs")["total_count"], 1);
    delete(json!({ "job_ids": [id] })).with(200);
    assert_eq!(api.shown("/workspace-sub-jobs"), json!({ "total_count": 0, "jobs": [] }));
    assert_eq!(api.shown(&format!("/workspace-jobs/{job}"))["sub_jobs_total"], 0);
}

#[test]
fn records_of_the_service_itself_stay() {
    let world = World::new();
    let api = Api::of(&world);
    api.delete("/workspaces").with(202);
    api.post("/workspaces", json!({ "ad_domains": { "domain_type": "LITE_AS" } })).with(200);
    let subs = api.shown("/workspace-sub-jobs");
    let ids: Vec<_> = list(&subs["jobs"]).iter().map(|job| job["id"].clone()).collect();
    let delete = |body: Value| api.post("/workspace-sub-jobs/batch-delete", body);
    assert_eq!(delete(json!({ "job_ids": ids })).refusal(), (400, "WKS.EMU.0008"));
    delete(json!({ "delete_by_status": "SUCCESS" })).with(200);
    assert_eq!(api.shown("/workspace-sub-jobs")["total_count"], 2);
}

#[test]
fn a_failed_job_is_tried_again_under_its_id() {
    let seed = r#"
        [[workspace.project]]
        id = "p"
        [[workspace.project.job]]
        job_type = "createDesktops"
        error_code = "WKS.00010110"
        fail_reason = "Desktops cannot obtain valid IP addresses."
        [[workspace.project.job]]
        job_type = "createDesktops"
    "#;
    let world = stepwise(seed);
    let api = Api { world: &world, project: "p" };
    let failed = api.shown("/workspace-sub-jobs?status=FAILED")["jobs"][0].take();
    let done = api.shown("/workspace-sub-jobs?status=SUCCESS")["jobs"][0].take();
    let id = text(&failed["job_id"]);
    let job = api.shown(&format!("/workspace-jobs/{id}"));
    assert_eq!((&job["status"], &failed["status"]), (&json!("FAIL"), &json!("FAILED")));
    assert_eq!(
        (&job["job_error_code"], &failed["error_code"]),
        (&json!("WKS.00010110"), &json!("WKS.00010110"))
    );

    let retry = |id: &str| {
        api.post(&format!("/workspace-jobs/{id}/actions"), json!({ "op_type": "retry" }))
    };
    assert_eq!(retry(&text(&done["job_id"])).refusal(), (400, "WKS.EMU.0008"));
    assert_eq!(retry("none").refusal(), (404, "WKS.EMU.0007"));
    assert_eq!(retry(&id).with(200), json!({ "job_id": id }));
    assert_eq!(api.shown(&format!("/workspace-jobs/{id}"))["status"], "WAITING");
    world.twin.clock.advance(2 * STEP_MS);
    let job = api.shown(&format!("/workspace-jobs/{id}"));
    assert_eq!((&job["status"], job.get("fail_reason")), (&json!("SUCCESS"), None));
}

#[test]
fn jobs_that_move_by_looks_do_so_by_each_of_the_three_reads() {
    let world = World::with(|config| config.pace = Pace::EveryLooks(2));
    let api = Api::of(&world);
    let id = sync(&api);
    world.twin.clock.advance(1_000_000);
    let job = || text(&api.shown(&format!("/workspace-jobs/{id}"))["status"]);
    assert_eq!(polled("SUCCESS", job), "WAITING WAITING RUNNING RUNNING SUCCESS SUCCESS");
    let id = sync(&api);
    let sub_job =
        || text(&api.shown(&format!("/workspace-sub-jobs?job_id={id}"))["jobs"][0]["status"]);
    assert_eq!(polled("SUCCESS", sub_job), "WAITING WAITING RUNNING RUNNING SUCCESS SUCCESS");
    api.delete("/workspaces").with(202);
    let service = || text(&api.shown("/workspaces")["status"]);
    let moving = "DEREGISTERING";
    assert_eq!(
        polled("CLOSED", service),
        [[moving; 4].join(" "), "CLOSED CLOSED".into()].join(" ")
    );
}
