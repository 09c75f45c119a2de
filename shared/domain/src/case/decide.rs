//! What a command on a case comes to.

use chrono::NaiveDate;

use super::{Case, CaseCommand, CaseEvent, Context, Stage, StageName, evolve, gate};
use crate::act::OfficerId;
use crate::list::{ListEntry, ListKind, ProcedureRecord};
use crate::node::EntryRef;
use crate::refusal::{AlreadyDone, Decided, Refusal};

type Decision = Result<Decided<Vec<CaseEvent>>, Refusal>;

pub(super) fn decide(case: &Case, command: &CaseCommand, context: &Context<'_>) -> Decision {
    if case.id().origin != *context.node {
        let sentence = format!("该条目由{}认定，只能由其办理", case.id().origin);
        return Err(Refusal::new("WRONG_NODE", "R-031", sentence));
    }
    match command {
        CaseCommand::ServeNotice { method, served_on, proof } => serve_notice(case, method, *served_on, proof, context),
        CaseCommand::OpenPublicity { channel } => open_publicity(case, channel, context),
        CaseCommand::ClosePublicity { publicity } => close_publicity(case, publicity, context),
        CaseCommand::ReceiveStatement { by, grounds, received_on } => {
            receive_statement(case, by, grounds, *received_on, context)
        }
        CaseCommand::DisposeStatement { statement, adopted, reason } => {
            dispose_statement(case, statement, *adopted, reason, context)
        }
        CaseCommand::Correct { entry } => correct(case, entry, context),
        CaseCommand::Certify { second_approver } => certify(case, second_approver.as_ref(), context),
        CaseCommand::Withdraw { code, reason } => withdraw(case, code, reason, context),
    }
}

fn record(event: CaseEvent) -> Decision {
    Ok(Decided::Acts(vec![event]))
}

fn already(code: &'static str, sentence: impl Into<String>) -> Decision {
    Ok(Decided::AlreadyDone(AlreadyDone::new(code, sentence)))
}

fn required(text: &str, code: &'static str, clause: &'static str, what: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::new(code, clause, format!("未填写{what}"))) } else { Ok(()) }
}

fn not_in_future(day: NaiveDate, clause: &'static str, what: &str, context: &Context<'_>) -> Result<(), Refusal> {
    if day > context.today {
        let sentence = format!("{what}{day}晚于今天{}", context.today);
        return Err(Refusal::new("DATE_IN_FUTURE", clause, sentence));
    }
    Ok(())
}

/// Steps before recognition are taken before recognition, and after a return only once it is corrected.
fn in_preparation(case: &Case, clause: &'static str, context: &Context<'_>) -> Result<(), Refusal> {
    if case.stage.is_preparing() {
        return Ok(());
    }
    let name = case.stage_on(context.today);
    Err(match name {
        StageName::Withdrawn | StageName::Expired | StageName::Removed => {
            Refusal::new("CASE_ENDED", clause, format!("该条目{}，程序已终结", name.zh()))
        }
        StageName::Returned | StageName::Rejected => {
            Refusal::new("CORRECTION_MISSING", "AMB-18", format!("该条目{}，请先补正", name.zh()))
        }
        _ => Refusal::new("NOT_IN_PREPARATION", clause, format!("该条目{}，已过认定前的程序", name.zh())),
    })
}

fn serve_notice(case: &Case, method: &str, served_on: NaiveDate, proof: &str, context: &Context<'_>) -> Decision {
    in_preparation(case, "R-022", context)?;
    if let Some(notice) = &case.preparation.notice {
        return already("NOTICE_SERVED", format!("已于{}送达告知", notice.served_on));
    }
    required(method, "NOTICE_INCOMPLETE", "R-022", "告知方式")?;
    required(proof, "NOTICE_INCOMPLETE", "R-022", "送达证明")?;
    not_in_future(served_on, "R-022", "送达日期", context)?;
    record(CaseEvent::NoticeServed { method: method.to_owned(), served_on, proof: proof.to_owned() })
}

fn open_publicity(case: &Case, channel: &str, context: &Context<'_>) -> Decision {
    in_preparation(case, "R-023", context)?;
    if let Some(publicity) = &case.preparation.publicity {
        return already("PUBLICITY_OPENED", format!("已于{}公示，至{}", publicity.opened_on, publicity.ends_on));
    }
    required(channel, "PUBLICITY_CHANNEL_MISSING", "R-023", "公示渠道")?;
    if case.entry.facts.trim().is_empty() || case.entry.criteria.is_empty() {
        let sentence = "公示内容应包括列入的事实、理由和依据，请先补全";
        return Err(Refusal::new("PUBLICITY_CONTENT_MISSING", "R-023", sentence));
    }
    let due = context.working_days_from(context.today, context.policy.terms.candidate_publicity_days);
    record(CaseEvent::PublicityOpened {
        publicity: context.place.clone(),
        channel: channel.to_owned(),
        opened_on: context.today,
        ends_on: due.on,
    })
}

fn close_publicity(case: &Case, publicity: &EntryRef, context: &Context<'_>) -> Decision {
    let Some(open) = case.preparation.publicity.as_ref().filter(|open| open.act == *publicity) else {
        return Err(Refusal::new("PUBLICITY_UNKNOWN", "R-023", format!("该条目没有编号为{publicity}的公示")));
    };
    if let Some(closed_on) = open.closed_on {
        return already("PUBLICITY_CLOSED", format!("公示已于{closed_on}结束"));
    }
    in_preparation(case, "R-023", context)?;
    let due = context.working_days_from(open.opened_on, context.policy.terms.candidate_publicity_days);
    let ends_on = due.on.max(open.ends_on);
    if context.today <= ends_on {
        let sentence = format!("公示期至{ends_on}24时届满，不得提前结束");
        return Err(Refusal::new("PUBLICITY_RUNNING", "D-01", sentence));
    }
    gate::settled(due.provisional, "公示期", "D-01")?;
    record(CaseEvent::PublicityClosed { publicity: publicity.clone(), closed_on: context.today })
}

fn receive_statement(case: &Case, by: &str, grounds: &str, received_on: NaiveDate, context: &Context<'_>) -> Decision {
    in_preparation(case, "R-021", context)?;
    required(by, "STATEMENT_INCOMPLETE", "F-05", "陈述申辩人")?;
    required(grounds, "STATEMENT_INCOMPLETE", "F-05", "陈述申辩的事实、理由或证据")?;
    not_in_future(received_on, "F-05", "收到日期", context)?;
    record(CaseEvent::StatementReceived {
        statement: context.place.clone(),
        by: by.to_owned(),
        grounds: grounds.to_owned(),
        received_on,
    })
}

fn dispose_statement(
    case: &Case,
    statement: &EntryRef,
    adopted: bool,
    reason: &str,
    context: &Context<'_>,
) -> Decision {
    let Some(known) = case.preparation.statement(statement) else {
        return Err(Refusal::new("STATEMENT_UNKNOWN", "R-021", format!("该条目没有编号为{statement}的陈述申辩")));
    };
    if let Some(disposition) = &known.disposition {
        let outcome = if disposition.adopted { "采纳" } else { "不予采纳" };
        if disposition.adopted == adopted {
            return already("STATEMENT_DISPOSED", format!("已于{}决定{outcome}", disposition.decided_on));
        }
        let sentence = format!("已于{}决定{outcome}，不能改作相反决定", disposition.decided_on);
        return Err(Refusal::new("STATEMENT_DISPOSED_OTHERWISE", "R-021", sentence));
    }
    in_preparation(case, "R-021", context)?;
    required(reason, "REASON_MISSING", "F-05", "是否采纳的理由")?;
    record(CaseEvent::StatementDisposed {
        statement: statement.clone(),
        adopted,
        reason: reason.to_owned(),
        decided_on: context.today,
    })
}

fn correct(case: &Case, entry: &ListEntry, context: &Context<'_>) -> Decision {
    if entry.case != case.entry.case {
        return Err(Refusal::new("CASE_MISMATCH", "R-008", "补正记录的案件编号与原条目不一致"));
    }
    if entry.kind != case.entry.kind || entry.department != case.entry.department {
        let sentence = "补正不得变更名单种类或部门；确需变更的，请撤出后重新采集";
        return Err(Refusal::new("KIND_FIXED", "R-001", sentence));
    }
    if !case.stage.is_preparing() && !case.stage.is_sent_back() {
        let sentence = format!("该条目{}，不能直接修改记录", case.stage_on(context.today).zh());
        return Err(Refusal::new("NOT_CORRECTABLE", "AMB-18", sentence));
    }
    // What certification sets is not the corrector's to write.
    let corrected = ListEntry { recognised_on: None, procedure: ProcedureRecord::default(), ..entry.clone() };
    if corrected == case.entry && case.stage.is_preparing() {
        return already("RECORD_UNCHANGED", "补正内容与现有记录相同");
    }
    record(CaseEvent::Corrected { entry: Box::new(corrected), corrected_on: context.today })
}

fn certify(case: &Case, second_approver: Option<&OfficerId>, context: &Context<'_>) -> Decision {
    if let Stage::Certified { certified_on, .. } = &case.stage {
        return already("CERTIFIED", format!("已于{certified_on}认定"));
    }
    case.certifiable(context).map_err(first)?;
    if second_approver.is_none() && gate::cites_open_clause(&case.entry, context.policy) {
        let sentence = "适用兜底条款的条目，除主要负责人签署外，还须复核人签署";
        return Err(Refusal::new("SECOND_APPROVER_MISSING", "SW-B-12", sentence));
    }
    record(CaseEvent::Certified { list: context.place.clone(), certified_on: context.today })
}

/// A gate that refuses always says why; the fallback keeps this total.
fn first(refusals: Vec<Refusal>) -> Refusal {
    let fallback = || Refusal::new("NOT_CERTIFIABLE", "R-024", "该条目尚不具备认定条件");
    refusals.into_iter().next().unwrap_or_else(fallback)
}

fn withdraw(case: &Case, code: &str, reason: &str, context: &Context<'_>) -> Decision {
    let name = case.stage_on(context.today);
    match name {
        StageName::Withdrawn => return already("WITHDRAWN", "该条目已撤出"),
        StageName::Removed | StageName::Expired => {
            return Err(Refusal::new("CASE_ENDED", "R-050", format!("该条目{}，无需再撤出", name.zh())));
        }
        _ => {}
    }
    required(code, "EXIT_CODE_MISSING", "R-050", "退出事由代码")?;
    required(reason, "REASON_MISSING", "R-050", "退出理由")?;
    let other_kind = match case.entry.kind {
        ListKind::Red => "BX-",
        ListKind::Black => "RX-",
    };
    if code.starts_with(other_kind) || code == evolve::STATEMENT_ADOPTED || code == evolve::OBJECTION_UPHELD {
        let sentence = format!("退出事由{code}不适用于{}的主动撤出", gate::zh_kind(case.entry.kind));
        return Err(Refusal::new("EXIT_CODE_UNFIT", "R-050", sentence));
    }
    record(CaseEvent::Withdrawn { code: code.to_owned(), reason: reason.to_owned(), decided_on: context.today })
}
