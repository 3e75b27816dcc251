//! The rules of imported rows.

use super::*;
use crate::state::schema;

#[test]
fn an_older_database_keeps_the_rows_of_its_imports() {
    let tx = Connection::open_in_memory().unwrap();
    crate::state::issued::register(&tx).unwrap();
    let steps = schema::STEPS;
    let at = steps.iter().position(|step| *step == schema::IMPORT_ROWS).unwrap();
    steps[..at].iter().for_each(|step| tx.execute_batch(step).unwrap());
    let jobs = "INSERT INTO ciam_jobs (tenant, store, seq, job_id, type, status, created, format, payload)
        VALUES (1, 1, 1, 'a', 'IMPORT_USER', 'PENDING', 0, 'NDJSON', '[{\"UserName\":\"u\"},{\"Email\":\"e\"}]'),
            (1, 1, 2, 'b', 'IMPORT_USER', 'PENDING', 0, 'NDJSON', '{damaged'),
            (1, 1, 3, 'c', 'EXPORT_USER', 'PENDING', 0, 'NDJSON', '{}')";
    tx.execute_batch(jobs).unwrap();
    steps[at..].iter().for_each(|step| tx.execute_batch(step).unwrap());
    let all = |sql: &str| -> Vec<(i64, Option<String>)> {
        let mut statement = tx.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let rows = [(1, r#"{"UserName":"u"}"#), (1, r#"{"Email":"e"}"#)];
    assert_eq!(
        all("SELECT job, user FROM ciam_import_rows"),
        rows.map(|(job, row)| (job, Some(row.to_owned())))
    );
    assert_eq!(
        all("SELECT seq, payload FROM ciam_jobs"),
        [(1, None), (2, None), (3, Some("{}".to_owned()))]
    );
}

fn is_good(row: ImportUser) -> bool {
    row.check().is_ok()
}

#[test]
fn a_row_needs_something_to_be_known_by() {
    assert!(!is_good(ImportUser { nickname: Some("x".to_owned()), ..Default::default() }));
    assert!(!is_good(ImportUser { user_name: Some(String::new()), ..Default::default() }));
    assert!(is_good(ImportUser { qq_union_id: Some("x".to_owned()), ..Default::default() }));
}

#[test]
fn a_verified_row_carries_what_was_verified() {
    let row = |method, card: Option<&str>, phone: Option<&str>| ImportUser {
        user_name: Some("u".to_owned()),
        name: Some("n".to_owned()),
        identity_verified: Some(true),
        identity_verification_method: method,
        resident_identity_card: card.map(str::to_owned),
        phone_number: phone.map(str::to_owned),
        ..Default::default()
    };
    assert!(!is_good(row(None, Some("1"), None)));
    assert!(!is_good(row(Some("nameAndIdCard".to_owned()), None, None)));
    assert!(is_good(row(Some("nameAndIdCard".to_owned()), Some("1"), None)));
    assert!(!is_good(row(Some("nameIdCardAndPhone".to_owned()), Some("1"), None)));
    assert!(is_good(row(Some("nameIdCardAndPhone".to_owned()), Some("1"), Some("13800000000"))));
}

#[test]
fn a_row_with_a_bad_date_or_encryption_is_bad() {
    let row = |day: &str, encryption: &str| ImportUser {
        user_name: Some("u".to_owned()),
        birthdate: Some(day.to_owned()),
        password_encrypt_type_enum: Some(encryption.to_owned()),
        ..Default::default()
    };
    assert!(is_good(row("1990-01-31", "MD5")));
    assert!(!is_good(row("31.1.1990", "MD5")));
    assert!(!is_good(row("1990-01-31", "ROT13")));
}
