//! Questions and how their answers are read at a terminal.

use honghei_domain::attachment::FileType;
use honghei_domain::permit::Role;
use honghei_proto::console::v1::*;

use super::print::table;
use super::progress::Progress;
use super::status::status;
use super::{Ask, Session};
use crate::answer::{Answer, Class};
use crate::console::role_name;

impl Session {
    pub(super) async fn ask(&self, ask: Ask) -> Result<(), Answer> {
        let mut client = if ask.is_open() { self.connect().await? } else { self.connect_as_officer().await? };
        let printer = &self.printer;
        match ask {
            Ask::Status => printer.show(&client.get_status(GetStatusRequest {}).await?, status),
            Ask::Cases(request) => printer.show(&client.list_cases(request).await?, cases),
            Ask::Case(request) => printer.show(&client.show_case(request).await?, case),
            Ask::Dossiers(request) => {
                printer.show(&client.list_dossiers(request).await?, |shown| dossiers(&shown.dossiers))
            }
            Ask::Dossier(request) => printer.show(&client.show_dossier(request).await?, dossier),
            Ask::WhyDue(request) => printer.show(&client.why_due(request).await?, why_due),
            Ask::Deadlines(request) => printer.show(&client.list_deadlines(request).await?, deadlines),
            Ask::Officers => printer.show(&client.list_officers(ListOfficersRequest {}).await?, officers),
            Ask::Petitions => printer.show(&client.list_petitions(ListPetitionsRequest {}).await?, petitions),
            Ask::Signatures => printer.show(&client.list_signatures(ListSignaturesRequest {}).await?, signatures),
            Ask::Attachments(request) => printer.show(&client.list_attachments(request).await?, attachments),
            Ask::Results(request) => printer.show(&client.list_results(request).await?, results),
            Ask::Verdicts(request) => printer.show(&client.list_verdicts(request).await?, verdicts),
            Ask::LookUp(request) => printer.show(&client.look_up(request).await?, look_up),
            Ask::Office(request) => {
                let progress = Progress::spinner("查询", printer.json);
                let heard = client.ask(request, |step| progress.step(&step.name, step.done, step.total)).await;
                progress.done();
                let told = heard?;
                printer.show(&told, office)?;
                match told.alarm.as_str() {
                    "" => Ok(()),
                    code => Err(Answer::new(Class::Defective, code, told.detail)),
                }
            }
            Ask::Verify => {
                let found = client.verify(VerifyRequest {}).await?;
                printer.show(&found, verify)?;
                if found.sound {
                    return Ok(());
                }
                let wrong = found.findings.iter().filter(|finding| !finding.defect.is_empty()).count();
                Err(Answer::new(Class::Defective, "VERIFICATION_FAILED", format!("{wrong} checks found defects")))
            }
            Ask::Rebuild => {
                let rebuilt = client.rebuild(RebuildRequest {}).await?;
                printer.show(&rebuilt, |rebuilt| {
                    format!("重新折叠{}条记录\n此前 {}\n此后 {}", rebuilt.entries, rebuilt.before, rebuilt.after)
                })?;
                if rebuilt.before == rebuilt.after {
                    return Ok(());
                }
                let message = "the projections came out otherwise than before; the log is right, report this";
                Err(Answer::new(Class::Defective, "REBUILD_DIFFERS", message))
            }
        }
    }
}

fn case_cells(row: &CaseRow) -> Vec<String> {
    vec![row.case_id.clone(), colour(&row.kind), row.stage_zh.clone(), row.subject.clone(), row.name.clone()]
}

fn colour(kind: &str) -> String {
    if kind == "red" { "红".to_owned() } else { "黑".to_owned() }
}

fn cases(shown: &ListCasesResponse) -> String {
    let rows: Vec<Vec<String>> = shown.cases.iter().map(case_cells).collect();
    table(&["案件", "名单", "状态", "代码", "名称"], &rows)
}

fn case(shown: &ShowCaseResponse) -> String {
    let mut out = String::new();
    if let Some(row) = &shown.row {
        out.push_str(&format!("{}  {}  {}  {}\n", row.case_id, colour(&row.kind), row.stage_zh, row.name));
        out.push_str(&format!("代码：{}\n", row.subject));
    }
    let qualities: Vec<String> = shown.qualities.iter().map(|said| format!("{}：{}", said.code, said.text)).collect();
    let said = [
        ("认定标准", shown.criteria.join("、")),
        ("事实", shown.facts.clone()),
        ("文书", shown.document.clone()),
        ("修复", shown.repairability.clone()),
        ("确认", qualities.join("；")),
        ("有效期", [shown.valid_from.as_str(), shown.valid_to.as_str()].join("至")),
    ];
    for (what, text) in said.iter().filter(|(_, text)| !text.is_empty() && text != "至") {
        out.push_str(&format!("{what}：{text}\n"));
    }
    let rows: Vec<Vec<String>> = shown
        .timeline
        .iter()
        .map(|row| {
            vec![row.day.clone(), row.node.clone(), row.officer.clone(), row.sentence.clone(), row.entry.clone()]
        })
        .collect();
    out.push('\n');
    out.push_str(&table(&["日期", "节点", "签署", "经过", "记录"], &rows));
    out
}

fn dossiers(shown: &[DossierRow]) -> String {
    let rows: Vec<Vec<String>> = shown
        .iter()
        .map(|row| {
            let left = if row.due_on.is_empty() { String::new() } else { row.working_days_left.to_string() };
            let cells = [row.list.clone(), colour(&row.kind), row.stage_zh.clone(), row.count.to_string()];
            cells.into_iter().chain([row.due_on.clone(), left]).collect()
        })
        .collect();
    table(&["名单", "类别", "状态", "条数", "期限", "剩余工作日"], &rows)
}

fn dossier(shown: &ShowDossierResponse) -> String {
    let mut out = dossiers(shown.row.as_slice());
    let exceptions = shown.exceptions.iter().chain(&shown.rejected);
    let rows: Vec<Vec<String>> =
        exceptions.map(|row| vec![row.case_id.clone(), decision_zh(&row.decision), row.reasons.join("；")]).collect();
    if !rows.is_empty() {
        out.push('\n');
        out.push_str(&table(&["案件", "处理", "理由"], &rows));
    }
    let rows: Vec<Vec<String>> = shown
        .entries
        .iter()
        .map(|row| {
            vec![row.case_id.clone(), row.subject.clone(), row.name.clone(), row.criteria.clone(), row.facts.clone()]
        })
        .collect();
    out.push('\n');
    out.push_str(&table(&["案件", "代码", "名称", "认定标准", "事实"], &rows));
    out
}

fn decision_zh(decision: &str) -> String {
    let zh = match decision {
        "return" => "退回补正",
        "reject" => "不予通过",
        "rejected" => "系统校验未通过",
        other => other,
    };
    zh.to_owned()
}

/// What officers call a role; one of a newer node by its key.
fn role_zh(key: &str) -> &str {
    Role::ALL.into_iter().find(|role| role_name(*role) == key).map_or(key, |role| role.zh())
}

/// What officers call a kind of file.
fn media_zh(media_type: &str) -> &str {
    FileType::ALL.into_iter().find(|known| known.media_type() == media_type).map_or(media_type, |known| known.zh())
}

fn officers(shown: &ListOfficersResponse) -> String {
    let rows: Vec<Vec<String>> = shown
        .officers
        .iter()
        .map(|row| {
            let certified = if row.certified { "已确认" } else { "待确认" };
            let cells = [row.node.clone(), row.id.clone(), row.name.clone(), row.title.clone()];
            let acting = row.delegations.join("；");
            let roles: Vec<&str> = row.roles.iter().map(|role| role_zh(role)).collect();
            cells.into_iter().chain([roles.join("、"), certified.to_owned(), acting]).collect()
        })
        .collect();
    table(&["节点", "人员", "姓名", "职务", "岗位", "密钥", "代行"], &rows)
}

fn why_due(shown: &WhyDueResponse) -> String {
    if shown.clocks.is_empty() {
        return "该案件没有期限".to_owned();
    }
    let said: Vec<String> =
        shown.clocks.iter().map(|row| format!("{}\n  目前：{}", row.reason, row.standing_zh)).collect();
    said.join("\n\n")
}

fn deadlines(shown: &ListDeadlinesResponse) -> String {
    let rows: Vec<Vec<String>> = shown
        .deadlines
        .iter()
        .map(|row| {
            let due_on = if row.provisional { format!("{}（暂定）", row.due_on) } else { row.due_on.clone() };
            let head = [due_on, row.code.clone(), row.title.clone(), row.standing_zh.clone()];
            head.into_iter().chain([row.matter.clone(), row.started_on.clone(), row.owner.clone()]).collect()
        })
        .collect();
    table(&["届满日", "代码", "期限", "状态", "事项", "起算", "责任单位"], &rows)
}

fn petitions(shown: &ListPetitionsResponse) -> String {
    let rows: Vec<Vec<String>> = shown
        .petitions
        .iter()
        .map(|row| {
            let kind = if row.kind == "objection" { "异议" } else { "陈述申辩" };
            let cells = [row.entry.clone(), row.case_id.clone(), kind.to_owned(), row.received_on.clone()];
            cells.into_iter().chain([row.by.clone(), row.grounds.clone()]).collect()
        })
        .collect();
    table(&["记录", "案件", "种类", "收到", "提出人", "理由"], &rows)
}

fn signatures(shown: &ListSignaturesResponse) -> String {
    let rows: Vec<Vec<String>> = shown
        .signatures
        .iter()
        .map(|row| {
            let state = if row.outdated { "已逾日，须重新提出".to_owned() } else { row.missing.join("、") };
            let cells = [row.id.clone(), row.proposed_on.clone(), row.signed_by.join("、"), state];
            cells.into_iter().chain([row.summary.clone()]).collect()
        })
        .collect();
    table(&["编号", "提出", "已签", "尚待", "事项"], &rows)
}

fn attachments(shown: &ListAttachmentsResponse) -> String {
    let rows: Vec<Vec<String>> = shown
        .attachments
        .iter()
        .map(|row| {
            let held = if row.held { "已收全" } else { "接收中" };
            let cells = [row.number.to_string(), row.name.clone(), media_zh(&row.media_type).to_owned()];
            cells.into_iter().chain([row.length.to_string(), held.to_owned()]).collect()
        })
        .collect();
    table(&["序号", "文件", "类型", "字节", "状态"], &rows)
}

fn results(shown: &ListResultsResponse) -> String {
    let rows: Vec<Vec<String>> = shown
        .results
        .iter()
        .map(|row| {
            let counts = [row.red, row.black, row.removed, row.held].map(|count| count.to_string());
            let head = [row.version.to_string(), row.published_on.clone()];
            head.into_iter().chain(counts).chain([row.cosigners.len().to_string(), row.digest.clone()]).collect()
        })
        .collect();
    table(&["版本", "公布", "红", "黑", "删除", "待核", "见证", "摘要"], &rows)
}

fn verdicts(shown: &ListVerdictsResponse) -> String {
    let rows: Vec<Vec<String>> = shown
        .verdicts
        .iter()
        .map(|row| {
            let outcome = if row.outcome == "removed" { "删除" } else { "待核" };
            let head = [row.case_id.clone(), row.name.clone(), outcome.to_owned(), row.rule.clone()];
            head.into_iter().chain([row.exit.clone(), row.cause.clone(), row.sentence.clone()]).collect()
        })
        .collect();
    table(&["案件", "名称", "结果", "规则", "退出", "所涉案件", "原因"], &rows)
}

fn redirected(to: &SubjectRedirect) -> String {
    let current = match to.current.split_once(':') {
        Some(("O", code)) => format!("组织机构代码{code}的主体"),
        Some(("R", number)) => format!("工商注册号{number}的主体"),
        _ => "仅有名称、没有代码的主体".to_owned(),
    };
    let until = if to.until.is_empty() { String::new() } else { format!("，至{}止", to.until) };
    format!("所查主体自{}起并入{current}{until}（记录{}），以下为现主体的全部条目\n", to.since, to.act)
}

fn look_up(shown: &LookUpResponse) -> String {
    let rows: Vec<Vec<String>> = shown
        .rows
        .iter()
        .map(|row| {
            let standing = match row.standing.as_str() {
                "in_force" => "有效",
                "expired" => "期满",
                "exited" => "已退出",
                _ => "未生效",
            };
            let standing = match (row.disputed, row.notice.as_str()) {
                (true, _) => format!("{standing}（异议处理中）"),
                (false, "") => standing.to_owned(),
                (false, notice) => notice.to_owned(),
            };
            let kind = if row.kind.is_empty() { String::new() } else { colour(&row.kind) };
            let head = [kind, standing, row.name.clone(), row.recogniser.clone()];
            head.into_iter().chain([row.criteria.clone(), row.valid_from.clone(), row.valid_to.clone()]).collect()
        })
        .collect();
    let list = match rows.is_empty() {
        true => "不在最终名单上\n".to_owned(),
        false => table(&["名单", "状态", "名称", "认定部门", "认定标准", "有效期起", "有效期止"], &rows),
    };
    let redirect = shown.redirect.as_ref().map(redirected).unwrap_or_default();
    format!("{redirect}{list}依据最终名单第{}版（摘要 {}）", shown.result_version, shown.result_digest)
}

fn office(told: &Told) -> String {
    let sentences = told.sentences.join("\n");
    if told.headings.is_empty() || told.rows.is_empty() {
        return sentences;
    }
    let headings: Vec<&str> = told.headings.iter().map(String::as_str).collect();
    let rows: Vec<Vec<String>> = told.rows.iter().map(|row| row.cells.clone()).collect();
    format!("{sentences}\n\n{}", table(&headings, &rows))
}

fn verify(found: &VerifyResponse) -> String {
    let rows: Vec<Vec<String>> = found
        .findings
        .iter()
        .map(|finding| {
            let said = if finding.defect.is_empty() { "无误" } else { &finding.defect };
            vec![finding.check.clone(), finding.count.to_string(), said.to_owned()]
        })
        .collect();
    table(&["核验", "数量", "结果"], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reviewer_decided_is_told_in_chinese() {
        let row = |decision: &str| ReviewExceptionRow {
            case_id: "420802-commerce#1".to_owned(),
            decision: decision.to_owned(),
            reasons: vec!["缺文书".to_owned()],
        };
        let shown = ShowDossierResponse {
            exceptions: vec![row("return"), row("reject")],
            rejected: vec![row("rejected")],
            ..ShowDossierResponse::default()
        };
        let told = dossier(&shown);
        for zh in ["退回补正", "不予通过", "系统校验未通过"] {
            assert!(told.contains(zh), "{zh} in\n{told}");
        }
        assert!(!told.contains("reject") && !told.contains("return"), "{told}");
    }

    #[test]
    fn every_role_is_told_in_chinese() {
        for role in Role::ALL {
            let roles = vec![role_name(role).to_owned(), role_name(Role::Head).to_owned()];
            let officer = OfficerRow { roles, ..OfficerRow::default() };
            let told = officers(&ListOfficersResponse { officers: vec![officer] });
            assert!(told.contains(&format!("{}、主要负责人", role.zh())), "{told}");
            assert!(!told.contains(role_name(role)), "{told}");
        }
    }

    #[test]
    fn every_kind_of_file_is_told_in_chinese() {
        for found in FileType::ALL {
            let row = AttachmentRow { media_type: found.media_type().to_owned(), ..AttachmentRow::default() };
            let told = attachments(&ListAttachmentsResponse { attachments: vec![row] });
            assert!(told.contains(found.zh()) && !told.contains('/'), "{told}");
        }
    }
}
