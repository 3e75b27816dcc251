//! Bearer tokens: several of an application may live at a time, none is renewed, each ends by the
//! clock.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::state::issued::{self, Kind, NewSecret};

use super::limits::TOKEN_LIFE_MAX_S;

/// Input of `tokenByAkSk`. The secret was checked before.
#[derive(Debug, Deserialize)]
pub(super) struct Issue {
    #[serde(rename = "X-Token-Expire")]
    life: Option<String>,
    app_key: String,
}

/// Output of `tokenByAkSk`: a Go client decodes every member as a text.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Issued {
    access_token: String,
    apply_type: &'static str,
    create_time: String,
    expires: String,
    scope: String,
    app_key: String,
    #[serde(rename = "UserID")]
    user_id: &'static str,
}

/// `tokenByAkSk`.
pub(super) fn issue(call: &mut Call<'_>, input: Issue) -> Result<Issued, Failure> {
    let life = life_s(input.life.as_deref());
    let token = call.ids.hex32();
    let new = NewSecret {
        kind: Kind::AiccToken,
        text: &token,
        subject: &input.app_key,
        subject_id: None,
        secret: None,
        expires: call.now.plus_ms(life * 1000),
    };
    issued::add(call.tx, call.tenant.key(), call.now, &new)?;
    Ok(Issued {
        access_token: token,
        apply_type: "Bearer",
        create_time: call.now.seconds().to_string(),
        expires: life.to_string(),
        scope: call.ids.hex32(),
        app_key: input.app_key,
        user_id: "Anonymous",
    })
}

/// The life in seconds that is granted for a wish.
fn life_s(wish: Option<&str>) -> i64 {
    let wish = wish.and_then(|wish| wish.trim().parse().ok()).filter(|seconds| *seconds > 0);
    wish.map_or(TOKEN_LIFE_MAX_S, |seconds: i64| seconds.min(TOKEN_LIFE_MAX_S))
}

/// A token as the gateway knows it.
#[derive(Debug)]
pub struct Known {
    /// The application that it was given to.
    pub app_key: String,
    /// The first moment at which it no longer counts.
    pub expires: Timestamp,
}

/// The token of that text, whether or not it has expired: the tenant's, or else one that was given
/// to another application. A copy that another tenant holds of the application's own is no token.
pub fn find(
    tx: &Connection,
    tenant: &str,
    app_key: &str,
    token: &str,
) -> rusqlite::Result<Option<Known>> {
    let all = issued::find(tx, Kind::AiccToken, &issued::digest(token))?;
    let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.tenant == tenant);
    let foreign = others.into_iter().filter(|one| one.subject != app_key);
    let known = own.into_iter().chain(foreign).next();
    Ok(known.map(|one| Known { app_key: one.subject, expires: one.expires }))
}

#[cfg(test)]
mod tests {
    use super::life_s;

    #[test]
    fn a_wish_is_granted_up_to_an_hour() {
        let odd = [None, Some(""), Some("0"), Some("-5"), Some("1.5"), Some("soon")];
        assert!(odd.into_iter().all(|wish| life_s(wish) == 3600));
        assert!(life_s(Some("3601")) == 3600 && life_s(Some("99999999999999999999")) == 3600);
        assert_eq!([life_s(Some("1")), life_s(Some(" 600 "))], [1, 600]);
    }
}
