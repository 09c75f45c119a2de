//! Cases, policies and days for tests.

use chrono::NaiveDate;

use super::{Case, CaseCommand, CaseEvent, Context, Finding, Stage};
use crate::calendar::WorkCalendar;
use crate::identifier::Uscc;
use crate::list::{
    CaseId, CriterionCode, Department, EffectiveDocument, ListEntry, ListKind, ProcedureRecord, Repairability, Subject,
    SubjectForm,
};
use crate::node::{EntryRef, LogId, NodeId, Tier};
use crate::policy::{Policy, shipped};

/// The rules, calendar and node of a test.
pub(crate) struct Office {
    pub policy: Policy,
    pub calendar: WorkCalendar,
    pub node: NodeId,
    pub tier: Tier,
    pub place: EntryRef,
}

impl Office {
    pub(crate) fn county() -> Self {
        Self::at("420802-commerce", Tier::County)
    }

    pub(crate) fn at(node: &str, tier: Tier) -> Self {
        let (_, text) = shipped()[0];
        // These cases are of the autumn in which opinions on the draft were still asked for (D-13).
        let policy = Policy { consultation_until: None, ..Policy::parse(text).unwrap() };
        Self {
            policy,
            calendar: WorkCalendar::shipped().unwrap(),
            node: node.parse().unwrap(),
            tier,
            place: place(node, 100),
        }
    }

    pub(crate) fn on(&self, today: NaiveDate) -> Context<'_> {
        Context {
            policy: &self.policy,
            calendar: &self.calendar,
            today,
            node: &self.node,
            tier: self.tier,
            place: &self.place,
        }
    }
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn place(node: &str, index: u64) -> EntryRef {
    EntryRef { log: LogId::first(node.parse().unwrap()), index }
}

pub(crate) fn case_id(number: u64) -> CaseId {
    CaseId { origin: "420802-commerce".parse().unwrap(), number }
}

pub(crate) fn red_entry() -> ListEntry {
    ListEntry {
        case: case_id(1),
        kind: ListKind::Red,
        department: Department("commerce".to_owned()),
        recognising_organ: "东宝区商务局".to_owned(),
        subject: Subject {
            form: SubjectForm::Enterprise,
            class: "a".to_owned(),
            name: "荆门试验商贸有限公司".to_owned(),
            uscc: Some(Uscc::synthesize('9', '1', "420802", "MA4TE3T0").unwrap()),
            uscc_inner_check_failed: false,
            organisation_code: None,
            registration_number: None,
            legal_representative: None,
            person_commitment: None,
            registration_organ: None,
            address: None,
        },
        criteria: vec![CriterionCode("SW-R-01".to_owned())],
        facts: "获评“诚信示范”".to_owned(),
        document: Some(EffectiveDocument {
            kind: "表彰文件".to_owned(),
            number: "荆商发〔2017〕12号".to_owned(),
            issuer: "荆门市商务局".to_owned(),
            issued_on: day("2017-05-01"),
            effective_on: day("2017-05-01"),
            under_appeal: false,
        }),
        repairability: None,
        recognised_on: None,
        valid_from: None,
        valid_to: None,
        territorial_override: None,
        procedure: ProcedureRecord::default(),
        attachments: Vec::new(),
        attestations: Vec::new(),
    }
}

pub(crate) fn black_entry() -> ListEntry {
    ListEntry {
        kind: ListKind::Black,
        criteria: vec![CriterionCode("SW-B-06".to_owned())],
        facts: "被吊销许可证".to_owned(),
        document: Some(EffectiveDocument {
            kind: "行政处罚决定书".to_owned(),
            number: "荆商罚〔2017〕3号".to_owned(),
            issuer: "荆门市商务局".to_owned(),
            issued_on: day("2017-06-01"),
            effective_on: day("2017-06-08"),
            under_appeal: false,
        }),
        repairability: Some(Repairability::Repairable { method: "依法重新取得许可".to_owned() }),
        ..red_entry()
    }
}

/// Events of the main path on a red case: publicity 2017-09-25 to 2017-10-13, one statement not adopted.
pub(crate) fn main_path() -> Vec<(&'static str, CaseEvent)> {
    let list = place("420802-commerce", 20);
    vec![
        ("noticed", notice("2017-09-25")),
        ("in_publicity", publicity_opened("2017-09-25", "2017-10-13")),
        ("under_verification", statement(11)),
        ("in_publicity", disposed(11, false)),
        ("publicised", publicity_closed("2017-10-16")),
        ("certified", CaseEvent::Certified { list: list.clone(), certified_on: day("2017-10-17") }),
        (
            "declared",
            CaseEvent::Declared {
                list: list.clone(),
                to: "420800-commerce".parse().unwrap(),
                declared_on: day("2017-10-18"),
            },
        ),
        (
            "received",
            CaseEvent::Received { list: list.clone(), received_on: day("2017-10-19"), due_on: day("2017-10-30") },
        ),
        ("reviewed", reviewed(Finding::Approve)),
        ("approved", signed()),
        (
            "city_publicity",
            CaseEvent::ReviewPublicityOpened {
                list: list.clone(),
                opened_on: day("2017-10-27"),
                ends_on: day("2017-11-24"),
            },
        ),
        ("city_publicised", CaseEvent::ReviewPublicityClosed { list: list.clone(), closed_on: day("2017-11-27") }),
        ("reported", CaseEvent::Reported { list, reported_on: day("2017-11-28") }),
        ("in_force", CaseEvent::Final { version: 1, valid_from: day("2017-12-01"), valid_to: day("2020-12-01") }),
    ]
}

pub(crate) fn notice(served_on: &str) -> CaseEvent {
    CaseEvent::NoticeServed {
        method: "直接送达".to_owned(), served_on: day(served_on), proof: "送达回证".to_owned()
    }
}

pub(crate) fn publicity_opened(opened_on: &str, ends_on: &str) -> CaseEvent {
    CaseEvent::PublicityOpened {
        publicity: place("420802-commerce", 10),
        channel: "门户网站".to_owned(),
        opened_on: day(opened_on),
        ends_on: day(ends_on),
    }
}

pub(crate) fn publicity_closed(closed_on: &str) -> CaseEvent {
    CaseEvent::PublicityClosed { publicity: place("420802-commerce", 10), closed_on: day(closed_on) }
}

pub(crate) fn statement(index: u64) -> CaseEvent {
    CaseEvent::StatementReceived {
        statement: place("420802-commerce", index),
        by: "当事企业".to_owned(),
        grounds: "事实有出入".to_owned(),
        received_on: day("2017-09-28"),
    }
}

pub(crate) fn disposed(index: u64, adopted: bool) -> CaseEvent {
    CaseEvent::StatementDisposed {
        statement: place("420802-commerce", index),
        adopted,
        reason: "经核实".to_owned(),
        decided_on: day("2017-09-30"),
    }
}

pub(crate) fn reviewed(finding: Finding) -> CaseEvent {
    CaseEvent::Reviewed { list: place("420802-commerce", 20), finding, reviewed_on: day("2017-10-25") }
}

pub(crate) fn signed() -> CaseEvent {
    CaseEvent::ReviewSigned { list: place("420802-commerce", 20), signed_on: day("2017-10-26"), publicity_waived: None }
}

/// A case for every stage name, with a day on which it shows that name.
pub(crate) fn every_stage() -> Vec<(Case, NaiveDate)> {
    let today = day("2017-12-05");
    let mut stages = vec![(Case::new(red_entry()), today)];
    let mut at = Case::new(red_entry());
    for (name, event) in main_path() {
        at = at.evolve(&event);
        assert_eq!(at.stage_on(today).as_str(), name);
        // The second time in publicity is the one without an open statement; keep the first of the others.
        if stages.iter().all(|(known, _)| known.stage.name() != at.stage.name()) {
            stages.push((at.clone(), today));
        }
    }
    let before_review = Case::new(red_entry()).evolve_all(main_path()[..8].iter().map(|(_, event)| event));
    let reported = Case::new(red_entry()).evolve_all(main_path()[..13].iter().map(|(_, event)| event));
    let back = |finding: Finding| before_review.clone().evolve(&reviewed(finding)).evolve(&signed());
    let compared = |event: CaseEvent| (reported.clone().evolve(&event), today);
    stages.push((back(Finding::Return { defects: vec!["缺送达回证".to_owned()] }), today));
    stages.push((back(Finding::Reject { reason: "不符合标准".to_owned() }), today));
    let future = CaseEvent::Final { version: 1, valid_from: day("2018-01-01"), valid_to: day("2021-01-01") };
    stages.push(compared(future));
    let (past, _) =
        compared(CaseEvent::Final { version: 1, valid_from: day("2017-12-01"), valid_to: day("2020-12-01") });
    stages.push((past, day("2020-12-02")));
    stages.push(compared(CaseEvent::Removed {
        version: 1,
        rule: "X2".to_owned(),
        cause: "tax#7".to_owned(),
        removed_on: day("2017-12-01"),
    }));
    stages.push(compared(CaseEvent::Held { version: 1, reason: "同名不同码".to_owned() }));
    stages.push(compared(CaseEvent::Withdrawn {
        code: "RX-3".to_owned(),
        reason: "主体申请".to_owned(),
        decided_on: day("2017-12-02"),
    }));
    stages
}

/// Every command, well formed, with the name it has in tables.
pub(crate) fn every_command(case: &Case, today: NaiveDate) -> Vec<(&'static str, CaseCommand)> {
    let mut corrected = case.entry.clone();
    corrected.facts.push_str("（补正）");
    let open = match &case.stage {
        Stage::UnderVerification { statement } => statement.clone(),
        _ => place("420802-commerce", 11),
    };
    let text = str::to_owned;
    vec![
        ("notice", CaseCommand::ServeNotice { method: text("直接送达"), served_on: today, proof: text("送达回证") }),
        ("open", CaseCommand::OpenPublicity { channel: text("门户网站") }),
        ("close", CaseCommand::ClosePublicity { publicity: place("420802-commerce", 10) }),
        ("state", CaseCommand::ReceiveStatement { by: text("当事企业"), grounds: text("不属实"), received_on: today }),
        ("dispose", CaseCommand::DisposeStatement { statement: open, adopted: false, reason: text("证据不足") }),
        ("correct", CaseCommand::Correct { entry: Box::new(corrected) }),
        ("certify", CaseCommand::Certify { second_approver: None }),
        ("withdraw", CaseCommand::Withdraw { code: text("RX-3"), reason: text("主体申请") }),
    ]
}
