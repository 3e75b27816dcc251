//! The page: what it says, and that every reader can read it.

use std::collections::{BTreeMap, HashSet};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::samples;
use super::*;

/// Elements that HTML never closes.
const VOID: &[&str] = &["meta"];

/// The elements of a page in their order, each with its depth and attributes; fails where one is not closed.
fn elements(page: &str) -> Vec<(usize, String, BTreeMap<String, String>)> {
    let mut reader = Reader::from_str(page);
    reader.config_mut().check_end_names = false;
    let (mut open, mut all) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                let attributes = tag
                    .attributes()
                    .map(|attribute| {
                        let attribute = attribute.unwrap();
                        let key = attribute.key.as_ref().to_owned();
                        (key, attribute.value.into_owned())
                    })
                    .collect();
                all.push((open.len(), name.clone(), attributes));
                if !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Event::End(tag) => {
                assert_eq!(open.pop().unwrap(), tag.name().as_ref());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    all
}

#[test]
fn every_page_is_well_formed_and_needs_nothing_else() {
    for (sample, report) in samples::all() {
        let page = html(&report);
        let mut ids = HashSet::new();
        let mut links = Vec::new();
        for (_, name, attributes) in elements(&page) {
            assert!(
                !["script", "img", "link", "iframe", "object"].contains(&name.as_str()),
                "{sample}"
            );
            for (key, value) in attributes {
                assert!(!key.starts_with("on") && key != "src", "{sample}: {key}={value}");
                if key == "id" {
                    assert!(ids.insert(value.clone()), "{sample}: id {value} twice");
                }
                if key == "href" {
                    links.push(value);
                }
            }
        }
        for link in links {
            let known = link.strip_prefix('#').is_some_and(|id| ids.contains(id));
            assert!(known || link.starts_with("https://"), "{sample}: {link}");
        }
        let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        assert!(!style.contains("url(") && !style.contains("@import"));
    }
}

#[test]
fn headings_do_not_skip_a_level_and_tables_have_scopes() {
    for (sample, report) in samples::all() {
        let mut level = 0;
        for (_, name, attributes) in elements(&html(&report)) {
            if let Some(next) = name.strip_prefix('h').and_then(|n| n.parse::<u8>().ok()) {
                assert!(next <= level + 1, "{sample}: h{next} after h{level}");
                assert!(next > 1 || level == 0, "{sample}: two h1");
                level = next;
            }
            assert!(name != "th" || attributes.contains_key("scope"), "{sample}");
        }
        assert!(level > 0);
    }
}

#[test]
fn a_finding_has_all_that_proves_it() {
    let page = html(&samples::one_finding());
    for text in [
        "1 of 6 cases failed",
        "After the answer to CreateUser #2 was lost, it created the user again and exited 0.",
        "does not blindly repeat a write whose answer was lost",
        "RFC 9110, section 9.2.2",
        "✕ #12 CreateUser → no answer",
        "fault: <bdi>answer dropped after the commit",
        "ResourceNotFound.User",
        "<span class=\"minus\">- group &lt;group:2&gt; readers</span>",
        "<span class=\"word\">--filter</span> <span class=\"word\">'lost</span>",
        "silently wrong",
        "<bdi>contracts/sync.toml</bdi>:14",
        "seed 7",
    ] {
        assert!(page.contains(text), "{text} is missing");
    }
}

#[test]
fn five_findings_are_shown_and_the_others_are_folded() {
    let page = html(&samples::forty_findings());
    assert_eq!(page.matches("<article class=\"finding\"").count(), 5);
    assert_eq!(page.matches("<details class=\"finding\">").count(), 35);
    assert!(page.contains("35 further findings"));
    let first = page.split_once("<article").unwrap().1.split_once("</article>").unwrap().0;
    assert!(first.contains("silently wrong"), "the worst is first");
}

#[test]
fn findings_of_one_cause_are_one_and_name_each_case() {
    let page = html(&samples::many_cases());
    assert_eq!(page.matches("<article class=\"finding\"").count(), 1);
    assert!(page.contains("all 5 cases"));
    assert!(page.contains("5 of 300 cases failed, 1 cause"));
}

#[test]
fn accepted_findings_stand_apart() {
    let page = html(&samples::every_outcome());
    let (before, after) = page.split_once("id=\"accepted\"").unwrap();
    assert!(!before.contains("600.0 s each time"));
    assert!(after.contains("600.0 s each time") && after.contains("until 2027-03-01"));
}

#[test]
fn foreign_text_is_text() {
    let page = html(&samples::hostile());
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    assert!(!page.contains(['\u{1b}', '\u{202e}', '\u{7}', '\r']));
    assert!(page.contains("المستخدم «أنّا»"));
}

#[test]
fn an_empty_report_says_so() {
    let page = html(&samples::empty());
    assert!(page.contains("<h1>Nothing was judged</h1>"));
    assert!(!page.contains("<section"));
}

/// The ratio of two colours after WCAG 2.2.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_has_contrast_in_light_and_dark() {
    let blocks: Vec<&str> = STYLE.split(":root {").skip(1).collect();
    assert_eq!(blocks.len(), 2, "light and dark");
    for block in blocks {
        let colours: BTreeMap<&str, &str> = block
            .split_once('}')
            .unwrap()
            .0
            .split(';')
            .filter_map(|rule| rule.trim().strip_prefix("--")?.split_once(": "))
            .collect();
        let mut pairs = vec![
            ("fg", "bg"),
            ("fg", "panel"),
            ("soft", "bg"),
            ("link", "bg"),
            ("fault", "bg"),
            ("fault", "panel"),
            ("good-fg", "panel"),
        ];
        let tags = colours.keys().filter_map(|name| name.strip_suffix("-bg"));
        let tags: Vec<_> = tags.map(|tag| (format!("{tag}-fg"), format!("{tag}-bg"))).collect();
        assert_eq!(tags.len(), 8);
        pairs.extend(tags.iter().map(|(fg, bg)| (fg.as_str(), bg.as_str())));
        for (fg, bg) in pairs {
            let ratio = contrast(colours[fg], colours[bg]);
            assert!(ratio >= 4.5, "{fg} on {bg}: {ratio:.2}");
        }
    }
}
