//! Every required text of an operation, sent empty and sent blank: what comes of it is written down, so
//! that no operation takes one without anybody having looked.

use contracts::{Kind, Location, Operation, Shape, generate};
use serde_json::Value;

/// One line for each required text: its path, and what an empty and a blank one lead to.
pub fn walk(operation: &Operation, send: impl Fn(Value) -> String) -> Vec<String> {
    let base = generate::minimal(&operation.input);
    let mut lines = vec![operation.name.clone()];
    for (path, request) in required_texts(&operation.input, &base) {
        let with = |text: &str| {
            let mut request = request.clone();
            *request.pointer_mut(&path).unwrap() = text.into();
            send(request)
        };
        lines.push(format!("  {path}: empty {}, blank {}", with(""), with("  ")));
    }
    if lines.len() > 1 { lines } else { Vec::new() }
}

/// Where required texts stand, each with a request that has it; an optional object may have some, too.
/// Texts in the path are left out: without them it is another path.
fn required_texts(shape: &Shape, base: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for member in shape.members.iter().filter(|m| m.location != Location::Path) {
        let (below, value) = match &member.kind {
            Kind::String | Kind::IntegerString if member.required => {
                found.push((format!("/{}", member.name), base.clone()));
                continue;
            }
            Kind::Object(shape) => (shape, generate::minimal(shape)),
            Kind::List(element) => match &**element {
                Kind::Object(shape) => (shape, Value::Array(vec![generate::minimal(shape)])),
                _ => continue,
            },
            _ => continue,
        };
        let mut with = base.clone();
        with[&member.name] = value;
        let name = &member.name;
        let prefix = if with[name].is_array() { format!("/{name}/0") } else { format!("/{name}") };
        for (path, inner) in required_texts(below, with.pointer(&prefix).unwrap()) {
            let mut request = with.clone();
            *request.pointer_mut(&prefix).unwrap() = inner;
            found.push((format!("{prefix}{path}"), request));
        }
    }
    found
}
