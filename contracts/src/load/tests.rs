//! What the embedded models hold, and what a wrong model file is told.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::catalog;
use crate::model::{Operation, Shape};

fn ciam() -> &'static Service {
    catalog().service("ciam").unwrap()
}

fn operation(name: &str) -> &'static Operation {
    ciam().operation(name, "2022-03-31").unwrap()
}

#[test]
fn the_embedded_models_load() {
    assert!(load(FILES).is_ok_and(|catalog| !catalog.services.is_empty()));
}

#[test]
fn every_model_file_is_embedded() {
    let entries = |path: &Path| {
        let entries = std::fs::read_dir(path).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    let models = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models"));
    let files: BTreeSet<_> = entries(models).iter().flat_map(|folder| entries(folder)).collect();
    let embedded = FILES.iter().map(|file| models.join(file.folder).join(file.name)).collect();
    assert_eq!(files, embedded, "name new files in FILES of load.rs");
}

#[test]
fn an_operation_belongs_to_its_versions() {
    assert!(ciam().operation("ListUserGroups", "2021-04-20").is_some());
    assert!(ciam().operation("ListUser", "2021-04-20").is_none());
}

#[test]
fn indexes_are_positions_in_the_catalog() {
    for (position, operation) in catalog().operations().enumerate() {
        assert_eq!(operation.index, position);
    }
}

#[test]
fn operations_and_members_keep_the_order_of_the_file() {
    let first: Vec<_> = ciam().operations.iter().take(5).map(|o| o.name.as_str()).collect();
    let expected =
        ["CreateUserStore", "UpdateUserStore", "DeleteUserStore", "ListUserStore", "CreateUser"];
    assert_eq!(first, expected);
    let reset = &operation("ResetPassword").input;
    assert_eq!(
        reset.members.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(),
        ["UserId", "UserStoreId"]
    );
}

#[test]
fn every_code_is_documented_for_some_operation() {
    for service in &catalog().services {
        let used: BTreeSet<_> = service.operations.iter().flat_map(|o| &o.errors).collect();
        assert!(service.codes.keys().all(|code| used.contains(code)), "{}", service.name);
        assert_eq!(used.len(), service.codes.len(), "{}", service.name);
    }
}

#[test]
fn codes_are_sorted_in_every_operation_and_file() {
    for operation in catalog().operations() {
        assert!(operation.errors.is_sorted_by(|one, next| one < next), "{}", operation.name);
        assert!(operation.errors.iter().all(|code| operation.documents(code)));
    }
    for file in FILES.iter().filter(|file| file.name == SERVICE_FILE) {
        let headers: Vec<_> =
            file.text.lines().filter_map(|line| line.strip_prefix("[codes.\"")).collect();
        let codes: Vec<_> = headers.iter().map(|line| line.trim_end_matches("\"]")).collect();
        assert!(codes.is_sorted(), "{}", file.folder);
    }
}

#[test]
fn passwords_and_salts_are_secret() {
    for name in ["CreateUser", "SetPassword", "CreateApiImportUserJob"] {
        assert!(operation(name).takes_secrets, "{name}");
    }
    assert!(!operation("UpdateUser").takes_secrets);
    assert!(operation("ResetPassword").output.member("Password").unwrap().secret);
    let password = |shape: &Shape| shape.members.iter().all(|m| m.name != "Password" || m.secret);
    assert!(ciam().shapes.values().all(|shape| password(shape)));
}

/// The error of loading a service with this resource file.
fn error_of(resource: &str) -> String {
    const SERVICE: &str = "name = 'toy'\ntitle = 'Toy'\nprotocol = 'tencent_api3'\nversions = ['1']
hosts = []\nregion_required = false\nrate_per_second = 1\nsource = 'none'
codes.Known = { meaning = 'known' }\ncodes.Other = { meaning = 'other' }\n";
    let file = |name, text| ModelFile { folder: "toy", name, text };
    let files = [file("service.toml", SERVICE), file("parts.toml", resource)];
    load(&files).unwrap_err().to_string()
}

/// The error of an operation with these input members and keys, the first of which is line 3.
fn error_in(input: &str, rest: &str) -> String {
    error_of(&format!("[operation.Do]\ninput = [\n{input}]\nlabel = 'do'\noutput = []\n{rest}"))
}

#[test]
fn a_code_by_force_in_some_operations_must_be_on_their_lists() {
    let error = |more: &str, errors: &str| {
        let service = format!(
            "name = 'toy'\ntitle = 'Toy'\nprotocol = 'aicc'\nversions = ['1']\nhosts = []\nsource = 'none'\n\
             [codes.\"K\"]\nmeaning = 'known'\n{more}\n"
        );
        let parts = format!("[operation.Do]\nlabel = 'do'\nerrors = [{errors}]\n");
        let file = |name, text| ModelFile { folder: "toy", name, text };
        load(&[file("service.toml", &service), file("parts.toml", &parts)])
    };
    let forced_only =
        |names: &str| format!("forced_only_in = {{ why = 'none', operations = [{names}] }}");
    let loaded = error(&forced_only("'Do'"), "'K'").unwrap();
    let code = &loaded.services[0].codes["K"];
    assert_eq!((code.forced_only("Do"), code.forced_only("Other")), (Some("none"), None));
    let wrong = "models/toy/service.toml:7: operation `Do` does not list code `K`, or stands twice";
    assert_eq!(error(&forced_only("'Do'"), "").unwrap_err().to_string(), wrong);
    assert_eq!(error(&forced_only("'Do', 'Do'"), "'K'").unwrap_err().to_string(), wrong);
    let both = format!("forced_only = 'why'\n{}", forced_only("'Do'"));
    let wrong = "models/toy/service.toml:7: code `K` is only by force everywhere";
    assert_eq!(error(&both, "'K'").unwrap_err().to_string(), wrong);
}

#[test]
fn a_wrong_file_is_told_with_its_line() {
    let id = "{ name = 'Id', type = 'string' },\n";
    for (error, expected) in [
        (error_of("[operation.Do\n"), "models/toy/parts.toml:1: unclosed table, expected `]`"),
        (
            error_in("{ name = 'Id', type = 'string', size = 1 },\n", ""),
            "models/toy/parts.toml:3: unknown field `size`",
        ),
        (
            error_in("{ name = 'Id', type = 'text' },\n", ""),
            "models/toy/parts.toml:3: unknown type `text`",
        ),
        (
            error_in("{ name = 'P', type = 'object', shape = 'Part' },\n", ""),
            "models/toy/parts.toml:3: unknown shape `Part`",
        ),
        (error_in(&id.repeat(2), ""), "models/toy/parts.toml:4: duplicate member `Id`"),
        (
            error_in("{ name = 'N', type = 'int64', values = ['a'] },\n", ""),
            "models/toy/parts.toml:3: `values` and `documented_values` are for texts",
        ),
        (
            error_in(id, "error_sets = ['none']"),
            "models/toy/parts.toml:7: unknown error set `none`",
        ),
        (
            error_in(id, "errors = ['Odd']"),
            "models/toy/parts.toml:7: code `Odd` is not in `[codes]`",
        ),
        (
            error_of("[operation.'Do@2']\nlabel = 'do'\n"),
            "models/toy/parts.toml:1: unknown version `Do@2`",
        ),
        (
            error_of("others = [\n'GET /a/b',\n]"),
            "models/toy/parts.toml:2: not of the form `METHOD /path Name`",
        ),
        (
            error_in("{ name = 'N', type = 'string', pattern = '(' },\n", ""),
            "models/toy/parts.toml:3: not a regular expression: ",
        ),
        (error_in(id, "envelope = 'none'"), "models/toy/parts.toml:7: unknown envelope `none`"),
        (
            error_in("{ name = 'N', type = 'int64', max = 1, code = 'Other' },\n", ""),
            "models/toy/parts.toml:1: a member's code `Other` is not documented for `Do`",
        ),
        (
            error_in(id, "[shape.Part]\nmembers = []"),
            "models/toy/parts.toml:7: nobody uses shape `Part`",
        ),
        (
            error_in(
                "{ name = 'P', type = 'list', element = 'Part' },\n",
                "[shape.Part]\nmembers = [{ name = 'P', type = 'object', shape = 'Part' }]",
            ),
            "models/toy/parts.toml:8: shape `Part` holds itself",
        ),
    ] {
        assert!(error.starts_with(expected), "{error}\nis not\n{expected}");
    }
}

#[test]
fn the_same_operation_in_two_files_is_told() {
    let twice = |name| ModelFile {
        folder: "ciam",
        name,
        text: "[operation.ListUser]\nlabel = ''\ninput = []\noutput = []",
    };
    let one = |folder, name| {
        *FILES.iter().find(|file| (file.folder, file.name) == (folder, name)).unwrap()
    };
    let files = [one(PROTOCOLS, "tencent_api3.toml"), one("ciam", SERVICE_FILE)];
    let files = [files, [twice("a.toml"), twice("b.toml")]].concat();
    let error = load(&files).unwrap_err();
    let expected = "models/ciam/b.toml:1: duplicate operation `ListUser`";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn versions_have_operations_of_the_same_name_once_each() {
    let service = "name = 'toy'\ntitle = 'Toy'\nprotocol = 'tencent_api3'\nversions = ['2', '1']\n\
                   hosts = []\nsource = 'none'\n";
    let load = |parts: &str| {
        let file = |name, text| ModelFile { folder: "toy", name, text };
        load(&[file("service.toml", service), file("parts.toml", parts)])
    };
    let both = "[operation.Do]\nlabel = 'new'\n[operation.'Do@1']\nlabel = 'old'\n";
    let loaded = load(both).unwrap();
    let label = |version| loaded.services[0].operation("Do", version).map(|one| &*one.label);
    assert_eq!([label("2"), label("1"), label("3")], [Some("new"), Some("old"), None]);
    let again = format!("{both}[operation.'Do@2']\nlabel = 'new'\n");
    let expected = "models/toy/parts.toml:5: duplicate operation `Do@2`";
    assert_eq!(load(&again).unwrap_err().to_string(), expected);
}

#[test]
fn a_folder_without_its_service_file_is_told() {
    let alone = ModelFile { folder: "toy", name: "parts.toml", text: "" };
    let error = load(&[alone]).unwrap_err();
    assert_eq!(error.to_string(), "models/toy/service.toml:1: the file is missing");
}
