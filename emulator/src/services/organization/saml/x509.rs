//! X.509 certificates: read as PEM or as bare base64 of DER (the vendor's examples have both), and
//! what a list shows of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use x509_cert::Certificate;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::time::Time;

use crate::error::{Failure, refuse};

use super::super::times;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Base64 of the DER bytes of a certificate, without line feeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content(pub(super) String);

/// Reads a certificate.
pub(super) fn read(text: &str) -> Result<Content, Failure> {
    let inside = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END));
    let encoded: String =
        inside.map_or(text, |(inside, _)| inside).split_ascii_whitespace().collect();
    let bytes = STANDARD
        .decode(&encoded)
        .map_err(|_| refuse("InvalidParameterValue.X509CertificateFormatError"))?;
    Certificate::from_der(&bytes)
        .map_err(|_| refuse("FailedOperation.X509CertificateParsingFailed"))?;
    Ok(Content(encoded))
}

/// What `ListExternalSAMLIdPCertificates` shows.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Facts {
    serial_number: String,
    issuer: String,
    version: u8,
    public_key: String,
    signature_algorithm: String,
    not_after: String,
    not_before: String,
    subject: String,
}

/// Reads them from a stored certificate.
pub(super) fn facts(content: &Content) -> anyhow::Result<Facts> {
    let certificate = Certificate::from_der(&STANDARD.decode(&content.0)?)?;
    let inner = certificate.tbs_certificate;
    Ok(Facts {
        serial_number: decimal(inner.serial_number.as_bytes()),
        issuer: inner.issuer.to_string(),
        version: inner.version as u8 + 1,
        public_key: STANDARD.encode(inner.subject_public_key_info.to_der()?),
        signature_algorithm: algorithm(&inner.signature.oid.to_string()),
        not_after: local(inner.validity.not_after),
        not_before: local(inner.validity.not_before),
        subject: inner.subject.to_string(),
    })
}

/// Big-endian bytes as a decimal number.
fn decimal(bytes: &[u8]) -> String {
    // The lowest digit first.
    let mut digits = vec![0_u8];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) * 256;
            *digit = u8::try_from(carry % 10).unwrap_or(0);
            carry /= 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap_or(0));
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

/// The name of an algorithm in the vendor's spelling, or its number.
fn algorithm(oid: &str) -> String {
    match oid {
        "1.2.840.113549.1.1.5" => "SHA1withRSA",
        "1.2.840.113549.1.1.11" => "SHA256withRSA",
        "1.2.840.113549.1.1.12" => "SHA384withRSA",
        "1.2.840.113549.1.1.13" => "SHA512withRSA",
        "1.2.840.10045.4.3.2" => "SHA256withECDSA",
        "1.2.840.10045.4.3.3" => "SHA384withECDSA",
        "1.2.840.10045.4.3.4" => "SHA512withECDSA",
        other => other,
    }
    .to_owned()
}

fn local(time: Time) -> String {
    let ms = i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX);
    times::local(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_of_any_length_is_decimal() {
        assert_eq!(decimal(&[0]), "0");
        assert_eq!(decimal(&[1, 0]), "256");
        assert_eq!(decimal(&[0xff; 16]), u128::MAX.to_string());
    }
}
