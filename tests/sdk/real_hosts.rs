//! Programs as they are in production: they name the vendor's real hosts with https, or no host at all, and know
//! nothing of a twin. `cloudtwin run` answers them.

use std::process::Command;

use super::environment::{Environment, Kind};
use crate::process::cloudtwin;

/// Runs a program of that client under `cloudtwin run`. It must end well, and only if the twin is its proxy.
fn prove(kind: Kind, arguments: &[&str]) {
    let Some(environment) = Environment::of(kind) else { return };
    let run = |switch: &str| {
        let mut command = cloudtwin(&["run", "--throttle", "off", "--intercept", switch, "--"]);
        command.arg(environment.interpreter()).args(arguments);
        command.current_dir(kind.programs()).env("HOME", environment.scratch());
        command.env("PYTHONPYCACHEPREFIX", environment.folder.join("pycache"));
        command.env("NODE_PATH", environment.folder.join("node_modules"));
        end(command)
    };
    let (is_well, text) = run("on");
    assert!(is_well, "{text}");
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
fn python_of_tencent_calls_its_default_endpoint() {
    prove(Kind::Python, &["-m", "unittest", "test_real_host"]);
}

#[test]
fn python_of_huawei_calls_the_endpoint_of_its_region() {
    prove(Kind::Huawei, &["-m", "unittest", "test_real_host"]);
}

#[test]
fn nodejs_calls_its_default_endpoint() {
    prove(Kind::Nodejs, &["--test", "real_host.test.mjs"]);
}
