//! The few firms and persons that all lists speak of, and the many ways in which lists write one of them.

use chrono::NaiveDate;
use honghei_domain::identifier::{CitizenId, OrganisationCode, RegistrationNumber, Uscc};
use honghei_domain::list::{Digest, ListEntry, ListKind, Subject, SubjectForm};
use honghei_domain::region::RegionCode;
use honghei_ledger::{person_commitment, sha256};
use honghei_registry::error::Fault;
use honghei_registry::matching::sealed_place;
use honghei_store::{MemoryStore, Store};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::world::entries::candidate;
use crate::world::matching;

/// Firms that all lists speak of: few, so that reds and blacks meet.
const FIRMS: u64 = 9;

/// The region of all of them.
const REGION: &str = "420802";

/// Ways of writing a firm; the last ones write a person.
const FORMS: u64 = 22;

/// Persons, each with a number of his own.
const PERSONS: u16 = 3;

/// Salted commitments to each number.
const COPIES: u16 = 2;

/// What a history draws its entries from.
#[derive(Debug)]
pub struct Firms {
    /// Whether lists write one firm in many ways, and name persons. Otherwise each has one code and one name.
    varied: bool,
    /// Numbers documents, so that no two entries rest on the same one unless they shall.
    serial: u32,
}

impl Firms {
    /// Nothing drawn yet.
    pub fn new(varied: bool) -> Self {
        Self { varied, serial: 0 }
    }

    /// An entry of some firm, which rests on the firm's own document.
    pub fn entry(&self, kind: ListKind, draw: u64) -> ListEntry {
        let firm = u32::try_from(1 + draw % FIRMS).unwrap_or(1);
        let mut entry = candidate(kind, REGION, firm);
        entry.subject = self.subject(draw);
        entry
    }

    /// The same, resting on a document of its own.
    pub fn documented(&mut self, kind: ListKind, draw: u64) -> ListEntry {
        let mut entry = self.entry(kind, draw);
        self.document(&mut entry);
        entry
    }

    /// Lets an entry rest on a document of its own.
    pub fn document(&mut self, entry: &mut ListEntry) {
        self.serial += 1;
        if let Some(document) = &mut entry.document {
            document.number = format!("样例〔2017〕{}号", self.serial);
        }
    }

    /// Some firm, written in some way.
    pub fn subject(&self, draw: u64) -> Subject {
        let firm = u32::try_from(1 + draw % FIRMS).unwrap_or(1);
        let plain = candidate(ListKind::Red, REGION, firm).subject;
        // The way must not follow from the firm alone.
        let way = (draw / FIRMS).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        if self.varied { written(plain, firm, way % FORMS) } else { plain }
    }

    /// The same firm as an entry's, where its name tells, written in another way.
    pub fn rewritten(&self, subject: &Subject, draw: u64) -> Subject {
        match (0..FIRMS).find(|firm| self.varied && subject.name.contains(&brand(u32::try_from(firm + 1).unwrap_or(1))))
        {
            Some(firm) => self.subject(draw / FIRMS * FIRMS + firm),
            None => subject.clone(),
        }
    }
}

fn brand(firm: u32) -> String {
    format!("样例{firm}号")
}

/// A firm as one of the forms writes it; `plain` bears its USCC and its name.
fn written(plain: Subject, firm: u32, form: u64) -> Subject {
    let neighbour = u32::try_from(1 + u64::from(firm) % FIRMS).unwrap_or(1);
    let name = plain.name.clone();
    let new_name = format!("{}实业有限公司", brand(firm));
    let both_names = format!("{new_name}（原{name}）");
    let bare = Subject { uscc: None, ..plain.clone() };
    let organisation = plain.uscc.as_ref().and_then(organisation_of);
    let number = |firm: u32| Some(RegistrationNumber::synthesize(region(), 10_000 + firm));
    match form {
        0..=4 => plain,
        5 => Subject { organisation_code: organisation, ..bare },
        6 => Subject { organisation_code: organisation, name: new_name, ..bare },
        7 => Subject { name: both_names, ..plain },
        8 => Subject { name: both_names, ..bare },
        9 => Subject { name: new_name, ..bare },
        10 => Subject { registration_number: number(firm), ..bare },
        11 => Subject { registration_number: number(firm), organisation_code: organisation, ..bare },
        12 => Subject { registration_number: number(firm), name: new_name, ..bare },
        // As a second registration of the same body.
        13 => Subject { uscc: second_uscc(&plain), ..plain },
        // Two firms of one name.
        14 => Subject { name: name_of(neighbour), ..plain },
        // Two firms with one registration number, and one that contradicts itself.
        15 => Subject { registration_number: number(neighbour), ..bare },
        16 => Subject {
            registration_number: number(neighbour),
            organisation_code: organisation,
            name: name_of(neighbour),
            ..bare
        },
        17 => Subject { registration_number: number(firm), ..plain },
        18 => Subject { uscc_inner_check_failed: true, ..plain },
        // In other spelling.
        19 => Subject { name: name.replace("商贸", " 商贸 "), ..bare },
        form => person(bare, u16::try_from(firm).unwrap_or(0), form == 20),
    }
}

fn name_of(firm: u32) -> String {
    format!("{}商贸有限公司", brand(firm))
}

/// One of the persons, under one of their names: two may bear one, and one may bear two.
fn person(bare: Subject, draw: u16, numbered: bool) -> Subject {
    let commitment = match numbered {
        true => Some(commitment(draw % PERSONS, draw / PERSONS % COPIES)),
        // A number that nobody can open, or none at all.
        false => draw.is_multiple_of(2).then_some([9; 32]),
    };
    Subject {
        form: SubjectForm::NaturalPerson,
        name: ["样例某甲", "样例某乙"][usize::from(draw / 2 % 2)].to_owned(),
        person_commitment: commitment,
        ..bare
    }
}

#[expect(clippy::expect_used, reason = "a harness names its mistakes at once")]
fn region() -> RegionCode {
    REGION.parse().expect("six digits")
}

fn organisation_of(uscc: &Uscc) -> Option<OrganisationCode> {
    OrganisationCode::read(uscc.as_str().get(8..17)?).ok().map(|reading| reading.code)
}

fn second_uscc(plain: &Subject) -> Option<Uscc> {
    let eight = plain.uscc.as_ref()?.as_str().get(8..16)?;
    Uscc::synthesize('9', '2', REGION, eight).ok()
}

fn salt(person: u16, copy: u16) -> [u8; 32] {
    sha256(format!("salt {person} {copy}").as_bytes())
}

/// The number of a person who does not exist.
fn number(person: u16) -> CitizenId {
    let born_on = NaiveDate::from_ymd_opt(1975, 3, 8).unwrap_or_default();
    CitizenId::synthesize(region(), born_on, 11 + person)
}

fn commitment(person: u16, copy: u16) -> Digest {
    person_commitment(&salt(person, copy), number(person).in_clear())
}

/// Who is behind a commitment; none where nobody can open it.
pub fn person_behind(behind: &Digest) -> Option<u16> {
    (0..PERSONS).find(|person| (0..COPIES).any(|copy| commitment(*person, copy) == *behind))
}

/// Puts the numbers of all persons into a node's vault, sealed for the province of a world, as its intake does.
pub async fn keep_numbers(disk: &MemoryStore, seed: u64) -> Result<(), Fault> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let mut tx = disk.write("numbers").await?;
    for person in 0..PERSONS {
        for copy in 0..COPIES {
            let (commitment, number) = (commitment(person, copy), number(person));
            let sealed =
                matching::key(seed).public().seal(&mut rng, &commitment, &salt(person, copy), number.in_clear());
            let sealed =
                sealed.map_err(|_| Fault::Inconsistent { what: "a number that cannot be sealed".to_owned() })?;
            tx.put_secret(&sealed_place(&commitment), &sealed).await?;
        }
    }
    Ok(tx.commit().await?)
}
