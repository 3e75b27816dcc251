//! The 45 members of a user in the vendor's order: the column of each value and its kind.
//! Reading, writing and exporting all follow this one table.

use std::borrow::Cow;
use std::sync::LazyLock;

/// What a value is, and so how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// Where a user comes from: in the language of the reader.
    Source,
    /// A phone number: masked for readers.
    Phone,
    /// An email address: masked for readers.
    Email,
    /// The number of an identity card: masked for readers.
    Card,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// The custom attributes, kept as JSON; null is empty.
    Attributes,
    /// The ids of organization units, kept as JSON; null is empty.
    Orgs,
    /// The ids of the user's groups.
    Groups,
    /// The names of the user's groups.
    GroupNames,
    /// The value of the custom attribute of this name.
    Attribute(Box<str>),
    /// The account number.
    TenantId,
    /// The directory.
    UserStoreId,
    /// Nobody signs in here: always null.
    Never,
    /// Nobody signs in here: always false.
    No,
    /// No other directory is connected here: always empty.
    Empty,
}

/// One member of a user, or one column of an export.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// What the reader calls it.
    pub(crate) name: Cow<'static, str>,
    /// The same as JSON writes it before the value: quoted, with its colon.
    pub(crate) key: Vec<u8>,
    /// What it is.
    pub(crate) kind: Kind,
    /// The column of `ciam_users` that holds it; empty: none does.
    pub(crate) column: &'static str,
}

fn member(name: &'static str, kind: Kind, column: &'static str) -> Member {
    Member::named(Cow::Borrowed(name), kind, column)
}

/// How many members a user has.
pub(crate) const COUNT: usize = 45;

/// The members of a user.
pub(crate) static MEMBERS: LazyLock<[Member; COUNT]> = LazyLock::new(|| {
    [
        member("UserId", Kind::Text, "user_id"),
        member("UserName", Kind::Text, "user_name"),
        member("PhoneNumber", Kind::Phone, "phone"),
        member("Email", Kind::Email, "email"),
        member("LastSignOn", Kind::Never, ""),
        member("CreatedDate", Kind::Number, "created"),
        member("Status", Kind::Text, "status"),
        member("UserDataSourceEnum", Kind::Source, "data_source"),
        member("Nickname", Kind::Text, "nickname"),
        member("Address", Kind::Text, "address"),
        member("Birthdate", Kind::Number, "birthdate"),
        member("UserGroups", Kind::Groups, "group_num"),
        member("UserGroupNames", Kind::GroupNames, ""),
        member("LastModifiedDate", Kind::Number, "modified"),
        member("CustomAttributes", Kind::Attributes, "attributes"),
        member("ResidentIdentityCard", Kind::Card, "identity_card"),
        member("QqOpenId", Kind::Text, "qq_open_id"),
        member("QqUnionId", Kind::Text, "qq_union_id"),
        member("WechatOpenId", Kind::Text, "wechat_open_id"),
        member("WechatUnionId", Kind::Text, "wechat_union_id"),
        member("AlipayUserId", Kind::Text, "alipay_user_id"),
        member("WeComUserId", Kind::Text, "we_com_user_id"),
        member("Description", Kind::Text, "description"),
        member("Name", Kind::Text, "name"),
        member("Locale", Kind::Text, "locale"),
        member("Gender", Kind::Text, "gender"),
        member("IdentityVerificationMethod", Kind::Text, "verification_method"),
        member("IdentityVerified", Kind::Flag, "verified"),
        member("Job", Kind::Text, "job"),
        member("Nationality", Kind::Text, "nationality"),
        member("Primary", Kind::Flag, "is_primary"),
        member("Zone", Kind::Text, "zone"),
        member("AlreadyFirstLogin", Kind::No, ""),
        member("TenantId", Kind::TenantId, ""),
        member("UserStoreId", Kind::UserStoreId, ""),
        member("Version", Kind::Never, ""),
        member("LockType", Kind::Text, "lock_type"),
        member("LockTime", Kind::Number, "lock_time"),
        member("IndexedAttribute1", Kind::Text, "indexed1"),
        member("IndexedAttribute2", Kind::Text, "indexed2"),
        member("IndexedAttribute3", Kind::Text, "indexed3"),
        member("IndexedAttribute4", Kind::Text, "indexed4"),
        member("IndexedAttribute5", Kind::Text, "indexed5"),
        member("UserOrgs", Kind::Orgs, "orgs"),
        member("WeComUserOrgs", Kind::Empty, ""),
    ]
});

/// The beginning of every statement that reads whole users: each member at its own place, then
/// what finds the groups.
pub(crate) static SELECT: LazyLock<String> = LazyLock::new(|| select(&*MEMBERS));

/// Reads these members at these places, then the user's number and how many groups it is in.
pub(crate) fn select(members: &[Member]) -> String {
    let mut text = "SELECT ".to_owned();
    for member in members {
        text += if member.column.is_empty() { "NULL" } else { member.column };
        text += ", ";
    }
    text + "seq, group_num FROM ciam_users"
}

impl Member {
    /// A member, or a column, of that name.
    pub(crate) fn named(name: Cow<'static, str>, kind: Kind, column: &'static str) -> Self {
        let key = format!("{}:", serde_json::Value::from(name.as_ref())).into_bytes();
        Self { name, key, kind, column }
    }

    /// The code by which searches and exports name this member.
    pub(crate) fn code(&self) -> String {
        match self.name.as_ref() {
            "UserId" => "id".to_owned(),
            "UserGroups" => "userGroup".to_owned(),
            name => {
                let mut rest = name.chars();
                let first = rest.next().map(|c| c.to_ascii_lowercase());
                first.into_iter().chain(rest).collect()
            }
        }
    }
}

/// The member of that code, in whatever case.
pub(crate) fn by_code(code: &str) -> Option<&'static Member> {
    MEMBERS.iter().find(|member| member.code().eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_begin_in_lower_case_and_two_are_irregular() {
        let name = |code| by_code(code).map(|member| member.name.as_ref());
        assert_eq!(name("id"), Some("UserId"));
        assert_eq!(name("userGroup"), Some("UserGroups"));
        assert_eq!(name("username"), Some("UserName"));
        assert_eq!(name("weComUserId"), Some("WeComUserId"));
        assert_eq!(name("userId"), None);
        assert_eq!(name(""), None);
    }
}
