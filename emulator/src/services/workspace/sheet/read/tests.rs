//! Sheets that are read, and bounds that each refuse in their own words.

use std::io::Write;

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

/// Bounds that no ordinary sheet here meets.
const WIDE: Bounds = Bounds {
    parts: 100,
    unpacked: 1 << 20,
    xml_piece: 10_000,
    xml_depth: 16,
    shared_strings: 1_000,
    shared_text: 100_000,
    cell_formats: 1_000,
    cell_characters: 1_000,
    columns: 64,
    rows: 1_000,
    text: 100_000,
};

const RELATIONSHIPS: &str = r#"<Relationships>
    <Relationship Id="a" Type="x/sharedStrings" Target="sharedStrings.xml"/>
    <Relationship Id="b" Type="x/worksheet" Target="/xl/one.xml"/></Relationships>"#;

const WORKBOOK: &str =
    r#"<workbook><sheets><sheet name="S" sheetId="1" r:id="b"/></sheets></workbook>"#;

const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;-&quot;m"/>
    </numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>"#;

/// A file of parts, in order.
fn pack(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        file.start_file(*name, SimpleFileOptions::default()).unwrap();
        file.write_all(content).unwrap();
    }
    file.finish().unwrap().into_inner()
}

/// A file with these shared strings and these rows.
fn book(strings: &str, data: &str) -> Vec<u8> {
    let strings = format!("<sst>{strings}</sst>");
    let sheet = format!("<worksheet><sheetData>{data}</sheetData></worksheet>");
    pack(&[
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONSHIPS.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/one.xml", sheet.as_bytes()),
    ])
}

fn texts(file: &[u8], bounds: &Bounds) -> Result<Vec<Vec<String>>, String> {
    let rows = rows(file, bounds)?;
    let row = |number| rows.get(number).unwrap().cells().map(str::to_owned).collect();
    Ok((0..rows.len()).map(row).collect())
}

/// The texts of the only row of those cells.
fn row(cells: &str) -> Result<Vec<String>, String> {
    let strings = "<si><t>first</t></si><si><r><rPr><b/></rPr><t xml:space=\"preserve\">ri </t></r>\
                   <r><t> ch </t></r><rPh><t>hint</t></rPh></si><si/>";
    let mut all = texts(&book(strings, &format!("<row>{cells}</row>")), &WIDE)?;
    Ok(all.pop().unwrap_or_default())
}

/// As a spreadsheet saves it: a table of shared texts, numbers, dates, and a stray cell.
fn saved() -> Vec<u8> {
    let mut book = Workbook::new();
    let cells = book.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    cells.write(0, 0, "Username").unwrap();
    cells.write(2, 1, 13_800_000_000_i64).unwrap();
    cells.write(3, 0, true).unwrap();
    let day = ExcelDateTime::parse_from_str("2030-01-31").unwrap();
    cells.write_with_format(3, 2, &day, &date).unwrap();
    cells.write(1_048_575, 16_383, "stray").unwrap();
    book.add_worksheet().write(0, 0, "not of the first sheet").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn what_a_spreadsheet_saves_is_read_as_texts() {
    let expected: &[&[&str]] =
        &[&["Username"], &["", "13800000000"], &["true", "", "2030-01-31T00:00:00Z"]];
    assert_eq!(texts(&saved(), &WIDE).unwrap(), expected);
}

#[test]
fn a_value_of_each_type_is_read_as_it_is_shown() {
    for (cell, text) in [
        ("<c t='s'><v>0</v></c>", "first"),
        ("<c t='s'><v> 1 </v></c>", "ri ch"),
        ("<c t='inlineStr'><v>no</v><is><t> a&amp;&#x5F20;<![CDATA[<]]> </t></is></c>", "a&张<"),
        ("<c t='str'><f>1&lt;2</f><v> _x0041_&gt; </v></c>", " A> "),
        ("<c t='b'><v>1</v></c>", "true"),
        ("<c t='b'><v>false</v></c>", "false"),
        ("<c t='e'><v>#N/A</v></c>", "#N/A"),
        ("<c t='d'><v>2030-01-31</v></c>", "2030-01-31"),
        ("<c t='n'><v>1.38E10</v></c>", "13800000000"),
        ("<c><v>-0.1</v></c>", "-0.1"),
        ("<c><v>1-2</v></c>", "1-2"),
        ("<c s='1'><v>47514</v></c>", "2030-01-31T00:00:00Z"),
        ("<c s='2'><v>47514.5</v></c>", "2030-01-31T12:00:00Z"),
        ("<c s='0'><v>47514</v></c>", "47514"),
        ("<c s='3'><v>47514</v></c>", "47514"),
        ("<c s='1099511627776'><v>5</v></c>", "5"),
        ("<x:c xmlns:x='y' t='s'><x:v>0</x:v></x:c>", "first"),
        ("<c><extLst><v>no</v></extLst><v>5</v></c>", "5"),
    ] {
        assert_eq!(row(cell).as_deref(), Ok(&[text.to_owned()][..]), "{cell}");
    }
    for empty in [
        "<c/>",
        "<c t='s'/>",
        "<c t='s'><v/></c>",
        "<c t='s'><v>2</v></c>",
        "<c t='b'><v> </v></c>",
    ] {
        assert_eq!(row(empty), Ok(Vec::new()), "{empty}");
    }
}

#[test]
fn a_cell_is_where_it_says_or_after_the_one_before() {
    let data = "<row><c><v>1</v></c><c r='D1'><v>2</v></c><c><v>3</v></c></row>\
                <row r='3'><c><v>4</v></c></row><row/><row><c><v>5</v></c><c r='A3'><v>6</v></c></row>\
                <row><c r='BM9'><v>beyond</v></c></row>";
    let expected: &[&[&str]] = &[&["1", "", "", "2", "3"], &["4"], &["5"], &["6"]];
    assert_eq!(texts(&book("", data), &WIDE).unwrap(), expected);
}

#[test]
fn dates_may_count_from_1904() {
    let workbook = WORKBOOK.replace("<sheets>", "<workbookPr date1904='1'/><sheets>");
    let sheet = "\u{feff}<worksheet><sheetData><c s='1'><v>46052</v></c></sheetData></worksheet>";
    let file = pack(&[
        ("XL\\Workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONSHIPS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/one.xml", sheet.as_bytes()),
    ]);
    assert_eq!(texts(&file, &WIDE).unwrap(), [["2030-01-31T00:00:00Z"]]);
}

#[test]
fn what_is_no_sheet_is_refused_with_what_is_wrong() {
    let broken = "the file cannot be read as .xlsx: ";
    for file in [&b"user_name,user_email\n"[..], b"", &saved()[..500]] {
        let error = texts(file, &WIDE).unwrap_err();
        assert!(error.starts_with(broken), "{error}");
    }
    for (cell, why) in [
        ("<c t='s'><v>3</v></c>", "\"3\" is no number of a shared string"),
        ("<c t='s'><v>-1</v></c>", "\"-1\" is no number of a shared string"),
        (
            "<c t='s'><v>99999999999999999999</v></c>",
            "\"99999999999999999999\" is no number of a shared string",
        ),
        ("<c t='n'><v>abc</v></c>", "\"abc\" is no number"),
        ("<c t='b'><v>2</v></c>", "\"2\" is no value of a boolean"),
        ("<c t='q'><v>2</v></c>", "\"q\" is no type of a cell"),
        ("<c r='A0'><v>2</v></c>", "\"A0\" is no place in a sheet"),
        ("<c t='str'><v>&x;</v></c>", "`&x` is not declared"),
    ] {
        assert_eq!(row(cell), Err(format!("{broken}{why}.")), "{cell}");
    }
    for cell in ["<c t='str'><v>&#0;</v></c>", "<c></d>", "<c><v>1"] {
        assert!(row(cell).unwrap_err().starts_with(broken), "{cell}");
    }
    let declared = format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{WORKBOOK}");
    let error = texts(&pack(&[("xl/workbook.xml", declared.as_bytes())]), &WIDE);
    assert_eq!(error, Err(format!("{broken}it declares a document type.")));
    let error = texts(&pack(&[("xl/workbook.xml", b"<workbook/>")]), &WIDE);
    assert_eq!(error, Err(format!("{broken}it has no sheet.")));
    let error = texts(&pack(&[("xl/workbook.xml", WORKBOOK.as_bytes())]), &WIDE);
    assert_eq!(error, Err(format!("{broken}its first sheet has no part.")));
    assert_eq!(texts(&pack(&[("a", b"")]), &WIDE), Err(format!("{broken}it has no workbook.")));
}

#[test]
fn each_bound_refuses_what_is_one_beyond_it() {
    let strings = "<si><t>abc</t></si><si><t>de</t></si>";
    let cell = |row: u32, number: u32| format!("<c r='A{row}' t='s'><v>{number}</v></c>");
    let data = cell(1, 0) + &cell(2, 1) + &cell(3, 0);
    let file = book(strings, &data);
    let tight = Bounds {
        parts: 5,
        xml_piece: STYLES.find("</numFmts>").unwrap(),
        xml_depth: 4,
        shared_strings: 2,
        shared_text: 5,
        cell_formats: 3,
        cell_characters: 3,
        rows: 2,
        text: 8,
        ..WIDE
    };
    let expected = vec![vec!["abc"], vec!["de"], vec!["abc"]];
    assert_eq!(texts(&file, &tight).unwrap(), expected);
    for (bounds, error) in [
        (Bounds { parts: 4, ..tight }, "the file has more than 4 parts."),
        (Bounds { unpacked: 100, ..tight }, "the file would unpack into more than 100 bytes."),
        (Bounds { xml_piece: 20, ..tight }, "the file has a piece of XML of more than 20 bytes."),
        (Bounds { xml_depth: 3, ..tight }, "the file nests XML more than 3 deep."),
        (Bounds { shared_strings: 1, ..tight }, "the file has more than 1 shared strings."),
        (
            Bounds { shared_text: 4, ..tight },
            "the file has shared strings of more than 4 bytes in all.",
        ),
        (Bounds { cell_formats: 2, ..tight }, "the file has more than 2 cell formats."),
        (Bounds { cell_characters: 2, ..tight }, "a cell has more than 2 characters."),
        (Bounds { rows: 1, ..tight }, "more than 1 rows."),
        (Bounds { text: 7, ..tight }, "the rows have more than 7 bytes of text in all."),
    ] {
        assert_eq!(texts(&file, &bounds), Err(error.to_owned()));
    }
    let narrow = Bounds { columns: 1, ..WIDE };
    let wide = book("", "<c><v>1</v></c><c t='s'><v>nonsense</v></c>");
    assert_eq!(texts(&wide, &narrow).unwrap(), [["1"]]);
}

#[test]
fn characters_count_as_the_format_counts_them() {
    let text = |text: &str| {
        let cell = format!("<c t='inlineStr'><is><t>{text}</t></is></c>");
        texts(&book("", &cell), &Bounds { cell_characters: 4, ..WIDE })
    };
    assert_eq!(text("张三张三").unwrap(), [["张三张三"]]);
    assert_eq!(text("_x0041__x0041__x0041__x0041_").unwrap(), [["AAAA"]]);
    assert_eq!(text("🦊🦊").unwrap(), [["🦊🦊"]]);
    for long in ["🦊🦊a", "abcde", "</t><t>ab</t><t>cde"] {
        assert_eq!(text(long), Err("a cell has more than 4 characters.".to_owned()), "{long}");
    }
    let endless = "<![CDATA[abcdefgh]]>".repeat(4);
    assert_eq!(text(&endless), Err("the file has a text of more than 28 bytes.".to_owned()));
}

/// Reads whatever it is; what comes out keeps the bounds.
fn keeps_bounds(file: &[u8]) -> Result<(), TestCaseError> {
    let bounds =
        Bounds { shared_strings: 4, cell_characters: 40, rows: 4, columns: 6, text: 200, ..WIDE };
    let Ok(rows) = rows(file, &bounds) else { return Ok(()) };
    prop_assert!(rows.len() <= bounds.rows + 1);
    prop_assert!(rows.text_len() <= bounds.text);
    for number in 0..rows.len() {
        let cells: Vec<&str> = rows.get(number).unwrap().cells().collect();
        prop_assert!(cells.len() <= bounds.columns);
        prop_assert!(
            cells.iter().all(|cell| cell.encode_utf16().count() <= bounds.cell_characters)
        );
        prop_assert!(cells.iter().any(|cell| !cell.is_empty()));
    }
    Ok(())
}

/// One change to the bytes of a part: another byte, a piece cut out, or a piece twice.
fn change(content: &mut Vec<u8>, (kind, at, length, byte): (u8, usize, usize, u8)) {
    let at = at % content.len().max(1);
    let end = (at + length).min(content.len());
    match kind {
        0 if at < content.len() => content[at] = byte,
        1 => drop(content.drain(at..end)),
        2 => drop(content.splice(at..at, content[at..end].to_vec()).collect::<Vec<_>>()),
        _ => {}
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(file in prop::collection::vec(any::<u8>(), 0..300)) {
        keeps_bounds(&file)?;
    }

    #[test]
    fn a_changed_file_is_read_or_refused(
        changes in prop::collection::vec((0..3_u8, any::<usize>(), 0..200_usize, any::<u8>()), 1..6),
    ) {
        let mut file = book("<si><t>abc</t></si>", "<row r='1'><c r='A1' t='s'><v>0</v></c></row>");
        for each in changes {
            change(&mut file, each);
        }
        keeps_bounds(&file)?;
    }

    #[test]
    fn changed_parts_are_read_or_refused(
        changes in prop::collection::vec(
            (0..5_usize, (0..3_u8, any::<usize>(), 0..200_usize, any::<u8>())),
            1..6,
        ),
    ) {
        let cells = "<row r='1'><c r='A1' t='s'><v>0</v></c><c s='2'><v>9</v></c></row>\
                     <row><c t='inlineStr'><is><r><t>a_x0041_&#65;</t></r></is></c></row>";
        let mut parts = [
            ("xl/workbook.xml", WORKBOOK.as_bytes().to_vec()),
            ("xl/_rels/workbook.xml.rels", RELATIONSHIPS.as_bytes().to_vec()),
            ("xl/sharedStrings.xml", b"<sst uniqueCount='1'><si><t>abc</t></si></sst>".to_vec()),
            ("xl/styles.xml", STYLES.as_bytes().to_vec()),
            ("xl/one.xml", format!("<x><sheetData>{cells}</sheetData></x>").into_bytes()),
        ];
        for (part, each) in changes {
            change(&mut parts[part].1, each);
        }
        let parts: Vec<_> = parts.iter().map(|(name, content)| (*name, &content[..])).collect();
        keeps_bounds(&pack(&parts))?;
    }
}
