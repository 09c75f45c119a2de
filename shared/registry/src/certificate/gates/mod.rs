//! What the proved acts come to under the law: each gate passed, late, failed, attested or not shown, in Chinese.

mod approval;
mod preparation;
mod recognition;
mod result;
mod review;

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::calendar::DueDate;
use honghei_domain::clock::{Clock, Deadline, Due, Mark, Matter};
use honghei_domain::final_list::RowChange;
use honghei_domain::list::{CaseId, ListEntry, ListKind};
use honghei_domain::node::{ClockClass, EntryRef, NodeId};
use honghei_domain::policy::Policy;

use super::officers::Officers;
use super::proofs::Proved;
use super::{Certificate, CertificateDefect, key_text, read_key};
use crate::context::Reference;
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
    teller.approval(&list, certified);
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

    fn closing(&self, publicity: &EntryRef) -> Option<NaiveDate> {
        self.entries().find_map(|entry| match entry.act() {
            Act::PublicityClosed { publicity: closed, closed_on } if closed == publicity => Some(*closed_on),
            _ => None,
        })
    }

    /// A required step that nothing here shows: a failing where the certified entry is shown and does not record it.
    fn missing(&mut self, clause: &'static str, what: &str) {
        let recorded = !self.proved.listed.is_empty();
        let verdict = if recorded { Verdict::Failed } else { Verdict::NotShown };
        self.say(verdict, clause, format!("没有{what}的记录"));
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
