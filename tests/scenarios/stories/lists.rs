//! The stories of lists and of downloads.

use http::Method;
use serde_json::{Value, json};

use crate::scenarios::told::{Heard, Told, names};

/// A page of the directory, and the names on it.
fn pages(told: &Told, store: &Value, numbers: &[u32]) -> Vec<String> {
    let page = |number: &u32| match told.page(store, *number) {
        page if page.code() == "ok" => names(&page).join(" "),
        refused => refused.code(),
    };
    numbers.iter().map(page).collect()
}

#[test]
fn the_directory_disappears_between_pages() {
    let told = Told::of("the-directory-disappears-between-pages");
    let store = told.directory(3);
    let pages = pages(&told, &store, &[1, 2]);
    assert_eq!(pages, ["user2 user1", "FailedOperation.InvalidUserStore"]);
}

#[test]
fn the_second_page_is_refused() {
    let told = Told::of("the-second-page-is-refused");
    let store = told.directory(3);
    let pages = pages(&told, &store, &[1, 1, 2, 2]);
    assert_eq!(pages, ["user2 user1", "user2 user1", "InternalError", "user0"]);
}

#[test]
fn a_page_repeats_a_row() {
    let told = Told::of("a-page-repeats-a-row");
    let store = told.directory(3);
    assert_eq!(pages(&told, &store, &[1, 1]), ["user2 user1 user2", "user2 user1"]);
}

#[test]
fn the_list_is_empty_and_says_success() {
    let told = Told::of("the-list-is-empty-and-says-success");
    let store = told.directory(3);
    let empty = told.page(&store, 1).response();
    assert_eq!([&empty["Content"], &empty["Total"]], [&json!([]), &json!(0)]);
    assert_eq!(told.page(&store, 1).response()["Total"], 3);
}

#[test]
fn the_download_link_is_404_for_a_while() {
    let told = Told::of("the-download-link-is-404-for-a-while");
    let link = told.exported(&told.directory(3));
    let download = || told.ask(Method::GET, &link, &[], "");
    let Heard::Answer(404, body) = download() else { panic!("no 404") };
    assert!(body.starts_with(b"<Error>"), "{body:?}");
    told.wait(10_000);
    let Heard::Answer(200, sheet) = download() else { panic!("no file") };
    assert!(String::from_utf8_lossy(&sheet).contains("user2"), "{sheet:?}");
    let entries = told.twin.control("GET", "journal", "")["entries"].take();
    let downloads: Vec<_> = entries.as_array().unwrap().iter().rev().take(2).collect();
    assert_eq!(downloads[1]["fault"]["effect"], "status 404");
    assert_eq!([&downloads[1]["tenant"], &downloads[0]["tenant"]], ["default", "default"]);
    assert_eq!([&downloads[0]["status"], &downloads[0]["fault"]], [&json!(200), &Value::Null]);
}

#[test]
fn the_sheet_arrives_truncated() {
    let told = Told::of("the-sheet-arrives-truncated");
    let link = told.exported(&told.directory(3));
    let download = || told.ask(Method::GET, &link, &[], "").status();
    assert_eq!([download(), download()], [0, 200]);
}
