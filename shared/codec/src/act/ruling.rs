//! Rulings on identity, both ways.

use honghei_domain::act::Act;
use honghei_domain::comparison::{Finding, Party};
use honghei_domain::subject_key::SubjectKey;
use honghei_proto::act::v1 as wire;

use crate::defect::{At, WireDefect};
use crate::list::read_case;
use crate::read;

pub(super) fn read_identity_ruled(act: wire::IdentityRuled) -> Result<Act, WireDefect> {
    let wire::IdentityRuled { one, other, finding, case_id, reason, ruled_on, until, current } = act;
    let parties = [read_party(one).at("one")?, read_party(other).at("other")?];
    let current = read_current(&current, &parties).at("current")?;
    // A red and a black recorded in the same words are two entries of one party.
    let alike = |one: &Party, other: &Party| one == other && one.identity.is_some();
    if parties.is_sorted_by(|one, other| one < other || alike(one, other)) {
        Ok(Act::IdentityRuled {
            parties,
            finding: read_finding(finding).at("finding")?,
            case: case_id.map(|case| read_case(Some(case))).transpose().at("case_id")?,
            current,
            reason: read::text(reason).at("reason")?,
            ruled_on: read::day(ruled_on).at("ruled_on")?,
            until: until.map(|until| read::day(Some(until))).transpose().at("until")?,
        })
    } else {
        Err(WireDefect::new("expected two parties, the lesser first, or one recorded identity twice")).at("other")
    }
}

pub(super) fn write_party(party: &Party) -> wire::RulingParty {
    wire::RulingParty { key: party.key.to_string(), identity: party.identity.map(|digest| digest.to_vec()) }
}

pub(super) fn write_finding(finding: Finding) -> i32 {
    let finding = match finding {
        Finding::Same => wire::IdentityFinding::Same,
        Finding::Different => wire::IdentityFinding::Different,
    };
    finding.into()
}

fn read_party(party: Option<wire::RulingParty>) -> Result<Party, WireDefect> {
    let wire::RulingParty { key, identity } = read::present(party)?;
    let key = key.parse().map_err(|_| WireDefect::new("expected a subject key")).at("key")?;
    let identity = identity.map(|digest| read::digest(&digest)).transpose().at("identity")?;
    Ok(Party { key, identity })
}

fn read_current(key: &str, parties: &[Party; 2]) -> Result<Option<SubjectKey>, WireDefect> {
    if key.is_empty() {
        return Ok(None);
    }
    let party = parties.iter().find(|party| party.key.as_str() == key);
    party.map(|party| Some(party.key.clone())).ok_or_else(|| WireDefect::new("expected the key of a party"))
}

fn read_finding(finding: i32) -> Result<Finding, WireDefect> {
    match read::enumerated(finding)? {
        wire::IdentityFinding::Unspecified => Err(read::unspecified()),
        wire::IdentityFinding::Same => Ok(Finding::Same),
        wire::IdentityFinding::Different => Ok(Finding::Different),
    }
}
