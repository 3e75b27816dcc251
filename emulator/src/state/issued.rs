//! Secrets that the twin handed out: bearer tokens and temporary keys of every service. Of a bearer
//! token only the digest is kept, so neither the database nor a state document holds one that works.

use ring::digest as sha2;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, params};

use super::document::RowView;
use crate::runtime::clock::Timestamp;

/// Their table.
pub const TABLE: &str = "twin_issued";

/// How long an expired secret is still known, so that its refusal can be explained: a day, in
/// milliseconds.
const REMEMBERED_MS: i64 = 24 * 3_600_000;

/// What kind of secret it is. One kind is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A bearer token of an AICC application, which is its subject.
    AiccToken,
    /// A token of IAM; its subject is the user, by name and id.
    IamToken,
    /// A temporary key of IAM, by the digest of its access key; its subject is the digest of the
    /// security token that must come along.
    IamKey,
    /// A key of a directory for the SCIM endpoint of a zone of Identity Center; its subject is the
    /// zone, its subject's id the id of the key.
    ScimKey,
}

impl Kind {
    const ALL: [Self; 4] = [Self::AiccToken, Self::IamToken, Self::IamKey, Self::ScimKey];

    const fn word(self) -> &'static str {
        match self {
            Self::AiccToken => "aicc_token",
            Self::IamToken => "iam_token",
            Self::IamKey => "iam_key",
            Self::ScimKey => "scim_key",
        }
    }
}

/// A secret that is handed out.
#[derive(Debug)]
pub struct NewSecret<'a> {
    /// Its kind.
    pub kind: Kind,
    /// The text by which it is found.
    pub text: &'a str,
    /// To whom or for what.
    pub subject: &'a str,
    /// The subject's id, where the kind has one.
    pub subject_id: Option<&'a str>,
    /// What requests are signed with, for keys alone.
    pub secret: Option<&'a str>,
    /// The first moment at which it no longer counts.
    pub expires: Timestamp,
}

/// Keeps a new secret of the tenant whose rows have that key, and removes those of its kind that have
/// long expired.
pub fn add(tx: &Connection, key: i64, now: Timestamp, new: &NewSecret<'_>) -> rusqlite::Result<()> {
    let kind = new.kind.word();
    tx.prepare_cached("DELETE FROM twin_issued WHERE tenant = ?1 AND kind = ?2 AND expires < ?3")?
        .execute(params![key, kind, now.plus_ms(-REMEMBERED_MS).0])?;
    tx.prepare_cached(
        "INSERT INTO twin_issued (tenant, kind, digest, subject, subject_id, secret, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        key,
        kind,
        digest(new.text),
        new.subject,
        new.subject_id,
        new.secret,
        new.expires.0
    ])
    .map(drop)
}

/// Removes the secrets of that kind and subject from the tenant whose rows have that key.
pub fn remove(tx: &Connection, key: i64, kind: Kind, subject_id: &str) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "DELETE FROM twin_issued WHERE tenant = ?1 AND kind = ?2 AND subject_id = ?3",
    )?
    .execute(params![key, kind.word(), subject_id])
    .map(drop)
}

/// A secret that is known, whether or not it has expired.
#[derive(Debug)]
pub struct Issued {
    /// The name of the tenant that has it.
    pub tenant: String,
    /// As it was handed out.
    pub subject: String,
    /// As it was handed out.
    pub subject_id: Option<String>,
    /// As it was handed out.
    pub secret: Option<String>,
    /// The first moment at which it no longer counts.
    pub expires: Timestamp,
}

/// All of that kind and digest: the secret, and its copies in tenants that a state was copied to. The
/// oldest tenant comes first.
pub fn find(tx: &Connection, kind: Kind, digest: &str) -> rusqlite::Result<Vec<Issued>> {
    tx.prepare_cached(
        "SELECT t.name, i.subject, i.subject_id, i.secret, i.expires FROM twin_issued i
         JOIN twin_tenants t ON t.key = i.tenant WHERE i.kind = ?1 AND i.digest = ?2 ORDER BY t.key",
    )?
    .query_map([kind.word(), digest], |row| {
        Ok(Issued {
            tenant: row.get(0)?,
            subject: row.get(1)?,
            subject_id: row.get(2)?,
            secret: row.get(3)?,
            expires: Timestamp(row.get(4)?),
        })
    })?
    .collect()
}

/// What is kept of a secret in its place: the SHA-256 of its text in lower-case hex digits.
pub fn digest(text: &str) -> String {
    hex::encode(sha2::digest(&sha2::SHA256, text.as_bytes()))
}

/// Makes [`digest`] known to the statements of a connection, as `sha256_hex`.
pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection
        .create_scalar_function("sha256_hex", 1, flags, |call| Ok(digest(&call.get::<String>(0)?)))
}

/// What a row of a state document must hold.
pub fn check_row(row: &RowView<'_>) -> Result<(), String> {
    row.one_of("kind", &Kind::ALL.map(Kind::word))?;
    row.moments(&["expires"])?;
    let kind = row.text("kind").unwrap_or_default();
    if kind == Kind::IamToken.word() {
        row.present("subject_id", "for a token of IAM")?;
    }
    if kind == Kind::ScimKey.word() {
        row.present("subject_id", "for a key of a directory")?;
    }
    match row.text("secret") {
        None if kind == Kind::IamKey.word() => row.present("secret", "for a key"),
        Some(_) if kind != Kind::IamKey.word() => {
            Err("secret: must be null for what is no key".to_owned())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(steps: &[&str]) -> Connection {
        let tx = Connection::open_in_memory().unwrap();
        register(&tx).unwrap();
        for step in steps {
            tx.execute_batch(step).unwrap();
        }
        tx
    }

    fn tenants(tx: &Connection, names: [&str; 2]) {
        for (name, account) in names.into_iter().zip(1..) {
            let sql = "INSERT INTO twin_generations (era, name, account) VALUES (1, ?1, ?2)";
            tx.execute(sql, params![name, account]).unwrap();
        }
    }

    #[test]
    fn an_older_database_keeps_its_secrets() {
        let schema = crate::state::schema::STEPS;
        let at = schema.iter().position(|step| *step == crate::state::schema::ISSUED).unwrap();
        let tx = database(&schema[..at]);
        tenants(&tx, ["a", "b"]);
        tx.execute_batch(
            "INSERT INTO aicc_tokens VALUES (1, 'text', 'twin-app', 7);
             INSERT INTO iam_tokens VALUES (1, 'd1', 'user id', 'user', 8);
             INSERT INTO iam_credentials VALUES (2, 'TWIN1', 'secret', 'd2', 9);",
        )
        .unwrap();
        schema[at..].iter().for_each(|step| tx.execute_batch(step).unwrap());
        let all = [
            (Kind::AiccToken, digest("text")),
            (Kind::IamToken, "d1".to_owned()),
            (Kind::IamKey, digest("TWIN1")),
        ];
        let all: Vec<_> = all
            .iter()
            .map(|(kind, digest)| {
                let found = find(&tx, *kind, digest).unwrap().remove(0);
                let Issued { tenant, subject, subject_id, secret, expires } = found;
                (tenant, subject, subject_id, secret, expires.0)
            })
            .collect();
        let text = |text: &str| text.to_owned();
        assert_eq!(all[0], (text("a"), text("twin-app"), None, None, 7));
        assert_eq!(all[1], (text("a"), text("user"), Some(text("user id")), None, 8));
        assert_eq!(all[2], (text("b"), text("d2"), None, Some(text("secret")), 9));
    }

    #[test]
    fn a_secret_is_of_one_kind_found_in_the_oldest_tenant_and_remembered_for_a_day() {
        let tx = database(crate::state::schema::STEPS);
        tenants(&tx, ["a", "b"]);
        let new = |text, expires| NewSecret {
            kind: Kind::AiccToken,
            text,
            subject: "twin-app",
            subject_id: None,
            secret: None,
            expires: Timestamp(expires),
        };
        for key in [2, 1] {
            add(&tx, key, Timestamp(0), &new("one", 10)).unwrap();
        }
        let names = |kind, text| -> Vec<String> {
            let found = find(&tx, kind, &digest(text)).unwrap();
            found.into_iter().map(|issued| issued.tenant).collect()
        };
        assert_eq!(names(Kind::AiccToken, "one"), ["a", "b"]);
        assert!(names(Kind::IamToken, "one").is_empty());
        add(&tx, 1, Timestamp(10 + REMEMBERED_MS), &new("two", i64::MAX)).unwrap();
        assert_eq!(names(Kind::AiccToken, "one"), ["a", "b"]);
        add(&tx, 1, Timestamp(11 + REMEMBERED_MS), &new("three", i64::MAX)).unwrap();
        assert_eq!(names(Kind::AiccToken, "one"), ["b"], "only those of its own tenant go");
    }
}
