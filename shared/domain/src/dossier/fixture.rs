//! A desk that moves a dossier, for tests.

use super::*;
use crate::act::{Interpretation, ReviewException};
use crate::case::fixture::{Office, case_id, day, place};
use crate::list::ChunkSlice;
use crate::node::Tier;

pub(super) const COUNTY: &str = "420802-commerce";
pub(super) const CITY: &str = "420800-commerce";
pub(super) const PROVINCE: &str = "420000-commerce";

/// A dossier and the two offices that move it; every act takes the next place in its author's log.
pub(super) struct Desk {
    pub(super) county: Office,
    pub(super) city: Office,
    pub(super) next: u64,
    pub(super) dossier: Dossier,
}

pub(super) fn certified(count: u64, reviewer: Reviewer) -> Dossier {
    let slice = ChunkSlice { digest: [0; 32], length: 1, root: [0; 32], count, first_case: 1, last_case: count };
    let act = Act::ListCertified {
        kind: ListKind::Red,
        department: Department("commerce".to_owned()),
        manifest: ListManifest { root: [0; 32], count, chunks: vec![slice], persons: Vec::new() },
        certified_on: day("2017-10-17"),
        opinion: "同意列入".to_owned(),
    };
    let head = Some(OfficerId("li.na".to_owned()));
    Dossier::certified(&place(COUNTY, 20), "jm-commerce-2017-draft", &act, reviewer, head).unwrap()
}

impl Desk {
    pub(super) fn new(count: u64) -> Self {
        let reviewer = Reviewer::Node(CITY.parse().unwrap());
        Self {
            county: Office::county(),
            city: Office::at(CITY, Tier::City),
            next: 100,
            dossier: certified(count, reviewer),
        }
    }

    pub(super) fn decide(&self, command: &DossierCommand, today: &str) -> Result<Decided<Vec<Act>>, Refusal> {
        let by_county = matches!(command, DossierCommand::Declare { .. } | DossierCommand::VerifyObjection { .. });
        let office = if by_county { &self.county } else { &self.city };
        self.dossier.decide(command, &office.on(day(today)))
    }

    pub(super) fn outcome(&self, command: &DossierCommand, today: &str) -> String {
        match self.decide(command, today) {
            Ok(Decided::Acts(_)) => "acts".to_owned(),
            Ok(Decided::AlreadyDone(done)) => format!("={}", done.code()),
            Err(refusal) => {
                assert!(refusal.zh.contains(&format!("（依据 {}）", refusal.clause)), "{}", refusal.zh);
                refusal.code().to_owned()
            }
        }
    }

    /// Carries a command out; gives the place of its act.
    pub(super) fn act(&mut self, command: &DossierCommand, today: &str) -> EntryRef {
        let acts = self.decide(command, today).unwrap().acts().unwrap();
        assert_eq!(acts.len(), 1);
        let by_county = matches!(command, DossierCommand::Declare { .. } | DossierCommand::VerifyObjection { .. });
        self.take(if by_county { COUNTY } else { CITY }, &acts[0])
    }

    /// Folds an act of a node.
    pub(super) fn take(&mut self, node: &str, act: &Act) -> EntryRef {
        let at = place(node, self.next);
        self.next += 1;
        self.dossier = self.dossier.clone().evolve(&at, act);
        at
    }

    pub(super) fn stage(&self) -> &'static str {
        self.dossier.stage().as_str()
    }
}

pub(super) fn declare() -> DossierCommand {
    DossierCommand::Declare { materials: Vec::new() }
}

pub(super) fn review(exceptions: Vec<ReviewException>) -> DossierCommand {
    DossierCommand::Review { exceptions, opinion: "同意".to_owned() }
}

pub(super) fn sign() -> DossierCommand {
    DossierCommand::SignReview { publicity_waived: None }
}

pub(super) fn open() -> DossierCommand {
    DossierCommand::OpenPublicity { channel: "门户网站".to_owned() }
}

pub(super) fn object(number: u64, received_on: &str) -> DossierCommand {
    DossierCommand::ReceiveObjection {
        case: case_id(number),
        by: "知情人".to_owned(),
        grounds: "该企业曾被处罚".to_owned(),
        received_on: day(received_on),
    }
}

pub(super) fn verify(objection: &EntryRef, upheld: bool) -> DossierCommand {
    DossierCommand::VerifyObjection { objection: objection.clone(), upheld, reason: "经核实".to_owned() }
}

pub(super) fn returned(number: u64) -> ReviewException {
    ReviewException {
        case: case_id(number),
        decision: ReviewDecision::Return { defects: vec!["缺表彰文件".to_owned()] },
    }
}

pub(super) fn rejected(number: u64) -> ReviewException {
    ReviewException {
        case: case_id(number),
        decision: ReviewDecision::Reject { reason: "表彰机关级别不够".to_owned() },
    }
}

/// A desk at each stage, in order, with the objection of the later ones.
pub(super) fn every_stage() -> Vec<(Desk, EntryRef)> {
    let unknown = place(CITY, 9999);
    let at = |steps: usize| {
        let mut desk = Desk::new(3);
        let mut objection = unknown.clone();
        let road: [(DossierCommand, &str); 6] = [
            (declare(), "2017-10-18"),
            (DossierCommand::Receive, "2017-10-19"),
            (review(vec![returned(2)]), "2017-10-25"),
            (sign(), "2017-10-26"),
            (open(), "2017-10-27"),
            (DossierCommand::ClosePublicity, "2017-11-25"),
        ];
        for (command, today) in road.iter().take(steps) {
            if matches!(command, DossierCommand::ClosePublicity) {
                objection = desk.act(&object(1, "2017-11-01"), "2017-11-01");
                desk.act(&verify(&objection, false), "2017-11-02");
            }
            desk.act(command, today);
        }
        (desk, objection)
    };
    let mut stages: Vec<(Desk, EntryRef)> = (0..=6).map(at).collect();
    let (mut reported, objection) = at(6);
    reported.act(&DossierCommand::Report, "2017-11-28");
    stages.push((reported, objection));
    let (mut refused, none) = at(1);
    let declaration = refused.dossier.declaration.clone().unwrap().act;
    let outcome = Interpretation::Rejected { code: "LIST_ROOT_WRONG".to_owned(), reason: "校验不符".to_owned() };
    refused.take(CITY, &Act::ActInterpreted { act: declaration, outcome, rows: Vec::new() });
    stages.push((refused, none.clone()));
    let (mut closed, _) = at(2);
    closed.act(&review(vec![returned(1), rejected(2), returned(3)]), "2017-10-25");
    closed.act(&sign(), "2017-10-26");
    stages.push((closed, none));
    stages
}
