//! How cases end that neither hold nor break a promise, and clients that do not end as they should.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{CALM, Folder, outcomes, rules};
use crate::process::cloudtwin;

#[test]
fn a_client_that_sends_nothing_gives_nothing_to_judge() {
    let folder = Folder::new();
    let (code, report) = folder.write("idle.toml", "command = [\"true\"]\n").report(&["idle.toml"]);
    assert_eq!((code, outcomes(&report)), (11, vec![("calm", "nothing_to_judge")]));
    assert_eq!(folder.report(&["idle.toml", "--filter", "no such case"]).0, 11);
}

#[test]
fn a_fault_that_never_fires_is_no_proof() {
    let cases = "[[case]]\nname = \"export\"\nscenario = \"the-answer-of-an-export-is-lost\"\n";
    let folder = Folder::new();
    let folder = folder.contract("report.toml", "workspace_report.py", cases);
    let (code, report) = folder.report(&["report.toml"]);
    assert_eq!((code, outcomes(&report)), (11, vec![("export", "nothing_to_judge")]));
}

#[test]
fn how_a_client_ends_is_compared() {
    let folder = Folder::new();
    let text = |command: &str, expect: &str| {
        format!("timeout = 0.5\ncommand = [\"sh\", \"-c\", \"{command}\"]\n{CALM}{expect}\n")
    };
    for (command, expect, text_of) in [
        ("exit 3", "", Some("it ended with exit code 3")),
        ("exit 3", "expect.exit = 3", None),
        ("exit 3", "expect.exit = \"failure\"", None),
        ("exit 0", "expect.exit = \"failure\"", Some("it ended with exit code 0")),
        ("exit 3", "expect.exit = \"any\"", None),
        ("kill -9 $$", "expect.exit = \"any\"", Some("it was ended by signal 9")),
        (
            "sleep 60",
            "expect.exit = \"any\"",
            Some("it had not ended after 0.5 s, and was stopped"),
        ),
    ] {
        folder.write("end.toml", &text(command, expect));
        let (code, report) = folder.report(&["end.toml"]);
        let found = report["cases"][0]["findings"].as_array().unwrap();
        let texts: Vec<_> =
            found.iter().map(|one| one["finding"]["text"].as_str().unwrap()).collect();
        assert_eq!(texts, Vec::from_iter(text_of), "{command} {expect}");
        assert_eq!(code, if text_of.is_some() { 10 } else { 11 }, "{command} {expect}");
    }
}

#[test]
fn a_program_that_cannot_run_stops_the_check() {
    let folder = Folder::new();
    let output =
        folder.write("none.toml", "command = [\"/no/such/program\"]\n").check(&["none.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        super::told(&output).contains("cannot run /no/such/program"),
        "{}",
        super::told(&output)
    );
}

#[test]
fn a_client_finds_an_empty_folder_of_its_own_that_is_gone_afterwards() {
    let command =
        "ls -A $CLOUDTWIN_TMP; echo $CLOUDTWIN_TMP > $OUT/$$; touch $CLOUDTWIN_TMP/left; exit 1";
    let folder = Folder::new();
    let out = folder.path("seen");
    std::fs::create_dir(&out).unwrap();
    let text = format!("command = [\"sh\", \"-c\", \"{command}\"]\nenv = {{ OUT = {out:?} }}\n");
    let (_, report) = folder.write("folder.toml", &text).report(&["folder.toml", "--repeat", "2"]);
    assert_eq!(report["cases"][0]["output"], "", "it was not empty");
    let seen: Vec<_> = std::fs::read_dir(&out).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(seen.len(), 2);
    for file in seen {
        let path = std::fs::read_to_string(file).unwrap();
        assert!(!std::path::Path::new(path.trim()).exists(), "{path}");
    }
}

#[test]
fn a_case_that_fails_in_some_runs_alone_is_flaky() {
    let folder = Folder::new();
    let script = "test -e again && exec python3 $CLIENT; touch again; exit 1";
    let text = format!(
        "command = [\"sh\", \"-c\", \"{script}\"]\nenv = {{ CLIENT = \"{0}/workspace_report.py\", PYTHONPATH = \"{0}\" }}\n\
         seed_file = \"{0}/seeds/people.toml\"\n",
        super::ZOO
    );
    let folder = folder.write("flaky.toml", &text);
    let (code, report) = folder.report(&["flaky.toml", "--repeat", "3"]);
    assert_eq!((code, outcomes(&report)), (13, vec![("calm", "flaky")]), "{report:#}");
    assert_eq!(
        (&report["cases"][0]["runs"], &report["cases"][0]["failed_runs"]),
        (&3.into(), &1.into())
    );
}

#[test]
fn a_baseline_accepts_what_it_names_until_its_day() {
    let folder = Folder::new();
    folder.write("fails.toml", "command = [\"sh\", \"-c\", \"exit 4\"]\n");
    let (_, report) = folder.report(&["fails.toml"]);
    let print = report["cases"][0]["findings"][0]["fingerprint"].as_str().unwrap().to_owned();
    let accept = |until: &str| {
        let other =
            "[[accept]]\nfingerprint = \"other\"\nreason = \"gone\"\nuntil = \"2999-01-01\"\n";
        let text = format!(
            "[[accept]]\nfingerprint = {print:?}\nreason = \"known\"\nuntil = \"{until}\"\n{other}"
        );
        folder.write("baseline.toml", &text).report(&["fails.toml", "--baseline", "baseline.toml"])
    };
    let notes = |report: &Value| report["notes"].to_string();
    let (code, report) = accept("2999-12-31");
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["cases"][0]["findings"][0]["accepted"], "known (until 2999-12-31)");
    assert!(notes(&report).contains("the baseline's other was not found any more"));
    let (code, report) = accept("2020-01-01");
    assert_eq!((code, rules(&report, 0)), (10, vec!["expect.exit"]));
    assert!(notes(&report).contains("until 2020-01-01"));
    let wrong = "[[accept]]\nfingerprint = \"a\"\nreason = \"b\"\nuntil = \"soon\"\n";
    let output =
        folder.write("baseline.toml", wrong).check(&["fails.toml", "--baseline", "baseline.toml"]);
    assert!(
        super::told(&output).contains("baseline.toml:4: \"soon\" is no date"),
        "{}",
        super::told(&output)
    );
}

#[test]
fn an_interrupt_ends_the_clients_and_reports_what_is_known() {
    let folder = Folder::new();
    folder.write("long.toml", "command = [\"sh\", \"-c\", \"echo $$ > pid; exec sleep 600\"]\n");
    let mut command = cloudtwin(&["check", "long.toml", "--json", "report.json"]);
    let mut check = command.current_dir(folder.0.path()).spawn().unwrap();
    let client = loop {
        assert_eq!(check.try_wait().unwrap(), None, "the client did not begin");
        match std::fs::read_to_string(folder.path("pid")) {
            Ok(pid) if pid.ends_with('\n') => break pid.trim().to_owned(),
            _ => std::thread::yield_now(),
        }
    };
    let pid = Pid::from_raw(i32::try_from(check.id()).unwrap()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    assert_eq!(check.wait().unwrap().code(), Some(12));
    let report: Value =
        serde_json::from_slice(&std::fs::read(folder.path("report.json")).unwrap()).unwrap();
    assert_eq!(outcomes(&report), [("calm", "incomplete")]);
    let stat = std::fs::read_to_string(format!("/proc/{client}/stat")).unwrap_or_default();
    assert!(stat.is_empty() || stat.contains(") Z "), "the client still runs: {stat}");
}
