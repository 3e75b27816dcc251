//! No table can be forgotten: the lists of tables are compared with the database.

use std::collections::BTreeMap;

use serde_json::json;

use crate::client::World;

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

/// A table that is on no list would survive a reset and be missing from state documents.
#[test]
fn every_table_with_rows_of_tenants_is_on_a_list() {
    let world = World::new();
    let mut listed = world.twin.tables();
    listed.sort_unstable();
    let tables = tables(&world);
    let has_tenant = |columns: &[String]| columns.iter().any(|column| column == "tenant");
    let of_tenants = tables.iter().filter(|(_, columns)| has_tenant(columns));
    assert_eq!(of_tenants.map(|(table, _)| table.as_str()).collect::<Vec<_>>(), listed);
    for service in &world.twin.services {
        let prefix = format!("{}_", service.name);
        for (table, columns) in tables.iter().filter(|(table, _)| table.starts_with(&prefix)) {
            assert!(has_tenant(columns), "{table} has no column `tenant`");
        }
        assert!(service.tables.iter().all(|table| table.starts_with(&prefix)), "{prefix}");
    }
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
