//! The three forms in which the service writes moments.

use crate::runtime::clock::Timestamp;

/// `2021-06-03T19:43:31.000Z`.
pub(super) fn iso(ms: i64) -> String {
    Timestamp(ms).to_string()
}

/// `2020-04-10 06:45:14`, as jobs and devices have it.
pub(super) fn plain(ms: i64) -> String {
    let iso = iso(ms);
    match iso.split_once('.').map_or(iso.as_str(), |(whole, _)| whole).split_once('T') {
        Some((day, time)) => format!("{day} {time}"),
        None => iso,
    }
}

/// When an account expires, as requests and lists have it: `0` for never.
pub(super) fn expiry(ms: i64) -> String {
    match (ms, iso(ms)) {
        (0, _) => "0".to_owned(),
        (_, iso) if ms % 1000 == 0 => iso.replace(".000", ""),
        (_, iso) => iso,
    }
}

/// Reads what [`expiry`] writes; an empty text counts as `0`. Nothing where it is no moment.
pub(super) fn parse_expiry(text: &str) -> Option<i64> {
    match text {
        "" | "0" => Some(0),
        _ => Timestamp::parse(text).ok().map(|moment| moment.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_the_vendors_forms() {
        assert_eq!(iso(1_622_749_411_000), "2021-06-03T19:43:31.000Z");
        assert_eq!(plain(1_586_501_114_999), "2020-04-10 06:45:14");
    }

    #[test]
    fn an_expiry_comes_back_as_it_was_sent() {
        for text in ["0", "2021-06-03T19:43:31Z", "2021-06-03T19:43:31.250Z"] {
            assert_eq!(expiry(parse_expiry(text).unwrap()), text);
        }
        assert_eq!(parse_expiry(""), Some(0));
        assert_eq!(parse_expiry("2021-02-31T00:00:00Z"), None);
    }
}
