//! The zip file: its parts, found by name or through relationships.

use std::io::{BufReader, Cursor};

use quick_xml::events::Event;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::error::Unreadable;
use super::fence::Metered;
use super::xml::{Xml, attribute};
use crate::services::workspace::sheet::Bounds;

/// What each entry of a zip directory begins with.
const ENTRY: &[u8] = b"PK\x01\x02";

/// The relationships of the package itself.
const PACKAGE: &str = "_rels/.rels";

/// A file whose parts are read one after another.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    bounds: &'a Bounds,
    /// Bytes that may still come out of it.
    left: u64,
}

/// A part's XML.
pub(super) type Part<'a, 'b> = Xml<BufReader<Metered<'b, ZipFile<'b, Cursor<&'a [u8]>>>>>;

/// Which relationship is looked for.
pub(super) enum Wanted<'a> {
    /// By its id.
    Id(&'a str),
    /// By the last word of its type.
    Type(&'a str),
}

impl<'a> Package<'a> {
    /// Reads the zip directory of a file.
    pub(super) fn open(file: &'a [u8], bounds: &'a Bounds) -> Result<Self, Unreadable> {
        // Counted before the directory is read: each entry costs many times its size in memory.
        let parts = file.windows(ENTRY.len()).filter(|bytes| *bytes == ENTRY).count();
        if parts > bounds.parts {
            return Err(Unreadable(format!("the file has more than {} parts.", bounds.parts)));
        }
        let archive = ZipArchive::new(Cursor::new(file))?;
        Ok(Self { archive, bounds, left: bounds.unpacked })
    }

    /// The part of that name; names differ in case and in slashes from writer to writer.
    pub(super) fn part<'b>(&'b mut self, name: &str) -> Result<Option<Part<'a, 'b>>, Unreadable> {
        let mut found = self.archive.index_for_name(name);
        for at in 0..self.archive.len() {
            if found.is_some() {
                break;
            }
            let other = self.archive.name_for_index(at).transpose()?.unwrap_or_default();
            if other.replace('\\', "/").eq_ignore_ascii_case(name) {
                found = Some(at);
            }
        }
        let Some(at) = found else { return Ok(None) };
        let inner = self.archive.by_index(at)?;
        let part = Metered { inner, left: &mut self.left, unpacked: self.bounds.unpacked };
        Ok(Some(Xml::new(BufReader::new(part), self.bounds)))
    }

    /// The name of the workbook's part.
    pub(super) fn workbook(&mut self) -> Result<String, Unreadable> {
        let target = self.target(PACKAGE, "", &Wanted::Type("officeDocument"))?;
        Ok(target.unwrap_or_else(|| "xl/workbook.xml".to_owned()))
    }

    /// Where a relationship of that part leads.
    pub(super) fn related(
        &mut self,
        part: &str,
        wanted: &Wanted<'_>,
    ) -> Result<Option<String>, Unreadable> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let separator = if folder.is_empty() { "" } else { "/" };
        self.target(&format!("{folder}{separator}_rels/{name}.rels"), folder, wanted)
    }

    fn target(
        &mut self,
        relationships: &str,
        folder: &str,
        wanted: &Wanted<'_>,
    ) -> Result<Option<String>, Unreadable> {
        let Some(mut xml) = self.part(relationships)? else { return Ok(None) };
        let mut target = None;
        loop {
            match xml.next()? {
                Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                    let of = |name: &str| attribute(&element, name);
                    let is_wanted = match wanted {
                        Wanted::Id(id) => of("Id")?.as_deref() == Some(id),
                        Wanted::Type(kind) => {
                            of("Type")?.is_some_and(|text| text.rsplit('/').next() == Some(kind))
                        }
                    };
                    if target.is_none() && is_wanted {
                        target = of("Target")?;
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        Ok(target.map(|target| resolve(folder, &target)))
    }
}

/// The name of a part that a relationship of another in `folder` names.
fn resolve(folder: &str, target: &str) -> String {
    let (base, target) = match target.strip_prefix('/') {
        Some(absolute) => ("", absolute),
        None => (folder, target),
    };
    let mut path: Vec<&str> = base.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_absolute_or_relative_and_never_leave_the_file() {
        for (folder, target, name) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets", "../sharedStrings.xml", "xl/sharedStrings.xml"),
            ("", "./xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "../../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(resolve(folder, target), name);
        }
    }
}
