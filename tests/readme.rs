//! What is printed by the program and committed as text stays equal to it.

use std::path::Path;

fn committed(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(root.join(path)).unwrap()
}

#[test]
fn the_readme_has_the_table_of_operations() {
    let readme = committed("README.md");
    let (_, rest) = readme.split_once("<!-- operations:begin -->\n").unwrap();
    let (table, _) = rest.split_once("<!-- operations:end -->").unwrap();
    let hint =
        "put the output of `cloudtwin operations --format markdown` between the marks in README.md";
    assert_eq!(table, cloudtwin::cli::operations_markdown(), "{hint}");
}

#[test]
fn the_schema_of_seed_files_is_committed() {
    let hint = "run `cloudtwin seed-schema > emulator/seed.schema.json`";
    assert_eq!(committed("emulator/seed.schema.json"), cloudtwin::cli::seed_schema(), "{hint}");
}
