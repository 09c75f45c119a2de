//! Whether two entries speak of one subject: certainly, doubtfully, or not at all (AMB-13).

use serde::{Deserialize, Serialize};

use crate::canonical::Writer;
use crate::identifier::{OrganisationCode, RegistrationNumber, Uscc};
use crate::list::Subject;
use crate::name::{self, NormalisedName};
use crate::person::PersonId;

/// Codes and names of a subject, as far as they tell it from others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// 统一社会信用代码.
    pub uscc: Option<Uscc>,
    /// The USCC's inner check failed and a person confirmed it (REQUIREMENTS 2.1).
    pub uscc_inner_check_failed: bool,
    /// 组织机构代码.
    pub organisation_code: Option<OrganisationCode>,
    /// 工商注册号.
    pub registration_number: Option<RegistrationNumber>,
    /// Normalised present and former name.
    pub name: NormalisedName,
    /// The person behind a citizen's ID number, as the province alone knows it. Stands in no signed bytes: whoever
    /// repeats a verdict is told that the number matched ([`MatchKey::CitizenId`]), not whose it is.
    pub person: Option<PersonId>,
}

impl Identity {
    /// The identity a recogniser recorded.
    pub fn of(subject: &Subject) -> Self {
        Self {
            uscc: subject.uscc.clone(),
            uscc_inner_check_failed: subject.uscc_inner_check_failed,
            organisation_code: subject.organisation_code.clone(),
            registration_number: subject.registration_number.clone(),
            name: name::normalise(&subject.name),
            person: None,
        }
    }

    /// Whether both were recorded in the same words; who the person is does not count.
    pub fn reads_as(&self, other: &Self) -> bool {
        Self { person: None, ..self.clone() } == Self { person: None, ..other.clone() }
    }

    /// The organisation code, also out of positions 9-17 of the USCC.
    pub fn organisation(&self) -> Option<&str> {
        let inner = self.uscc.as_ref().and_then(|uscc| uscc.as_str().get(8..17));
        inner.or(self.organisation_code.as_ref().map(OrganisationCode::as_str))
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.optional(self.uscc.as_ref(), |writer, code| writer.text(code.as_str()));
        writer.flag(self.uscc_inner_check_failed);
        writer.optional(self.organisation_code.as_ref(), |writer, code| writer.text(code.as_str()));
        writer.optional(self.registration_number.as_ref(), |writer, number| writer.text(number.as_str()));
        writer.text(&self.name.key);
        writer.optional(self.name.former.as_ref(), |writer, former| writer.text(former));
    }
}

/// What two entries have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchKey {
    /// 统一社会信用代码.
    Uscc,
    /// 组织机构代码.
    OrganisationCode,
    /// 工商注册号.
    RegistrationNumber,
    /// 名称.
    Name,
    /// 人工认定: a person ruled that both are one.
    Ruling,
    /// 公民身份号码, matched by the province alone.
    CitizenId,
}

impl MatchKey {
    /// Its Chinese term.
    pub fn chinese(self) -> &'static str {
        match self {
            MatchKey::Uscc => "统一社会信用代码",
            MatchKey::OrganisationCode => "组织机构代码",
            MatchKey::RegistrationNumber => "工商注册号",
            MatchKey::Name => "名称",
            MatchKey::Ruling => "人工认定",
            MatchKey::CitizenId => "公民身份号码",
        }
    }
}

/// Why a match is uncertain and a person must decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Nothing but the name agrees.
    NameOnly,
    /// One organisation code under two different USCCs.
    TwoUsccs,
    /// The organisation code agrees, the names do not.
    OrganisationNameDisagrees,
    /// The registration number agrees, the names do not.
    RegistrationNameDisagrees,
    /// The registration number agrees, other codes contradict.
    CodesContradict,
    /// A USCC whose inner check fails.
    InnerCheckFailed,
    /// The names agree but for legal form, brackets or branch, and a side lacks the codes that would tell.
    NameAlike,
}

/// How two entries' subjects relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Match {
    /// Two subjects, or nothing in common.
    Different,
    /// One subject.
    Certain(MatchKey),
    /// Perhaps one subject.
    Uncertain(MatchKey, Doubt),
}

/// Judges by the strongest key that both have; symmetric.
///
/// Two subjects with different USCCs that pass both checks are different firms, whatever their names. Names that are only
/// alike ([`NormalisedName::is_like`]) count where no code that both have contradicts, and no natural person is known.
pub fn identify(one: &Identity, other: &Identity) -> Match {
    let found = identify_trusting_checks(one, other);
    let doubtful = one.uscc_inner_check_failed || other.uscc_inner_check_failed;
    match found {
        Match::Certain(key) if doubtful => Match::Uncertain(key, Doubt::InnerCheckFailed),
        // A doubtful code cannot tell two firms of one name apart.
        Match::Different if doubtful && one.name.agrees_with(&other.name) => {
            Match::Uncertain(MatchKey::Name, Doubt::InnerCheckFailed)
        }
        found => found,
    }
}

fn identify_trusting_checks(one: &Identity, other: &Identity) -> Match {
    let names_agree = one.name.agrees_with(&other.name);
    let organisations = (one.organisation(), other.organisation());
    if let (Some(uscc), Some(other_uscc)) = (&one.uscc, &other.uscc) {
        return if uscc == other_uscc {
            Match::Certain(MatchKey::Uscc)
        } else if organisations.0 == organisations.1 {
            Match::Uncertain(MatchKey::OrganisationCode, Doubt::TwoUsccs)
        } else {
            Match::Different
        };
    }
    if let (Some(person), Some(other_person)) = (one.person, other.person) {
        return if person == other_person { Match::Certain(MatchKey::CitizenId) } else { Match::Different };
    }
    let contradiction = match organisations {
        (Some(code), Some(other_code)) if code == other_code => {
            return if names_agree {
                Match::Certain(MatchKey::OrganisationCode)
            } else {
                Match::Uncertain(MatchKey::OrganisationCode, Doubt::OrganisationNameDisagrees)
            };
        }
        (Some(_), Some(_)) => true,
        _ => false,
    };
    if one.registration_number.is_some() && one.registration_number == other.registration_number {
        let key = MatchKey::RegistrationNumber;
        return match (names_agree, contradiction) {
            (true, false) => Match::Certain(key),
            (false, _) => Match::Uncertain(key, Doubt::RegistrationNameDisagrees),
            (true, true) => Match::Uncertain(key, Doubt::CodesContradict),
        };
    }
    if names_agree {
        return Match::Uncertain(MatchKey::Name, Doubt::NameOnly);
    }
    let two_numbers = one.registration_number.is_some() && other.registration_number.is_some();
    let somebody = one.person.is_some() || other.person.is_some();
    if !contradiction && !two_numbers && !somebody && one.name.is_like(&other.name) {
        return Match::Uncertain(MatchKey::Name, Doubt::NameAlike);
    }
    Match::Different
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::sample::{code, subject};
    use super::*;

    /// Under one name each: several registered firms.
    #[track_caller]
    fn assert_never_one(by_name: &BTreeMap<String, Vec<Identity>>) {
        for (name, firms) in by_name {
            let nameless = Identity::of(&subject(name, None, None, None));
            for (at, firm) in firms.iter().enumerate() {
                assert_eq!(identify(firm, &nameless), Match::Uncertain(MatchKey::Name, Doubt::NameOnly));
                for other in firms.iter().skip(at + 1) {
                    assert_eq!(identify(firm, other), Match::Different, "{name}");
                    assert_eq!(identify(other, firm), Match::Different, "{name}");
                }
            }
        }
    }

    /// AMB-13, of made-up firms: two to six under each name, in several regions.
    #[test]
    fn made_up_firms_that_share_a_name_are_never_certainly_one() {
        let regions = ["420802", "420106", "110119", "360200"];
        let mut serial = 0;
        let mut firm = |name: &str| {
            serial += 1;
            let uscc = Uscc::synthesize('9', '1', regions[serial % regions.len()], &format!("MA{serial:06}")).unwrap();
            Identity::of(&subject(name, Some(uscc), None, None))
        };
        let names = (0..40).map(|at| (format!("样例{at}号便民商店"), 2 + at % 5));
        let by_name = names.map(|(name, firms)| (name.clone(), (0..firms).map(|_| firm(&name)).collect())).collect();
        assert_never_one(&by_name);
    }

    #[test]
    fn firms_that_share_a_name_are_never_certainly_one() {
        let Some(table) = honghei_real_data::text("shared_names.csv") else { return };
        let mut by_name: BTreeMap<String, Vec<Identity>> = BTreeMap::new();
        for line in table.lines().skip(1) {
            let mut fields = line.split(',');
            let (Some(name), Some(uscc)) = (fields.next(), fields.next()) else { continue };
            let firm = Identity::of(&subject(name, Some(code(uscc)), None, None));
            by_name.entry(name.to_owned()).or_default().push(firm);
        }
        assert!(by_name.len() > 10, "the table lists shared names");
        assert_never_one(&by_name);
    }

    /// C-3: whatever a name is like, it removes nobody; and among a whole register hardly any name is like another's.
    #[test]
    fn no_name_of_the_real_lists_and_registers_removes_anybody() {
        let Some(variants) = honghei_real_data::text("name_variants.csv") else { return };
        let mut alike = 0;
        for line in variants.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let [_, one, other, ..] = fields.as_slice() else { panic!("{line}") };
            alike += usize::from(meet(&[one], &[other]).1 > 0);
        }
        assert!(alike > 0, "some firm changed its legal form");
        let Some(lists) = honghei_real_data::text("lists/published_lists.csv.gz") else { return };
        let of = |colour: &str| -> Vec<&str> {
            let rows = lists.lines().map(|line| line.split(',').collect::<Vec<_>>());
            rows.filter(|row| row[0] == colour).filter_map(|row| row.get(5).copied()).collect()
        };
        let (reds, blacks) = (of("red"), of("black"));
        assert!(reds.len() > 4_000 && blacks.len() > 900);
        let published = meet(&reds, &blacks);
        let Some(register) = honghei_real_data::text("hubei_enterprises.csv.gz") else { return };
        let firms: Vec<&str> = register.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
        let others = meet(&firms, &firms);
        println!(
            "reds of published lists held by equal and by like names: {published:?}; firms of a register, if every \
             other were black without a code: {others:?} of {}",
            firms.len()
        );
        assert!(others.1 < firms.len() / 50, "{others:?}");
    }

    /// How many of the firms, as reds that have a code, the others as codeless blacks hold by an equal and by a like name.
    fn meet(reds: &[&str], blacks: &[&str]) -> (usize, usize) {
        let identity = |name: &str, at: usize, coded: bool| {
            let uscc = coded.then(|| super::super::sample::uscc("91420800", at as u32));
            Identity::of(&subject(name, uscc, None, None))
        };
        let core = |identity: &Identity| crate::name::Parts::of(&identity.name.key).core;
        let mut by_core: BTreeMap<String, Vec<(usize, Identity)>> = BTreeMap::new();
        for (at, name) in blacks.iter().enumerate() {
            let black = identity(name, at, false);
            by_core.entry(core(&black)).or_default().push((at, black));
        }
        let (mut equal, mut alike) = (0, 0);
        for (at, name) in reds.iter().enumerate() {
            let red = identity(name, at, true);
            let met = by_core.get(&core(&red)).map(Vec::as_slice).unwrap_or_default();
            // Of a chain only those of the very name count.
            let counts = |black: &Identity| !super::super::is_crowded(met.len()) || black.name == red.name;
            let itself = |other: usize| std::ptr::eq(reds, blacks) && other == at;
            let others = met.iter().filter(|(other, black)| !itself(*other) && counts(black));
            let found: Vec<Match> = others.map(|(_, black)| identify(&red, black)).collect();
            assert!(!found.iter().any(|found| matches!(found, Match::Certain(_))), "{name}");
            let by = |doubt| found.contains(&Match::Uncertain(MatchKey::Name, doubt));
            equal += usize::from(by(Doubt::NameOnly));
            alike += usize::from(!by(Doubt::NameOnly) && by(Doubt::NameAlike));
        }
        (equal, alike)
    }
}
