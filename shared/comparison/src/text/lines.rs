//! Lines of a text that are read again.

use std::fs::File;
use std::os::unix::fs::FileExt;

use memchr::memchr;

use crate::fault::Fault;
use crate::text::line::LONGEST;

/// Bytes read of a line at first.
const ENOUGH: usize = 256;

/// Lines of one text by their places.
#[derive(Debug, Default)]
pub struct Lines {
    /// Ascending, each once.
    places: Vec<u64>,
    /// Where in the text the line at each place ends.
    ends: Vec<usize>,
    text: Vec<u8>,
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
        for place in &self.places {
            append_line(file, *place, &mut self.text)?;
            self.ends.push(self.text.len());
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

/// Appends the line at a place; of one that is too long, its beginning.
fn append_line(file: &File, place: u64, text: &mut Vec<u8>) -> Result<(), Fault> {
    let start = text.len();
    let mut wanted = ENOUGH;
    loop {
        text.resize(start + wanted, 0);
        let mut held = 0;
        while let Some(free) = text.get_mut(start + held..).filter(|free| !free.is_empty()) {
            match file.read_at(free, place + held as u64).map_err(Fault::file("read a list"))? {
                0 => break,
                read => held += read,
            }
        }
        text.truncate(start + held);
        let end = memchr(b'\n', text.get(start..).unwrap_or_default());
        if let Some(end) = end {
            text.truncate(start + end);
        }
        if end.is_some() || held < wanted || wanted > LONGEST {
            return Ok(());
        }
        wanted *= 8;
    }
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
