//! The fonts a PDF is set in: the shipped ones, then whatever was added for rare characters.

use std::collections::BTreeSet;
use std::sync::Arc;

use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::raw::FileRef;
use skrifa::string::StringId;
use skrifa::{FontRef, GlyphId, MetadataProvider, charmap::Charmap};

use crate::document::Document;
use crate::error::DocumentError;

const BODY: &[u8] = include_bytes!("../../fonts/NotoSerifSC-Regular-subset.otf");
const BOLD: &[u8] = include_bytes!("../../fonts/NotoSerifSC-Bold-subset.otf");

/// Fonts by weight, in order of preference.
#[derive(Clone, Debug)]
pub struct Fonts {
    body: Vec<Face>,
    bold: Vec<Face>,
}

#[derive(Clone, Debug)]
struct Face {
    bytes: Bytes,
    index: u32,
}

#[derive(Clone, Debug)]
enum Bytes {
    Shipped(&'static [u8]),
    Added(Arc<Vec<u8>>),
}

impl Bytes {
    fn get(&self) -> &[u8] {
        match self {
            Self::Shipped(bytes) => bytes,
            Self::Added(bytes) => bytes,
        }
    }

    fn data(&self) -> krilla::Data {
        match self {
            Self::Shipped(bytes) => (*bytes).into(),
            Self::Added(bytes) => bytes.clone().into(),
        }
    }
}

/// Which of the two weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Body,
    Bold,
}

impl Fonts {
    /// The two fonts that travel with the crate.
    pub fn shipped() -> Self {
        let face = |bytes| vec![Face { bytes: Bytes::Shipped(bytes), index: 0 }];
        Self { body: face(BODY), bold: face(BOLD) }
    }

    /// A further font for characters that the ones before it lack: `index` counts within a collection.
    ///
    /// # Errors
    /// [`DocumentError::Font`] if it cannot be read.
    pub fn add_fallback(&mut self, bytes: Arc<Vec<u8>>, index: u32) -> Result<(), DocumentError> {
        FontRef::from_index(&bytes, index).map_err(|error| DocumentError::Font(error.to_string()))?;
        let face = Face { bytes: Bytes::Added(bytes), index };
        self.body.push(face.clone());
        self.bold.push(face);
        Ok(())
    }

    /// Characters of a document that neither weight has in any font.
    pub fn missing(&self, document: &Document) -> BTreeSet<char> {
        let mut missing = document.characters();
        for face in &self.body {
            let here = covered(face.bytes.get(), face.index, &missing);
            missing.retain(|c| !here.contains(c));
        }
        missing
    }

    /// The fonts opened for measuring and drawing.
    pub(super) fn open(&self) -> Result<Faces<'_>, DocumentError> {
        let mut open = Vec::new();
        // A character that only the body's weight has is better than none.
        for face in self.body.iter().chain(&self.bold) {
            let unreadable = || DocumentError::Font("无法读取".to_owned());
            let font = FontRef::from_index(face.bytes.get(), face.index).map_err(|_| unreadable())?;
            let drawn = Font::new(face.bytes.data(), face.index).ok_or_else(unreadable)?;
            let units_per_em = drawn.units_per_em();
            let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
            open.push(Open { charmap: font.charmap(), metrics, units_per_em, font: drawn });
        }
        Ok(Faces { open, bold_from: self.body.len() })
    }
}

/// Which of some characters a font can draw as they stand: those of simple scripts for which it has a glyph. Scripts
/// whose letters join or run from right to left would need shaping and count as not covered, and so do characters of
/// the private use areas, which mean something else in every font.
pub fn covered(bytes: &[u8], index: u32, wanted: &BTreeSet<char>) -> BTreeSet<char> {
    let Ok(font) = FontRef::from_index(bytes, index) else { return BTreeSet::new() };
    let charmap = font.charmap();
    let has = |c: &&char| is_simple(**c) && charmap.map(**c).is_some_and(|glyph| glyph != GlyphId::NOTDEF);
    wanted.iter().filter(has).copied().collect()
}

/// The fonts in a file, by index, with their full names; empty if it is no font.
pub fn faces(bytes: &[u8]) -> Vec<(u32, String)> {
    let count = match FileRef::new(bytes) {
        Ok(FileRef::Font(_)) => 1,
        Ok(FileRef::Collection(collection)) => collection.len(),
        Err(_) => 0,
    };
    let named = |index: u32| {
        let font = FontRef::from_index(bytes, index).ok()?;
        let name = font.localized_strings(StringId::FULL_NAME).english_or_first();
        Some((index, name.map(|name| name.to_string()).unwrap_or_default()))
    };
    (0..count).filter_map(named).collect()
}

fn is_simple(c: char) -> bool {
    !matches!(
        u32::from(c),
        0x0300..=0x036F
            | 0x0590..=0x10FF
            | 0x1700..=0x1DFF
            | 0x20D0..=0x20FF
            | 0x302A..=0x302F
            | 0x3099..=0x309A
            | 0xA800..=0xABFF
            | 0xE000..=0xF8FF
            | 0xFB1D..=0xFDFF
            | 0xFE20..=0xFE2F
            | 0xFE70..=0xFEFC
            | 0x10800..=0x11FFF
            | 0x1E800..=0x1EFFF
            | 0xF0000..=0x10FFFF
    )
}

/// Fonts opened for one document.
pub(super) struct Faces<'a> {
    open: Vec<Open<'a>>,
    bold_from: usize,
}

struct Open<'a> {
    charmap: Charmap<'a>,
    metrics: GlyphMetrics<'a>,
    units_per_em: f32,
    font: Font,
}

/// A character as it will be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    /// The font, as [`Faces::font`] counts.
    pub face: usize,
    /// Its number in the font.
    pub id: u32,
    /// Its width in em.
    pub advance: f32,
}

impl Faces<'_> {
    /// The glyph of a character: in its weight where that has it, else in the other.
    pub(super) fn glyph(&self, weight: Weight, c: char) -> Glyph {
        let (body, bold) = (0..self.bold_from, self.bold_from..self.open.len());
        let order = match weight {
            Weight::Body => body.chain(bold),
            Weight::Bold => bold.chain(body),
        };
        let in_face = |face: usize| {
            let open = self.open.get(face)?;
            let id = open.charmap.map(c).filter(|id| *id != GlyphId::NOTDEF)?;
            let advance = open.metrics.advance_width(id).unwrap_or(open.units_per_em) / open.units_per_em;
            Some(Glyph { face, id: id.to_u32(), advance })
        };
        // Every character was looked for beforehand, so the last resort is never drawn.
        order.into_iter().find_map(in_face).unwrap_or(Glyph { face: 0, id: 0, advance: 1.0 })
    }

    /// A font by its number.
    pub(super) fn font(&self, face: usize) -> Option<&Font> {
        self.open.get(face).map(|open| &open.font)
    }
}
