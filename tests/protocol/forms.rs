//! Every request form that official clients send, and that a vendor's page documents.

use base64::Engine as _;
use bytes::Bytes;
use cloudtwin::wire::Request;
use http::{HeaderMap, HeaderValue, Method};
use ring::hmac;
use serde_json::{Value, json};

use crate::client::{HOST, Signed, World, request, response};

fn world() -> (World, String) {
    let world = World::new();
    let store = world.store("forms");
    (world, store)
}

fn total(answer: &Value) -> u64 {
    answer["Total"].as_u64().unwrap_or_else(|| panic!("{answer}"))
}

/// A flattened, unsigned list of pairs that asks for a page.
fn page(store: &str) -> Vec<(String, String)> {
    let pairs = [
        ("UserStoreId", store),
        ("Pageable.PageSize", "10"),
        ("Pageable.PageNumber", "1"),
        ("Filters.0.Key", "condition"),
        ("Filters.0.Values.0", "a b+c"),
        ("Filters.0.Logic", "True"),
        ("Original", "false"),
    ];
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn encoded(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[test]
fn a_get_signed_with_tc3() {
    let (world, store) = world();
    let call = Signed {
        method: Method::GET,
        target: format!("/?{}", encoded(&page(&store))),
        content_type: "application/x-www-form-urlencoded",
        ..Signed::new("ListUser", "", world.twin.clock.now())
    };
    assert_eq!(total(&response(&world.send(call.request()))), 0);
}

/// Signs pairs in the old way and sends them; `dots` signs `_` in names as `.`, as Python does.
fn v1(
    world: &World,
    method: &Method,
    host: &str,
    pairs: Vec<(String, String)>,
    sha256: bool,
    dots: bool,
) -> Value {
    let algorithm = if sha256 { hmac::HMAC_SHA256 } else { hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY };
    let pairs = with_common(world, pairs, sha256);
    let signature = signature(method, host, &pairs, dots, algorithm, SECRET);
    send_v1(world, method, host, pairs, signature)
}

const SECRET: &[u8] = b"cloudtwin-secret";

/// What every call in the old way names beside its input.
fn with_common(
    world: &World,
    mut pairs: Vec<(String, String)>,
    sha256: bool,
) -> Vec<(String, String)> {
    let now = world.twin.clock.now().seconds().to_string();
    let common = [
        ("Action", "ListUser"),
        ("Version", "2022-03-31"),
        ("Timestamp", &now),
        ("Nonce", "11886"),
        ("Region", "ap-guangzhou"),
        ("SecretId", "AKIDtwin"),
        ("Language", "en-US"),
        ("SignatureMethod", if sha256 { "HmacSHA256" } else { "HmacSHA1" }),
    ];
    pairs.extend(common.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    pairs
}

fn signature(
    method: &Method,
    host: &str,
    pairs: &[(String, String)],
    dots: bool,
    algorithm: hmac::Algorithm,
    secret: &[u8],
) -> String {
    let mut signed: Vec<(String, &str)> = pairs
        .iter()
        .map(|(name, value)| {
            (if dots { name.replace('_', ".") } else { name.clone() }, value.as_str())
        })
        .collect();
    signed.sort();
    let joined: Vec<String> =
        signed.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let text = format!("{method}{host}/?{}", joined.join("&"));
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), text.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(tag)
}

fn send_v1(
    world: &World,
    method: &Method,
    host: &str,
    mut pairs: Vec<(String, String)>,
    signature: String,
) -> Value {
    pairs.push(("Signature".to_owned(), signature));
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_str(host).unwrap());
    let sent = encoded(&pairs);
    let sent = if method == Method::GET {
        request(Method::GET, &format!("/?{sent}"), headers, Bytes::new())
    } else {
        headers.insert(
            "content-type",
            HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8"),
        );
        request(Method::POST, "/?", headers, Bytes::from(sent))
    };
    response(&world.send(sent))
}

#[test]
fn the_journal_explains_the_usual_mistakes_of_the_old_way() {
    let (world, store) = world();
    let told = |method: &Method, host: &str, algorithm, secret: &[u8]| {
        let pairs = with_common(&world, page(&store), true);
        let wrong = signature(method, host, &pairs, false, algorithm, secret);
        let answer = send_v1(&world, &Method::POST, HOST, pairs, wrong);
        assert_eq!(answer["Error"]["Code"], "AuthFailure.SignatureFailure");
        let why = world.journal().pop().unwrap()["explanation"].as_str().unwrap().to_owned();
        why.lines().take(4).collect::<Vec<_>>().join("\n")
    };
    let sha1 = hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
    let all = [
        told(&Method::GET, HOST, hmac::HMAC_SHA256, SECRET),
        told(&Method::POST, "ciam.tencentcloudapi.com", hmac::HMAC_SHA256, SECRET),
        told(&Method::POST, HOST, sha1, SECRET),
        told(&Method::POST, HOST, hmac::HMAC_SHA256, b"another"),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn an_explanation_of_the_old_way_holds_no_secret() {
    let world = World::new();
    let mut pairs = with_common(&world, Vec::new(), false);
    for name in ["Password", "DataFlowUserCreateList.0.Password"] {
        pairs.push((name.to_owned(), "hunter2".to_owned()));
    }
    let answer = send_v1(&world, &Method::POST, HOST, pairs, "wrong".to_owned());
    assert_eq!(answer["Error"]["Code"], "AuthFailure.SignatureFailure");
    let entry = world.journal().pop().unwrap();
    let why = entry["explanation"].as_str().unwrap();
    assert!(why.contains("&DataFlowUserCreateList.0.Password=***&"), "{why}");
    assert!(why.contains("&Password=***&") && !entry.to_string().contains("hunter2"), "{entry}");
}

#[test]
fn get_and_post_signed_in_the_old_way() {
    let (world, store) = world();
    for method in [Method::GET, Method::POST] {
        for sha256 in [false, true] {
            for dots in [false, true] {
                assert_eq!(total(&v1(&world, &method, HOST, page(&store), sha256, dots)), 0);
            }
        }
    }
    let wrong = v1(
        &world,
        &Method::POST,
        HOST,
        vec![("Pageable.PageSize".to_owned(), "many".to_owned())],
        true,
        false,
    );
    assert_eq!(wrong["Error"]["Code"], "InvalidParameter");
    assert!(wrong["Error"]["Message"].as_str().unwrap().contains("`Pageable.PageSize`"));
}

#[test]
fn a_post_without_a_content_type_is_read_from_its_query_if_it_has_one() {
    let world = World::new();
    let refusal = |target: &str, content_type: Option<&'static str>| {
        let mut headers = HeaderMap::new();
        headers.extend(
            content_type.map(|kind| (http::header::CONTENT_TYPE, HeaderValue::from_static(kind))),
        );
        let answer = response(&world.send(request(Method::POST, target, headers, Bytes::new())));
        answer["Error"]["Message"].as_str().unwrap().to_owned()
    };
    let read = "The request is missing a required parameter `Timestamp`.";
    assert_eq!(refusal("/?Action=ListUser", None), read);
    for (target, content_type) in [("/", None), ("/?Action=ListUser", Some("text/plain"))] {
        let message = refusal(target, content_type);
        assert!(message.starts_with("The content-type must be "), "{message}");
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The code for a request that names nothing which every request must name.
fn code_of(world: &World, method: Method, kind: &str, pairs: &str, too_large: bool) -> String {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_str(kind).unwrap());
    let (target, body) = match method {
        Method::GET => (format!("/?{pairs}"), Bytes::new()),
        _ => ("/".to_owned(), Bytes::from(pairs.to_owned())),
    };
    let request = Request { too_large, ..request(method, &target, headers, body) };
    response(&world.send(request))["Error"]["Code"].as_str().unwrap().to_owned()
}

#[test]
fn a_query_of_32_kib_and_a_form_of_1_mib_are_read_and_no_longer_ones() {
    let world = World::new();
    let code = |method, length: usize| {
        let pairs = format!("A={}", "x".repeat(length - 2));
        code_of(&world, method, FORM, &pairs, false)
    };
    assert_eq!(code(Method::GET, 32 << 10), "MissingParameter");
    assert_eq!(code(Method::GET, (32 << 10) + 1), "RequestSizeLimitExceeded");
    assert_eq!(code(Method::POST, 1 << 20), "MissingParameter");
    assert_eq!(code(Method::POST, (1 << 20) + 1), "AuthFailure.SignatureFailure");
}

#[test]
fn a_body_that_was_too_large_to_be_kept_is_refused_in_every_form() {
    let world = World::new();
    for (method, kind, code) in [
        (Method::GET, FORM, "RequestSizeLimitExceeded"),
        (Method::POST, FORM, "AuthFailure.SignatureFailure"),
        (Method::POST, "application/json", "RequestSizeLimitExceeded"),
        (Method::POST, "multipart/form-data; boundary=edge", "RequestSizeLimitExceeded"),
    ] {
        assert_eq!(code_of(&world, method, kind, "A=1", true), code, "{kind}");
    }
}

#[test]
fn a_form_over_one_megabyte_is_told_as_a_matter_of_the_signature() {
    let world = World::new();
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
    let body = format!("A={}", "x".repeat(1 << 20));
    let answer = response(&world.send(request(Method::POST, "/", headers, Bytes::from(body))));
    assert_eq!(answer["Error"]["Code"], "AuthFailure.SignatureFailure");
    assert!(answer["Error"]["Message"].as_str().unwrap().contains("exceeding request size limit"));
}

#[test]
fn a_multipart_body_has_a_part_for_each_member() {
    let (world, store) = world();
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"UserStoreId\"\r\n\r\n{store}\r\n\
         --edge\r\nContent-Disposition: form-data; name=\"Pageable\"\r\nContent-Type: application/json\r\n\r\n\
         {{\"PageSize\": 10, \"PageNumber\": 1}}\r\n\
         --edge\r\nContent-Disposition: form-data; name=\"Original\"\r\n\r\nTrue\r\n--edge--\r\n"
    );
    let content_type = "multipart/form-data; charset=utf-8; boundary=edge";
    let send = |body: String| {
        let call = Signed { content_type, ..Signed::new("ListUser", body, world.twin.clock.now()) };
        response(&world.send(call.request()))
    };
    assert_eq!(total(&send(body.clone())), 0);
    // The type of a part says that it is JSON, or its member does.
    let name = "name=\"UserStoreId\"\r\n\r\n";
    let typed = |kind: &str, value: &str| {
        let part = format!("name=\"UserStoreId\"\r\nContent-Type: {kind}\r\n\r\n{value}");
        body.replace(&format!("{name}{store}"), &part)
    };
    assert_eq!(total(&send(typed("text/plain", &store))), 0);
    assert_eq!(total(&send(typed("application/json", &format!("\"{store}\"")))), 0);
    assert_eq!(total(&send(body.replace("Content-Type: application/json\r\n", ""))), 0);
    let broken = send(body.replace("--edge--", "--ed"));
    assert_eq!(broken["Error"]["Code"], "InvalidRequest");
}

#[test]
fn official_clients_differ_in_host_scope_and_spelling_and_all_pass() {
    let (world, store) = world();
    let input =
        json!({"UserStoreId": store, "Pageable": {"PageSize": 10, "PageNumber": 1}}).to_string();
    let usual = Signed::new("ListUser", input, world.twin.clock.now());
    let java = "application/json; charset=utf-8";
    let tccli = "http://127.0.0.1:4588";
    let forms = [
        ("python, go", usual.clone()),
        ("nodejs", Signed { service: "127", covered_host: Some("127.0.0.1"), ..usual.clone() }),
        (
            "nodejs with a scheme",
            Signed { service: "http://127", covered_host: Some("127.0.0.1"), ..usual.clone() },
        ),
        ("tccli", Signed { host: tccli, ..usual.clone() }),
        ("java", Signed { service: "127", content_type: java, ..usual.clone() }),
        ("php", Signed { service: "127", ..usual.clone() }),
        ("by name", Signed { host: "localhost:4588", service: "localhost:4588", ..usual.clone() }),
        (
            "through a proxy",
            Signed {
                host: "ciam.tencentcloudapi.com",
                target: "http://ciam.tencentcloudapi.com/".to_owned(),
                ..usual.clone()
            },
        ),
        ("a region's host", Signed { host: "ciam.ap-tokyo.tencentcloudapi.com", ..usual.clone() }),
        (
            "with a token",
            Signed { more: vec![("x-tc-token", "cloudtwin-token".to_owned())], ..usual.clone() },
        ),
    ];
    for (client, call) in forms {
        assert_eq!(total(&response(&world.send(call.request()))), 0, "{client}");
    }
    let mut blanks = usual.clone();
    let header =
        usual.headers().iter().find(|(name, _)| *name == "authorization").unwrap().1.clone();
    blanks.more.push(("authorization", header.replace("TC3-HMAC-SHA256 ", "TC3-HMAC-SHA256  ")));
    assert_eq!(total(&response(&world.send(blanks.request()))), 0, ".NET");
}

#[test]
fn the_old_version_has_its_one_action() {
    let (world, store) = world();
    let input = json!({"UserStoreId": store, "Page": 1, "Size": 10});
    let call = |action| world.call_of(action, "2021-04-20", input.clone());
    assert_eq!(total(&call("ListUserGroups")), 0);
    assert_eq!(call("ListUser")["Error"]["Code"], "InvalidAction");
}

#[test]
fn without_authentication_a_key_still_names_its_tenant_and_the_journal_says_so() {
    let world = World::with(|config| config.auth = false);
    let call = Signed {
        tenant: "ci",
        secret: "any",
        ..Signed::new("ListUserStore", "{}", world.twin.clock.now())
    };
    assert!(response(&world.send(call.request()))["UserStoreSet"].is_array());
    let mut keyless = call.clone();
    keyless.more.push(("authorization", "none".to_owned()));
    assert!(response(&world.send(keyless.request()))["UserStoreSet"].is_array());
    let journal = world.journal();
    assert_eq!((&journal[0]["tenant"], &journal[1]["tenant"]), (&json!("ci"), &json!("default")));
    assert_eq!(journal[0]["unsigned"], true);
}

/// The answer to a body that is sent as it is.
fn answer_to(world: &World, action: &str, body: &'static str, language: &str) -> Value {
    let mut call = Signed::new(action, body, world.twin.clock.now());
    call.more.push(("x-tc-language", language.to_owned()));
    response(&world.send(call.request()))
}

#[test]
fn a_body_of_null_has_no_members() {
    let (world, _) = world();
    let stores = answer_to(&world, "ListUserStore", "null", "en-US");
    assert_eq!(stores["UserStoreSet"], world.ok("ListUserStore", json!({}))["UserStoreSet"]);
    let missing = answer_to(&world, "ListUserGroups", "null", "en-US");
    assert_eq!(missing["Error"]["Code"], "MissingParameter", "{missing}");
    for body in ["[]", "\"\"", "0", "[null]"] {
        let refused = answer_to(&world, "ListUserStore", body, "en-US");
        assert_eq!(refused["Error"]["Code"], "InvalidParameter", "{body}");
    }
}

#[test]
fn half_of_a_surrogate_pair_is_named() {
    let (world, _) = world();
    let body = r#"{"UserPoolName": "\ud83d"}"#;
    let told = |language| {
        let answer = answer_to(&world, "CreateUserStore", body, language);
        let part = |name: &str| answer["Error"][name].as_str().unwrap().to_owned();
        format!("{}: {}", part("Code"), part("Message"))
    };
    insta::assert_snapshot!([told("en-US"), told("zh-CN")].join("\n"), @r"
    InvalidParameter: The request body has the escape `\ud83d`, which is half of a surrogate pair and stands for no character.
    InvalidParameter: 请求内容中的转义字符`\ud83d`只是代理对的一半，不表示任何字符。
    ");
    let whole =
        answer_to(&world, "CreateUserStore", r#"{"UserPoolName": "\ud83d\ude00"}"#, "en-US");
    assert!(whole["Error"].is_null(), "{whole}");
}
