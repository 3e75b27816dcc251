//! Custom attributes: any name is accepted, since no public action defines them.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};

/// One custom attribute.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute<'a> {
    /// What it is called.
    pub(crate) name: Cow<'a, str>,
    /// What it says.
    pub(crate) value: Cow<'a, str>,
    /// The vendor's examples know `STRING`, which is also the default.
    #[serde(default = "string_type", deserialize_with = "type_or_string")]
    pub(crate) r#type: Cow<'a, str>,
}

fn string_type<'a>() -> Cow<'a, str> {
    Cow::Borrowed("STRING")
}

fn type_or_string<'de, 'a, D: Deserializer<'de>>(from: D) -> Result<Cow<'a, str>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map_or_else(string_type, Cow::Owned))
}

/// The form in which they are kept: JSON, or nothing where there are none.
pub(crate) fn to_column(attributes: &[Attribute<'_>]) -> Result<Option<String>, serde_json::Error> {
    if attributes.is_empty() { Ok(None) } else { serde_json::to_string(attributes).map(Some) }
}

/// All of them, from the form in which they are kept.
pub(crate) fn from_column(column: &str) -> Result<Vec<Attribute<'static>>, serde_json::Error> {
    serde_json::from_str(column)
}

/// What the attribute of that name says.
pub(crate) fn value_of(
    column: &str,
    name: &str,
) -> Result<Option<Cow<'static, str>>, serde_json::Error> {
    let mut all = from_column(column)?.into_iter();
    Ok(all.find(|attribute| attribute.name == name).map(|attribute| attribute.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_keep_their_type_or_are_strings() {
        let given = r#"[{"Name":"team","Value":"a\"b"},{"Name":"n","Value":"1","Type":"NUMBER"}]"#;
        let column = to_column(&from_column(given).unwrap()).unwrap().unwrap();
        assert_eq!(
            column,
            r#"[{"Name":"team","Value":"a\"b","Type":"STRING"},{"Name":"n","Value":"1","Type":"NUMBER"}]"#
        );
        assert_eq!(value_of(&column, "team").unwrap().as_deref(), Some("a\"b"));
        assert_eq!(value_of(&column, "other").unwrap(), None);
        assert_eq!(to_column(&[]).unwrap(), None);
    }
}
