//! The house has no circles: no file imports, by any way round, a file that imports it. A file may use
//! what the file of its own folder declares: the two are one module.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Files by their module's path, such as `protocol::aicc`.
type Sources = BTreeMap<String, String>;

fn sources(root: &Path) -> Sources {
    let mut all = Sources::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let module = path.strip_prefix(root).unwrap().with_extension("");
                let parts: Vec<_> = module.iter().map(|part| part.to_str().unwrap()).collect();
                all.insert(parts.join("::"), without_tests(&path));
            }
        }
    }
    all
}

/// The code above the tests of a file; nothing of a file of tests.
fn without_tests(path: &Path) -> String {
    let name = path.file_stem().unwrap().to_str().unwrap();
    if name == "tests" || name.ends_with("_tests") || name.ends_with("_vectors") {
        return String::new();
    }
    let text = std::fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every path that a `use` names, and every path from `crate` that the code spells out.
fn paths(code: &str) -> Vec<String> {
    let mut all = Vec::new();
    let uses = code.split('\n').scan(String::new(), |open, line| {
        let line = line.trim();
        if !open.is_empty() || line.starts_with("use ") || line.contains(" use ") {
            open.push_str(line);
        }
        Some(if line.ends_with(';') { std::mem::take(open) } else { String::new() })
    });
    for statement in uses.filter(|statement| !statement.is_empty()) {
        if let Some((_, tree)) = statement.split_once("use ") {
            expand("", tree.trim_end_matches(';'), &mut all);
        }
    }
    for spelt in code.split("crate::").skip(1) {
        let end = spelt.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
        all.push(format!("crate::{}", &spelt[..end.unwrap_or(spelt.len())]));
    }
    all
}

/// The paths of a tree such as `a::{b, c::{d}}`.
fn expand(before: &str, tree: &str, all: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let path = tree.split(" as ").next().unwrap();
        all.push(format!("{before}{path}"));
        return;
    };
    let before = format!("{before}{}", &tree[..open]);
    let (mut depth, mut from) = (0, open + 1);
    for (at, c) in tree.char_indices().skip(open + 1) {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                if !tree[from..at].trim().is_empty() {
                    expand(&before, &tree[from..at], all);
                }
                from = at + 1;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
}

/// The file that a path of a `use` in `module` leads to.
fn file_of<'a>(sources: &'a Sources, module: &str, path: &str) -> Option<&'a str> {
    let mut parts: Vec<&str> = Vec::new();
    let mut names = path.split("::").peekable();
    match *names.peek()? {
        "crate" => drop(names.next()),
        // Its own place, or a module below it.
        _ => parts.extend(module.split("::")),
    }
    for name in names {
        match name {
            "super" => drop(parts.pop()),
            "self" => {}
            name => parts.push(name),
        }
    }
    (1..=parts.len())
        .rev()
        .map(|length| parts[..length].join("::"))
        .find_map(|path| sources.get_key_value(&path).map(|(known, _)| known.as_str()))
}

/// Files, and those that each imports.
fn imports(sources: &Sources) -> BTreeMap<&str, BTreeSet<&str>> {
    let of = |(module, code): (&'_ String, &String)| -> BTreeSet<&str> {
        let found = paths(code).into_iter().filter_map(|path| file_of(sources, module, &path));
        found
            .filter(|other| *other != module && !module.starts_with(&format!("{other}::")))
            .collect()
    };
    sources.iter().map(|entry| (entry.0.as_str(), of(entry))).collect()
}

/// Files that can be reached from themselves, each with the way.
fn circles(imports: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    let mut all = Vec::new();
    for start in imports.keys() {
        let mut came_from = BTreeMap::new();
        let mut open = vec![*start];
        while let Some(file) = open.pop() {
            for next in &imports[file] {
                if !came_from.contains_key(next) {
                    came_from.insert(*next, file);
                    open.push(next);
                }
            }
        }
        if let Some(mut file) = came_from.get(start).copied() {
            let mut way = vec![*start];
            while file != *start {
                way.push(file);
                file = came_from[file];
            }
            way.push(start);
            way.reverse();
            all.push(way.join(" -> "));
        }
    }
    all
}

#[test]
fn no_file_imports_what_imports_it() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for crate_ in ["emulator", "contracts"] {
        let sources = sources(&repository.join(crate_).join("src"));
        assert!(sources.len() > 10, "{crate_}");
        let circles = circles(&imports(&sources));
        assert!(circles.is_empty(), "{}", circles.join("\n"));
    }
}

#[test]
fn a_protocol_knows_neither_pipeline_nor_twin_nor_services() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let sources = sources(&repository.join("emulator/src"));
    for (module, files) in imports(&sources) {
        if module == "protocol" || module.starts_with("protocol::") {
            let first = |file: &&str| file.split("::").next().unwrap().to_owned();
            let rooms: BTreeSet<_> = files.iter().map(first).collect();
            for room in ["pipeline", "twin", "services", "server", "control", "advance", "journal"]
            {
                assert!(!rooms.contains(room), "{module} imports {files:?}");
            }
        }
    }
}

#[test]
fn a_circle_is_found_by_whatever_way_it_is_written() {
    let of = |files: &[(&str, &str)]| {
        let sources = files.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        circles(&imports(&sources)).len()
    };
    assert_eq!(of(&[("a", "use crate::b::X;"), ("b", "use crate::c;"), ("c", "fn f() {}")]), 0);
    assert_eq!(of(&[("a", "use crate::b::X;"), ("b", "fn f() { crate::a::g() }")]), 2);
    assert_eq!(
        of(&[("a", "use crate::{\n    c,\n    b::{X, Y},\n};"), ("b", "use super::a;"), ("c", "")]),
        2
    );
    assert_eq!(of(&[("a", "pub use b::X;"), ("a::b", "use super::Y;")]), 0);
    assert_eq!(
        of(&[("a", ""), ("a::b", "use super::c::Y;"), ("a::c", "pub(super) use super::b;")]),
        2
    );
}
