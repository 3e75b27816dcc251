//! What clients read. Texts without a mark were seen by users on the real service (the reference
//! names the threads); those marked *ours* stand where no real text is known.

use std::borrow::Cow;

use contracts::{Broken, Violation};

use crate::error::Refusal;
use crate::protocol::About;
use crate::protocol::json_body::BadBody;

/// Texts that depend on nothing: code, English, Chinese where it is known.
const FIXED: &[(&str, &str, &str)] = &[
    (
        "AuthFailure.SecretIdNotFound",
        "The SecretId is not found, please ensure that your SecretId is correct.",
        "SecretId不存在，请输入正确的密钥。",
    ),
    (
        "AuthFailure.SignatureFailure",
        "The provided credentials could not be validated. Please check your signature is correct.",
        "请求签名验证失败，请检查您的签名计算是否正确。",
    ),
    // Ours.
    ("AuthFailure.TokenFailure", "The token is wrong, expired or of another SecretId.", ""),
    (
        "InternalError",
        "An internal error has occurred. Retry your request, but if the problem persists, contact us.",
        "",
    ),
    // Ours.
    ("InvalidRequest", "The multipart/form-data body is malformed.", ""),
    // Ours.
    ("RequestSizeLimitExceeded", "The request is larger than 10 MB (32 KB for GET).", ""),
    // Ours.
    ("UnsupportedProtocol", "Only the methods GET and POST are supported.", ""),
];

/// A refusal with the text that belongs to its code.
pub(super) fn refusal(code: &'static str) -> Refusal {
    Refusal { code: Cow::Borrowed(code), message: Cow::Borrowed("") }
}

fn with(code: &'static str, message: String) -> Refusal {
    Refusal { code: Cow::Borrowed(code), message: Cow::Owned(message) }
}

/// What the client reads for this refusal, in its language where that is known.
pub(super) fn message<'a>(refusal: &'a Refusal, about: &'a About) -> Cow<'a, str> {
    let said = match refusal.message.as_ref() {
        "" => fixed(&refusal.code, about.chinese).or_else(|| of_model(&refusal.code, about)),
        text => Some(text),
    };
    Cow::Borrowed(said.unwrap_or(&refusal.code))
}

fn fixed(code: &str, chinese: bool) -> Option<&'static str> {
    let (_, english, translated) = FIXED.iter().find(|(known, ..)| *known == code)?;
    Some(if chinese && !translated.is_empty() { translated } else { english })
}

fn of_model<'a>(code: &str, about: &'a About) -> Option<&'a str> {
    let service = contracts::catalog().service(&about.operation.as_ref()?.service)?;
    let known = service.codes.get(code)?;
    let translated = known.message_zh.as_deref().filter(|_| about.chinese);
    translated.or(known.message.as_deref()).or(Some(&known.meaning))
}

/// A required parameter is absent.
pub(super) fn missing(name: &str) -> Refusal {
    with("MissingParameter", format!("The request is missing a required parameter `{name}`."))
}

/// A common parameter has a bad form.
pub(super) fn bad_type(name: &str) -> Refusal {
    with("InvalidParameter", format!("The value type of parameter `{name}` is not valid."))
}

/// A query or form has a part without `=`.
pub(super) fn bad_pairs() -> Refusal {
    with("InvalidParameter", "Url key and value should be splited by `=`.".to_owned())
}

/// The body is no JSON object. The English text is ours, and both of an escape.
pub(super) fn bad_json(bad: &BadBody, chinese: bool) -> Refusal {
    if let BadBody::LoneSurrogate(escape) = bad {
        let text = if chinese {
            format!("请求内容中的转义字符`{escape}`只是代理对的一半，不表示任何字符。")
        } else {
            format!(
                "The request body has the escape `{escape}`, which is half of a surrogate pair \
                 and stands for no character."
            )
        };
        return with("InvalidParameter", text);
    }
    let text = if chinese {
        "对于指定content-type=application/json协议下，请求内容不是合法的Json格式。"
    } else {
        "The request body is not valid JSON, as the content-type application/json asks for."
    };
    with("InvalidParameter", text.to_owned())
}

/// A content type that no request form has. The text is ours.
pub(super) fn bad_content_type() -> Refusal {
    let text = "The content-type must be application/json or multipart/form-data (signed with \
                TC3-HMAC-SHA256), or application/x-www-form-urlencoded.";
    with("InvalidParameter", text.to_owned())
}

/// The authorization header has a bad form; `what` names the part.
pub(super) fn bad_authorization(what: &str) -> Refusal {
    let text = format!(
        "The request `Authorization` header does not conform to tencentcloud standards: {what}."
    );
    with("AuthFailure.InvalidAuthorization", text)
}

/// The timestamp is too far from the clock, which says `now` seconds.
pub(super) fn expired(now: i64) -> Refusal {
    let text = format!(
        "Signature expired. Please use local time and enable NTP service for time synchronization \
         to avoid a deviation between `Timestamp` and the server time {now}."
    );
    with("AuthFailure.SignatureExpire", text)
}

/// A form signed with the old method is too large for it.
pub(super) fn form_too_large() -> Refusal {
    let text = "The provided credentials could not be validated because of exceeding request size \
                limit, please use new signature method `TC3-HMAC-SHA256`.";
    with("AuthFailure.SignatureFailure", text.to_owned())
}

/// No such product. The text is ours.
pub(super) fn no_product(service: &str) -> Refusal {
    with("NoSuchProduct", format!("The specified service=`{service}` does not exist."))
}

/// No such version of the service. The blank at the end was seen on the real service.
pub(super) fn no_version(version: &str, service: &str) -> Refusal {
    with(
        "NoSuchVersion",
        format!("The specified api version=`{version}` does not exist in service=`{service}`. "),
    )
}

/// No such action in that version.
pub(super) fn no_action(action: &str, service: &str, version: &str) -> Refusal {
    let text = format!(
        "The request action=`{action}` is invalid or not found in service=`{service}` and version=`{version}`."
    );
    with("InvalidAction", text)
}

/// The region is none.
pub(super) fn bad_region(parameter: &str) -> Refusal {
    let text = format!(
        "A value specified in `{parameter}` is not valid, is unsupported, or cannot be used."
    );
    with("InvalidParameterValue", text)
}

/// More than `limit` calls in a second; this was number `count`.
pub(super) fn too_many(count: u32, limit: u32, chinese: bool) -> Refusal {
    let text = if chinese {
        format!("您当前每秒请求 `{count}` 次，超过了每秒频率上限 `{limit}`，请稍后重试。")
    } else {
        format!(
            "Your current request times equals to `{count}` in a second, which exceeds the \
             frequency limit `{limit}` for a second. Please reduce the frequency of calls."
        )
    };
    with("RequestLimitExceeded", text)
}

/// A value that breaks the model. The texts of bounds are ours.
pub(super) fn violation(violation: Violation, chinese: bool) -> Refusal {
    let Violation { path, broken, code } = violation;
    let (usual, text) = match broken {
        Broken::Unknown if chinese => {
            ("UnknownParameter", "未知参数错误，用户多传未定义的参数会导致错误".to_owned())
        }
        Broken::Unknown => {
            ("UnknownParameter", format!("The parameter `{path}` is not recognized."))
        }
        Broken::WrongType(word) => (
            "InvalidParameter",
            format!(
                "The value type of parameter `{path}` is not valid, input type should be `{word}`"
            ),
        ),
        Broken::Missing => return missing(&path),
        Broken::TooLong(max) => {
            ("InvalidParameterValue", format!("The length of parameter `{path}` is over {max}."))
        }
        Broken::TooShort(min) => {
            ("InvalidParameterValue", format!("The length of parameter `{path}` is below {min}."))
        }
        Broken::Misshapen => {
            ("InvalidParameterValue", format!("The format of parameter `{path}` is not valid."))
        }
        Broken::OutOfRange(min, max) => {
            let bound = |name, bound: Option<i64>| {
                bound.map_or(String::new(), |bound| format!(" {name} {bound}"))
            };
            let text = format!(
                "The value of parameter `{path}` must be{}{}.",
                bound("at least", min),
                bound("at most", max)
            );
            ("InvalidParameterValue", text)
        }
        Broken::NotAllowed(values) => (
            "InvalidParameterValue",
            format!("The value of parameter `{path}` must be one of `{}`.", values.join("`, `")),
        ),
    };
    let code = code.map_or(Cow::Borrowed(usual), Cow::Owned);
    Refusal { code, message: Cow::Owned(text) }
}
