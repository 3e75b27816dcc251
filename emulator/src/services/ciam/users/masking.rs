//! How personal values look to a reader who did not ask for the originals. Never undone.

/// Three characters, stars, four characters; of a phone number, the number behind the country code.
pub(crate) fn phone(value: &str) -> String {
    match value.strip_prefix('+').and_then(|rest| rest.split_once('-')) {
        Some((country, number)) => format!("+{country}-{}", middle(number)),
        None => middle(value),
    }
}

/// At most three characters of the name, stars, and the domain.
pub(crate) fn email(value: &str) -> String {
    let (name, domain) = value.split_once('@').unwrap_or((value, ""));
    let shown: String = name.chars().take(3).collect();
    format!("{shown}****@{domain}")
}

/// Three characters, stars, four characters. What is too short for that shows nothing.
pub(crate) fn middle(value: &str) -> String {
    let length = value.chars().count();
    if length <= 7 {
        return "****".to_owned();
    }
    let head = value.chars().take(3);
    let tail = value.chars().skip(length - 4);
    head.chain("****".chars()).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_keep_their_country_and_seven_digits() {
        assert_eq!(phone("13200000000"), "132****0000");
        assert_eq!(phone("+86-19877755556"), "+86-198****5556");
        assert_eq!(phone("12345"), "****");
    }

    #[test]
    fn emails_keep_three_characters_and_the_domain() {
        assert_eq!(email("132456@qq.com"), "132****@qq.com");
        assert_eq!(email("a@b.cn"), "a****@b.cn");
    }

    #[test]
    fn cards_keep_both_ends() {
        assert_eq!(middle("110101199003071234"), "110****1234");
    }
}
