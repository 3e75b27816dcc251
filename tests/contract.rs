//! For every operation of the Tencent services: a valid request is never an internal error and its answer
//! fits the model; a request with one rule broken gives exactly the error for that rule.

use std::collections::BTreeSet;
use std::sync::Arc;

use cloudtwin::catalog::listing;
use contracts::{Operation, Protocol, Service, catalog, generate};
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::client::{Signed, World, response};

/// Valid requests tried for each operation.
const CASES: u32 = 24;

fn services() -> impl Iterator<Item = &'static Service> {
    catalog().services.iter().filter(|service| service.protocol == Protocol::TencentApi3)
}

fn all() -> impl Iterator<Item = &'static Arc<Operation>> {
    services().flat_map(|service| &service.operations)
}

fn answer(world: &World, operation: &Operation, input: &Value) -> Value {
    let call = Signed {
        version: &operation.version,
        service: &operation.service,
        ..Signed::new(&operation.name, input.to_string(), world.twin.clock.now())
    };
    response(&world.send(call.request()))
}

#[test]
fn a_valid_request_is_answered_as_the_model_says() {
    let world = World::new();
    let mut runner =
        TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    for operation in all() {
        let outcome = runner.run(&generate::valid(&operation.input), |input| {
            let answer = answer(&world, operation, &input);
            if let Some(code) = answer["Error"]["Code"].as_str() {
                assert_ne!(code, "InternalError", "{} {input}", operation.name);
                assert!(operation.documents(code), "{} {input}: {answer}", operation.name);
            } else {
                fits(operation, &input, answer);
            }
            Ok(())
        });
        outcome.unwrap_or_else(|failure| {
            panic!("{} {}: {failure}", operation.name, operation.version)
        });
    }
}

/// The same with an existing directory, so that operations come further than to miss it.
#[test]
fn a_valid_request_on_an_existing_directory_is_answered_as_the_model_says() {
    let world = World::new();
    let store = world.store("contract");
    let mut runner =
        TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    for operation in all() {
        let outcome = runner.run(&generate::valid(&operation.input), |mut input| {
            for name in ["UserStoreId", "UserPoolId"] {
                if let Some(member) = input.get_mut(name) {
                    *member = Value::from(store.clone());
                }
            }
            if operation.name == "DeleteUserStore" {
                return Ok(());
            }
            let answer = answer(&world, operation, &input);
            match answer["Error"]["Code"].as_str() {
                Some(code) => assert!(
                    code != "InternalError" && operation.documents(code),
                    "{input}: {answer}"
                ),
                None => fits(operation, &input, answer),
            }
            Ok(())
        });
        outcome.unwrap_or_else(|failure| {
            panic!("{} {}: {failure}", operation.name, operation.version)
        });
    }
}

fn fits(operation: &Operation, input: &Value, mut answer: Value) {
    answer.as_object_mut().unwrap().remove("RequestId");
    let mismatches = contracts::conform::mismatches(&answer, &operation.output);
    assert!(mismatches.is_empty(), "{} {input}: {mismatches:?} in {answer}", operation.name);
}

#[test]
fn one_broken_rule_gives_exactly_its_error() {
    let world = World::new();
    for service in services() {
        let rows = listing(Some(&service.name)).into_iter();
        let modelled: BTreeSet<_> =
            rows.filter(|row| row.modelled).map(|row| row.operation).collect();
        let modelled = service.operations.iter().filter(|one| modelled.contains(&one.name));
        let lines: Vec<_> = modelled.flat_map(|operation| broken(&world, operation)).collect();
        let name = format!("one_broken_rule_gives_exactly_its_error_{}", service.name);
        insta::assert_snapshot!(name, lines.join("\n"));
    }
}

/// The operation's name, then a line for each rule that a request can break.
fn broken(world: &World, operation: &Operation) -> Vec<String> {
    let mut lines = vec![operation.name.clone()];
    for (input, violation) in generate::broken(&operation.input) {
        let answer = answer(world, operation, &input);
        let (code, message) = (&answer["Error"]["Code"], &answer["Error"]["Message"]);
        let (code, message) = (code.as_str().unwrap(), message.as_str().unwrap());
        assert!(message.contains(&violation.path), "{input}: {message}");
        let of_gateway =
            catalog().protocol(Protocol::TencentApi3).unwrap().codes.contains_key(code);
        assert!(operation.documents(code) || of_gateway, "{} {code}", operation.name);
        lines.push(format!("  {} {:?}: {code}", violation.path, violation.rule));
    }
    lines
}
