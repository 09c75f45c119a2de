//! What the directory's policies say, told to officers.

use honghei_domain::list::ListKind;
use honghei_domain::policy::{Clock, Policy};
use honghei_domain::refusal::Refusal;

use crate::context::Context;
use crate::error::CommandError;
use crate::question::Told;

/// Every policy and version for an empty name, else one with its criteria.
pub fn tell(cx: &Context, name: &str) -> Result<Told, CommandError> {
    if name.trim().is_empty() {
        let rows = cx.reference.policies.iter().map(|(pin, policy)| {
            vec![pin.clone(), policy.department.0.clone(), policy.title.clone(), policy.criteria.len().to_string()]
        });
        let headings = vec!["制度", "部门", "名称", "认定标准"];
        let sentences = vec![format!("目录第{}版载有以下制度", cx.directory().version)];
        return Ok(Told { sentences, headings, rows: rows.collect(), alarm: None });
    }
    match cx.reference.quoted(name.trim()) {
        Some(policy) => Ok(told(policy)),
        None => Err(Refusal::new("POLICY_UNKNOWN", "R-010", format!("目录中没有制度{name}")).into()),
    }
}

/// One policy: its procedure in sentences, its criteria in rows.
pub fn told(policy: &Policy) -> Told {
    let mut sentences = vec![format!("{} 《{}》，部门{}", policy.pin(), policy.title, policy.department.0)];
    for step in &policy.steps {
        let clock = step.clock.map(|clock| clock_of(policy, clock)).unwrap_or_default();
        let gates: Vec<&str> = step.gates.iter().map(|gate| gate.zh()).collect();
        let gates = if gates.is_empty() { String::new() } else { format!("；条件：{}", gates.join("、")) };
        sentences.push(format!("{}（{}）{clock}{gates}", step.code.zh(), step.by.zh()));
    }
    for kind in [ListKind::Red, ListKind::Black] {
        let demanded: Vec<String> =
            policy.qualities_of(kind).map(|quality| format!("{}（{}）", quality.text, quality.code)).collect();
        if !demanded.is_empty() {
            let list = if kind == ListKind::Red { "红名单" } else { "黑名单" };
            sentences.push(format!("{list}条目须逐项具文确认：{}", demanded.join("、")));
        }
    }
    for measure in &policy.measures {
        let basis = match &measure.published_basis {
            Some(basis) => format!("依据{}{}", basis.document, basis.article),
            None => "没有已公布的依据，不得实施（R-061）".to_owned(),
        };
        sentences.push(format!("措施{} {}：{basis}", measure.code, measure.text));
    }
    let rows = policy.criteria.iter().map(|criterion| {
        let state = match (criterion.retired_on, criterion.incomplete()) {
            (Some(day), _) => format!("{day}废止"),
            (None, Some(missing)) => missing.to_owned(),
            (None, None) => format!("{}起", criterion.effective_from),
        };
        let cells = [criterion.code.0.as_str(), criterion.text.as_str(), criterion.basis.as_str(), criterion.rank.zh()];
        cells.into_iter().map(str::to_owned).chain([state]).collect()
    });
    let headings = vec!["认定标准", "条文", "依据", "效力层级", "效力"];
    Told { sentences, headings, rows: rows.collect(), alarm: None }
}

fn clock_of(policy: &Policy, clock: Clock) -> String {
    let working = match clock {
        Clock::D06 | Clock::D07 => policy.terms.filing_in_working_days,
        Clock::D01 | Clock::D02 | Clock::D03 | Clock::D09 | Clock::D16 => true,
    };
    let unit = if working { "个工作日" } else { "日" };
    format!("，{}{}{unit}", clock.code(), clock.days(&policy.terms))
}
