//! Whether a request may reach its handler. The order is the reference's: what users saw of the
//! real service where that is known (parsing before the timestamp, the timestamp before the key),
//! proposed beyond that.

use std::sync::Arc;

use contracts::Service;
use serde_json::Value;

use super::framing::{Common, Framed, Payload, Signing, find};
use super::hosts::Host;
use super::tc3::{self, Authorization};
use super::{explain, flat, multipart, text, v1};
use crate::clock::Timestamp;
use crate::error::Refusal;
use crate::operation::Client;
use crate::pipeline::Trace;
use crate::protocol::credentials::{DEFAULT_TENANT, SECRET, SESSION_TOKEN, TENCENT_KEY, tenant_of};
use crate::protocol::{Admitted, drop_nulls, json_body};
use crate::throttle::Key;
use crate::twin::Twin;
use crate::wire::Request;

/// Largest distance between a timestamp and the clock in seconds, either way (signature pages).
const AGE_MAX_S: u64 = 300;

/// A request whose common parameters are there.
struct Asked<'a> {
    framed: &'a Framed,
    host: Host<'a>,
    timestamp: &'a str,
    action: &'a str,
    version: &'a str,
}

/// Steps 1 to 13 of the reference's order.
pub(super) fn admit(
    twin: &Twin,
    request: &Request,
    trace: &mut Trace,
) -> Result<Admitted, Refusal> {
    trace.chinese = request.header("x-tc-language") == Some("zh-CN");
    let framed = Framed::read(request)?;
    let language = language(request, &framed);
    trace.chinese = language == Some("zh-CN");
    let required =
        |name| framed.common(request, name).ok_or_else(|| text::missing(&framed.spelling(name)));
    let asked = Asked {
        framed: &framed,
        host: Host::read(request.host()),
        timestamp: required(Common::Timestamp)?,
        action: required(Common::Action)?,
        version: required(Common::Version)?,
    };
    let authorization = if twin.config.auth { authorization(request, &framed)? } else { None };
    let service = service(&asked, authorization.as_ref())?;
    let operation = service
        .operation(asked.action, asked.version)
        .ok_or_else(|| text::no_action(asked.action, &service.name, asked.version))?;
    trace.operation = Some(Arc::clone(operation));

    let tenant = if twin.config.auth {
        authenticate(twin, request, &asked, authorization.as_ref(), trace)?
    } else {
        named_tenant(request, &framed)
    };
    let tenant = twin.tenants.get(&tenant);
    trace.tenant = Some(Arc::clone(&tenant));
    region(service, request, &framed)?;
    if let Some(limit) = operation.rate_per_second.filter(|_| twin.config.throttle) {
        let key = Key { operation: operation.index, region: asked.host.region };
        let count = twin.throttle.count(tenant.account, key, trace.now);
        if count > limit {
            return Err(text::too_many(count, limit, trace.chinese));
        }
    }

    let english = language == Some("en-US");
    let client = client(twin, request, &asked.host, english);
    let input = input(request, framed.payload, operation, trace.chinese)?;
    Ok(Admitted { operation: Arc::clone(operation), input, upload: None, client })
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
    asked: &Asked<'_>,
    authorization: Option<&Authorization<'_>>,
) -> Result<&'static Service, Refusal> {
    let catalog = contracts::catalog();
    let tencent = |name: &str| {
        catalog.service(name).filter(|service| service.protocol == contracts::Protocol::TencentApi3)
    };
    let scope = authorization.map(|authorization| authorization.service);
    let has = |service: &&Service| service.operation(asked.action, asked.version).is_some();
    let speaks =
        |service: &&Service| service.versions.iter().any(|version| version == asked.version);
    let all = || catalog.services.iter().filter(|service| tencent(&service.name).is_some());
    let found = if asked.host.is_vendors {
        tencent(asked.host.label).ok_or_else(|| text::no_product(asked.host.label))?
    } else {
        let named = tencent(asked.host.label).or_else(|| tencent(scope?));
        named.or_else(|| all().find(has)).or_else(|| all().find(speaks)).ok_or_else(
            || match scope {
                Some(scope) if !is_label(scope, &asked.host) => text::no_product(scope),
                _ => text::no_version(asked.version, scope.unwrap_or(asked.host.label)),
            },
        )?
    };
    if let Some(scope) = scope
        && scope != found.name
        && !is_label(scope, &asked.host)
    {
        return Err(text::bad_authorization("`Service` in Credential not valid"));
    }
    if !speaks(&found) {
        return Err(text::no_version(asked.version, &found.name));
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

/// Steps 7 to 10: the timestamp, the key, the token, the signature. Gives the tenant's name.
fn authenticate(
    twin: &Twin,
    request: &Request,
    asked: &Asked<'_>,
    authorization: Option<&Authorization<'_>>,
    trace: &mut Trace,
) -> Result<String, Refusal> {
    let not_a_number = |_| text::bad_type(&asked.framed.spelling(Common::Timestamp));
    let signed_at: i64 = asked.timestamp.parse().map_err(not_a_number)?;
    let now = trace.now.seconds();
    if now.abs_diff(signed_at) > AGE_MAX_S {
        trace.explanation = Some(format!("signed at {signed_at}, the twin's clock says {now}"));
        return Err(text::expired(now));
    }
    let secret_id = match &asked.framed.signing {
        Signing::Tc3 => authorization.map(|authorization| authorization.secret_id),
        Signing::V1(pairs) => find(pairs, "SecretId"),
    };
    let Some(tenant) = tenant_of(secret_id.unwrap_or_default(), TENCENT_KEY) else {
        let how =
            "the twin knows the keys `AKIDtwin` and `AKIDtwin-<tenant>` (run `cloudtwin env`)";
        tracing::warn!("unknown SecretId: {how}");
        trace.explanation = Some(how.to_owned());
        return Err(text::refusal("AuthFailure.SecretIdNotFound"));
    };
    if asked.framed.common(request, Common::Token).is_some_and(|token| token != SESSION_TOKEN) {
        trace.explanation =
            Some(format!("the one token that goes with the dummy keys is `{SESSION_TOKEN}`"));
        return Err(text::refusal("AuthFailure.TokenFailure"));
    }
    let right = match (&asked.framed.signing, authorization) {
        (Signing::Tc3, Some(authorization)) => {
            let dated = utc_date(signed_at) == authorization.date;
            let right = dated
                && tc3::verify(request, authorization, asked.timestamp, SECRET, &twin.signing_keys);
            if !dated {
                let day = utc_date(signed_at);
                trace.explanation = Some(format!(
                    "the credential's date is {}, the timestamp's in UTC {day}",
                    authorization.date
                ));
            } else if !right {
                trace.explanation =
                    Some(explain::tc3(request, authorization, asked.timestamp, SECRET));
            }
            right
        }
        (Signing::V1(pairs), _) => {
            let right = v1::verify(request, pairs, SECRET);
            if !right {
                trace.explanation = Some(explain::v1(request, pairs, SECRET));
            }
            right
        }
        (Signing::Tc3, None) => false,
    };
    if right { Ok(tenant.to_owned()) } else { Err(text::refusal("AuthFailure.SignatureFailure")) }
}

/// Without authentication a key still names its tenant, if there is one.
fn named_tenant(request: &Request, framed: &Framed) -> String {
    let secret_id = match &framed.signing {
        Signing::Tc3 => {
            let header = request.header("authorization").unwrap_or_default();
            Authorization::parse(header).ok().map(|authorization| authorization.secret_id)
        }
        Signing::V1(pairs) => find(pairs, "SecretId"),
    };
    secret_id.and_then(|id| tenant_of(id, TENCENT_KEY)).unwrap_or(DEFAULT_TENANT).to_owned()
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
    payload: Payload,
    operation: &contracts::Operation,
    chinese: bool,
) -> Result<Value, Refusal> {
    let mut input = match payload {
        Payload::Json => json_body::members(&request.body)
            .map(Value::Object)
            .map_err(|bad| text::bad_json(&bad, chinese))?,
        Payload::Multipart => multipart::read(request, &operation.input)
            .ok_or_else(|| text::refusal("InvalidRequest"))?,
        Payload::Flat(pairs) => flat::restore(pairs, &operation.input),
    };
    if let Some(violation) = contracts::validate(&input, &operation.input) {
        return Err(text::violation(violation, chinese));
    }
    // SDKs drop absent members; hand-made requests may send null.
    drop_nulls(&mut input);
    Ok(input)
}

/// The language in which the client reads.
fn language<'a>(request: &'a Request, framed: &'a Framed) -> Option<&'a str> {
    match &framed.signing {
        Signing::Tc3 => request.header("x-tc-language"),
        Signing::V1(pairs) => find(pairs, "Language"),
    }
}

/// Links lead back to where the client came from, unless it spoke as to the real service.
fn client(twin: &Twin, request: &Request, host: &Host<'_>, english: bool) -> Client {
    let reached = !host.is_vendors && !host.bare.is_empty();
    Client {
        ip: request.peer,
        agent: request.agent(),
        english,
        origin: if reached { format!("http://{}", host.bare) } else { twin.origin().to_owned() },
    }
}
