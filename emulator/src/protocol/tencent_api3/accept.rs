//! The stages of a request, in the reference's order: what users saw of the real service where that
//! is known (parsing before the timestamp, the timestamp before the key), proposed beyond that.

use std::sync::{Arc, LazyLock};

use contracts::Service;
use serde_json::Value;

use super::framing::{Common, Framed, Payload, Signing, find};
use super::hosts::Host;
use super::tc3::{self, Authorization, SigningKeys};
use super::{explain, flat, multipart, text, v1};
use crate::credentials::{DEFAULT_TENANT, SECRET, SESSION_TOKEN, TENCENT_KEY, tenant_of};
use crate::error::Refusal;
use crate::protocol::message::Input;
use crate::protocol::{Identified, Message, Rejection, Verifier, json_body};
use crate::runtime::clock::Timestamp;
use crate::wire::Request;

/// Largest distance between a timestamp and the clock in seconds, either way (signature pages).
const AGE_MAX_S: u64 = 300;

/// Signing keys worked out before.
static SIGNING_KEYS: LazyLock<SigningKeys> = LazyLock::new(SigningKeys::default);

/// A request whose framing, common parameters and operation are known.
struct Call {
    framed: Framed,
    service: &'static Service,
    operation: Arc<contracts::Operation>,
    chinese: bool,
    english: bool,
}

/// Steps 1 to 6: framing, common parameters, the grammar of the authorization, the operation.
pub(super) fn identify(request: &Request, auth: bool) -> Identified {
    let framed = match Framed::read(request) {
        Ok(framed) => framed,
        Err(refusal) => return Identified::refused(refusal),
    };
    let language = language(request, &framed);
    let (chinese, english) = (language == Some("zh-CN"), language == Some("en-US"));
    match find_operation(request, &framed, auth) {
        Err(refusal) => Identified::refused(refusal),
        Ok((service, operation)) => Identified {
            operation: Some(Arc::clone(&operation)),
            chinese,
            message: Ok(Box::new(Call { framed, service, operation, chinese, english })),
        },
    }
}

fn find_operation(
    request: &Request,
    framed: &Framed,
    auth: bool,
) -> Result<(&'static Service, Arc<contracts::Operation>), Refusal> {
    let required =
        |name| framed.common(request, name).ok_or_else(|| text::missing(&framed.spelling(name)));
    required(Common::Timestamp)?;
    let (action, version) = (required(Common::Action)?, required(Common::Version)?);
    let authorization = if auth { authorization(request, framed)? } else { None };
    let service = service(&Host::read(request.host()), action, version, authorization.as_ref())?;
    let operation = service
        .operation(action, version)
        .ok_or_else(|| text::no_action(action, &service.name, version))?;
    Ok((service, Arc::clone(operation)))
}

impl Message for Call {
    fn operation(&self) -> &Arc<contracts::Operation> {
        &self.operation
    }

    fn authenticate(
        &self,
        request: &Request,
        _: Option<&Value>,
        verifier: &Verifier<'_>,
    ) -> Result<String, Rejection> {
        if verifier.auth {
            authenticate(request, &self.framed, verifier)
        } else {
            let claimed = claimed_by(request, &self.framed);
            Ok(claimed.unwrap_or_else(|| DEFAULT_TENANT.to_owned()))
        }
    }

    fn check_parameters(&self, request: &Request) -> Result<(), Refusal> {
        region(self.service, request, &self.framed)
    }

    fn region(&self, request: &Request) -> &'static str {
        Host::read(request.host()).region
    }

    fn input(&self, request: &Request) -> Result<Input, Refusal> {
        Ok((input(request, &self.framed.payload, &self.operation, self.chinese)?, None))
    }

    fn english(&self) -> bool {
        self.english
    }

    /// Links lead back to where the client came from, unless it spoke as to the real service.
    fn origin(&self, request: &Request) -> Option<String> {
        let host = Host::read(request.host());
        let reached = !host.is_vendors && !host.bare.is_empty();
        reached.then(|| format!("http://{}", host.bare))
    }
}

/// The tenant that the request's key names, however the request is framed.
pub(super) fn claimed_tenant(request: &Request) -> Option<String> {
    claimed_by(request, &Framed::read(request).ok()?)
}

/// Step 5: the grammar of the authorization; nothing for the old form, whose parts must be there.
fn authorization<'a>(
    request: &'a Request,
    framed: &Framed,
) -> Result<Option<Authorization<'a>>, Refusal> {
    match &framed.signing {
        Signing::Tc3 => {
            // `SKIP` is for operations that are marked so, and no modelled one is.
            let header = request.header("authorization").unwrap_or_default();
            Authorization::parse(header).map(Some).map_err(text::bad_authorization)
        }
        Signing::V1(pairs) => {
            for name in ["Nonce", "SecretId", "Signature"] {
                let value = find(pairs, name).ok_or_else(|| text::missing(name))?;
                // Documented as positive; Node's random one is sometimes zero.
                if name == "Nonce" && value.parse::<u64>().is_err() {
                    return Err(text::bad_type(name));
                }
            }
            Ok(None)
        }
    }
}

/// Step 6, which product and version: by the vendor's host name, else by the first label if it is
/// a product, else by the signed service, else by who has such an action.
fn service(
    host: &Host<'_>,
    action: &str,
    version: &str,
    authorization: Option<&Authorization<'_>>,
) -> Result<&'static Service, Refusal> {
    let catalog = contracts::catalog();
    let tencent = |name: &str| {
        catalog.service(name).filter(|service| service.protocol == contracts::Protocol::TencentApi3)
    };
    let scope = authorization.map(|authorization| authorization.service);
    let has = |service: &&Service| service.operation(action, version).is_some();
    let speaks = |service: &&Service| service.versions.iter().any(|known| known == version);
    let all = || catalog.services.iter().filter(|service| tencent(&service.name).is_some());
    let found = if host.is_vendors {
        tencent(host.label).ok_or_else(|| text::no_product(host.label))?
    } else {
        let named = tencent(host.label).or_else(|| tencent(scope?));
        named.or_else(|| all().find(has)).or_else(|| all().find(speaks)).ok_or_else(
            || match scope {
                Some(scope) if !is_label(scope, host) => text::no_product(scope),
                _ => text::no_version(version, scope.unwrap_or(host.label)),
            },
        )?
    };
    if let Some(scope) = scope
        && scope != found.name
        && !is_label(scope, host)
    {
        return Err(text::bad_authorization("`Service` in Credential not valid"));
    }
    if !speaks(&found) {
        return Err(text::no_version(version, &found.name));
    }
    Ok(found)
}

/// Node, Java, PHP, .NET and C++ sign the endpoint up to its first dot as the service, Node even
/// with a scheme; Go and Python sign the product's name.
fn is_label(scope: &str, host: &Host<'_>) -> bool {
    let label =
        scope.strip_prefix("http://").or_else(|| scope.strip_prefix("https://")).unwrap_or(scope);
    label == host.label
}

/// Steps 7 to 10: the timestamp, the key, the token, the signature. Returns the tenant's name.
fn authenticate(
    request: &Request,
    framed: &Framed,
    verifier: &Verifier<'_>,
) -> Result<String, Rejection> {
    let timestamp = framed.common(request, Common::Timestamp).unwrap_or_default();
    let signed_at: i64 =
        timestamp.parse().map_err(|_| text::bad_type(&framed.spelling(Common::Timestamp)))?;
    let now = verifier.now.seconds();
    if now.abs_diff(signed_at) > AGE_MAX_S {
        let why = format!("signed at {signed_at}, the twin's clock says {now}");
        return Err(Rejection::explained(text::expired(now), why));
    }
    let authorization = authorization(request, framed)?;
    let secret_id = match &framed.signing {
        Signing::Tc3 => authorization.as_ref().map(|authorization| authorization.secret_id),
        Signing::V1(pairs) => find(pairs, "SecretId"),
    };
    let Some(tenant) = verifier.tenant_of(secret_id.unwrap_or_default(), TENCENT_KEY) else {
        let how =
            "the twin knows the keys `AKIDtwin` and `AKIDtwin-<tenant>` (run `cloudtwin env`)";
        tracing::warn!("unknown SecretId: {how}");
        return Err(Rejection::explained(text::refusal("AuthFailure.SecretIdNotFound"), how));
    };
    if framed.common(request, Common::Token).is_some_and(|token| token != SESSION_TOKEN) {
        let how = format!("the one token that goes with the dummy keys is `{SESSION_TOKEN}`");
        return Err(Rejection::explained(text::refusal("AuthFailure.TokenFailure"), how));
    }
    let wrong = match (&framed.signing, &authorization) {
        (Signing::Tc3, Some(authorization)) => {
            wrong_tc3(request, authorization, timestamp, signed_at)
        }
        (Signing::V1(pairs), _) if v1::verify(request, pairs, SECRET) => None,
        (Signing::V1(pairs), _) => Some(explain::v1(request, pairs, SECRET)),
        (Signing::Tc3, None) => Some("the request has no Authorization".to_owned()),
    };
    match wrong {
        None => Ok(tenant.to_owned()),
        Some(why) => Err(Rejection::explained(text::refusal("AuthFailure.SignatureFailure"), why)),
    }
}

/// What is wrong with the signature, if anything is.
fn wrong_tc3(
    request: &Request,
    authorization: &Authorization<'_>,
    timestamp: &str,
    signed_at: i64,
) -> Option<String> {
    let day = utc_date(signed_at);
    if day != authorization.date {
        let date = authorization.date;
        return Some(format!("the credential's date is {date}, the timestamp's in UTC {day}"));
    }
    let right = tc3::verify(request, authorization, timestamp, SECRET, &SIGNING_KEYS);
    (!right).then(|| explain::tc3(request, authorization, timestamp, SECRET))
}

/// The tenant that the key names.
fn claimed_by(request: &Request, framed: &Framed) -> Option<String> {
    let secret_id = match &framed.signing {
        Signing::Tc3 => {
            let header = request.header("authorization").unwrap_or_default();
            Authorization::parse(header).ok().map(|authorization| authorization.secret_id)
        }
        Signing::V1(pairs) => find(pairs, "SecretId"),
    };
    secret_id.and_then(|id| tenant_of(id, TENCENT_KEY)).map(str::to_owned)
}

/// The date of a moment in UTC, `YYYY-MM-DD`.
fn utc_date(seconds: i64) -> String {
    let shown = Timestamp(seconds.saturating_mul(1000)).utc();
    shown.map_or_else(String::new, |shown| shown.date().to_string())
}

/// Step 11. Any region of the right form is served.
fn region(service: &Service, request: &Request, framed: &Framed) -> Result<(), Refusal> {
    if !service.region_required {
        return Ok(());
    }
    let spelling = || framed.spelling(Common::Region);
    let region =
        framed.common(request, Common::Region).ok_or_else(|| text::missing(&spelling()))?;
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let good = region.contains('-') && region.split('-').all(part);
    if good { Ok(()) } else { Err(text::bad_region(&spelling())) }
}

/// Step 13: the body is an object, and keeps the model.
fn input(
    request: &Request,
    payload: &Payload,
    operation: &contracts::Operation,
    chinese: bool,
) -> Result<Value, Refusal> {
    let mut input = match payload {
        Payload::Json => json_body::members(&request.body)
            .map(Value::Object)
            .map_err(|bad| text::bad_json(&bad, chinese))?,
        Payload::Multipart => multipart::read(request, &operation.input)
            .ok_or_else(|| text::refusal("InvalidRequest"))?,
        Payload::Flat(pairs) => flat::restore(pairs.clone(), &operation.input),
    };
    if let Some(violation) = contracts::validate(&input, &operation.input) {
        return Err(text::violation(violation, chinese));
    }
    // SDKs drop absent members; hand-made requests may send null.
    contracts::drop_nulls(&mut input);
    Ok(input)
}

/// The language in which the client reads.
fn language<'a>(request: &'a Request, framed: &'a Framed) -> Option<&'a str> {
    match &framed.signing {
        Signing::Tc3 => request.header("x-tc-language"),
        Signing::V1(pairs) => find(pairs, "Language"),
    }
}
