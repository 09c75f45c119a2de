//! One line of a list.

use chrono::NaiveDate;
use honghei_domain::comparison::{Fact, Identity, Standing};
use honghei_domain::identifier::{OrganisationCode, RegistrationNumber, Uscc};
use honghei_domain::list::CaseId;
use honghei_domain::name;

use crate::key::{self, NO_REST};
use crate::text::Source;

/// The longest line.
pub const LONGEST: usize = 4096;

/// Bytes of a USCC, a tab and a day.
pub const CODE_AND_DAY: usize = 29;

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
        /// The rest.
        rest: u64,
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

    /// What a line is. A sound code and a day are looked at alone where there is nothing else.
    #[inline]
    pub fn take<'b>(&self, bytes: &'b [u8]) -> Taken<'b> {
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        match <&[u8; CODE_AND_DAY]>::try_from(bytes).ok().and_then(code_and_day) {
            Some((organisation, rest)) => Taken::Sound { organisation, rest },
            None => self.take_whole(bytes),
        }
    }

    fn take_whole<'b>(&self, bytes: &'b [u8]) -> Taken<'b> {
        if bytes.is_empty() {
            return Taken::Nothing;
        }
        let entry = match Entry::read(bytes) {
            Ok(entry) => entry,
            Err(code) => return Taken::Defective(code),
        };
        // Days in one shape are ordered like their texts.
        if !entry.valid_to.is_empty() && entry.valid_to < self.as_of {
            return Taken::Expired;
        }
        match key::uscc(entry.uscc) {
            Some((organisation, rest)) if !entry.has_mark(b'I') => Taken::Sound { organisation, rest },
            _ => Taken::Open(entry),
        }
    }

    /// The fields of a line that is an entry.
    pub fn entry<'b>(&self, bytes: &'b [u8]) -> Option<Entry<'b>> {
        Entry::read(bytes.strip_suffix(b"\r").unwrap_or(bytes)).ok()
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
        entry.defect().map_or(Ok(entry), Err)
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
        if !is_day(self.recognised_on) || faulty(self.valid_to, is_day(self.valid_to)) {
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

    /// Its organisation code and the rest of its USCC.
    pub fn organisation(&self) -> Option<(u64, u64)> {
        key::uscc(self.uscc).or_else(|| Some((key::organisation(self.organisation)?, NO_REST)))
    }

    /// Its registration number and names as keys.
    pub fn weak_keys(&self) -> impl Iterator<Item = u64> {
        let name = name::normalise(std::str::from_utf8(self.name).unwrap_or_default());
        let names = [Some(name.key), name.former].into_iter().flatten().filter(|text| !text.is_empty());
        key::registration(self.registration).into_iter().chain(names.map(|text| key::name(&text)))
    }

    /// The fact it states; none where a code fails its check digit.
    pub fn fact(&self, source: &Source, place: u64) -> Option<Fact> {
        let text = |bytes: &'a [u8]| std::str::from_utf8(bytes).ok();
        let uscc = match self.uscc {
            [] => None,
            code => Some(Uscc::try_from(text(code)?.to_owned()).ok()?),
        };
        let organisation_code = match self.organisation {
            [] => None,
            code => Some(OrganisationCode::try_from(text(code)?.to_owned()).ok()?),
        };
        let registration_number = match self.registration {
            [] => None,
            number => Some(RegistrationNumber::try_from(text(number)?.to_owned()).ok()?),
        };
        let valid_to = if self.valid_to.is_empty() { None } else { Some(text(self.valid_to)?.parse().ok()?) };
        Some(Fact {
            case: CaseId { origin: source.position.log.node.clone(), number: place + 1 },
            kind: source.kind,
            department: source.department.clone(),
            recogniser: source.recogniser.clone(),
            recognised_on: text(self.recognised_on)?.parse().ok()?,
            valid_from: None,
            valid_to,
            document: None,
            under_appeal: self.has_mark(b'A'),
            identity: Identity {
                uscc_inner_check_failed: uscc.is_some() && self.has_mark(b'I'),
                uscc,
                organisation_code,
                registration_number,
                name: name::normalise(text(self.name)?),
                person: None,
            },
            standing: Standing::Reported,
            position: source.position.clone(),
        })
    }

    fn has_mark(&self, mark: u8) -> bool {
        self.marks.contains(&mark)
    }
}

/// The packed code of a line that is a sound USCC, a tab and one of the first 28 days of a month, and nothing else. No
/// such line has a line break within.
#[inline]
pub fn code_and_day(bytes: &[u8; CODE_AND_DAY]) -> Option<(u64, u64)> {
    let (code, rest) = bytes.split_first_chunk::<18>()?;
    let (tab, day) = rest.split_first_chunk::<1>()?;
    let (year_and_month, day) = day.split_first_chunk::<8>()?;
    // Digits and hyphens by their upper halves, digits by their lower ones, eight bytes at once.
    let eight = u64::from_le_bytes(*year_and_month);
    let shaped = eight & 0xfff0_f0ff_f0f0_f0f0 == 0x2d30_302d_3030_3030;
    let digits = eight & 0x000f_0f00_0f0f_0f0f;
    let decimal = (digits + 0x0006_0600_0606_0606) & 0x00f0_f000_f0f0_f0f0 == 0;
    let two = |tens: u8, ones: u8| (tens & 15) * 10 + (ones & 15);
    let [.., tens, ones, _] = *year_and_month;
    let month = two(tens, ones);
    let &[day_tens, day_ones] = <&[u8; 2]>::try_from(day).ok()?;
    let day_decimal = day_tens.is_ascii_digit() && day_ones.is_ascii_digit();
    let day = two(day_tens, day_ones);
    let sound =
        shaped && decimal && day_decimal && tab == b"\t" && month.wrapping_sub(1) < 12 && day.wrapping_sub(1) < 28;
    if sound { key::uscc(code) } else { None }
}

/// Whether ten bytes are a day of the calendar, `YYYY-MM-DD`.
#[inline]
fn is_day(bytes: &[u8]) -> bool {
    let Ok([a, b, c, d, b'-', e, f, b'-', g, h]) = <&[u8; 10]>::try_from(bytes) else { return false };
    let digits = [a, b, c, d, e, f, g, h];
    if !digits.iter().all(|digit| digit.is_ascii_digit()) {
        return false;
    }
    let two = |tens: &u8, ones: &u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
    let (month, day) = (two(e, f), two(g, h));
    if day <= 28 {
        return (1..=12).contains(&month) && day >= 1;
    }
    let year = i32::try_from(two(a, b) * 100 + two(c, d)).unwrap_or_default();
    NaiveDate::from_ymd_opt(year, month, day).is_some()
}
