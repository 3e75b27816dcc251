//! Committed texts: what the program prints equals the file, and every link leads to a file.

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn committed(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// The documents for users.
fn pages() -> Vec<PathBuf> {
    let docs = std::fs::read_dir(root().join("emulator/docs")).unwrap();
    let mut pages: Vec<_> = docs.map(|entry| entry.unwrap().path()).collect();
    pages.extend(
        ["README.md", "emulator/ARCHITECTURE.md", "contracts/README.md"]
            .map(|path| root().join(path)),
    );
    pages
}

#[test]
fn the_page_of_operations_is_generated() {
    let hint = "run `cargo run -- operations --format markdown > emulator/docs/OPERATIONS.md`";
    let page = cloudtwin::cli::operations_markdown();
    assert_eq!(committed("emulator/docs/OPERATIONS.md"), page, "{hint}");
}

#[test]
fn the_schema_of_seed_files_is_committed() {
    let hint = "run `cloudtwin seed-schema > emulator/seed.schema.json`";
    assert_eq!(committed("emulator/seed.schema.json"), cloudtwin::cli::seed_schema(), "{hint}");
}

#[test]
fn the_schema_of_configuration_files_is_committed_and_the_page_lists_each_knob() {
    let hint = "run `cloudtwin scenario schema > scenarios/schema.json`";
    assert_eq!(committed("scenarios/schema.json"), cloudtwin::cli::scenario_schema(), "{hint}");
    let hint = "run `cloudtwin config-schema > emulator/config.schema.json`";
    assert_eq!(committed("emulator/config.schema.json"), cloudtwin::cli::config_schema(), "{hint}");
    let page = committed("emulator/docs/running.md");
    for service in cloudtwin::services::all() {
        for knob in service.knobs {
            let row =
                format!("| `{}.{}` | `{}` |", service.name, knob.name, knob.values.join("`, `"));
            assert!(page.contains(&row), "{row}");
        }
    }
}

#[test]
fn every_link_of_the_documents_leads_to_a_file() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://")) {
            let (file, _) = target.split_once('#').unwrap_or((target, ""));
            let path = page.parent().unwrap().join(file);
            assert!(path.exists(), "{} links to {target}", page.display());
        }
    }
}

/// A newcomer reads one page; what does not fit belongs into `emulator/docs`.
#[test]
fn the_readme_is_short_and_links_every_page() {
    let readme = committed("README.md");
    assert!(readme.lines().count() <= 150);
    for page in std::fs::read_dir(root().join("emulator/docs")).unwrap() {
        let name = page.unwrap().file_name().into_string().unwrap();
        assert!(readme.contains(&format!("(emulator/docs/{name})")), "{name}");
    }
}
