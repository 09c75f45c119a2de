use super::*;

const TIERS: [Tier; 3] = [Tier::County, Tier::City, Tier::Province];

/// Which roles may do an action at county, city, province: one letter a role, in the order of [`Role::ALL`].
fn table(action: Action) -> [&'static str; 3] {
    // C collector, H head, S second approver, L leading group member, R reviewer, M comparer, A administrator, U auditor.
    match action {
        Action::AppointOfficer => ["A", "A", "A"],
        Action::CertifyOfficer => ["", "A", "A"],
        Action::Collect => ["C", "C", ""],
        Action::Correct => ["C", "C", ""],
        Action::ServeNotice => ["C", "C", ""],
        Action::OpenPublicity => ["C", "C", ""],
        Action::ClosePublicity => ["C", "C", ""],
        Action::ReceiveStatement => ["C", "C", ""],
        Action::DisposeStatement => ["H", "H", ""],
        Action::Certify => ["H", "H", ""],
        Action::ApproveOpenClause => ["S", "S", ""],
        Action::RecordApproval => ["C", "C", ""],
        Action::ApproveCollegially => ["L", "L", ""],
        Action::Delegate => ["H", "H", "H"],
        Action::Declare => ["C", "C", ""],
        Action::VerifyObjection => ["H", "H", ""],
        Action::Withdraw => ["H", "H", ""],
        Action::Receive => ["", "R", "R"],
        Action::Review => ["", "R", "R"],
        Action::SignReview => ["", "H", "H"],
        Action::OpenReviewPublicity => ["", "R", "R"],
        Action::CloseReviewPublicity => ["", "R", "R"],
        Action::ReceiveObjection => ["", "R", "R"],
        Action::Report => ["C", "R", "R"],
        Action::ImportFeed => ["", "", "M"],
        Action::Compare => ["", "", "M"],
        Action::PublishResult => ["", "", "H"],
        Action::ApproveMassChange => ["", "", "S"],
        Action::ReceiveDispute | Action::ReceiveRepair | Action::Announce | Action::FileExits => ["C", "CR", "R"],
        Action::VerifyDispute => ["H", "H", ""],
        Action::DecideDispute | Action::DecideExit | Action::DecideRepair | Action::AnswerRestoration => {
            ["H", "H", "H"]
        }
        Action::IssueBulletin => ["H", "H", ""],
        Action::Disseminate => ["C", "C", ""],
        Action::Read => ["CHSRMUL", "CHSRMUL", "CHSRMUL"],
        Action::ReadLog => ["AU", "AU", "AU"],
    }
}

fn letter(role: Role) -> char {
    match role {
        Role::Collector => 'C',
        Role::Head => 'H',
        Role::SecondApprover => 'S',
        Role::LeadingMember => 'L',
        Role::Reviewer => 'R',
        Role::Comparer => 'M',
        Role::Administrator => 'A',
        Role::Auditor => 'U',
    }
}

fn officer(name: &str) -> OfficerId {
    OfficerId(name.to_owned())
}

#[test]
fn every_tier_role_and_action_is_as_the_table_says() {
    for action in Action::ALL {
        for (tier, allowed) in TIERS.into_iter().zip(table(action)) {
            for role in Role::ALL {
                let expected = allowed.contains(letter(role));
                assert_eq!(permitted(tier, role, action), expected, "{tier:?} {role:?} {action:?}");
            }
        }
    }
}

#[test]
fn an_administrator_never_touches_a_case_and_an_auditor_only_reads() {
    for tier in TIERS {
        for action in Action::ALL {
            let reads = matches!(action, Action::Read | Action::ReadLog);
            let keys = matches!(action, Action::AppointOfficer | Action::CertifyOfficer | Action::ReadLog);
            assert!(keys || !permitted(tier, Role::Administrator, action));
            assert!(reads || !permitted(tier, Role::Auditor, action));
        }
    }
    assert_eq!(compatible(&[Role::Administrator, Role::Collector]).unwrap_err().code(), "ROLES_INCOMPATIBLE");
    assert_eq!(compatible(&[Role::Head, Role::Auditor]).unwrap_err().code(), "ROLES_INCOMPATIBLE");
    assert!(compatible(&[Role::Head, Role::Collector]).is_ok());
    assert!(compatible(&[Role::Auditor]).is_ok());
}

#[test]
fn one_person_with_every_role_cannot_walk_an_entry_through() {
    let everything = [Role::Collector, Role::Head, Role::SecondApprover, Role::Reviewer];
    let walk = [Action::Collect, Action::Certify, Action::Declare, Action::Review, Action::SignReview];
    for first in walk {
        let before = [(first, officer("zhang.wei"))];
        for next in walk {
            assert!(permit(Tier::City, &everything, next).is_ok());
            let alone = separate(&before, next, &officer("zhang.wei"));
            assert_eq!(alone.is_ok(), duty(first) == duty(next), "{first:?} then {next:?}");
            assert!(separate(&before, next, &officer("li.na")).is_ok());
        }
    }
}

#[test]
fn the_second_approver_is_neither_the_collector_nor_the_head() {
    let second = |action| Some(Countersigning { action, people: 1 });
    assert_eq!(second_signature(Action::Certify, true), second(Action::ApproveOpenClause));
    assert_eq!(second_signature(Action::PublishResult, true), second(Action::ApproveMassChange));
    assert_eq!(second_signature(Action::Declare, true), None);
    assert_eq!(second_signature(Action::Certify, false), None);
    let before = [(Action::Collect, officer("zhang.wei")), (Action::Certify, officer("li.na"))];
    for taken in ["zhang.wei", "li.na"] {
        let denial = separate(&before, Action::ApproveOpenClause, &officer(taken)).unwrap_err();
        assert_eq!(denial.code(), "DUTIES_NOT_SEPARATE");
    }
    assert!(separate(&before, Action::ApproveOpenClause, &officer("wang.fang")).is_ok());
}

#[test]
fn a_denial_names_the_role_and_the_action() {
    let denial = permit(Tier::County, &[Role::Collector], Action::Certify).unwrap_err();
    assert_eq!(denial.code(), "NOT_PERMITTED");
    assert_eq!(denial.zh, "您职责为经办人，无权签署认定意见。");
}

/// SW-B-12, C-5: whoever may not do it meets no demand, and nobody meets two.
#[test]
fn a_signature_counts_for_one_demand_that_its_officer_may_meet() {
    let demand = |action, people| Countersigning { action, people };
    let demands = [demand(Action::ApproveOpenClause, 1), demand(Action::Certify, 2)];
    let both = vec![Role::SecondApprover, Role::Head];
    let signers = [vec![Role::Collector], both.clone(), both, vec![Role::SecondApprover]];
    let (met, open) = assign(Tier::County, &demands, &signers);
    assert_eq!(met, [None, Some(Action::ApproveOpenClause), Some(Action::Certify), None]);
    assert_eq!(open, [demand(Action::Certify, 1)]);
    // The same person may do it at a tier or not at all.
    let (met, open) = assign(Tier::Province, &demands[..1], &[vec![Role::SecondApprover]]);
    assert_eq!((met, open), (vec![None], demands[..1].to_vec()));
}
