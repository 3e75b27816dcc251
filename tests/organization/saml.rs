//! The external SAML identity provider: metadata, single members, certificates, clearing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::center::{Center, each};

/// Two self-signed certificates made for these tests.
const FIRST: &str = include_str!("saml/first.pem");
const SECOND: &str = include_str!("saml/second.pem");
const THIRD: &str = include_str!("saml/third.pem");

/// The base64 of a PEM text, as the vendor's examples send it.
fn bare(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

fn metadata(certificate: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         entityID=\"http://idp.example.com/1\"><IDPSSODescriptor>\
         <KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
         <ds:X509Data><ds:X509Certificate>\n{certificate}\n</ds:X509Certificate></ds:X509Data>\
         </ds:KeyInfo></KeyDescriptor>\
         <SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://idp.example.com/post\"/>\
         <SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" \
         Location=\"https://idp.example.com/sso?a=1&amp;b=2\"/>\
         </IDPSSODescriptor></EntityDescriptor>"
    )
}

fn set(center: &Center, input: Value) -> Vec<String> {
    let ids = &center.ok("SetExternalSAMLIdentityProvider", input)["CertificateIds"];
    ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

fn get(center: &Center) -> Value {
    center.ok("GetExternalSAMLIdentityProvider", json!({}))["SAMLIdentityProviderConfiguration"]
        .clone()
}

#[test]
fn metadata_gives_entity_address_and_certificate_in_both_encodings() {
    let xml = metadata(&bare(FIRST));
    let percent = percent_encoding::utf8_percent_encode(&xml, percent_encoding::NON_ALPHANUMERIC);
    for encoded in [STANDARD.encode(&xml), STANDARD.encode(percent.to_string())] {
        let center = Center::new();
        let ids = set(&center, json!({ "EncodedMetadataDocument": encoded }));
        let got = get(&center);
        assert_eq!(got["CertificateIds"], json!(ids));
        assert_eq!(got["EntityId"], "http://idp.example.com/1");
        assert_eq!(got["LoginUrl"], "https://idp.example.com/sso?a=1&b=2");
        assert_eq!(got["SSOStatus"], "Disabled");
        assert_eq!(got["EncodedMetadataDocument"], STANDARD.encode(&xml));
    }
}

#[test]
fn single_members_change_only_what_they_name() {
    let center = Center::new();
    let ids = set(
        &center,
        json!({
            "EntityId": "http://a", "LoginUrl": "https://a/sso", "X509Certificate": FIRST,
            "EncodedMetadataDocument": "",
        }),
    );
    assert_eq!(ids.len(), 1);
    center.wait(1_000);
    assert_eq!(set(&center, json!({ "SSOStatus": "Enabled" })), ids);
    insta::assert_json_snapshot!(get(&center));
    // A certificate replaces all others.
    let replaced = set(&center, json!({ "X509Certificate": bare(SECOND) }));
    assert!(replaced.len() == 1 && replaced != ids);
}

/// The vendor's Terraform provider sends the status of a fresh zone alone, then reads it.
#[test]
fn a_status_alone_makes_a_configuration() {
    let center = Center::new();
    let read = |action| center.code(action, json!({}));
    let not_found = "ResourceNotFound.SAMLIdentityProviderNotFound";
    assert_eq!(read("GetExternalSAMLIdentityProvider"), not_found);
    assert_eq!(read("ClearExternalSAMLIdentityProvider"), not_found);
    set(&center, json!({ "SSOStatus": "Enabled" }));
    assert_eq!(
        (&get(&center)["EntityId"], &get(&center)["SSOStatus"]),
        (&json!(""), &json!("Enabled"))
    );
}

#[test]
fn bad_documents_and_certificates_are_told_apart() {
    let center = Center::new();
    let code = |input| center.code("SetExternalSAMLIdentityProvider", input);
    let document = |xml: &str| json!({ "EncodedMetadataDocument": STANDARD.encode(xml) });
    let undecodable = json!({ "EncodedMetadataDocument": "***" });
    assert_eq!(code(undecodable), "FailedOperation.DecodeMetadataDocumentFailed");
    let good = "<EntityDescriptor entityID='x'><IDPSSODescriptor/></EntityDescriptor>";
    let two_roots = good.repeat(2);
    let control = good.replace('x', "x\0");
    let twice = good.replace("entityID='x'", "entityID='x' entityID='y'");
    for xml in ["text", "<a><b></a>", "<a>", &two_roots, &control, &twice, "<a/><b>", "</a>"] {
        assert_eq!(code(document(xml)), "FailedOperation.XMLDataUnmarshalFailed", "{xml}");
    }
    for xml in [
        "<a/>",
        "<EntityDescriptor entityID='x'/>",
        "<EntityDescriptor><IDPSSODescriptor/></EntityDescriptor>",
        "<a><EntityDescriptor entityID='x'/><IDPSSODescriptor/></a>",
    ] {
        assert_eq!(code(document(xml)), "FailedOperation.MetadataCosParsingFailed", "{xml}");
    }
    let bad = document(&metadata("AAAA"));
    assert_eq!(code(bad), "FailedOperation.X509CertificateParsingFailed");
    assert_eq!(code(json!({ "SSOStatus": "On" })), "InvalidParameterValue.SSoStatusInvalid");
    for action in ["SetExternalSAMLIdentityProvider", "AddExternalSAMLIdPCertificate"] {
        for (text, expected) in [
            ("no certificate", "InvalidParameterValue.X509CertificateFormatError"),
            ("AAAA", "FailedOperation.X509CertificateParsingFailed"),
        ] {
            let code = center.code(action, json!({ "X509Certificate": text }));
            assert_eq!(code, expected, "{action} {text}");
        }
    }
    // None of them changed anything.
    let code = center.code("GetExternalSAMLIdentityProvider", json!({}));
    assert_eq!(code, "ResourceNotFound.SAMLIdentityProviderNotFound");
}

#[test]
fn certificates_are_added_listed_and_removed() {
    let center = Center::new();
    let add = |pem: &str| json!({ "X509Certificate": pem });
    let first = center.ok("AddExternalSAMLIdPCertificate", add(FIRST))["CertificateId"].clone();
    let again = center.code("AddExternalSAMLIdPCertificate", add(&bare(FIRST)));
    assert_eq!(again, "FailedOperation.X509CertificateAlreadyExist");
    let second = center.ok("AddExternalSAMLIdPCertificate", add(SECOND))["CertificateId"].clone();
    let code = center.code("AddExternalSAMLIdPCertificate", add(THIRD));
    assert_eq!(code, "FailedOperation.X509CertificateLimitExceeded");
    let list = center.ok("ListExternalSAMLIdPCertificates", json!({}));
    assert_eq!(list["TotalCounts"], 2);
    insta::assert_json_snapshot!(list["SAMLIdPCertificates"][0]);
    set(&center, json!({ "SSOStatus": "Enabled" }));
    let remove = |id: &Value| json!({ "CertificateId": id });
    center.ok("RemoveExternalSAMLIdPCertificate", remove(&first));
    let code = |id| center.code("RemoveExternalSAMLIdPCertificate", remove(id));
    assert_eq!(code(&first), "ResourceNotFound.X509CertificateNotFound");
    assert_eq!(code(&second), "FailedOperation.X509CertificateMinimumRequired");
    let clear = center.code("ClearExternalSAMLIdentityProvider", json!({}));
    assert_eq!(clear, "FailedOperation.SSoStatusEnableNotClearIdentityProvider");
    // With the status off, the only certificate can be changed, and all be cleared.
    set(&center, json!({ "SSOStatus": "Disabled" }));
    center.ok("RemoveExternalSAMLIdPCertificate", remove(&second));
    center.ok("AddExternalSAMLIdPCertificate", add(THIRD));
    center.ok("ClearExternalSAMLIdentityProvider", json!({}));
    let list = center.ok("ListExternalSAMLIdPCertificates", json!({}));
    assert_eq!(each(&list["SAMLIdPCertificates"], "CertificateId"), Vec::<String>::new());
}

#[test]
fn the_zone_describes_itself_as_a_service_provider() {
    let center = Center::new();
    let info =
        center.ok("GetZoneSAMLServiceProviderInfo", json!({}))["SAMLServiceProvider"].clone();
    let encoded = STANDARD.decode(info["EncodedMetadataDocument"].as_str().unwrap()).unwrap();
    let text = String::from_utf8(encoded).unwrap();
    assert!(text.starts_with("%3C%3Fxml"), "{text}");
    let xml = percent_decode_str(&text).decode_utf8().unwrap().into_owned();
    for member in ["EntityId", "AcsUrl"] {
        assert!(xml.contains(info[member].as_str().unwrap()), "{member}: {xml}");
    }
    assert_eq!(center.ok("GetZoneSAMLServiceProviderInfo", json!({}))["SAMLServiceProvider"], info);
}
