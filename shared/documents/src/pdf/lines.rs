//! Text into lines: the Unicode algorithm (UAX 14) says where one may end, widths say where it must.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::fonts::{Faces, Glyph, Weight};

/// Gaps between characters are stretched by this many em at most to make a line full.
const MAX_STRETCH: f32 = 0.3;

/// A character of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set {
    pub c: char,
    pub glyph: Glyph,
}

/// A line, in em.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub set: Vec<Set>,
    /// Natural width.
    pub width: f32,
    /// Left out at its beginning.
    pub indent: f32,
    /// Put after every character but the last.
    pub stretch: f32,
}

/// How a text is broken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub weight: Weight,
    /// Width of the lines in em.
    pub measure: f32,
    /// Of the first line, in em.
    pub indent: f32,
    /// Whether full lines are stretched to the measure.
    pub justify: bool,
}

/// Breaks a text. Words that are longer than a line are broken anywhere: digests, long codes.
pub(super) fn lines(text: &str, shape: Shape, faces: &Faces<'_>) -> Vec<Line> {
    let mut may_end = vec![false; text.len() + 1];
    for (at, opportunity) in linebreaks(text) {
        if let (Some(place), BreakOpportunity::Allowed | BreakOpportunity::Mandatory) =
            (may_end.get_mut(at), opportunity)
        {
            *place = true;
        }
    }
    let mut lines = Vec::new();
    let mut line = Line { set: Vec::new(), width: 0.0, indent: shape.indent, stretch: 0.0 };
    // Characters of the line up to the last place where it may end.
    let mut safe = 0;
    for (at, c) in text.char_indices() {
        let glyph = faces.glyph(shape.weight, c);
        let hangs = c == ' ';
        if !hangs && line.indent + line.width + glyph.advance > shape.measure + 0.001 && !line.set.is_empty() {
            let cut = if safe > 0 { safe } else { line.set.len() };
            let rest = line.set.split_off(cut);
            lines.push(finished(line, shape, false));
            let width = rest.iter().map(|set| set.glyph.advance).sum();
            line = Line { set: rest, width, indent: 0.0, stretch: 0.0 };
            safe = 0;
        }
        if line.set.is_empty() && hangs && !lines.is_empty() {
            continue;
        }
        line.width += glyph.advance;
        line.set.push(Set { c, glyph });
        if may_end.get(at + c.len_utf8()).copied().unwrap_or_default() {
            safe = line.set.len();
        }
    }
    if !line.set.is_empty() || lines.is_empty() {
        lines.push(finished(line, shape, true));
    }
    lines
}

fn finished(mut line: Line, shape: Shape, last: bool) -> Line {
    while line.set.last().is_some_and(|set| set.c == ' ') {
        let gone = line.set.pop().map_or(0.0, |set| set.glyph.advance);
        line.width -= gone;
    }
    let gaps = line.set.len().saturating_sub(1);
    if shape.justify && !last && gaps > 0 {
        let stretch = (shape.measure - line.indent - line.width) / gaps as f32;
        if stretch > 0.0 && stretch <= MAX_STRETCH {
            line.stretch = stretch;
        }
    }
    line
}

/// Breaks a heading into lines of about one length.
pub(super) fn balanced(text: &str, weight: Weight, measure: f32, faces: &Faces<'_>) -> Vec<Line> {
    let whole: f32 = text.chars().map(|c| faces.glyph(weight, c).advance).sum();
    let wanted = (whole / measure).ceil().max(1.0);
    let shape = |measure| Shape { weight, measure, indent: 0.0, justify: false };
    let mut even = (whole / wanted).ceil();
    while even < measure {
        let lines = lines(text, shape(even), faces);
        if lines.len() as f32 <= wanted {
            return lines;
        }
        even += 1.0;
    }
    lines(text, shape(measure), faces)
}
