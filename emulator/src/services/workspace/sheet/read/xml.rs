//! XML a piece at a time, with bounds on a piece and on the depth. No document type is accepted, so
//! there are no entities but those of XML itself.

use std::io::BufRead;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion, escape};

use super::error::Unreadable;
use super::fence::Pieces;
use crate::services::workspace::sheet::Bounds;

/// One part of the file, as a stream of events. An empty element is a start and an end.
pub(super) struct Xml<R: BufRead> {
    reader: Reader<Pieces<R>>,
    piece: Vec<u8>,
    depth: usize,
    depth_max: usize,
}

impl<R: BufRead> Xml<R> {
    pub(super) fn new(part: R, bounds: &Bounds) -> Self {
        let mut reader = Reader::from_reader(Pieces::new(part, bounds.xml_piece));
        reader.config_mut().expand_empty_elements = true;
        Self { reader, piece: Vec::new(), depth: 0, depth_max: bounds.xml_depth }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Unreadable> {
        self.piece.clear();
        self.reader.get_mut().begin();
        let event = self.reader.read_event_into(&mut self.piece)?;
        match &event {
            Event::Start(_) if self.depth == self.depth_max => {
                let text = format!("the file nests XML more than {} deep.", self.depth_max);
                return Err(Unreadable(text));
            }
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(_) => return Err(Unreadable::broken("it declares a document type")),
            _ => {}
        }
        Ok(event)
    }

    /// The next event inside of an element: the end of the part is an error there.
    pub(super) fn inside(&mut self) -> Result<Event<'_>, Unreadable> {
        match self.next()? {
            Event::Eof => Err(Unreadable::broken("its XML ends too early")),
            event => Ok(event),
        }
    }

    /// Skips the rest of the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<(), Unreadable> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.inside()?;
        }
        Ok(())
    }

    /// Appends the text of the element that has just begun, without that of elements inside of it.
    pub(super) fn text(&mut self, into: &mut String, bytes_max: usize) -> Result<(), Unreadable> {
        let (inside, from) = (self.depth, into.len());
        while self.depth >= inside {
            let is_own = self.depth == inside;
            match self.inside()? {
                Event::Text(text) if is_own => into.push_str(&text.xml10_content()),
                Event::CData(text) if is_own => into.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) if is_own => resolve(&reference, into)?,
                _ => {}
            }
            if into.len() - from > bytes_max {
                let text = format!("the file has a text of more than {bytes_max} bytes.");
                return Err(Unreadable(text));
            }
        }
        Ok(())
    }

    /// Reads on to the end of the part, so that its checksum is checked.
    pub(super) fn finish(mut self) -> Result<(), Unreadable> {
        let rest = self.reader.get_mut();
        std::io::copy(rest, &mut std::io::sink())?;
        Ok(())
    }
}

/// The value of an attribute by its name without a prefix, its references resolved.
pub(super) fn attribute(
    element: &BytesStart<'_>,
    name: &str,
) -> Result<Option<String>, Unreadable> {
    // The check for a name that comes twice compares each with each.
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

fn resolve(reference: &BytesRef<'_>, into: &mut String) -> Result<(), Unreadable> {
    if let Some(character) = reference.resolve_char_ref()? {
        into.push(character);
        return Ok(());
    }
    let text = escape::resolve_xml_entity(reference);
    let unknown = || Unreadable::broken(format_args!("`&{}` is not declared", &**reference));
    into.push_str(text.ok_or_else(unknown)?);
    Ok(())
}
