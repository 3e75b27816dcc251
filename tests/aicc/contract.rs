//! For every modelled operation: a valid request is never an internal error and its answer fits the
//! model; a request with one rule broken gives exactly the error for that rule.

use std::sync::Arc;

use contracts::conform::mismatches;
use contracts::validate::Rule;
use contracts::{Location, Operation, catalog, generate};
use http::HeaderValue;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::center::{Center, SECRET, Said, creates, does, posted};

/// Valid requests tried for each operation.
const CASES: u32 = 96;

fn operations() -> impl Iterator<Item = &'static Arc<Operation>> {
    let all = &catalog().service("aicc").unwrap().operations;
    all.iter().filter(|operation| !operation.errors.is_empty())
}

/// Sends the input, header members as headers, under a good token.
fn send(center: &Center, operation: &Operation, input: &Value) -> Said {
    let mut body = input.clone();
    let bearer = format!("Bearer {}", center.token("twin-app"));
    let headers = [("X-APP-Key", "twin-app"), ("Authorization", &*bearer)];
    let mut request = posted(&operation.http.as_ref().unwrap().path, &headers, "");
    for member in operation.input.members.iter().filter(|m| m.location == Location::Header) {
        let value = body.as_object_mut().unwrap().remove(&member.name).unwrap_or_default();
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // What no header can hold cannot be sent.
        if let Ok(value) = HeaderValue::from_str(&text) {
            let name: http::HeaderName = member.name.parse().unwrap();
            request.headers.insert(name, value);
        }
    }
    request.body = body.to_string().into();
    center.send(request)
}

/// The code of a refusal; nothing for a success, which must fit the model.
fn judge(operation: &Operation, input: &Value, said: &Said) -> Option<String> {
    let code = said.body["resultCode"].as_str().unwrap_or("0");
    if said.status == 200 && code == "0" {
        let mismatches = mismatches(&said.body, &operation.output);
        assert!(mismatches.is_empty(), "{} {input}: {mismatches:?} in {said:?}", operation.name);
        return None;
    }
    assert_ne!(said.status, 500, "{} {input}: {said:?}", operation.name);
    assert!(operation.documents(code), "{} {input}: {said:?}", operation.name);
    Some(code.to_owned())
}

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() })
}

/// Requests with what a model cannot know put right, so that they come further.
#[test]
fn a_valid_request_that_keeps_the_tables_is_done_and_its_answer_fits_the_model() {
    let center = Center::new();
    let of_name = |name: &str| operations().find(|operation| operation.name == name).unwrap();
    let (issue, create, query) =
        (of_name("tokenByAkSk"), of_name("createTask"), of_name("queryTask"));
    let outcome = runner().run(&generate::valid(&issue.input), |mut input| {
        (input["app_key"], input["app_secret"]) = (json!("twin-app"), json!(SECRET));
        assert_eq!(judge(issue, &input, &send(&center, issue, &input)), None);
        Ok(())
    });
    outcome.unwrap();
    let outcome = runner().run(&generate::valid(&create.input), |mut input| {
        let list = input["federationUserList"].as_array_mut().unwrap();
        list.push(creates("ann"));
        list.iter_mut().for_each(put_right);
        let said = send(&center, create, &input);
        assert_eq!(judge(create, &input, &said), None, "{input}: {said:?}");
        let input = json!({ "taskId": said.body["taskId"] });
        assert_eq!(judge(query, &input, &send(&center, query, &input)), None);
        Ok(())
    });
    outcome.unwrap();
}

/// An entry that the tables take: its account and its name shorn of odd characters.
fn put_right(entry: &mut Value) {
    let plain = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        format!("a{}", text.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
    };
    let account = plain(&entry["userAccount"]);
    if !["CREATE", "MODIFY"].contains(&entry["action"].as_str().unwrap()) {
        *entry = does("DISABLE", &account);
        return;
    }
    entry["userName"] = plain(&entry["userName"]).into();
    entry["email"] = format!("{account}@example.com").into();
    entry["userAccount"] = account.into();
}

/// What must be answered where a rule is broken: a code, or nothing where no rule is told.
fn expected(path: &str, broken: &Rule, code: Option<String>) -> Option<String> {
    let code = match (broken, path) {
        (Rule::Unknown, _) | (_, "X-Token-Expire") => return None,
        (Rule::WrongType(_), _) | (_, "app_key" | "app_secret") => "400",
        (Rule::Missing, "federationUserList") => "100-102",
        (Rule::Missing, "federationUserList.0.action") => "100-104",
        (Rule::Missing, "federationUserList.0.userAccount") => "100-204",
        (Rule::Missing, "taskId") => "100-301",
        // Characters come before the length, and the long text has odd ones.
        (Rule::TooLong(_), "federationUserList.0.email") => "100-212",
        (Rule::TooLong(_), _) => return code,
        other => panic!("no code is known for {other:?}"),
    };
    Some(code.to_owned())
}

#[test]
fn one_broken_rule_gives_exactly_its_error() {
    let center = Center::new();
    let task = center.create(json!([creates("ann")]));
    let mut told = Vec::new();
    for operation in operations() {
        told.push(operation.name.clone());
        for (mut input, violation) in generate::broken(&operation.input) {
            make_good(&mut input, &violation.path, &task);
            let said = send(&center, operation, &input);
            let code = judge(operation, &input, &said);
            let (path, broken) = (&violation.path, &violation.rule);
            assert_eq!(code, expected(path, broken, violation.code.clone()), "{input} {said:?}");
            let code = code.unwrap_or_else(|| "done".to_owned());
            told.push(format!("  {path} {broken:?}: {code}"));
        }
    }
    insta::assert_snapshot!(told.join("\n"));
}

/// Makes the rest of the request good, where the model alone does not say what that is.
fn make_good(input: &mut Value, broken: &str, task: &str) {
    let good = [
        ("app_key", json!("twin-app")),
        ("app_secret", json!(SECRET)),
        ("taskId", json!(task)),
        ("federationUserList", json!([creates("bob")])),
    ];
    for (name, value) in good {
        let least = ["\"x\"", "\"1\"", "[]"].contains(&input[name].to_string().as_str());
        if broken != name && least {
            input[name] = value;
        }
    }
    input.as_object_mut().unwrap().retain(|_, member| !member.is_null());
    for entry in input["federationUserList"].as_array_mut().into_iter().flatten() {
        for (name, value) in [("userName", json!("Bob")), ("email", json!("bob@example.com"))] {
            if entry.is_object() && entry.get(name).is_none() {
                entry[name] = value;
            }
        }
    }
    input.as_object_mut().unwrap().retain(|_, member| !member.is_null());
}

#[test]
fn required_texts_that_are_empty_or_blank() {
    let mut lines = Vec::new();
    for operation in operations() {
        lines.extend(crate::blanks::walk(operation, |input| {
            send(&Center::new(), operation, &input).code()
        }));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
