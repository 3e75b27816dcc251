//! Creates the accounts of a contact centre in batches, over plain HTTP: the same work as that of
//! `contact_centre_batch.py`, for the people of a table.
#![expect(clippy::disallowed_methods, reason = "a client waits by itself, and by its own clock")]

use std::cell::RefCell;
use std::env;
use std::process::ExitCode;
use std::thread;

use serde_json::{Value, json};

mod centre;
mod steady;

use centre::Centre;
use steady::{Failure, Steady};

const ROLE: &str = "1672380646005741634";
const BATCH: usize = 100;

/// The code of a row whose account is there already: the run before made it.
const THERE_ALREADY: &str = "200-101";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("failed: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let centre = RefCell::new(Centre::of_environment()?);
    let steady = Steady::new();
    let mut bad = Vec::new();
    for batch in people()?.chunks(BATCH) {
        let users: Vec<_> = batch.iter().map(|(name, email)| user(name, email)).collect();
        let body = json!({ "federationUserList": users });
        let task = steady.write(|| {
            let answer = centre.borrow_mut().call("createTask", &body)?;
            answer.get("taskId").cloned().ok_or_else(|| Failure::Unknown("no taskId".to_owned()))
        })?;
        bad.extend(failed_rows(&steady, &centre, &task)?);
    }
    if bad.is_empty() {
        return Ok(());
    }
    Err(format!("{} accounts were not created: {}", bad.len(), bad.join(", ")))
}

/// The rows of a batch that failed, once it has ended.
fn failed_rows(
    steady: &Steady,
    centre: &RefCell<Centre>,
    task: &Value,
) -> Result<Vec<String>, String> {
    let mut waits = steady.waits();
    loop {
        let answer =
            steady.read(|| centre.borrow_mut().call("queryTask", &json!({"taskId": task})))?;
        if answer.pointer("/taskInfo/status").and_then(Value::as_str) == Some("DONE") {
            let rows = answer.get("failDataList").and_then(Value::as_array);
            let bad =
                rows.into_iter().flatten().filter(|row| text(row, "/failCode") != THERE_ALREADY);
            let name = |row| {
                format!(
                    "{} ({})",
                    text(row, "/federationUser/userAccount"),
                    text(row, "/failMessage")
                )
            };
            return Ok(bad.map(name).collect());
        }
        thread::sleep(waits.next().ok_or("the batch did not end in time")?);
    }
}

fn text<'v>(row: &'v Value, path: &str) -> &'v str {
    row.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

fn user(name: &str, email: &str) -> Value {
    json!({"action": "CREATE", "userAccount": name, "userName": name, "email": email, "roleIds": [ROLE]})
}

/// Names and addresses of the table.
fn people() -> Result<Vec<(String, String)>, String> {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/clients/people.csv");
    let path = env::var("ZOO_PEOPLE").unwrap_or_else(|_| shipped.to_owned());
    let table = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let row = |line: &str| {
        let mut cells = line.split(',');
        Some((cells.next()?.to_owned(), cells.next()?.to_owned()))
    };
    let rows: Vec<_> = table.lines().skip(1).filter_map(row).collect();
    if rows.is_empty() { Err(format!("{path} has no rows")) } else { Ok(rows) }
}
