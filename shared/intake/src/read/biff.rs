//! Measures an XLS workbook before calamine parses it.
//!
//! calamine allocates a dense rectangle for every sheet and a copy of the text for every cell, as the records say.
//! A few bytes could thus ask for more memory than there is, and a failed allocation ends the process. So the
//! records are walked first, and what was walked is wrapped afresh: the parser sees no other stream than this one.

use std::io::{Cursor, Read, Write};

use cfb::{CompoundFile, Version};

use super::within;
use crate::fault::IntakeFault;
use crate::limit;

/// Columns of an XLS sheet, by its format.
const XLS_COLUMNS: usize = 256;

mod record {
    pub const FORMULA: u16 = 0x0006;
    pub const END: u16 = 0x000A;
    pub const CONTINUE: u16 = 0x003C;
    pub const BOUND_SHEET: u16 = 0x0085;
    pub const MUL_RK: u16 = 0x00BD;
    pub const RICH_LABEL: u16 = 0x00D6;
    pub const SHARED_STRINGS: u16 = 0x00FC;
    pub const SHARED_LABEL: u16 = 0x00FD;
    pub const DIMENSIONS: u16 = 0x0200;
    pub const NUMBER: u16 = 0x0203;
    pub const LABEL: u16 = 0x0204;
    pub const BOOL_OR_ERROR: u16 = 0x0205;
    pub const RK: u16 = 0x027E;
    pub const BEGIN: u16 = 0x0809;
}

/// Takes the workbook stream out of a compound file, measures it and wraps it afresh.
pub(super) fn measured(bytes: &[u8]) -> Result<Vec<u8>, IntakeFault> {
    let damaged = |detail: &dyn std::fmt::Display| IntakeFault::Damaged { format: "XLS", detail: detail.to_string() };
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if file.exists("/EncryptedPackage") {
        return Err(IntakeFault::PasswordProtected);
    }
    let name = ["/Workbook", "/Book", "/WORKBOOK", "/BOOK"].into_iter().find(|name| file.is_stream(name));
    let Some(name) = name else {
        let found = if file.exists("/WordDocument") { "Word 文档" } else { "复合文档" };
        return Err(IntakeFault::UnknownFormat { found });
    };
    let mut stream = Vec::new();
    let part = file.open_stream(name).map_err(|error| damaged(&error))?;
    part.take(limit::MAX_FILE_BYTES as u64).read_to_end(&mut stream).map_err(|error| damaged(&error))?;
    measure(&stream)?;

    let mut fresh =
        CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new())).map_err(|error| damaged(&error))?;
    let mut part = fresh.create_stream("/Workbook").map_err(|error| damaged(&error))?;
    part.write_all(&stream).and_then(|()| part.flush()).map_err(|error| damaged(&error))?;
    drop(part);
    Ok(fresh.into_inner().into_inner())
}

fn measure(stream: &[u8]) -> Result<(), IntakeFault> {
    let mut sheet_starts = Vec::new();
    let mut string_lengths = Vec::new();
    let mut records = Records { rest: stream };
    while let Some((kind, data)) = records.next()? {
        match kind {
            record::BOUND_SHEET => sheet_starts.push(u32_at(data, 0)? as usize),
            record::SHARED_STRINGS => {
                let mut parts = vec![data];
                while let Some(more) = records.next_continue()? {
                    parts.push(more);
                }
                string_lengths = shared_string_lengths(&parts)?;
            }
            record::END => break,
            _ => {}
        }
    }
    within(sheet_starts.len(), limit::MAX_SHEETS, "工作表数")?;
    let (mut cells, mut text) = (0_usize, 0_usize);
    for start in sheet_starts {
        let sheet = stream.get(start..).ok_or_else(|| broken("工作表偏移"))?;
        let used = measure_sheet(sheet, &string_lengths)?;
        cells = cells.saturating_add(used.rows.saturating_mul(used.columns));
        text = text.saturating_add(used.text);
        within(cells, limit::MAX_CELLS, "单元格数")?;
        within(text, limit::MAX_TEXT_BYTES, "文字总量")?;
    }
    Ok(())
}

#[derive(Default)]
struct Used {
    rows: usize,
    columns: usize,
    text: usize,
}

/// Walks one sheet. Records of charts embedded in it are counted too, which errs on the safe side.
fn measure_sheet(sheet: &[u8], string_lengths: &[usize]) -> Result<Used, IntakeFault> {
    let mut used = Used::default();
    let mut depth = 0_u32;
    let mut records = Records { rest: sheet };
    while let Some((kind, data)) = records.next()? {
        match kind {
            record::BEGIN => depth += 1,
            record::END if depth <= 1 => break,
            record::END => depth -= 1,
            record::DIMENSIONS => check_dimensions(data)?,
            record::MUL_RK => {
                let last = data.len().checked_sub(2).ok_or_else(|| broken("MulRk"))?;
                used.reach(data, usize::from(u16_at(data, last)?))?;
            }
            record::SHARED_LABEL => {
                used.reach(data, usize::from(u16_at(data, 2)?))?;
                let index = u32_at(data, 6)? as usize;
                used.text = used.text.saturating_add(string_lengths.get(index).copied().unwrap_or(0));
            }
            record::FORMULA
            | record::RICH_LABEL
            | record::NUMBER
            | record::LABEL
            | record::BOOL_OR_ERROR
            | record::RK => used.reach(data, usize::from(u16_at(data, 2)?))?,
            _ => {}
        }
    }
    Ok(used)
}

impl Used {
    fn reach(&mut self, data: &[u8], column: usize) -> Result<(), IntakeFault> {
        within(column + 1, XLS_COLUMNS, "列数")?;
        self.rows = self.rows.max(usize::from(u16_at(data, 0)?) + 1);
        self.columns = self.columns.max(column + 1);
        Ok(())
    }
}

/// The reader reserves memory by this record, so it may not promise more than a sheet can hold.
fn check_dimensions(data: &[u8]) -> Result<(), IntakeFault> {
    let (first, end, columns) = match data.len() {
        10 => (u32::from(u16_at(data, 0)?), u32::from(u16_at(data, 2)?), u16_at(data, 6)?),
        14 | 16 => (u32_at(data, 0)?, u32_at(data, 4)?, u16_at(data, 10)?),
        _ => return Err(broken("Dimensions")),
    };
    within(usize::from(columns), XLS_COLUMNS, "列数")?;
    let end = usize::try_from(end).unwrap_or(usize::MAX);
    within(end.saturating_mul(usize::from(columns)), limit::MAX_CELLS, "单元格数")?;
    if end > 0 && usize::try_from(first).unwrap_or(usize::MAX) > end { Err(broken("Dimensions")) } else { Ok(()) }
}

/// Bytes that each shared string takes at most once decoded.
fn shared_string_lengths(parts: &[&[u8]]) -> Result<Vec<usize>, IntakeFault> {
    let mut strings = Strings { parts, rest: &[] };
    strings.next_part();
    strings.skip(8)?;
    let mut lengths = Vec::new();
    while !strings.rest.is_empty() || strings.next_part() {
        lengths.push(strings.one()?);
    }
    Ok(lengths)
}

struct Strings<'a> {
    parts: &'a [&'a [u8]],
    rest: &'a [u8],
}

impl Strings<'_> {
    fn next_part(&mut self) -> bool {
        let Some((first, others)) = self.parts.split_first() else { return false };
        (self.rest, self.parts) = (first, others);
        true
    }

    /// Skips bytes, over the borders of records if need be.
    fn skip(&mut self, mut count: usize) -> Result<(), IntakeFault> {
        while count > 0 {
            if self.rest.is_empty() && !self.next_part() {
                return Err(broken("共享字符串"));
            }
            let step = count.min(self.rest.len());
            self.rest = self.rest.get(step..).unwrap_or_default();
            count -= step;
        }
        Ok(())
    }

    fn one(&mut self) -> Result<usize, IntakeFault> {
        let characters = usize::from(u16_at(self.rest, 0)?);
        let flags = *self.rest.get(2).ok_or_else(|| broken("共享字符串"))?;
        let mut header = 3;
        let mut tail = 0_usize;
        if flags & 0x08 != 0 {
            tail += 4 * usize::from(u16_at(self.rest, header)?);
            header += 2;
        }
        if flags & 0x04 != 0 {
            tail = tail.saturating_add(u32_at(self.rest, header)? as usize);
            header += 4;
        }
        self.skip(header)?;
        let mut wide = flags & 1 != 0;
        let mut left = characters;
        while left > 0 {
            let width = if wide { 2 } else { 1 };
            let here = left.min(self.rest.len() / width);
            self.rest = self.rest.get(here * width..).unwrap_or_default();
            left -= here;
            if left > 0 {
                // The rest stands in the next record, which begins with its own flags.
                if !self.next_part() {
                    return Err(broken("共享字符串"));
                }
                wide = self.rest.first().ok_or_else(|| broken("共享字符串"))? & 1 != 0;
                self.rest = self.rest.get(1..).unwrap_or_default();
            }
        }
        self.skip(tail)?;
        Ok(3 * characters)
    }
}

struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Result<Option<(u16, &'a [u8])>, IntakeFault> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (kind, length) = (u16_at(self.rest, 0)?, usize::from(u16_at(self.rest, 2)?));
        let data = self.rest.get(4..4 + length).ok_or_else(|| broken("记录长度"))?;
        self.rest = self.rest.get(4 + length..).unwrap_or_default();
        Ok(Some((kind, data)))
    }

    fn next_continue(&mut self) -> Result<Option<&'a [u8]>, IntakeFault> {
        if self.rest.len() > 4 && u16_at(self.rest, 0)? == record::CONTINUE {
            return Ok(self.next()?.map(|(_, data)| data));
        }
        Ok(None)
    }
}

fn u16_at(data: &[u8], at: usize) -> Result<u16, IntakeFault> {
    data.get(at..).and_then(|rest| rest.first_chunk()).map(|raw| u16::from_le_bytes(*raw)).ok_or_else(|| broken("记录"))
}

fn u32_at(data: &[u8], at: usize) -> Result<u32, IntakeFault> {
    data.get(at..).and_then(|rest| rest.first_chunk()).map(|raw| u32::from_le_bytes(*raw)).ok_or_else(|| broken("记录"))
}

fn broken(what: &str) -> IntakeFault {
    IntakeFault::Damaged { format: "XLS", detail: format!("{what}不完整") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend_from_slice(&u16::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(data);
        bytes
    }

    fn workbook(sheet: &[u8]) -> Vec<u8> {
        let bound = [&0_u32.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat();
        let head_length = 4 + bound.len() + 4;
        let bound = [&u32::try_from(head_length).unwrap().to_le_bytes()[..], &bound[4..]].concat();
        [record(record::BOUND_SHEET, &bound), record(record::END, &[]), sheet.to_vec()].concat()
    }

    #[test]
    fn dimensions_that_promise_more_than_a_sheet_holds_are_refused() {
        let huge =
            [&0_u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &[0, 0], &256_u16.to_le_bytes(), &[0, 0]].concat();
        let fault = measure(&workbook(&record(record::DIMENSIONS, &huge))).unwrap_err();
        assert_eq!(fault.code(), "INTAKE_OVER_LIMIT");
    }

    #[test]
    fn a_cell_beyond_the_last_column_is_refused() {
        let cell = [&65_535_u16.to_le_bytes()[..], &65_535_u16.to_le_bytes(), &[0; 10]].concat();
        let fault = measure(&workbook(&record(record::NUMBER, &cell))).unwrap_err();
        assert_eq!(fault.code(), "INTAKE_OVER_LIMIT");
    }

    #[test]
    fn one_long_text_repeated_in_every_cell_is_refused() {
        let text = [&[0; 8][..], &8_000_u16.to_le_bytes(), &[0], &[b'x'; 8_000]].concat();
        let mut sheet = Vec::new();
        for row in 0..15_000_u16 {
            let cell = [&row.to_le_bytes()[..], &[0; 8]].concat();
            sheet.extend(record(record::SHARED_LABEL, &cell));
        }
        let strings = record(record::SHARED_STRINGS, &text);
        let mut stream = workbook(&sheet);
        let shift = u32::try_from(strings.len()).unwrap();
        let start = u32_at(&stream, 4).unwrap() + shift;
        stream.splice(4..8, start.to_le_bytes());
        stream.splice(0..0, strings);
        let fault = measure(&stream).unwrap_err();
        assert_eq!(fault.code(), "INTAKE_OVER_LIMIT");
    }
}
