//! Passwords that the service draws: shown once and forgotten.

use serde::Serialize;

use super::super::limits::PASSWORD_LENGTH;
use super::super::tenant;
use super::change::One;
use super::row;
use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::ids::Ids;

/// Each class of characters is in every password.
const CLASSES: [&[u8]; 4] =
    [b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"abcdefghijkmnpqrstuvwxyz", b"23456789", b"!@$%^-_=+[{}]:,./?"];

/// Output of `ResetRandomPassword`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Drawn {
    password: String,
}

/// `ResetRandomPassword`: only the answer has the password, and no message is sent.
pub(in super::super) fn reset_random(call: &mut Call<'_>, input: One) -> Result<Drawn, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    row::existing_seq(call.tx, project, &input.user_id)?;
    Ok(Drawn { password: draw(call.ids) })
}

fn draw(ids: &mut Ids) -> String {
    let mut drawn: Vec<u8> = Vec::with_capacity(PASSWORD_LENGTH);
    for place in 0..PASSWORD_LENGTH {
        let class = match CLASSES.get(place) {
            Some(class) => class,
            None => pick(ids, &CLASSES),
        };
        let at = ids.below(u32::try_from(drawn.len() + 1).unwrap_or(1));
        drawn.insert(usize::try_from(at).unwrap_or(0), *pick(ids, class));
    }
    drawn.into_iter().map(char::from).collect()
}

fn pick<'a, T>(ids: &mut Ids, from: &'a [T]) -> &'a T {
    let at = ids.below(u32::try_from(from.len()).unwrap_or(0));
    #[expect(clippy::indexing_slicing, reason = "a number below the length of what is not empty")]
    &from[usize::try_from(at).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_password_has_twelve_characters_of_four_classes() {
        let mut ids = Ids::derived(b"7", &[]);
        for _ in 0..100 {
            let password = draw(&mut ids);
            assert_eq!(password.len(), PASSWORD_LENGTH);
            assert!(CLASSES.iter().all(|class| password.bytes().any(|b| class.contains(&b))));
        }
    }
}
