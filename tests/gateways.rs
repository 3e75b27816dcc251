//! The models of the protocols beside what goes out: each refusal of each test is checked against them,
//! each code that the source of a protocol names is in its model, and each code of a model is met or
//! says why only force leads to it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use contracts::{Protocol, ProtocolModel, catalog};
use http::{HeaderMap, Method};

use crate::client::refusals::refusal;
use crate::client::{MET, Signed, World, request};

const FAMILIES: [Protocol; 4] =
    [Protocol::TencentApi3, Protocol::HuaweiApig, Protocol::Aicc, Protocol::Scim];

fn model(family: Protocol) -> &'static ProtocolModel {
    catalog().protocol(family).unwrap()
}

/// The source of a protocol, without its tests.
fn source(family: Protocol) -> String {
    fn collect(path: &Path, text: &mut String) {
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                collect(&entry.unwrap().path(), text);
            }
        } else if !path.to_string_lossy().ends_with("_tests.rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/protocol").join(family.name());
    let mut text = String::new();
    collect(&folder, &mut text);
    collect(&folder.with_extension("rs"), &mut text);
    text
}

/// The text literal that the source begins with, and what comes behind it.
fn literal(source: &str) -> Option<(&str, &str)> {
    source.trim_start().strip_prefix('"')?.split_once('"')
}

/// What stands before a code in the source of the protocols.
const BEFORE_A_CODE: [&str; 4] = ["refusal(", "because(", "code: ", "code: Cow::Borrowed("];

#[test]
fn each_code_and_cause_that_the_source_names_is_in_the_models() {
    for (family, least) in FAMILIES.into_iter().zip([15, 8, 7, 6]) {
        let (source, model) = (source(family), model(family));
        let mut named = BTreeSet::new();
        for before in BEFORE_A_CODE {
            for (at, _) in source.match_indices(before) {
                let Some((code, rest)) = literal(&source[at + before.len()..]) else { continue };
                let mut services = catalog().services.iter().filter(|one| one.protocol == family);
                let known = code.is_empty()
                    || model.codes.contains_key(code)
                    || services.any(|one| one.codes.contains_key(code));
                assert!(known, "{}: {before}\"{code}\"", family.name());
                named.insert(code);
                if before == "because("
                    && let Some((cause, _)) = literal(rest.trim_start_matches(','))
                {
                    assert!(model.codes[code].when.contains_key(cause), "{code} {cause}");
                }
            }
        }
        // Causes of the one code of Huawei's failed authentications.
        for (at, before) in source.match_indices("denied(") {
            if let Some((cause, _)) = literal(&source[at + before.len()..]) {
                assert!(model.codes["APIGW.0301"].when.contains_key(cause), "{cause}");
            }
        }
        assert!(named.len() >= least, "{}: {named:?}", family.name());
    }
}

/// What the server does with a body beyond the bound, in each protocol.
#[test]
fn a_body_beyond_the_bound_is_refused_by_each_gateway() {
    let world = World::new();
    let tencent = Signed::new("ListUserStore", "{}", world.twin.clock.now()).request();
    let plain = |target| request(Method::POST, target, HeaderMap::new(), "{}".into());
    let aicc = plain("/apiaccess/rest/cc-management/v1/federationUserMgmt/queryTask");
    let codes = [tencent, plain("/v3/auth/tokens"), aicc].map(|mut request| {
        request.too_large = true;
        let (_, code, _) = refusal(&world.send(request)).unwrap();
        code
    });
    assert_eq!(codes, ["RequestSizeLimitExceeded", "APIGW.0201", "413"]);
}

/// A timestamp that is no number: the one common parameter whose type is looked at in every form.
#[test]
fn a_timestamp_that_is_no_number_is_refused_with_its_name() {
    let world = World::new();
    let call = Signed::new("ListUserStore", "{}", world.twin.clock.now());
    let call = Signed { more: vec![("x-tc-timestamp", "soon".to_owned())], ..call };
    let (_, code, message) = refusal(&world.send(call.request())).unwrap();
    let expected = "The value type of parameter `X-TC-Timestamp` is not valid.";
    assert_eq!((code.as_str(), message.as_str()), ("InvalidParameter", expected));
}

/// The tests that meet the codes of the gateways.
const COUNTED: [&str; 10] = [
    "protocol::order",
    "protocol::forms",
    "protocol::tampering",
    "contract::one_broken",
    "huawei::",
    "aicc::",
    "workspace::refusals",
    "organization::scim",
    "gateways::a_body",
    "gateways::a_timestamp",
];

/// Left out of these: random calls, and what takes long.
const NOT_COUNTED: [&str; 5] = ["model::", "mutations::", "restarts::", "sockets::", "malformed::"];

#[test]
fn each_code_and_cause_of_a_gateway_is_met_or_needs_force() {
    let record = tempfile::NamedTempFile::new().unwrap();
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(COUNTED).args(NOT_COUNTED.iter().flat_map(|name| ["--skip", name]));
    let output = again.env(MET, record.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let met = fs::read_to_string(record.path()).unwrap();
    let met: BTreeSet<_> = met.lines().filter_map(|line| line.strip_prefix("gateway ")).collect();
    let (mut unmet, mut without_force) = (Vec::new(), Vec::new());
    for family in FAMILIES {
        for (code, known) in &*model(family).codes {
            let own = (known.message.is_some() || known.when.is_empty())
                .then_some(("", &known.forced_only));
            let causes = known.when.iter().map(|(name, cause)| (name.as_str(), &cause.forced_only));
            for (cause, forced_only) in causes.chain(own) {
                let forced_only =
                    forced_only.is_some() || known.forced_only.is_some() && cause.is_empty();
                let line = format!("{} {code} {cause}", family.name());
                match (met.contains(line.as_str()), forced_only) {
                    (false, false) => unmet.push(line),
                    (true, true) => without_force.push(line),
                    _ => {}
                }
            }
        }
    }
    assert_eq!(unmet, Vec::<String>::new(), "no test meets these");
    assert_eq!(without_force, Vec::<String>::new(), "these were met without force");
}
