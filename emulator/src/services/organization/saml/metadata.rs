//! SAML metadata of an identity provider: base64 of XML, or of percent-encoded XML (the vendor's
//! examples have both).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::error::{Failure, refuse};

use super::x509::{self, Content};

/// The part of a document that describes an identity provider.
const DESCRIPTOR: &str = "IDPSSODescriptor";

/// What a document says.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub(super) entity_id: String,
    /// Where users are sent to log in; the redirect binding if there is one.
    pub(super) login_url: String,
    pub(super) certificates: Vec<Content>,
}

/// The XML of an encoded document, and what it says.
pub(super) fn read(encoded: &str) -> Result<(String, Metadata), Failure> {
    let undecodable = || refuse("FailedOperation.DecodeMetadataDocumentFailed");
    let bytes: String = encoded.split_ascii_whitespace().collect();
    let text = STANDARD.decode(bytes).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or_else(undecodable)?;
    let xml = if text.trim_start().starts_with('%') {
        percent_decode_str(&text).decode_utf8().map_err(|_| undecodable())?.into_owned()
    } else {
        text
    };
    let document = parse(&xml).map_err(|_| refuse("FailedOperation.XMLDataUnmarshalFailed"))?;
    if !document.has_provider || document.metadata.entity_id.is_empty() {
        return Err(refuse("FailedOperation.MetadataCosParsingFailed"));
    }
    let certificates = document.certificates.iter().map(|text| x509::read(text));
    let certificates = certificates.collect::<Result<_, _>>()?;
    Ok((xml, Metadata { certificates, ..document.metadata }))
}

#[derive(Default)]
struct Document {
    metadata: Metadata,
    has_provider: bool,
    certificates: Vec<String>,
}

fn parse(xml: &str) -> Result<Document, quick_xml::Error> {
    let mut reader = Reader::from_str(xml);
    let mut document = Document::default();
    let (mut in_provider, mut is_root, mut depth) = (false, true, 0_usize);
    loop {
        match reader.read_event()? {
            Event::Eof if is_root || depth > 0 => {
                return Err(quick_xml::Error::Syntax(quick_xml::errors::SyntaxError::UnclosedTag));
            }
            Event::Eof => return Ok(document),
            Event::Empty(tag) => {
                is_root = false;
                document.tag(&tag, in_provider)?;
            }
            Event::Start(tag) => {
                (is_root, depth) = (false, depth + 1);
                in_provider |= tag.local_name().as_ref() == DESCRIPTOR;
                document.tag(&tag, in_provider)?;
                if in_provider && tag.local_name().as_ref() == "X509Certificate" {
                    let text = reader.read_text(tag.name())?;
                    depth -= 1;
                    document.certificates.push(text.to_string());
                }
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                in_provider &= tag.local_name().as_ref() != DESCRIPTOR;
            }
            _ => {}
        }
    }
}

impl Document {
    fn tag(&mut self, tag: &BytesStart<'_>, in_provider: bool) -> Result<(), quick_xml::Error> {
        match tag.local_name().as_ref() {
            "EntityDescriptor" => self.metadata.entity_id = attribute(tag, "entityID")?,
            DESCRIPTOR => self.has_provider = true,
            "SingleSignOnService" if in_provider => {
                let is_redirect = attribute(tag, "Binding")?.ends_with(":HTTP-Redirect");
                if is_redirect || self.metadata.login_url.is_empty() {
                    self.metadata.login_url = attribute(tag, "Location")?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The value of an attribute, empty if it is absent.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<String, quick_xml::Error> {
    let Some(attribute) = tag.try_get_attribute(name)? else { return Ok(String::new()) };
    Ok(attribute.normalized_value(XmlVersion::Implicit1_0)?.into_owned())
}
