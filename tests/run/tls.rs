//! Certificates: the address that takes https, the CA as files, clients that do not trust it.

use base64::Engine as _;

use super::{path, run, text};
use crate::process::cloudtwin;

#[test]
fn an_address_of_its_own_takes_https_by_address_and_by_name() {
    let command = "\
curl -sS -w ' %{http_version}\\n' \"$CLOUDTWIN_TLS_URL/_twin/health\"
curl -sS --http1.1 -w ' %{http_version}\\n' \"https://localhost:${CLOUDTWIN_TLS_URL##*:}/_twin/health\"
curl -sS -X CONNECT --request-target example.com:443 -o /dev/null -w '%{http_code}\\n' --http1.1 \"$CLOUDTWIN_TLS_URL\"";
    let output = run(&["--tls", "127.0.0.1:0", "--no-summary"], &["sh", "-c", command]);
    let said = text(output.stdout);
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0].starts_with('{') && lines[0].ends_with(" 2"), "{said}");
    assert!(lines[1].starts_with('{') && lines[1].ends_with(" 1.1"), "{said}");
    // No tunnel within TLS.
    assert_eq!(lines[2], "405", "{said}{}", text(output.stderr));
}

#[test]
fn plain_http_at_the_address_of_https_breaks_off_and_is_in_the_log() {
    let command = "curl -sS \"http://${CLOUDTWIN_TLS_URL#https://}/\" || echo refused";
    let output = run(&["--tls", "127.0.0.1:0", "--no-summary"], &["sh", "-c", command]);
    assert_eq!(text(output.stdout), "refused\n");
    let said = text(output.stderr);
    assert!(said.contains("a client ended TLS before it began"), "{said}");
}

#[test]
fn a_client_that_distrusts_the_ca_is_told_which_variable_it_lost() {
    let command = "unset CURL_CA_BUNDLE SSL_CERT_FILE; curl -sS https://ciam.tencentcloudapi.com/";
    let output = run(&["--no-summary"], &["sh", "-c", command]);
    assert_eq!(output.status.code(), Some(60));
    let said = text(output.stderr);
    assert!(
        said.contains(
            "a client does not trust the twin's certificate: `cloudtwin run` sets CURL_CA_BUNDLE"
        ),
        "{said}"
    );
}

#[test]
fn the_variables_of_trust_and_proxy_keep_what_cannot_lead_elsewhere() {
    let mut command = cloudtwin(&["run", "--dry-run", "--", "true"]);
    let own = "db.internal, .tencentcloudapi.com,*,com";
    command.env("NO_PROXY", own).env("JAVA_TOOL_OPTIONS", "-Xmx1g").env("PYTHONPATH", "/own");
    command.env("PHP_INI_SCAN_DIR", "/own").env("ALL_PROXY", "http://corp:3128");
    let said = text(command.output().unwrap().stdout);
    let value = |name: &str| {
        let mut lines = said.lines();
        lines.find_map(|line| line.strip_prefix(&format!("{name}="))).unwrap().to_owned()
    };
    assert_eq!(value("NO_PROXY"), "127.0.0.1,localhost,::1,db.internal");
    assert!(
        value("PYTHONPATH").ends_with(":/own") && value("PHP_INI_SCAN_DIR").starts_with("/own:/")
    );
    let java = value("JAVA_TOOL_OPTIONS");
    assert!(java.contains("/ca.p12 ") && java.ends_with(" -Xmx1g"), "{java}");
    assert_eq!(value("ALL_PROXY"), value("CLOUDTWIN_URL"));
}

#[test]
fn the_ca_is_printed_for_clients_that_others_start() {
    let folder = tempfile::tempdir().unwrap();
    let print = |format| {
        let mut command = cloudtwin(&["ca", "--format", format, "--ca-dir"]);
        let output = command.arg(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", text(output.stderr));
        output.stdout
    };
    let pem = print("pem");
    assert_eq!(pem, std::fs::read(folder.path().join("ca.pem")).unwrap());
    let body: String = text(pem).lines().filter(|line| !line.starts_with('-')).collect();
    let certificate = base64::engine::general_purpose::STANDARD.decode(body).unwrap();
    let store = print("pkcs12");
    assert!(store.windows(certificate.len()).any(|part| part == certificate), "{store:?}");
}

#[test]
fn a_ca_folder_that_cannot_be_used_is_wrong_use() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for command in [&["ca", "--ca-dir"][..], &["serve", "--intercept", "on", "--ca-dir"]] {
        let output = cloudtwin(command).arg(&file).output().unwrap();
        let said = text(output.stderr);
        let why = format!("cloudtwin: cannot use {}", path(&file));
        assert_eq!(
            (output.status.code(), said.starts_with(&why) && said.contains("Not a directory")),
            (Some(2), true),
            "{said}"
        );
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for option in ["--listen", "--tls"] {
        let output = run(&[option, &address], &["true"]);
        let said = text(output.stderr);
        let why = format!("cloudtwin: cannot listen on {address}: Address already in use");
        assert_eq!((output.status.code(), said.starts_with(&why)), (Some(4), true), "{said}");
    }
}

#[test]
fn a_host_that_is_refused_is_named_in_the_summary() {
    let output = run(&[], &["sh", "-c", "curl -sS https://example.com/ || true"]);
    let said = text(output.stderr);
    assert!(said.contains("\n  unknown example.com:443: 1 status 403;"), "{said}");
}

#[test]
fn the_systems_cas_are_trusted_where_real_hosts_may_be_reached() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.pem");
    std::fs::write(&own, "the system's\n").unwrap();
    let trusted = |options: &[&str]| {
        let mut command = cloudtwin(&[&["run", "--no-summary"], options].concat());
        command.args(["--", "sh", "-c", "cat \"$SSL_CERT_FILE\""]).env("SSL_CERT_FILE", &own);
        text(command.output().unwrap().stdout)
    };
    assert!(trusted(&["--allow-host", "example.com"]).ends_with("the system's\n"));
    assert!(!trusted(&[]).contains("the system's"));
}
