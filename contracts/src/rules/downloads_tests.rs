use serde_json::json;

use super::*;
use crate::rules::talk::{Step, file, ok, refused, talk};

fn start() -> Step {
    ok(0, "workspace", "ExportUsersNew").gives(json!({"task_id": "t-1"}))
}

fn look(at: u64, status: &str) -> Step {
    ok(at, "workspace", "ListExportTasks")
        .gives(json!({"count": 1, "export_tasks": [{"task_id": "t-1", "status": status}]}))
}

const PATH: &str = "/v2/p/export-tasks/t-1/download";

fn download(at: u64) -> Step {
    ok(at, "workspace", "DownloadExportFile").path(PATH)
}

fn early(at: u64) -> Step {
    refused(at, "workspace", "DownloadExportFile", "WKS.EMU.0005").path(PATH)
}

fn delete(at: u64) -> Step {
    ok(at, "workspace", "DeleteExportTasks").with(json!({"task_ids": ["t-1"]}))
}

#[test]
fn a_client_that_met_an_error_may_end() {
    let failed = refused(10, "workspace", "ListUsers", "WKS.00000003");
    assert_eq!(talk([start(), look(9, "SUCCESS"), failed]).check(&RULE), []);
    // It may not have waited for the answer.
    let late = look(9, "SUCCESS").fault("delay", Some(200));
    assert_eq!(talk([start(), late]).check(&RULE), []);
}

#[test]
fn who_tried_again_in_vain_may_delete_it() {
    let broken = |at| download(at).fault("cut", Some(200));
    let steps = [start(), look(9, "SUCCESS"), broken(10), broken(200), delete(500)];
    assert_eq!(talk(steps).check(&RULE), []);
}

#[test]
fn who_has_the_file_may_delete_it() {
    let again = download(20).fault("cut", Some(200));
    assert_eq!(
        talk([start(), look(9, "SUCCESS"), download(10), again, delete(30)]).check(&RULE),
        []
    );
}

#[test]
fn to_look_download_and_delete_is_right() {
    let steps = [start(), look(1, "CREATING"), look(1000, "SUCCESS"), download(1001), delete(1002)];
    assert_eq!(talk(steps).check(&RULE), []);
    // A broken download that is begun anew.
    let steps = [
        start(),
        look(9, "SUCCESS"),
        download(10).fault("cut", Some(200)),
        download(20),
        delete(30),
    ];
    assert_eq!(talk(steps).check(&RULE), []);
    assert_eq!(talk([start(), look(9, "FAIL")]).check(&RULE), []);
}

#[test]
fn a_file_that_nobody_downloads_is_found() {
    let text = "saw that the file of ExportUsersNew was ready (SUCCESS), and did not download it";
    assert_eq!(talk([start(), look(9, "SUCCESS")]).only(&RULE), (text.to_owned(), vec![1, 2]));
}

#[test]
fn a_link_is_followed_by_its_path() {
    let start = || {
        ok(0, "ciam", "CreateFileExportUserJob").gives(json!({"Response": {"Job": {"Id": "j"}}}))
    };
    let job = json!({"Id": "j", "Status": "COMPLETED", "Location": "http://127.0.0.1:1/files/a/b.csv?x=1"});
    let look = || ok(9, "ciam", "ListJobs").gives(json!({"Response": {"JobSet": [job]}}));
    assert_eq!(talk([start(), look(), file(10, "/files/a/b.csv?x=1")]).check(&RULE), []);
    assert_eq!(talk([start(), look(), file(10, "/files/a/c.csv")]).check(&RULE).len(), 1);
}

#[test]
fn downloads_before_the_end_are_found() {
    let text = "asked 3 times for the file of ExportUsersNew before it was ready, without a look at its state";
    assert_eq!(
        talk([start(), early(1), early(2), early(3)]).only(&RULE),
        (text.to_owned(), vec![2, 3, 4])
    );
    let looks = [
        start(),
        early(1),
        look(2, "CREATING"),
        early(3),
        look(4, "CREATING"),
        early(5),
        look(6, "SUCCESS"),
        download(7),
    ];
    assert_eq!(talk(looks).check(&RULE), []);
}

#[test]
fn to_delete_what_broke_off_is_found() {
    let steps = [start(), look(9, "SUCCESS"), download(10).fault("cut", Some(200)), delete(20)];
    let text = "deleted the file of ExportUsersNew after its download had broken off";
    assert_eq!(talk(steps).only(&RULE), (text.to_owned(), vec![1, 3, 4]));
}
