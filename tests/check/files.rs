//! What is said of wrong files and options, and the forms of a report.

use super::{CALM, Folder, committed, outcomes, told};

const WRONG: &str = "\
command = []
timeout = 0
seed_file = \"seed.toml\"
[[rules.off]]
rule = \"pages-to-end\"
reason = \" \"
[[case]]
name = \"a\"
scenario = [\"the-job-stays-pending\", \"wrong.toml\", \"none.toml\"]
[[case]]
name = \"a\"
expect.calls = { ListUsers = 1, CreateUserr = 2, \"ciam.CreateUser\" = \">= 1\", \"aicc.ListUsers\" = 1 }
expect.seconds_max = -1.0
[[case.expect.state]]
table = \"ciam_users\"
";

#[test]
fn all_that_is_wrong_is_told_with_its_line() {
    let folder = Folder::new();
    folder
        .write("wrong.toml", "[[rule]]\noperation = \"X\"\n")
        .write("seed.toml", "[ciam]\nx = 1\n");
    let output = folder.write("contract.toml", WRONG).check(&["contract.toml"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!("every_problem_of_a_contract", told(&output));
}

#[test]
fn what_is_no_contract_is_told_with_its_line() {
    let folder = Folder::new();
    for (text, wanted) in [
        ("comand = [\"a\"]\n", "contract.toml:1: unknown field `comand`"),
        ("name = \"a\"\n", "contract.toml:1: missing field `command`"),
        (
            "command = [\"a\"]\n[[case]]\nname = \"a\"\nexpect.calls = { ListUser = \"> 2\" }\n",
            "a number, or a text such as",
        ),
        (
            "command = [\"a\"]\n[[case]]\nname = \"a\"\nexpect.exit = \"ok\"\n",
            "an exit code, \"failure\" or \"any\" was expected",
        ),
        ("command = [\"a\"\n", "contract.toml:"),
    ] {
        let output = folder.write("contract.toml", text).check(&["contract.toml"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(told(&output).contains(wanted), "{text}: {}", told(&output));
    }
    assert!(told(&folder.check(&["none.toml"])).contains("cannot read none.toml"));
}

#[test]
fn wrong_options_change_nothing() {
    let folder = Folder::new();
    folder.write("contract.toml", "command = [\"touch\", \"ran\"]\n");
    for options in [
        ["--shard", "3/2"],
        ["--shard", "1"],
        ["--jobs", "0"],
        ["--repeat", "0"],
        ["--baseline", "none"],
    ] {
        let output = folder.check(&[&["contract.toml"], &options[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{options:?}");
    }
    folder.write("twin.toml", "command = [\"touch\", \"ran\"]\ntwin = [\"--jbos\", \"instant\"]\n");
    let output = folder.check(&["twin.toml"]);
    assert!(
        told(&output).contains("`twin = [\"--jbos\", \"instant\"]` of a contract: "),
        "{}",
        told(&output)
    );
    folder.write("same.toml", "name = \"contract\"\ncommand = [\"touch\", \"ran\"]\n");
    let output = folder.check(&["contract.toml", "same.toml"]);
    assert!(told(&output).contains("same.toml:1: contract.toml has the name \"contract\" too"));
    assert!(!folder.path("ran").exists());
}

#[test]
fn the_schema_is_the_committed_one() {
    let output = Folder::new().check(&["--schema"]);
    let committed = std::fs::read_to_string(committed("contracts/contract.schema.json")).unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), committed, "cloudtwin check --schema");
}

#[test]
fn shards_have_each_case_once_and_are_merged() {
    let cases: String = super::cases(8);
    let folder = Folder::new();
    folder.contract("report.toml", "workspace_report.py", &cases);
    let mut parts = Vec::new();
    for shard in ["1/2", "2/2"] {
        let (code, report) = folder.report(&["report.toml", "--shard", shard, "--run-id", "one"]);
        assert_eq!(code, 0);
        let file = format!("{}.json", &shard[..1]);
        std::fs::rename(folder.path("report.json"), folder.path(&file)).unwrap();
        parts.extend(outcomes(&report).into_iter().map(|(name, _)| name.to_owned()));
    }
    parts.sort();
    assert_eq!(parts, ["0", "1", "2", "3", "4", "5", "6", "7"]);
    let merged = folder.run(&["report", "merge", "1.json", "2.json", "--junit", "all.xml"]);
    assert_eq!(merged.status.code(), Some(0));
    let junit = std::fs::read_to_string(folder.path("all.xml")).unwrap();
    assert!(junit.contains("tests=\"8\""), "{junit}");
    // One part alone is not the whole run.
    assert_eq!(folder.run(&["report", "merge", "1.json"]).status.code(), Some(12));
    folder.write("3.json", "{}");
    assert_eq!(folder.run(&["report", "merge", "1.json", "3.json"]).status.code(), Some(2));
}

#[test]
fn every_form_of_a_report_is_written() {
    let folder = Folder::new();
    let output = folder.contract("first.toml", "faulty/reads_first_page.py", CALM).check(&[
        "first.toml",
        "--junit",
        "r.xml",
        "--html",
        "r.html",
        "--ctrf",
        "r.json",
        "--github",
    ]);
    let written = |name: &str| std::fs::read_to_string(folder.path(name)).unwrap();
    assert!(written("r.xml").contains("<testsuite"), "JUnit");
    assert!(written("r.html").contains("pages-to-the-end"), "HTML");
    assert!(written("r.json").contains("\"reportFormat\": \"CTRF\""), "CTRF");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("::warning ") && printed.contains("1 passed"), "{printed}");
    let nowhere = folder.check(&["first.toml", "--html", "no/such/folder/r.html"]);
    assert_eq!(nowhere.status.code(), Some(1));
}

#[test]
fn a_conversation_is_kept_and_compared() {
    let cases = "[[case]]\nname = \"calm\"\nsnapshot = true\n";
    let folder = Folder::new();
    folder.contract("sync.toml", "workspace_report.py", cases);
    let (code, report) = folder.report(&["sync.toml"]);
    assert_eq!((code, super::rules(&report, 0)), (10, vec!["snapshot"]));
    assert_eq!(folder.report(&["sync.toml", "--update-snapshots"]).0, 0);
    let kept = folder.path("snapshots/sync__calm.snap");
    insta::assert_snapshot!("a_kept_conversation", std::fs::read_to_string(&kept).unwrap());
    assert_eq!(folder.report(&["sync.toml", "--repeat", "10"]).0, 0);
    let text = std::fs::read_to_string(&kept).unwrap();
    std::fs::write(&kept, text.replace("\"offset\":\"50\"", "\"offset\":\"51\"")).unwrap();
    let (code, report) = folder.report(&["sync.toml"]);
    let found = &report["cases"][0]["findings"][0];
    assert_eq!(code, 10);
    let lines: Vec<_> = found["state_difference"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap())
        .collect();
    assert_eq!(lines.iter().filter(|line| line.starts_with(['-', '+'])).count(), 2, "{lines:#?}");
}
