//! Moments as the service writes them: `2026-01-31 16:00:00`. The zone is not documented; UTC+8 is
//! assumed, the vendor's own.

use crate::runtime::clock::Timestamp;

const OFFSET_MS: i64 = 8 * 3_600_000;

/// `YYYY-MM-DD hh:mm:ss` in UTC+8.
pub(super) fn local(ms: i64) -> String {
    match Timestamp(ms).plus_ms(OFFSET_MS).utc() {
        Some(time) => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_in_the_vendors_zone() {
        assert_eq!(local(1_767_225_600_999), "2026-01-01 08:00:00");
    }
}
