//! What explanations of a wrong signature have in common, whatever was signed.

use std::fmt::Write as _;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// Hosts that a client may have signed in place of the one it sent; `bare` is that without its port.
pub(super) fn hosts(sent: &str, bare: &str) -> Vec<String> {
    let port = sent.rsplit_once(':').map(|(_, port)| port).unwrap_or_default();
    let named = contracts::catalog().services.iter().flat_map(|service| service.hosts.clone());
    let local = ["127.0.0.1", "localhost"]
        .into_iter()
        .flat_map(|name| [name.to_owned(), format!("{name}:{port}")]);
    named.chain(local).chain([bare.to_owned(), format!("http://{sent}")]).collect()
}

/// Tells the mistake, the first line in which both canonical requests differ, and both whole.
pub(super) fn differing(mistake: &str, ours: &str, theirs: &str) -> String {
    let mut text = format!("{mistake}\n");
    let line = ours.lines().zip(theirs.lines()).enumerate().find(|(_, (our, their))| our != their);
    if let Some((number, (our, their))) = line {
        // Writing to memory cannot fail.
        _ = write!(
            text,
            "first line that differs: {}\n  the twin's:   {our}\n  the client's: {their}\n",
            number + 1
        );
    }
    _ = write!(
        text,
        "canonical request of the twin:\n{ours}\ncanonical request of the client:\n{theirs}"
    );
    text
}

/// The marks that RFC 3986 leaves as they are.
const UNRESERVED: &str = "-._~";

/// The marks that the older RFC 2396 leaves as they are, too, and with it many clients.
const FORMERLY_UNRESERVED: &str = "!*'()";

/// Queries that a client may have signed in place of this one, each with the mistake: some marks
/// are escapes there and themselves here, or the other way round. URL classes rewrite them behind
/// the back of a client that has signed.
pub(super) fn encodings(query: &str) -> Vec<(String, String)> {
    let both = [UNRESERVED, FORMERLY_UNRESERVED].concat();
    let single = both.chars().map(String::from);
    let sets: Vec<_> =
        single.chain([UNRESERVED, FORMERLY_UNRESERVED, both.as_str()].map(str::to_owned)).collect();
    let mut all = Vec::new();
    let mut add = |mistake: String, other: String| {
        if other != query && all.iter().all(|(_, known)| *known != other) {
            all.push((mistake, other));
        }
    };
    let kept = |set: &str, is_there: &dyn Fn(&str) -> bool| -> String {
        set.chars().map(String::from).filter(|mark| is_there(mark)).collect()
    };
    for set in &sets {
        let marks = &kept(set, &|mark| query.contains(mark));
        for escapes in [escapes_of(marks), escapes_of(marks).to_ascii_lowercase()] {
            let mistake = format!("`{marks}` of the query was signed as `{escapes}`");
            add(mistake, escaped(query, marks, &escapes));
        }
    }
    for set in &sets {
        let marks = &kept(set, &|mark| unescaped(query, mark) != query);
        let escapes = escapes_of(marks);
        let mistake = format!("`{escapes}` of the query was signed as `{marks}`");
        add(mistake, unescaped(query, marks));
    }
    all
}

/// The marks one after the other as escapes.
fn escapes_of(marks: &str) -> String {
    percent_encode(marks.as_bytes(), NON_ALPHANUMERIC).to_string()
}

/// The query with these marks as escapes; `escapes` has three characters for each.
fn escaped(query: &str, marks: &str, escapes: &str) -> String {
    let escape = |mark: char| {
        let at = 3 * marks.find(mark)?;
        escapes.get(at..at + 3)
    };
    let mut text = String::with_capacity(query.len());
    for one in query.chars() {
        match escape(one) {
            Some(escape) => text.push_str(escape),
            None => text.push(one),
        }
    }
    text
}

/// The query with the escapes of these marks, in either case, as the marks themselves.
fn unescaped(query: &str, marks: &str) -> String {
    let (first, rest) = query.split_once('%').map_or((query, None), |(a, b)| (a, Some(b)));
    let mut text = first.to_owned();
    for piece in rest.into_iter().flat_map(|rest| rest.split('%')) {
        let mark = piece.get(..2).and_then(|digits| {
            let decoded =
                percent_decode_str(&format!("%{digits}")).decode_utf8().ok()?.into_owned();
            (decoded.len() == 1 && marks.contains(&decoded)).then_some(decoded)
        });
        match (mark, piece.get(2..)) {
            (Some(mark), Some(rest)) => text.extend([mark.as_str(), rest]),
            _ => text.extend(["%", piece]),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_tried_as_escapes_and_escapes_as_marks() {
        let told = |query| {
            let lines: Vec<_> = encodings(query).into_iter().map(|(_, other)| other).collect();
            lines.join("\n")
        };
        assert_eq!(told("a=b"), "");
        assert_eq!(told("a=%"), "");
        assert_eq!(told("a=~"), "a=%7E\na=%7e");
        assert_eq!(told("a=%7e%2F%7E"), "a=~%2F~");
        assert_eq!(told("a=~%2A"), "a=%7E%2A\na=%7e%2A\na=~*");
        // One mark alone, and all that are there.
        assert_eq!(told("a=!("), "a=%21(\na=!%28\na=%21%28");
        assert_eq!(told("a=%C3%A9%2"), "");
    }
}
