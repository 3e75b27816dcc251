//! The files of exports: of which moment they are, what they tell of themselves, whose they are.

use cloudtwin::lifecycle::Pace;
use cloudtwin::seed::Seed;
use serde_json::{Map, Value, json};

use super::directory::{Directory, STEP_MS, read, text};
use super::exports::columns;
use crate::client::World;

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

#[test]
fn a_directory_in_the_place_of_another_never_gets_its_files() {
    let seed = "[[ciam.directory]]\nname = \"old\"\n\
                [[ciam.directory.users]]\ncount = 1000\nuser_name = \"u{n}\"\n";
    let world = World::with(|config| {
        config.seed_state = Seed::parse(seed).unwrap();
        config.pace = Pace::EveryMs(STEP_MS);
    });
    let old = world.ok("ListUserStore", json!({}))["UserStoreSet"][0]["UserStoreId"].clone();
    let column = |name: u8| json!({ "UserPropertyCode": "id", "ColumnName": name.to_string() });
    let wide: Value = (0..200).map(column).collect();
    for _ in 0..2 {
        let input = json!({ "UserStoreId": old, "ExportPropertyMaps": wide });
        world.ok("CreateFileExportUserJob", input);
    }
    world.twin.clock.advance(STEP_MS);
    world.ok("DeleteUserStore", json!({ "UserPoolId": old }));
    // The old files are most likely still being written when the new job begins.
    let people = Directory::of(world);
    let job = people.export(json!({}));
    people.wait(STEP_MS);
    assert_eq!(people.job(&job)["Status"], "PROCESSING");
    people.wait(STEP_MS);
    assert_eq!(people.file_of(&job), "");
}
