//! What the embedded models say of several calls, and what a wrong file is told.

use super::*;
use crate::catalog;
use crate::model::{Position, Retry};

#[test]
fn the_services_page_in_their_ways() {
    let find = |service: &str, name: &str| {
        let service = catalog().service(service).unwrap();
        service.operations.iter().find(|operation| operation.name == name).unwrap()
    };
    let users = find("ciam", "ListUser").paging.as_deref().unwrap();
    let number = Position::Number { number: "Pageable.PageNumber".to_owned(), first: 1 };
    assert_eq!((&*users.size, &users.position), ("Pageable.PageSize", &number));
    let tasks = find("workspace", "ListExportTasks");
    let paging = tasks.paging.as_deref().unwrap();
    let offset = Position::Offset { offset: "offset".to_owned() };
    assert_eq!((&*paging.size, &paging.position), ("limit", &offset));
    assert_eq!((paging.total.as_deref(), &*paging.items), (Some("count"), "export_tasks"));
    let polls = tasks.polls.as_deref().unwrap();
    assert_eq!(polls.ends, ["SUCCESS", "FAIL", "EXPIRED"]);
}

/// A file is no list: `ExportUserGroups` takes a page of groups and answers a sheet.
#[test]
fn every_operation_that_takes_a_page_and_answers_a_list_says_how_it_pages() {
    for operation in catalog().operations() {
        let pages = |name| operation.input.member(name).is_some();
        let pages = ["limit", "offset", "Offset", "MaxResults", "Pageable", "Page", "Size"]
            .into_iter()
            .any(pages);
        let lists = !operation.output.members.is_empty();
        assert_eq!(operation.paging.is_some(), pages && lists, "{}", operation.name);
    }
}

#[test]
fn a_code_of_several_causes_tells_them_apart_by_their_text() {
    let gateway = catalog().protocol(crate::Protocol::HuaweiApig).unwrap();
    assert_eq!(gateway.status_of("APIGW.0201", "Request entity too large."), 413);
    assert_eq!(gateway.status_of("APIGW.0201", "other"), 400);
    assert_eq!(gateway.status_of("none", ""), 400);
    let denied = &gateway.codes["APIGW.0301"];
    let tail = |tail: &str| format!("Incorrect IAM authentication information: {tail}");
    let stale = tail("signature expired, signature time:a,server time:b");
    assert_eq!(denied.retry_of(&stale), Some(Retry::Resign));
    assert_eq!(denied.retry_of(&tail("token expires")), Some(Retry::AfterRefresh));
    assert_eq!(denied.retry_of(&tail("other")), Some(Retry::Never));
}

/// The error of a service with one operation that has these keys, the first of which is line 5.
fn error_of(keys: &str) -> String {
    let service = "name = 'toy'\ntitle = 'Toy'\nprotocol = 'aicc'\nversions = ['1']\nhosts = []\nsource = 'none'";
    let parts = format!(
        "[operation.Do]\nlabel = 'do'\ninput = [{{ name = 'Size', type = 'int64' }}, {{ name = 'Ids', type = 'list', element = 'string' }}]
output = [{{ name = 'Part', type = 'list', element = 'Part' }}]\n{keys}
[shape.Part]\nmembers = [{{ name = 'State', type = 'string', values = ['on', 'off'] }}]"
    );
    let file = |name, text| ModelFile { folder: "toy", name, text };
    match load(&[file("service.toml", service), file("parts.toml", &parts)]) {
        Ok(_) => "none".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_an_operation_says_of_several_calls_must_be_in_its_shapes() {
    for (keys, expected) in [
        ("idempotent_by = 'Size'", "none"),
        ("idempotent_by = 'Token'", "unknown member of the input `Token`"),
        ("paging = { size = 'Size', offset = 'Size', items = 'Part' }", "none"),
        (
            "paging = { size = 'Limit', offset = 'Size', items = 'Part' }",
            "unknown member of the input `Limit`",
        ),
        (
            "paging = { size = 'Size', offset = 'Size', total = 'Total', items = 'Part' }",
            "unknown member of the output `Total`",
        ),
        (
            "paging = { size = 'Size', offset = 'Size', items = 'Part.State' }",
            "`Part.State` is no list",
        ),
        (
            "paging = { size = 'Size', offset = 'Ids', items = 'Part' }",
            "`Ids` is no text or number",
        ),
        (
            "paging = { size = 'Size', number = 'Size', items = 'Part' }",
            "paging needs `cursor` and `next`, `number` and `first`, or `offset`",
        ),
        ("polls = { member = 'Part.State', final = ['off'] }", "none"),
        ("polls = { member = 'State', final = ['off'] }", "unknown member of the output `State`"),
        (
            "polls = { member = 'Part.State', final = ['out'] }",
            "unknown value of `Part.State` `out`",
        ),
        ("polls = { member = 'Part.State', final = [] }", "`final` is empty"),
    ] {
        let told = error_of(keys);
        assert_eq!(told.strip_prefix("models/toy/parts.toml:5: ").unwrap_or(&told), expected);
    }
}

#[test]
fn a_wrong_protocol_file_is_told_with_its_line() {
    let error = |name: &str, internal: &str, more: &str| {
        let text = format!(
            "name = 'aicc'\ntitle = 'Toy'\nsource = 'none'\nstatus = 400\ninternal_error = '{internal}'
not_modelled = '501'\nbad_input = '501'\n{more}"
        );
        match load(&[ModelFile { folder: PROTOCOLS, name, text: &text }]) {
            Ok(_) => "none".to_owned(),
            Err(error) => error.to_string(),
        }
    };
    let code = "[codes.501]\nmeaning = 'no'\nretry = 'never'\n";
    let cause = "when = { not_modelled = { message = 'no' } }\n";
    let good = [code, cause].concat();
    assert_eq!(error("aicc.toml", "501", &good), "none");
    for (told, expected) in [
        (error("toy.toml", "501", &good), "toy.toml:1: the name is not that of the file"),
        (error("aicc.toml", "500", &good), "aicc.toml:5: code `500` is not in `[codes]`"),
        (error("aicc.toml", "501", code), "aicc.toml:6: code `501` has no cause `not_modelled`"),
        (
            error("aicc.toml", "501", &good.replace("retry = 'never'\n", "")),
            "aicc.toml:8: code `501` has no `retry`",
        ),
        (
            error("aicc.toml", "501", &good.replace("never", "always")),
            "aicc.toml:10: unknown variant `always`",
        ),
        (
            error("aicc.toml", "501", &["[rules]\nmissing = { code = '400' }\n", &good].concat()),
            "aicc.toml:9: code `400` is not in `[codes]`",
        ),
    ] {
        assert!(told.starts_with(&["models/protocols/", expected].concat()), "{told}: {expected}");
    }
}

#[test]
fn every_service_speaks_a_protocol_that_is_there() {
    for service in &catalog().services {
        let gateway = catalog().protocol(service.protocol).unwrap();
        let shared = service.codes.iter().filter(|(name, _)| gateway.codes.contains_key(*name));
        assert!(shared.into_iter().all(|(_, code)| code.retry.is_some()), "{}", service.name);
    }
}
