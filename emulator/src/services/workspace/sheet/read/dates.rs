//! Dates of spreadsheets: days since a beginning, of which there are two, as requests write them.

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// The number of 9999-12-31 in either system: the format's last day.
const LAST: [i64; 2] = [2_958_465, 2_957_003];

/// Days from 1970-01-01 back to the day before each system's first one, counted as if 1900 had a leap
/// day, as spreadsheets do.
const BEGINNING: [i64; 2] = [-25_569, -24_107];

/// `YYYY-MM-DDTHH:MM:SSZ`; the first or the last day of the system for what lies outside of it.
pub(super) fn iso(serial: f64, is_1904: bool) -> String {
    let system = usize::from(is_1904);
    let (last, beginning) = (LAST.get(system), BEGINNING.get(system));
    let (last, beginning) = (last.copied().unwrap_or_default(), beginning.copied().unwrap_or(0));
    let (mut day, mut second) = (whole(serial.floor()), seconds(serial));
    if second >= 86_400 {
        (day, second) = (day.saturating_add(1), 0);
    }
    let day = day.clamp(0, last);
    let (year, month, date) = match day {
        // 1900 had no leap day, and spreadsheets believe that it had one.
        60 if !is_1904 => (1900, 2, 29),
        0..60 if !is_1904 => civil(day + 1 + beginning),
        _ => civil(day + beginning),
    };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Seconds into the day, to the nearest millisecond and then cut.
fn seconds(serial: f64) -> i64 {
    let exact = (serial - serial.trunc()) * DAY;
    let rounds_up = ((exact - exact.trunc()) * 1000.0).round() >= 1000.0;
    whole(exact.trunc()).max(0) + i64::from(rounds_up)
}

#[expect(clippy::cast_possible_truncation, reason = "saturates, which is what is wanted")]
fn whole(number: f64) -> i64 {
    number as i64
}

/// Year, month and day of a number of days since 1970-01-01, in 400-year cycles that begin in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, date)
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};
    use proptest::prelude::*;

    use super::*;

    /// What another library makes of it.
    fn expected(serial: f64, is_1904: bool) -> String {
        let moment = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904);
        let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    #[test]
    fn both_systems_have_their_own_days() {
        assert_eq!(iso(47_514.0, false), "2030-01-31T00:00:00Z");
        assert_eq!(iso(46_052.5, true), "2030-01-31T12:00:00Z");
        assert_eq!(iso(60.0, false), "1900-02-29T00:00:00Z");
        for day in [0.0, 1.0, 59.0, 60.0, 61.0, 366.0, 367.0, 1e308, f64::INFINITY, 2_958_465.0] {
            assert_eq!(iso(day, false), expected(day, false), "{day}");
            assert_eq!(iso(day, true), expected(day, true), "{day}");
        }
        for nonsense in [f64::NAN, f64::NEG_INFINITY, -1e10, -0.5] {
            assert_eq!(iso(nonsense, false), "1899-12-31T00:00:00Z", "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn dates_are_those_of_another_library(serial in 0.0..2_950_000.0, is_1904: bool) {
            prop_assert_eq!(iso(serial, is_1904), expected(serial, is_1904));
        }
    }
}
