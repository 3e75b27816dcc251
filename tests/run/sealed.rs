//! `cloudtwin run --intercept sealed`: a command without any network but the twin's.

use std::process::{Command, Output};

use super::{path, run, text};
use crate::process::cloudtwin;

/// A command that tries to get out: by address, by name, by a datagram.
const ESCAPE: &str = "\
curl -sS -m 5 https://198.51.100.7/ || echo no address
curl -sS -m 5 http://198.51.100.7:8080/ || echo no other port
curl -sS -m 5 https://example.com/ || echo no name
curl -sS -m 5 http://cvm.tencentcloudapi.com/ || echo no unmodelled host
curl -sS -m 5 -g 'http://[2001:db8::7]/' || echo no IPv6
python3 -c 'import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b\"x\", (\"198.51.100.8\", 53))'
exit 3";

fn sealed(command: &[&str]) -> Output {
    run(&["--intercept", "sealed"], command)
}

/// The same command without the rights of root, if this is root.
fn unprivileged(options: &[&str], command: &[&str]) -> Output {
    let twin = cloudtwin(&[&["run"], options, &["--"], command].concat());
    if !rustix::process::getuid().is_root() {
        return { twin }.output().unwrap();
    }
    let mut command = Command::new("setpriv");
    // The last right is that to give the id of root to a namespace, which other users do not need.
    command.arg("--bounding-set=-all,+setfcap").arg(twin.get_program()).args(twin.get_args());
    command.output().unwrap()
}

#[test]
fn nothing_but_the_twin_can_be_reached_and_the_summary_says_what_was_tried() {
    let output = sealed(&["sh", "-c", ESCAPE]);
    assert_eq!(output.status.code(), Some(3));
    let (tries, summary) = (text(output.stdout), text(output.stderr));
    let expected = "no address\nno other port\nno name\nno unmodelled host\nno IPv6\n";
    assert_eq!(tries, expected, "{summary}");
    let outside = summary.lines().filter_map(|line| line.strip_prefix("  outside "));
    assert_eq!(
        outside.collect::<Vec<_>>(),
        [
            "198.51.100.7:443 (tcp): 1 refused",
            "198.51.100.7:8080 (tcp): 1 refused",
            "198.51.100.8:53 (udp): 1 refused",
            "[2001:db8::7]:80 (tcp): 1 refused",
            "cvm.tencentcloudapi.com: 1 refused",
            "example.com: 1 refused",
        ],
        "{summary}"
    );
}

#[test]
fn the_machine_keeps_its_files_and_the_command_its_user() {
    let read = || ["hosts", "resolv.conf"].map(|name| std::fs::read(format!("/etc/{name}")).ok());
    let before = read();
    let command = ["sh", "-c", "id -u; pwd; cat /etc/resolv.conf; grep CapEff /proc/self/status"];
    let options = ["--intercept", "sealed", "--no-summary"];
    let output = unprivileged(&options, &command);
    let said = text(output.stdout);
    assert!(output.status.success(), "{}", text(output.stderr));
    let mut lines = said.lines();
    assert_eq!(lines.next(), Some(&*rustix::process::getuid().as_raw().to_string()), "{said}");
    let folder = std::env::current_dir().unwrap();
    assert_eq!(lines.next(), folder.to_str(), "{said}");
    assert_eq!(lines.next(), Some("nameserver 127.0.0.1"), "{said}");
    assert_eq!(read(), before);
}

#[test]
fn sealed_runs_stand_side_by_side() {
    // Each begins once all are there: a pipe opens for writing when it is opened for reading.
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
    for pipe in [&one, &other] {
        assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    }
    let curl = "curl -sS https://organization.tencentcloudapi.com/";
    let first = format!("{curl} && echo > \"$0\" && read line < \"$1\" && {curl}");
    let second = format!("read line < \"$0\" && {curl} && echo > \"$1\" && {curl}");
    let [one, other] = [path(&one), path(&other)];
    let runs = std::thread::scope(|scope| {
        let commands = [first, second];
        let run = |command: String| move || sealed(&["sh", "-c", &command, one, other]);
        let runs = commands.map(|command| scope.spawn(run(command)));
        runs.map(|run| run.join().unwrap())
    });
    for output in runs {
        assert!(output.status.success(), "{}", text(output.stderr));
        assert!(text(output.stdout).contains("RequestId"));
    }
}

#[test]
fn a_system_that_forbids_it_is_told_apart_from_a_command_that_fails() {
    let twin = cloudtwin(&["run", "--intercept", "sealed", "--", "true"]);
    let mut inner = Command::new("unshare");
    // Namespaces in which no further ones may be created, and no right to do it anyway.
    let script =
        "echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set=-all \"$@\"";
    inner.args(["--user", "--map-root-user", "sh", "-c", script, "sh"]);
    let output = inner.arg(twin.get_program()).args(twin.get_args()).output().unwrap();
    let said = text(output.stderr);
    assert_eq!(output.status.code(), Some(7), "{said}");
    let why = "cloudtwin: this system allows no sealed run: namespaces cannot be created: ";
    assert!(said.starts_with(why), "{said}");
    assert!(
        said.contains("(user.max_user_namespaces is 0)") && said.contains("`--intercept on`"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn what_does_not_go_with_a_seal_is_wrong_use() {
    for (options, why) in [
        (&["--listen", "127.0.0.1:0"][..], "leave --listen and --tls out"),
        (&["--tls", "127.0.0.1:0"], "leave --listen and --tls out"),
        (&["--allow-host", "*"], "has no way out"),
    ] {
        let output = run(&[&["--intercept", "sealed"], options].concat(), &["true"]);
        let said = text(output.stderr);
        assert_eq!((output.status.code(), said.contains(why)), (Some(2), true), "{said}");
    }
    let output = cloudtwin(&["serve", "--intercept", "sealed"]).output().unwrap();
    let said = text(output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("`cloudtwin run` alone"), "{said}");
}
