//! A JSON body whose members are a request's input. Words no refusal.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Length of an escape such as `\ud83d` in bytes.
const ESCAPE: usize = 6;

/// Why a body holds no members.
#[derive(Debug)]
pub(super) enum BadBody {
    /// It is JSON but for an escape such as `\ud83d`, one half of a pair: no text can hold it.
    LoneSurrogate(String),
    /// It is no JSON.
    Syntax(serde_json::Error),
    /// It is JSON and no object.
    NotAnObject,
}

/// The members of a body. `null` is an object without members: SDKs send it for a request that has
/// none.
pub(super) fn members(body: &[u8]) -> Result<Map<String, Value>, BadBody> {
    let value = serde_json::from_slice(body).map_err(|error| explained(body, error))?;
    match value {
        Value::Object(members) => Ok(members),
        Value::Null => Ok(Map::new()),
        _ => Err(BadBody::NotAnObject),
    }
}

/// The lone surrogate, if nothing else keeps the body from being JSON.
fn explained(body: &[u8], error: serde_json::Error) -> BadBody {
    let mut mended = Cow::Borrowed(body);
    let mut first = None;
    for at in lone_surrogates(body) {
        let Some(escape) = mended.to_mut().get_mut(at..at + ESCAPE) else { continue };
        first.get_or_insert_with(|| String::from_utf8_lossy(escape).into_owned());
        escape.copy_from_slice(br"\ufffd");
    }
    match (first, serde_json::from_slice::<Value>(&mended)) {
        (Some(escape), Ok(_)) => BadBody::LoneSurrogate(escape),
        (Some(_), Err(error)) => BadBody::Syntax(error),
        (None, _) => BadBody::Syntax(error),
    }
}

/// Where escapes of surrogates without their other half begin.
fn lone_surrogates(body: &[u8]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(byte) = body.get(at) {
        let rest = body.get(at..).unwrap_or_default();
        at += match (byte, escaped_unit(rest)) {
            (_, Some(0xD800..0xDC00)) if has_low_half(rest) => 2 * ESCAPE,
            (_, Some(0xD800..0xE000)) => {
                places.push(at);
                ESCAPE
            }
            // Neither `\\` nor `\"` begins another escape.
            (b'\\', _) => 2,
            _ => 1,
        };
    }
    places
}

fn has_low_half(high: &[u8]) -> bool {
    let low = high.get(ESCAPE..).and_then(escaped_unit);
    matches!(low, Some(0xDC00..0xE000))
}

/// The UTF-16 unit of the escape with which the text begins.
fn escaped_unit(text: &[u8]) -> Option<u16> {
    let digits = text.get(..ESCAPE)?.strip_prefix(br"\u")?;
    let mut unit = [0; 2];
    hex::decode_to_slice(digits, &mut unit).ok()?;
    Some(u16::from_be_bytes(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(body: &str) -> String {
        match members(body.as_bytes()) {
            Ok(members) => Value::Object(members).to_string(),
            Err(BadBody::LoneSurrogate(escape)) => escape,
            Err(BadBody::Syntax(error)) => error.to_string(),
            Err(BadBody::NotAnObject) => "no object".to_owned(),
        }
    }

    #[test]
    fn null_has_no_members_and_nothing_else_but_an_object_has_any() {
        assert_eq!(told("null"), "{}");
        assert_eq!(told(" null\n"), "{}");
        assert_eq!(told(r#"{"a":null}"#), r#"{"a":null}"#);
        for other in ["[]", "0", "false", r#""""#, r#""null""#] {
            assert_eq!(told(other), "no object", "{other}");
        }
        assert_eq!(told(""), "EOF while parsing a value at line 1 column 0");
        assert_eq!(told("nul"), "EOF while parsing a value at line 1 column 3");
    }

    #[test]
    fn a_lone_surrogate_is_named_as_it_was_sent() {
        assert_eq!(told(r#"{"a":"\ud83d"}"#), r"\ud83d");
        assert_eq!(told(r#"{"a":"\uD83Dx"}"#), r"\uD83D");
        assert_eq!(told(r#"{"a":"\ude00\ud83d"}"#), r"\ude00");
        assert_eq!(told(r#"{"a":"\ud83d\ud83d\ude00"}"#), r"\ud83d");
        assert_eq!(told(r#"{"\udfff":1}"#), r"\udfff");
        assert_eq!(told(r#"["\ud83d\u0041"]"#), r"\ud83d");
        assert_eq!(told(r#"{"a":"\\\ud83d"}"#), r"\ud83d");
    }

    #[test]
    fn what_is_no_lone_surrogate_is_none() {
        assert_eq!(told(r#"{"a":"\ud83d\ude00"}"#), r#"{"a":"😀"}"#);
        assert_eq!(told(r#"{"a":"\\ud83d"}"#), r#"{"a":"\\ud83d"}"#);
        // Something else is wrong, too, and that is what to look at.
        assert_eq!(told(r#"{"a":"\ud83d","#), "EOF while parsing a value at line 1 column 14");
        assert_eq!(told(r#"{"a":\ud83d}"#), "expected value at line 1 column 6");
        assert_eq!(told(r#"{"a":"\ud83"}"#), "invalid escape at line 1 column 12");
    }
}
