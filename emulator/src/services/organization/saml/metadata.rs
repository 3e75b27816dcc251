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

/// The part that describes an entity of any kind.
const ENTITY: &str = "EntityDescriptor";

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
    let is_no_xml = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
    if xml.contains(is_no_xml) {
        return Err(malformed());
    }
    let mut reader = Reader::from_str(xml);
    let mut document = Document::default();
    let mut place = Place::default();
    loop {
        match reader.read_event()? {
            Event::Eof if !place.has_root || place.depth > 0 => return Err(malformed()),
            Event::Eof => return Ok(document),
            Event::Empty(tag) => {
                place.begin()?;
                document.tag(&tag, &place)?;
            }
            Event::Start(tag) => {
                place.begin()?;
                document.tag(&tag, &place)?;
                if tag.local_name().as_ref() == "X509Certificate" && place.provider.is_some() {
                    let text = reader.read_text(tag.name())?;
                    document.certificates.push(text.to_string());
                } else {
                    place.open(tag.local_name().as_ref());
                }
            }
            Event::End(_) => place.close(),
            _ => {}
        }
    }
}

/// Where in a document the reader is.
#[derive(Default)]
struct Place {
    has_root: bool,
    /// How many elements are open.
    depth: usize,
    /// How many were when the entity's was opened, and the provider's.
    entity: Option<usize>,
    provider: Option<usize>,
}

impl Place {
    /// Before an element. A document has one root.
    fn begin(&mut self) -> Result<(), quick_xml::Error> {
        if std::mem::replace(&mut self.has_root, true) && self.depth == 0 {
            return Err(malformed());
        }
        Ok(())
    }

    fn open(&mut self, name: &str) {
        self.depth += 1;
        if name == ENTITY {
            self.entity.get_or_insert(self.depth);
        } else if name == DESCRIPTOR {
            self.provider.get_or_insert(self.depth);
        }
    }

    fn close(&mut self) {
        self.entity = self.entity.filter(|depth| *depth < self.depth);
        self.provider = self.provider.filter(|depth| *depth < self.depth);
        self.depth = self.depth.saturating_sub(1);
    }
}

fn malformed() -> quick_xml::Error {
    quick_xml::Error::Syntax(quick_xml::errors::SyntaxError::UnclosedTag)
}

impl Document {
    fn tag(&mut self, tag: &BytesStart<'_>, place: &Place) -> Result<(), quick_xml::Error> {
        // An attribute that comes twice is an error.
        for attribute in tag.attributes() {
            attribute?;
        }
        match tag.local_name().as_ref() {
            ENTITY => self.metadata.entity_id = attribute(tag, "entityID")?,
            DESCRIPTOR => self.has_provider |= place.entity.is_some(),
            "SingleSignOnService" if place.provider.is_some() => {
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
