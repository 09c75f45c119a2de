//! Result versions, verdicts and the final list.

use std::collections::{BTreeMap, BTreeSet};

use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::DetailRow;
use honghei_domain::identifier::{OrganisationCode, RegistrationNumber, Uscc};
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::listing::Shown;
use honghei_domain::permit::Action;
use honghei_domain::subject_key::SubjectKey;
use honghei_ledger::hex;
use honghei_proto::console::v1::*;
use honghei_registry::command::Command;
use honghei_registry::desk::redirects::{self, LookedUp};
use honghei_registry::desk::served;
use honghei_registry::error::CommandError;
use honghei_registry::view;
use honghei_store::{Tx, VerdictRow as StoredVerdict};

use super::{Desk, limit_of};
use crate::answer::Answer;
use crate::console::Caller;
use crate::console::fields::kind_name;

/// Versions and verdicts shown unless said otherwise.
const VERSIONS: u32 = 10;
const VERDICTS: u32 = 1000;
/// Compared pieces counted up to this many.
const PENDING_MAX: u32 = 1000;
/// Chunks opened to find the names of verdicts' subjects.
const CHUNKS_OPENED_MAX: usize = 64;

impl Desk {
    pub(in crate::console) async fn list_results(&self, limit: u32) -> Result<ListResultsResponse, Answer> {
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        let mut results = Vec::new();
        for row in tx.results(limit_of(limit, VERSIONS)).await? {
            let counts = served::counts(&row)?;
            let cosigners = view::cosigners_of(&mut *tx, &cx, &row.at).await?;
            results.push(ResultRow {
                version: row.version,
                entry: row.at.to_string(),
                digest: hex(&row.root),
                published_on: row.published_on.to_string(),
                red: counts.red,
                black: counts.black,
                removed: counts.removed,
                held: counts.held,
                cosigners: cosigners.iter().map(ToString::to_string).collect(),
            });
        }
        Ok(ListResultsResponse { results })
    }

    pub(in crate::console) async fn list_verdicts(
        &self,
        asked: ListVerdictsRequest,
    ) -> Result<ListVerdictsResponse, Answer> {
        let mut tx = self.read().await?;
        let limit = limit_of(asked.limit, VERDICTS);
        let versions: Vec<u64> = match asked.version {
            0 => tx.results(u32::MAX >> 1).await?.into_iter().map(|row| row.version).collect(),
            version => vec![version],
        };
        let mut rows: Vec<StoredVerdict> = Vec::new();
        for version in versions {
            let room = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            if room == 0 {
                break;
            }
            rows.extend(tx.verdicts_of(version, room).await?);
        }
        rows.sort_by(|one, other| (&one.case, one.version).cmp(&(&other.case, other.version)));
        let names = names_of(&mut *tx, rows.iter().map(|row| &row.case)).await?;
        let verdicts = rows.iter().filter_map(|row| verdict_row(row, &names)).collect();
        Ok(ListVerdictsResponse { verdicts })
    }

    pub(in crate::console) async fn compare(&self, caller: &Caller) -> Result<CompareResponse, Answer> {
        let mut tx = self.read().await?;
        let marks = tx.mark_count().await?;
        let pending = tx.pending(PENDING_MAX).await?.len() as u64;
        drop(tx);
        let mut shown = CompareResponse { marks, pending, ..CompareResponse::default() };
        // Only he who may publish is shown what he would sign.
        if !self.may(caller, Action::PublishResult) {
            return Ok(shown);
        }
        let officer = &caller.session.officer;
        let cut = Command::PublishResult { agreed_removal_percent: None };
        match self.engine().propose(self.now()?, officer, &cut).await {
            Ok(proposal) => shown.summary = proposal.summary,
            Err(CommandError::Fault(fault)) => return Err(fault.into()),
            Err(other) => {
                other.code().clone_into(&mut shown.code);
                shown.reason = other.to_string();
            }
        }
        Ok(shown)
    }

    pub(in crate::console) async fn look_up(&self, identifier: &str) -> Result<LookUpResponse, Answer> {
        let key = key_of(identifier)?;
        let today = self.now()?.today;
        let mut tx = self.read().await?;
        let LookedUp { redirect, entries: rows } = redirects::look_up(&mut *tx, &key, today).await?;
        let latest = tx.latest_result().await?;
        let row = |shown: Shown| {
            let said = FinalRow {
                case_id: shown.case.to_string(),
                standing: shown.standing_on(today).to_owned(),
                disputed: shown.is_disputed(),
                notice: shown.notice().to_owned(),
                ..FinalRow::default()
            };
            // Of an entry that left, nothing is told but that it did (BX-2).
            let Some(row) = shown.row.clone().filter(|_| !shown.has_exited()) else { return said };
            FinalRow {
                kind: kind_name(row.kind).to_owned(),
                department: row.department.0.clone(),
                recogniser: row.recogniser,
                name: row.name,
                criteria: row.criteria,
                valid_from: row.valid_from.to_string(),
                valid_to: view::last_day(row.valid_to),
                ..said
            }
        };
        Ok(LookUpResponse {
            rows: rows.into_iter().map(row).collect(),
            result_version: latest.as_ref().map_or(0, |row| row.version),
            result_digest: latest.as_ref().map(|row| hex(&row.root)).unwrap_or_default(),
            redirect: redirect.map(|to| SubjectRedirect {
                current: to.current.to_string(),
                since: to.since.to_string(),
                until: to.until.map(|last| last.to_string()).unwrap_or_default(),
                act: to.act.to_string(),
            }),
        })
    }
}

/// The key under which a subject stands, from any code of his. The answer never repeats what was asked: it may be
/// personal.
pub(super) fn key_of(identifier: &str) -> Result<SubjectKey, Answer> {
    let organisation = |code: String| format!("O:{code}");
    let uscc = Uscc::read(identifier).or_else(|_| Uscc::read_confirmed(identifier));
    let text = match uscc {
        Ok(reading) => organisation(reading.code.organisation_code().to_string()),
        Err(_) => match (OrganisationCode::read(identifier), RegistrationNumber::read(identifier)) {
            (Ok(reading), _) => organisation(reading.code.to_string()),
            (_, Ok(reading)) => format!("R:{}", reading.code),
            _ => {
                let message = "请输入完整的统一社会信用代码、组织机构代码或工商注册号";
                return Err(Answer::field("identifier", message));
            }
        },
    };
    text.parse().map_err(|_| Answer::field("identifier", "该代码不能用于查询"))
}

fn verdict_row(row: &StoredVerdict, names: &BTreeMap<CaseId, String>) -> Option<VerdictRow> {
    let detail = DetailRow::decode(&row.body).ok()?;
    let (outcome, rule, exit, cause) = match &detail.verdict.outcome {
        Outcome::Removed { rule, exit, cause, .. } => ("removed", rule.code(), exit.code(), cause.to_string()),
        Outcome::Held { reason, with } => {
            ("held", reason.code(), "", with.as_ref().map(ToString::to_string).unwrap_or_default())
        }
        _ => return None,
    };
    let held = match &detail.verdict.outcome {
        Outcome::Held { reason, .. } => Some(reason.chinese().to_owned()),
        _ => None,
    };
    let disclosed = detail.verdict.cause_facts.as_ref().map(view::cause_sentence);
    Some(VerdictRow {
        case_id: row.case.to_string(),
        name: names.get(&row.case).cloned().unwrap_or_default(),
        outcome: outcome.to_owned(),
        rule: rule.to_owned(),
        exit: exit.to_owned(),
        cause,
        sentence: held.into_iter().chain(disclosed).collect::<Vec<_>>().join("；"),
        version: row.version,
    })
}

/// The names of cases, as far as their entries are held here; each chunk is opened once.
async fn names_of(tx: &mut dyn Tx, cases: impl Iterator<Item = &CaseId>) -> Result<BTreeMap<CaseId, String>, Answer> {
    let mut names = BTreeMap::new();
    let mut opened: BTreeSet<Digest> = BTreeSet::new();
    for case in cases {
        if names.contains_key(case) {
            continue;
        }
        if let Some(row) = tx.case(case).await? {
            names.insert(case.clone(), row.name);
            continue;
        }
        let Some(chunk) = tx.chunks_of_case(case).await?.into_iter().next_back() else { continue };
        if opened.len() >= CHUNKS_OPENED_MAX || !opened.insert(chunk.digest) {
            continue;
        }
        let Some(bytes) = tx.chunk(&chunk.digest).await? else { continue };
        for salted in open_entries(&bytes)? {
            if let Ok(entry) = decode_entry(&salted.body) {
                names.insert(entry.case, entry.subject.name);
            }
        }
    }
    Ok(names)
}
