//! A report for people at a terminal: what failed and why, warnings, and the counts last.

use std::fmt::Write as _;

use super::summary::{self, Counts, Group};
use super::text::{count, duration, line, visible};
use super::{Case, CaseOutcome, Report, finding};
use crate::rules::Certainty;

/// The last lines of a client's output that are shown for a failed case without a finding.
const OUTPUT_LINES: usize = 12;

const RED: &str = "31";
const YELLOW: &str = "33";
const GREEN: &str = "32";
const FAINT: &str = "2";
const BOLD: &str = "1";

/// The report as text; with `colour`, with ANSI escapes for colours.
pub fn terminal(report: &Report, colour: bool) -> String {
    let mut page = Page { text: String::new(), colour };
    for group in summary::open(report) {
        page.group(&group);
    }
    for case in &report.cases {
        page.case(case);
    }
    for group in summary::accepted(report) {
        let reason = group.worst.accepted.as_deref().unwrap_or_default();
        page.heading("accepted", FAINT, &finding::sentence(group.worst));
        page.detail("reason", &line(reason, 400));
        page.detail("case", &finding::cases(&group));
        page.text.push('\n');
    }
    for note in &report.notes {
        page.heading("note", FAINT, &line(note, 400));
    }
    if !report.notes.is_empty() {
        page.text.push('\n');
    }
    page.counts(report);
    page.text
}

struct Page {
    text: String,
    colour: bool,
}

impl Page {
    fn painted(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn heading(&mut self, label: &str, code: &str, text: &str) {
        let label = self.painted(code, &format!("{:<10}", label.to_uppercase()));
        let text = self.painted(BOLD, text);
        let _ = writeln!(self.text, "{label} {text}");
    }

    fn detail(&mut self, label: &str, text: &str) {
        let label = self.painted(FAINT, &format!("{label:<9}"));
        let _ = writeln!(self.text, "           {label} {text}");
    }

    fn group(&mut self, group: &Group<'_>) {
        let label = group.label();
        let code = match label {
            "failed" => RED,
            "advice" => FAINT,
            _ => YELLOW,
        };
        self.heading(label, code, &finding::sentence(group.worst));
        let cases = if group.cases.len() == 1 { "case" } else { "cases" };
        self.detail(cases, &finding::cases(group));
        let mut details = finding::details(group.worst);
        if group.worst.finding.certainty == Certainty::Advice {
            details.retain(|(label, _)| *label == "promised" || *label == "again");
        }
        for (label, text) in details {
            self.detail(label, &text);
        }
        self.text.push('\n');
    }

    /// What no finding says of a case.
    fn case(&mut self, case: &Case) {
        let explained = summary::is_explained(case);
        match case.outcome {
            CaseOutcome::Passed => return,
            CaseOutcome::Failed | CaseOutcome::Flaky if explained => return,
            CaseOutcome::NothingToJudge if case.verdict.is_some() => return,
            CaseOutcome::Failed => self.heading("failed", RED, &finding::place(case)),
            CaseOutcome::Flaky => self.heading("flaky", YELLOW, &finding::place(case)),
            CaseOutcome::Incomplete => self.heading("incomplete", YELLOW, &finding::place(case)),
            CaseOutcome::NothingToJudge => {
                self.heading("no verdict", YELLOW, &finding::place(case))
            }
        }
        match case.outcome {
            CaseOutcome::Incomplete => self.detail(
                "reason",
                "requests were lost, or it was stopped; nothing is judged without all of them",
            ),
            CaseOutcome::NothingToJudge => {
                let reason = if case.requests == 0 {
                    "the client sent no request"
                } else {
                    "no fault fired"
                };
                self.detail("reason", reason);
            }
            _ => {}
        }
        if let Some(flakiness) = summary::flakiness(case) {
            self.detail("runs", &flakiness);
        }
        let output = visible(&case.output);
        let lines: Vec<&str> = output.lines().collect();
        for (index, text) in lines.iter().skip(lines.len().saturating_sub(OUTPUT_LINES)).enumerate()
        {
            self.detail(if index == 0 { "output" } else { "" }, text);
        }
        self.text.push('\n');
    }

    fn counts(&mut self, report: &Report) {
        let counts = Counts::of(&report.cases);
        let code = match counts {
            Counts { failed: 1.., .. } => RED,
            Counts { failed: 0, incomplete: 0, flaky: 0, passed: 1.., .. } => GREEN,
            _ => YELLOW,
        };
        let requests = report.cases.iter().map(|case| case.requests).sum();
        let headline = self.painted(code, &summary::headline(report));
        let seed = report.seed.map_or_else(String::new, |seed| format!(", seed {seed}"));
        let _ = write!(
            self.text,
            "{headline}\n{}; {} in {}, run {}{seed}\n",
            counts.sentence(),
            count(requests, "request", "requests"),
            duration(report.duration_ms),
            line(&report.run, 80),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_finding_is_shown_with_its_proof() {
        insta::assert_snapshot!(terminal(&samples::one_finding(), false), @r#"
        FAILED     lost-answer: After the answer to CreateUser #2 was lost, it created the user again and exited 0.
                   case      sync › the answer of a creation is lost (contracts/sync.toml:14), silently wrong
                   promised  does not blindly repeat a write whose answer was lost
                   source    RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method
                   requests  #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)
                                  {"UserStoreId":"<store:1>","UserName":"anna"}
                             #13  1.412 s  CreateUser → 200
                                  {"UserStoreId":"<store:1>","UserName":"anna"}
                             #15  1.980 s  DescribeUser → 200 ResourceNotFound.User
                                  {"UserStoreId":"<store:1>","Original":true}
                   state     + user <user:7> anna
                             ~ user <user:1> email: anna@example.com -> (none)
                             - group <group:2> readers
                   again     cloudtwin check contracts/sync.toml --filter 'lost answer' --seed 7

        1 of 6 cases failed, 1 cause
        1 failed, 5 passed; 186 requests in 12.3 s, run 01J9-sample, seed 7
        "#);
    }

    #[test]
    fn every_outcome_is_named() {
        insta::assert_snapshot!(terminal(&samples::every_outcome(), false), @r#"
        FAILED     lost-answer: After the answer to CreateUser #2 was lost, it created the user again and exited 0.
                   case      sync › the answer of a creation is lost (contracts/sync.toml:14), silently wrong
                   promised  does not blindly repeat a write whose answer was lost
                   source    RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method
                   requests  #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)
                                  {"UserStoreId":"<store:1>","UserName":"anna"}
                             #13  1.412 s  CreateUser → 200
                                  {"UserStoreId":"<store:1>","UserName":"anna"}
                             #15  1.980 s  DescribeUser → 200 ResourceNotFound.User
                                  {"UserStoreId":"<store:1>","Original":true}
                   state     + user <user:7> anna
                             ~ user <user:1> email: anna@example.com -> (none)
                             - group <group:2> readers
                   again     cloudtwin check contracts/sync.toml --filter 'lost answer' --seed 7

        FLAKY      state: It left two export files.
                   case      export › sometimes two files (contracts/export.toml:30), 3 of 10 runs failed; 9 clean runs in a row would mean fixed (95 % confidence)
                   promised  does not blindly repeat a write whose answer was lost
                   source    RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method
                   requests  #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)
                                  {"UserStoreId":"<store:1>","UserName":"anna"}
                             #13  1.412 s  CreateUser → 200
                                  {"UserStoreId":"<store:1>","UserName":"anna"}
                             #15  1.980 s  DescribeUser → 200 ResourceNotFound.User
                                  {"UserStoreId":"<store:1>","Original":true}
                   state     + user <user:7> anna
                             ~ user <user:1> email: anna@example.com -> (none)
                             - group <group:2> readers
                   again     cloudtwin check contracts/sync.toml --filter 'lost answer' --seed 7

        WARNING    polls-politely: It asked for the state of the job 214 times in 2 s.
                   case      export › hasty (contracts/export.toml:30)
                   promised  does not blindly repeat a write whose answer was lost
                   source    RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method
                   requests  #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)
                                  {"UserStoreId":"<store:1>","UserName":"anna"}
                             #13  1.412 s  CreateUser → 200
                                  {"UserStoreId":"<store:1>","UserName":"anna"}
                             #15  1.980 s  DescribeUser → 200 ResourceNotFound.User
                                  {"UserStoreId":"<store:1>","Original":true}
                   state     + user <user:7> anna
                             ~ user <user:1> email: anna@example.com -> (none)
                             - group <group:2> readers
                   again     cloudtwin check contracts/sync.toml --filter 'lost answer' --seed 7

        ADVICE     reuses-connections: It opened a connection for each of 31 requests.
                   case      export › hasty (contracts/export.toml:30)
                   promised  does not blindly repeat a write whose answer was lost
                   again     cloudtwin check contracts/sync.toml --filter 'lost answer' --seed 7

        INCOMPLETE export › busy machine (contracts/export.toml:30)
                   reason    requests were lost, or it was stopped; nothing is judged without all of them

        NO VERDICT export › client never starts (contracts/export.toml:30)
                   reason    the client sent no request

        FAILED     export › exit code (contracts/export.toml:30)
                   output    Traceback (most recent call last):
                               File "export.py", line 3
                             KeyError: 'JobId'

        ACCEPTED   jitter: It waits exactly 600.0 s each time.
                   reason    until 2027-03-01: fixed in the next release of the SDK
                   case      export › known (contracts/export.toml:30)

        NOTE       12 of 214 planned faults were not run: the time was over.

        2 of 12 cases failed, 2 causes
        2 failed, 1 incomplete, 1 flaky, 1 with nothing to judge, 7 passed; 341 requests in 12.3 s, run 01J9-sample, seed 7
        "#);
    }

    #[test]
    fn an_empty_report_says_so() {
        insta::assert_snapshot!(terminal(&samples::empty(), false), @r"
        Nothing was judged
        no cases; 0 requests in 12.3 s, run 01J9-sample
        ");
    }

    #[test]
    fn colour_is_only_there_when_asked_for() {
        let report = samples::every_outcome();
        let (plain, painted) = (terminal(&report, false), terminal(&report, true));
        assert!(!plain.contains('\u{1b}'));
        assert!(painted.contains("\u{1b}[31mFAILED"));
        let unpainted = [RED, YELLOW, GREEN, FAINT, BOLD, "0"]
            .iter()
            .fold(painted, |text, code| text.replace(&format!("\u{1b}[{code}m"), ""));
        assert_eq!(unpainted, plain);
    }

    #[test]
    fn a_client_cannot_write_escapes_to_the_terminal() {
        let text = terminal(&samples::hostile(), false);
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\r', '\u{7}']));
    }
}
