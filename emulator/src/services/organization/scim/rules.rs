//! The rules of Identity Center for names and texts, as the API's own operations have them.

use std::sync::Arc;

use serde_json::Value;

use super::bad_value;
use crate::error::Failure;

/// What breaks which member of the API's operation, in words of SCIM.
type Words = &'static [(&'static str, &'static str)];

const USER: Words = &[
    ("UserName", "userName has 1 to 64 letters, digits and characters of +=,.@-_"),
    ("FirstName", "name.givenName has at most 64 characters"),
    ("LastName", "name.familyName has at most 64 characters"),
    ("DisplayName", "displayName has at most 256 characters"),
    ("Email", "an e-mail address has at most 128 characters"),
];

const GROUP: Words = &[(
    "GroupName",
    "displayName has 1 to 128 letters, digits and dashes: the rule of Identity Center for names of groups",
)];

/// Checks the input that `CreateUser` of the API would take.
pub(super) fn user(input: &Value) -> Result<(), Failure> {
    check("CreateUser", USER, input)
}

/// Checks the input that `CreateGroup` of the API would take.
pub(super) fn group(input: &Value) -> Result<(), Failure> {
    check("CreateGroup", GROUP, input)
}

fn check(operation: &str, words: Words, input: &Value) -> Result<(), Failure> {
    let service = contracts::catalog().service("organization");
    let mut operations = service.into_iter().flat_map(|service| &service.operations);
    let known: Option<&Arc<_>> = operations.find(|one| one.name == operation);
    let violation = known.and_then(|known| contracts::validate_known(input, &known.input));
    let Some(violation) = violation else { return Ok(()) };
    let text = words.iter().find(|(member, _)| *member == violation.path);
    Err(bad_value(text.map_or(violation.path.as_str(), |(_, text)| text)))
}
