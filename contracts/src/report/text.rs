//! How reports write text and times. Text of clients and answers is foreign: it never reaches a reader raw.

/// Foreign text with control characters, and marks that reorder what a reader sees, as escapes such as `\u{1b}`.
/// Line breaks and tabs stay.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => out.push(character),
            _ if is_deceptive(character) => out.extend(character.escape_default()),
            _ => out.push(character),
        }
    }
    out
}

/// `visible` text on one line, of at most `max` characters; `…` stands for the rest.
pub(super) fn line(text: &str, max: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    shorten(&visible(&words.join(" ")), max)
}

/// The beginning of a text, of at most `max` characters; `…` stands for the rest.
pub(super) fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A duration in the unit that a person would use.
pub(super) fn duration(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..3_600_000 => format!("{} min {} s", ms / 60_000, ms / 1_000 % 60),
        _ => format!("{} h {} min", ms / 3_600_000, ms / 60_000 % 60),
    }
}

/// A time of a request in seconds, to the millisecond.
pub(super) fn seconds(us: u64) -> String {
    format!("{}.{:03} s", us / 1_000_000, us / 1_000 % 1_000)
}

/// A number and its noun.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn is_deceptive(character: char) -> bool {
    character.is_control()
        // Embeddings, overrides and isolates; line and paragraph separators; what XML does not allow.
        || matches!(character, '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_a_terminal_or_a_reader_is_escaped() {
        assert_eq!(visible("a\u{1b}[2Jb\r\n\tc"), "a\\u{1b}[2Jb\\r\n\tc");
        assert_eq!(visible("\u{202e}txt.exe\u{ffff}"), "\\u{202e}txt.exe\\u{ffff}");
        assert_eq!(visible("שלום, 世界"), "שלום, 世界");
    }

    #[test]
    fn a_line_has_no_breaks_and_an_end() {
        assert_eq!(line("one\n\n  two\tthree", 99), "one two three");
        assert_eq!(line("one two three", 8), "one two…");
        assert_eq!(line("", 8), "");
    }

    #[test]
    fn durations_have_the_unit_of_their_size() {
        let all = [0, 999, 1_000, 59_999, 60_000, 3_599_999, 3_600_000].map(duration);
        assert_eq!(
            all,
            ["0 ms", "999 ms", "1.0 s", "59.9 s", "1 min 0 s", "59 min 59 s", "1 h 0 min"]
        );
        assert_eq!(seconds(1_234_567), "1.234 s");
    }
}
