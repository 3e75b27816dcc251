//! The generated parts of `contracts/ZOO.md`: which bug was found by which rule.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use contracts::report::{Case, CaseOutcome, Verdict};
use contracts::rules::{Certainty, RULES};

use super::check;
use super::clients::Client;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts/ZOO.md");

/// Tests that run side by side write parts of one file.
static WRITING: Mutex<()> = Mutex::new(());

/// A client with a bug, and what was found of it.
pub struct Bug<'z> {
    client: &'z Client,
    case: Option<&'z Case>,
}

impl<'z> Bug<'z> {
    pub fn of(client: &'z Client, case: &'z Case) -> Self {
        Self { client, case: Some(case) }
    }

    /// One that waits for `explore`.
    pub fn not_run(client: &'z Client) -> Self {
        Self { client, case: None }
    }

    /// The rules of its findings with their certainties, each once.
    fn found(&self) -> BTreeSet<(&'z str, Certainty)> {
        let findings = self.case.into_iter().flat_map(|case| &case.findings);
        findings.map(|found| (found.finding.rule.as_str(), found.finding.certainty)).collect()
    }

    /// The certainty with which the rule that names it found it.
    fn named(&self) -> Option<Certainty> {
        let rule = self.client.rule.as_deref()?;
        self.found().into_iter().filter(|(found, _)| *found == rule).map(|(_, sure)| sure).max()
    }

    /// The other rules of its findings.
    fn others(&self) -> Vec<&'z str> {
        let rule = self.client.rule.as_deref();
        let others = self.found().into_iter().map(|(found, _)| found);
        others.filter(|found| Some(*found) != rule).collect()
    }

    /// What is wrong with what was found, in a line.
    pub fn problem(&self) -> Option<String> {
        let (name, case) = (&self.client.name, self.case?);
        let unseen = case.findings.iter().any(|found| found.finding.rule.starts_with("expect."));
        let is_named = match self.client.rule.as_deref() {
            Some(_) => self.named().is_some_and(|sure| sure >= self.client.certainty),
            None => true,
        };
        let judged = matches!(case.outcome, CaseOutcome::Passed | CaseOutcome::Failed);
        let is_right = judged && !unseen && is_named && self.others().len() <= 1;
        let wanted = self.client.rule.as_deref().unwrap_or("a verdict");
        (!is_right)
            .then(|| format!("{name} ({wanted}): {:?}: {}", case.outcome, check::findings(case)))
    }
}

/// How many bugs each rule had to name, how many it named, and where it spoke of another one's.
pub fn rules(bugs: &[Bug<'_>]) -> String {
    let mut text = "| rule | certainty | bugs | named | missed | on other bugs |\n".to_owned();
    text += "| --- | --- | --: | --: | --: | --: |\n";
    for rule in RULES {
        let own = bugs.iter().filter(|bug| bug.client.rule.as_deref() == Some(rule.name));
        let (all, named) = (own.clone().count(), own.filter(|bug| bug.named().is_some()).count());
        let others = bugs.iter().filter(|bug| bug.others().contains(&rule.name)).count();
        let (name, sure, missed) = (rule.name, certainty(rule.certainty), all - named);
        let _ = writeln!(text, "| `{name}` | {sure} | {all} | {named} | {missed} | {others} |");
    }
    text
}

/// What was found of each bug.
pub fn bugs(bugs: &[Bug<'_>]) -> String {
    let mut text = "| client | bug | kind | expected | found | other |\n".to_owned();
    text += "| --- | --- | --- | --- | --- | --- |\n";
    for bug in bugs {
        let Client { name, bug: what, kind, source, rule, verdict, .. } = bug.client;
        let expected = match (rule, verdict) {
            (Some(rule), _) => format!("`{rule}`"),
            (None, Some(verdict)) => format!("verdict *{}*", words(*verdict)),
            (None, None) => panic!("{name} has neither `rule` nor `verdict`"),
        };
        let found = match bug.named() {
            Some(sure) => certainty(sure),
            None if rule.is_some() => "no",
            None => "by `explore`",
        };
        let others: Vec<_> = bug.others().iter().map(|rule| format!("`{rule}`")).collect();
        let source = source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        let (what, kind) =
            (what.as_deref().unwrap_or_default(), kind.as_deref().unwrap_or_default());
        let others = others.join(", ");
        let _ = writeln!(
            text,
            "| {name} | {what}{source} | {kind} | {expected} | {found} | {others} |"
        );
    }
    text
}

/// The clients without a bug, and how many of their calls a fault hit.
pub fn correct(clients: &[&&Client]) -> String {
    let mut text =
        "| client | what it does | runs | findings |\n| --- | --- | --: | --: |\n".to_owned();
    for client in clients {
        let (name, what) = (&client.name, client.what.as_deref().unwrap_or_default());
        let runs = super::faults::some(client).len();
        let _ = writeln!(text, "| {name} | {what} | {runs} | 0 |");
    }
    text
}

pub fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Advice => "advice",
        Certainty::Likely => "likely",
        Certainty::Certain => "certain",
    }
}

fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Hung => "hung",
        Verdict::FailedDirty => "failed dirty",
        Verdict::SilentlyWrong => "silently wrong",
        other => panic!("{other:?} is no verdict of a bug"),
    }
}

/// Compares a part of the page with what it should be; `INSTA_UPDATE=always` writes it.
pub fn compare(part: &str, text: &str) {
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let page = std::fs::read_to_string(PAGE).unwrap();
    let (begin, end) = (format!("<!-- begin {part} -->\n"), format!("<!-- end {part} -->\n"));
    let (before, rest) = page.split_once(&begin).unwrap();
    let (committed, after) = rest.split_once(&end).unwrap();
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        std::fs::write(PAGE, format!("{before}{begin}{text}{end}{after}")).unwrap();
        return;
    }
    let hint = format!("`{part}` of contracts/ZOO.md: run this test with INSTA_UPDATE=always");
    assert_eq!(committed, text, "{hint}");
}
