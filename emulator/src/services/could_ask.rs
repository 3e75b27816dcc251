//! Whether a call could ask for what a seed file has: what calls may not ask for, a seed may not have.

use contracts::{Rule, Shape};
use serde_json::Value;

/// The member for which no call of that input could ask, and what is wrong with it.
pub(crate) fn problem(members: &Value, input: &Shape) -> Option<(String, String)> {
    let violation = contracts::validate_known(members, input)?;
    let why = match violation.rule {
        Rule::TooLong(most) => format!("at most {most} characters are taken"),
        Rule::TooShort(least) => format!("at least {least} characters are needed"),
        _ => "a call could not ask for this text".to_owned(),
    };
    Some((violation.path, why))
}
