//! How scenarios come into a twin: by name, for a tenant, as JSON, by the command line, again when
//! their file changes.

use http::Method;
use serde_json::{Value, json};

use super::told::Told;
use super::{calls, refusing};
use crate::client::World;
use crate::documents::ask;
use crate::process::{Running, cloudtwin};

fn names(world: &World, path: &str) -> Vec<(Value, Value)> {
    let (status, shown) = ask(world, Method::GET, path, String::new());
    assert_eq!(status, 200, "{shown}");
    let shown = shown.as_array().unwrap().iter();
    shown.map(|one| (one["name"].clone(), one["tenant"].clone())).collect()
}

#[test]
fn a_scenario_is_loaded_by_a_name_for_one_tenant_or_for_all() {
    let world = World::new();
    let text = refusing("always = true\nat = 'arrival'");
    let send = |method, path: &str, body: &str| ask(&world, method, path, body.to_owned());
    let put = |path: &str| {
        let loaded = send(Method::PUT, path, &text);
        assert_eq!(loaded, (200, json!({ "name": "one / two" })));
    };
    put("scenarios/one%20%2F%20two?tenant=a");
    assert_eq!([calls(&world, "a", 2), calls(&world, "b", 2)], ["xx", ".."]);
    put("scenarios/one%20%2F%20two?tenant=b");
    assert_eq!(calls(&world, "b", 1), "x");
    // The same name for the same tenant is the same scenario.
    put("scenarios/one%20%2F%20two?tenant=b");
    let both = [("a", "one / two"), ("b", "one / two")].map(|(of, name)| (json!(name), json!(of)));
    assert_eq!(names(&world, "scenarios"), both);
    assert_eq!(names(&world, "scenarios/one%20%2F%20two"), both);
    assert_eq!(names(&world, "scenarios?tenant=b"), both[1..]);
    let (_, shown) = send(Method::GET, "scenarios/one%20%2F%20two?tenant=a", "");
    assert_eq!(shown[0]["rules"][0]["fired"], 2);
    send(Method::POST, "scenarios/one%20%2F%20two/reset", "");
    let (_, shown) = send(Method::GET, "scenarios", "");
    assert_eq!(shown[0]["rules"][0]["fired"], 0);
    send(Method::DELETE, "scenarios?tenant=a", "");
    assert_eq!([calls(&world, "a", 1), calls(&world, "b", 1)], [".", "x"]);
    send(Method::DELETE, "scenarios/one%20%2F%20two", "");
    assert_eq!(calls(&world, "b", 1), ".");
    for (method, path) in [
        (Method::GET, "scenarios/none"),
        (Method::DELETE, "scenarios/none"),
        (Method::POST, "scenarios/none/reset"),
    ] {
        let (status, said) = send(method, path, "");
        let message = "no such scenario is loaded: \"none\"; loaded are: none";
        assert_eq!((status, &said["message"]), (404, &json!(message)), "{path}");
    }
}

#[test]
fn a_rule_of_another_tenant_can_never_act() {
    let world = World::new();
    let text = refusing("tenant = 'b'\nat = 'arrival'");
    let (status, said) = ask(&world, Method::PUT, "scenarios?tenant=a", text);
    let expected =
        "3:1: this rule can never act: it is about \"b\", and the scenario is loaded for \"a\"";
    assert_eq!((status, &said["message"]), (400, &json!(expected)));
}

#[test]
fn a_scenario_can_be_json() {
    let world = World::new();
    let story = json!({
        "name": "a list is refused",
        "rule": [{
            "operation": "ListUserStore", "skip": 1, "times": 1, "at": "arrival",
            "effect": { "refuse": "InternalError", "delay": { "from": 0.0, "to": 0.001 } },
        }],
    });
    let put = |body: String| ask(&world, Method::PUT, "scenarios", body);
    assert_eq!(put(story.to_string()), (200, json!({ "name": "a list is refused" })));
    assert_eq!(calls(&world, "a", 3), ".x.");
    let message = |body: String| {
        let (status, said) = put(body);
        assert_eq!(status, 400, "{said}");
        said["message"].as_str().unwrap().to_owned()
    };
    let mut wrong = story.clone();
    let second = json!({ "service": "cima", "at": "arrival", "effect": { "drop": true } });
    wrong["rule"].as_array_mut().unwrap().push(second);
    assert_eq!(
        message(wrong.to_string()),
        "rule 2: there is no service \"cima\"; did you mean \"ciam\"?"
    );
    wrong["rule"][1] = json!({ "at": "arrival", "effect": null });
    assert_eq!(message(wrong.to_string()), "1:1: null has no meaning: leave the member out");
    assert!(message("{ \"name\": ".to_owned()).starts_with("1:10: EOF"));
    assert!(message("{}".to_owned()).contains("missing field `name`"));
    // What is wrong changes nothing.
    assert_eq!(names(&world, "scenarios").len(), 1);
}

#[test]
fn a_story_is_known_by_its_name() {
    for name in ["the-gateway-answers-with-html-once", "The gateway answers with HTML once"] {
        let told = Told::of(name);
        assert_eq!(told.ciam("ListUserStore", &json!({})).status(), 502);
    }
    let wrong = cloudtwin(&["serve", "--scenario", "buggyfi"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(6));
    let said = String::from_utf8(wrong.stderr).unwrap();
    let expected = "cloudtwin: there is no scenario \"buggyfi\"; did you mean \"buggify\"? \
                    (`cloudtwin scenario list`, or name a file)\n";
    assert_eq!(said, expected);
}

#[test]
fn the_command_line_lists_shows_and_explains() {
    let run = |arguments: &[&str]| {
        let output = cloudtwin(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let (code, list) = run(&["scenario", "list"]);
    assert!(
        code == Some(0) && list.starts_with("a-blackout-of-ten-seconds\n    Nothing is"),
        "{list}"
    );
    assert!(!list.contains("schema.json"), "{list}");
    let (_, story) = run(&["scenario", "show", "buggify"]);
    assert!(story.contains("name = \"buggify\""), "{story}");
    let (code, said) = run(&["scenario", "show", "bugify"]);
    assert!(code == Some(6) && said.contains("did you mean \"buggify\"?"), "{said}");
    let (_, codes) = run(&["scenario", "codes", "tokenByAkSk"]);
    insta::assert_snapshot!(codes);
    let (code, said) = run(&["scenario", "codes", "ListUser", "--service", "cima"]);
    assert_eq!(
        (code, &*said),
        (Some(6), "cloudtwin: there is no service \"cima\"; did you mean \"ciam\"?\n")
    );
    let (code, said) = run(&["scenario", "codes", "ListUsrs", "--service", "organization"]);
    assert!(code == Some(6) && said.contains("did you mean \"ListUsers\"?"), "{said}");
}

#[test]
fn a_watched_file_is_loaded_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.toml");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    let refusing = |name: &str, code: &str| {
        format!(
            "name = '{name}'\n[[rule]]\nservice = 'ciam'\nalways = true\nat = 'arrival'\n\
             effect = {{ refuse = '{code}' }}\n"
        )
    };
    write(&refusing("one", "InternalError"));
    let path = file.to_str().unwrap();
    let told = Told::with(path, &["--watch"]);
    let code = || told.ciam("ListUserStore", &json!({})).code();
    let wait_for = |code_wanted: &str| {
        let watch = cloudtwin::runtime::clock::Stopwatch::start();
        while code() != code_wanted {
            assert!(watch.elapsed() < crate::process::PATIENCE, "{}", code());
            std::thread::yield_now();
        }
    };
    assert_eq!(code(), "InternalError");
    // Under another name too it takes the place of the old one.
    write(&refusing("two", "RequestLimitExceeded"));
    wait_for("RequestLimitExceeded");
    let loaded = told.twin.control("GET", "scenarios", "");
    assert_eq!((&loaded[0]["name"], loaded.as_array().unwrap().len()), (&json!("two"), 1));
    write("name = ");
    let line = || told.twin.said().contains("the old rules stay");
    let watch = cloudtwin::runtime::clock::Stopwatch::start();
    while !line() {
        assert!(watch.elapsed() < crate::process::PATIENCE);
        std::thread::yield_now();
    }
    assert_eq!(code(), "RequestLimitExceeded");
    std::fs::remove_file(&file).unwrap();
    write(&refusing("two", "InternalError"));
    wait_for("InternalError");
    // Without the option nothing is read again.
    let twin = Running::start(&["--scenario", path]);
    assert!(!twin.stop().contains("loaded again"));
}
