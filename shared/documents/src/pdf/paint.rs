//! Pages into a file.

use std::num::NonZeroU16;

use chrono::Datelike;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, TableHeaderScope, Tag, TagGroup, TagTree};
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{SerializeSettings, destination::XyzDestination};

use super::flow::{Ink, Layout, Mark, Node, Owner};
use super::fonts::{Faces, Weight};
use super::lines::{Line, Shape, lines};
use super::paper::*;
use crate::document::{Document, REHEARSAL};
use crate::error::DocumentError;

/// 方正标准红 on paper; enough contrast on white for the eye as well.
const RED: (u8, u8, u8) = (0xC8, 0x10, 0x2E);
const SHADE: (u8, u8, u8) = (0xF3, 0xF1, 0xEC);
const WATERMARK: (u8, u8, u8) = (0xE4, 0xE0, 0xD8);
/// Size and slope of the watermark.
const WATERMARK_SIZE: f32 = 46.0;
const WATERMARK_DEGREES: f32 = -40.0;

fn failed(what: impl ToString) -> DocumentError {
    DocumentError::Pdf(what.to_string())
}

pub(super) fn paint(document: &Document, layout: &Layout, faces: &Faces<'_>) -> Result<Vec<u8>, DocumentError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| failed(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut file = krilla::Document::new_with(settings);
    let mut ids: Vec<Vec<Identifier>> = Vec::new();
    ids.resize_with(layout.leaves, Vec::new);
    for marks in &layout.pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| failed("page size"))?;
        let mut page = file.start_page_with(settings);
        let mut surface = page.surface();
        if document.rehearsal {
            watermark(&mut surface, faces);
        }
        for run in marks.chunk_by(|one, next| owner(one) == owner(next)) {
            let Some(first) = run.first() else { continue };
            let tag = match owner(first) {
                Owner::Leaf(_) => ContentTag::Other,
                Owner::Ornament => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                Owner::Folio => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PageNumber)),
            };
            let id = surface.start_tagged(tag);
            for mark in run {
                draw(&mut surface, mark, faces);
            }
            surface.end_tagged();
            if let Owner::Leaf(leaf) = owner(first)
                && let Some(of_leaf) = ids.get_mut(leaf)
            {
                of_leaf.push(id);
            }
        }
        surface.finish();
        page.finish();
    }
    file.set_metadata(metadata(document));
    file.set_outline(outline(document, layout));
    file.set_tag_tree(structure(document, layout, ids));
    file.finish().map_err(|error| match error {
        krilla::error::KrillaError::Validation(errors) => failed(format!("{errors:?}")),
        other => failed(other),
    })
}

fn owner(mark: &Mark) -> Owner {
    match mark {
        Mark::Text { owner, .. } => *owner,
        Mark::Fill { .. } => Owner::Ornament,
    }
}

fn fill((red, green, blue): (u8, u8, u8)) -> Option<Fill> {
    let paint = krilla::color::rgb::Color::new(red, green, blue).into();
    Some(Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::NonZero })
}

fn ink(ink: Ink) -> Option<Fill> {
    fill(match ink {
        Ink::Black => (0, 0, 0),
        Ink::Red => RED,
        Ink::Shade => SHADE,
    })
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, faces: &Faces<'_>) {
    match mark {
        Mark::Text { x, y, size, ink: colour, line, .. } => {
            surface.set_fill(ink(*colour));
            text(surface, (*x, *y), *size, line, faces);
        }
        Mark::Fill { x, y, width, height, ink: colour } => {
            let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) else { return };
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            let Some(path) = path.finish() else { return };
            surface.set_fill(ink(*colour));
            surface.draw_path(&path);
        }
    }
}

/// A line, font by font; the text goes along with the glyphs, so that it can be searched, copied and read aloud.
fn text(surface: &mut Surface<'_>, (mut x, y): (f32, f32), size: f32, line: &Line, faces: &Faces<'_>) {
    for run in line.set.chunk_by(|one, next| one.glyph.face == next.glyph.face) {
        let Some(font) = run.first().and_then(|first| faces.font(first.glyph.face)) else { continue };
        let mut words = String::new();
        let mut glyphs = Vec::with_capacity(run.len());
        let mut width = 0.0;
        for set in run {
            let from = words.len();
            words.push(set.c);
            let advance = set.glyph.advance + line.stretch;
            width += advance;
            glyphs.push(KrillaGlyph::new(GlyphId::new(set.glyph.id), advance, 0.0, 0.0, 0.0, from..words.len(), None));
        }
        surface.draw_glyphs(Point::from_xy(x, y), &glyphs, font.clone(), &words, size, false);
        x += width * size;
    }
}

fn watermark(surface: &mut Surface<'_>, faces: &Faces<'_>) {
    let shape = Shape { weight: Weight::Bold, measure: 100.0, indent: 0.0, justify: false };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark)));
    for line in lines(REHEARSAL, shape, faces) {
        let (x, y) = (WIDTH / 2.0, HEIGHT / 2.0);
        surface.push_transform(&Transform::from_rotate_at(WATERMARK_DEGREES, x, y));
        surface.set_fill(fill(WATERMARK));
        text(surface, (x - line.width * WATERMARK_SIZE / 2.0, y), WATERMARK_SIZE, &line, faces);
        surface.pop();
    }
    surface.end_tagged();
}

fn metadata(document: &Document) -> Metadata {
    let on = document.dated_on;
    let created = DateTime::new(u16::try_from(on.year()).unwrap_or_default())
        .month(u8::try_from(on.month()).unwrap_or(1))
        .day(u8::try_from(on.day()).unwrap_or(1))
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(8)
        .utc_offset_minute(0);
    Metadata::new()
        .title(format!("{} {}", document.number, document.title))
        .description(document.proof.lines().join("；"))
        .authors(vec![document.issuer.clone()])
        .creator("honghei".to_owned())
        .language("zh-CN".to_owned())
        .document_id(format!("{} {}", document.kind.as_str(), document.proof.place))
        .creation_date(created)
}

fn outline(document: &Document, layout: &Layout) -> Outline {
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(OutlineNode::new(document.title.clone(), top));
    for node in &layout.nodes {
        if let Node::Heading { text, page, y, .. } = node {
            let place = XyzDestination::new(*page, Point::from_xy(0.0, *y));
            outline.push_child(OutlineNode::new(text.clone(), place));
        }
    }
    outline
}

fn structure(document: &Document, layout: &Layout, ids: Vec<Vec<Identifier>>) -> TagTree {
    let mut ids: Vec<Option<Vec<Identifier>>> = ids.into_iter().map(Some).collect();
    let mut filled = |mut group: TagGroup, leaf: usize| {
        for id in ids.get_mut(leaf).and_then(Option::take).into_iter().flatten() {
            group.push(id);
        }
        group
    };
    let level =
        |level: u16, text: &str| Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(text.to_owned()));
    let mut tree = TagTree::new().with_lang(Some("zh-CN".to_owned()));
    for node in &layout.nodes {
        match node {
            Node::Title(leaf) => tree.push(filled(TagGroup::new(level(1, &document.title)), *leaf)),
            Node::Heading { leaf, text, .. } => tree.push(filled(TagGroup::new(level(2, text)), *leaf)),
            Node::Paragraph(leaf) => tree.push(filled(TagGroup::new(Tag::P), *leaf)),
            Node::Table { top, rows } => {
                let mut table = TagGroup::new(Tag::Table);
                for (at, row) in rows.iter().enumerate() {
                    let mut group = TagGroup::new(Tag::TR);
                    for (column, leaf) in row.iter().enumerate() {
                        let cell = match (*top, at, column) {
                            (true, 0, _) => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
                            (false, _, 0) => TagGroup::new(Tag::TH(TableHeaderScope::Row)),
                            _ => TagGroup::new(Tag::TD),
                        };
                        group.push(filled(cell, *leaf));
                    }
                    table.push(group);
                }
                tree.push(table);
            }
        }
    }
    tree
}
