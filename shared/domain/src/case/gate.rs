//! What must hold before a head may sign a recognition (R-021, R-024, F-11, R-003, R-004, SW-B-12).

use super::{Case, Context, Stage, grounds};
use crate::evidence::evidence_refusals;
use crate::list::{EffectiveDocument, ListEntry, ListKind, Repairability};
use crate::policy::{CriterionForm, Demand, Policy};
use crate::refusal::Refusal;

/// Every reason at once, so that the officer corrects once.
pub(super) fn certifiable(case: &Case, context: &Context<'_>) -> Result<(), Vec<Refusal>> {
    if let Some(refusal) = not_open(case, context) {
        return Err(vec![refusal]);
    }
    let mut refusals: Vec<Refusal> = in_consultation(context).into_iter().collect();
    record(&case.entry, context, &mut refusals);
    criteria(&case.entry, context, &mut refusals);
    attested(&case.entry, context.policy, &mut refusals);
    grounds::check(case, context, &mut refusals);
    if case.entry.kind == ListKind::Black {
        black(&case.entry, context, &mut refusals);
    }
    let events = !case.preparation.evidence.is_empty();
    refusals.extend(evidence_refusals(&case.entry, context.policy, events));
    procedure(case, context, &mut refusals);
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// Whether an open clause is among the criteria.
pub(super) fn cites_open_clause(entry: &ListEntry, policy: &Policy) -> bool {
    entry
        .criteria
        .iter()
        .filter_map(|code| policy.criterion(code))
        .any(|criterion| criterion.form == CriterionForm::Open)
}

/// A stage from which no recognition starts.
fn not_open(case: &Case, context: &Context<'_>) -> Option<Refusal> {
    let stage = &case.stage;
    let name = stage.name_on(context.today).zh();
    match stage {
        Stage::Returned { .. } => Some(Refusal::new(
            "CORRECTION_MISSING",
            "AMB-18",
            "该条目已被退回补正，请先按一次性告知的清单补正，再重新认定",
        )),
        Stage::Withdrawn { .. } => Some(Refusal::new("CASE_ENDED", "R-021", format!("该条目{name}，不再认定"))),
        stage if stage.is_preparing() || stage.is_sent_back() => None,
        _ => Some(Refusal::new("ALREADY_CERTIFIED", "R-024", format!("该条目{name}，不能重复认定"))),
    }
}

/// A draft on which opinions are still being asked for is nobody's rule yet (D-13).
fn in_consultation(context: &Context<'_>) -> Option<Refusal> {
    let until = context.policy.consultation_until.filter(|until| context.today <= *until)?;
    let sentence = format!("《{}》正在征求意见，截止{until}；截止前不得据以认定", context.policy.title);
    Some(Refusal::new("CONSULTATION_OPEN", "D-13", sentence))
}

fn record(entry: &ListEntry, context: &Context<'_>, refusals: &mut Vec<Refusal>) {
    let policy = context.policy;
    let mut refuse = |code, clause, sentence: String| refusals.push(Refusal::new(code, clause, sentence));
    if entry.department != policy.department {
        refuse("WRONG_DEPARTMENT", "R-002", format!("该条目不属于《{}》适用的部门名单", policy.title));
    }
    if entry.subject.name.trim().is_empty() {
        refuse("SUBJECT_NAME_MISSING", "F-01", "未填写主体名称".to_owned());
    }
    if entry.subject.class.trim().is_empty() {
        refuse("SUBJECT_CLASS_MISSING", "R-003", "未填写主体类别".to_owned());
    } else if !policy.has_class(&entry.subject.class) {
        refuse("SUBJECT_CLASS_UNKNOWN", "R-003", format!("主体类别“{}”不在适用范围内", entry.subject.class));
    }
    if entry.facts.trim().is_empty() {
        refuse("FACTS_MISSING", "F-02", "未填写列入的事实".to_owned());
    }
    let override_given = entry.territorial_override.as_ref().is_some_and(|reason| !reason.trim().is_empty());
    if !override_given && !registered_at_home(entry, context) {
        refuse("OUT_OF_TERRITORY", "R-004", "主体登记地看来不在本地，请核对；确应由本地认定的，请填写理由".to_owned());
    }
}

/// The region at registration, as the codes tell it; without a code the organ's name (REQUIREMENTS 2.1: softly).
fn registered_at_home(entry: &ListEntry, context: &Context<'_>) -> bool {
    let subject = &entry.subject;
    let by_uscc = subject.uscc.as_ref().and_then(|code| code.as_str().get(2..8));
    let by_number = subject.registration_number.as_ref().and_then(|number| number.as_str().get(0..6));
    let by_organ = || {
        // The names are those of the policy's own area; a recogniser outside it has none.
        let inside = context.policy.covers(&context.node.region().to_string());
        inside
            && subject
                .registration_organ
                .as_ref()
                .is_some_and(|organ| context.policy.scope.names.iter().any(|name| organ.contains(name.as_str())))
    };
    match by_uscc.or(by_number) {
        // A development zone has a code of its own; the organ's name then settles it.
        Some(region) => context.policy.is_home_region(context.node, region) || by_organ(),
        None => by_organ(),
    }
}

fn criteria(entry: &ListEntry, context: &Context<'_>, refusals: &mut Vec<Refusal>) {
    if entry.criteria.is_empty() {
        refusals.push(Refusal::new("CRITERION_MISSING", "R-010", "未引用任何认定标准"));
    }
    for code in &entry.criteria {
        let name = &code.0;
        let refusal = match context.policy.criterion(code) {
            None => ("CRITERION_UNKNOWN", format!("《{}》中没有认定标准{name}", context.policy.title)),
            Some(criterion) if criterion.kind != entry.kind => {
                ("CRITERION_WRONG_KIND", format!("认定标准{name}不适用于{}", zh_kind(entry.kind)))
            }
            Some(criterion) if !criterion.is_effective_on(context.today) => {
                ("CRITERION_NOT_EFFECTIVE", format!("认定标准{name}在{}不具效力", context.today))
            }
            Some(_) => continue,
        };
        refusals.push(Refusal::new(refusal.0, "R-010", refusal.1));
    }
    let cites_law = entry.facts.contains('《') && entry.facts.contains('》');
    if cites_open_clause(entry, context.policy) && !(cites_law && entry.document.is_some()) {
        refusals.push(Refusal::new(
            "OPEN_CLAUSE_UNFOUNDED",
            "SW-B-12",
            "适用兜底条款的，事实一栏应写明列入理由并引用法律依据（《……》），同时附生效法律文书",
        ));
    }
}

/// Every quality that the policy demands of this kind of entry is confirmed in words, and none that it does not know.
fn attested(entry: &ListEntry, policy: &Policy, refusals: &mut Vec<Refusal>) {
    let clause = match entry.kind {
        ListKind::Red => "R-006",
        ListKind::Black => "R-005",
    };
    let words = |code: &str| {
        let given = entry.attestations.iter().find(|attestation| attestation.code == code);
        given.map_or("", |attestation| attestation.text.trim())
    };
    let missing = policy.qualities_of(entry.kind).filter(|quality| words(&quality.code).is_empty());
    let missing: Vec<String> = missing.map(|quality| format!("{}（{}）", quality.text, quality.code)).collect();
    if !missing.is_empty() {
        let sentence =
            format!("列入{}还须逐项具文确认：{}；请写明理由后再认定", zh_kind(entry.kind), missing.join("、"));
        refusals.push(Refusal::new("QUALITY_NOT_ATTESTED", clause, sentence));
    }
    for attestation in &entry.attestations {
        // Evidence of a criterion that the entry no longer cites does no harm.
        if !policy.attestables(entry.kind).any(|known| known.code == attestation.code) {
            let sentence = format!("《{}》对{}没有确认事项{}", policy.title, zh_kind(entry.kind), attestation.code);
            refusals.push(Refusal::new("QUALITY_UNKNOWN", clause, sentence));
        }
    }
}

pub(super) fn zh_kind(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Red => "红名单",
        ListKind::Black => "黑名单",
    }
}

fn black(entry: &ListEntry, context: &Context<'_>, refusals: &mut Vec<Refusal>) {
    let document_refusal = match &entry.document {
        None => Some(("DOCUMENT_MISSING", "黑名单条目应有生效法律文书".to_owned())),
        Some(document) if is_incomplete(document) => {
            Some(("DOCUMENT_INCOMPLETE", "法律文书应写明种类、文号和作出机关".to_owned()))
        }
        Some(document) if document.effective_on > context.today => Some((
            "DOCUMENT_NOT_EFFECTIVE",
            format!("法律文书{}自{}起生效，生效前不得据以列入", document.number, document.effective_on),
        )),
        Some(_) => None,
    };
    if let Some((code, sentence)) = document_refusal {
        refusals.push(Refusal::new(code, "国办发〔2020〕49号", sentence));
    }
    let repairability_refusal = match &entry.repairability {
        None => Some(("REPAIRABILITY_MISSING", "F-11", "认定黑名单时应明确能否修复以及修复方式")),
        Some(Repairability::Repairable { method }) if method.trim().is_empty() => {
            Some(("REPAIR_METHOD_MISSING", "F-11", "可以修复的，应写明修复方式"))
        }
        Some(Repairability::Irreparable { legal_basis }) if legal_basis.trim().is_empty() => {
            Some(("IRREPARABLE_UNFOUNDED", "R-053", "认定不得修复的，应写明法律依据"))
        }
        Some(_) => None,
    };
    if let Some((code, clause, sentence)) = repairability_refusal {
        refusals.push(Refusal::new(code, clause, sentence));
    }
}

fn is_incomplete(document: &EffectiveDocument) -> bool {
    [&document.kind, &document.number, &document.issuer].into_iter().any(|text| text.trim().is_empty())
}

/// Whether a step of the procedure is completed; asked only where it counts, since every refusal is a sentence.
type Completed = fn(&Case, &Context<'_>) -> Result<(), Refusal>;

/// Notice, publicity and statements (R-021, AMB-01).
fn procedure(case: &Case, context: &Context<'_>, refusals: &mut Vec<Refusal>) {
    let rules = context.policy.rules(case.entry.kind);
    let steps: [(Demand, Completed); 2] = [(rules.notice, notice_completed), (rules.publicity, publicity_completed)];
    let required = steps.iter().filter(|(demand, _)| *demand == Demand::Required);
    let required: Vec<Completed> = required.map(|(_, completed)| *completed).collect();
    if !required.is_empty() {
        refusals.extend(required.iter().filter_map(|completed| completed(case, context).err()));
    } else if steps.iter().all(|(_, completed)| completed(case, context).is_err()) {
        refusals.push(Refusal::new(
            "PROCEDURE_MISSING",
            "R-021",
            "告知（含陈述申辩期）或者公示至少应完成一项，方可认定",
        ));
    }
    if let Some(open) = case.preparation.open_statement() {
        refusals.push(Refusal::new(
            "STATEMENT_OPEN",
            "R-021",
            format!("{}收到的陈述申辩尚未处理，请先核实并作出是否采纳的决定", open.received_on),
        ));
    }
}

fn notice_completed(case: &Case, context: &Context<'_>) -> Result<(), Refusal> {
    let Some(notice) = &case.preparation.notice else {
        let kind = zh_kind(case.entry.kind);
        return Err(Refusal::new("NOTICE_MISSING", "R-022", format!("拟列入{kind}的主体尚未收到书面告知")));
    };
    let due = context.working_days_from(notice.served_on, context.policy.terms.statement_days);
    if !due.is_past(context.today) {
        let sentence = format!("陈述申辩期至{}24时届满，届满前不得认定", due.on);
        return Err(Refusal::new("STATEMENT_PERIOD_RUNNING", "D-16", sentence));
    }
    settled(due.provisional, "陈述申辩期", "D-16")
}

fn publicity_completed(case: &Case, context: &Context<'_>) -> Result<(), Refusal> {
    let Some(publicity) = &case.preparation.publicity else {
        return Err(Refusal::new("PUBLICITY_MISSING", "R-023", "初选名单尚未公示"));
    };
    if publicity.closed_on.is_none() {
        return Err(Refusal::new(
            "PUBLICITY_RUNNING",
            "D-01",
            format!("公示期至{}24时届满；期满并结束公示后方可认定", publicity.ends_on),
        ));
    }
    // A holiday notice that came later can make the period too short in hindsight.
    let due = context.working_days_from(publicity.opened_on, context.policy.terms.candidate_publicity_days);
    if publicity.closed_on.is_some_and(|closed_on| closed_on <= due.on) {
        let sentence = format!("按放假安排重新计算，公示期应至{}，实际公示不足", due.on);
        return Err(Refusal::new("PUBLICITY_TOO_SHORT", "D-01", sentence));
    }
    Ok(())
}

/// A period counted without the year's holiday notice may be too short.
pub(crate) fn settled(provisional: bool, what: &str, clause: &'static str) -> Result<(), Refusal> {
    if provisional {
        let sentence = format!("{what}所在年度的放假安排尚未载入，期限只是暂定，请先更新工作日历");
        return Err(Refusal::new("CALENDAR_PROVISIONAL", clause, sentence));
    }
    Ok(())
}
