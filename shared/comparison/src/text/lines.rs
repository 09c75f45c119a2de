//! Lines of a text that are read again.

use std::fs::File;
use std::os::unix::fs::FileExt;

use memchr::memchr;

use crate::fault::Fault;
use crate::text::line::LONGEST;

/// Bytes read of a line at first.
const ENOUGH: usize = 256;

/// Bytes between two lines that cost less to read than to ask for the second one.
const NEAR: u64 = 2048;

/// Lines read together at most.
const TOGETHER: usize = 64;

/// Lines of one text by their places.
#[derive(Debug, Default)]
pub struct Lines {
    /// Ascending, each once.
    places: Vec<u64>,
    /// Where in the text the line at each place ends.
    ends: Vec<usize>,
    text: Vec<u8>,
    /// What was read last.
    window: Vec<u8>,
    /// A line longer than most.
    long: Vec<u8>,
}

impl Lines {
    /// Reads the lines at these places, in whatever order, in place of what was read before.
    pub fn read(&mut self, file: &File, places: impl Iterator<Item = u64>) -> Result<(), Fault> {
        self.places.clear();
        self.places.extend(places);
        self.places.sort_unstable();
        self.places.dedup();
        self.ends.clear();
        self.text.clear();
        let mut rest = self.places.as_slice();
        while let Some(first) = rest.first() {
            // Lines that stand near one another come with one reading.
            let near = rest.windows(2).take_while(|pair| matches!(pair, [one, next] if next - one < NEAR)).count() + 1;
            let (together, after) = rest.split_at(near.min(TOGETHER).min(rest.len()));
            rest = after;
            let reach = together.last().map_or(0, |last| last - first) as usize + ENOUGH;
            read_up_to(file, *first, reach, &mut self.window)?;
            for place in together {
                let bytes = self.window.get((place - first) as usize..).unwrap_or_default();
                match memchr(b'\n', bytes) {
                    Some(end) => self.text.extend_from_slice(bytes.get(..end).unwrap_or_default()),
                    None => {
                        read_up_to(file, *place, LONGEST + 2, &mut self.long)?;
                        let end = memchr(b'\n', &self.long).unwrap_or(self.long.len());
                        self.text.extend_from_slice(self.long.get(..end).unwrap_or_default());
                    }
                }
                self.ends.push(self.text.len());
            }
        }
        Ok(())
    }

    /// The line at a place, without its break.
    pub fn at(&self, place: u64) -> Option<&[u8]> {
        self.number(self.places.binary_search(&place).ok()?)
    }

    /// All of them with their places.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.places.iter().enumerate().filter_map(|(number, place)| Some((*place, self.number(number)?)))
    }

    fn number(&self, number: usize) -> Option<&[u8]> {
        let start = number.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before))?;
        self.text.get(*start..*self.ends.get(number)?)
    }
}

/// Reads so many bytes from a place on, or as many as there are.
fn read_up_to(file: &File, place: u64, wanted: usize, bytes: &mut Vec<u8>) -> Result<(), Fault> {
    bytes.resize(wanted, 0);
    let mut held = 0;
    while let Some(free) = bytes.get_mut(held..).filter(|free| !free.is_empty()) {
        match file.read_at(free, place + held as u64).map_err(Fault::file("read a list"))? {
            0 => break,
            read => held += read,
        }
    }
    bytes.truncate(held);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn lines_come_back_by_place_whatever_their_length_and_order() {
        let lines = ["short".to_owned(), "x".repeat(255), String::new(), "y".repeat(3_000), "last".to_owned()];
        let mut file = tempfile::tempfile().unwrap();
        let mut places = Vec::new();
        let mut place = 0;
        for line in &lines {
            places.push(place);
            place += line.len() as u64 + 1;
        }
        write!(file, "{}", lines.join("\n")).unwrap();
        let mut read = Lines::default();
        read.read(&file, places.iter().rev().chain(&places).copied()).unwrap();
        assert!(places.iter().zip(&lines).all(|(place, line)| read.at(*place) == Some(line.as_bytes())));
        assert_eq!(read.at(1), None);
        assert!(read.iter().map(|(place, _)| place).eq(places));
    }
}
