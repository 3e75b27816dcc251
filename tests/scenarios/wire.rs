//! Scenarios of files, over sockets and by the command line.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use cloudtwin::runtime::clock::Timestamp;
use serde_json::json;

use crate::client::Signed;
use crate::process::{Running, cloudtwin};

fn story(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name).with_extension("toml")
}

/// What comes of a call until the connection ends.
fn call(twin: &Running) -> String {
    let mut call = Signed::new("ListUserStore", "{}", Timestamp(0));
    call.more.push(("connection", "close".to_owned()));
    let mut stream = twin.connect();
    stream.write_all(&call.bytes()).unwrap();
    let mut answer = Vec::new();
    // A reset is an end without a byte.
    _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

#[test]
fn a_served_twin_tells_the_stories_of_its_options() {
    let files = ["the-gateway-answers-with-html-once", "the-body-is-cut-in-the-middle"].map(story);
    let [first, second] = files.each_ref().map(|path| path.to_str().unwrap());
    let twin = Running::start(&["--auth", "off", "--scenario", first, "--scenario", second]);
    let html = call(&twin);
    assert!(html.starts_with("HTTP/1.1 502 ") && html.ends_with("</html>"), "{html}");
    // One fault for a request: the body of the next one is cut.
    let [cut, whole] = [call(&twin), call(&twin)];
    assert!(cut.starts_with("HTTP/1.1 200 ") && !cut.ends_with("}}"), "{cut}");
    assert!(whole.ends_with("}}"), "{whole}");
    let entries = twin.control("GET", "journal", "")["entries"].take();
    let effects = [0, 1, 2].map(|place| entries[place]["fault"]["effect"].clone());
    assert_eq!(effects, [json!("status 502"), json!("cut"), json!(null)]);
    assert_eq!([&entries[1]["sent"], &entries[2]["sent"]], [false, true]);
    let log = twin.stop();
    assert!(log.contains("a fault is injected"), "{log}");
}

#[test]
fn a_lost_answer_is_an_end_without_a_byte() {
    let path = story("a-blackout-of-ten-seconds");
    let options = ["--auth", "off", "--clock", "frozen", "--scenario", path.to_str().unwrap()];
    let twin = Running::start(&options);
    assert_eq!([call(&twin), call(&twin)], ["", ""]);
    twin.control("PUT", "clock", "{\"advance_ms\": 10000}");
    assert!(call(&twin).starts_with("HTTP/1.1 200 "));
}

#[test]
fn files_are_checked_with_line_and_column() {
    let good = story("the-first-byte-is-slow");
    let good = good.to_str().unwrap();
    let checked = cloudtwin(&["scenario", "check", good]).output().unwrap();
    assert_eq!(checked.status.code(), Some(0));
    assert_eq!(String::from_utf8(checked.stdout).unwrap(), format!("{good}: right\n"));
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.toml");
    let text = "name = 'x'\n[[rule]]\nservice = 'cima'\nat = 'arrival'\neffect = { drop = true }\n";
    std::fs::write(&bad, text).unwrap();
    let bad = bad.to_str().unwrap();
    let problem =
        format!("cloudtwin: {bad}:3:11: there is no service \"cima\"; did you mean \"ciam\"?\n");
    let missing = "/nowhere/x.toml";
    for arguments in [&["scenario", "check", good, bad][..], &["serve", "--scenario", bad][..]] {
        let checked = cloudtwin(arguments).output().unwrap();
        assert_eq!(checked.status.code(), Some(6), "{arguments:?}");
        assert_eq!(String::from_utf8(checked.stderr).unwrap(), problem);
    }
    let checked = cloudtwin(&["scenario", "check", missing]).output().unwrap();
    assert_eq!(checked.status.code(), Some(6));
    assert!(String::from_utf8(checked.stderr).unwrap().contains("cannot read /nowhere/x.toml"));
}
