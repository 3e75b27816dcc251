//! Sheets made to cost much or to be misread: each is refused with what is wrong, or read as it is
//! meant. A small file stands for a large one, so most of them have a few kilobytes.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::centre::{Centre, text};
use super::imports::upload;

const RELATIONSHIPS: &str = r#"<Relationships>
    <Relationship Id="r0" Type="x/worksheet" Target="worksheets/one.xml"/>
    <Relationship Id="r1" Type="x/sharedStrings" Target="sharedStrings.xml"/>
    <Relationship Id="r2" Type="x/styles" Target="styles.xml"/></Relationships>"#;

/// Parts of a file; what is empty is left out.
struct Book {
    workbook: String,
    relationships: String,
    strings: String,
    styles: String,
    sheet: String,
    /// Empty parts that nothing refers to.
    others: usize,
}

impl Book {
    /// A sheet with a header and these rows.
    fn of(rows: &str) -> Self {
        Self {
            workbook: r#"<workbook><sheets><sheet name="S" r:id="r0"/></sheets></workbook>"#.into(),
            relationships: RELATIONSHIPS.into(),
            strings: String::new(),
            styles: String::new(),
            sheet: format!("<worksheet><sheetData>{HEADER}{rows}</sheetData></worksheet>"),
            others: 0,
        }
    }

    /// With a table of shared strings.
    fn strings(self, attributes: &str, strings: &str) -> Self {
        Self { strings: format!("<sst {attributes}>{strings}</sst>"), ..self }
    }

    /// With cell formats.
    fn formats(self, attributes: &str, formats: &str) -> Self {
        let styles = format!("<styleSheet><cellXfs {attributes}>{formats}</cellXfs></styleSheet>");
        Self { styles, ..self }
    }

    fn pack(&self) -> Vec<u8> {
        let mut file = ZipWriter::new(Cursor::new(Vec::new()));
        let mut part = |name: &str, content: &str| {
            // Some of the parts have many megabytes.
            let quickly = SimpleFileOptions::default().compression_level(Some(1));
            file.start_file(name, quickly).unwrap();
            file.write_all(content.as_bytes()).unwrap();
        };
        for (name, content) in [
            ("xl/workbook.xml", &self.workbook),
            ("xl/_rels/workbook.xml.rels", &self.relationships),
            ("xl/sharedStrings.xml", &self.strings),
            ("xl/styles.xml", &self.styles),
            ("xl/worksheets/one.xml", &self.sheet),
        ] {
            if !content.is_empty() {
                part(name, content);
            }
        }
        (0..self.others).for_each(|number| part(&format!("other/{number}"), ""));
        file.finish().unwrap().into_inner()
    }
}

const HEADER: &str = "<row><c t='inlineStr'><is><t>Username</t></is></c>\
                      <c t='inlineStr'><is><t>Email</t></is></c></row>";

/// A row that makes a user, whatever stands before it in the sheet.
const GOOD: &str = "<row><c t='inlineStr'><is><t>ann</t></is></c>\
                    <c t='inlineStr'><is><t>a@example.com</t></is></c></row>";

/// A row of one cell of that type and value.
fn row(attributes: &str, value: &str) -> String {
    format!("<row><c {attributes}><v>{value}</v></c></row>")
}

#[test]
fn what_would_cost_too_much_is_refused_with_its_bound() {
    const MIB: usize = 1 << 20;
    let shared = row("t='s'", "0");
    let string = |length: usize| format!("<si><t>{}</t></si>", "a".repeat(length));
    let table = |length: usize, count: usize| string(length).repeat(count);
    let comment = format!("<!--{}-->", "x".repeat(250_000));
    let entities = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>";
    let declared = |book: Book| Book { sheet: entities.to_owned() + &book.sheet, ..book };
    let piece = "the file has a piece of XML of more than 262144 bytes.";
    let deep = "the file nests XML more than 64 deep.";
    let document_type = "the file cannot be read as .xlsx: it declares a document type.";
    let cases = [
        (Book::of(&shared.repeat(40_000)).strings("", &string(MIB)), piece),
        (Book::of(&shared).strings("", &string(40 * MIB)), piece),
        (Book::of(&" ".repeat(MIB)), piece),
        (Book::of(&format!("<row {}/>", "a='' ".repeat(60_000))), piece),
        (Book::of(&shared).strings("", &string(32_768)), "a cell has more than 32767 characters."),
        (
            Book::of(&shared.repeat(513)).strings("", &string(32_767)),
            "the rows have more than 16777216 bytes of text in all.",
        ),
        (
            Book::of("").strings("", &table(32_767, 513)),
            "the file has shared strings of more than 16777216 bytes in all.",
        ),
        (
            Book::of("").strings("", &"<si/>".repeat(640_065)),
            "the file has more than 640064 shared strings.",
        ),
        (
            Book::of("").formats("", &"<xf/>".repeat(65_537)),
            "the file has more than 65536 cell formats.",
        ),
        (Book::of(&row("", "1").repeat(10_001)), "more than 10000 rows."),
        (Book::of(&comment.repeat(269)), "the file would unpack into more than 67108864 bytes."),
        (Book { others: 1_000, ..Book::of(GOOD) }, "the file has more than 1000 parts."),
        (Book::of(&"<a>".repeat(100_000)), deep),
        (Book::of("").strings("", &format!("<si>{}", "<r>".repeat(100_000))), deep),
        (declared(Book::of(&row("t='str'", "&b;"))), document_type),
    ];
    let centre = Centre::new();
    for (number, (book, why)) in cases.into_iter().enumerate() {
        let (status, reply) = upload(&centre, "file", &book.pack());
        let expected = json!({ "error_code": "WKS.EMU.0001", "error_msg": why });
        assert_eq!((status, &reply["error_msg"]), (400, &expected["error_msg"]), "case {number}");
        assert_eq!(reply["error_code"], expected["error_code"]);
    }
    assert_eq!(centre.get("v2/users")["total_count"], 0);
}

#[test]
fn what_refers_to_nothing_is_refused_with_what_it_is() {
    let one = |book: Book| book.strings("", "<si><t>a</t></si>");
    let changed = |from: &str, to: &str| {
        let book = Book::of(GOOD);
        Book { relationships: book.relationships.replace(from, to), ..book }
    };
    let no_string = |number: &str| format!("\"{number}\" is no number of a shared string");
    let no_place = |place: &str| format!("\"{place}\" is no place in a sheet");
    let target = "worksheets/one.xml";
    let cases = [
        (one(Book::of(&row("t='s'", "1"))), no_string("1")),
        (one(Book::of(&row("t='s'", "-1"))), no_string("-1")),
        (one(Book::of(&row("t='s'", &"9".repeat(30)))), no_string(&"9".repeat(30))),
        (Book::of(&row("r='A0'", "1")), no_place("A0")),
        (Book::of(&row("r='XFE1'", "1")), no_place("XFE1")),
        (Book::of(&row("r=''", "1")), no_place("")),
        (
            Book::of(&row("r='ZZZZZZZZZZZZZZZ99999999999999999'", "1")),
            no_place("ZZZZZZZZZZZZZZZ99999999999999999"),
        ),
        (Book::of("<row r='18446744073709551616'/>"), no_place("18446744073709551616")),
        (Book::of(&row("t='str'", "&x;")), "`&x` is not declared".into()),
        (Book::of(&row("t='n'", "abc")), "\"abc\" is no number".into()),
        (changed(target, "../../../etc/passwd"), "it has no part \"etc/passwd\"".into()),
        (changed(target, "/etc/passwd"), "it has no part \"etc/passwd\"".into()),
        (changed("r0", "r9"), "its first sheet has no part".into()),
        (Book { workbook: "<workbook/>".into(), ..Book::of("") }, "it has no sheet".into()),
        (
            Book { sheet: "<worksheet/>".into(), ..Book::of("") },
            "its first sheet has no cells".into(),
        ),
    ];
    let centre = Centre::new();
    for (book, why) in cases {
        let (status, reply) = upload(&centre, "file", &book.pack());
        let why = format!("the file cannot be read as .xlsx: {why}.");
        assert_eq!((status, text(&reply["error_msg"])), (400, why));
    }
}

#[test]
fn what_only_looks_dangerous_is_read() {
    let counted = |count: u64| {
        let attributes = format!("count='{count}' uniqueCount='{count}'");
        Book::of(GOOD).strings(&attributes, "<si><t>a</t></si>")
    };
    let dates = "<xf numFmtId='14'/>";
    let before = |rows: &str| Book::of(&format!("{rows}{GOOD}"));
    let dimension = "<worksheet><dimension ref='A1:XFD99999999999'/><sheetData>";
    let sized = Book::of(GOOD).sheet.replace("<worksheet><sheetData>", dimension);
    let cases = [
        (counted(1 << 33), 1),
        (counted(1 << 50), 1),
        (counted(1 << 62), 1),
        (Book::of(GOOD).formats("count='4611686018427387904'", dates), 1),
        (Book { sheet: sized, ..Book::of("") }, 1),
        (before(&"<row/>".repeat(100_000)), 1),
        (before("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row><row r='3'/>"), 1),
        (before(&row("s='0'", "1e308")).formats("", dates), 2),
        (before(&row("s='0'", "NaN")).formats("", dates), 2),
        (before(&row("s='1099511627776'", "5")).formats("", dates), 2),
        (before(&row("t='n'", &"9".repeat(400))), 2),
        (before("<row><c><f t='shared' ref='A1:XFD1048576' si='99999999'>A1</f></c></row>"), 1),
    ];
    for (number, (book, total)) in cases.into_iter().enumerate() {
        let (status, reply) = upload(&Centre::new(), "file", &book.pack());
        assert_eq!((status, &reply["total_count"]), (200, &json!(total)), "case {number}: {reply}");
        let made: Vec<&Value> = reply["user_detail_list"].as_array().unwrap().iter().collect();
        assert_eq!((made.len(), &made[0]["user_name"]), (1, &json!("ann")), "case {number}");
    }
}
