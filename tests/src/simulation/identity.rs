//! Whether two entries speak of one subject, written out once more from the rule (AMB-13), without the product's.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use honghei_domain::list::{Digest, ListEntry, Subject, SubjectForm};
use honghei_domain::subject_key::SubjectKey;

use super::firms::person_behind;

/// What codes and names say of two entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    /// One USCC, or one citizen's number: no ruling can part them.
    Proven,
    /// One by a code and the name.
    Certain,
    /// A person must decide.
    Perhaps,
    /// Two subjects, or nothing in common.
    No,
}

/// What a subject is told from others by.
#[derive(Clone, Debug)]
pub struct Told {
    uscc: Option<String>,
    is_shaky: bool,
    /// Positions 9 to 17 of the USCC, or the organisation code itself.
    organisation: Option<String>,
    registration_number: Option<String>,
    person: Option<u16>,
    name: String,
    former_name: Option<String>,
}

impl Told {
    /// Reads a subject.
    pub fn of(subject: &Subject) -> Self {
        let uscc = subject.uscc.as_ref().map(ToString::to_string);
        let within = uscc.as_ref().map(|uscc| uscc.chars().skip(8).take(9).collect());
        let natural = subject.form == SubjectForm::NaturalPerson;
        let (name, former_name) = names(&subject.name);
        Self {
            uscc,
            is_shaky: subject.uscc_inner_check_failed,
            organisation: within.or_else(|| subject.organisation_code.as_ref().map(ToString::to_string)),
            registration_number: subject.registration_number.as_ref().map(ToString::to_string),
            person: subject.person_commitment.filter(|_| natural).and_then(|commitment| person_behind(&commitment)),
            name,
            former_name,
        }
    }

    /// The key under which all that is known of the subject lies: its organisation code, else its registration number,
    /// else its present name.
    pub fn key(&self) -> SubjectKey {
        let organisation = self.organisation.as_ref().and_then(|code| format!("O:{code}").parse().ok());
        let number = || self.registration_number.as_ref().and_then(|number| format!("R:{number}").parse().ok());
        organisation.or_else(number).unwrap_or_else(|| SubjectKey::of_name(&self.name))
    }

    /// One's present name is the other's present or former one.
    fn agrees_in_name(&self, other: &Self) -> bool {
        self.name == other.name
            || other.former_name.as_ref() == Some(&self.name)
            || self.former_name.as_ref() == Some(&other.name)
    }

    /// The same of names that are only like each other.
    fn is_like_in_name(&self, other: &Self) -> bool {
        like(&self.name, &other.name)
            || other.former_name.as_ref().is_some_and(|former| like(&self.name, former))
            || self.former_name.as_ref().is_some_and(|former| like(former, &other.name))
    }
}

/// Whether nothing but legal form and branch tells two names apart. Here every firm's name tells its legal form, and no
/// person's does.
fn like(one: &str, other: &str) -> bool {
    let parts = |name: &str| {
        let (core, rest) = name.split_once("有限")?;
        Some((core.to_owned(), rest.split_once("公司")?.1.to_owned()))
    };
    let (Some((core, branch)), Some((other_core, other_branch))) = (parts(one), parts(other)) else { return false };
    core == other_core && (branch.ends_with(&other_branch) || other_branch.ends_with(&branch))
}

/// The present name and the former one, without blanks.
fn names(written: &str) -> (String, Option<String>) {
    let name: String = written.chars().filter(|character| !character.is_whitespace()).collect();
    match name.strip_suffix('）').and_then(|name| name.split_once("（原")) {
        Some((present, former)) => (present.to_owned(), Some(former.to_owned())),
        None => (name, None),
    }
}

/// What codes and names say.
///
/// The strongest code that both have decides: one USCC is one firm, two are two unless they hold one organisation code;
/// an organisation code or a registration number needs the name beside it; a name alone is never enough, and one that is
/// only like the other asks a person where no code that both have tells them apart. A USCC whose inner check fails proves
/// nothing and tells nobody of the same name apart.
pub fn alike(one: &Told, other: &Told) -> Alike {
    let shaky = one.is_shaky || other.is_shaky;
    match by_codes(one, other) {
        Alike::Proven | Alike::Certain if shaky => Alike::Perhaps,
        Alike::No if shaky && one.agrees_in_name(other) => Alike::Perhaps,
        found => found,
    }
}

fn by_codes(one: &Told, other: &Told) -> Alike {
    let organisations = one.organisation.as_ref().zip(other.organisation.as_ref());
    let same_organisation = organisations.map(|(one, other)| one == other);
    if let (Some(code), Some(other_code)) = (&one.uscc, &other.uscc) {
        return match same_organisation {
            _ if code == other_code => Alike::Proven,
            Some(true) => Alike::Perhaps,
            _ => Alike::No,
        };
    }
    if let (Some(person), Some(other_person)) = (one.person, other.person) {
        return if person == other_person { Alike::Proven } else { Alike::No };
    }
    let agree = one.agrees_in_name(other);
    let by_name = if agree { Alike::Certain } else { Alike::Perhaps };
    let same_number = one.registration_number.is_some() && one.registration_number == other.registration_number;
    let two_numbers = one.registration_number.is_some() && other.registration_number.is_some();
    let no_codes_tell = !two_numbers && one.person.is_none() && other.person.is_none();
    match (same_organisation, same_number) {
        (Some(true), _) | (None, true) => by_name,
        (Some(false), true) => Alike::Perhaps,
        (_, false) if agree => Alike::Perhaps,
        (None, false) if no_codes_tell && one.is_like_in_name(other) => Alike::Perhaps,
        (_, false) => Alike::No,
    }
}

/// An entry and what tells its recorded identity, and the person behind it, from others.
#[derive(Clone, Debug)]
pub struct Borne {
    /// What it states.
    pub entry: ListEntry,
    /// What its subject is told by.
    pub told: Told,
    /// Its key.
    pub key: SubjectKey,
    /// The digest by which a ruling names it.
    pub digest: Digest,
}

/// A decision about two parties, each a subject and perhaps one identity of it.
#[derive(Clone, Debug)]
pub struct Ruled {
    /// Whom it speaks of.
    pub parties: [(SubjectKey, Option<Digest>); 2],
    /// Whether they are one.
    pub same: bool,
    /// When it was made.
    pub made_on: NaiveDate,
    /// Its last day.
    pub until: Option<NaiveDate>,
}

impl Ruled {
    fn counts(&self, day: NaiveDate) -> bool {
        self.until.is_none_or(|last| day <= last)
    }
}

/// Whether two entries are certainly one subject's (true), perhaps (false), or not at all, by what they state and what
/// persons decided.
pub fn same_subject(red: &Borne, black: &Borne, rulings: &[Ruled], day: NaiveDate) -> Option<bool> {
    let alike = alike(&red.told, &black.told);
    if alike == Alike::Proven || rulings.is_empty() {
        return match alike {
            Alike::Proven | Alike::Certain => Some(true),
            Alike::Perhaps => Some(false),
            Alike::No => None,
        };
    }
    let bears = |(key, digest): &(SubjectKey, Option<Digest>), entry: &Borne| {
        *key == entry.key && digest.is_none_or(|digest| digest == entry.digest)
    };
    let speaks = |ruled: &&Ruled| {
        let [one, other] = &ruled.parties;
        ruled.counts(day) && (bears(one, red) && bears(other, black) || bears(one, black) && bears(other, red))
    };
    match (rulings.iter().rfind(speaks), alike) {
        (Some(ruled), _) => ruled.same.then_some(true),
        (None, _) if red.key != black.key && joined(&red.key, rulings, day).contains(&black.key) => Some(true),
        (None, Alike::Proven | Alike::Certain) => Some(true),
        (None, Alike::Perhaps) => Some(false),
        (None, Alike::No) => None,
    }
}

/// Whom rulings on whole subjects lead to from one, and itself: whoever is reached is asked for everybody else, until
/// nobody new is.
pub fn joined(one: &SubjectKey, rulings: &[Ruled], day: NaiveDate) -> BTreeSet<SubjectKey> {
    let last_word = |a: &SubjectKey, b: &SubjectKey| {
        let about = |ruled: &&Ruled| {
            let [(first, None), (second, None)] = &ruled.parties else { return false };
            ruled.counts(day) && ((first, second) == (a, b) || (first, second) == (b, a))
        };
        rulings.iter().rfind(about).is_some_and(|ruled| ruled.same)
    };
    let everybody: BTreeSet<&SubjectKey> =
        rulings.iter().flat_map(|ruled| &ruled.parties).map(|(key, _)| key).collect();
    let mut reached = BTreeSet::from([one.clone()]);
    loop {
        let next =
            everybody.iter().find(|key| !reached.contains(**key) && reached.iter().any(|known| last_word(known, key)));
        match next {
            Some(key) => _ = reached.insert((*key).clone()),
            None => return reached,
        }
    }
}
