//! Tokens: 24 hours by the clock, good for whatever their tenant may do. Who asks was found out
//! before.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::catalog::{Entry, catalog};
use super::limits::TOKEN_LIFE_MS;
use super::parts::{Named, domain, moment, opaque};
use super::scope;
use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::state::issued::{self, Kind, NewSecret};
use crate::vendors::huawei;

/// The user where a caller has none: one that signed, or any while nothing is verified.
const NOBODY: &str = "twin";

/// Input of `KeystoneCreateUserTokenByPassword`.
#[derive(Debug, Deserialize)]
pub(super) struct Issue {
    auth: Auth,
    #[serde(default)]
    nocatalog: bool,
    #[serde(rename = "X-Auth-Token")]
    token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Auth {
    identity: Identity,
    #[serde(default)]
    scope: scope::Asked,
}

#[derive(Debug, Deserialize)]
struct Identity {
    methods: Vec<String>,
    password: Option<Password>,
    token: Option<Earlier>,
}

#[derive(Debug, Deserialize)]
struct Password {
    user: scope::Reference,
}

#[derive(Debug, Deserialize)]
struct Earlier {
    id: Option<String>,
}

/// Output of `KeystoneCreateUserTokenByPassword`.
#[derive(Debug, Serialize)]
pub(super) struct Issued {
    #[serde(rename = "X-Subject-Token")]
    subject: String,
    token: Token,
}

#[derive(Debug, Serialize)]
struct Token {
    methods: Vec<String>,
    expires_at: String,
    issued_at: String,
    user: User,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<Project>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog: Option<Vec<Entry>>,
    roles: Vec<Named>,
}

#[derive(Debug, Serialize)]
struct User {
    #[serde(flatten)]
    named: Named,
    domain: Named,
    password_expires_at: &'static str,
}

#[derive(Debug, Serialize)]
struct Project {
    #[serde(flatten)]
    named: Named,
    domain: Named,
}

/// `KeystoneCreateUserTokenByPassword`.
pub(super) fn issue(call: &mut Call<'_>, input: Issue) -> Result<Issued, Failure> {
    let Issue { auth: Auth { identity, scope }, nocatalog, token } = input;
    let project = scope::project(call, &scope)?;
    let domain = domain(call);
    let latest = call.now.plus_ms(TOKEN_LIFE_MS);
    let (user, expires) = match &identity.password {
        Some(password) => (user(call, &password.user), latest),
        // A token that was got for another one ends with it.
        None => match earlier(call, identity.token.and_then(|token| token.id).or(token))? {
            Some(known) => (known.user, known.expires.min(latest)),
            None => (user(call, &scope::Reference { id: None, name: None }), latest),
        },
    };
    let subject = opaque(call.ids, "MII");
    insert(call, &subject, &user, expires)?;
    let catalog = (!nocatalog).then(|| catalog(call, project.as_ref()));
    let role = Named { id: call.ids.hex32(), name: "te_admin".to_owned() };
    let token = Token {
        methods: identity.methods,
        expires_at: moment(expires),
        issued_at: moment(call.now),
        user: User { named: user, domain: domain.clone(), password_expires_at: "" },
        domain: project.is_none().then(|| domain.clone()),
        project: project.map(|named| Project { named, domain }),
        catalog,
        roles: vec![role],
    };
    Ok(Issued { subject, token })
}

/// Any name is a user; one that is named by its id alone has it for a name too.
fn user(call: &Call<'_>, asked: &scope::Reference) -> Named {
    let name = asked.name.as_deref().or(asked.id.as_deref()).unwrap_or(NOBODY);
    let id = huawei::user_id(&call.tenant.name, name);
    Named { id: asked.id.clone().unwrap_or(id), name: name.to_owned() }
}

fn earlier(call: &Call<'_>, text: Option<String>) -> Result<Option<Known>, Failure> {
    let Some(text) = text else { return Ok(None) };
    Ok(find(call.tx, &huawei::token_digest(text.trim()))?)
}

fn insert(call: &Call<'_>, token: &str, user: &Named, expires: Timestamp) -> Result<(), Failure> {
    let new = NewSecret {
        kind: Kind::IamToken,
        text: token,
        subject: &user.name,
        subject_id: Some(&user.id),
        secret: None,
        expires,
    };
    Ok(issued::add(call.tx, call.tenant.key(), call.now, &new)?)
}

/// A token as the gateway knows it.
#[derive(Debug)]
pub struct Known {
    /// The tenant that it was given to.
    pub tenant: String,
    /// The user that it was given to.
    user: Named,
    /// The first moment at which it no longer counts.
    pub expires: Timestamp,
}

/// The token of that digest, whether or not it has expired.
pub fn find(tx: &Connection, digest: &str) -> rusqlite::Result<Option<Known>> {
    let oldest = issued::find(tx, Kind::IamToken, digest)?.into_iter().next();
    Ok(oldest.map(|one| Known {
        tenant: one.tenant,
        user: Named { id: one.subject_id.unwrap_or_default(), name: one.subject },
        expires: one.expires,
    }))
}
