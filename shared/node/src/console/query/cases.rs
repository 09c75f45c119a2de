//! Cases and lists.

use honghei_domain::act::ReviewDecision;
use honghei_domain::case::{Case, Stage, StageName};
use honghei_domain::dossier::{Dossier, DossierStage};
use honghei_domain::list::{Attestation, CaseId, ListEntry};
use honghei_proto::console::v1::*;
use honghei_registry::context::Context;
use honghei_registry::desk::dossiers;
use honghei_registry::view;

use super::{Desk, ROWS, criteria_of, document_of, identifier_of, limit_of, repairability_of};
use crate::answer::Answer;
use crate::console::fields::{self, kind_name};

impl Desk {
    pub(in crate::console) async fn list_cases(&self, asked: ListCasesRequest) -> Result<ListCasesResponse, Answer> {
        let stage = match asked.stage.trim() {
            "" => None,
            name => {
                let found = StageName::ALL.into_iter().find(|stage| stage.as_str() == name);
                let known = || StageName::ALL.map(StageName::as_str).join("、");
                Some(found.ok_or_else(|| Answer::field("stage", format!("stage 应为以下之一：{}", known())))?)
            }
        };
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        let found = view::own_cases(&mut *tx, &cx, stage, asked.after, limit_of(asked.limit, ROWS)).await?;
        Ok(ListCasesResponse { cases: found.iter().map(|(case, stage)| case_row(case, *stage)).collect() })
    }

    pub(in crate::console) async fn show_case(&self, case: &str) -> Result<ShowCaseResponse, Answer> {
        let id = fields::case("case_id", case)?;
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        let found = view::case_view(&mut *tx, &cx, &id).await?;
        let found = found.ok_or_else(|| Answer::refused("CASE_UNKNOWN", format!("本节点没有案件{id}")))?;
        let entry = &found.case.entry;
        let (valid_from, valid_to) = match &found.case.stage {
            Stage::Final { valid_from, valid_to, .. } => (valid_from.to_string(), view::last_day(*valid_to)),
            _ => Default::default(),
        };
        let step = |step: &view::Step| TimelineRow {
            day: step.done_on.to_string(),
            entry: step.at.to_string(),
            node: step.at.log.node.to_string(),
            kind: step.kind.to_owned(),
            sentence: step.sentence.clone(),
            officer: step.officer.clone(),
        };
        let quality = |said: &Attestation| AttestedQuality { code: said.code.clone(), text: said.text.clone() };
        Ok(ShowCaseResponse {
            row: Some(case_row(&found.case, found.stage)),
            criteria: criteria_of(entry),
            facts: entry.facts.clone(),
            document: document_of(entry.document.as_ref()),
            repairability: repairability_of(entry.repairability.as_ref()),
            valid_from,
            valid_to,
            timeline: found.steps.iter().map(step).collect(),
            qualities: entry.attestations.iter().map(quality).collect(),
        })
    }

    pub(in crate::console) async fn list_dossiers(&self, stage: &str) -> Result<ListDossiersResponse, Answer> {
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        let stage = stage.trim();
        let rows = tx.dossiers(Some(stage).filter(|stage| !stage.is_empty())).await?;
        let mut shown = Vec::with_capacity(rows.len());
        for row in &rows {
            shown.push(dossier_row(&cx, &dossiers::decode_row(row)?));
        }
        Ok(ListDossiersResponse { dossiers: shown })
    }

    pub(in crate::console) async fn show_dossier(
        &self,
        asked: ShowDossierRequest,
    ) -> Result<ShowDossierResponse, Answer> {
        let list = fields::entry("list", &asked.list)?;
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        let dossier = dossiers::require(&mut *tx, &list).await?;
        let entries = view::entries_of_list(&mut *tx, &list, asked.after, limit_of(asked.limit, ROWS)).await?;
        let case = |number: u64| CaseId { origin: dossier.recogniser().clone(), number }.to_string();
        let exceptions = dossier.exceptions.iter().map(|(number, decision)| match decision {
            ReviewDecision::Return { defects } => exception_row(case(*number), "return", defects.clone()),
            ReviewDecision::Reject { reason } => exception_row(case(*number), "reject", vec![reason.clone()]),
        });
        let rejected = dossier.rejected_rows.iter().map(|(number, row)| {
            exception_row(case(*number), "rejected", vec![format!("{}（{}）", row.reason, row.code)])
        });
        Ok(ShowDossierResponse {
            row: Some(dossier_row(&cx, &dossier)),
            entries: entries.iter().map(entry_row).collect(),
            exceptions: exceptions.collect(),
            rejected: rejected.collect(),
        })
    }
}

fn exception_row(case_id: String, decision: &str, reasons: Vec<String>) -> ReviewExceptionRow {
    ReviewExceptionRow { case_id, decision: decision.to_owned(), reasons }
}

fn case_row(case: &Case, stage: StageName) -> CaseRow {
    CaseRow {
        case_id: case.id().to_string(),
        kind: kind_name(case.entry.kind).to_owned(),
        name: case.entry.subject.name.clone(),
        subject: identifier_of(&case.entry.subject),
        stage: stage.as_str().to_owned(),
        stage_zh: stage.zh().to_owned(),
    }
}

fn entry_row(entry: &ListEntry) -> EntryRow {
    EntryRow {
        case_id: entry.case.to_string(),
        name: entry.subject.name.clone(),
        subject: identifier_of(&entry.subject),
        criteria: criteria_of(entry).join(","),
        facts: entry.facts.clone(),
        document: document_of(entry.document.as_ref()),
        repairability: repairability_of(entry.repairability.as_ref()),
    }
}

fn dossier_row(cx: &Context, dossier: &Dossier) -> DossierRow {
    let stage = dossier.stage();
    let due_on = match stage {
        DossierStage::Received { due_on } | DossierStage::Reviewed { due_on } => Some(due_on),
        DossierStage::InPublicity { ends_on } => Some(ends_on),
        _ => None,
    };
    let left = due_on.map(|due_on| cx.reference.calendar.working_days_left(cx.now.today, due_on).value);
    DossierRow {
        list: dossier.list.to_string(),
        stage: stage.as_str().to_owned(),
        kind: kind_name(dossier.kind).to_owned(),
        count: dossier.count,
        due_on: due_on.map(|due_on| due_on.to_string()).unwrap_or_default(),
        working_days_left: left.unwrap_or(0),
        from: dossier.recogniser().to_string(),
        stage_zh: stage.zh().to_owned(),
    }
}
