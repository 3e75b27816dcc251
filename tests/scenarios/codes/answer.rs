//! An answer as a client reads it from a socket.

use std::collections::BTreeMap;
use std::io::BufRead;

use serde_json::Value;

use crate::process::read_answer;

/// The headers that are no part of a refusal: of the connection, of the moment, of the server.
const ASIDE: [&str; 3] = ["content-length", "date", "server"];

#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    /// Status and reason phrase.
    pub(super) status: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Value,
}

impl Answer {
    pub(super) fn read(stream: &mut impl BufRead) -> Self {
        let (head, body) = read_answer(stream).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().unwrap().strip_prefix("HTTP/1.1 ").unwrap().to_owned();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let headers = headers.filter(|(name, _)| !ASIDE.contains(&name.as_str())).collect();
        let body = serde_json::from_slice(&body);
        Self { status, headers, body: body.unwrap_or_else(|error| panic!("{head}: {error}")) }
    }
}
