//! Documents as PDF, read by poppler's programs. Where they are absent, each test says so and checks the rest.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use honghei_documents::fields::*;
use honghei_documents::{Document, DocumentError, Fonts, faces, html, pdf};

use crate::sample::{black, document, every_kind};

/// What a program of poppler says about a PDF; `None` where it does not run here.
fn read(program: &str, arguments: &[&str], bytes: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("document.pdf");
    std::fs::write(&file, bytes).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).arg(&file);
    if program == "pdftotext" {
        command.arg("-");
    }
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
            // pdfinfo of poppler 22 dislikes the word that says there is nothing suspect.
            let quiet = output.stderr.is_empty() || program == "pdfinfo";
            assert!(quiet, "{program}: {}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{program} must run in CI: {error}");
            eprintln!("not checked: {program} does not run here ({error}); Debian: poppler-utils");
            None
        }
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text of every page without its number and without heads of tables that are repeated.
fn text_of(bytes: &[u8], document: &Document) -> Option<String> {
    let raw = read("pdftotext", &["-raw", "-enc", "UTF-8"], bytes)?;
    let mut text = String::new();
    for (at, page) in raw.trim_end_matches('\u{C}').split('\u{C}').enumerate() {
        let page = bare(page);
        let number = format!("—{}—", at + 1);
        let mut page = page.strip_suffix(&number).unwrap_or_else(|| panic!("page {number}: {page}")).to_owned();
        for block in &document.blocks {
            if let honghei_documents::Block::Table(table) = block
                && at > 0
            {
                let head: String = table.columns.iter().map(|column| column.title.as_str()).collect();
                page = page.strip_prefix(&head).map(str::to_owned).unwrap_or(page);
            }
        }
        text.push_str(&page);
    }
    Some(text)
}

/// Where a person wants to look at them: HONGHEI_DOCUMENTS names a folder.
fn show(document: &Document, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("HONGHEI_DOCUMENTS") {
        let path = Path::new(&folder).join(document.kind.as_str());
        std::fs::write(path.with_extension("pdf"), bytes).unwrap();
        std::fs::write(path.with_extension("html"), html(document)).unwrap();
    }
}

#[test]
fn an_independent_program_reads_out_of_every_pdf_what_was_put_in() {
    let fonts = Fonts::shipped();
    for fields in every_kind() {
        let document = document(&fields);
        let bytes = pdf(&document, &fonts).unwrap();
        show(&document, &bytes);
        let Some(text) = text_of(&bytes, &document) else { return };
        assert_eq!(text, bare(&document.plain_text()), "{}", document.kind.as_str());
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let documents = every_kind();
    let once: Vec<Vec<u8>> = documents.iter().map(|one| pdf(&document(one), &Fonts::shipped()).unwrap()).collect();
    let again: Vec<Vec<u8>> = documents.iter().map(|one| pdf(&document(one), &Fonts::shipped()).unwrap()).collect();
    assert!(once == again);
}

#[test]
fn fonts_are_embedded_as_subsets_and_the_file_stays_small() {
    let document = document(&every_kind()[0]);
    let bytes = pdf(&document, &Fonts::shipped()).unwrap();
    assert!(bytes.len() < 300 * 1024, "{} bytes", bytes.len());
    let Some(fonts) = read("pdffonts", &[], &bytes) else { return };
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert_eq!(rows.len(), 2, "{fonts}");
    assert!(rows.iter().all(|row| row.contains("yes yes yes") && row.contains('+')), "{fonts}");
    let Some(info) = read("pdfinfo", &[], &bytes) else { return };
    assert!(info.contains("Tagged:          yes") && info.contains("A4"), "{info}");
    assert!(info.contains("东商信告〔2026〕42号"), "{info}");
}

#[test]
fn a_rare_character_is_refused_by_name_and_drawn_with_a_further_font() {
    let mut subject = black(1);
    subject.name = "荆门市〇一𠀀商贸有限公司".to_owned();
    let notice = Notice { subject, statement_days: 10, statement_until: None, service: None };
    let document = document(&Fields::Notice(notice));
    let error = pdf(&document, &Fonts::shipped()).unwrap_err();
    assert_eq!(error.code(), "GLYPHS_MISSING");
    let said = error.to_string();
    assert!(said.contains("U+20000") && !said.contains("U+3007") && said.contains("--fonts"), "{said}");
    assert!(matches!(Fonts::shipped().add_fallback(Arc::new(vec![1, 2, 3]), 0), Err(DocumentError::Font(_))));
    assert!(faces(&[1, 2, 3]).is_empty());
}

/// Debian's fonts-noto-cjk, where a machine has it.
#[test]
fn a_collection_of_the_system_draws_what_the_shipped_fonts_lack() {
    let Ok(bytes) = std::fs::read("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc") else {
        eprintln!("not checked: no NotoSerifCJK-Regular.ttc here; Debian: fonts-noto-cjk");
        return;
    };
    let bytes = Arc::new(bytes);
    let (index, _) = faces(&bytes).into_iter().find(|(_, name)| name.contains("SC")).unwrap();
    let mut subject = black(1);
    subject.name = "荆门市㑇商贸有限公司".to_owned();
    let notice = Notice { subject, statement_days: 10, statement_until: None, service: None };
    let document = document(&Fields::Notice(notice));
    let mut fonts = Fonts::shipped();
    assert_eq!(fonts.missing(&document).into_iter().collect::<String>(), "㑇");
    fonts.add_fallback(bytes, index).unwrap();
    let printed = pdf(&document, &fonts).unwrap();
    let Some(text) = text_of(&printed, &document) else { return };
    assert_eq!(text, bare(&document.plain_text()));
}

#[test]
fn private_and_joining_characters_are_never_drawn_wrongly() {
    for name in ["某\u{E863}公司", "شركة", "བོད", "é\u{301}"] {
        let mut subject = black(1);
        subject.name = name.to_owned();
        let notice = Notice { subject, statement_days: 10, statement_until: None, service: None };
        assert!(matches!(
            pdf(&document(&Fields::Notice(notice)), &Fonts::shipped()),
            Err(DocumentError::MissingGlyphs(_))
        ));
    }
}

#[test]
fn long_words_long_cells_and_many_pages_keep_every_character() {
    let mut subject = black(1);
    subject.name = "荆".repeat(300);
    subject.facts = format!("{}，{}", "A1".repeat(200), "事实清楚。".repeat(900));
    let recognition = Fields::Recognition(Recognition {
        kind: honghei_domain::list::ListKind::Black,
        certified_on: crate::sample::day("2026-01-20"),
        opinion: "（“”）、，。".repeat(60),
        signer: "局长 李某".to_owned(),
        subjects: vec![subject.clone(), black(2), subject],
    });
    let document = document(&recognition);
    let bytes = pdf(&document, &Fonts::shipped()).unwrap();
    let Some(raw) = read("pdftotext", &["-raw", "-enc", "UTF-8"], &bytes) else { return };
    let count = |text: &str, c: char| text.chars().filter(|one| *one == c).count();
    for c in ['清', '荆', 'A', '“', '、'] {
        assert_eq!(count(&raw, c), count(&document.plain_text(), c), "{c}");
    }
}

#[test]
fn a_rehearsals_pages_carry_a_watermark() {
    let mut document = document(&every_kind()[0]);
    document.rehearsal = true;
    let bytes = pdf(&document, &Fonts::shipped()).unwrap();
    let Some(raw) = read("pdftotext", &["-raw", "-enc", "UTF-8"], &bytes) else { return };
    assert!(bare(&raw).contains("演练文书不具效力"));
}
