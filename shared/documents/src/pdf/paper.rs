//! The sheet of GB/T 9704, in points, and the sizes of type on it.

/// One millimetre.
const MM: f32 = 72.0 / 25.4;

/// A4.
pub(super) const WIDTH: f32 = 210.0 * MM;
pub(super) const HEIGHT: f32 = 297.0 * MM;
/// 版心: 156 mm by 225 mm, 28 mm from the left and 37 mm from above.
pub(super) const LEFT: f32 = 28.0 * MM;
pub(super) const TOP: f32 = 37.0 * MM;
pub(super) const MEASURE: f32 = 156.0 * MM;
pub(super) const BOTTOM: f32 = TOP + 225.0 * MM;
pub(super) const RIGHT: f32 = LEFT + MEASURE;

/// 28 characters in a line: three hundredths below 三号 (16 points).
pub(super) const BODY: f32 = MEASURE / 28.0;
/// 22 lines on a page.
pub(super) const LEADING: f32 = 225.0 * MM / 22.0;
/// 二号.
pub(super) const TITLE: f32 = 22.0;
pub(super) const TITLE_LEADING: f32 = 34.0;
/// 发文机关标志, at most; a long name is set smaller.
pub(super) const ORGAN: f32 = 36.0;
/// 五号, in tables and imprint.
pub(super) const SMALL: f32 = 10.5;
pub(super) const SMALL_LEADING: f32 = 16.5;
/// 四号, page numbers; 7 mm below the text.
pub(super) const FOLIO: f32 = 14.0;
pub(super) const FOLIO_BASELINE: f32 = BOTTOM + 7.0 * MM + 8.0;
/// Inside a table's cell.
pub(super) const PADDING: f32 = 4.0;

/// Where the baseline lies in a line of this leading, measured from its top, for type of this size.
pub(super) fn baseline(leading: f32, size: f32) -> f32 {
    // Chinese type stands from 0.88 em above the baseline to 0.12 em below it.
    (leading - size) / 2.0 + 0.88 * size
}
