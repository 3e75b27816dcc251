//! Every documented code of every operation is either met by a call of some test or known to need force.

use std::collections::BTreeSet;
use std::process::Command;

use cloudtwin::catalog::{Listed, listing};
use contracts::catalog;

use crate::client::MET;

#[test]
fn every_code_is_of_some_operation_and_those_by_force_say_why() {
    for service in &catalog().services {
        let used: BTreeSet<_> =
            service.operations.iter().flat_map(|operation| &operation.errors).collect();
        let declared: BTreeSet<_> = service.codes.keys().collect();
        assert_eq!(used, declared, "{}", service.name);
        for operation in &service.operations {
            for code in &operation.errors {
                let reason = service.codes[code].forced_only(&operation.name);
                assert!(reason.is_none_or(|reason| reason.len() > 10), "{code} says no reason");
            }
        }
    }
}

/// The tests whose calls count: those of the services that run in this process.
const COUNTED: [&str; 6] =
    ["ciam::", "organization::", "aicc::", "workspace::", "huawei::", "contract::"];

/// Left out of these: random calls, which may meet a code or not, faults that a test makes, what needs
/// a process of its own, and what takes long.
const NOT_COUNTED: [&str; 10] = [
    "coverage::",
    "model::",
    "a_valid_request",
    "faults::",
    "lives::",
    "restarts::",
    "sockets::",
    "paging::",
    "sheets::",
    "malformed::",
];

/// What the counted tests met when they were run just now.
fn met() -> BTreeSet<String> {
    let record = tempfile::NamedTempFile::new().unwrap();
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(COUNTED).args(NOT_COUNTED.iter().flat_map(|name| ["--skip", name]));
    again.env(MET, record.path());
    let output = again.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let lines = std::fs::read_to_string(record.path()).unwrap();
    lines.lines().map(str::to_owned).collect()
}

#[test]
fn each_code_of_each_operation_is_met_by_a_call_or_needs_force() {
    let met = met();
    let rows = listing(None).into_iter().filter(|row| row.modelled);
    let (mut unmet, mut without_force) = (Vec::new(), Vec::new());
    for Listed { service, operation, errors, errors_forced_only, .. } in rows {
        let pair = |code: String| format!("{service} {operation} {code}");
        unmet.extend(errors.into_iter().map(pair).filter(|pair| !met.contains(pair)));
        let forced = errors_forced_only.into_iter().map(pair);
        without_force.extend(forced.filter(|pair| met.contains(pair)));
    }
    assert_eq!(unmet, Vec::<String>::new(), "no test meets these");
    assert_eq!(without_force, Vec::<String>::new(), "these were met without force");
}
