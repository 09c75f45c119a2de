//! A document as one page of HTML: nothing loaded, nothing run, everything escaped.

use std::fmt::Write;

use crate::day;
use crate::document::{Block, Document, Head, REHEARSAL, Table};

/// Paper as GB/T 9704 sets it: 22 lines of 28 characters, 37 mm above, 28 mm on the left.
const STYLE: &str = include_str!("../texts/document.css");

/// The document as a self-contained page: UTF-8, no script, no reference to anything outside.
pub fn html(document: &Document) -> String {
    let mut out = String::with_capacity(8192);
    let title = escape(&format!("{} {}", document.number, document.title));
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    if document.rehearsal {
        let _ = writeln!(out, "<p class=\"rehearsal\" role=\"note\">{}</p>", escape(REHEARSAL));
    }
    out.push_str("<main>\n");
    head(&mut out, document);
    if let Some(salutation) = document.salutation() {
        let _ = writeln!(out, "<p class=\"addressee\">{}</p>", escape(&salutation));
    }
    for block in &document.blocks {
        match block {
            Block::Heading(text) => {
                let _ = writeln!(out, "<h2>{}</h2>", escape(text));
            }
            Block::Paragraph(text) => {
                let _ = writeln!(out, "<p>{}</p>", escape(text));
            }
            Block::Table(table) => rows(&mut out, table),
        }
    }
    out.push_str("<div class=\"closing\">\n");
    if let Some(signature) = document.signature() {
        let _ = writeln!(out, "<p>{}</p>", escape(&signature));
    }
    let _ = writeln!(
        out,
        "<p>{}</p>\n<p><time datetime=\"{}\">{}</time></p>\n</div>\n</main>",
        escape(&document.issuer),
        document.dated_on,
        day::day(document.dated_on)
    );
    out.push_str("<footer>\n");
    for line in document.proof.lines() {
        let _ = writeln!(out, "<p>{}</p>", escape(&line));
    }
    let _ = writeln!(
        out,
        "<p class=\"issued\"><span>{}</span> <span>{}</span></p>\n</footer>\n</body>\n</html>",
        escape(&document.issuer),
        escape(&document.issued())
    );
    out
}

fn head(out: &mut String, document: &Document) {
    let (issuer, number, title) = (escape(&document.issuer), escape(&document.number), escape(&document.title));
    let _ = if document.letterhead {
        writeln!(
            out,
            "<header>\n<p class=\"organ\">{issuer}</p>\n<p class=\"number\">{number}</p>\n</header>\n<h1>{title}</h1>"
        )
    } else {
        writeln!(out, "<h1>{title}</h1>\n<p class=\"number\">{number}</p>")
    };
}

fn rows(out: &mut String, table: &Table) {
    out.push_str("<table>\n");
    let total: u32 = table.columns.iter().map(|column| column.share).sum::<u32>().max(1);
    out.push_str("<colgroup>");
    for column in &table.columns {
        let _ = write!(out, "<col style=\"width:{}%\">", column.share * 100 / total);
    }
    out.push_str("</colgroup>\n");
    if table.head == Head::Top {
        out.push_str("<thead><tr>");
        for column in &table.columns {
            let _ = write!(out, "<th scope=\"col\">{}</th>", escape(&column.title));
        }
        out.push_str("</tr></thead>\n");
    }
    out.push_str("<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (at, cell) in row.iter().enumerate() {
            let _ = match (table.head, at) {
                (Head::Left, 0) => write!(out, "<th scope=\"row\">{}</th>", escape(cell)),
                _ => write!(out, "<td>{}</td>", escape(cell)),
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

/// Text that can stand in an element or in a quoted attribute and mean only itself.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
