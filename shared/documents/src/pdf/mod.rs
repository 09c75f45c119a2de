//! A document as a print-ready PDF: A4, PDF/A-2a and PDF/UA-1, fonts embedded as subsets, text that can be copied.

mod flow;
mod fonts;
mod lines;
mod paint;
mod paper;
mod tables;

pub use self::fonts::{Fonts, covered, faces};

use crate::document::Document;
use crate::error::DocumentError;

/// Prints a document. The same document and fonts give the same bytes.
///
/// # Errors
/// [`DocumentError::MissingGlyphs`] before anything is drawn, if a character is in no font; [`DocumentError::Pdf`]
/// where the file would not be a valid PDF/A-2a.
pub fn pdf(document: &Document, fonts: &Fonts) -> Result<Vec<u8>, DocumentError> {
    let missing = fonts.missing(document);
    if !missing.is_empty() {
        return Err(DocumentError::MissingGlyphs(missing));
    }
    let faces = fonts.open()?;
    let layout = flow::lay_out(document, &faces);
    paint::paint(document, &layout, &faces)
}
