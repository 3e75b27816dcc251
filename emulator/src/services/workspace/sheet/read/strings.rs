//! The table of shared strings: one buffer, since a file may hold hundreds of thousands. The counts
//! that a file gives of them are not believed.

use quick_xml::events::Event;

use super::error::Unreadable;
use super::package::Package;
use super::text::rich;
use crate::services::workspace::sheet::Bounds;

/// Strings by their number.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    /// Where each ends in `text`.
    ends: Vec<u32>,
}

impl Strings {
    /// Reads the part of that name; a file need not have one.
    pub(super) fn read(
        package: &mut Package<'_>,
        name: &str,
        bounds: &Bounds,
    ) -> Result<Self, Unreadable> {
        let mut strings = Self::default();
        let Some(mut xml) = package.part(name)? else { return Ok(strings) };
        loop {
            match xml.next()? {
                Event::Start(element) if element.local_name().as_ref() == "si" => {}
                Event::Eof => return Ok(strings),
                _ => continue,
            }
            if strings.ends.len() == bounds.shared_strings {
                let most = bounds.shared_strings;
                return Err(Unreadable(format!("the file has more than {most} shared strings.")));
            }
            rich(&mut xml, &mut strings.text, bounds)?;
            if strings.text.len() > bounds.shared_text {
                let most = bounds.shared_text;
                let text = format!("the file has shared strings of more than {most} bytes in all.");
                return Err(Unreadable(text));
            }
            strings.ends.push(u32::try_from(strings.text.len()).unwrap_or(u32::MAX));
        }
    }

    /// The string of that number.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = usize::try_from(*self.ends.get(number)?).ok()?;
        let before = number.checked_sub(1).and_then(|before| self.ends.get(before));
        self.text.get(usize::try_from(before.copied().unwrap_or_default()).ok()?..end)
    }
}
