//! Files of CAs: where systems keep those that they trust, and the form that Java reads: PKCS#12 (RFC 7292) with certificates alone, neither encrypted nor with a
//! password, as Java's own store of CAs is since version 18.

use pkcs12::authenticated_safe::AuthenticatedSafe;
use pkcs12::cert_type::CertBag;
use pkcs12::pfx::{Pfx, Version};
use pkcs12::safe_bag::{SafeBag, SafeContents};
use pkcs12::{PKCS_12_CERT_BAG_OID, PKCS_12_X509_CERT_OID};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use x509_cert::attr::Attribute;
use x509_cert::der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use x509_cert::der::{self, Encode, Tag};

/// Where systems keep the CAs that they trust, each a file in PEM of them all.
pub const SYSTEM_BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Content that is not encrypted (RFC 5652).
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");

/// Java trusts only certificates with this attribute (`sun.security.pkcs12.PKCS12KeyStore`).
const TRUSTED_USAGE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.16.840.1.113894.746875.1.1");

/// Its value: any usage (RFC 5280).
const ANY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");

/// The store of the certificates of a bundle in PEM. What is no certificate is left out.
pub fn pkcs12(bundle: &[u8]) -> Result<Vec<u8>, der::Error> {
    let certificates = CertificateDer::pem_slice_iter(bundle).filter_map(Result::ok);
    let bags: SafeContents = certificates.map(|one| bag(&one)).collect::<Result<_, _>>()?;
    let safe: AuthenticatedSafe<'_> = vec![data(&bags)?];
    Pfx { version: Version::V3, auth_safe: data(&safe)?, mac_data: None }.to_der()
}

fn data(content: &impl Encode) -> Result<cms::content_info::ContentInfo, der::Error> {
    let content = Any::new(Tag::OctetString, content.to_der()?)?;
    Ok(cms::content_info::ContentInfo { content_type: DATA, content })
}

fn bag(certificate: &[u8]) -> Result<SafeBag, der::Error> {
    let cert_value = OctetString::new(certificate)?;
    let bag_value = CertBag { cert_id: PKCS_12_X509_CERT_OID, cert_value }.to_der()?;
    let mut values = SetOfVec::new();
    values.insert(Any::encode_from(&ANY_USAGE)?)?;
    let mut attributes = SetOfVec::new();
    attributes.insert(Attribute { oid: TRUSTED_USAGE, values })?;
    Ok(SafeBag { bag_id: PKCS_12_CERT_BAG_OID, bag_value, bag_attributes: Some(attributes) })
}

#[cfg(test)]
mod tests {
    use x509_cert::der::Decode;

    use super::*;
    use crate::intercept::Ca;

    #[test]
    fn a_store_has_each_certificate_of_a_bundle() {
        let [one, other] = [0; 2].map(|_| Ca::create().unwrap());
        let bundle = format!("# comment\n{}\n{}", one.pem(), other.pem());
        let store = Pfx::from_der(&pkcs12(bundle.as_bytes()).unwrap()).unwrap();
        assert!(store.mac_data.is_none());
        let safe = AuthenticatedSafe::from_der(store.auth_safe.content.value()).unwrap();
        let bags = SafeContents::from_der(safe[0].content.value()).unwrap();
        assert_eq!(bags.len(), 2);
        assert_eq!(bags[0].bag_attributes.as_ref().unwrap().get(0).unwrap().oid, TRUSTED_USAGE);
    }
}
