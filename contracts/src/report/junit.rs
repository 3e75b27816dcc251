//! A report as `JUnit` XML, in the dialect of Maven's surefire, which CI systems read: a case that passed in some runs
//! has a `flakyFailure`, and readers that do not know the element count it as passed.
//! <https://maven.apache.org/surefire/maven-surefire-plugin/examples/rerun-failing-tests.html>

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::summary::{self, Counts};
use super::text::{line, visible};
use super::{Case, CaseOutcome, Report, Reported, finding};

/// One `testsuite` a contract, one `testcase` a case.
pub fn junit(report: &Report) -> String {
    let mut page = Page(Writer::new_with_indent(Vec::new(), b' ', 2));
    // Writing to memory cannot fail.
    let _ = page.report(report);
    String::from_utf8_lossy(&page.0.into_inner()).into_owned()
}

struct Page(Writer<Vec<u8>>);

type Written = std::io::Result<()>;

impl Page {
    fn report(&mut self, report: &Report) -> Written {
        self.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let mut attributes = counts(&report.cases.iter().collect::<Vec<_>>());
        attributes.retain(|(name, _)| *name != "skipped");
        attributes.push(("name", format!("cloudtwin {}", report.command)));
        attributes.push(("time", time(report.duration_ms)));
        self.element("testsuites", &attributes, |page| {
            for (contract, cases) in suites(report) {
                page.suite(report, contract, &cases)?;
            }
            Ok(())
        })
    }

    fn suite(&mut self, report: &Report, contract: &str, cases: &[&Case]) -> Written {
        let mut attributes = vec![("name", line(contract, 200))];
        attributes.extend(counts(cases));
        attributes.push(("time", time(cases.iter().map(|case| case.duration_ms).sum())));
        attributes.push(("timestamp", line(&report.began_at, 40)));
        if let Some((file, _)) = cases.iter().find_map(|case| case.file.as_ref()) {
            attributes.push(("file", line(file, 400)));
        }
        self.element("testsuite", &attributes, |page| {
            cases.iter().try_for_each(|case| page.case(case))
        })
    }

    fn case(&mut self, case: &Case) -> Written {
        let attributes = [
            ("name", line(&case.name, 200)),
            ("classname", line(&case.contract, 200)),
            ("time", time(case.duration_ms)),
        ];
        self.element("testcase", &attributes, |page| {
            let (kind, message, body) = explain(case);
            let attributes = [("message", message), ("type", kind)];
            match case.outcome {
                CaseOutcome::Passed => {}
                CaseOutcome::Failed => page.text("failure", &attributes, &body)?,
                CaseOutcome::Incomplete => page.text("error", &attributes, &body)?,
                CaseOutcome::NothingToJudge => page.text("skipped", &attributes[..1], "")?,
                CaseOutcome::Flaky => page.element("flakyFailure", &attributes, |page| {
                    page.text("stackTrace", &[], &body)
                })?,
            }
            if case.outcome == CaseOutcome::Passed && !body.is_empty() {
                page.text("system-out", &[], &body)?;
            } else if !case.output.is_empty() {
                page.text("system-out", &[], &case.output)?;
            }
            Ok(())
        })
    }

    fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, String)],
        content: impl FnOnce(&mut Self) -> Written,
    ) -> Written {
        let mut start = quick_xml::events::BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, value.as_str()));
        }
        self.0.write_event(Event::Start(start.borrow()))?;
        content(self)?;
        self.0.write_event(Event::End(start.to_end()))
    }

    fn text(&mut self, name: &str, attributes: &[(&str, String)], text: &str) -> Written {
        let text = visible(text);
        self.element(name, attributes, |page| {
            page.0.write_event(Event::Text(BytesText::new(&text)))
        })
    }
}

/// Contracts in the order of the report, each with its cases.
fn suites(report: &Report) -> Vec<(&str, Vec<&Case>)> {
    let mut suites: Vec<(&str, Vec<&Case>)> = Vec::new();
    for case in &report.cases {
        match suites.iter_mut().find(|(contract, _)| *contract == case.contract) {
            Some((_, cases)) => cases.push(case),
            None => suites.push((&case.contract, vec![case])),
        }
    }
    suites
}

fn counts(cases: &[&Case]) -> Vec<(&'static str, String)> {
    let counts = Counts::of(cases.iter().copied());
    vec![
        ("tests", cases.len().to_string()),
        ("failures", counts.failed.to_string()),
        ("errors", counts.incomplete.to_string()),
        ("skipped", counts.nothing_to_judge.to_string()),
    ]
}

/// The type, the message and the body of what a case has to say. Most readers show one failure a case, so that all
/// findings are in one.
fn explain(case: &Case) -> (String, String, String) {
    let open: Vec<&Reported> =
        case.findings.iter().filter(|found| found.accepted.is_none()).collect();
    let mut body: Vec<String> = open.iter().map(|found| finding::plain(found)).collect();
    let first = open.first().map(|found| line(&found.finding.text, 400));
    let kind = match (case.outcome, open.first()) {
        (CaseOutcome::Incomplete, _) => "incomplete".to_owned(),
        (_, Some(found)) => line(&found.finding.rule, 100),
        (_, None) => "failed".to_owned(),
    };
    let message = match case.outcome {
        CaseOutcome::Incomplete => {
            "requests were lost, or it was stopped; nothing is judged without all of them".into()
        }
        CaseOutcome::NothingToJudge => "there was nothing to judge".into(),
        CaseOutcome::Flaky => {
            summary::flakiness(case).into_iter().chain(first).collect::<Vec<_>>().join(": ")
        }
        _ if open.len() > 1 => {
            format!("{} (and {} more)", first.unwrap_or_default(), open.len() - 1)
        }
        _ => first.unwrap_or_else(|| "the case failed".to_owned()),
    };
    if let (Some((file, number)), false) = (&case.file, body.is_empty()) {
        body.insert(0, format!("{file}:{number}"));
    }
    (kind, message, body.join("\n"))
}

/// Seconds to the millisecond.
fn time(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn each_outcome_has_its_element() {
        insta::assert_snapshot!(junit(&samples::every_outcome()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="12" failures="2" errors="1" name="cloudtwin check" time="12.345">
          <testsuite name="sync" tests="6" failures="1" errors="0" skipped="0" time="5.040" timestamp="2026-11-28T10:30:00Z" file="contracts/sync.toml">
            <testcase name="calm" classname="sync" time="0.840">
            </testcase>
            <testcase name="throttled twice" classname="sync" time="0.840">
            </testcase>
            <testcase name="the answer of a creation is lost" classname="sync" time="0.840">
              <failure message="After the answer to CreateUser #2 was lost, it created the user again and exited 0." type="lost-answer">contracts/sync.toml:14
        lost-answer: After the answer to CreateUser #2 was lost, it created the user again and exited 0.
          promised  does not blindly repeat a write whose answer was lost
          source    RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method
          requests  #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;UserName&quot;:&quot;anna&quot;}
                    #13  1.412 s  CreateUser → 200
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;UserName&quot;:&quot;anna&quot;}
                    #15  1.980 s  DescribeUser → 200 ResourceNotFound.User
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;Original&quot;:true}
          state     + user &lt;user:7&gt; anna
                    ~ user &lt;user:1&gt; email: anna@example.com -&gt; (none)
                    - group &lt;group:2&gt; readers
          again     cloudtwin check contracts/sync.toml --filter &apos;lost answer&apos; --seed 7</failure>
              <system-out>created 3 users
        done in 2.1 s
        </system-out>
            </testcase>
            <testcase name="page 2 is refused" classname="sync" time="0.840">
            </testcase>
            <testcase name="the token expires" classname="sync" time="0.840">
            </testcase>
            <testcase name="a slow download" classname="sync" time="0.840">
            </testcase>
          </testsuite>
          <testsuite name="export" tests="6" failures="1" errors="1" skipped="1" time="5.040" timestamp="2026-11-28T10:30:00Z" file="contracts/export.toml">
            <testcase name="sometimes two files" classname="export" time="0.840">
              <flakyFailure message="3 of 10 runs failed; 9 clean runs in a row would mean fixed (95 % confidence): It left two export files." type="state">
                <stackTrace>contracts/export.toml:30
        state: It left two export files.
          promised  does not blindly repeat a write whose answer was lost
          source    RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method
          requests  #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;UserName&quot;:&quot;anna&quot;}
                    #13  1.412 s  CreateUser → 200
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;UserName&quot;:&quot;anna&quot;}
                    #15  1.980 s  DescribeUser → 200 ResourceNotFound.User
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;Original&quot;:true}
          state     + user &lt;user:7&gt; anna
                    ~ user &lt;user:1&gt; email: anna@example.com -&gt; (none)
                    - group &lt;group:2&gt; readers
          again     cloudtwin check contracts/sync.toml --filter &apos;lost answer&apos; --seed 7</stackTrace>
              </flakyFailure>
            </testcase>
            <testcase name="busy machine" classname="export" time="0.840">
              <error message="requests were lost, or it was stopped; nothing is judged without all of them" type="incomplete"></error>
            </testcase>
            <testcase name="client never starts" classname="export" time="0.840">
              <skipped message="there was nothing to judge"></skipped>
            </testcase>
            <testcase name="exit code" classname="export" time="0.840">
              <failure message="the case failed" type="failed"></failure>
              <system-out>Traceback (most recent call last):
          File &quot;export.py&quot;, line 3
        KeyError: &apos;JobId&apos;
        </system-out>
            </testcase>
            <testcase name="hasty" classname="export" time="0.840">
              <system-out>contracts/export.toml:30
        polls-politely: It asked for the state of the job 214 times in 2 s.
          promised  does not blindly repeat a write whose answer was lost
          source    RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method
          requests  #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;UserName&quot;:&quot;anna&quot;}
                    #13  1.412 s  CreateUser → 200
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;UserName&quot;:&quot;anna&quot;}
                    #15  1.980 s  DescribeUser → 200 ResourceNotFound.User
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;Original&quot;:true}
          state     + user &lt;user:7&gt; anna
                    ~ user &lt;user:1&gt; email: anna@example.com -&gt; (none)
                    - group &lt;group:2&gt; readers
          again     cloudtwin check contracts/sync.toml --filter &apos;lost answer&apos; --seed 7
        reuses-connections: It opened a connection for each of 31 requests.
          promised  does not blindly repeat a write whose answer was lost
          source    RFC 9110, section 9.2.2: a client should not automatically retry a request with a non-idempotent method
          requests  #12  0.000 s  CreateUser → no answer  (fault: answer dropped after the commit)
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;UserName&quot;:&quot;anna&quot;}
                    #13  1.412 s  CreateUser → 200
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;UserName&quot;:&quot;anna&quot;}
                    #15  1.980 s  DescribeUser → 200 ResourceNotFound.User
                         {&quot;UserStoreId&quot;:&quot;&lt;store:1&gt;&quot;,&quot;Original&quot;:true}
          state     + user &lt;user:7&gt; anna
                    ~ user &lt;user:1&gt; email: anna@example.com -&gt; (none)
                    - group &lt;group:2&gt; readers
          again     cloudtwin check contracts/sync.toml --filter &apos;lost answer&apos; --seed 7</system-out>
            </testcase>
            <testcase name="known" classname="export" time="0.840">
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn hostile_text_is_text_and_each_character_is_allowed() {
        let text = junit(&samples::hostile());
        assert!(!text.contains("<script"));
        assert!(text.contains("&lt;script&gt;"));
        assert!(!text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
    }
}
