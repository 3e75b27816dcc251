//! The command line: what it prints, how it ends, what it leaves alone.

use std::process::Output;

use serde_json::Value;

use crate::process::{Running, cloudtwin};

mod log;

fn run(arguments: &[&str]) -> Output {
    cloudtwin(arguments).output().unwrap()
}

/// Exit code and what was said, which must be one line a problem.
fn refused(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn help_teaches() {
    insta::assert_snapshot!(printed(&["--help"]));
    assert!(printed(&["--version"]).starts_with("cloudtwin "));
    assert!(printed(&["completions", "bash"]).contains("cloudtwin"));
}

#[test]
fn env_tells_what_a_client_needs() {
    insta::assert_snapshot!(printed(&["env"]), @"
    export CLOUDTWIN_URL=http://127.0.0.1:4588
    export CLOUDTWIN_ENDPOINT=127.0.0.1:4588
    export CLOUDTWIN_HOST=127.0.0.1
    export CLOUDTWIN_PORT=4588
    export TENCENTCLOUD_SECRET_ID=AKIDtwin
    export TENCENTCLOUD_SECRET_KEY=cloudtwin-secret
    export TENCENTCLOUD_REGION=ap-guangzhou
    export HUAWEICLOUD_SDK_AK=TWINAK
    export HUAWEICLOUD_SDK_SK=cloudtwin-secret
    export HUAWEICLOUD_SDK_PROJECT_ID=78e61f31272d3b984dc4d3317e958f0f
    export HUAWEICLOUD_SDK_IAM_ENDPOINT=http://127.0.0.1:4588
    export HUAWEICLOUD_SDK_STS_ENDPOINT=http://127.0.0.1:4588
    export HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4=http://127.0.0.1:4588
    export HW_ACCESS_KEY=TWINAK
    export HW_SECRET_KEY=cloudtwin-secret
    export HW_REGION_NAME=cn-north-4
    export HW_PROJECT_ID=78e61f31272d3b984dc4d3317e958f0f
    export CLOUDTWIN_AICC_APP_KEY=twin-app
    export CLOUDTWIN_AICC_APP_SECRET=cloudtwin-secret
    ");
    let json: Value = serde_json::from_str(&printed(&[
        "env",
        "--format",
        "json",
        "--tenant",
        "ci",
        "--url",
        "http://localhost:1/",
    ]))
    .unwrap();
    assert_eq!(
        (&json["TENCENTCLOUD_SECRET_ID"], &json["CLOUDTWIN_ENDPOINT"]),
        (&"AKIDtwin-ci".into(), &"localhost:1".into())
    );
    let dotenv = printed(&["env", "--format", "dotenv", "--url", "http://a b'c"]);
    assert!(dotenv.starts_with("CLOUDTWIN_URL='http://a b'\\''c'\n"), "{dotenv}");
    assert_eq!(refused(&["env", "--tenant", "a b"]).0, 2);
}

#[test]
fn operations_are_listed_in_three_forms() {
    let json: Value = serde_json::from_str(&printed(&["operations", "--format", "json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), contracts::catalog().operations().count());
    assert!(printed(&["operations", "--service", "ciam"]).contains("FailedOperation.UserNotFound"));
    assert!(printed(&["operations", "--format", "markdown"]).starts_with("# Operations"));
    let (code, told) = refused(&["operations", "--service", "cam"]);
    assert_eq!(
        (code, told.as_str()),
        (
            2,
            "cloudtwin: there is no service \"cam\"; there are: ciam, organization, scim, aicc, workspace, iam\n"
        )
    );
}

#[test]
fn operations_say_what_holds_across_several_calls() {
    let json: Value = serde_json::from_str(&printed(&["operations", "--format", "json"])).unwrap();
    let find = |name: &str| json.as_array().unwrap().iter().find(|row| row["operation"] == name);
    let list = find("ListUserStore").unwrap();
    assert_eq!((&list["paging"], &list["polls"]), (&Value::Null, &Value::Null));
    assert_eq!(list["retry"]["RequestLimitExceeded"], "backoff");
    let paging = serde_json::json!({
        "size": "Pageable.PageSize", "number": "Pageable.PageNumber", "first": 1,
        "total": "Total", "items": "Content",
    });
    assert_eq!(find("ListUser").unwrap()["paging"], paging);
    let polls = serde_json::json!({ "member": "taskInfo.status", "final": ["DONE"] });
    assert_eq!(find("queryTask").unwrap()["polls"], polls);
}

#[test]
fn everything_assumed_is_listed_with_its_reason() {
    let of = |service| printed(&["operations", "--assumed", "--service", service]);
    let ciam = of("ciam");
    assert!(ciam.starts_with("OF "), "{ciam}");
    let has = |text: &str, parts: [&str; 4]| {
        text.lines().any(|line| {
            let (head, why) = line.split_at(line.find(parts[3]).unwrap_or_default());
            head.split_whitespace().eq(parts[..3].join(" ").split_whitespace()) && !why.is_empty()
        })
    };
    let order = "the order of checks: users saw";
    assert!(has(&ciam, ["tencent_api3", "protocol", "", order]), "{ciam}");
    let bounds = "the vendor gives no bounds";
    assert!(has(&ciam, ["ciam", "member", "Pageable.PageSize", bounds]), "{ciam}");
    let longest = "the longest list is not documented";
    assert!(has(&ciam, ["ciam", "member", "DeleteUsers input.UserIds", longest]), "{ciam}");
    let aicc = of("aicc");
    assert!(has(&aicc, ["aicc", "code", "405", "that another method"]), "{aicc}");
    let path = "the name is documented, its path is not";
    assert!(has(&aicc, ["aicc", "operation", "agentAccount/delete", path]), "{aicc}");
    let json = printed(&["operations", "--assumed", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let kinds = json.as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap());
    let kinds: std::collections::BTreeSet<_> = kinds.collect();
    let all = ["code", "member", "operation", "paging", "polls", "protocol", "rule"];
    assert!(kinds.into_iter().eq(all));
    let page = printed(&["operations", "--assumed", "--format", "markdown"]);
    assert!(page.starts_with("| of | fact | name | assumed |"));
    assert_eq!(refused(&["operations", "--assumed", "--service", "cam"]).0, 2);
}

#[test]
fn bad_options_end_with_their_own_codes() {
    for wrong in [
        &["serve", "--jobs", "soon"][..],
        &["serve", "--jobs", "-1"],
        &["serve", "--clock", "noon"],
        &["serve", "--listen", "nowhere"],
        &["serve", "--nonsense"],
        &["serve", "--log", "a=b=c"],
    ] {
        assert_eq!(refused(wrong).0, 2, "{wrong:?}");
    }
    let (code, told) = refused(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(code, 2);
    assert_eq!(
        told,
        "cloudtwin: other machines can reach 0.0.0.0: add --allow-remote if that is meant\n"
    );
}

#[test]
fn a_port_in_use_is_told() {
    let twin = Running::start(&[]);
    let (code, told) = refused(&["serve", "--listen", &twin.address]);
    assert_eq!(code, 4);
    assert!(
        told.starts_with(&format!("cloudtwin: cannot listen on {}: ", twin.address))
            && told.lines().count() == 1,
        "{told}"
    );
}

#[test]
fn a_bad_seed_file_is_told_by_line_or_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seed.toml");
    let path = file.to_str().unwrap();
    let serve = |text: &str| {
        std::fs::write(&file, text).unwrap();
        refused(&["serve", "--listen", "127.0.0.1:0", "--seed-file", path])
    };
    let (code, told) = serve("[[ciam.directory]]\nname = \"a\"\nnmae = \"b\"\n");
    assert_eq!(code, 3);
    assert!(told.starts_with(&format!("cloudtwin: {path}: line 3: ")), "{told}");
    let (code, told) =
        serve("[[ciam.directory]]\nname = \"a\"\n[[ciam.directory]]\nname = \"a\"\n");
    assert_eq!(code, 3);
    assert!(told.contains("ciam.directory[1]"), "{told}");
    assert_eq!(refused(&["serve", "--seed-file", "/nowhere/at/all"]).0, 3);
}

#[test]
fn a_foreign_a_newer_and_a_busy_database_are_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.db");
    let path = file.to_str().unwrap();
    let serve = || refused(&["serve", "--listen", "127.0.0.1:0", "--db", path]);

    std::fs::write(&file, "a text of mine").unwrap();
    assert_eq!(
        serve(),
        (5, format!("cloudtwin: {path} is not a cloudtwin database: name another file\n"))
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "a text of mine");

    std::fs::remove_file(&file).unwrap();
    let twin = Running::over(&file);
    let (code, told) = serve();
    assert!(code == 5 && told.contains("is in use by another cloudtwin"), "{told}");
    drop(twin);

    let database = rusqlite::Connection::open(&file).unwrap();
    database.pragma_update(None, "user_version", 1000).unwrap();
    drop(database);
    let before = std::fs::read(&file).unwrap();
    let (code, told) = serve();
    assert!(code == 5 && told.contains("was written by a newer cloudtwin (schema 1000"), "{told}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert_eq!(
        refused(&["serve", "--listen", "127.0.0.1:0", "--db", folder.path().to_str().unwrap()]).0,
        5
    );
}

#[test]
fn options_can_come_from_the_environment_and_the_ready_file_tells_the_url() {
    let folder = tempfile::tempdir().unwrap();
    let ready = folder.path().join("ready");
    let mut command = cloudtwin(&[]);
    command
        .env("CLOUDTWIN_LISTEN", "127.0.0.1:0")
        .env("CLOUDTWIN_READY_FILE", &ready)
        .env("CLOUDTWIN_AUTH", "off");
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut first = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(child.stdout.take().unwrap()),
        &mut first,
    )
    .unwrap();
    let url = std::fs::read_to_string(&ready).unwrap();
    assert_eq!(first, format!("cloudtwin listens on {url}"));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_database_keeps_what_it_was_given_and_ids_do_not_repeat() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.db");
    let ids = |twin: &Running| {
        let state = twin.control("GET", "state", "");
        let stores = state["tenants"]["default"]["ciam_stores"].as_array().unwrap().clone();
        stores
            .iter()
            .map(|store| store["user_store_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let create = |twin: &Running, name: &str| {
        let body = serde_json::json!({"UserPoolName": name}).to_string();
        let call = crate::client::Signed {
            host: &twin.address,
            ..crate::client::Signed::new(
                "CreateUserStore",
                body,
                cloudtwin::runtime::clock::Clock::real().now(),
            )
        };
        assert!(twin.exchange(&call.bytes()).contains("UserStoreId"));
    };
    let mut twin = Running::over(&file);
    create(&twin, "one");
    let first = ids(&twin);
    twin.signal("-INT");
    assert!(twin.child.wait().unwrap().success());
    drop(twin);
    let twin = Running::over(&file);
    create(&twin, "two");
    let second = ids(&twin);
    assert_eq!((first.len(), second.len()), (2, 3));
    assert_eq!(second[..2], first);
    assert!(!first.contains(&second[2]));
}

#[test]
fn a_private_state_is_gone_with_its_twin() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = {
        let mut command = cloudtwin(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("TMPDIR", folder.path());
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut first = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(child.stdout.take().unwrap()),
        &mut first,
    )
    .unwrap();
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}
