//! Official documents: from the fields of an act and the words of a policy to a page of HTML and a print-ready PDF.
//!
//! Pure: values in, text and bytes out. No file, no clock, no randomness; the same input gives the same bytes.
//!
//! 1. [`fields`] is what an act says, typed; one struct a kind of document.
//! 2. [`compose`] puts it into the policy's words and gives a [`Document`]: number, issuing organ, title, blocks,
//!    date, and the [`Proof`] of the act it shows. Every value is cleaned on the way ([`clean`]): ID numbers are
//!    masked, invisible and direction-changing characters go.
//! 3. [`html`] and [`pdf`] print a document. Neither knows acts or policies.
//!
//! # Why the PDF is set here
//!
//! The PDF is written by krilla, the library under Typst: it embeds and subsets fonts, tags the text for readers and
//! validates PDF/A-2a and PDF/UA-1, which an archive wants. Typst itself would set the lines too, at 285 crates and
//! minutes of building against 41 crates; an official document is a grid of 22 lines of 28 characters (GB/T 9704), so
//! breaking lines (by the Unicode algorithm, UAX 14) and pages here is small.
//!
//! # Fonts
//!
//! Two weights of Noto Serif SC (SIL OFL 1.1) travel with the crate as subsets, 2.2 MB each: GB 2312 whole, 〇, the
//! usual symbols, and several hundred characters beyond it that stand in names; `fonts/README.md` says how they were
//! made. So every node prints the same bytes, without installing anything, also where there is no network. The bytes
//! lie in the program file and are read only while a PDF is made. A character that no font has is never a silent
//! blank: [`pdf`] refuses with [`DocumentError::MissingGlyphs`] and names it, and [`Fonts::add_fallback`] takes a
//! further font (the command line looks through a folder of system fonts). HTML names fonts and carries none.

pub mod clean;
mod compose;
pub mod day;
mod document;
mod error;
pub mod fields;
mod html;
mod pdf;
mod standard;

pub use self::compose::{Imprint, compose};
pub use self::document::{Block, Column, Document, Head, Proof, Table};
pub use self::error::DocumentError;
pub use self::html::html;
pub use self::pdf::{Fonts, covered, faces, pdf};
pub use self::standard::standard_text;
pub use honghei_domain::policy::documents::DocumentKind;
