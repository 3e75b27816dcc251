//! A user that is being made, and the one way in which users come into the database.
//! Checks no format: that is its callers' business.

use std::sync::LazyLock;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, params, params_from_iter};

use crate::error::{Failure, refuse};
use crate::runtime::fold::fold;
use crate::runtime::ids::Ids;

use super::super::groups::Group;
use super::super::stores::Store;
use super::formats::phone_key;
use super::member::{COUNT, MEMBERS};
use super::membership;

/// Where users made by an administrator come from, in the vendor's words.
pub(crate) const ADDED: &str = "管理员添加";

/// Where imported users come from.
pub(crate) const IMPORTED: &str = "批量导入";

/// Where a user comes from, as it is kept, in the words for readers of English.
pub(crate) fn source_in_english(source: &str) -> &str {
    match source {
        ADDED => "ADMIN",
        IMPORTED => "IMPORT",
        other => other,
    }
}

/// All that a user can begin with; the names are those of the members.
#[derive(Debug, Default)]
pub(crate) struct NewUser<'a> {
    pub(crate) user_id: &'a str,
    pub(crate) user_name: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) created: i64,
    pub(crate) status: &'a str,
    pub(crate) data_source: &'a str,
    pub(crate) nickname: Option<&'a str>,
    pub(crate) address: Option<&'a str>,
    pub(crate) birthdate: Option<i64>,
    pub(crate) groups: &'a [Group],
    pub(crate) attributes: Option<&'a str>,
    pub(crate) identity_card: Option<&'a str>,
    pub(crate) qq_open_id: Option<&'a str>,
    pub(crate) qq_union_id: Option<&'a str>,
    pub(crate) wechat_open_id: Option<&'a str>,
    pub(crate) wechat_union_id: Option<&'a str>,
    pub(crate) alipay_user_id: Option<&'a str>,
    pub(crate) we_com_user_id: Option<&'a str>,
    pub(crate) description: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
    pub(crate) locale: Option<&'a str>,
    pub(crate) gender: Option<&'a str>,
    pub(crate) verification_method: Option<&'a str>,
    pub(crate) verified: bool,
    pub(crate) job: Option<&'a str>,
    pub(crate) nationality: Option<&'a str>,
    pub(crate) zone: Option<&'a str>,
    pub(crate) lock_type: Option<&'a str>,
    pub(crate) lock_time: Option<i64>,
    pub(crate) indexed: [Option<&'a str>; 5],
    pub(crate) orgs: Option<&'a str>,
}

impl<'a> NewUser<'a> {
    /// The values in the order of the members.
    pub(crate) fn cells(&self) -> [ValueRef<'a>; COUNT] {
        let [indexed1, indexed2, indexed3, indexed4, indexed5] = self.indexed;
        [
            text(Some(self.user_id)),
            text(self.user_name),
            text(self.phone),
            text(self.email),
            ValueRef::Null,
            ValueRef::Integer(self.created),
            text(Some(self.status)),
            text(Some(self.data_source)),
            text(self.nickname),
            text(self.address),
            number(self.birthdate),
            ValueRef::Integer(i64::try_from(self.groups.len()).unwrap_or(i64::MAX)),
            ValueRef::Null,
            ValueRef::Integer(self.created),
            text(self.attributes),
            text(self.identity_card),
            text(self.qq_open_id),
            text(self.qq_union_id),
            text(self.wechat_open_id),
            text(self.wechat_union_id),
            text(self.alipay_user_id),
            text(self.we_com_user_id),
            text(self.description),
            text(self.name),
            text(self.locale),
            text(self.gender),
            text(self.verification_method),
            ValueRef::Integer(self.verified.into()),
            text(self.job),
            text(self.nationality),
            ValueRef::Integer(1),
            text(self.zone),
            ValueRef::Null,
            ValueRef::Null,
            ValueRef::Null,
            ValueRef::Null,
            text(self.lock_type),
            number(self.lock_time),
            text(indexed1),
            text(indexed2),
            text(indexed3),
            text(indexed4),
            text(indexed5),
            text(self.orgs),
            ValueRef::Null,
        ]
    }
}

/// The id of the user of this number. The ids of a directory rise, so that their index grows at its
/// end: a random place would cost each new user a page of its own to read and to write.
pub(crate) fn id(ids: &mut Ids, store: Store, seq: i64) -> String {
    // Each directory starts elsewhere: its number times an odd one, folded into 32 bits.
    let rank = store.store.wrapping_mul(0x9e37_79b9).wrapping_add(seq) & i64::from(u32::MAX);
    ids.rising_hex32(u32::try_from(rank).unwrap_or(0))
}

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let mut text = "INSERT INTO ciam_users \
                    (tenant, store, seq, user_name_key, phone_key, email_key"
        .to_owned();
    let mut places = "?, ?, ?, ?, ?, ?".to_owned();
    for member in MEMBERS.iter().filter(|member| !member.column.is_empty()) {
        text.extend([", ", member.column]);
        places += ", ?";
    }
    text + ") VALUES (" + &places + ")"
});

/// Puts a user in, with its memberships, or refuses what is taken. The counters of the directory
/// are the caller's.
pub(crate) fn insert(
    tx: &Connection,
    store: Store,
    seq: i64,
    user: &NewUser<'_>,
) -> Result<(), Failure> {
    let name_key = user.user_name.map(fold);
    let email_key = user.email.map(fold);
    let keys = [
        ValueRef::Integer(store.tenant),
        ValueRef::Integer(store.store),
        ValueRef::Integer(seq),
        text(name_key.as_deref()),
        text(user.phone.map(phone_key)),
        text(email_key.as_deref()),
    ];
    let cells = user.cells();
    let kept = MEMBERS.iter().zip(cells).filter(|(member, _)| !member.column.is_empty());
    let values = keys.into_iter().chain(kept.map(|(_, cell)| cell)).map(ToSqlOutput::Borrowed);
    let inserted = tx.prepare_cached(&INSERT)?.execute(params_from_iter(values));
    if let Err(error) = inserted {
        let keys = [name_key.as_deref(), user.phone.map(phone_key), email_key.as_deref()];
        return Err(taken(tx, store, keys, None, error));
    }
    Ok(membership::add(tx, store, seq, user.groups)?)
}

/// Which of user name, phone and email another user has, asked only once the database said no.
pub(crate) fn taken(
    tx: &Connection,
    store: Store,
    keys: [Option<&str>; 3],
    but: Option<i64>,
    error: rusqlite::Error,
) -> Failure {
    if error.sqlite_error_code() != Some(ErrorCode::ConstraintViolation) {
        return error.into();
    }
    let columns = [
        ("user_name_key", "FailedOperation.UserNameAlreadyExists"),
        ("phone_key", "FailedOperation.PhoneNumberAlreadyExists"),
        ("email_key", "FailedOperation.EmailAlreadyExists"),
    ];
    for ((column, code), key) in columns.into_iter().zip(keys) {
        match key.map(|key| has(tx, store, column, key, but)) {
            None | Some(Ok(false)) => {}
            Some(Ok(true)) => return refuse(code),
            Some(Err(error)) => return error.into(),
        }
    }
    error.into()
}

fn has(
    tx: &Connection,
    store: Store,
    column: &str,
    key: &str,
    but: Option<i64>,
) -> rusqlite::Result<bool> {
    tx.prepare_cached(&format!(
        "SELECT 1 FROM ciam_users
         WHERE tenant = ?1 AND store = ?2 AND {column} = ?3 AND seq IS NOT ?4"
    ))?
    .exists(params![store.tenant, store.store, key, but])
}

fn text(value: Option<&str>) -> ValueRef<'_> {
    value.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
}

fn number(value: Option<i64>) -> ValueRef<'static> {
    value.map_or(ValueRef::Null, ValueRef::Integer)
}
