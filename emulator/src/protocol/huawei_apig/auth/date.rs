//! The form of `X-Sdk-Date`: `20260102T030405Z`, always in UTC.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

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
    let civil = DateTime::strptime(FORM, text).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// A moment in that form.
pub(super) fn write(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| String::new(), |moment| moment.strftime(FORM).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_form_is_read() {
        assert_eq!(read("19700101T000100Z"), Some(60));
        assert_eq!(read("20260102T030405Z").map(write).as_deref(), Some("20260102T030405Z"));
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
