//! What user attributes must look like, and the forms in which they are compared.
//! Knows no directory.

use crate::error::{Failure, refuse};
use crate::runtime::clock::Timestamp;

use super::super::limits::USER_NAME_MAX;

/// 1 to 128 characters without blanks or control characters.
pub(crate) fn is_user_name(text: &str) -> bool {
    (1..=USER_NAME_MAX).contains(&text.chars().count())
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// `+86-13800000000` or a bare number: a country code of 1 to 4 digits, a number of 5 to 15.
pub(crate) fn is_phone(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (country, number) = match text.strip_prefix('+') {
        Some(rest) => rest.split_once('-').unwrap_or(("", rest)),
        None => ("86", text),
    };
    (1..=4).contains(&country.len())
        && digits(country)
        && (5..=15).contains(&number.len())
        && digits(number)
}

/// Something, `@`, a domain with a dot inside.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    !name.is_empty()
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && !domain.contains('@')
}

/// The form of directory, user, group and organization unit ids.
pub(crate) fn is_hex32(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Midnight UTC of a day such as `1990-03-07`, in milliseconds since the epoch.
pub(crate) fn day_ms(text: &str) -> Option<i64> {
    let day: jiff::civil::Date = text.parse().ok()?;
    // The parser also takes longer forms; the day alone is asked for.
    (text.len() == 10).then(|| Timestamp::of_utc(day.at(0, 0, 0, 0)).0)
}

/// A phone number is the same with and without the country code of the vendor's home.
pub(crate) fn phone_key(text: &str) -> &str {
    text.strip_prefix("+86-").unwrap_or(text)
}

/// The SQL of the number of `phone_key` with its country code. A part of a number is looked for in
/// it, so that whatever [`phone_key`] takes for the same number is found, too.
pub(crate) const FULL_PHONE: &str =
    "iif(substr(phone_key, 1, 1) = '+', phone_key, '+86-' || phone_key)";

/// Refuses an attribute that does not keep its format.
pub(crate) fn require(keeps: bool) -> Result<(), Failure> {
    if keeps { Ok(()) } else { Err(refuse("FailedOperation.AttributeFormatError")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_have_an_optional_country_code() {
        for good in ["13800000000", "+86-19877755556", "+1-55555", "12345"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in
            ["", "1234", "+-12345", "+12345-55555", "+8613800000000", "138 0000 0000", "１２３４５"]
        {
            assert!(!is_phone(bad), "{bad}");
        }
        assert_eq!(phone_key("+86-138"), phone_key("138"));
        assert_eq!(phone_key("+1-138"), "+1-138");
    }

    #[test]
    fn emails_have_a_name_and_a_dotted_domain() {
        assert!(is_email("a@b.cn") && is_email("first.last+x@sub.example.com"));
        for bad in ["", "a", "@b.cn", "a@b", "a@.cn", "a@b.", "a b@c.cn", "a@b@c.cn"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn user_names_are_bounded_and_without_blanks() {
        assert!(is_user_name("张三") && is_user_name(&"x".repeat(128)));
        assert!(!is_user_name("") && !is_user_name("a b") && !is_user_name(&"x".repeat(129)));
    }

    #[test]
    fn days_begin_at_midnight_utc() {
        assert_eq!(day_ms("1970-01-02"), Some(86_400_000));
        assert_eq!(day_ms("1970-02-30"), None);
        assert_eq!(day_ms("19700102"), None);
    }
}
