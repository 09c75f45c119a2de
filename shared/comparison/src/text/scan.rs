//! Texts line by line, on all threads.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use memchr::memchr;

use crate::fault::Fault;
use crate::filter::Filter;
use crate::join::{Collector, Side};
use crate::text::line::{CODE_AND_DAY, LONGEST, code_and_day};
use crate::watch::{Step, Watch};

/// Bytes of a piece that one thread reads at a time.
const PIECE: u64 = 1 << 18;

/// Lines read before what they say is put away: the one keeps the processor's arithmetic busy, the other waits for memory,
/// and so many may wait side by side.
pub const TOGETHER: usize = 256;

/// A scan over some texts, shared by the threads.
pub struct Scan<'a> {
    pieces: Vec<Piece<'a>>,
    next: AtomicUsize,
    done: AtomicU64,
    total: u64,
    watch: &'a dyn Watch,
    step: Step,
}

struct Piece<'a> {
    side: Side,
    file: &'a File,
    start: u64,
    end: u64,
    length: u64,
}

/// Who takes the lines of a scan, with the places of their first bytes.
pub trait Taker {
    /// Lines that are a sound USCC and a day each: their organisation codes and places, at most [`TOGETHER`].
    fn sound(&mut self, side: Side, lines: &[(u64, u64)]) -> Result<(), Fault>;
    /// Any other line.
    fn line(&mut self, side: Side, place: u64, bytes: &[u8]) -> Result<(), Fault>;
}

impl<'a> Scan<'a> {
    /// Over texts of some length, in this order; `done` bytes of the step's `total` were read before.
    pub fn new(texts: &[(Side, &'a File, u64)], watch: &'a dyn Watch, step: Step, done: u64, total: u64) -> Self {
        let mut pieces = Vec::new();
        for (side, file, length) in texts {
            let mut start = 0;
            while start < *length {
                let end = (start + PIECE).min(*length);
                pieces.push(Piece { side: *side, file, start, end, length: *length });
                start = end;
            }
        }
        Self { pieces, next: AtomicUsize::new(0), done: AtomicU64::new(done), total, watch, step }
    }

    /// Shows this thread's share of the lines with the places of their first bytes; a line longer than [`LONGEST`] is
    /// shown cut, and so is never an entry.
    ///
    /// Lines that are a sound USCC and a day are told by their organisation code.
    pub fn run<T: Taker>(&self, taker: &mut T) -> Result<(), Fault> {
        let mut buffer = Vec::new();
        let mut sound = [(0, 0); TOGETHER];
        loop {
            let Some(piece) = self.pieces.get(self.next.fetch_add(1, Ordering::Relaxed)) else { return Ok(()) };
            if self.watch.is_cancelled() {
                return Err(Fault::Cancelled);
            }
            piece.run(&mut buffer, &mut sound, taker)?;
            let bytes = piece.end - piece.start;
            let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
            self.watch.progress(self.step, done, self.total);
        }
    }
}

impl Piece<'_> {
    /// Shows the lines that begin in this piece.
    fn run<T: Taker>(
        &self,
        buffer: &mut Vec<u8>,
        sound: &mut [(u64, u64); TOGETHER],
        taker: &mut T,
    ) -> Result<(), Fault> {
        // One byte before says whether a line begins here; one line more is where the last one ends.
        let from = self.start.saturating_sub(1);
        let to = (self.end + LONGEST as u64 + 2).min(self.length);
        buffer.resize(usize::try_from(to - from).unwrap_or(usize::MAX), 0);
        self.file.read_exact_at(buffer, from).map_err(Fault::file("read a list"))?;
        let bytes = buffer.as_slice();
        let mut at = match self.start {
            0 => 0,
            _ => memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1),
        };
        let limit = usize::try_from(self.end - from).unwrap_or(usize::MAX).min(bytes.len());
        while at < limit {
            // Nearly every line is a code and a day; then nobody need look for its end.
            let mut count = 0;
            for line in sound.iter_mut() {
                if at >= limit {
                    break;
                }
                let Some(organisation) = bytes.get(at..).and_then(<[u8]>::first_chunk).and_then(code_and_day) else {
                    break;
                };
                *line = (organisation, from + at as u64);
                count += 1;
                at += CODE_AND_DAY;
            }
            taker.sound(self.side, sound.get(..count).unwrap_or_default())?;
            if count == TOGETHER || at >= limit {
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let length = memchr(b'\n', rest).unwrap_or(rest.len());
            taker.line(self.side, from + at as u64, rest.get(..length).unwrap_or_default())?;
            at += length + 1;
        }
        Ok(())
    }
}

/// Keys in one word of the filter of weak keys.
const WEAK_KEYS_PER_WORD: usize = 4;

/// Which weak keys the open entries of one side have.
pub fn open_keys(collected: &[Collector], side: Side) -> Result<Filter, Fault> {
    let mut count = 0_usize;
    for collector in collected {
        collector.open_keys(side, |_| count += 1)?;
    }
    let mut keys = Filter::default();
    keys.renew(count, WEAK_KEYS_PER_WORD);
    for collector in collected {
        collector.open_keys(side, |key| keys.add(key))?;
    }
    Ok(keys)
}
