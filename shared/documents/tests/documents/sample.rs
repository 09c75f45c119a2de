//! Synthetic acts: firms, persons and numbers that belong to nobody.

use chrono::NaiveDate;
use honghei_documents::fields::*;
use honghei_documents::{Document, Imprint, Proof, compose};
use honghei_domain::list::{EffectiveDocument, ListKind, Repairability, SubjectForm};
use honghei_domain::node::EntryRef;
use honghei_domain::policy::documents::DocumentWords;
use honghei_domain::policy::{Policy, shipped};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn words() -> DocumentWords {
    let (_, text) = shipped().iter().find(|(name, _)| *name == "jm-commerce-2017-draft").unwrap();
    Policy::parse(text).unwrap().documents
}

pub fn imprint(index: u64, part: Option<u64>) -> Imprint {
    Imprint {
        issuer: "荆门市东宝区商务局".to_owned(),
        policy: "荆门市商务领域企业诚信“红黑名单”制度实施细则（征求意见稿）".to_owned(),
        dated_on: day("2026-01-05"),
        proof: Proof {
            act: "list-certified".to_owned(),
            digest: [0xA7; 32],
            place: format!("420802-commerce/1/{index}").parse::<EntryRef>().unwrap(),
        },
        part,
        rehearsal: false,
    }
}

pub fn black(number: u64) -> Listed {
    Listed {
        case: format!("420802-commerce#{number}"),
        kind: ListKind::Black,
        form: SubjectForm::Enterprise,
        name: format!("荆门某某第{number}商贸有限公司"),
        code: Some("91420802MA48Q0000X".to_owned()),
        class: "内贸流通企业".to_owned(),
        facts: "2025年11月3日，当事人销售假冒注册商标的白酒12瓶，货值金额9600元，经东宝区市场监督管理局行政处罚，未被吊销证照。".to_owned(),
        grounds: vec![Ground {
            code: "SW-B-03".to_owned(),
            text: "制售假冒伪劣商品，经相关政府部门行政处罚，且未被吊销证照的".to_owned(),
            basis: "本细则第二条黑名单认定标准第3项".to_owned(),
        }],
        document: Some(EffectiveDocument {
            kind: "行政处罚决定书".to_owned(),
            number: "东市监罚字〔2025〕第108号".to_owned(),
            issuer: "东宝区市场监督管理局".to_owned(),
            issued_on: day("2025-11-20"),
            effective_on: day("2025-11-25"),
            under_appeal: false,
        }),
        repairability: Some(Repairability::Repairable { method: "缴清罚款，召回并销毁涉案商品，作出信用承诺".to_owned() }),
        recognised_on: Some(day("2026-01-05")),
    }
}

pub fn red(number: u64) -> Listed {
    Listed {
        kind: ListKind::Red,
        name: format!("荆门某某第{number}老字号食品有限公司"),
        facts: "2024年被湖北省商务厅认定为“湖北老字号”。".to_owned(),
        grounds: vec![Ground {
            code: "SW-R-01".to_owned(),
            text: "诚实守信受到市以上商务主管部门表彰的".to_owned(),
            basis: "本细则第二条红名单认定标准第1项".to_owned(),
        }],
        document: None,
        repairability: None,
        ..black(number)
    }
}

/// The fields of one document of every kind.
pub fn every_kind() -> Vec<Fields> {
    let exception = |returned: bool| Exception {
        case: "420802-commerce#3".to_owned(),
        name: "荆门某某第3商贸有限公司".to_owned(),
        returned,
        reasons: vec!["缺少行政处罚决定书的送达回证".to_owned(), "法定代表人姓名与登记不一致".to_owned()],
    };
    vec![
        Fields::Notice(Notice {
            subject: black(17),
            statement_days: 10,
            statement_until: Some(day("2026-01-19")),
            service: Some(Service {
                method: "直接送达".to_owned(),
                served_on: day("2026-01-05"),
                proof: "送达回证第17号".to_owned(),
            }),
        }),
        Fields::Publicity(Publicity {
            stage: Stage::Candidates,
            kind: ListKind::Black,
            opened_on: day("2026-01-05"),
            ends_on: day("2026-01-19"),
            channel: "东宝区商务局门户网站、信用荆门".to_owned(),
            subjects: (1..=6).map(black).collect(),
        }),
        Fields::Recognition(Recognition {
            kind: ListKind::Black,
            certified_on: day("2026-01-20"),
            opinion: "经核实，事实清楚，证据确凿，程序合法，同意认定列入“黑名单”。".to_owned(),
            signer: "局长 李某".to_owned(),
            subjects: (1..=40).map(black).collect(),
        }),
        Fields::Review(Review {
            kind: ListKind::Black,
            recogniser: "荆门市东宝区商务局".to_owned(),
            list: "420802-commerce/1/42".to_owned(),
            declared_on: day("2026-01-21"),
            received_on: day("2026-01-22"),
            count: 40,
            exceptions: vec![exception(true), exception(false)],
            opinion: "除所列条目外，材料齐全，认定准确，同意上报。".to_owned(),
            signer: "局长 王某".to_owned(),
            publicity_waived: None,
            publicity_days: 20,
        }),
        Fields::Return(Return {
            kind: ListKind::Black,
            recogniser: "荆门市东宝区商务局".to_owned(),
            list: "420802-commerce/1/42".to_owned(),
            received_on: day("2026-01-22"),
            returned: vec![exception(true)],
            signer: "局长 王某".to_owned(),
        }),
        Fields::Objection(ObjectionResult {
            subject: black(5),
            objector: "荆门某某第5商贸有限公司".to_owned(),
            received_on: day("2026-02-02"),
            grounds: "涉案商品系另一公司销售。".to_owned(),
            verifier: "荆门市东宝区商务局".to_owned(),
            upheld: true,
            reason: "经核对销售记录，当事人确非销售者。".to_owned(),
            correction: Some("自2026年2月5日起撤回该条目，并在原渠道发布。".to_owned()),
            signer: "副局长 赵某（受王某委托）".to_owned(),
        }),
        Fields::Repair(RepairDecision {
            subject: black(6),
            applied_on: day("2026-06-01"),
            granted: true,
            reason: "罚款已缴清，涉案商品已销毁，承诺书已公示。".to_owned(),
            exit_on: Some(day("2026-06-16")),
            signer: "局长 王某".to_owned(),
        }),
        Fields::Exit(ExitAnnouncement::Plain {
            subject: Box::new(black(6)),
            exit_on: day("2026-06-16"),
            code: "BX-1".to_owned(),
            reason: "主动修复，经审定同意".to_owned(),
            channels: vec!["东宝区商务局门户网站".to_owned(), "信用荆门".to_owned()],
            signer: "局长 王某".to_owned(),
        }),
        Fields::Filing(Filing {
            subject: black(6),
            recogniser: "荆门市东宝区商务局".to_owned(),
            code: "BX-1".to_owned(),
            reason: "主动修复，经审定同意".to_owned(),
            exit_on: day("2026-06-16"),
            recipient: "湖北省商务厅".to_owned(),
            due_on: day("2026-07-01"),
            filed_on: None,
            receipt: None,
            signer: String::new(),
        }),
        Fields::Bulletin(Bulletin {
            year: 2026,
            quarter: 1,
            as_of: day("2026-03-31"),
            reds: (1..=4).map(|firm| shown(red(firm), "")).collect(),
            blacks: (5..=9).map(|firm| shown(black(firm), "本季度列入")).collect(),
            left: vec![shown(black(10), "2026-02-03退出（BX-1）")],
        }),
    ]
}

fn shown(subject: Listed, remark: &str) -> Shown {
    Shown { subject, remark: remark.to_owned() }
}

pub fn document(fields: &Fields) -> Document {
    compose(fields, &imprint(42, None), &words()).unwrap()
}
