//! The name under which a finished file is stored, and the only way to a path: 32 lower-case hex
//! digits, whatever the database, a state document or a link says.

use std::fmt;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// The unguessable name of one finished file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileToken([u8; 16]);

impl FileToken {
    /// The token of these 128 random bits.
    pub fn new(bits: [u8; 16]) -> Self {
        Self(bits)
    }

    /// Reads 32 lower-case hex digits; any other text names no file.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bits = [0; 16];
        let is_lower = !text.bytes().any(|b| b.is_ascii_uppercase());
        (is_lower && hex::decode_to_slice(text, &mut bits).is_ok()).then_some(Self(bits))
    }
}

impl fmt::Display for FileToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromSql for FileToken {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for FileToken {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_32_lower_case_hex_digits_are_a_token() {
        let text = "0123456789abcdef0123456789abcdef";
        assert_eq!(FileToken::parse(text).unwrap().to_string(), text);
        let upper = text.to_uppercase();
        for wrong in ["", "../victim", "/etc/passwd", &text[1..], &format!("{text}0"), &upper] {
            assert_eq!(FileToken::parse(wrong), None, "{wrong:?}");
            let column = rusqlite::Connection::open_in_memory().unwrap().query_row(
                "SELECT ?1",
                [wrong],
                |row| row.get::<_, FileToken>(0),
            );
            assert!(column.is_err(), "{wrong:?}");
        }
    }
}
