//! `DescribeUser`'s search language: which properties may be searched and sorted by, and what its
//! operators mean. Values only ever travel as parameters.

use rusqlite::types::Value;
use serde::Deserialize;

use crate::error::{Failure, refuse};
use crate::runtime::fold::fold;

use super::super::filters::Where;
use super::formats;

/// One property of a search; filters must all hold.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PropertyFilter {
    property_key: Option<String>,
    property_value: Option<String>,
    /// False turns the filter round.
    logic: Option<bool>,
    operate_logic: Option<String>,
}

/// By which property a search is sorted.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Sort {
    property_key: Option<String>,
    order: Option<String>,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    Text,
    /// Text in which case does not count.
    Folded,
    Phone,
    Moment,
    /// The ids of a user's groups: one of them is enough.
    Groups,
}

/// A property that may be searched and sorted by.
struct Property {
    code: &'static str,
    column: &'static str,
    compared: Compared,
    /// No two users share it, so it needs nothing more to sort by.
    is_unique: bool,
}

const fn property(code: &'static str, column: &'static str, compared: Compared) -> Property {
    let is_unique = matches!(compared, Compared::Folded | Compared::Phone);
    Property { code, column, compared, is_unique }
}

/// Exactly these; the vendor's refusal lists them.
static PROPERTIES: [Property; 16] = [
    Property { is_unique: true, ..property("id", "user_id", Compared::Text) },
    property("userName", "user_name_key", Compared::Folded),
    property("phoneNumber", "phone_key", Compared::Phone),
    property("email", "email_key", Compared::Folded),
    property("userGroup", FIRST_GROUP, Compared::Groups),
    property("alipayUserId", "alipay_user_id", Compared::Text),
    property("wechatOpenId", "wechat_open_id", Compared::Text),
    property("wechatUnionId", "wechat_union_id", Compared::Text),
    property("qqOpenId", "qq_open_id", Compared::Text),
    property("qqUnionId", "qq_union_id", Compared::Text),
    property("lastModifiedDate", "modified", Compared::Moment),
    property("indexedAttribute1", "indexed1", Compared::Text),
    property("indexedAttribute2", "indexed2", Compared::Text),
    property("indexedAttribute3", "indexed3", Compared::Text),
    property("indexedAttribute4", "indexed4", Compared::Text),
    property("indexedAttribute5", "indexed5", Compared::Text),
];

/// Users are sorted by the first group that they were put into.
const FIRST_GROUP: &str = "(SELECT g.user_group_id FROM ciam_members m JOIN ciam_groups g
    ON g.tenant = m.tenant AND g.store = m.store AND g.seq = m.group_seq
    WHERE m.tenant = ciam_users.tenant AND m.store = ciam_users.store AND m.seq = ciam_users.seq
    ORDER BY m.position LIMIT 1)";

fn permitted(key: Option<&str>) -> Option<&'static Property> {
    PROPERTIES.iter().find(|property| property.code.eq_ignore_ascii_case(key.unwrap_or_default()))
}

/// The conditions of a search. Each property may be asked for once.
pub(crate) fn conditions(filters: &[PropertyFilter]) -> Result<Where, Failure> {
    let mut found = Where::default();
    let mut seen: Vec<&str> = Vec::with_capacity(filters.len());
    for filter in filters {
        let property = permitted(filter.property_key.as_deref())
            .ok_or_else(|| refuse("FailedOperation.QueryUsersParameterMustInWhitelist"))?;
        if seen.contains(&property.code) {
            return Err(refuse("FailedOperation.QueryUsersParameterRepeat"));
        }
        seen.push(property.code);
        filter.add_to(&mut found, property)?;
    }
    Ok(found)
}

impl PropertyFilter {
    fn add_to(&self, found: &mut Where, property: &Property) -> Result<(), Failure> {
        let holds = self.logic.unwrap_or(true);
        let value = self.property_value.as_deref().unwrap_or_default();
        let one = |text: &str| property.value(text.trim());
        let (comparison, holds, values) = match self.operate_logic.as_deref().unwrap_or("=") {
            "=" => ("= ?", holds, vec![property.value(value)?]),
            // Who lacks the property is unlike any value.
            "!=" => ("= ?", !holds, vec![property.value(value)?]),
            ">" => ("> ?", holds, vec![property.value(value)?]),
            "<" => ("< ?", holds, vec![property.value(value)?]),
            ">=" => (">= ?", holds, vec![property.value(value)?]),
            "<=" => ("<= ?", holds, vec![property.value(value)?]),
            "between" => {
                let (low, high) =
                    value.split_once(',').ok_or_else(|| refuse("InvalidParameterValue"))?;
                ("BETWEEN ? AND ?", holds, vec![one(low)?, one(high)?])
            }
            _ => return Err(refuse("InvalidParameterValue")),
        };
        found.push(&property.condition(comparison), holds, values);
        Ok(())
    }
}

impl Property {
    fn value(&self, text: &str) -> Result<Value, Failure> {
        Ok(match self.compared {
            Compared::Text | Compared::Groups => text.to_owned().into(),
            Compared::Folded => fold(text).into(),
            Compared::Phone => formats::phone_key(text).to_owned().into(),
            Compared::Moment => {
                let moment: i64 = text.parse().map_err(|_| refuse("InvalidParameterValue"))?;
                moment.into()
            }
        })
    }

    fn condition(&self, comparison: &str) -> String {
        if self.compared == Compared::Groups {
            return format!(
                "EXISTS (SELECT 1 FROM ciam_members m JOIN ciam_groups g
                    ON g.tenant = m.tenant AND g.store = m.store AND g.seq = m.group_seq
                 WHERE m.tenant = ciam_users.tenant AND m.store = ciam_users.store
                    AND m.seq = ciam_users.seq AND g.user_group_id {comparison})"
            );
        }
        format!("{} {comparison}", self.column)
    }
}

impl Sort {
    /// What to write after the conditions; nothing if no property is named.
    pub(crate) fn order(&self) -> Result<Option<String>, Failure> {
        if self.property_key.is_none() {
            return Ok(None);
        }
        let property = permitted(self.property_key.as_deref())
            .ok_or_else(|| refuse("FailedOperation.QueryUsersSortParameterMustInWhitelist"))?;
        // The vendor's own example misspells the order, so only what is clear turns it round.
        let ascends = self.order.as_deref().is_some_and(|order| order.eq_ignore_ascii_case("asc"));
        let direction = if ascends { "ASC" } else { "DESC" };
        let column = property.column;
        let next = if property.is_unique { "" } else { ", seq DESC" };
        Ok(Some(format!(" ORDER BY {column} {direction}{next}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(key: &str, operator: Option<&str>, value: &str) -> PropertyFilter {
        PropertyFilter {
            property_key: Some(key.to_owned()),
            property_value: Some(value.to_owned()),
            logic: None,
            operate_logic: operator.map(str::to_owned),
        }
    }

    fn code(failure: Failure) -> String {
        match failure {
            Failure::Refused(refusal) => refusal.code.into_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn properties_outside_the_list_and_twice_are_refused() {
        let outside = conditions(&[filter("nickname", None, "x")]).unwrap_err();
        assert_eq!(code(outside), "FailedOperation.QueryUsersParameterMustInWhitelist");
        let twice = [filter("userName", None, "x"), filter("username", None, "y")];
        let twice = conditions(&twice).unwrap_err();
        assert_eq!(code(twice), "FailedOperation.QueryUsersParameterRepeat");
    }

    #[test]
    fn operators_become_comparisons() {
        let text = |filter| conditions(&[filter]).unwrap().and_text().to_owned();
        assert_eq!(text(filter("email", None, "A@b.cn")), " AND (email_key = ?)");
        assert_eq!(text(filter("email", Some("!="), "a")), " AND (email_key = ?) IS NOT TRUE");
        assert_eq!(
            text(filter("lastModifiedDate", Some("between"), "1, 2")),
            " AND (modified BETWEEN ? AND ?)"
        );
        let words = conditions(&[filter("lastModifiedDate", None, "soon")]).unwrap_err();
        assert_eq!(code(words), "InvalidParameterValue");
    }

    #[test]
    fn a_sort_is_descending_unless_it_says_otherwise() {
        let order = |key: &str, order: Option<&str>| {
            Sort { property_key: Some(key.to_owned()), order: order.map(str::to_owned) }.order()
        };
        let said = |key, direction| order(key, direction).unwrap().unwrap();
        assert_eq!(said("userName", None), " ORDER BY user_name_key DESC");
        assert_eq!(said("lastModifiedDate", Some("Asc")), " ORDER BY modified ASC, seq DESC");
        assert_eq!(said("id", Some("decs")), " ORDER BY user_id DESC");
        assert!(order("nickname", None).is_err());
    }
}
