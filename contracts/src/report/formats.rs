//! Every sample in every form, written to `target/report-samples` and validated there by the published schemas
//! (`tests/report/README.md`).

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{ctrf, github, html, json, junit, samples, terminal};

/// Where cargo builds.
fn target() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

fn write_samples(folder: &Path) {
    for (name, report) in samples::all() {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).unwrap();
        for (file, text) in [
            ("report.json", json::json(&report)),
            ("report.html", html::html(&report)),
            ("junit.xml", junit::junit(&report)),
            ("ctrf.json", ctrf::ctrf(&report)),
            ("github.txt", github::github(&report)),
            ("terminal.txt", terminal::terminal(&report, true)),
        ] {
            fs::write(folder.join(file), text).unwrap();
        }
    }
}

/// The interpreter with the validators, installed once for the same pins; none without python.
fn python(programs: &Path) -> Option<PathBuf> {
    let Ok(Output { stdout: version, .. }) = Command::new("python3").arg("--version").output()
    else {
        let text =
            "the forms of reports are NOT validated: python3 cannot be started on this machine";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{text}");
        // Past the harness, which swallows what a passing test prints.
        writeln!(std::io::stderr(), "\n*** {text} ***").unwrap();
        return None;
    };
    let pins = programs.join("requirements.txt");
    let wanted = [version, fs::read(&pins).unwrap()].concat();
    let folder = target().join("report-validators");
    let interpreter = folder.join("bin/python");
    if fs::read(folder.join("installed")).ok().as_ref() != Some(&wanted) {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
        let options = ["-m", "pip", "install", "--quiet", "--no-input", "--requirement"];
        run(Command::new(&interpreter).args(options).arg(pins));
        fs::write(folder.join("installed"), wanted).unwrap();
    }
    Some(interpreter)
}

fn run(command: &mut Command) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?} ended with {status}:\n{stdout}\n{stderr}");
}

#[test]
fn junit_and_ctrf_fit_their_schemas() {
    let samples = target().join("report-samples");
    if samples.exists() {
        fs::remove_dir_all(&samples).unwrap();
    }
    write_samples(&samples);
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/report");
    let Some(python) = python(&programs) else { return };
    run(Command::new(python).arg(programs.join("check.py")).arg(&samples));
}
