//! The second address, for tokens alone.

use serde_json::json;

use super::center::{CREATE, QUERY, TOKEN, batch};
use super::sockets::{bearer, exchange, post};
use crate::process::{Running, cloudtwin};

/// Where the twin says that tokens are to be had too.
fn second_address(twin: &mut Running) -> String {
    let lines = [twin.line(), twin.line()];
    let (_, address) = lines[1].split_once("tokens also at http://").unwrap();
    address.trim_end().to_owned()
}

#[test]
fn the_second_address_serves_tokens_and_nothing_else() {
    let mut twin = Running::start(&["--aicc-token-listen", "127.0.0.1:0"]);
    let second = second_address(&mut twin);
    let headers = bearer(&twin, &second);
    // The token is good on the first address, which gives tokens too.
    let (status, said) = post(&twin, &twin.address, CREATE, &headers, &batch(json!([])));
    assert_eq!((status.as_str(), &said["resultCode"]), ("200", &json!("100-102")));
    bearer(&twin, &twin.address);

    for path in [
        CREATE,
        QUERY,
        "/",
        "/_twin/health",
        "/_twin/reset",
        "/files/x/y",
        "/apiaccess/nothing",
        "/apigovernance/api/oauth/",
        "/apiaccess/ccmessaging/applyToken",
    ] {
        let (status, said) = post(&twin, &second, path, &headers, "{}");
        assert_eq!((status.as_str(), &said["resultCode"]), ("404", &json!("404")), "{path}");
    }
    let get = exchange(&twin, &second, &format!("GET {TOKEN} HTTP/1.1\r\nHost: {second}\r\n\r\n"));
    assert!(get.starts_with("HTTP/1.1 405 ") && get.contains("\r\nallow: POST\r\n"), "{get}");
}

#[test]
fn the_second_address_is_held_to_the_rules_of_the_first() {
    let told = |arguments: &[&str]| {
        let output = cloudtwin(arguments).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let serve = ["serve", "--listen", "127.0.0.1:0", "--aicc-token-listen"];
    assert_eq!(
        told(&[&serve[..], &["0.0.0.0:0"]].concat()),
        (
            2,
            "cloudtwin: other machines can reach 0.0.0.0: add --allow-remote if that is meant\n"
                .to_owned()
        )
    );
    let twin = Running::start(&[]);
    let (code, text) = told(&[&serve[..], &[&twin.address]].concat());
    assert_eq!(code, 4);
    assert!(text.starts_with(&format!("cloudtwin: cannot listen on {}: ", twin.address)), "{text}");
    assert_eq!(told(&[&serve[..], &["nowhere"]].concat()).0, 2);
    let mut twin = Running::start(&["--aicc-token-listen", "0.0.0.0:0", "--allow-remote"]);
    let second = second_address(&mut twin);
    bearer(&twin, &second);
}
