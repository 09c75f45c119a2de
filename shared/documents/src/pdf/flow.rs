//! Blocks into pages.

use super::fonts::{Faces, Weight};
use super::lines::{Line, Shape, balanced, lines};
use super::paper::*;
use super::tables;
use crate::day;
use crate::document::{Block, Document};

/// What a mark belongs to: a leaf of the structure tree, or nothing that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A leaf, by its number.
    Leaf(usize),
    /// A rule or a background.
    Ornament,
    /// A page number.
    Folio,
}

/// Ink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Black,
    Red,
    Shade,
}

/// Something on a page.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    Text { x: f32, y: f32, size: f32, ink: Ink, line: Line, owner: Owner },
    Fill { x: f32, y: f32, width: f32, height: f32, ink: Ink },
}

/// The document's structure for those who do not see it.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Title(usize),
    Heading { leaf: usize, text: String, page: usize, y: f32 },
    Paragraph(usize),
    Table { top: bool, rows: Vec<Vec<usize>> },
}

/// Pages of marks and the structure over them.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub pages: Vec<Vec<Mark>>,
    pub nodes: Vec<Node>,
    pub leaves: usize,
}

/// The place where the next block goes.
pub(super) struct Flow<'a> {
    pub faces: &'a Faces<'a>,
    pub layout: Layout,
    /// Top of the next line on the last page.
    pub y: f32,
}

pub(super) fn lay_out(document: &Document, faces: &Faces<'_>) -> Layout {
    let mut flow = Flow { faces, layout: Layout::default(), y: TOP };
    flow.page();
    flow.head(document);
    if let Some(salutation) = document.salutation() {
        flow.paragraph(&salutation, 0.0);
    }
    for (at, block) in document.blocks.iter().enumerate() {
        match block {
            Block::Heading(text) => {
                // Never alone at the foot of a page.
                let below = match document.blocks.get(at + 1) {
                    Some(Block::Table(table)) => tables::opening(faces, table),
                    Some(Block::Paragraph(_) | Block::Heading(_)) | None => LEADING,
                };
                flow.need(LEADING + below);
                flow.heading(text);
            }
            Block::Paragraph(text) => flow.paragraph(text, 2.0),
            Block::Table(table) => tables::table(&mut flow, table),
        }
    }
    flow.closing(document);
    flow.imprint(document);
    flow.folios();
    flow.layout
}

impl Flow<'_> {
    pub(super) fn page(&mut self) {
        self.layout.pages.push(Vec::new());
        self.y = TOP;
    }

    /// A new page unless this much is left.
    pub(super) fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM + 0.5 {
            self.page();
        }
    }

    pub(super) fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.layout.pages.last_mut() {
            page.push(mark);
        }
    }

    pub(super) fn rule(&mut self, y: f32, height: f32, ink: Ink) {
        self.mark(Mark::Fill { x: LEFT, y: y - height / 2.0, width: MEASURE, height, ink });
    }

    pub(super) fn leaf(&mut self) -> usize {
        self.layout.leaves += 1;
        self.layout.leaves - 1
    }

    /// Lines of one leaf in the middle of the measure.
    fn centred(&mut self, lines: Vec<Line>, size: f32, leading: f32, ink: Ink, leaf: usize) {
        for line in lines {
            self.need(leading);
            let x = LEFT + (MEASURE - line.width * size) / 2.0;
            let y = self.y + baseline(leading, size);
            self.mark(Mark::Text { x, y, size, ink, line, owner: Owner::Leaf(leaf) });
            self.y += leading;
        }
    }

    fn head(&mut self, document: &Document) {
        if document.letterhead {
            let name: f32 = document.issuer.chars().map(|c| self.faces.glyph(Weight::Bold, c).advance).sum();
            let size = (MEASURE * 0.94 / name.max(1.0)).clamp(TITLE, ORGAN);
            let organ = balanced(&document.issuer, Weight::Bold, MEASURE / size, self.faces);
            let leaf = self.leaf();
            self.layout.nodes.push(Node::Paragraph(leaf));
            self.centred(organ, size, size * 1.35, Ink::Red, leaf);
            self.y += LEADING * 0.8;
            self.number(document);
            self.y += LEADING * 0.35;
            self.rule(self.y, 1.6, Ink::Red);
            self.y += LEADING * 1.5;
            self.title(document);
            self.y += LEADING * 0.6;
        } else {
            self.title(document);
            self.number(document);
            self.y += LEADING * 0.4;
        }
    }

    fn number(&mut self, document: &Document) {
        let number = balanced(&document.number, Weight::Body, MEASURE / BODY, self.faces);
        let leaf = self.leaf();
        self.layout.nodes.push(Node::Paragraph(leaf));
        self.centred(number, BODY, LEADING, Ink::Black, leaf);
    }

    fn title(&mut self, document: &Document) {
        let title = balanced(&document.title, Weight::Bold, MEASURE / TITLE, self.faces);
        let leaf = self.leaf();
        self.layout.nodes.push(Node::Title(leaf));
        self.centred(title, TITLE, TITLE_LEADING, Ink::Black, leaf);
    }

    fn heading(&mut self, text: &str) {
        let (page, y) = (self.layout.pages.len() - 1, self.y);
        let leaf = self.body(text, Weight::Bold, 2.0);
        self.layout.nodes.push(Node::Heading { leaf, text: text.to_owned(), page, y });
    }

    fn paragraph(&mut self, text: &str, indent: f32) {
        let leaf = self.body(text, Weight::Body, indent);
        self.layout.nodes.push(Node::Paragraph(leaf));
    }

    fn body(&mut self, text: &str, weight: Weight, indent: f32) -> usize {
        let leaf = self.leaf();
        let shape = Shape { weight, measure: 28.0, indent, justify: true };
        for line in lines(text, shape, self.faces) {
            self.need(LEADING);
            let (x, y) = (LEFT + line.indent * BODY, self.y + baseline(LEADING, BODY));
            self.mark(Mark::Text { x, y, size: BODY, ink: Ink::Black, line, owner: Owner::Leaf(leaf) });
            self.y += LEADING;
        }
        leaf
    }

    /// 签署人, 发文机关署名 and 成文日期 on the right, the date four characters from the edge.
    fn closing(&mut self, document: &Document) {
        let date = day::day(document.dated_on);
        let texts: Vec<String> =
            document.signature().into_iter().chain([document.issuer.clone(), date.clone()]).collect();
        let shape = Shape { weight: Weight::Body, measure: 26.0, indent: 0.0, justify: false };
        let set: Vec<Vec<Line>> = texts.iter().map(|text| lines(text, shape, self.faces)).collect();
        let count: usize = set.iter().map(Vec::len).sum();
        self.need(LEADING * (count as f32 + 2.0));
        self.y += LEADING * 2.0;
        let width = |lines: &[Line]| lines.iter().map(|line| line.width).fold(0.0, f32::max) * BODY;
        let date_width = set.last().map_or(0.0, |lines| width(lines));
        let centre = RIGHT - 4.0 * BODY - date_width / 2.0;
        for lines in set {
            let leaf = self.leaf();
            self.layout.nodes.push(Node::Paragraph(leaf));
            let right = (centre + width(&lines) / 2.0).min(RIGHT - 2.0 * BODY);
            for line in lines {
                let (x, y) = (right - line.width * BODY, self.y + baseline(LEADING, BODY));
                self.mark(Mark::Text { x, y, size: BODY, ink: Ink::Black, line, owner: Owner::Leaf(leaf) });
                self.y += LEADING;
            }
        }
    }

    /// 版记 at the foot of the last page: the act shown, who issued and when.
    fn imprint(&mut self, document: &Document) {
        let shape = Shape { weight: Weight::Body, measure: MEASURE / SMALL - 2.0, indent: 0.0, justify: false };
        let proof: Vec<Vec<Line>> = document.proof.lines().iter().map(|text| lines(text, shape, self.faces)).collect();
        let issued = lines(&document.issued(), shape, self.faces);
        let half = Shape { measure: MEASURE / SMALL - 16.0, ..shape };
        let issuer = lines(&document.issuer, half, self.faces);
        let count = proof.iter().map(Vec::len).sum::<usize>() + issuer.len();
        let height = SMALL_LEADING * count as f32 + 12.0;
        self.need(height + LEADING);
        self.y = BOTTOM - height;
        self.rule(self.y, 1.0, Ink::Black);
        self.y += 3.0;
        for lines in proof {
            self.small(lines, LEFT + SMALL);
        }
        self.y += 3.0;
        self.rule(self.y, 0.7, Ink::Black);
        self.y += 3.0;
        let top = self.y;
        self.small(issuer, LEFT + SMALL);
        let below = self.y;
        self.y = top;
        let width = issued.iter().map(|line| line.width).fold(0.0, f32::max) * SMALL;
        self.small(issued, RIGHT - SMALL - width);
        self.y = below.max(self.y);
        self.rule(self.y + 3.0, 1.0, Ink::Black);
    }

    fn small(&mut self, lines: Vec<Line>, x: f32) {
        let leaf = self.leaf();
        self.layout.nodes.push(Node::Paragraph(leaf));
        for line in lines {
            let y = self.y + baseline(SMALL_LEADING, SMALL);
            self.mark(Mark::Text { x, y, size: SMALL, ink: Ink::Black, line, owner: Owner::Leaf(leaf) });
            self.y += SMALL_LEADING;
        }
    }

    /// — 1 —, right on odd pages and left on even ones.
    fn folios(&mut self) {
        let shape = Shape { weight: Weight::Body, measure: 28.0, indent: 0.0, justify: false };
        for (at, page) in self.layout.pages.iter_mut().enumerate() {
            let Some(line) = lines(&format!("— {} —", at + 1), shape, self.faces).into_iter().next() else {
                continue;
            };
            let x = if at % 2 == 0 { RIGHT - FOLIO - line.width * FOLIO } else { LEFT + FOLIO };
            page.push(Mark::Text { x, y: FOLIO_BASELINE, size: FOLIO, ink: Ink::Black, line, owner: Owner::Folio });
        }
    }
}
