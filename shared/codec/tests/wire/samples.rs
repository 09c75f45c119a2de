//! One of everything, filled in every field.

use chrono::NaiveDate;
use honghei_codec::entry::{ChunkDue, Envelope, Header, OfficerSignature};
use honghei_codec::list::build_list;
use honghei_domain::act::{
    Act, ActBody, Ballot, CollectionChannel, FeedMode, Interpretation, Officer, OfficerId, PublicityOf, ResultCounts,
    ResultDetail, ReviewDecision, ReviewException, RowRejection,
};
use honghei_domain::bulletin::{BacklogTold, BulletinAct, Disseminated, Issued, Quarter, Spread};
use honghei_domain::comparison::{Finding, Party};
use honghei_domain::directory::{Directory, LogKey, NodeRecord, PublicKeyRecord, ReferenceDocument};
use honghei_domain::evidence::BehaviourEvent;
use honghei_domain::identifier::{OrganisationCode, RegistrationNumber, Uscc};
use honghei_domain::list::{
    AttachmentRef, CaseId, CaseSet, CriterionCode, Department, EffectiveDocument, ListEntry, ListKind, ListManifest,
    NoticeRecord, ProcedureRecord, PublicityRecord, Repairability, StatementRecord, Subject, SubjectForm,
};
use honghei_domain::listing::{DisputeAbout, ExitPlace, ListingAct, PublicMark};
use honghei_domain::node::{ClockClass, EntryRef, Need, NodeId, Tier};
use honghei_domain::permit::{Business, Delegation, Role};
use honghei_domain::person::{KnownPerson, PersonId, PersonMatch};
use honghei_domain::policy::{Circumstance, EventNature, Grade, IssuerLevel, PenaltyKind};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn node(text: &str) -> NodeId {
    text.parse().unwrap()
}

pub fn at(text: &str) -> EntryRef {
    text.parse().unwrap()
}

pub fn case(text: &str) -> CaseId {
    text.parse().unwrap()
}

pub fn key() -> PublicKeyRecord {
    PublicKeyRecord { algorithm: "ed25519".into(), key: vec![7; 32] }
}

pub fn header() -> Header {
    Header {
        at: at("420802-commerce/1/42"),
        time_ms: 1_795_000_000_000,
        kind: "list-certified".into(),
        audience: "up+420804-commerce".parse().unwrap(),
        audience_number: 7,
        audience_previous: [3; 32],
        needs: vec![
            Need { log: "420800-commerce/1".parse().unwrap(), size: 12 },
            Need { log: "420000-commerce/2".parse().unwrap(), size: 0 },
        ],
        salt: [1; 32],
        payload_digest: [2; 32],
        payload_length: 4096,
    }
}

pub fn envelope() -> Envelope {
    Envelope {
        salt: [9; 32],
        body: b"an act".to_vec(),
        signatures: vec![OfficerSignature {
            officer: OfficerId("zhang.wei".into()),
            node: node("420802-commerce"),
            algorithm: "ed25519".into(),
            signature: vec![5; 64],
        }],
        chunks: vec![
            ChunkDue { digest: [4; 32], length: 500_000, audience: "up".parse().unwrap(), priority: 0 },
            ChunkDue { digest: [6; 32], length: 1, audience: "local".parse().unwrap(), priority: 10 },
        ],
    }
}

/// A black entry with every field filled, and a red one with as few as the domain allows.
pub fn entries() -> Vec<ListEntry> {
    let full = ListEntry {
        case: case("420802-commerce#17"),
        kind: ListKind::Black,
        department: Department("commerce".into()),
        recognising_organ: "示例区商务局".into(),
        subject: Subject {
            form: SubjectForm::Enterprise,
            class: "a".into(),
            name: "示例商贸有限公司".into(),
            uscc: Some(uscc()),
            uscc_inner_check_failed: true,
            organisation_code: Some(OrganisationCode::synthesize(1)),
            registration_number: Some(RegistrationNumber::synthesize(uscc().region(), 1)),
            legal_representative: Some("某某".into()),
            person_commitment: Some([8; 32]),
            registration_organ: Some("示例区市场监督管理局".into()),
            address: Some("示例路1号".into()),
        },
        criteria: vec![CriterionCode("SW-B-03".into()), CriterionCode("SW-B-12".into())],
        facts: "发行预付卡后无法兑付".into(),
        document: Some(EffectiveDocument {
            kind: "行政处罚决定书".into(),
            number: "示商罚〔2026〕1号".into(),
            issuer: "示例区商务局".into(),
            issued_on: day("2026-03-02"),
            effective_on: day("2026-05-06"),
            under_appeal: true,
        }),
        repairability: Some(Repairability::Repairable { method: "履行义务并作出信用承诺".into() }),
        recognised_on: Some(day("2026-11-21")),
        valid_from: Some(day("2026-12-01")),
        valid_to: Some(day("2029-11-30")),
        territorial_override: Some("经营地在本区".into()),
        procedure: ProcedureRecord {
            notice: Some(NoticeRecord {
                method: "邮寄".into(), served_on: day("2026-06-01"), proof: "回执".into()
            }),
            publicity: Some(PublicityRecord {
                channel: "政府网站".into(),
                opened_on: day("2026-06-10"),
                ended_on: day("2026-06-24"),
            }),
            statements: vec![StatementRecord { received_on: day("2026-06-11"), reason: "证据不足".into() }],
            evidence: Vec::new(),
        },
        attachments: vec![attachment()],
        attestations: Vec::new(),
    };
    let mut sparse = ListEntry {
        case: case("420802-commerce#18"),
        kind: ListKind::Red,
        repairability: None,
        document: None,
        recognised_on: None,
        valid_from: None,
        valid_to: None,
        territorial_override: None,
        procedure: ProcedureRecord::default(),
        attachments: Vec::new(),
        criteria: Vec::new(),
        facts: String::new(),
        recognising_organ: String::new(),
        ..full.clone()
    };
    sparse.subject = Subject {
        form: SubjectForm::NaturalPerson,
        class: String::new(),
        name: "某某".into(),
        uscc: None,
        uscc_inner_check_failed: false,
        organisation_code: None,
        registration_number: None,
        legal_representative: None,
        person_commitment: None,
        registration_organ: None,
        address: Some(String::new()),
    };
    let mut irreparable = full.clone();
    irreparable.repairability = Some(Repairability::Irreparable { legal_basis: "某法第一条".into() });
    irreparable.subject.form = SubjectForm::IndividualBusiness;
    let mut other = sparse.clone();
    other.subject.form = SubjectForm::OtherOrganisation;
    vec![full, sparse, irreparable, other]
}

/// A code that belongs to nobody, with valid check digits.
fn uscc() -> Uscc {
    Uscc::synthesize('9', '1', "420802", "MA000001").unwrap()
}

fn attachment() -> AttachmentRef {
    AttachmentRef {
        name: "决定书.pdf".into(),
        media_type: "application/pdf".into(),
        length: 600_000,
        parts: vec![[1; 32], [2; 32]],
    }
}

/// A manifest of 1,500 rows in two chunks.
pub fn manifest() -> ListManifest {
    let rows: Vec<_> = (1..=1500).map(|number| (number, vec![1, 2, 3])).collect();
    ListManifest { persons: vec![[7; 32]], ..build_list(&rows, &mut || [4; 32]).unwrap().manifest }
}

/// A body around an act.
pub fn body(act: Act) -> ActBody {
    ActBody { done_on: day("2026-11-21"), policy: "jm-commerce-2017-draft".into(), directory_version: 3, act }
}

/// Every act at least once; `round_trip` fails when one is missing.
pub fn acts() -> Vec<Act> {
    let list = || at("420802-commerce/1/4");
    let cases = || CaseSet(vec![(1, 5), (9, 9)]);
    let mut acts = vec![
        Act::Founded { federation: "hubei".into(), clock_class: ClockClass::Simulated, program: "0.1.0".into() },
        Act::DirectoryPublished { version: 2, document: vec![1, 2] },
        Act::OfficerAppointed(officer()),
        Act::OfficerCertified {
            node: node("420802-commerce"),
            officer: OfficerId("zhang.wei".into()),
            key_digest: [1; 32],
        },
        Act::EventsRecorded {
            channel: CollectionChannel::Enforcement,
            source: "处罚.xlsx".into(),
            manifest: manifest(),
        },
        Act::EntriesCorrected { manifest: manifest(), reason: "更正".into(), corrected_on: day("2026-11-02") },
        Act::NoticeServed {
            cases: cases(), method: "邮寄".into(), served_on: day("2026-11-01"), proof: "回执".into()
        },
        Act::PublicityClosed { publicity: at("420802-commerce/1/3"), closed_on: day("2026-11-10") },
        Act::StatementReceived {
            case: case("420802-commerce#5"),
            by: "某某".into(),
            grounds: "异议".into(),
            received_on: day("2026-11-03"),
        },
        Act::StatementDisposed {
            statement: at("420802-commerce/1/5"),
            case: case("420802-commerce#5"),
            adopted: true,
            reason: "成立".into(),
            decided_on: day("2026-11-04"),
        },
        Act::ListApproved {
            list: at("420802-commerce/1/6"),
            meeting: "领导小组第3次会议（纪要〔2026〕3号）".into(),
            held_on: day("2026-11-05"),
            decision: "同意列入".into(),
            approved_on: day("2026-11-06"),
        },
        Act::ListDisapproved {
            list: at("420802-commerce/1/6"),
            meeting: "领导小组第4次会议（纪要〔2026〕4号）".into(),
            held_on: day("2026-11-05"),
            votes: Ballot { in_favour: 1, against: 2, abstained: 0 },
            reason: "事实尚需核实".into(),
            disapproved_on: day("2026-11-06"),
        },
        Act::DutyDelegated(Delegation {
            from: OfficerId("li.na".into()),
            to: OfficerId("wang.fang".into()),
            starts_on: day("2026-11-05"),
            ends_on: day("2026-11-09"),
            scope: Business::ALL.to_vec(),
            reason: "外出学习".into(),
        }),
        Act::DelegationEnded {
            from: OfficerId("li.na".into()),
            to: OfficerId("wang.fang".into()),
            ended_on: day("2026-11-07"),
        },
        Act::ListDeclared {
            list: list(),
            to: node("420800-commerce"),
            declared_on: day("2026-11-12"),
            materials: vec![attachment()],
        },
        Act::MaterialsReceived {
            declaration: at("420802-commerce/1/6"),
            list: list(),
            received_on: day("2026-11-12"),
            due_on: day("2026-11-23"),
        },
        Act::ListReviewed {
            list: list(),
            exceptions: vec![
                ReviewException {
                    case: case("420802-commerce#1"),
                    decision: ReviewDecision::Return { defects: vec!["缺少证据".into(), "日期有误".into()] },
                },
                ReviewException {
                    case: case("420802-commerce#2"),
                    decision: ReviewDecision::Reject { reason: "不符合标准".into() },
                },
            ],
            opinion: "同意".into(),
            reviewed_on: day("2026-11-18"),
        },
        Act::ObjectionReceived {
            list: list(),
            case: case("420802-commerce#3"),
            by: "某某".into(),
            grounds: "异议".into(),
            received_on: day("2026-11-19"),
        },
        Act::ObjectionVerified {
            objection: at("420800-commerce/1/9"),
            case: case("420802-commerce#3"),
            upheld: true,
            reason: "属实".into(),
            verified_on: day("2026-11-20"),
        },
        Act::ListReported {
            list: list(),
            review: at("420800-commerce/1/8"),
            excluded: CaseSet::default(),
            reported_on: day("2026-11-21"),
        },
        Act::ResultPublished {
            version: 4,
            rule_version: 1,
            published_on: day("2026-11-21"),
            rows: ListManifest::default(),
            details: vec![ResultDetail { recogniser: node("420802-commerce"), manifest: manifest() }],
            root: [5; 32],
            counts: ResultCounts { red: 10, black: 20, removed: 3, held: 1 },
        },
        Act::EntryWithdrawn {
            case: case("420802-commerce#3"),
            code: "RX-2".into(),
            reason: "撤销".into(),
            decided_on: day("2026-11-21"),
        },
        Act::IdentityRuled {
            parties: [
                Party { key: "R:4208000000123".parse().unwrap(), identity: None },
                Party { key: "O:73101767X".parse().unwrap(), identity: Some([9; 32]) },
            ],
            finding: Finding::Same,
            case: Some(case("420802-commerce#3")),
            current: Some("O:73101767X".parse().unwrap()),
            reason: "已核对登记档案".into(),
            ruled_on: day("2026-11-21"),
            until: Some(day("2027-11-21")),
        },
        Act::PeerMisbehaved {
            peer: "420804-commerce".into(),
            code: "WIRE_MALFORMED".into(),
            detail: "act.done_on: missing".into(),
            evidence: [6; 32],
        },
    ];
    acts.extend(listing_acts().into_iter().map(Act::Listing));
    acts.extend(bulletin_acts().into_iter().map(Act::Bulletin));
    for channel in [
        CollectionChannel::DailyManagement,
        CollectionChannel::SpecialInspection,
        CollectionChannel::Enforcement,
        CollectionChannel::Complaint,
        CollectionChannel::Other,
    ] {
        let account = (channel != CollectionChannel::Other).then(|| Box::new(account()));
        acts.push(Act::RecordsCollected { channel, source: "名单.xlsx".into(), manifest: manifest(), account });
    }
    for of in [PublicityOf::Cases(cases()), PublicityOf::List(list())] {
        acts.push(Act::PublicityOpened {
            of,
            channel: "政府网站".into(),
            opened_on: day("2026-11-01"),
            ends_on: day("2026-11-09"),
        });
    }
    for outcome in [
        Interpretation::Applied,
        Interpretation::Rejected { code: "LIST_UNKNOWN".into(), reason: "名单不存在".into() },
        Interpretation::Waiting { code: "CHUNK_MISSING".into(), reason: "数据未到".into() },
    ] {
        let rows = vec![RowRejection {
            case: case("420802-commerce#2"),
            code: "USCC_CHECK".into(),
            reason: "校验位错误".into(),
        }];
        acts.push(Act::ActInterpreted { act: list(), outcome, rows });
    }
    let known = KnownPerson { keyed_hash: [5; 32], id: PersonId([6; 16]) };
    let persons = vec![
        PersonMatch { commitment: [3; 32], person: Some(known) },
        PersonMatch { commitment: [4; 32], person: None },
    ];
    acts.push(Act::PersonsIdentified { list: list(), part: [7; 32], persons });
    for publicity_waived in [None, Some("依法不公示".to_owned())] {
        let review = at("420800-commerce/1/7");
        acts.push(Act::ReviewSigned { list: list(), review, signed_on: day("2026-11-18"), publicity_waived });
    }
    for (kind, mode) in [(ListKind::Red, FeedMode::Full), (ListKind::Black, FeedMode::Delta)] {
        acts.push(Act::ListCertified {
            kind,
            department: Department("commerce".into()),
            manifest: manifest(),
            certified_on: day("2026-11-11"),
            opinion: "同意认定".into(),
        });
        acts.push(Act::FeedImported {
            source: "tax-a-grade".into(),
            kind,
            department: Department("tax".into()),
            mode,
            manifest: manifest(),
            as_of: day("1969-12-31"),
            gone: if mode == FeedMode::Full { CaseSet(vec![(1, 2), (9, 9)]) } else { CaseSet::default() },
            revoked: if mode == FeedMode::Full { CaseSet(vec![(2, 2)]) } else { CaseSet::default() },
            unread: 3,
            account: (mode == FeedMode::Full).then(|| Box::new(account())),
        });
        acts.push(Act::FeedRegistered(honghei_domain::feed::FeedSource {
            name: "tax-a-grade".into(),
            department: Department("tax".into()),
            kind,
            mode,
            organ: "样例税务局".into(),
            columns: vec!["主体名称=纳税人名称".into()],
            every_days: 30,
            reference: (kind == ListKind::Black).then_some(10),
        }));
    }
    acts
}

fn account() -> honghei_domain::account::IntakeAccount {
    let damaged = [("DIGITS_LOST".to_owned(), 4), ("USCC_INVALID".to_owned(), 1)].into();
    honghei_domain::account::IntakeAccount {
        rows: 21,
        accepted: 14,
        ended: 2,
        remarks: [("DIGITS_LOST".to_owned(), 4), ("NAME_ONLY".to_owned(), 2), ("USCC_INVALID".to_owned(), 1)].into(),
        codes: honghei_domain::account::CodeAccount {
            sound: 10,
            doubtful: 1,
            shared: 2,
            damaged,
            missing: 2,
            persons: 1,
        },
    }
}

fn officer() -> Officer {
    Officer {
        id: OfficerId("zhang.wei".into()),
        node: node("420802-commerce"),
        name: "张伟".into(),
        title: "局长".into(),
        roles: vec![
            Role::Collector,
            Role::Head,
            Role::SecondApprover,
            Role::Reviewer,
            Role::Comparer,
            Role::Administrator,
            Role::Auditor,
        ],
        key: key(),
    }
}

pub fn directory() -> Directory {
    let member = |id: &str, name: &str, tier: Tier, parent: Option<&str>| NodeRecord {
        id: node(id),
        name: name.into(),
        tier,
        parent: parent.map(node),
        departments: vec![Department("commerce".into())],
        log_keys: vec![LogKey { epoch: 1, key: key() }, LogKey { epoch: 2, key: key() }],
    };
    Directory {
        federation: "hubei-rehearsal".into(),
        version: 3,
        clock_class: ClockClass::Real,
        issued_on: day("2026-11-01"),
        expires_on: day("2027-11-01"),
        minimum_protocol: 1,
        nodes: vec![
            member("420000-commerce", "省商务厅", Tier::Province, None),
            member("420800-commerce", "市商务局", Tier::City, Some("420000-commerce")),
            member("420802-commerce", "区商务局", Tier::County, Some("420800-commerce")),
        ],
        documents: vec![ReferenceDocument {
            kind: "policy".into(),
            name: "jm-commerce-2017-draft".into(),
            version: 0,
            text: "版本 = 1".into(),
        }],
    }
}

/// A behaviour event with every field set, and one with as few as an event may have.
pub fn events() -> Vec<BehaviourEvent> {
    let subject = entries().remove(0).subject;
    let full = BehaviourEvent {
        number: 7,
        subject,
        nature: EventNature::Penalty,
        kind: "价格欺诈".into(),
        grade: Some(Grade::Serious),
        occurred_on: day("2026-03-02"),
        document_number: "示罚〔2026〕1号".into(),
        issuer: "示例市市场监督管理局".into(),
        level: Some(IssuerLevel::City),
        penalties: PenaltyKind::ALL.into(),
        fine_yuan: Some(35_000),
        circumstances: Circumstance::ALL.into(),
        facts: "示例事实".into(),
        source: "处罚.xlsx".into(),
    };
    let sparse = BehaviourEvent {
        number: 0,
        nature: EventNature::InspectionClean,
        kind: String::new(),
        grade: None,
        document_number: String::new(),
        issuer: String::new(),
        level: None,
        penalties: Vec::new(),
        fine_yuan: None,
        circumstances: Vec::new(),
        facts: String::new(),
        source: String::new(),
        ..full.clone()
    };
    vec![full, sparse]
}

/// A bulletin, and where it and a list were spread.
pub fn bulletin_acts() -> Vec<BulletinAct> {
    let spread = |of| {
        BulletinAct::Disseminated(Disseminated {
            of,
            venue: "示例社区".into(),
            manner: "张贴".into(),
            held_on: day("2026-04-20"),
            note: "公告栏三处".into(),
            attachments: vec![AttachmentRef {
                name: "现场.jpg".into(),
                media_type: "image/jpeg".into(),
                length: 3,
                parts: vec![[8; 32]],
            }],
            recorded_on: day("2026-04-21"),
        })
    };
    let rows = manifest();
    let issued = Issued {
        department: Department("quality".into()),
        quarter: Quarter::new(2026, 1).unwrap(),
        as_of: day("2026-03-31"),
        result_version: 4,
        red: rows.count,
        black: 0,
        left: 0,
        rows,
        issued_on: day("2026-04-10"),
    };
    let told = BacklogTold {
        department: Department("commerce".into()),
        recognised_by: day("2017-11-30"),
        remaining: 12,
        as_of: day("2017-12-05"),
    };
    vec![
        BulletinAct::Issued(issued),
        spread(Spread::Bulletin(at("110119-quality/1/40"))),
        spread(Spread::Result(4)),
        BulletinAct::BacklogTold(told),
    ]
}

/// Every act on listed entries, each choice once.
pub fn listing_acts() -> Vec<ListingAct> {
    let on = || day("2026-11-21");
    let entry = || at("420800-commerce/1/12");
    let exit = || ExitPlace { act: entry(), recogniser: node("420802-commerce") };
    let one = || case("420802-commerce#3");
    let marked = |mark| ListingAct::EntryMarked { case: one(), key: "O:73101767X".into(), mark, marked_on: on() };
    let disputed = |about| ListingAct::DisputeReceived {
        case: one(),
        about,
        by: "某公司".into(),
        grounds: "事实不符".into(),
        received_on: on(),
        mark_due_on: day("2026-11-23"),
        verify_due_on: day("2026-11-25"),
        decide_due_on: day("2026-12-01"),
    };
    let decided = |upheld, code| ListingAct::DisputeDecided {
        dispute: entry(),
        case: one(),
        upheld,
        code,
        reason: "经审查".into(),
        decided_on: on(),
    };
    let exited = |code: &str, basis_revoked_on, notified_on| ListingAct::EntryExited {
        case: one(),
        code: code.into(),
        reason: "复议撤销".into(),
        decided_on: on(),
        basis_revoked_on,
        notified_on,
    };
    let offered = |valid_to| ListingAct::RestorationOffered {
        case: one(),
        cause: case("420804-commerce#9"),
        through_version: 4,
        valid_to,
        offered_on: on(),
    };
    vec![
        disputed(DisputeAbout::Recognition),
        disputed(DisputeAbout::Comparison),
        ListingAct::DisputeVerified {
            dispute: entry(),
            case: one(),
            stands: true,
            reason: "属实".into(),
            verified_on: on(),
        },
        decided(true, Some("BX-2".into())),
        decided(false, None),
        marked(PublicMark::Disputed),
        marked(PublicMark::Cleared),
        marked(PublicMark::Exited { code: None }),
        marked(PublicMark::Exited { code: Some("RX-3".into()) }),
        exited("BX-5", Some(day("2026-11-20")), None),
        exited("RX-6", None, Some(day("2026-11-19"))),
        ListingAct::EntriesExpired { cases: CaseSet(vec![(1, 4), (9, 9)]), code: "RX-4".into(), expired_on: on() },
        ListingAct::RepairApplied {
            case: one(),
            by: "某公司".into(),
            corrected: "已召回".into(),
            fulfilled: "已缴纳".into(),
            promise: "承诺属实".into(),
            materials: vec!["销榜申请".into(), "整改材料".into()],
            attachments: vec![AttachmentRef {
                name: "凭证.pdf".into(),
                media_type: "application/pdf".into(),
                length: 3,
                parts: vec![[8; 32]],
            }],
            received_on: on(),
            accept_due_on: day("2026-11-27"),
        },
        ListingAct::RepairAccepted {
            application: entry(),
            case: one(),
            accepted: true,
            reason: "齐全".into(),
            accepted_on: on(),
            decide_due_on: day("2026-12-04"),
        },
        ListingAct::RepairDecided {
            application: entry(),
            case: one(),
            granted: true,
            reason: "已整改".into(),
            decided_on: on(),
        },
        ListingAct::RepairRevoked {
            application: entry(), case: one(), reason: "凭证系伪造".into(), revoked_on: on()
        },
        ListingAct::ListAnnounced {
            version: 0,
            channel: "信用荆门".into(),
            receipt: "xyjm/1".into(),
            announced_on: on(),
        },
        ListingAct::ExitAnnounced {
            exit: exit(),
            channel: "信用荆门".into(),
            receipt: "xyjm/2".into(),
            announced_on: on(),
        },
        ListingAct::ExitsFiled { exits: vec![exit(), exit()], to: node("420000-commerce"), filed_on: on() },
        ListingAct::FilingReceived { filing: entry(), number: "420800〔2026〕12号".into(), received_on: on() },
        offered(Some(day("2028-11-21"))),
        offered(None),
        ListingAct::ConflictNoticed {
            case: one(),
            reference: one(),
            source: "court-national".into(),
            organ: "样例法院".into(),
            document: "（2017）样例执1号".into(),
            matched_by: "统一社会信用代码".into(),
            noticed_on: on(),
            due_on: on(),
        },
        ListingAct::ConflictAnswered {
            notice: entry(),
            case: one(),
            kept: true,
            reason: "已履行完毕".into(),
            answered_on: on(),
        },
        ListingAct::RestorationAnswered {
            offer: entry(),
            case: one(),
            accepted: true,
            reason: "仍符合".into(),
            answered_on: on(),
        },
    ]
}
