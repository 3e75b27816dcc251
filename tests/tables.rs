//! No table can be forgotten: the database says which there are.

use std::collections::BTreeMap;

use http::Method;
use serde_json::json;

use crate::client::World;
use crate::documents::ask;

/// The tables with the names of their columns, as the database has them.
fn tables(world: &World) -> BTreeMap<String, Vec<String>> {
    let sql = "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
               WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite#_%' ESCAPE '#'";
    let rows = world.twin.readers.with(|tx| {
        let mut statement = tx.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<Vec<_>, _>>()
    });
    let mut tables = BTreeMap::<String, Vec<String>>::new();
    for (table, column) in rows.unwrap().unwrap() {
        tables.entry(table).or_default().push(column);
    }
    tables
}

#[test]
fn every_table_of_a_service_has_rows_of_tenants() {
    let world = World::new();
    let tables = tables(&world);
    for service in &world.twin.services {
        let prefix = format!("{}_", service.name);
        for (table, columns) in tables.iter().filter(|(table, _)| table.starts_with(&prefix)) {
            assert!(
                columns.iter().any(|column| column == "tenant"),
                "{table} has no column `tenant`"
            );
        }
    }
    let of = |table: &String| table.split('_').next().unwrap().to_owned();
    let mut owners: Vec<_> = world.twin.tables.iter().map(of).collect();
    owners.dedup();
    assert_eq!(owners, ["ciam", "organization", "aicc", "workspace", "twin"]);
}

/// Nothing but the schema has to name it.
#[test]
fn a_new_table_is_in_state_documents_and_is_emptied_by_a_reset() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("state.db");
    let start = || World::with(|config| config.db = Some(db.clone()));
    start().ok("ListUserStore", json!({}));
    let connection = rusqlite::Connection::open(&db).unwrap();
    let table =
        "CREATE TABLE ciam_extra (tenant INTEGER, id INTEGER, PRIMARY KEY (tenant, id)) STRICT;
                 INSERT INTO ciam_extra SELECT key, 7 FROM twin_tenants";
    connection.execute_batch(table).unwrap();
    drop(connection);
    let world = start();
    world.ok("ListUserStore", json!({}));
    let document = ask(&world, Method::GET, "state", String::new()).1;
    let tenant = &document["tenants"]["default"];
    assert_eq!(tenant["ciam_extra"], json!([{ "id": 7 }]), "{tenant}");
    assert_eq!(ask(&world, Method::POST, "reset", String::new()).0, 200);
    let count = |tx: &rusqlite::Connection| {
        let sql = "SELECT count(*) FROM ciam_extra";
        tx.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|error| error.to_string())
    };
    // The sweep is queued before this.
    assert_eq!(world.twin.writer.run(count).unwrap(), 0);
}

/// The tables with rows of the directory that was created last, among those that know directories.
fn with_rows(world: &World, store: i64) -> BTreeMap<String, bool> {
    let of_stores =
        tables(world).into_iter().filter(|(_, columns)| columns.iter().any(|c| c == "store"));
    let has_rows = |table: String| {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE store = ?1)");
        let found = world.twin.readers.with(|tx| tx.query_row(&sql, [store], |row| row.get(0)));
        (table, found.unwrap().unwrap())
    };
    of_stores.map(|(table, _)| has_rows(table)).collect()
}

#[test]
fn a_deleted_directory_leaves_no_row_in_any_table() {
    let world = World::new();
    let store = world.store("people");
    let in_store = |action: &str, mut input: serde_json::Value| {
        input["UserStoreId"] = json!(store);
        world.ok(action, input)
    };
    let group = in_store("CreateUserGroup", json!({ "DisplayName": "staff" }));
    let user = |name: &str, phone: &str| {
        let groups = [&group["UserGroupId"]];
        json!({ "UserName": name, "PhoneNumber": phone, "Email": format!("{name}@b.cc"), "Password": "p", "UserGroup": groups })
    };
    in_store("CreateUser", user("ada", "13800000000"));
    let gone = in_store("CreateUser", user("bob", "13800000001"));
    in_store("DeleteUsers", json!({ "UserIds": [gone["User"]["UserId"]] }));
    in_store(
        "CreateApiImportUserJob",
        json!({ "DataFlowUserCreateList": [{ "UserName": "eve" }] }),
    );
    let newest = "SELECT MAX(store) FROM ciam_stores";
    let number = world.twin.readers.with(|tx| tx.query_row(newest, [], |row| row.get(0)));
    let number = number.unwrap().unwrap();
    for (table, has_rows) in with_rows(&world, number) {
        assert!(has_rows, "this test must put a row into {table}");
    }
    world.ok("DeleteUserStore", json!({ "UserPoolId": store }));
    for (table, has_rows) in with_rows(&world, number) {
        assert!(!has_rows, "{table}");
    }
}
