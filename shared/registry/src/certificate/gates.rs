//! What the proved acts come to under the law: each gate passed, late, failed, attested or not shown, in Chinese.

use chrono::NaiveDate;
use honghei_domain::act::{Act, OfficerId, PublicityOf};
use honghei_domain::calendar::DueDate;
use honghei_domain::clock::{Clock, Deadline, Due, Mark, Matter, Standing};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::RowChange;
use honghei_domain::list::{CaseId, ListEntry, ListKind};
use honghei_domain::node::{ClockClass, EntryRef, NodeId};
use honghei_domain::permit::{Action, separate};
use honghei_domain::policy::{Demand, Policy};

use super::officers::Officers;
use super::proofs::Proved;
use super::{Certificate, CertificateDefect, key_text, read_key};
use crate::context::Reference;
use crate::desk::members::action_of;
use crate::entry::Entry;

/// What became of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Proved by the acts themselves.
    Passed,
    /// Done, but after its last day: lawful, and a failing of the office (AMB-17).
    Late,
    /// Not in order: the entry did not come about lawfully.
    Failed,
    /// The certified entry says so under the head's signature; the acts themselves are not shown.
    Attested,
    /// Nothing here shows it.
    NotShown,
}

impl Verdict {
    /// What a reader reads.
    pub fn zh(self) -> &'static str {
        match self {
            Verdict::Passed => "已证明",
            Verdict::Late => "已证明，逾期",
            Verdict::Failed => "不合规定",
            Verdict::Attested => "经签署记载",
            Verdict::NotShown => "未证明",
        }
    }
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What became of it.
    pub verdict: Verdict,
    /// The clause.
    pub clause: &'static str,
    /// One sentence.
    pub zh: String,
}

/// What a certificate proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The case, the list and the federation it is about.
    pub head: Vec<String>,
    /// Gates in the order of the procedure.
    pub findings: Vec<Finding>,
    /// Who else had stored the logs.
    pub witnesses: Vec<String>,
    /// What it does not prove.
    pub limits: Vec<String>,
}

impl Account {
    /// Whether no gate failed. A late act fails nothing.
    pub fn holds(&self) -> bool {
        self.findings.iter().all(|finding| finding.verdict != Verdict::Failed)
    }
}

/// The acts on the case, read once.
struct Teller<'a> {
    proved: &'a Proved,
    officers: &'a Officers,
    case: &'a CaseId,
    findings: Vec<Finding>,
}

/// Judges the gates.
pub fn account(
    certificate: &Certificate,
    proved: &Proved,
    officers: &Officers,
    trusted: bool,
) -> Result<Account, CertificateDefect> {
    let newest = proved.newest().ok_or_else(|| CertificateDefect::new("DIRECTORY_INVALID", "成员名录缺失"))?;
    let mut teller = Teller { proved, officers, case: &proved.case, findings: Vec::new() };
    let Some((list, certified)) = teller.certification() else {
        return Err(CertificateDefect::new(
            "CERTIFICATION_MISSING",
            "证明中没有本案件的认定记录，或认定名单不含本案件",
        ));
    };
    teller.preparation(&list, certified);
    teller.recognition(&list, certified);
    teller.review(&list, certified);
    teller.result();
    let head = head(certificate, proved, newest, &list, certified)?;
    let witnesses = proved
        .seen
        .iter()
        .map(|(log, signer, size)| format!("{signer}已保存{log}的前{size}条记录并签署回执"))
        .collect();
    let findings = teller.findings;
    Ok(Account { head, findings, witnesses, limits: limits(proved, trusted) })
}

fn head(
    certificate: &Certificate,
    proved: &Proved,
    newest: &Reference,
    list: &EntryRef,
    certified: &Entry,
) -> Result<Vec<String>, CertificateDefect> {
    let directory = &newest.directory;
    let class = match directory.clock_class {
        ClockClass::Real => "真实历法",
        ClockClass::Simulated => "模拟历法，仅供演练，不具法律效力",
    };
    let root = key_text(&read_key(&certificate.root_key)?);
    let name = |node: &NodeId| directory.node(node).map_or_else(|| node.to_string(), |node| node.name.clone());
    let Act::ListCertified { kind, .. } = certified.act() else { return Ok(Vec::new()) };
    let mut head = vec![
        format!("案件{}，{}，{}认定（名单{list}）", proved.case, zh_kind(*kind), name(&list.log.node)),
        format!("联邦{}（{class}），根公钥{root}", directory.federation),
    ];
    match (proved.listed.get(list), proved.public.last_key_value()) {
        (Some(entry), _) => head.push(format!("主体：{}；认定标准：{}", entry.subject.name, criteria(entry))),
        (None, Some((_, RowChange::Put(row)))) => {
            head.push(format!(
                "主体：{}；认定标准：{}（据公布的最终名单；认定条目含个人信息，未予公开）",
                row.name, row.criteria
            ));
        }
        _ => head.push("认定条目含个人信息，未予公开".to_owned()),
    }
    Ok(head)
}

fn limits(proved: &Proved, trusted: bool) -> Vec<String> {
    let mut limits = vec![
        "本证明只对所附记录作证：未附的记录（包括其他受众范围内的记录）是否存在，不在证明之列".to_owned(),
        "检查点之后发生的事项（异议、修复、退出等）不在证明之列".to_owned(),
        "所记事实、文书内容以及送达、公示在系统之外是否真实，以经办人和负责人的签名为限".to_owned(),
    ];
    if !trusted {
        limits.push("未指定所信任的根公钥：只证明各项内容与证明自称的根公钥相符，请向省级核对根公钥".to_owned());
    }
    for (at, header) in &proved.withheld {
        limits.push(format!("记录{at}（{}）涉及其他主体，内容未公开，只证明其存在", header.kind));
    }
    limits
}

impl<'a> Teller<'a> {
    fn say(&mut self, verdict: Verdict, clause: &'static str, zh: impl Into<String>) {
        self.findings.push(Finding { verdict, clause, zh: zh.into() });
    }

    fn entries(&self) -> impl Iterator<Item = &'a Entry> + use<'a> {
        self.proved.entries.values()
    }

    /// The last certification that holds the case: by its row, else by a hull without gaps.
    fn certification(&self) -> Option<(EntryRef, &'a Entry)> {
        let holds = |entry: &&Entry| match entry.act() {
            Act::ListCertified { manifest, .. } => {
                let by_hull = manifest.chunks.iter().any(|slice| {
                    (slice.first_case..=slice.last_case).contains(&self.case.number)
                        && (slice.last_case - slice.first_case).checked_add(1) == Some(slice.count)
                });
                entry.at.log.node == self.case.origin && (self.proved.listed.contains_key(&entry.at) || by_hull)
            }
            _ => false,
        };
        self.entries().filter(holds).max_by_key(|entry| entry.at.index).map(|entry| (entry.at.clone(), entry))
    }

    fn reference(&self, entry: &Entry) -> Option<&'a Reference> {
        self.proved.directory_of(entry.body.directory_version)
    }

    fn policy(&self, certified: &Entry) -> Option<(&'a Policy, &'a Reference)> {
        let reference = self.reference(certified)?;
        let Act::ListCertified { department, .. } = certified.act() else { return None };
        let named = reference.policies.get(&certified.body.policy);
        let policy = named.or_else(|| reference.policy_of(department).map(|(_, policy)| policy))?;
        Some((policy, reference))
    }

    fn due(
        &self,
        deadline: Deadline,
        on: NaiveDate,
        (policy, reference): (&Policy, &Reference),
    ) -> Option<(Clock, DueDate)> {
        let matter = Matter::Case(self.case.clone());
        let clock = Clock::start(deadline, matter, &self.case.origin, Mark::day(on), policy)?;
        match clock.due(&reference.calendar) {
            Due::On(due) => Some((clock, due)),
            Due::Stopped(_) => None,
        }
    }

    /// Notice, publicity, statements (R-021 to R-023, D-01, D-16).
    fn preparation(&mut self, list: &EntryRef, certified: &Entry) {
        let Some(rules) = self.policy(certified) else {
            return self.say(Verdict::NotShown, "R-021", "所附名录中没有适用的制度，无法核对告知和公示");
        };
        let Act::ListCertified { kind, certified_on, .. } = certified.act() else { return };
        let record = self.proved.listed.get(list).map(|entry| &entry.procedure);
        let number = self.case.number;
        let own = |entry: &&Entry| entry.at.log.node == self.case.origin && entry.at.index < list.index;
        let mut notice = None;
        let mut publicity = None;
        for entry in self.proved.entries.values().filter(own) {
            match entry.act() {
                Act::NoticeServed { cases, served_on, .. } if cases.contains(number) => {
                    notice = Some((*served_on, Verdict::Passed));
                }
                Act::PublicityOpened { of: PublicityOf::Cases(cases), opened_on, .. } if cases.contains(number) => {
                    publicity = Some((*opened_on, self.closing(&entry.at), Verdict::Passed));
                }
                _ => {}
            }
        }
        let notice = notice.or_else(|| Some((record?.notice.as_ref()?.served_on, Verdict::Attested)));
        let publicity = publicity.or_else(|| {
            let held = record?.publicity.as_ref()?;
            Some((held.opened_on, held.ended_on.succ_opt(), Verdict::Attested))
        });
        let demands = rules.0.rules(*kind);
        self.notice(notice, demands.notice, *certified_on, rules);
        self.publicity(publicity, demands.publicity, *certified_on, rules);
        if notice.is_none() && publicity.is_none() && record.is_some() {
            self.say(Verdict::Failed, "R-021", "既无告知也无公示");
        }
        self.statements(list, record.map(|record| record.statements.len()));
    }

    fn closing(&self, publicity: &EntryRef) -> Option<NaiveDate> {
        self.entries().find_map(|entry| match entry.act() {
            Act::PublicityClosed { publicity: closed, closed_on } if closed == publicity => Some(*closed_on),
            _ => None,
        })
    }

    fn notice(
        &mut self,
        notice: Option<(NaiveDate, Verdict)>,
        demand: Demand,
        certified_on: NaiveDate,
        rules: (&Policy, &Reference),
    ) {
        match notice {
            Some((served_on, proved)) => match self.due(Deadline::Statement, served_on, rules) {
                Some((_, due)) if due.is_past(certified_on) => {
                    let zh = format!("{served_on}送达书面告知，陈述申辩期至{}届满，{certified_on}认定", due.on);
                    self.say(proved, "R-022、D-16", zh);
                }
                Some((_, due)) => {
                    let zh = format!("{served_on}送达告知，陈述申辩期至{}，届满前即于{certified_on}认定", due.on);
                    let failed = if demand == Demand::Required { Verdict::Failed } else { Verdict::NotShown };
                    self.say(failed, "R-022、D-16", zh);
                }
                None => self.say(Verdict::NotShown, "D-16", "制度未规定陈述申辩期"),
            },
            None if demand == Demand::Required => self.missing("R-022", "书面告知"),
            None => {}
        }
    }

    fn publicity(
        &mut self,
        publicity: Option<(NaiveDate, Option<NaiveDate>, Verdict)>,
        demand: Demand,
        certified_on: NaiveDate,
        rules: (&Policy, &Reference),
    ) {
        match publicity {
            Some((opened_on, closed_on, proved)) => {
                match (self.due(Deadline::CandidatePublicity, opened_on, rules), closed_on) {
                    (Some((clock, due)), Some(closed_on)) if due.is_past(closed_on) && closed_on <= certified_on => {
                        let length = clock.length;
                        let zh = format!("{opened_on}起公示，法定{length}至{}届满，{closed_on}结束", due.on);
                        self.say(proved, "R-023、D-01", zh);
                    }
                    (Some((clock, due)), _) => {
                        let zh = format!("{opened_on}起公示，应满{}至{}，未满即结束或未见结束", clock.length, due.on);
                        self.say(Verdict::Failed, "R-023、D-01", zh);
                    }
                    (None, _) => self.say(Verdict::NotShown, "D-01", "制度未规定公示期"),
                }
            }
            None if demand == Demand::Required => self.missing("R-023", "初选公示"),
            None => {}
        }
    }

    /// A required step that nothing here shows: a failing where the certified entry is shown and does not record it.
    fn missing(&mut self, clause: &'static str, what: &str) {
        let recorded = !self.proved.listed.is_empty();
        let verdict = if recorded { Verdict::Failed } else { Verdict::NotShown };
        self.say(verdict, clause, format!("没有{what}的记录"));
    }

    fn statements(&mut self, list: &EntryRef, recorded: Option<usize>) {
        let received: Vec<&EntryRef> = self
            .entries()
            .filter(|entry| matches!(entry.act(), Act::StatementReceived { case, .. } if case == self.case))
            .map(|entry| &entry.at)
            .filter(|at| at.index < list.index)
            .collect();
        let disposed = |at: &EntryRef| {
            self.entries().any(|entry| {
                matches!(entry.act(), Act::StatementDisposed { statement, adopted: false, .. } if statement == at)
                    && entry.at.log == list.log
                    && entry.at.index < list.index
            })
        };
        let open = received.iter().filter(|at| !disposed(at)).count();
        let shown = received.len();
        let recorded = recorded.unwrap_or(shown);
        if open > 0 {
            self.say(Verdict::Failed, "R-021", format!("认定前有{open}件陈述申辩未处理，或已采纳"));
        } else if shown > 0 && shown >= recorded {
            self.say(Verdict::Passed, "R-021", format!("{shown}件陈述申辩均在认定前处理，未予采纳并说明理由"));
        } else if recorded > 0 {
            self.say(Verdict::Attested, "R-021", format!("认定条目记载{recorded}件陈述申辩已处理"));
        } else {
            self.say(Verdict::Attested, "R-021", "认定条目未记载陈述申辩");
        }
    }

    /// The head's signature, criteria, document, repairability, different people (R-024, F-11, F-P5).
    fn recognition(&mut self, list: &EntryRef, certified: &Entry) {
        let Act::ListCertified { certified_on, opinion, .. } = certified.act() else { return };
        let signer = self.officers.of(list).map(|officer| format!("{}（{}）", officer.name, officer.title));
        let signer = signer.unwrap_or_default();
        self.say(Verdict::Passed, "R-024", format!("{certified_on}由{signer}签署认定意见：{opinion}"));
        if let Some(entry) = self.proved.listed.get(list) {
            self.record(entry, *certified_on, self.policy(certified));
        }
        self.apart(&self.case.origin.clone());
    }

    fn record(&mut self, entry: &ListEntry, on: NaiveDate, rules: Option<(&Policy, &Reference)>) {
        if let Some((policy, _)) = rules {
            let effective = |code| {
                policy
                    .criterion(code)
                    .is_some_and(|criterion| criterion.kind == entry.kind && criterion.is_effective_on(on))
            };
            let sound = !entry.criteria.is_empty() && entry.criteria.iter().all(effective);
            let verdict = if sound { Verdict::Passed } else { Verdict::Failed };
            self.say(
                verdict,
                "R-010",
                format!("认定标准{}在认定日{}", criteria(entry), if sound { "有效" } else { "无效" }),
            );
        }
        if entry.kind == ListKind::Black {
            let document = entry.document.as_ref().filter(|document| document.effective_on <= on);
            match document {
                Some(document) => {
                    self.say(
                        Verdict::Passed,
                        "F-02",
                        format!("依据{}《{}》，认定时已生效", document.issuer, document.number),
                    );
                }
                None => self.say(Verdict::Failed, "F-02", "没有认定时已生效的法律文书"),
            }
            let stated = entry.repairability.is_some();
            let verdict = if stated { Verdict::Passed } else { Verdict::Failed };
            self.say(verdict, "F-11", if stated { "认定时已明确能否修复" } else { "认定时未明确能否修复" });
        }
    }

    /// Nobody did two duties that must be apart, among those whose signatures are shown.
    fn apart(&mut self, node: &NodeId) {
        let mut hands: Vec<(Action, OfficerId)> = Vec::new();
        for (at, signers) in &self.officers.signers {
            if at.log.node != *node {
                continue;
            }
            let Some(entry) = self.proved.entries.get(at) else { continue };
            let Some(action) = action_of(entry.act()) else { continue };
            let administers = matches!(
                entry.act(),
                Act::OfficerAppointed(_)
                    | Act::OfficerCertified { .. }
                    | Act::DutyDelegated(_)
                    | Act::DelegationEnded { .. }
            );
            if !administers && let Some(first) = signers.first() {
                hands.push((action, first.id.clone()));
            }
        }
        if hands.is_empty() {
            return;
        }
        let joined = hands.iter().find(|(action, officer)| separate(&hands, *action, officer).is_err());
        let people: std::collections::BTreeSet<&str> = hands.iter().map(|(_, officer)| officer.0.as_str()).collect();
        let people: Vec<&str> = people.into_iter().collect();
        match joined {
            Some((_, officer)) => {
                self.say(Verdict::Failed, "F-P5", format!("{node}的{}一人兼办了应当分离的职责", officer.0));
            }
            None => {
                let zh = format!("{node}各环节由不同人员办理：{}", people.join("、"));
                self.say(Verdict::Passed, "F-P5", zh);
            }
        }
    }

    /// Declaration, review, its publicity, report (R-025 to R-028, D-02, D-03).
    fn review(&mut self, list: &EntryRef, certified: &Entry) {
        let Some(rules) = self.policy(certified) else { return };
        let mut received = None;
        let mut signed = None;
        let mut publicity = None;
        let mut reported = None;
        for entry in self.proved.entries.values() {
            match entry.act() {
                Act::MaterialsReceived { list: of, received_on, .. } if of == list => {
                    received = Some((*received_on, entry.at.log.node.clone()));
                }
                Act::ReviewSigned { list: of, signed_on, publicity_waived, .. } if of == list => {
                    signed = Some((entry.at.clone(), *signed_on, publicity_waived.clone()));
                }
                Act::PublicityOpened { of: PublicityOf::List(of), opened_on, .. } if of == list => {
                    publicity = Some((entry.at.clone(), *opened_on));
                }
                Act::ListReported { list: of, reported_on, excluded, .. } if of == list => {
                    reported = Some((*reported_on, excluded.contains(self.case.number)));
                }
                _ => {}
            }
        }
        let Some((received_on, reviewer)) = received else {
            return match reported {
                Some(reported) => self.reported(reported),
                None => self.say(Verdict::NotShown, "R-025", "尚无审核单位收件的记录"),
            };
        };
        let Some((at, signed_on, waived)) = signed else {
            return self.say(Verdict::NotShown, "R-026", format!("{received_on}收到申报材料，尚未签署审核意见"));
        };
        let signer = self.officers.of(&at).map(|officer| format!("{}（{}）", officer.name, officer.title));
        let signer = signer.unwrap_or_default();
        if let Some((mut clock, due)) = self.due(Deadline::Review, received_on, rules) {
            clock.end(Mark::day(signed_on));
            let zh = format!("{received_on}收件，应于{}前审核，{signer}于{signed_on}签署审核意见", due.on);
            match clock.standing_on(signed_on, &rules.1.calendar) {
                Standing::Done { days_late, .. } if days_late > 0 => {
                    self.say(Verdict::Late, "R-026、D-02", format!("{zh}，逾期{days_late}个工作日"));
                }
                _ => self.say(Verdict::Passed, "R-026、D-02", zh),
            }
        }
        self.reviewed_by_another(list, &reviewer);
        self.apart(&reviewer);
        match (waived, publicity) {
            (Some(reason), _) => self.say(Verdict::Passed, "AMB-04", format!("签署人决定不再公示：{reason}")),
            (None, Some((opened, opened_on))) => {
                let closed_on = self.closing(&opened);
                match (self.due(Deadline::ReviewPublicity, opened_on, rules), closed_on) {
                    (Some((clock, due)), Some(closed_on)) if due.is_past(closed_on) => {
                        let zh = format!("{opened_on}起公示，法定{}至{}届满，{closed_on}结束", clock.length, due.on);
                        self.say(Verdict::Passed, "R-027、D-03", zh);
                    }
                    (_, None) => self.say(Verdict::NotShown, "R-027、D-03", format!("{opened_on}起公示，尚未结束")),
                    (_, Some(closed_on)) => {
                        let zh = format!("{opened_on}起公示，{closed_on}即结束，公示不足");
                        self.say(Verdict::Failed, "R-027、D-03", zh);
                    }
                }
            }
            (None, None) => self.say(Verdict::NotShown, "R-027", "尚无审核公示的记录"),
        }
        self.objections();
        if let Some(reported) = reported {
            self.reported(reported);
        }
    }

    fn reviewed_by_another(&mut self, list: &EntryRef, reviewer: &NodeId) {
        let finding = self.entries().find_map(|entry| match entry.act() {
            Act::ListReviewed { list: of, exceptions, .. } if of == list => {
                Some(exceptions.iter().any(|exception| exception.case == *self.case))
            }
            _ => None,
        });
        match finding {
            Some(false) => self.say(Verdict::Passed, "R-026", format!("{reviewer}审核通过本条目")),
            Some(true) => self.say(Verdict::Failed, "AMB-18", format!("{reviewer}未通过本条目（退回或不予通过）")),
            None => self.say(Verdict::NotShown, "R-026", "审核经办记录未公开，经办人与签署人是否不同未予证明"),
        }
    }

    fn objections(&mut self) {
        let received: Vec<&EntryRef> = self
            .entries()
            .filter(|entry| matches!(entry.act(), Act::ObjectionReceived { case, .. } if case == self.case))
            .map(|entry| &entry.at)
            .collect();
        if received.is_empty() {
            return;
        }
        let rejected = |at: &EntryRef| {
            self.entries().any(|entry| {
                matches!(entry.act(), Act::ObjectionVerified { objection, upheld: false, .. } if objection == at)
                    && entry.at.log.node == self.case.origin
            })
        };
        let open = received.iter().filter(|at| !rejected(at)).count();
        let verdict = if open == 0 { Verdict::Passed } else { Verdict::Failed };
        let zh = match open {
            0 => format!("公示期间{}件异议均经认定单位核实不成立", received.len()),
            open => format!("公示期间有{open}件异议未核实或核实成立"),
        };
        self.say(verdict, "R-027", zh);
    }

    fn reported(&mut self, (reported_on, excluded): (NaiveDate, bool)) {
        match excluded {
            false => self.say(Verdict::Passed, "R-028", format!("{reported_on}上报省级，本条目在上报之列")),
            true => self.say(Verdict::Failed, "R-028", format!("{reported_on}上报省级，本条目不在上报之列")),
        }
    }

    /// The province's result.
    fn result(&mut self) {
        let mut shown = false;
        for entry in self.proved.entries.values() {
            let Act::ResultPublished { version, published_on, .. } = entry.act() else { continue };
            let by_province = self.reference(entry).is_some_and(|reference| {
                reference.directory.node(&entry.at.log.node).is_some_and(|node| node.parent.is_none())
            });
            if !by_province {
                self.say(Verdict::Failed, "R-030", format!("第{version}版结果不是省级公布的"));
                continue;
            }
            let outcome = match (self.proved.details.get(&entry.at), self.proved.public.get(&entry.at)) {
                (Some(detail), _) => outcome_zh(&detail.verdict.outcome),
                (None, Some(RowChange::Put(row))) => {
                    format!("列入最终名单，有效期{}至{}", row.valid_from, row.valid_to)
                }
                (None, Some(_)) => "从最终名单移出".to_owned(),
                (None, None) => continue,
            };
            shown = true;
            let signer = self.officers.of(&entry.at).map(|officer| officer.name.clone()).unwrap_or_default();
            let zh = format!("第{version}版结果由{signer}签署，{published_on}公布：{outcome}");
            self.say(Verdict::Passed, "R-029、R-030", zh);
        }
        if !shown {
            self.say(Verdict::NotShown, "R-030", "尚无省级比对结果");
        }
    }
}

fn outcome_zh(outcome: &Outcome) -> String {
    match outcome {
        Outcome::FinalRed => "列入红名单".to_owned(),
        Outcome::FinalBlack => "列入黑名单".to_owned(),
        Outcome::Removed { rule, exit, .. } => format!("从红名单删除（{}，{}）", rule.code(), exit.code()),
        Outcome::Held { reason, .. } => reason.chinese().to_owned(),
        Outcome::Expired => "有效期届满".to_owned(),
        Outcome::Exited => "已退出".to_owned(),
    }
}

fn criteria(entry: &ListEntry) -> String {
    let codes: Vec<&str> = entry.criteria.iter().map(|code| code.0.as_str()).collect();
    codes.join("、")
}

fn zh_kind(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Red => "红名单",
        ListKind::Black => "黑名单",
    }
}
