//! The files of exports: of which moment they are, what they tell of themselves.

use serde_json::{Map, json};

use super::directory::{Directory, STEP_MS, read, text};
use super::exports::columns;

#[test]
fn the_file_shows_the_moment_at_which_processing_began() {
    let people = Directory::with_slow_jobs();
    let (ann, bob) = (people.user("ann"), people.user("bob"));
    let chosen = columns(&[("userName", "n"), ("nickname", "k")]);
    let job = people.export(json!({ "Format": "CSV", "ExportPropertyMaps": chosen }));
    people.wait(STEP_MS - 1);
    people.user("late");
    people.ok("UpdateUser", json!({ "UserId": ann, "Nickname": "before" }));
    people.wait(1);
    people.user("missed");
    people.ok("UpdateUser", json!({ "UserId": ann, "Nickname": "after" }));
    people.ok("DeleteUsers", json!({ "UserIds": [bob] }));
    people.wait(STEP_MS);
    assert_eq!(people.file_of(&job), "n,k\r\nlate,\r\nbob,\r\nann,before\r\n");
}

/// The file of an export that is started after so many milliseconds, beside an import that is
/// started likewise, where the clock goes on in such strides until both have long ended.
fn file_beside_import(export_ms: i64, import_ms: i64, stride_ms: i64) -> String {
    let people = Directory::with_slow_jobs();
    people.user("ann");
    let export = || {
        let chosen = columns(&[("userName", "n")]);
        people.export(json!({ "Format": "CSV", "ExportPropertyMaps": chosen }))
    };
    let import = || people.import(json!([{ "UserName": "bob" }]));
    let job = if export_ms < import_ms {
        people.wait(export_ms);
        let job = export();
        people.wait(import_ms - export_ms);
        import();
        job
    } else {
        people.wait(import_ms);
        import();
        people.wait(export_ms - import_ms);
        export()
    };
    for _ in 0..(4 * STEP_MS / stride_ms) {
        people.wait(stride_ms);
        people.job(&job);
    }
    people.file_of(&job)
}

#[test]
fn a_leap_of_the_clock_changes_no_file() {
    let (with, without) = ("n\r\nbob\r\nann\r\n", "n\r\nann\r\n");
    // The export begins one step after its start, the import adds its users two steps after its own.
    for (export_ms, import_ms, file) in [
        (0, 200, without),
        (0, 0, without),
        (200, 0, without),
        (STEP_MS - 100, 0, without),
        (STEP_MS, 0, with),
        (STEP_MS + 100, 0, with),
    ] {
        let story = format!("export after {export_ms} ms, import after {import_ms} ms");
        for stride_ms in [100, 4 * STEP_MS] {
            let found = file_beside_import(export_ms, import_ms, stride_ms);
            assert_eq!(found, file, "{story}, looked at every {stride_ms} ms");
        }
    }
}

#[test]
fn a_file_tells_what_it_is_and_stays() {
    let people = Directory::new();
    people.user("ann");
    let mut told = Map::new();
    for format in ["CSV", "NDJSON"] {
        let id = people.export(json!({ "Format": format }));
        let location = text(&people.job(&id)["Location"]);
        assert!(location.ends_with(&format!("/{id}.{}", format.to_lowercase())), "{location}");
        let answer = people.download(&location);
        let header = |name: &str| answer.headers[name].to_str().unwrap().replace(&id, "ID");
        told.insert(
            format.to_owned(),
            json!([header("content-type"), header("content-disposition")]),
        );
        let first = read(answer);
        people.user(&format.to_lowercase());
        assert_eq!(read(people.download(&location)), first);
        // Nobody guesses a link.
        assert_eq!(people.download(&location.replace("/files/", "/files/0")).status, 404);
    }
    insta::assert_json_snapshot!(told, @r#"
    {
      "CSV": [
        "text/csv",
        "attachment; filename=\"ID.csv\""
      ],
      "NDJSON": [
        "application/x-ndjson",
        "attachment; filename=\"ID.ndjson\""
      ]
    }
    "#);
}
