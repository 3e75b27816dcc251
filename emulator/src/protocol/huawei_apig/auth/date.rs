//! The form of `X-Sdk-Date`: `20260102T030405Z`, always in UTC.

use jiff::civil::DateTime;

use crate::runtime::clock::Timestamp;

const FORM: &str = "%Y%m%dT%H%M%SZ";

/// The moment in seconds since the epoch; nothing where the text has another form.
pub(super) fn read(text: &str) -> Option<i64> {
    let is_digit = |(at, byte): (usize, u8)| match at {
        8 => byte == b'T',
        15 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    };
    if text.len() != 16 || !text.bytes().enumerate().all(is_digit) {
        return None;
    }
    DateTime::strptime(FORM, text).ok().map(|shown| Timestamp::of_utc(shown).seconds())
}

/// A moment in that form.
pub(super) fn write(seconds: i64) -> String {
    let shown = Timestamp(seconds.saturating_mul(1000)).utc();
    shown.map_or_else(String::new, |shown| shown.strftime(FORM).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_form_is_read() {
        assert_eq!(read("19700101T000100Z"), Some(60));
        for text in ["00010101T000000Z", "20260102T030405Z", "99991231T235959Z"] {
            assert_eq!(read(text).map(write).as_deref(), Some(text));
        }
        for odd in [
            "",
            "2026-01-02T03:04:05Z",
            "20260102T030405",
            "20260102T030405+",
            "20261302T030405Z",
            "20260230T030405Z",
            "20260102T250405Z",
            " 0260102T030405Z",
            "+0260102T030405Z",
            "20260102t030405z",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
