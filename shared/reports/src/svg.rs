//! Bars and columns as inline SVG: no script, no font, a title and a description for whoever listens instead of looks.
//!
//! Colours are classes (`fill-…`), set by the page. Every bar says its number in text, so that nothing hangs on colour.

use std::fmt::Write;

use crate::html::escape;

/// Width of a chart in its own units; the page scales it.
const WIDTH: f64 = 720.0;
/// Height of a letter.
const TEXT: f64 = 13.0;
/// From one bar to the next.
const STEP: f64 = 28.0;
/// Thickness of a bar.
const BAR: f64 = 16.0;
/// Labels wider than this are cut.
const LABEL_MAX: f64 = 230.0;
/// Height of the area of columns.
const COLUMNS: f64 = 180.0;

/// A chart's name for those who cannot see it.
#[derive(Clone, Copy, Debug)]
pub struct Caption<'a> {
    /// Unique on the page: letters, digits, hyphens.
    pub id: &'a str,
    /// What it is.
    pub title: &'a str,
    /// What it shows, in a sentence.
    pub description: &'a str,
}

/// One horizontal bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Before it.
    pub label: String,
    /// Its parts from the left: class of the colour, size.
    pub parts: Vec<(&'static str, u64)>,
    /// After it.
    pub note: String,
}

/// How long bars are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// By size: the longest bar fills the width.
    Common,
    /// Every bar fills the width; its parts are shares of it.
    Shares,
}

/// Horizontal bars.
pub fn bars(caption: Caption<'_>, rows: &[Bar], scale: Scale) -> String {
    let widest = |of: fn(&Bar) -> &str| rows.iter().map(|row| width_of(of(row))).fold(0.0, f64::max);
    let left = widest(|row| &row.label).min(LABEL_MAX) + 12.0;
    let room = (WIDTH - left - widest(|row| &row.note) - 16.0).max(120.0);
    let total = |row: &Bar| row.parts.iter().map(|(_, size)| size).sum::<u64>();
    let longest = rows.iter().map(total).max().unwrap_or(0).max(1);
    let mut out = String::new();
    open(&mut out, caption, rows.len() as f64 * STEP + 4.0);
    for (number, row) in rows.iter().enumerate() {
        let top = number as f64 * STEP + 4.0;
        let base = top + BAR - 3.5;
        let whole = match scale {
            Scale::Common => longest,
            Scale::Shares => total(row).max(1),
        };
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{base:.1}\" text-anchor=\"end\">{}</text>",
            left - 8.0,
            escape(&cut(&row.label, LABEL_MAX))
        );
        let _ = writeln!(
            out,
            "<rect class=\"track\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{room:.1}\" height=\"{BAR}\" rx=\"2\"/>"
        );
        let mut from = left;
        for (class, size) in row.parts.iter().filter(|(_, size)| *size > 0) {
            let long = *size as f64 / whole as f64 * room;
            let _ = writeln!(
                out,
                "<rect class=\"fill-{class}\" x=\"{from:.2}\" y=\"{top:.1}\" width=\"{long:.2}\" height=\"{BAR}\"/>"
            );
            from += long;
        }
        let after = match scale {
            Scale::Common => from,
            Scale::Shares => left + room,
        };
        let _ = writeln!(
            out,
            "<text class=\"value\" x=\"{:.1}\" y=\"{base:.1}\">{}</text>",
            after + 8.0,
            escape(&row.note)
        );
    }
    out.push_str("</svg>\n");
    out
}

/// Upright columns: what each is called, and its size.
pub fn columns(caption: Caption<'_>, class: &str, rows: &[(String, u64)]) -> String {
    let highest = rows.iter().map(|(_, size)| *size).max().unwrap_or(0).max(1);
    let step = (WIDTH - 8.0) / rows.len().max(1) as f64;
    let wide = (step * 0.72).min(64.0);
    let mut out = String::new();
    open(&mut out, caption, COLUMNS + 44.0);
    let floor = COLUMNS + 20.0;
    for (number, (label, size)) in rows.iter().enumerate() {
        let middle = 4.0 + step * (number as f64 + 0.5);
        let high = *size as f64 / highest as f64 * COLUMNS;
        let (left, top) = (middle - wide / 2.0, floor - high);
        let _ = writeln!(
            out,
            "<rect class=\"fill-{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\"/>"
        );
        if *size > 0 {
            let _ = writeln!(
                out,
                "<text class=\"value\" x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{size}</text>",
                top - 5.0
            );
        }
        let _ = writeln!(
            out,
            "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            floor + 18.0,
            escape(label)
        );
    }
    let _ = writeln!(out, "<line class=\"axis\" x1=\"4\" x2=\"{:.1}\" y1=\"{floor}\" y2=\"{floor}\"/>", WIDTH - 4.0);
    out.push_str("</svg>\n");
    out
}

fn open(out: &mut String, caption: Caption<'_>, height: f64) {
    let Caption { id, title, description } = caption;
    let _ = writeln!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" font-size=\"{TEXT}\">\n\
         <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
        escape(title),
        escape(description)
    );
}

/// About how wide a text is: a Chinese character is as wide as high, a Latin one a little more than half of that.
fn width_of(text: &str) -> f64 {
    text.chars().map(letter_width).sum()
}

fn letter_width(c: char) -> f64 {
    if c.is_ascii() || c == '–' { TEXT * 0.58 } else { TEXT }
}

fn cut(text: &str, most: f64) -> String {
    if width_of(text) <= most {
        return text.to_owned();
    }
    let mut wide = TEXT;
    let kept = text.chars().take_while(|c| {
        wide += letter_width(*c);
        wide <= most
    });
    kept.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPTION: Caption<'static> = Caption { id: "c", title: "题<名>", description: "说明" };

    #[test]
    fn a_chart_is_named_and_every_bar_says_its_number() {
        let bar =
            |label: &str, size| Bar { label: label.to_owned(), parts: vec![("red", size)], note: size.to_string() };
        let drawn = bars(CAPTION, &[bar("商务", 4), bar("税务 & 其他", 0)], Scale::Common);
        assert!(drawn.contains("<title id=\"c-t\">题&lt;名&gt;</title><desc id=\"c-d\">说明</desc>"));
        assert!(drawn.contains(">4</text>") && drawn.contains(">0</text>") && drawn.contains("税务 &amp; 其他"));
        assert_eq!(drawn.matches("class=\"fill-red\"").count(), 1, "nothing is drawn for nothing");
    }

    #[test]
    fn the_longest_bar_ends_within_the_chart() {
        let label = "非常长的部门名称".repeat(8);
        let row = Bar { label, parts: vec![("red", 7), ("grey", 3)], note: "70.00%".to_owned() };
        for scale in [Scale::Common, Scale::Shares] {
            let drawn = bars(CAPTION, std::slice::from_ref(&row), scale);
            let ends = drawn.lines().filter(|line| line.starts_with("<text class=\"value\""));
            for line in ends {
                let x: f64 = line.split('"').nth(3).unwrap().parse().unwrap();
                assert!(x + width_of("70.00%") <= WIDTH, "{line}");
            }
        }
        assert!(cut(&"长".repeat(90), LABEL_MAX).ends_with('…'));
    }

    #[test]
    fn columns_stand_on_one_line() {
        let drawn = columns(CAPTION, "ink", &[("40–44".to_owned(), 3), ("45–49".to_owned(), 0)]);
        assert_eq!(drawn.matches("<rect").count(), 2);
        assert!(drawn.contains("height=\"180.0\"") && drawn.contains("height=\"0.0\"") && drawn.contains("40–44"));
    }
}
