//! Attacks of web pages, carried out by a real browser: pages of another site try to change the
//! twin's state and to read it, by images, forms, scripts and a host name that they point at it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use serde_json::Value;

use crate::process::Running;

/// The browsers that are looked for, by the names of their commands.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// The browser's command. Where it cannot be started that is a failure in CI, and told loudly
/// everywhere else.
fn browser() -> Option<&'static str> {
    let starts = |name: &&&str| {
        Command::new(name).arg("--version").output().is_ok_and(|said| said.status.success())
    };
    let found = BROWSERS.iter().find(starts);
    if found.is_none() {
        let text = "pages are NOT proven: no chromium; on Debian: apt-get install -y chromium";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{text}");
        writeln!(std::io::stderr(), "\n*** {text} ***").unwrap();
    }
    found.copied()
}

/// Serves one page under every path, until the process ends; its port.
fn serve(page: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            let length = page.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{page}"
            );
            drop(stream.get_mut().write_all(answer.as_bytes()));
        }
    });
    port
}

/// Opens an address, lets its page finish, and gives what then stands in it.
fn visit(browser: &str, address: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let profile = |home: &Path| format!("--user-data-dir={}", home.display());
    let Output { status, stdout, stderr } = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-dev-shm-usage", "--no-proxy-server"])
        .arg("--host-resolver-rules=MAP evil.example 127.0.0.1")
        .args(["--virtual-time-budget=10000", "--dump-dom", &profile(home.path()), address])
        .env("HOME", home.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{browser} ended with {status}:\n{text}");
    String::from_utf8_lossy(&stdout).into_owned()
}

/// A page that attacks the twin in every way that needs no permission, and writes down what it
/// could read.
fn attacks(twin: &str, name: &str) -> String {
    let call = format!(
        "/?Action=CreateUserStore&Version=2022-03-31&Region=ap-guangzhou&SecretId=AKIDtwin&UserPoolName={name}"
    );
    format!(
        r#"<title>begun</title><img src="http://{twin}{call}-image"><img src="http://{twin}/_twin/clock">
<iframe name="into"></iframe>
<form id="form" method="post" target="into" action="http://{twin}/">
<input name="Action" value="CreateUserStore"><input name="Version" value="2022-03-31">
<input name="Region" value="ap-guangzhou"><input name="SecretId" value="AKIDtwin">
<input name="UserPoolName" value="{name}-form"></form>
<script>
const tried = [
  fetch("http://{twin}{call}-fetch", {{mode: "no-cors"}}),
  fetch("http://{twin}/v2/p/users", {{mode: "no-cors", method: "POST", body: "{{}}"}}),
  fetch("http://{twin}/files/a/b", {{mode: "no-cors"}}),
  fetch("http://{twin}/_twin/state").then(a => a.text()).then(text => document.title += " READ " + text),
  {reset}
];
document.getElementById("form").submit();
Promise.allSettled(tried).then(() => document.title += " done");
</script>"#,
        reset = if name == "foreign" {
            format!(r#"fetch("http://{twin}/_twin/reset", {{mode: "no-cors", method: "POST"}})"#)
        } else {
            String::new()
        }
    )
}

fn title(page: &str) -> &str {
    let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    title.map_or("", |(title, _)| title)
}

fn stores(twin: &Running) -> Value {
    twin.control("GET", "state", "")["tenants"].take()
}

#[test]
fn pages_of_another_site_neither_change_nor_read_anything() {
    let Some(browser) = browser() else { return };
    let twin = Running::start(&["--auth", "off", "--throttle", "off", "--log", "debug"]);
    let before = stores(&twin);
    let port = |address: &str| address.rsplit_once(':').unwrap().1.to_owned();
    let local = attacks(&twin.address, "local");
    let foreign = attacks(&twin.address, "foreign");
    for (host, page) in [("localhost", local), ("evil.example", foreign)] {
        let seen = visit(browser, &format!("http://{host}:{}/", serve(page)));
        assert_eq!(title(&seen), "begun done", "{host}: {seen}");
        let journal = twin.control("GET", "journal", "");
        let entries = journal["entries"].as_array().unwrap();
        let refused = |entry: &&Value| entry["status"] == 403 && entry["outcome"] == "not_ours";
        let of = |method: &str, path: &str| {
            let sent = |entry: &&Value| entry["method"] == method && entry["path"] == path;
            entries.iter().filter(refused).filter(sent).count()
        };
        // The image and the script; the form; the script's POST; its file.
        let arrived =
            [of("GET", "/"), of("POST", "/"), of("POST", "/v2/p/users"), of("GET", "/files/a/b")];
        assert_eq!(arrived, [2, 1, 1, 1], "{host}: {journal}");
        assert_eq!(entries.iter().filter(refused).count(), entries.len(), "{host}: {journal}");
        assert_eq!(stores(&twin), before, "{host}");
        twin.control("DELETE", "journal", "");
    }

    // The page's own name, pointed at the twin: to the browser it is one site with the page.
    let rebound = format!("http://evil.example:{}", port(&twin.address));
    let call = "/?Action=ListUserStore&Version=2022-03-31&Region=ap-guangzhou&SecretId=AKIDtwin";
    let seen = visit(browser, &format!("{rebound}{call}"));
    assert!(!seen.contains("UserStoreSet") && seen.contains("not as \"evil.example\""), "{seen}");
    assert_eq!(stores(&twin), before);
    let log = twin.stop();
    assert!(log.contains("foreign_origin"), "the script's reset did not arrive:\n{log}");
}

#[test]
fn a_person_may_open_what_the_twin_shows_in_a_browser() {
    let Some(browser) = browser() else { return };
    let twin = Running::start(&[]);
    let seen = visit(browser, &format!("http://{}/_twin/health", twin.address));
    assert!(seen.contains("\"status\":\"ok\""), "{seen}");
}
