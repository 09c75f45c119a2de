//! Documents as HTML.

use honghei_documents::fields::*;
use honghei_documents::html;

use crate::sample::{black, document, every_kind};

/// The text of a page as a reader sees it: tags away, entities read.
fn text_of(page: &str) -> String {
    let body = page.split_once("<body>").unwrap().1;
    let mut text = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, c)| text.replace(entity, c))
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_page_says_what_its_document_says_and_nothing_else() {
    for fields in every_kind() {
        let document = document(&fields);
        let page = html(&document);
        assert_eq!(bare(&text_of(&page)), bare(&document.plain_text()), "{}", document.kind.as_str());
        assert_eq!(page, html(&document), "the same again");
    }
}

#[test]
fn a_page_is_whole_without_the_network_and_runs_nothing() {
    for fields in every_kind() {
        let page = html(&document(&fields));
        for foreign in ["<script", "http://", "https://", "src=", "href=", "url(", "@import", "onload"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        for wanted in ["<!doctype html>", "lang=\"zh-CN\"", "charset=\"utf-8\"", "default-src 'none'", "<main>", "<h1>"]
        {
            assert!(page.contains(wanted), "{wanted}");
        }
        assert_eq!(page.matches("<th ").count() > 0, page.contains("<table>"), "tables have headings");
    }
}

#[test]
fn a_hostile_name_is_only_text() {
    let hostile = r#"</title></style><script>alert("1")</script><img src=x onerror='alert(2)'>&amp;{facts}&#60;"#;
    let mut subject = black(1);
    subject.name = hostile.to_owned();
    subject.facts = format!("{hostile}\u{202E}\u{0}]]><!--");
    subject.code = Some(hostile.to_owned());
    let notice = Notice { subject, statement_days: 10, statement_until: None, service: None };
    let document = document(&Fields::Notice(notice));
    let page = html(&document);
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("]]><!--"));
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(bare(&text_of(&page)), bare(&document.plain_text()));
    assert!(document.plain_text().contains("{facts}"), "a value is never read as a text with fields");
}

#[test]
fn a_rehearsals_page_says_so() {
    let mut document = document(&every_kind()[0]);
    document.rehearsal = true;
    assert!(html(&document).contains("演练文书 不具效力"));
}
