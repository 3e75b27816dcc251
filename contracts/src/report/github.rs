//! Annotations of GitHub Actions: workflow commands on standard output, one a cause, worst first. GitHub shows ten
//! of each kind for a step, and the file and line of a contract in the changes of a pull request.
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>

use std::fmt::Write as _;

use super::summary::{self, Group};
use super::text::{line, visible};
use super::{Case, CaseOutcome, Report, finding};
use crate::rules::Certainty;

/// A line for each cause, and for each case that is flaky, incomplete or failed without a finding.
pub fn github(report: &Report) -> String {
    let mut text = String::new();
    for group in summary::open(report) {
        text += &of_group(&group);
    }
    for case in &report.cases {
        text += &of_case(case).unwrap_or_default();
    }
    text
}

fn of_group(group: &Group<'_>) -> String {
    let found = group.worst;
    let level = match found.finding.certainty {
        _ if group.fails() => "error",
        Certainty::Advice => "notice",
        Certainty::Certain | Certainty::Likely => "warning",
    };
    let mut message = line(&found.finding.text, 400);
    let _ = write!(message, "\ncase: {}", finding::cases(group));
    for (label, value) in finding::details(found) {
        let _ = write!(message, "\n{label}{} {value}", if label.is_empty() { " " } else { ":" });
    }
    command(level, group.case, &found.finding.rule, &message)
}

fn of_case(case: &Case) -> Option<String> {
    let explained = summary::is_explained(case);
    let (level, text) = match case.outcome {
        CaseOutcome::Failed if !explained => {
            ("error", format!("The case failed.\n{}", case.output))
        }
        CaseOutcome::Incomplete => {
            ("error", "Some requests were lost; nothing is judged without them.".to_owned())
        }
        CaseOutcome::Flaky if !explained => ("warning", summary::flakiness(case)?),
        CaseOutcome::NothingToJudge if case.verdict.is_none() => {
            ("warning", "There was nothing to judge.".to_owned())
        }
        _ => return None,
    };
    Some(command(level, case, &case.name, &format!("{}\n{text}", finding::place(case))))
}

fn command(level: &str, case: &Case, title: &str, message: &str) -> String {
    let place = match &case.file {
        Some((file, number)) => format!("file={},line={number},", property(file)),
        None => String::new(),
    };
    let title = property(&line(title, 120));
    format!("::{level} {place}title={title}::{}\n", data(&visible(message)))
}

/// What follows the second `::`. GitHub ends a command at the end of the line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which also ends at a colon or a comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn each_cause_and_each_unexplained_case_is_one_line() {
        insta::assert_snapshot!(github(&samples::every_outcome()), @r#"
        ::error file=contracts/sync.toml,line=14,title=lost-answer::After the answer to CreateUser #2 was lost, it created the user again and exited 0.%0Acase: sync › the answer of a creation is lost (contracts/sync.toml:14), silently wrong%0Apromised: does not blindly repeat a write whose answer was lost%0Asource: RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method%0Arequests: #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)%0A       {"UserStoreId":"<store:1>","UserName":"anna"}%0A  #13  1.412 s  CreateUser → 200%0A       {"UserStoreId":"<store:1>","UserName":"anna"}%0A  #15  1.980 s  DescribeUser → 200 ResourceNotFound.User%0A       {"UserStoreId":"<store:1>","Original":true}%0Astate: + user <user:7> anna%0A  ~ user <user:1> email: anna@example.com -> (none)%0A  - group <group:2> readers%0Aagain: cloudtwin check contracts/sync.toml --filter 'lost answer' --seed 7
        ::warning file=contracts/export.toml,line=30,title=state::It left two export files.%0Acase: export › sometimes two files (contracts/export.toml:30), 3 of 10 runs failed; 9 clean runs in a row would mean fixed (95 %25 confidence)%0Apromised: does not blindly repeat a write whose answer was lost%0Asource: RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method%0Arequests: #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)%0A       {"UserStoreId":"<store:1>","UserName":"anna"}%0A  #13  1.412 s  CreateUser → 200%0A       {"UserStoreId":"<store:1>","UserName":"anna"}%0A  #15  1.980 s  DescribeUser → 200 ResourceNotFound.User%0A       {"UserStoreId":"<store:1>","Original":true}%0Astate: + user <user:7> anna%0A  ~ user <user:1> email: anna@example.com -> (none)%0A  - group <group:2> readers%0Aagain: cloudtwin check contracts/sync.toml --filter 'lost answer' --seed 7
        ::warning file=contracts/export.toml,line=30,title=polls-politely::It asked for the state of the job 214 times in 2 s.%0Acase: export › hasty (contracts/export.toml:30)%0Apromised: does not blindly repeat a write whose answer was lost%0Asource: RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method%0Arequests: #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)%0A       {"UserStoreId":"<store:1>","UserName":"anna"}%0A  #13  1.412 s  CreateUser → 200%0A       {"UserStoreId":"<store:1>","UserName":"anna"}%0A  #15  1.980 s  DescribeUser → 200 ResourceNotFound.User%0A       {"UserStoreId":"<store:1>","Original":true}%0Astate: + user <user:7> anna%0A  ~ user <user:1> email: anna@example.com -> (none)%0A  - group <group:2> readers%0Aagain: cloudtwin check contracts/sync.toml --filter 'lost answer' --seed 7
        ::notice file=contracts/export.toml,line=30,title=reuses-connections::It opened a connection for each of 31 requests.%0Acase: export › hasty (contracts/export.toml:30)%0Apromised: does not blindly repeat a write whose answer was lost%0Asource: RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method%0Arequests: #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)%0A       {"UserStoreId":"<store:1>","UserName":"anna"}%0A  #13  1.412 s  CreateUser → 200%0A       {"UserStoreId":"<store:1>","UserName":"anna"}%0A  #15  1.980 s  DescribeUser → 200 ResourceNotFound.User%0A       {"UserStoreId":"<store:1>","Original":true}%0Astate: + user <user:7> anna%0A  ~ user <user:1> email: anna@example.com -> (none)%0A  - group <group:2> readers%0Aagain: cloudtwin check contracts/sync.toml --filter 'lost answer' --seed 7
        ::error file=contracts/export.toml,line=30,title=busy machine::export › busy machine (contracts/export.toml:30)%0ASome requests were lost; nothing is judged without them.
        ::warning file=contracts/export.toml,line=30,title=client never starts::export › client never starts (contracts/export.toml:30)%0AThere was nothing to judge.
        ::error file=contracts/export.toml,line=30,title=exit code::export › exit code (contracts/export.toml:30)%0AThe case failed.%0ATraceback (most recent call last):%0A  File "export.py", line 3%0AKeyError: 'JobId'%0A
        "#);
    }

    #[test]
    fn properties_and_data_are_escaped_as_github_reads_them() {
        assert_eq!(property("50%: a,b\r\n"), "50%25%3A a%2Cb%0D%0A");
        assert_eq!(data("50%: a,b\r\n"), "50%25: a,b%0D%0A");
    }

    #[test]
    fn a_client_cannot_give_commands_to_the_runner() {
        let text = github(&samples::hostile());
        assert!(!text.is_empty());
        for line in text.lines() {
            let (command, _) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
            let (level, properties) = command.split_once(' ').unwrap();
            assert!(["error", "warning", "notice"].contains(&level), "{line}");
            let keys: Vec<_> =
                properties.split(',').map(|p| p.split_once('=').unwrap().0).collect();
            assert_eq!(keys, ["file", "line", "title"], "{line}");
        }
    }
}
