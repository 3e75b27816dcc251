//! Reading the first sheet of a file that somebody sent, in one pass over its XML with bounds on all
//! that a file can make large: see [`Bounds`].

mod cells;
mod dates;
mod error;
mod fence;
mod package;
mod strings;
mod styles;
mod text;
mod value;
mod workbook;
mod xml;

use self::error::Unreadable;
use self::package::{Package, Wanted};
use self::strings::Strings;
use self::styles::Styles;
use self::value::Context;
use self::workbook::Workbook;
use super::{Bounds, Rows};

/// The rows of a file's first sheet that hold a text. The error says in words what is wrong with the
/// file, or which bound it exceeds.
pub(in super::super) fn rows(file: &[u8], bounds: &Bounds) -> Result<Rows, String> {
    read(file, bounds).map_err(|Unreadable(why)| why)
}

fn read(file: &[u8], bounds: &Bounds) -> Result<Rows, Unreadable> {
    let mut package = Package::open(file, bounds)?;
    let name = package.workbook()?;
    let workbook = Workbook::read(&mut package, &name)?;
    let sheet = workbook.first_sheet(&mut package, &name)?;
    let strings = beside(&mut package, &name, "sharedStrings")?;
    let strings = Strings::read(&mut package, &strings, bounds)?;
    let styles = beside(&mut package, &name, "styles")?;
    let styles = Styles::read(&mut package, &styles, bounds)?;
    let missing = || Unreadable::broken(format_args!("it has no part {sheet:?}"));
    let xml = package.part(&sheet)?.ok_or_else(missing)?;
    let is_1904 = workbook.is_1904;
    cells::read(xml, &Context { strings: &strings, styles: &styles, is_1904, bounds })
}

/// The name of a part that belongs to the workbook. Some writers leave the relationship out and use
/// the usual name.
fn beside(package: &mut Package<'_>, workbook: &str, kind: &str) -> Result<String, Unreadable> {
    let related = package.related(workbook, &Wanted::Type(kind))?;
    let folder = workbook.rsplit_once('/').map_or("", |(folder, _)| folder);
    Ok(related.unwrap_or_else(|| format!("{folder}/{kind}.xml")))
}

#[cfg(test)]
mod tests;
