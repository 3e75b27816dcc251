//! The workbook: which sheet is the first, and from which day its dates count.

use quick_xml::events::Event;

use super::error::Unreadable;
use super::package::{Package, Wanted};
use super::xml::attribute;

/// What the workbook says of its sheets.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Workbook {
    /// The relationship of the first sheet.
    sheet: String,
    /// Whether dates count from 1904, as some spreadsheets do.
    pub(super) is_1904: bool,
}

impl Workbook {
    /// Reads the part of that name.
    pub(super) fn read(package: &mut Package<'_>, name: &str) -> Result<Self, Unreadable> {
        let missing = || Unreadable::broken("it has no workbook");
        let mut xml = package.part(name)?.ok_or_else(missing)?;
        let (mut sheet, mut is_1904) = (None, false);
        loop {
            match xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "sheet" if sheet.is_none() => {
                        sheet = Some(attribute(&element, "id")?.unwrap_or_default());
                    }
                    "workbookPr" => {
                        if let Some(value) = attribute(&element, "date1904")? {
                            is_1904 = value == "1" || value == "true";
                        }
                    }
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        let sheet = sheet.ok_or_else(|| Unreadable::broken("it has no sheet"))?;
        Ok(Self { sheet, is_1904 })
    }

    /// The name of the first sheet's part.
    pub(super) fn first_sheet(
        &self,
        package: &mut Package<'_>,
        name: &str,
    ) -> Result<String, Unreadable> {
        let related = package.related(name, &Wanted::Id(&self.sheet))?;
        related.ok_or_else(|| Unreadable::broken("its first sheet has no part"))
    }
}
