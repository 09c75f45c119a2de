//! What a row confirms in words: qualities of the list, and evidence that is said and not handed in.

use honghei_domain::list::{Attestation, CriterionCode};
use honghei_domain::policy::{Attestable, EvidenceValue};

use super::reader::RowReader;
use crate::column::{Field, confirmed, fold};
use crate::limit;
use crate::problem::ProblemCode;
use crate::request::Purpose;

/// Everything a candidate's row confirms, in the policy's order; `None` where something was noted.
///
/// What is named by its text belongs to the criteria that the row cites: two of them may ask for the same.
pub(super) fn attestations(reader: &mut RowReader<'_>, cited: &[CriterionCode]) -> Option<Vec<Attestation>> {
    if reader.request.purpose != Purpose::Candidates {
        return Some(Vec::new());
    }
    let known = reader.request.attestables.as_slice();
    let mut said: Vec<(usize, Attestation)> = Vec::new();
    let mut faults = Vec::new();
    for (column, text) in reader.repeated(Field::Attestations, limit::MAX_ATTESTED_CHARS) {
        let header = fold(&column.header);
        let parts = match confirmed(&header) {
            Some(about) => vec![(about.to_owned(), text)],
            None => parts(&text, known),
        };
        for (about, words) in parts {
            if let Err(fault) = put(&mut said, known, cited, &about, words.trim()) {
                faults.push(fault);
            }
        }
    }
    if said.iter().map(|(_, one)| one.text.chars().count()).sum::<usize>() > limit::MAX_ATTESTED_CHARS {
        faults.push(format!("各项说明合计超过 {} 个字", limit::MAX_ATTESTED_CHARS));
    }
    if !faults.is_empty() {
        reader.note(Field::Attestations, ProblemCode::AttestationUnfit, faults.join("；"));
        return None;
    }
    said.sort_by_key(|(place, _)| *place);
    Some(said.into_iter().map(|(_, one)| one).collect())
}

/// Adds one confirmation; later words replace earlier ones.
fn put(
    said: &mut Vec<(usize, Attestation)>,
    known: &[Attestable],
    cited: &[CriterionCode],
    about: &str,
    words: &str,
) -> Result<(), String> {
    for (place, code, value) in meant(known, cited, about)? {
        if !value.fits(words) {
            let form = value.form().unwrap_or("写明理由");
            return Err(format!("“{about}”应{form}"));
        }
        let one = Attestation { code, text: words.to_owned() };
        match said.iter_mut().find(|(_, earlier)| earlier.code == one.code) {
            Some((_, earlier)) => *earlier = one,
            None => said.push((place, one)),
        }
    }
    Ok(())
}

/// What a name stands for, by its code or its text; where no policy is at hand, for itself.
fn meant(
    known: &[Attestable],
    cited: &[CriterionCode],
    about: &str,
) -> Result<Vec<(usize, String, EvidenceValue)>, String> {
    if known.is_empty() {
        return Ok(vec![(0, about.to_owned(), EvidenceValue::Attestation)]);
    }
    let folded = fold(about);
    let named: Vec<(usize, &Attestable)> =
        known.iter().enumerate().filter(|(_, one)| fold(&one.code) == folded || fold(&one.text) == folded).collect();
    if named.is_empty() {
        let codes: Vec<&str> = known.iter().map(|one| one.code.as_str()).collect();
        return Err(format!("没有确认事项“{about}”；可用：{}", codes.join("、")));
    }
    let asked = |one: &Attestable| one.criterion.as_ref().is_none_or(|criterion| cited.contains(criterion));
    let meant: Vec<_> = named
        .into_iter()
        .filter(|(_, one)| asked(one))
        .map(|(place, one)| (place, one.code.clone(), one.value))
        .collect();
    if meant.is_empty() { Err(format!("该行所引的认定标准不需要确认“{about}”")) } else { Ok(meant) }
}

/// `代码：说明；代码：说明`. What follows a semicolon and names nothing belongs to the words before it.
fn parts(text: &str, known: &[Attestable]) -> Vec<(String, String)> {
    let names = |about: &str| {
        let folded = fold(about);
        let alone = known.is_empty() && !folded.is_empty() && folded.is_ascii();
        alone || known.iter().any(|one| fold(&one.code) == folded || fold(&one.text) == folded)
    };
    let mut parts: Vec<(String, String)> = Vec::new();
    for piece in text.split(['；', ';']).map(str::trim).filter(|piece| !piece.is_empty()) {
        match (piece.split_once(['：', ':', '＝', '=']), parts.last_mut()) {
            (Some((about, words)), _) if names(about) => parts.push((about.trim().to_owned(), words.to_owned())),
            (_, Some((_, words))) => {
                words.push('；');
                words.push_str(piece);
            }
            (Some((about, words)), None) => parts.push((about.trim().to_owned(), words.to_owned())),
            (None, None) => parts.push((piece.to_owned(), String::new())),
        }
    }
    parts
}
