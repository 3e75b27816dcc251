//! Which error comes first: requests that are wrong in one more way than the next one.

use bytes::Bytes;
use cloudtwin::wire::Request;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

use crate::client::{HOST, Signed, World, request, response};

fn bare(method: Method, target: &str, headers: &[(&'static str, &str)], body: &str) -> Request {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, HeaderValue::from_str(value).unwrap());
    }
    request(method, target, map, Bytes::from(body.to_owned()))
}

fn told(world: &World, request: Request) -> String {
    let answer = response(&world.send(request));
    format!(
        "{}: {}",
        answer["Error"]["Code"].as_str().unwrap(),
        answer["Error"]["Message"].as_str().unwrap()
    )
}

#[test]
fn each_step_of_the_order_tells_its_own_error() {
    let world = World::with(|config| config.throttle = true);
    let now = world.twin.clock.now();
    let whole = Signed::new("DescribeUserById", "{}", now);
    let action = [("host", HOST), ("content-type", "application/json")];
    let mut steps = vec![
        told(&world, bare(Method::PUT, "/", &action, "{}")),
        told(
            &world,
            bare(Method::POST, "/", &[("host", HOST), ("content-type", "text/plain")], "{}"),
        ),
        told(&world, bare(Method::GET, "/?Action", &[("host", HOST)], "")),
        told(&world, bare(Method::GET, "/", &[("host", HOST)], "")),
        told(&world, bare(Method::GET, "/?Action=DescribeUserById", &[("host", HOST)], "")),
        told(&world, bare(Method::GET, "/?Timestamp=1", &[("host", HOST)], "")),
        told(&world, bare(Method::GET, "/?Timestamp=1&Action=A", &[("host", HOST)], "")),
        told(&world, bare(Method::GET, "/?Timestamp=1&Action=A&Version=V", &[("host", HOST)], "")),
        told(&world, bare(Method::POST, "/", &action, "")),
    ];
    let changed = |change: fn(&mut Signed<'_>)| {
        let mut call = whole.clone();
        change(&mut call);
        told(&world, call.request())
    };
    steps.extend([
        changed(|call| call.more.push(("authorization", "SKIP".to_owned()))),
        changed(|call| call.host = "cvm.tencentcloudapi.com"),
        changed(|call| {
            call.host = "ciam.tencentcloudapi.com";
            call.service = "cvm";
        }),
        changed(|call| call.version = "2000-01-01"),
        changed(|call| call.action = "DescribeNobody"),
        changed(|call| call.at -= 301),
        changed(|call| {
            call.at += 301;
            call.tenant = "a b";
        }),
        changed(|call| call.tenant = "a b"),
        changed(|call| call.more.push(("x-tc-token", "stolen".to_owned()))),
        changed(|call| call.secret = "another"),
        changed(|call| call.region = ""),
        changed(|call| call.region = "Mars"),
        changed(|call| call.body = Bytes::from_static(b"[]")),
        changed(|call| call.body = Bytes::from_static(b"")),
        changed(|call| call.body = Bytes::from_static(br#"{"Pageable": 1, "New": 1}"#)),
        changed(|call| call.body = Bytes::from_static(br#"{"UserStoreId": 1}"#)),
        changed(|_| {}),
    ]);
    insta::assert_snapshot!(steps.join("\n"));
}

#[test]
fn a_chinese_reader_gets_the_chinese_texts_that_are_known() {
    let world = World::with(|config| config.throttle = true);
    let chinese = |change: fn(&mut Signed<'_>)| {
        let input = json!({}).to_string();
        let mut call = Signed::new("ListUserStore", input, world.twin.clock.now());
        call.more.push(("x-tc-language", "zh-CN".to_owned()));
        change(&mut call);
        told(&world, call.request())
    };
    let steps = [
        chinese(|call| call.tenant = "a b"),
        chinese(|call| call.secret = "another"),
        chinese(|call| call.body = Bytes::from_static(b"nothing")),
        chinese(|call| call.body = Bytes::from_static(br#"{"New": 1}"#)),
        chinese(|call| call.version = "2000-01-01"),
    ];
    insta::assert_snapshot!(steps.join("\n"));
}

#[test]
fn a_version_that_no_product_has_is_told_of_the_product_that_was_signed() {
    let world = World::new();
    let signed_as = |service| {
        let now = world.twin.clock.now();
        let call =
            Signed { service, version: "2000-01-01", ..Signed::new("DescribeNobody", "{}", now) };
        told(&world, call.request()).trim_end().to_owned()
    };
    insta::assert_snapshot!([signed_as("cvm"), signed_as("127"), signed_as("ciam")].join("\n"), @"
    NoSuchProduct: The specified service=`cvm` does not exist.
    NoSuchVersion: The specified api version=`2000-01-01` does not exist in service=`127`.
    NoSuchVersion: The specified api version=`2000-01-01` does not exist in service=`ciam`.
    ");
}

#[test]
fn a_timestamp_may_be_five_minutes_off_and_no_more() {
    let world = World::new();
    let code = |off: i64| {
        let mut call = Signed::new("ListUserStore", "{}", world.twin.clock.now());
        call.at += off;
        response(&world.send(call.request()))["Error"]["Code"].as_str().map(str::to_owned)
    };
    for off in [-300, -1, 0, 1, 300] {
        assert_eq!(code(off), None, "{off}");
    }
    for off in [-2_000_000_000, -301, 301, 2_000_000_000] {
        assert_eq!(code(off).as_deref(), Some("AuthFailure.SignatureExpire"), "{off}");
    }
}

#[test]
fn a_region_is_words_of_small_letters_and_digits_with_dashes_between() {
    let world = World::new();
    let code = |region: &str| {
        let now = world.twin.clock.now();
        let call = Signed { region, ..Signed::new("ListUserStore", "{}", now) };
        response(&world.send(call.request()))["Error"]["Code"].as_str().map(str::to_owned)
    };
    for region in ["ap-guangzhou", "eu-frankfurt", "ap-shanghai-fsi", "na-2", "a-b"] {
        assert_eq!(code(region), None, "{region}");
    }
    for region in ["guangzhou", "ap-", "-ap", "ap--x", "-", "AP-guangzhou", "ap-guang zhou", "ap-*"]
    {
        assert_eq!(code(region).as_deref(), Some("InvalidParameterValue"), "{region}");
    }
}

#[test]
fn the_twenty_first_call_in_a_second_is_refused_for_its_action_region_and_tenant_alone() {
    let world = World::with(|config| config.throttle = true);
    let call = |tenant: &str, action: &str, host: &str| {
        let call = Signed { host, tenant, ..Signed::new(action, "{}", world.twin.clock.now()) };
        let answer = response(&world.send(call.request()));
        answer["Error"]["Message"].as_str().map(str::to_owned)
    };
    for _ in 0..20 {
        assert_eq!(call("default", "ListUserStore", HOST), None);
    }
    let refused = "Your current request times equals to `21` in a second, which exceeds the frequency limit `20` \
                   for a second. Please reduce the frequency of calls.";
    assert_eq!(call("default", "ListUserStore", HOST).as_deref(), Some(refused));
    assert_eq!(call("other", "ListUserStore", HOST), None);
    assert_eq!(call("default", "ListUserStore", "ciam.ap-tokyo.tencentcloudapi.com"), None);
    world.twin.clock.advance(1000);
    assert_eq!(call("default", "ListUserStore", HOST), None);
}

#[test]
fn an_access_region_that_the_vendor_does_not_list_is_counted_as_the_nearest() {
    let world = World::with(|config| config.throttle = true);
    let code = |host: &str| {
        let now = world.twin.clock.now();
        let call = Signed { host, ..Signed::new("ListUserStore", "{}", now) };
        let mut answer = response(&world.send(call.request()));
        answer["Error"]["Code"].take()
    };
    for number in 0..20 {
        assert_eq!(code(&format!("ciam.ap-{number}.tencentcloudapi.com")), Value::Null);
    }
    assert_eq!(code("ciam.ap-20.tencentcloudapi.com"), "RequestLimitExceeded");
    assert_eq!(code(HOST), "RequestLimitExceeded");
    assert_eq!(code("ciam.ap-seoul.tencentcloudapi.com"), Value::Null);
}
