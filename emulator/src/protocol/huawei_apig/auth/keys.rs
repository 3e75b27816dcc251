//! Access keys: the dummy ones, and temporary ones that IAM handed out.

use std::borrow::Cow;

use crate::credentials::{HUAWEI_AK, SECRET, SESSION_TOKEN};
use crate::protocol::Verifier;
use crate::vendors::huawei;

/// A key that may sign.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) tenant: String,
    pub(super) secret: Cow<'static, str>,
    /// The digest of the security token that a temporary key must bring along.
    token: Option<String>,
}

/// Why there is no such key.
#[derive(Debug)]
pub(super) enum Unknown {
    /// Nobody has it; why, for the journal.
    Key(String),
    /// It could not be looked up.
    Fault,
}

/// The key of that name.
pub(super) fn find(access: &str, verifier: &Verifier<'_>) -> Result<Key, Unknown> {
    let now = verifier.now;
    if let Some(tenant) = verifier.tenant_of(access, HUAWEI_AK) {
        let secret = Cow::Borrowed(SECRET);
        return Ok(Key { tenant: tenant.to_owned(), secret, token: None });
    }
    match verifier.issued.temporary_key(access).map_err(|_| Unknown::Fault)? {
        None => Err(Unknown::Key(format!(
            "the twin knows the keys `{HUAWEI_AK}` and `{HUAWEI_AK}-<tenant>` (run `cloudtwin env`), and the \
             temporary ones that its IAM handed out"
        ))),
        Some(known) if known.expires <= now => Err(Unknown::Key(format!(
            "the temporary key expired at {}; it is {now} now",
            known.expires
        ))),
        Some(known) => Ok(Key {
            tenant: known.tenant,
            secret: Cow::Owned(known.secret),
            token: Some(known.token_digest),
        }),
    }
}

impl Key {
    /// Whether the key may come with this security token; else the cause in the model, and why.
    pub(super) fn admits(&self, token: Option<&str>) -> Result<(), (&'static str, String)> {
        match (&self.token, token) {
            (None, None) => Ok(()),
            (None, Some(token)) if token == SESSION_TOKEN => Ok(()),
            (None, Some(_)) => Err((
                "unreadable_token",
                format!(
                    "the one security token that goes with the dummy keys is `{SESSION_TOKEN}`"
                ),
            )),
            (Some(_), None) => Err((
                "other",
                "a temporary key needs its X-Security-Token, which this request has not".to_owned(),
            )),
            // Digests are compared, so the time reveals nothing of the token.
            (Some(digest), Some(token)) if *digest == huawei::token_digest(token) => Ok(()),
            (Some(_), Some(_)) => Err((
                "unreadable_token",
                "the X-Security-Token is not the one that was handed out with this key".to_owned(),
            )),
        }
    }
}
