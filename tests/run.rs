//! `cloudtwin run`: a command beside a twin of its own, its environment, its end.

mod sealed;
mod tls;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::process::cloudtwin;

/// What comes of `cloudtwin run` with these options and that command.
fn run(options: &[&str], command: &[&str]) -> Output {
    prepared(options, command).output().unwrap()
}

fn prepared(options: &[&str], command: &[&str]) -> Command {
    cloudtwin(&[&["run"], options, &["--"], command].concat())
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_command_finds_all_that_it_needs_and_no_real_key() {
    let mut command = prepared(&["--tenant", "ci"], &["env"]);
    for name in [
        "TENCENTCLOUD_SECRET_ID",
        "TENCENTCLOUD_TOKEN",
        "TENCENTCLOUD_SECURITY_TOKEN",
        "TCCLI_PROFILE",
        "TKE_ROLE_ARN",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        "HUAWEICLOUD_OIDC_ID_TOKEN",
        "HW_SECRET_KEY",
        "HW_SECURITY_TOKEN",
        "OS_PASSWORD",
    ] {
        command.env(name, "real");
    }
    let output = command.env("OF_THE_PROJECT", "kept").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let env = text(output.stdout);
    assert!(!env.contains("real"), "{env}");
    let value = |name: &str| {
        let mut lines = env.lines();
        lines.find_map(|line| line.strip_prefix(&format!("{name}=")).map(str::to_owned))
    };
    assert_eq!(value("OF_THE_PROJECT").as_deref(), Some("kept"));
    assert_eq!(value("TENCENTCLOUD_SECRET_ID").as_deref(), Some("AKIDtwin-ci"));
    assert_eq!(value("HW_ACCESS_KEY").as_deref(), Some("TWINAK-ci"));
    let (host, port) = (value("CLOUDTWIN_HOST").unwrap(), value("CLOUDTWIN_PORT").unwrap());
    assert_eq!(value("CLOUDTWIN_URL"), Some(format!("http://{host}:{port}")));
    assert_eq!(value("HUAWEICLOUD_SDK_IAM_ENDPOINT"), value("CLOUDTWIN_URL"));
}

#[test]
fn a_dry_run_prints_what_would_be_set_and_runs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("made");
    let mut command = prepared(&["--dry-run"], &["touch", file.to_str().unwrap()]);
    let output = command.env("TENCENTCLOUD_TOKEN", "real").output().unwrap();
    let said = text(output.stdout);
    assert!(said.starts_with("CLOUDTWIN_URL=http://127.0.0.1:"), "{said}");
    assert!(said.contains("\n# without TENCENTCLOUD_TOKEN\n") && !said.contains("real"), "{said}");
    assert!(!file.exists());
}

#[test]
fn the_exit_code_is_the_commands() {
    let code = |command: &[&str]| run(&[], command).status.code();
    assert_eq!(code(&["true"]), Some(0));
    assert_eq!(code(&["sh", "-c", "exit 7"]), Some(7));
    assert_eq!(code(&["sh", "-c", "kill -9 $$"]), Some(137));
    let missing = run(&[], &["/nowhere/command"]);
    assert_eq!(missing.status.code(), Some(127));
    let said = text(missing.stderr);
    assert!(said.starts_with("cloudtwin: cannot run /nowhere/command: No such file"), "{said}");
    assert_eq!(code(&["/"]), Some(126));
    assert_eq!(run(&["--scenario", "none"], &["true"]).status.code(), Some(6));
    assert_eq!(cloudtwin(&["run"]).output().unwrap().status.code(), Some(2));
}

#[test]
fn a_signal_is_passed_on_and_the_twin_ends_with_its_command() {
    for (name, code) in [("TERM", 9), ("HUP", 9), ("INT", 9)] {
        let script =
            format!("trap 'exit 9' {name}; echo $CLOUDTWIN_URL; while :; do sleep 0.05; done");
        let mut command = prepared(&[], &["sh", "-c", &script]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let sent =
            Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{name}");
        let address = url.trim().strip_prefix("http://").unwrap();
        assert!(std::net::TcpStream::connect(address).is_err(), "{name}");
    }
}

#[test]
fn the_summary_says_what_was_sent_and_met() {
    let client = "
import json, os, urllib.error, urllib.request
url = os.environ['CLOUDTWIN_URL'] + '/apigovernance/api/oauth/tokenByAkSk'
body = {'app_key': os.environ['CLOUDTWIN_AICC_APP_KEY'], 'app_secret': os.environ['CLOUDTWIN_AICC_APP_SECRET']}
for _ in range(3):
    request = urllib.request.Request(url, json.dumps(body).encode(), {'Content-Type': 'application/json'})
    try:
        urllib.request.urlopen(request)
        break
    except urllib.error.HTTPError as error:
        print(error.code)
";
    let folder = tempfile::tempdir().unwrap();
    let story = folder.path().join("twice.toml");
    let rule = "name = 'twice'\n[[rule]]\nservice = 'aicc'\ntimes = 2\nat = 'arrival'\n\
                effect = { status = 503 }\n";
    std::fs::write(&story, rule).unwrap();
    let options = ["--scenario", path(&story)];
    let output = run(&options, &["python3", "-c", client]);
    assert_eq!((output.status.code(), text(output.stdout)), (Some(0), "503\n503\n".to_owned()));
    let said = text(output.stderr);
    let (line, slowest) = said.split_once("; slowest ").unwrap();
    assert_eq!(
        line,
        "cloudtwin: 3 requests\n  aicc tokenByAkSk: 1 ok, 2 status 503; faults: 2 status 503; 2 retried"
    );
    assert!(slowest.ends_with(" ms\n"), "{said}");
    let quiet = run(&["--no-summary"], &["python3", "-c", client]);
    assert_eq!(text(quiet.stderr), "");
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
