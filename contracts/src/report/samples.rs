//! Reports of every kind, for tests and for looking at.

use super::{Case, CaseOutcome, FaultPoint, Report, Reported, Verdict, Witness};
use crate::rules::{Certainty, Finding};

/// Every sample with its name.
pub(super) fn all() -> Vec<(&'static str, Report)> {
    vec![
        ("empty", empty()),
        ("passed", all_passed()),
        ("one", one_finding()),
        ("outcomes", every_outcome()),
        ("forty", forty_findings()),
        ("many", many_cases()),
        ("hostile", hostile()),
    ]
}

pub(super) fn empty() -> Report {
    Report {
        format: super::FORMAT,
        tool: "cloudtwin 0.1.0".to_owned(),
        command: "check".to_owned(),
        run: "01J9-sample".to_owned(),
        shards: None,
        began_at: "2026-11-28T10:30:00Z".to_owned(),
        duration_ms: 12_345,
        seed: None,
        cases: vec![],
        notes: vec![],
    }
}

pub(super) fn case(contract: &str, name: &str) -> Case {
    Case {
        contract: contract.to_owned(),
        name: name.to_owned(),
        file: Some(("contracts/sync.toml".to_owned(), 14)),
        outcome: CaseOutcome::Passed,
        verdict: None,
        faults: vec![],
        findings: vec![],
        requests: 31,
        duration_ms: 840,
        runs: 1,
        failed_runs: 0,
        output: String::new(),
    }
}

pub(super) fn found(rule: &str, certainty: Certainty, text: &str) -> Reported {
    Reported {
        finding: Finding {
            rule: rule.to_owned(),
            certainty,
            text: text.to_owned(),
            witnesses: vec![12, 13],
        },
        promise: "does not blindly repeat a write whose answer was lost".to_owned(),
        source: "RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method"
            .to_owned(),
        witnesses: vec![
            Witness {
                number: 12,
                at_us: 0,
                duration_us: 90_000,
                operation: "CreateUser".to_owned(),
                status: 0,
                code: None,
                fault: Some("answer dropped after the commit".to_owned()),
                input: r#"{"UserStoreId":"<store:1>","UserName":"anna"}"#.to_owned(),
            },
            Witness {
                number: 13,
                at_us: 1_412_000,
                duration_us: 61_500,
                operation: "CreateUser".to_owned(),
                status: 200,
                code: None,
                fault: None,
                input: r#"{"UserStoreId":"<store:1>","UserName":"anna"}"#.to_owned(),
            },
            Witness {
                number: 15,
                at_us: 1_980_000,
                duration_us: 9_000,
                operation: "DescribeUser".to_owned(),
                status: 200,
                code: Some("ResourceNotFound.User".to_owned()),
                fault: None,
                input: r#"{"UserStoreId":"<store:1>","Original":true}"#.to_owned(),
            },
        ],
        state_difference: vec![
            "+ user <user:7> anna".to_owned(),
            "~ user <user:1> email: anna@example.com -> (none)".to_owned(),
            "- group <group:2> readers".to_owned(),
        ],
        replay: "cloudtwin check contracts/sync.toml --filter 'lost answer' --seed 7".to_owned(),
        accepted: None,
        fingerprint: format!("{rule}/{text}"),
    }
}

fn point(operation: &str, effect: &str, phase: &str) -> FaultPoint {
    FaultPoint {
        service: "ciam".to_owned(),
        operation: operation.to_owned(),
        effect: effect.to_owned(),
        phase: phase.to_owned(),
    }
}

pub(super) fn all_passed() -> Report {
    let mut report = empty();
    for name in
        ["calm", "throttled twice", "page 2 is refused", "the token expires", "a slow download"]
    {
        report.cases.push(case("sync", name));
    }
    report
}

pub(super) fn one_finding() -> Report {
    let mut report = all_passed();
    let mut failed = case("sync", "the answer of a creation is lost");
    failed.outcome = CaseOutcome::Failed;
    failed.verdict = Some(Verdict::SilentlyWrong);
    failed.faults = vec![point("CreateUser", "drop", "after_commit")];
    failed.findings = vec![found(
        "lost-answer",
        Certainty::Certain,
        "After the answer to CreateUser #2 was lost, it created the user again and exited 0.",
    )];
    failed.output = "created 3 users\ndone in 2.1 s\n".to_owned();
    report.cases.insert(2, failed);
    report.seed = Some(7);
    report
}

pub(super) fn every_outcome() -> Report {
    let mut report = one_finding();
    let mut add = |name: &str, outcome, change: fn(&mut Case)| {
        let mut case = Case { outcome, ..case("export", name) };
        case.file = Some(("contracts/export.toml".to_owned(), 30));
        change(&mut case);
        report.cases.push(case);
    };
    add("sometimes two files", CaseOutcome::Flaky, |case| {
        (case.runs, case.failed_runs) = (10, 3);
        case.findings = vec![found("state", Certainty::Certain, "It left two export files.")];
    });
    add("busy machine", CaseOutcome::Incomplete, |_| ());
    add("client never starts", CaseOutcome::NothingToJudge, |case| case.requests = 0);
    add("exit code", CaseOutcome::Failed, |case| {
        case.output =
            "Traceback (most recent call last):\n  File \"export.py\", line 3\nKeyError: 'JobId'\n"
                .to_owned();
    });
    add("hasty", CaseOutcome::Passed, |case| {
        case.findings = vec![
            found(
                "polls-politely",
                Certainty::Likely,
                "It asked for the state of the job 214 times in 2 s.",
            ),
            found(
                "reuses-connections",
                Certainty::Advice,
                "It opened a connection for each of 31 requests.",
            ),
        ];
    });
    add("known", CaseOutcome::Passed, |case| {
        let mut known = found("jitter", Certainty::Likely, "It waits exactly 600.0 s each time.");
        known.accepted = Some("until 2027-03-01: fixed in the next release of the SDK".to_owned());
        case.findings = vec![known];
    });
    report.notes = vec!["12 of 214 planned faults were not run: the time was over.".to_owned()];
    report
}

pub(super) fn forty_findings() -> Report {
    let mut report = empty();
    report.command = "explore".to_owned();
    report.seed = Some(18_446_744_073_709_551_615);
    report.duration_ms = 754_321;
    let verdicts =
        [Verdict::FailedDirty, Verdict::SilentlyWrong, Verdict::Hung, Verdict::FailedDirty];
    let long = "The client lists the members of the group, is refused the second page with \
                RequestLimitExceeded.GlobalRegionUinLimitExceeded, takes the first page for the whole, and deletes \
                every member that was not on it; ";
    for (index, verdict) in verdicts.into_iter().cycle().take(40).enumerate() {
        let mut case = case(
            "directory-sync-with-a-name-that-nobody-would-want-to-read-on-a-telephone",
            &format!(
                "ListGroupMembers #{index} refused with RequestLimitExceeded.GlobalRegionUinLimitExceeded before_handler, always"
            ),
        );
        case.outcome = CaseOutcome::Failed;
        case.verdict = Some(verdict);
        case.faults = vec![point(
            ["ListGroupMembers", "CreateUser", "DeleteGroupMembersOfIdentityCenter"][index % 3],
            ["RequestLimitExceeded.GlobalRegionUinLimitExceeded", "drop", "InternalError", "cut"]
                [index / 3 % 4],
            ["arrival", "before_handler", "after_commit", "body"][index % 4],
        )];
        let mut finding = found(
            "no-destruction-after-a-failed-read",
            Certainty::Certain,
            &long.repeat(1 + index % 4),
        );
        finding.fingerprint = format!("cause {index}");
        finding.state_difference = (0..30)
            .map(|user| {
                format!("- user <user:{user}> {}", "a-very-long-attribute-value ".repeat(8))
            })
            .collect();
        finding.witnesses[0].input =
            "{\"ids\":[\"".to_owned() + &"0123456789abcdef".repeat(40) + "\"]}";
        finding.witnesses[1].operation =
            "POST /v3/0123456789abcdef0123456789abcdef/users/export/with/a/long/path".to_owned();
        case.findings = vec![finding];
        case.output = "Traceback: something that goes on and on\n".repeat(60);
        report.cases.push(case);
    }
    report.notes = vec!["All 214 single faults of 31 calls ran.".to_owned()];
    report
}

pub(super) fn many_cases() -> Report {
    let mut report = empty();
    report.command = "explore".to_owned();
    let operations = [
        "ListUsers",
        "CreateUser",
        "DeleteUser",
        "UpdateUser",
        "CreateFileExportUserJob",
        "ListJobs",
    ];
    let effects = ["RequestLimitExceeded", "InternalError", "drop", "cut", "stale"];
    let phases = ["arrival", "before_handler", "after_commit", "body"];
    for index in 0..300 {
        let (operation, effect, phase) =
            (operations[index % 6], effects[index / 6 % 5], phases[index / 30 % 4]);
        let mut case = case("sync", &format!("{index}: {operation} {effect} {phase}"));
        case.faults = vec![point(operation, effect, phase)];
        case.duration_ms = 100 + (index as u64 * 7_919) % 4_000;
        case.verdict = Some(match index % 17 {
            3 => Verdict::FailedClean,
            5 => Verdict::NotInjected,
            _ => Verdict::Recovered,
        });
        if case.verdict == Some(Verdict::NotInjected) {
            case.outcome = CaseOutcome::NothingToJudge;
        }
        if index % 60 == 14 {
            case.verdict = Some(Verdict::FailedDirty);
            case.outcome = CaseOutcome::Failed;
            let mut finding = found(
                "state",
                Certainty::Certain,
                "It says that it failed, and leaves a user behind.",
            );
            finding.fingerprint = "leftover".to_owned();
            case.findings = vec![finding];
        }
        if index == 299 {
            case.faults.push(point("UpdateUser", "stale", "body"));
        }
        report.cases.push(case);
    }
    report
}

/// What a client or an answer could try to do to a reader.
pub(super) fn hostile() -> Report {
    let attack =
        "<script>alert('x')</script>\"'&]]><!-- \u{1b}[2J\u{7}\r\n::error::owned\u{202e}gnp.exe";
    let rtl = "المستخدم «أنّا» أُنشئ مرتين بعد فقدان الرد (CreateUser) — שלום";
    let mut report = empty();
    report.run = attack.to_owned();
    report.tool = format!("cloudtwin {attack}");
    report.began_at = attack.to_owned();
    for (index, text) in [attack, rtl].into_iter().enumerate() {
        let mut case = case(text, &format!("{index} {text}"));
        case.file = Some((format!("a:b,{text}"), 3));
        case.outcome = CaseOutcome::Failed;
        case.verdict = Some(Verdict::FailedDirty);
        case.faults = vec![point(text, text, text)];
        case.output = format!("{text}\n").repeat(3);
        let mut finding = found(text, Certainty::Certain, text);
        finding.promise = text.to_owned();
        finding.source = match index {
            0 => format!("https://example.com/?q={text}"),
            _ => "javascript://example.com/%0Aalert(1)".to_owned(),
        };
        finding.replay = text.to_owned();
        finding.state_difference = vec![format!("+ {text}"), text.to_owned()];
        for witness in &mut finding.witnesses {
            witness.operation = text.to_owned();
            witness.input = text.to_owned();
            witness.code = Some(text.to_owned());
        }
        finding.witnesses[0].fault = Some(text.to_owned());
        finding.witnesses[1].duration_us = u64::MAX;
        case.findings = vec![finding.clone()];
        report.cases.push(case.clone());
        finding.accepted = Some(text.to_owned());
        case.name += " accepted";
        case.findings = vec![finding];
        case.outcome = CaseOutcome::Passed;
        report.cases.push(case);
    }
    report.notes = vec![attack.to_owned(), rtl.to_owned()];
    report
}
