//! How large a user's file may be, in one place: nothing a user sends makes a node use unbounded memory (DESIGN 4.7).

/// The largest file taken in.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;

/// The most that a workbook may unpack to, all parts together: a zip bomb stops here.
pub const MAX_UNPACKED_BYTES: u64 = 512 * 1024 * 1024;

/// The most parts that a workbook's archive may hold.
pub const MAX_ARCHIVE_PARTS: usize = 4_096;

/// The most rows of a file, all sheets together; Excel's own limit of one sheet.
pub const MAX_ROWS: usize = 1_048_576;

/// The most columns of a sheet; the widest national layout has 45.
pub const MAX_COLUMNS: usize = 256;

/// The most cells of a file, all sheets together, empty ones inside the used rectangle counted.
pub const MAX_CELLS: usize = 16_000_000;

/// The most sheets of a workbook.
pub const MAX_SHEETS: usize = 64;

/// The most characters of one cell; Excel's own limit.
pub const MAX_CELL_CHARS: usize = 32_767;

/// The most text of a file once decoded, in bytes, all cells together.
pub const MAX_TEXT_BYTES: usize = 256 * 1024 * 1024;

/// How many rows from the top of a sheet are searched for the header: titles and notes stand above it.
pub const MAX_HEADER_SEARCH_ROWS: usize = 20;

/// The most characters of a name, an organ, a document number and other short texts.
pub const MAX_SHORT_TEXT_CHARS: usize = 200;

/// The most characters of facts, repair methods and other running text; keeps an encoded entry below 64 KiB.
pub const MAX_LONG_TEXT_CHARS: usize = 6_000;

/// The most criteria of one entry.
pub const MAX_CRITERIA: usize = 16;

/// The most characters of everything that one row confirms in words.
pub const MAX_ATTESTED_CHARS: usize = 6_000;

/// The most problems kept with their text; beyond it they are counted only.
pub const MAX_PROBLEMS_KEPT: usize = 200_000;

const _: () = assert!(3 * (2 * MAX_LONG_TEXT_CHARS + 16 * MAX_SHORT_TEXT_CHARS + MAX_ATTESTED_CHARS) < 64 * 1024);
