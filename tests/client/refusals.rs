//! What an answer refuses, beside the models of the protocols.

use std::fs::File;
use std::io::Write as _;

use cloudtwin::wire::{Body, Response};
use contracts::{Protocol, catalog, template};
use serde_json::Value;

use super::MET;

/// Protocol, code and text of an answer that refuses in the gateway's name or in a service's.
pub fn refusal(answer: &Response) -> Option<(Protocol, String, String)> {
    let Body::Bytes(bytes) = &answer.body else { return None };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if answer.headers.get("content-type").is_some_and(|media| media == "application/scim+json") {
        let body: Value = serde_json::from_slice(bytes).ok()?;
        let (detail, status) = (text(&body["detail"])?, text(&body["status"])?);
        // A code of Identity Center begins the text.
        let own = detail.split_once(": ").filter(|(code, _)| code.starts_with("FailedOperation."));
        let code = own.map(|(code, _)| code.to_owned()).or_else(|| text(&body["scimType"]));
        return Some((Protocol::Scim, code.unwrap_or(status), detail));
    }
    if answer.headers.get("content-type")? == "application/json;charset=UTF-8" {
        let body: Value = serde_json::from_slice(bytes).ok()?;
        let status = answer.status.as_str();
        let is_status = |value: &Value| value == status || *value == answer.status.as_u16();
        let (codes, texts): (Vec<_>, Vec<_>) =
            body.as_object()?.values().partition(|value| is_status(value));
        // Without the status as its code it is a refusal of the service under another status.
        codes.first().filter(|_| answer.status != 200)?;
        return Some((Protocol::Aicc, status.to_owned(), text(texts.first()?)?));
    }
    if bytes.starts_with(b"{\"Response\":{\"Error\"") {
        let body: Value = serde_json::from_slice(bytes).ok()?;
        let error = &body["Response"]["Error"];
        return Some((Protocol::TencentApi3, text(&error["Code"])?, text(&error["Message"])?));
    }
    answer.headers.get("x-request-id").filter(|_| answer.status.as_u16() >= 400)?;
    let body: Value = serde_json::from_slice(bytes).ok()?;
    Some((Protocol::HuaweiApig, text(&body["error_code"])?, text(&body["error_msg"])?))
}

/// A refusal has a code of the models; one of the gateway's has the status and a text of its model.
pub fn check(answer: &Response) {
    let Some((family, code, message)) = refusal(answer) else { return };
    let model = catalog().protocol(family).unwrap();
    let Some(known) = model.codes.get(&code) else {
        let mut services = catalog().services.iter().filter(|one| one.protocol == family);
        assert!(services.any(|one| one.codes.contains_key(&code)), "{code} is in no model");
        return;
    };
    assert_eq!(answer.status, model.status_of(&code, &message), "{code}: {message}");
    let cause = known.when.iter().find(|(_, cause)| {
        let texts = [&cause.message, &cause.message_zh].into_iter().flatten();
        texts.into_iter().any(|text| template::fits(text, &message))
    });
    let meaning = Some(&known.meaning).filter(|_| known.message.is_none());
    let own = [known.message.as_ref(), known.message_zh.as_ref(), meaning];
    let of_rules =
        model.rules.values().filter(|rule| rule.code == code).map(|r| r.message.as_ref());
    let mut texts = own.into_iter().chain(of_rules).flatten();
    let fits = cause.is_some() || texts.any(|text| template::fits(text, &message));
    assert!(fits, "{code} has no such text in its model: {message}");
    if let Some(path) = std::env::var_os(MET) {
        let cause = cause.map_or("", |(name, _)| name.as_str());
        let line = format!("gateway {} {code} {cause}\n", family.name());
        File::options().append(true).open(path).unwrap().write_all(line.as_bytes()).unwrap();
    }
}
