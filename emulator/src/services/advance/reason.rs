//! The reason of a failure, where a service shows a code and a text.

/// The code and the text that a service shows for a reason. If the reason looks like a code of the
/// vendor, it is the code, and its text is that of the model; else it is the text of `otherwise`.
pub(crate) fn code_and_text<'a>(
    service: &str,
    reason: &'a str,
    otherwise: &'a str,
) -> (&'a str, &'a str) {
    if is_code(reason) { (reason, model_text(service, reason)) } else { (otherwise, reason) }
}

/// The text that the model has for a code; empty if it has none.
pub(crate) fn model_text(service: &str, code: &str) -> &'static str {
    let service = contracts::catalog().service(service);
    let known = service.and_then(|service| service.codes.get(code));
    known.and_then(|known| known.message.as_deref()).unwrap_or_default()
}

/// Whether a reason looks like a code, as `200-101` and `WKS.00010007` do: letters and digits, in parts.
fn is_code(reason: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(char::is_alphanumeric);
    reason.contains(['.', '-'])
        && reason.contains(|c: char| c.is_ascii_digit())
        && reason.split(['.', '-']).all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_parts_and_a_digit() {
        for code in ["200-101", "WKS.00010007", "WKS.EMU.0013"] {
            assert!(is_code(code), "{code}");
        }
        for text in ["", "404", "out-of-order", "disk full", "WKS.", "it failed at 10.5", "-1"] {
            assert!(!is_code(text), "{text}");
        }
    }
}
