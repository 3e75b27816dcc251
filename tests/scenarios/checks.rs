//! What is wrong with a scenario is told with its place and what is allowed.

use cloudtwin::scenario::problems;

use super::problems_of;

use crate::process::cloudtwin;

#[test]
fn every_mistake_has_its_line_and_column() {
    let head = "name = \"a\"\n";
    let rule = |lines: &str| format!("{head}[[rule]]\n{lines}");
    let list = "operation = \"ListUserStore\"\n";
    let good = "effect = { drop = true }\n";
    let told: Vec<String> = [
        "name = ".to_owned(),
        head.to_owned(),
        rule("at = \"never\"\neffect = { drop = true }\n"),
        rule("service = \"cima\"\nat = \"arrival\"\neffect = { drop = true }\n"),
        rule("operation = \"ListUserStores\"\nat = \"arrival\"\neffect = { drop = true }\n"),
        rule("operation = \"CreateUser\"\nat = \"arrival\"\neffect = { drop = true }\n"),
        rule(&format!("{list}at = \"arrival\"\neffect = {{ refuse = \"InternalErro\" }}\n")),
        rule("at = \"arrival\"\neffect = { refuse = \"InternalError\" }\n"),
        rule(&format!("{list}at = \"arrival\"\ntimes = 0\n{good}")),
        rule(&format!("{list}at = \"arrival\"\nalways = true\ntimes = 2\n{good}")),
        rule(&format!("{list}at = \"arrival\"\nfrom = 3\nuntil = 2\n{good}")),
        rule(&format!("{list}at = \"arrival\"\nchance = 1.5\n{good}")),
        rule(&format!("{list}at = \"arrival\"\ninput = {{ \"/A\" = 1 }}\n{good}")),
        rule(&format!(
            "{list}at = \"before_handler\"\ninput = {{ \"A\" = {{ matches = \"(\" }} }}\n{good}"
        )),
        rule(&format!("{list}at = \"arrival\"\neffect = {{ drop = true, status = 502 }}\n")),
        rule(&format!("{list}at = \"arrival\"\neffect = {{ drop = true, cut = 3 }}\n")),
        rule(&format!("{list}at = \"body\"\neffect = {{ status = 502 }}\n")),
        rule(&format!("{list}at = \"arrival\"\neffect = {{ body = \"x\" }}\n")),
        rule(&format!("{list}at = \"arrival\"\neffect = {{ status = 99 }}\n")),
        rule(&format!("{list}at = \"body\"\neffect = {{ cut = 1.5 }}\n")),
        rule(&format!("{list}at = \"body\"\neffect = {{ delay = -1.0 }}\n")),
        rule(&format!("{list}at = \"body\"\neffect = {{ length = 0 }}\n")),
        rule(&format!("{list}at = \"body\"\neffect = {{ length = 2, cut = 3 }}\n")),
        rule(&format!("{list}at = \"body\"\neffect = {{ headers = {{ remove = ['a b'] }} }}\n")),
        rule(&format!("{list}at = \"body\"\neffect = {{ headers = {{ repeat = ['date'] }} }}\n")),
        rule(&format!(
            "{list}at = \"body\"\neffect = {{ headers = {{ set = {{ a = \"\\n\" }} }} }}\n"
        )),
        rule(&format!("{list}at = \"body\"\neffect = {{ clock_skew = 9 }}\n")),
        rule(&format!("{list}at = \"arrival\"\neffect = {{ revoked = true, clock_skew = 9 }}\n")),
        rule(&format!("{list}at = \"arrival\"\neffect = {{ revoked = true, drop = true }}\n")),
        rule(&format!("{list}at = \"arrival\"\neffect = {{ page = \"empty\" }}\n")),
        rule(&format!("{list}at = \"after_commit\"\neffect = {{ page = \"empty\" }}\n")),
        rule(
            "operation = \"ListUser\"\nat = \"after_commit\"\neffect = { page = \"lost token\" }\n",
        ),
        rule("service = \"files\"\nat = \"arrival\"\neffect = { refuse = \"InternalError\" }\n"),
        rule(&format!("service = \"files\"\n{list}at = \"arrival\"\n{good}")),
        rule(&format!(
            "{list}at = \"arrival\"\nalways = true\n{good}[[rule]]\n{list}at = \"arrival\"\n{good}"
        )),
    ]
    .iter()
    .map(|text| problems_of(text))
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// The listing of operations says how to force a code, and its example can be loaded.
#[test]
fn the_listing_of_operations_says_how_to_force_a_code() {
    let printed = |format: &str| {
        let output = cloudtwin(&["operations", "--format", format]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let table = printed("table");
    assert!(table.contains("; by force: ") && table.contains("effect = { refuse = \"CODE\" }"));
    let page = printed("markdown");
    let (_, example) = page.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    assert!(example.contains("refuse"), "{example}");
    assert_eq!(problems(example), []);
}
