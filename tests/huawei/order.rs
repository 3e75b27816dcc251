//! Which check comes first: requests that are wrong in one more way than the next one.

use http::Method;

use super::client::{Signed, Style, bare, explanation, refusal};
use super::signatures::{AGENCY, KEYS};
use crate::client::World;

fn changed(call: &Signed, from: &str, to: &str) -> http::HeaderValue {
    let request = call.request();
    let header = request.headers["authorization"].to_str().unwrap();
    assert!(header.contains(from), "{header}");
    header.replace(from, to).parse().unwrap()
}

#[test]
fn each_check_tells_its_own_refusal() {
    let world = World::new();
    let now = world.twin.clock.now();
    let whole = Signed::new(Style::Python, Method::POST, KEYS, "{}", now);
    let wrong = Signed {
        access: "AKOTHER".to_owned(),
        secret: "other".to_owned(),
        date: "20260131T074459Z".to_owned(),
        security_token: Some("other".to_owned()),
        ..whole.clone()
    };
    let mut steps = Vec::new();
    let mut told = |request| {
        let line = refusal(&world, request);
        let why = explanation(&world);
        steps.push(format!("{line}\n  {}", why.lines().next().unwrap()));
    };
    told(bare(Method::POST, "/v3/nothing", &[("authorization", "SDK-HMAC-SM3 x")], "{"));
    told(bare(Method::DELETE, "/v3/projects", &[], ""));
    told(bare(Method::GET, "/v3/projects", &[], ""));
    let header = |value: &str| bare(Method::GET, "/v3/projects", &[("authorization", value)], "");
    told(header("SDK-HMAC-SM3 Access=AKOTHER, SignedHeaders=host, Signature=0"));
    told(header("Bearer abc"));
    let lookup = Signed { path: "/v3/projects".to_owned(), method: Method::GET, ..wrong };
    let mut request = lookup.request();
    request.headers.insert("authorization", changed(&lookup, "x-sdk-date", "x-date"));
    told(request);
    told(lookup.request());
    let known = Signed { access: "TWINAK".to_owned(), ..lookup };
    let mut request = known.request();
    request.headers.remove("x-sdk-date");
    told(request);
    told(Signed { date: "2026-01-31T08:00:00Z".to_owned(), ..known.clone() }.request());
    told(known.request());
    told(Signed { date: "20260131T081501Z".to_owned(), ..known.clone() }.request());
    let fresh = Signed { date: "20260131T074500Z".to_owned(), ..known };
    let derived = Signed { style: Style::Derived, day: "20260130".to_owned(), ..fresh.clone() };
    told(derived.request());
    told(fresh.request());
    let signed = Signed { secret: "cloudtwin-secret".to_owned(), ..fresh };
    told(signed.request());
    insta::assert_snapshot!(steps.join("\n"), @"
    404 APIGW.0101: The API does not exist or has not been published in the environment.
      none
    404 APIGW.0101: The API does not exist.
      none
    401 APIGW.0301: Incorrect IAM authentication information: x-auth-token not found
      the request has neither Authorization nor X-Auth-Token: sign it, or get a token at POST /v3/auth/tokens
    401 APIGW.0301: Incorrect IAM authentication information
      the algorithm must be `SDK-HMAC-SHA256` or `V11-HMAC-SHA256`: the twin does not model `SDK-HMAC-SM3`
    401 APIGW.0301: Incorrect IAM authentication information
      the algorithm must be `SDK-HMAC-SHA256` or `V11-HMAC-SHA256`
    401 APIGW.0301: Incorrect IAM authentication information
      `SignedHeaders` must hold `x-sdk-date`
    401 APIGW.0301: Incorrect IAM authentication information: Get secretKey failed,ak:AKOTHER,err:ak not exist
      the twin knows the keys `TWINAK` and `TWINAK-<tenant>` (run `cloudtwin env`), and the temporary ones that its IAM handed out
    401 APIGW.0301: Incorrect IAM authentication information
      the header X-Sdk-Date must be like 20260102T030405Z, and is ``
    401 APIGW.0301: Incorrect IAM authentication information
      the header X-Sdk-Date must be like 20260102T030405Z, and is `2026-01-31T08:00:00Z`
    401 APIGW.0301: Incorrect IAM authentication information: signature expired, signature time:20260131T074459Z,server time:20260131T080000Z
      signed at 20260131T074459Z, the twin's clock says 20260131T080000Z
    401 APIGW.0301: Incorrect IAM authentication information: signature expired, signature time:20260131T081501Z,server time:20260131T080000Z
      signed at 20260131T081501Z, the twin's clock says 20260131T080000Z
    401 APIGW.0301: Incorrect IAM authentication information
      the day of the credential `20260130/cn-north-4/workspace` is not that of 20260131T074500Z
    401 APIGW.0301: Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:GET|/v3/projects/||content-type:application/json|host:127.0.0.1:4588|user-agent:huaweicloud-usdk-python/3.0; os/Linux python/3.11.7|x-project-id:0bec5db98280d2d02fd6c00c2de791ce|x-sdk-date:20260131T074500Z|x-security-token:other||content-type;host;user-agent;x-project-id;x-sdk-date;x-security-token|44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
      no usual mistake explains this signature: is the secret key the one that belongs to `TWINAK`, and was anything changed after signing (a proxy that rewrites Host, say)?
    401 APIGW.0301: Incorrect IAM authentication information: decrypt token fail
      the one security token that goes with the dummy keys is `cloudtwin-token`
    ");
    let last = Signed { security_token: None, ..signed };
    assert_eq!(world.send(last.request()).status, 200);
    let other_side = Signed { date: "20260131T081500Z".to_owned(), ..last };
    assert_eq!(world.send(other_side.request()).status, 200);
    assert_eq!(world.send(Signed { body: AGENCY.into(), ..whole }.request()).status, 201);
}
