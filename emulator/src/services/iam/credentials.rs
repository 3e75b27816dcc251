//! Temporary keys: an access key, its secret, and the security token that must come along.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::limits::KEY_LIFE_S;
use super::parts::{domain, moment, opaque};
use super::scope::Reference;
use crate::error::{Failure, refuse_with};
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::state::issued::{self, Kind, NewSecret};

/// What an access key begins with: no real one does.
const ACCESS_START: &str = "TWIN";

/// Input of `CreateTemporaryAccessKeyByToken`.
#[derive(Debug, Deserialize)]
pub(super) struct Issue {
    auth: Auth,
}

#[derive(Debug, Deserialize)]
struct Auth {
    identity: Identity,
}

#[derive(Debug, Deserialize)]
struct Identity {
    token: Option<Life>,
    assume_role: Option<Agency>,
}

#[derive(Debug, Deserialize)]
struct Life {
    duration_seconds: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Agency {
    domain_id: Option<String>,
    domain_name: Option<String>,
    duration_seconds: Option<i64>,
}

/// Output of `CreateTemporaryAccessKeyByToken`.
#[derive(Debug, Serialize)]
pub(super) struct Issued {
    credential: Credential,
}

#[derive(Debug, Serialize)]
struct Credential {
    access: String,
    secret: String,
    securitytoken: String,
    expires_at: String,
}

/// `CreateTemporaryAccessKeyByToken`.
pub(super) fn issue(call: &mut Call<'_>, input: Issue) -> Result<Issued, Failure> {
    let Identity { token, assume_role } = input.auth.identity;
    let life = match assume_role {
        Some(agency) => {
            let Agency { domain_id: id, domain_name: name, duration_seconds } = agency;
            let asked = Reference { id, name };
            if !asked.is(&domain(call)) {
                let named = asked.name.or(asked.id).unwrap_or_default();
                return Err(refuse_with("IAM.0004", format!("Could not find domain: {named}.")));
            }
            duration_seconds
        }
        None => token.and_then(|token| token.duration_seconds),
    };
    let expires = call.now.plus_ms(life.unwrap_or(KEY_LIFE_S).saturating_mul(1000));
    let mut access = call.ids.hex32().to_ascii_uppercase();
    access.truncate(16);
    let mut secret = call.ids.hex32() + &call.ids.hex32();
    secret.truncate(40);
    let credential = Credential {
        access: ACCESS_START.to_owned() + &access,
        secret,
        securitytoken: opaque(call.ids, "gQ"),
        expires_at: moment(expires),
    };
    insert(call, &credential, expires)?;
    Ok(Issued { credential })
}

fn insert(call: &Call<'_>, credential: &Credential, expires: Timestamp) -> Result<(), Failure> {
    let Credential { access, secret, securitytoken, .. } = credential;
    let new = NewSecret {
        kind: Kind::IamKey,
        text: access,
        subject: &issued::digest(securitytoken),
        subject_id: None,
        secret: Some(secret),
        expires,
    };
    Ok(issued::add(call.tx, call.tenant.key(), call.now, &new)?)
}

/// A temporary key as the gateway knows it.
#[derive(Debug)]
pub struct Known {
    /// The tenant that it was given to.
    pub tenant: String,
    /// Its secret.
    pub secret: String,
    /// The digest of the security token that belongs to it.
    pub token_digest: String,
    /// The first moment at which it no longer counts.
    pub expires: Timestamp,
}

/// The temporary key of that name, whether or not it has expired.
pub fn find(tx: &Connection, access: &str) -> rusqlite::Result<Option<Known>> {
    let oldest = issued::find(tx, Kind::IamKey, &issued::digest(access))?.into_iter().next();
    Ok(oldest.map(|one| Known {
        tenant: one.tenant,
        secret: one.secret.unwrap_or_default(),
        token_digest: one.subject,
        expires: one.expires,
    }))
}
