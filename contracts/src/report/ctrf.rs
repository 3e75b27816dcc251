//! A report in the Common Test Report Format, version 0.0.0 of its specification (<https://ctrf.io>). A flaky case is
//! `passed` with the flag `flaky`, as the format demands: other statuses may not have the flag.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::summary::{self, Counts};
use super::text::{line, visible};
use super::{Case, CaseOutcome, Report, Reported, finding};

/// The report as CTRF JSON, indented. `runId` is the same in all shards of a run.
pub fn ctrf(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(&document(report)).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    report_format: &'static str,
    spec_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<String>,
    generated_by: String,
    results: Value,
}

fn document(report: &Report) -> Document {
    let began = report.began_at.parse::<Timestamp>().ok();
    let (name, version) = report.tool.split_once(' ').unwrap_or((&report.tool, ""));
    let name = if name.is_empty() { "cloudtwin" } else { name };
    let mut results = Map::new();
    results.insert("tool".to_owned(), json!({ "name": name, "version": version }));
    results.insert("summary".to_owned(), totals(report, began));
    results.insert("tests".to_owned(), report.cases.iter().map(test).collect());
    if let Some(environment) = environment(report) {
        results.insert("environment".to_owned(), environment);
    }
    if !report.notes.is_empty() {
        results.insert("extra".to_owned(), json!({ "notes": report.notes }));
    }
    Document {
        report_format: "CTRF",
        spec_version: "0.0.0",
        run_id: (!report.run.is_empty()).then(|| report.run.clone()),
        timestamp: began.map(|time| time.to_string()),
        generated_by: format!("{} {}", report.tool, report.command),
        results: Value::Object(results),
    }
}

fn totals(report: &Report, began: Option<Timestamp>) -> Value {
    let counts = Counts::of(&report.cases);
    // A time that cannot be read is the beginning of time, since the format demands one.
    let start = began.map_or(0, Timestamp::as_millisecond);
    let duration = milliseconds(report.duration_ms);
    json!({
        "tests": report.cases.len(),
        "passed": counts.passed + counts.flaky,
        "failed": counts.failed,
        "skipped": counts.nothing_to_judge,
        "pending": 0,
        "other": counts.incomplete,
        "flaky": counts.flaky,
        "start": start,
        "stop": start.saturating_add(duration),
        "duration": duration,
    })
}

/// Where the report covers a single shard, which.
fn environment(report: &Report) -> Option<Value> {
    let shards = report.shards.as_ref()?;
    match shards.covered.as_slice() {
        [shard] => Some(json!({ "shardId": format!("{shard}/{}", shards.of) })),
        _ => None,
    }
}

fn test(case: &Case) -> Value {
    let (status, raw) = match case.outcome {
        CaseOutcome::Passed => ("passed", "passed"),
        CaseOutcome::Flaky => ("passed", "flaky"),
        CaseOutcome::Failed => ("failed", "failed"),
        CaseOutcome::NothingToJudge => ("skipped", "nothing_to_judge"),
        CaseOutcome::Incomplete => ("other", "incomplete"),
    };
    let open: Vec<&Reported> =
        case.findings.iter().filter(|found| found.accepted.is_none()).collect();
    let name = line(&case.name, 400);
    let mut test = json!({
        "name": if name.is_empty() { "(no name)" } else { &name },
        "status": status,
        "rawStatus": raw,
        "duration": milliseconds(case.duration_ms),
        "suite": [line(&case.contract, 400)],
        "type": "contract",
        "extra": extra(case),
    });
    let mut set = |key: &str, value: Value| {
        if let Some(test) = test.as_object_mut() {
            test.insert(key.to_owned(), value);
        }
    };
    if let Some((file, number)) = &case.file {
        set("filePath", json!(file));
        set("line", json!(number));
    }
    let message: Vec<String> = summary::flakiness(case)
        .into_iter()
        .chain(open.iter().map(|found| line(&found.finding.text, 1_000)))
        .collect();
    if !message.is_empty() {
        set("message", json!(message.join("\n")));
    }
    if !open.is_empty() {
        let trace: Vec<String> = open.iter().map(|found| finding::plain(found)).collect();
        set("trace", json!(trace.join("\n\n")));
        let tags: Vec<&str> = open.iter().map(|found| found.finding.rule.as_str()).collect();
        set("tags", json!(tags));
    }
    if case.runs > 1 {
        set("retries", json!(case.runs - 1));
    }
    if case.outcome == CaseOutcome::Flaky {
        set("flaky", json!(true));
    }
    if !case.output.is_empty() {
        set("stdout", visible(&case.output).lines().collect());
    }
    test
}

/// What the format has no member for.
fn extra(case: &Case) -> Value {
    let findings: Vec<Value> = case
        .findings
        .iter()
        .map(|found| {
            json!({
                "rule": found.finding.rule,
                "certainty": found.finding.certainty,
                "fingerprint": found.fingerprint,
                "accepted": found.accepted,
                "replay": found.replay,
            })
        })
        .collect();
    json!({
        "verdict": case.verdict,
        "requests": case.requests,
        "runs": case.runs,
        "failedRuns": case.failed_runs,
        "findings": findings,
    })
}

fn milliseconds(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::{Shards, samples};
    use super::*;

    #[test]
    fn each_outcome_has_its_status() {
        let document: Value = serde_json::from_str(&ctrf(&samples::every_outcome())).unwrap();
        let statuses: Vec<String> = document["results"]["tests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|test| format!("{}: {} {}", test["name"], test["status"], test["flaky"]))
            .collect();
        insta::assert_debug_snapshot!(statuses, @r#"
        [
            "\"calm\": \"passed\" null",
            "\"throttled twice\": \"passed\" null",
            "\"the answer of a creation is lost\": \"failed\" null",
            "\"page 2 is refused\": \"passed\" null",
            "\"the token expires\": \"passed\" null",
            "\"a slow download\": \"passed\" null",
            "\"sometimes two files\": \"passed\" true",
            "\"busy machine\": \"other\" null",
            "\"client never starts\": \"skipped\" null",
            "\"exit code\": \"failed\" null",
            "\"hasty\": \"passed\" null",
            "\"known\": \"passed\" null",
        ]
        "#);
        insta::assert_debug_snapshot!(document["results"]["summary"].to_string(), @r#""{\"duration\":12345,\"failed\":2,\"flaky\":1,\"other\":1,\"passed\":8,\"pending\":0,\"skipped\":1,\"start\":1795861800000,\"stop\":1795861812345,\"tests\":12}""#);
    }

    #[test]
    fn shards_of_one_run_have_one_run_id() {
        let mut report = samples::empty();
        report.shards = Some(Shards::one(2, 4));
        let document: Value = serde_json::from_str(&ctrf(&report)).unwrap();
        assert_eq!(document["runId"], report.run);
        assert_eq!(document["results"]["environment"]["shardId"], "2/4");
    }

    #[test]
    fn the_run_lies_in_its_own_time() {
        let document: Value = serde_json::from_str(&ctrf(&samples::empty())).unwrap();
        let summary = &document["results"]["summary"];
        assert_eq!(summary["start"], 1_795_861_800_000_i64);
        assert_eq!(summary["stop"], 1_795_861_800_000_i64 + 12_345);
        assert_eq!(document["timestamp"], "2026-11-28T10:30:00Z");
    }
}
