//! JSON pointers (RFC 6901) that are read once and followed by many requests.

use serde_json::Value;

/// The names on the way to a value.
#[derive(Debug)]
pub(super) struct Pointer(Vec<String>);

impl Pointer {
    /// A pointer that is empty or begins with a slash.
    pub(super) fn new(text: &str) -> Self {
        let names = text.split('/').skip(1);
        Self(names.map(|name| name.replace("~1", "/").replace("~0", "~")).collect())
    }

    /// The value, if it is there.
    pub(super) fn find<'v>(&self, input: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(input, |value, name| match value {
            Value::Object(members) => members.get(name),
            Value::Array(items) => items.get(position(name)?),
            _ => None,
        })
    }
}

/// A position in a list has neither a sign nor leading zeros.
fn position(name: &str) -> Option<usize> {
    let is_plain = name == "0" || !name.starts_with(['0', '+']);
    name.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pointer_leads_to_what_it_leads_to_elsewhere() {
        let value = json!({ "a": [{ "b": 1 }, 2], "a/b": { "~1": 3 }, "": { "": 4 }, "0": 5 });
        for pointer in [
            "",
            "/a",
            "/a/0/b",
            "/a/1",
            "/a/2",
            "/a/01",
            "/a/+1",
            "/a/-",
            "/a~1b/~01",
            "/",
            "//",
            "/0",
            "/a/0/b/c",
            "/x",
        ] {
            assert_eq!(Pointer::new(pointer).find(&value), value.pointer(pointer), "{pointer:?}");
        }
    }
}
