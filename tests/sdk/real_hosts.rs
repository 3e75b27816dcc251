//! Programs as they are in production: they name the vendor's real hosts with https, or no host at all, and know
//! nothing of a twin. `cloudtwin run` answers them.

use std::process::Command;

use super::environment::{Environment, Kind};
use crate::process::cloudtwin;

/// Runs a program of that client under `cloudtwin run` with each of these values of `--intercept`. It must end
/// well, and without interception it must not.
fn prove(kind: Kind, switches: &[&str], arguments: &[&str]) {
    prove_with(kind, switches, &[], arguments);
}

/// The same by a command that gets the interpreter.
fn prove_with(kind: Kind, switches: &[&str], before: &[&str], arguments: &[&str]) {
    let Some(environment) = Environment::of(kind) else { return };
    let run = |switch: &str| {
        let mut command = cloudtwin(&["run", "--throttle", "off", "--intercept", switch, "--"]);
        command.args(before).arg(environment.interpreter()).args(arguments);
        command.current_dir(kind.programs()).env("HOME", environment.scratch());
        command.env("PYTHONPYCACHEPREFIX", environment.folder.join("pycache"));
        command.env("NODE_PATH", environment.folder.join("node_modules"));
        end(command)
    };
    for switch in switches {
        let (is_well, text) = run(switch);
        assert!(is_well, "{switch}: {text}");
    }
    let (is_well, text) = run("off");
    assert!(!is_well, "{text}");
}

/// Whether a command ends well that has no way out but the twin, and what it prints.
fn end(mut command: Command) -> (bool, String) {
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"] {
        // This proxy is not there.
        command.env(name, "http://127.0.0.1:9");
    }
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn curl_gets_http_2_of_a_real_host() {
    let run = |switch: &str| {
        let mut command = cloudtwin(&["run", "--no-summary", "--intercept", switch, "--", "curl"]);
        command.args(["--silent", "--show-error", "--write-out", " over %{http_version}"]);
        command.arg("https://ciam.tencentcloudapi.com/");
        end(command)
    };
    let (is_well, text) = run("on");
    assert!(is_well && text.contains("\"RequestId\"") && text.ends_with(" over 2"), "{text}");
    let (is_well, text) = run("off");
    assert!(!is_well, "{text}");
}

#[test]
fn curl_without_a_proxy_reaches_a_real_host_in_a_seal() {
    let curl = "curl --silent --show-error --noproxy '*' https://ciam.tencentcloudapi.com/";
    let run = |switch: &str, command: &str| {
        let options = ["run", "--no-summary", "--intercept", switch, "--"];
        end(cloudtwin(&[&options, &["sh", "-c", command][..]].concat()))
    };
    let (is_well, text) = run("sealed", curl);
    assert!(is_well && text.contains("\"RequestId\""), "{text}");
    // What the system trusts has the CA, too.
    let (is_well, text) = run("sealed", &format!("env -i PATH=\"$PATH\" {curl}"));
    assert!(is_well && text.contains("\"RequestId\""), "{text}");
    let (is_well, text) = run("on", curl);
    assert!(!is_well, "{text}");
}

#[test]
fn python_of_tencent_calls_its_default_endpoint() {
    prove(Kind::Python, &["on", "sealed"], &["-m", "unittest", "test_real_host"]);
}

#[test]
fn python_of_huawei_calls_the_endpoint_of_its_region() {
    prove(Kind::Huawei, &["on", "sealed"], &["-m", "unittest", "test_real_host"]);
}

#[test]
fn nodejs_calls_its_default_endpoint() {
    prove(Kind::Nodejs, &["on", "sealed"], &["--test", "real_host.test.mjs"]);
}

#[test]
fn nodejs_with_a_transport_of_its_own_is_reached_in_a_seal() {
    let Some(environment) = Environment::of(Kind::Nodejs) else { return };
    let program = "require('node:https').get('https://ciam.tencentcloudapi.com/', { agent: new \
                   (require('node:https').Agent)() }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1))";
    let run = |switch: &str| {
        let mut command = cloudtwin(&["run", "--no-summary", "--intercept", switch, "--"]);
        command.arg(environment.interpreter()).args(["-e", program]);
        end(command)
    };
    let (is_well, text) = run("sealed");
    assert!(is_well, "{text}");
    let (is_well, text) = run("on");
    assert!(!is_well, "{text}");
}

#[test]
fn tccli_calls_its_default_endpoint() {
    // It ends with 0 where it reaches nobody, too.
    let command = "\"$0\" -m tccli.main ciam ListUserStore | grep starter";
    prove_with(Kind::Tccli, &["on", "sealed"], &["sh", "-c", command], &[]);
}

#[test]
fn go_calls_a_real_host() {
    prove(Kind::Go, &["on", "sealed"], &[]);
}

#[test]
fn go_with_a_transport_of_its_own_is_reached_in_a_seal() {
    prove(Kind::Go, &["sealed"], &["direct"]);
}
