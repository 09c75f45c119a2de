//! One line of a list.

use chrono::NaiveDate;
use honghei_domain::comparison::{Fact, Identity, Standing};
use honghei_domain::identifier::{OrganisationCode, RegistrationNumber, Uscc};
use honghei_domain::list::CaseId;
use honghei_domain::name;

use crate::key;
use crate::shape::Shape;
use crate::text::Source;

/// The longest line.
pub const LONGEST: usize = 4096;

/// Bytes of a USCC, a tab, a day and a line break.
pub const CODE_AND_DAY: usize = 30;

/// Reads lines as of a day.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The day, `YYYY-MM-DD`.
    as_of: &'a [u8],
}

/// What a line is to the comparison.
#[derive(Debug)]
pub enum Taken<'a> {
    /// An entry in force with a USCC that passes both checks.
    Sound {
        /// Its organisation code.
        organisation: u64,
    },
    /// Any other entry in force.
    Open(Entry<'a>),
    /// An entry whose validity has ended.
    Expired,
    /// An empty line.
    Nothing,
    /// No entry.
    Defective(&'static str),
}

/// The fields of an entry.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry<'a> {
    uscc: &'a [u8],
    recognised_on: &'a [u8],
    valid_to: &'a [u8],
    marks: &'a [u8],
    organisation: &'a [u8],
    registration: &'a [u8],
    name: &'a [u8],
}

impl<'a> Line<'a> {
    /// A reader.
    pub fn reader(as_of: &'a [u8]) -> Self {
        Self { as_of }
    }

    /// What a line is.
    pub fn take<'b>(&self, bytes: &'b [u8]) -> Taken<'b> {
        let bytes = unbroken(bytes);
        if let Some(organisation) = plain(bytes) {
            return Taken::Sound { organisation };
        }
        if bytes.is_empty() {
            return Taken::Nothing;
        }
        let entry = match Entry::read(bytes) {
            Ok(entry) => entry,
            Err(code) => return Taken::Defective(code),
        };
        if entry.has_expired(self.as_of) {
            return Taken::Expired;
        }
        match key::uscc(entry.uscc) {
            Some(organisation) if !entry.has_mark(b'I') => Taken::Sound { organisation },
            _ => Taken::Open(entry),
        }
    }

    /// The fields of a line that is an entry in force.
    pub fn entry<'b>(&self, bytes: &'b [u8]) -> Option<Entry<'b>> {
        let bytes = unbroken(bytes);
        match bytes.split_at_checked(19) {
            Some((code, day)) if plain(bytes).is_some() => {
                let (uscc, _tab) = code.split_at_checked(18)?;
                Some(Entry { uscc, recognised_on: day, ..Entry::default() })
            }
            _ => Entry::read(bytes).ok().filter(|entry| !entry.has_expired(self.as_of)),
        }
    }
}

impl<'a> Entry<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, &'static str> {
        let mut fields = bytes.split(|byte| *byte == b'\t');
        let mut field = || fields.next().unwrap_or_default();
        let entry = Self {
            uscc: field(),
            recognised_on: field(),
            valid_to: field(),
            marks: field(),
            organisation: field(),
            registration: field(),
            name: field(),
        };
        if fields.next().is_some() {
            return Err("FIELDS_TOO_MANY");
        }
        match entry.defect() {
            Some(code) => Err(code),
            // It may have been cut, and would not be read again whole.
            None if bytes.len() > LONGEST => Err("LINE_TOO_LONG"),
            None => Ok(entry),
        }
    }

    fn defect(&self) -> Option<&'static str> {
        let faulty = |bytes: &[u8], sound: bool| !bytes.is_empty() && !sound;
        if faulty(self.uscc, key::uscc(self.uscc).is_some()) {
            return Some("USCC_MALFORMED");
        }
        if faulty(self.organisation, key::organisation(self.organisation).is_some()) {
            return Some("ORGANISATION_CODE_MALFORMED");
        }
        if faulty(self.registration, key::registration(self.registration).is_some()) {
            return Some("REGISTRATION_NUMBER_MALFORMED");
        }
        if day(self.recognised_on).is_none() || faulty(self.valid_to, day(self.valid_to).is_some()) {
            return Some("DAY_MALFORMED");
        }
        if !self.marks.iter().all(|mark| matches!(mark, b'A' | b'I')) {
            return Some("MARK_UNKNOWN");
        }
        if std::str::from_utf8(self.name).is_err() {
            return Some("NAME_NOT_UTF8");
        }
        // Nobody is named: such an entry could meet nobody.
        let named = [self.uscc, self.organisation, self.registration, self.name].iter().any(|field| !field.is_empty());
        (!named).then_some("SUBJECT_MISSING")
    }

    /// Its organisation code.
    pub fn organisation(&self) -> Option<u64> {
        key::uscc(self.uscc).or_else(|| key::organisation(self.organisation))
    }

    /// Its registration number, its names and their cores as keys.
    pub fn weak_keys(&self) -> impl Iterator<Item = u64> {
        let name = name::normalise(std::str::from_utf8(self.name).unwrap_or_default());
        let names = [Some(name.key), name.former].into_iter().flatten().filter(|text| !text.is_empty());
        let keys = names.flat_map(|text| [key::name(&text), key::core(&text)]);
        key::registration(self.registration).into_iter().chain(keys)
    }

    /// The fact it states; none where a field cannot be one of a fact.
    pub fn fact(&self, source: &Source, place: u64) -> Option<Fact> {
        let mut fact = source.blank();
        self.state(place, &mut fact)?;
        Some(fact)
    }

    /// Makes a fact of the same source, whatever it said before, say what this entry states; nothing where it cannot, and
    /// then the fact says nothing of use. Whoever judges by the hundred thousand makes the same fact speak again.
    pub fn state(&self, place: u64, fact: &mut Fact) -> Option<()> {
        let text = |bytes: &'a [u8]| std::str::from_utf8(bytes).ok();
        let identity = &mut fact.identity;
        let old = identity.uscc.take();
        identity.uscc = match self.uscc {
            [] => None,
            code => {
                let mut own = old.map(String::from).unwrap_or_default();
                own.clear();
                own.push_str(text(code)?);
                Some(Uscc::try_from(own).ok()?)
            }
        };
        identity.organisation_code = match self.organisation {
            [] => None,
            code => Some(OrganisationCode::try_from(text(code)?.to_owned()).ok()?),
        };
        identity.registration_number = match self.registration {
            [] => None,
            number => Some(RegistrationNumber::try_from(text(number)?.to_owned()).ok()?),
        };
        identity.uscc_inner_check_failed = identity.uscc.is_some() && self.has_mark(b'I');
        identity.name = name::normalise(text(self.name)?);
        fact.case.number = place + 1;
        fact.recognised_on = day(self.recognised_on)?;
        fact.valid_to = if self.valid_to.is_empty() { None } else { Some(day(self.valid_to)?) };
        fact.under_appeal = self.has_mark(b'A');
        Some(())
    }

    /// Days in one shape are ordered like their texts.
    fn has_expired(&self, as_of: &[u8]) -> bool {
        !self.valid_to.is_empty() && self.valid_to < as_of
    }

    fn has_mark(&self, mark: u8) -> bool {
        self.marks.contains(&mark)
    }
}

impl Source {
    /// A fact of this list that says nothing yet.
    pub fn blank(&self) -> Fact {
        Fact {
            case: CaseId { origin: self.position.log.node.clone(), number: 0 },
            kind: self.kind,
            department: self.department.clone(),
            recogniser: self.recogniser.clone(),
            recognised_on: NaiveDate::default(),
            valid_from: None,
            valid_to: None,
            document: None,
            under_appeal: false,
            identity: Identity {
                uscc: None,
                uscc_inner_check_failed: false,
                organisation_code: None,
                registration_number: None,
                name: name::normalise(""),
                person: None,
            },
            standing: Standing::Reported,
            position: self.position.clone(),
        }
    }
}

/// A line without what is left of its break.
fn unbroken(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The organisation code of a line without its break that [`code_and_day`] takes with one.
fn plain(bytes: &[u8]) -> Option<u64> {
    let mut broken = [b'\n'; CODE_AND_DAY];
    broken.split_last_mut()?.1.copy_from_slice(<&[u8; CODE_AND_DAY - 1]>::try_from(bytes).ok()?);
    code_and_day(&broken)
}

/// The organisation code of a line that is a sound USCC, a tab, one of the first 28 days of a month and a line break, and
/// nothing else.
#[inline(always)]
pub fn code_and_day(bytes: &[u8; CODE_AND_DAY]) -> Option<u64> {
    const HEAD: Shape = Shape::of(b"XX000000XXXXXXXX");
    const TAIL: Shape = Shape::of(b"XXXX\t0000-00-00\n");
    let (head, tail) = (bytes.first_chunk::<16>()?, bytes.last_chunk::<16>()?);
    let [_, _, ninth, .., month_tens, month_ones, _, day_tens, day_ones, _] = *tail;
    // Above the first of them; other than digits are found below.
    let two = |tens: u8, ones: u8| (u32::from(tens) * 10 + u32::from(ones)).wrapping_sub(u32::from(b'0') * 11 + 1);
    let (month, day) = (two(month_tens, month_ones), two(day_tens, day_ones));
    let faults = HEAD.faults(head) | TAIL.faults(tail);
    if faults == 0 && month < 12 && day < 28 { Some(key::number(*head.last_chunk::<8>()?, ninth)) } else { None }
}

/// The day of the calendar that ten bytes are, `YYYY-MM-DD`.
fn day(bytes: &[u8]) -> Option<NaiveDate> {
    let Ok([a, b, c, d, b'-', e, f, b'-', g, h]) = <&[u8; 10]>::try_from(bytes) else { return None };
    let digits = [a, b, c, d, e, f, g, h];
    if !digits.iter().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let two = |tens: &u8, ones: &u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
    let year = i32::try_from(two(a, b) * 100 + two(c, d)).ok()?;
    NaiveDate::from_ymd_opt(year, two(e, f), two(g, h))
}
