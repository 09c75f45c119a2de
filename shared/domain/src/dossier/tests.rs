use super::fixture::*;
use super::*;
use crate::act::{Interpretation, ReviewException};
use crate::case::fixture::{Office, case_id, day, main_path, place, red_entry};
use crate::case::{Case, StageName};
use crate::node::Tier;
use crate::policy::ReviewPublicity;

/// Stage x command. Columns: declare receive review sign open close object verify report.
const TABLE: &str = "
certified    | acts | NOT_DECLARED | NOT_RECEIVED | NOT_REVIEWED | REVIEW_UNSIGNED | PUBLICITY_MISSING | PUBLICITY_MISSING | OBJECTION_UNKNOWN | REVIEW_UNSIGNED
declared     | =DECLARED | acts | NOT_RECEIVED | NOT_REVIEWED | REVIEW_UNSIGNED | PUBLICITY_MISSING | PUBLICITY_MISSING | OBJECTION_UNKNOWN | REVIEW_UNSIGNED
received     | =DECLARED | =RECEIVED | acts | NOT_REVIEWED | REVIEW_UNSIGNED | PUBLICITY_MISSING | PUBLICITY_MISSING | OBJECTION_UNKNOWN | REVIEW_UNSIGNED
reviewed     | =DECLARED | =RECEIVED | acts | acts | REVIEW_UNSIGNED | PUBLICITY_MISSING | PUBLICITY_MISSING | OBJECTION_UNKNOWN | REVIEW_UNSIGNED
signed       | =DECLARED | =RECEIVED | REVIEW_SIGNED | =REVIEW_SIGNED | acts | PUBLICITY_MISSING | PUBLICITY_MISSING | OBJECTION_UNKNOWN | PUBLICITY_MISSING
in_publicity | =DECLARED | =RECEIVED | REVIEW_SIGNED | =REVIEW_SIGNED | =PUBLICITY_OPENED | acts | acts | OBJECTION_UNKNOWN | PUBLICITY_RUNNING
publicised   | =DECLARED | =RECEIVED | REVIEW_SIGNED | =REVIEW_SIGNED | =PUBLICITY_OPENED | =PUBLICITY_CLOSED | acts | =OBJECTION_VERIFIED | acts
reported     | =DECLARED | =RECEIVED | REVIEW_SIGNED | =REVIEW_SIGNED | =PUBLICITY_OPENED | =PUBLICITY_CLOSED | REPORTED | =OBJECTION_VERIFIED | =REPORTED
refused      | acts | NOT_DECLARED | NOT_RECEIVED | NOT_REVIEWED | REVIEW_UNSIGNED | PUBLICITY_MISSING | PUBLICITY_MISSING | OBJECTION_UNKNOWN | REVIEW_UNSIGNED
closed       | =DECLARED | =RECEIVED | REVIEW_SIGNED | =REVIEW_SIGNED | LIST_CLOSED | PUBLICITY_MISSING | PUBLICITY_MISSING | OBJECTION_UNKNOWN | LIST_CLOSED
";

#[test]
fn every_command_in_every_stage_comes_to_what_the_table_says() {
    let stages = every_stage();
    let rows: Vec<&str> = TABLE.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(rows.len(), stages.len());
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let (desk, objection) = stages.iter().find(|(desk, _)| desk.stage() == cells[0]).unwrap();
        let commands = [
            declare(),
            DossierCommand::Receive,
            review(vec![rejected(1)]),
            sign(),
            open(),
            DossierCommand::ClosePublicity,
            object(3, "2017-11-20"),
            verify(objection, false),
            DossierCommand::Report,
        ];
        assert_eq!(cells.len(), commands.len() + 1);
        for (command, expected) in commands.iter().zip(&cells[1..]) {
            assert_eq!(desk.outcome(command, "2017-11-28"), *expected, "{} x {command:?}", cells[0]);
        }
    }
}

/// D-02, D-03; AMB-03: the review clock stops at the signature, publicity comes after it.
#[test]
fn the_main_path_keeps_its_legal_days() {
    let mut desk = Desk::new(3);
    desk.act(&declare(), "2018-02-08");
    desk.act(&DossierCommand::Receive, "2018-02-09");
    assert_eq!(desk.dossier.stage(), DossierStage::Received { due_on: day("2018-02-24") });
    assert!(!desk.dossier.overdue_on(day("2018-02-24")));
    assert!(desk.dossier.overdue_on(day("2018-02-25")), "late, and still not approved");
    assert!(!desk.dossier.is_approved(1));
    desk.act(&review(Vec::new()), "2018-02-23");
    assert!(desk.dossier.overdue_on(day("2018-02-25")), "the clock stops at the signature (AMB-03)");
    desk.act(&sign(), "2018-02-24");
    assert!(!desk.dossier.overdue_on(day("2018-03-01")));
    desk.act(&open(), "2018-02-24");
    assert_eq!(desk.dossier.stage(), DossierStage::InPublicity { ends_on: day("2018-03-23") });
    assert_eq!(desk.outcome(&DossierCommand::ClosePublicity, "2018-03-23"), "PUBLICITY_RUNNING");
    desk.act(&DossierCommand::ClosePublicity, "2018-03-24");
    desk.act(&DossierCommand::Report, "2018-03-26");
    assert_eq!(desk.stage(), "reported");
    assert!((1..=3).all(|number| desk.dossier.is_approved(number)) && !desk.dossier.is_approved(4));
    assert!(desk.dossier.report.unwrap().excluded.is_empty());
}

#[test]
fn an_objection_blocks_the_report_and_an_upheld_one_excludes_the_case() {
    let mut desk = Desk::new(3);
    desk.act(&declare(), "2017-10-18");
    desk.act(&DossierCommand::Receive, "2017-10-19");
    desk.act(&review(vec![returned(2)]), "2017-10-25");
    desk.act(&sign(), "2017-10-26");
    desk.act(&open(), "2017-10-27");
    assert_eq!(desk.outcome(&object(2, "2017-11-01"), "2017-11-01"), "NOT_ON_LIST");
    assert_eq!(desk.outcome(&object(9, "2017-11-01"), "2017-11-01"), "NOT_ON_LIST");
    assert_eq!(desk.outcome(&object(1, "2017-10-26"), "2017-11-01"), "OBJECTION_OUT_OF_TIME");
    let objection = desk.act(&object(1, "2017-11-01"), "2017-11-01");
    desk.act(&DossierCommand::ClosePublicity, "2017-11-25");
    assert_eq!(desk.outcome(&DossierCommand::Report, "2017-11-28"), "OBJECTION_OPEN");
    desk.act(&verify(&objection, true), "2017-11-28");
    assert_eq!(desk.outcome(&verify(&objection, false), "2017-11-28"), "OBJECTION_VERIFIED_OTHERWISE");
    desk.act(&DossierCommand::Report, "2017-11-28");
    let excluded: Vec<u64> = desk.dossier.report.clone().unwrap().excluded.iter().collect();
    assert_eq!(excluded, [1, 2]);
    assert!(!desk.dossier.is_approved(1) && !desk.dossier.is_approved(2) && desk.dossier.is_approved(3));
}

#[test]
fn exceptions_are_cases_of_this_list_once_and_with_their_reasons() {
    let mut desk = Desk::new(3);
    desk.act(&declare(), "2017-10-18");
    let declaration = desk.dossier.declaration.clone().unwrap().act;
    let row = RowRejection { case: case_id(3), code: "NOTICE_MISSING".to_owned(), reason: "未告知".to_owned() };
    let act = Act::ActInterpreted { act: declaration, outcome: Interpretation::Applied, rows: vec![row] };
    desk.take(CITY, &act);
    desk.act(&DossierCommand::Receive, "2017-10-19");
    let of = |exceptions| desk.outcome(&review(exceptions), "2017-10-20");
    assert_eq!(of(vec![returned(4)]), "NOT_ON_LIST");
    let mut foreign = returned(1);
    foreign.case.origin = "420804-commerce".parse().unwrap();
    assert_eq!(of(vec![foreign]), "NOT_ON_LIST");
    assert_eq!(of(vec![returned(1), rejected(1)]), "EXCEPTION_TWICE");
    assert_eq!(of(vec![returned(3)]), "ROW_REFUSED");
    let bare = |decision| ReviewException { case: case_id(1), decision };
    assert_eq!(of(vec![bare(ReviewDecision::Return { defects: Vec::new() })]), "DEFECTS_MISSING");
    assert_eq!(of(vec![bare(ReviewDecision::Reject { reason: String::new() })]), "REASON_MISSING");
    let silent = DossierCommand::Review { exceptions: Vec::new(), opinion: " ".to_owned() };
    assert_eq!(desk.outcome(&silent, "2017-10-20"), "OPINION_MISSING");
    assert_eq!(of(vec![returned(1)]), "acts");
}

#[test]
fn publicity_is_waived_only_with_a_reason_and_where_the_policy_allows_it() {
    let mut desk = Desk::new(3);
    desk.act(&declare(), "2017-10-18");
    desk.act(&DossierCommand::Receive, "2017-10-19");
    desk.act(&review(Vec::new()), "2017-10-25");
    let waive = |reason: &str| DossierCommand::SignReview { publicity_waived: Some(reason.to_owned()) };
    assert_eq!(desk.outcome(&waive(" "), "2017-10-26"), "WAIVER_UNFOUNDED");
    desk.city.policy.review.publicity = ReviewPublicity::Required;
    assert_eq!(desk.outcome(&waive("县级已公示"), "2017-10-26"), "WAIVER_NOT_ALLOWED");
    desk.city.policy.review.publicity = ReviewPublicity::Waivable;
    desk.act(&waive("县级已公示"), "2017-10-26");
    assert_eq!(desk.outcome(&open(), "2017-10-26"), "PUBLICITY_WAIVED");
    desk.act(&DossierCommand::Report, "2017-10-27");
    assert_eq!(desk.stage(), "reported");
}

#[test]
fn nothing_happens_above_without_the_signature_of_the_recognisers_head() {
    let mut desk = Desk::new(3);
    desk.dossier.signed_by = None;
    assert_eq!(desk.outcome(&declare(), "2017-10-18"), "CERTIFICATION_UNSIGNED");
    let act = Act::ListDeclared {
        list: place(COUNTY, 20),
        to: CITY.parse().unwrap(),
        declared_on: day("2017-10-18"),
        materials: Vec::new(),
    };
    let refusal = desk.dossier.judge(&place(COUNTY, 21), &act, &desk.city.on(day("2017-10-19"))).unwrap_err();
    assert_eq!(refusal.code(), "CERTIFICATION_UNSIGNED");
    desk.take(COUNTY, &act);
    assert_eq!(desk.outcome(&DossierCommand::Receive, "2017-10-19"), "CERTIFICATION_UNSIGNED");
}

#[test]
fn another_nodes_act_is_judged_by_its_author_and_its_content() {
    let desk = Desk::new(3);
    let declared = |list: EntryRef, to: &str| Act::ListDeclared {
        list,
        to: to.parse().unwrap(),
        declared_on: day("2017-10-18"),
        materials: Vec::new(),
    };
    let today = day("2017-10-19");
    let judge = |node: &str, act: &Act| match desk.dossier.judge(&place(node, 21), act, &desk.city.on(today)) {
        Ok(()) => "ok",
        Err(refusal) => refusal.code(),
    };
    assert_eq!(judge(COUNTY, &declared(place(COUNTY, 20), CITY)), "ok");
    assert_eq!(judge("420804-commerce", &declared(place(COUNTY, 20), CITY)), "WRONG_NODE");
    assert_eq!(judge(COUNTY, &declared(place(COUNTY, 22), CITY)), "LIST_MISMATCH");
    assert_eq!(judge(COUNTY, &declared(place(COUNTY, 20), PROVINCE)), "WRONG_REVIEWER");
    let reported = Act::ListReported {
        list: place(COUNTY, 20),
        review: place(COUNTY, 20),
        excluded: CaseSet::default(),
        reported_on: today,
    };
    assert_eq!(judge(COUNTY, &reported), "WRONG_NODE", "a county does not skip its review");
    assert_eq!(judge(CITY, &reported), "REVIEW_UNSIGNED");
    let unheard = Act::FeedImported {
        source: "tax-a-grade".to_owned(),
        kind: ListKind::Red,
        department: Department("tax".to_owned()),
        gone: CaseSet::default(),
        revoked: CaseSet::default(),
        unread: 0,
        account: None,
        mode: crate::act::FeedMode::Full,
        manifest: ListManifest::default(),
        as_of: today,
    };
    assert_eq!(judge(CITY, &unheard), "ACT_UNEXPECTED");
    assert_eq!(desk.dossier.clone().evolve(&place(COUNTY, 21), &reported), desk.dossier);
}

#[test]
fn a_report_leaves_out_what_the_review_excluded() {
    let (desk, _) = every_stage().swap_remove(6);
    let province = Office::at(PROVINCE, Tier::Province);
    let signature = desk.dossier.signature.clone().unwrap().act;
    let judge = |review: EntryRef, excluded: &[u64]| {
        let excluded = CaseSet::from_numbers(excluded.iter().copied());
        let act =
            Act::ListReported { list: desk.dossier.list.clone(), review, excluded, reported_on: day("2017-11-28") };
        match desk.dossier.judge(&place(CITY, 300), &act, &province.on(day("2017-11-29"))) {
            Ok(()) => "ok",
            Err(refusal) => refusal.code(),
        }
    };
    assert_eq!(judge(signature.clone(), &[2]), "ok");
    assert_eq!(judge(signature, &[]), "EXCLUSION_OMITTED");
    assert_eq!(judge(place(CITY, 1), &[2]), "REVIEW_MISMATCH");
}

#[test]
fn a_report_the_province_refuses_may_be_made_again() {
    let (mut desk, _) = every_stage().swap_remove(7);
    let report = desk.dossier.report.clone().unwrap().act;
    let outcome = Interpretation::Rejected { code: "EXCLUSION_OMITTED".to_owned(), reason: "漏列".to_owned() };
    let act = Act::ActInterpreted { act: report, outcome, rows: Vec::new() };
    desk.take(CITY, &act);
    assert_eq!(desk.stage(), "reported", "nobody judges his own report");
    desk.take(PROVINCE, &act);
    assert_eq!(desk.stage(), "publicised");
    assert_eq!(desk.dossier.report_refusal.clone().unwrap().code, "EXCLUSION_OMITTED");
    assert_eq!(desk.outcome(&DossierCommand::Report, "2017-11-29"), "acts");
}

#[test]
fn a_list_that_nobody_reviews_is_reported_by_its_recogniser() {
    let dossier = certified(2, Reviewer::Nobody);
    let office = Office::county();
    let context = office.on(day("2017-10-20"));
    let refusal = dossier.decide(&declare(), &context).unwrap_err();
    assert_eq!((refusal.code(), refusal.clause), ("NO_REVIEWER", "R-031"));
    assert_eq!(dossier.decide(&DossierCommand::Receive, &context).unwrap_err().code(), "NO_REVIEWER");
    let acts = dossier.decide(&DossierCommand::Report, &context).unwrap().acts().unwrap();
    dossier.judge(&place(COUNTY, 30), &acts[0], &context).unwrap();
    let dossier = dossier.evolve(&place(COUNTY, 30), &acts[0]);
    assert_eq!(dossier.stage(), DossierStage::Reported);
    let case = Case::new(red_entry())
        .evolve_all(main_path()[..6].iter().map(|(_, event)| event))
        .evolve_all(&dossier.events_for(&case_id(1)));
    assert_eq!(case.stage.name(), StageName::Reported);
}

#[test]
fn another_node_cannot_move_a_dossier() {
    for (desk, _) in every_stage() {
        let stranger = Office::at("420804-commerce", Tier::County);
        for command in [declare(), DossierCommand::Receive, sign(), DossierCommand::Report] {
            let refusal = desk.dossier.decide(&command, &stranger.on(day("2017-11-28"))).unwrap_err();
            assert_eq!(refusal.code(), "WRONG_NODE");
        }
        let act = Act::ListReviewed {
            list: desk.dossier.list.clone(),
            exceptions: vec![rejected(1)],
            opinion: "不同意".to_owned(),
            reviewed_on: day("2017-10-20"),
        };
        assert_eq!(desk.dossier.clone().evolve(&place("420804-commerce", 3), &act), desk.dossier);
        assert_eq!(desk.dossier.clone().evolve(&place(COUNTY, 400), &act), desk.dossier);
    }
}

#[test]
fn a_case_takes_the_stage_of_its_list() {
    let certified = Case::new(red_entry()).evolve_all(main_path()[..6].iter().map(|(_, event)| event));
    let of = |desk: &Desk, number: u64| {
        let mut case = certified.clone();
        case.entry.case = case_id(number);
        case.evolve_all(&desk.dossier.events_for(&case_id(number))).stage.name().as_str()
    };
    let stages = every_stage();
    let shown: Vec<(&str, &str, &str)> =
        stages.iter().map(|(desk, _)| (desk.stage(), of(desk, 1), of(desk, 2))).collect();
    assert_eq!(
        shown,
        [
            ("certified", "certified", "certified"),
            ("declared", "declared", "declared"),
            ("received", "received", "received"),
            ("reviewed", "reviewed", "reviewed"),
            ("signed", "approved", "returned"),
            ("in_publicity", "city_publicity", "returned"),
            ("publicised", "city_publicised", "returned"),
            ("reported", "reported", "returned"),
            ("refused", "returned", "returned"),
            ("closed", "returned", "rejected"),
        ]
    );
    assert!(stages[3].0.dossier.events_for(&case_id(4)).is_empty());
}

#[test]
fn a_withdrawn_case_is_excluded_and_a_wholly_withdrawn_list_is_closed() {
    let (mut desk, _) = every_stage().swap_remove(6);
    let withdraw = |number| Act::EntryWithdrawn {
        case: case_id(number),
        code: "RX-3".to_owned(),
        reason: "主体申请".to_owned(),
        decided_on: day("2017-11-27"),
    };
    desk.take(CITY, &withdraw(1));
    assert!(desk.dossier.is_approved(1), "only its recogniser withdraws a case");
    desk.take(COUNTY, &withdraw(1));
    assert!(!desk.dossier.is_approved(1) && desk.stage() == "publicised");
    desk.take(COUNTY, &withdraw(3));
    assert_eq!(desk.stage(), "closed");
    assert_eq!(desk.outcome(&DossierCommand::Report, "2017-11-28"), "LIST_CLOSED");
}

#[test]
fn a_dossier_survives_its_row_encoding() {
    for (desk, _) in every_stage() {
        let bytes = postcard::to_stdvec(&desk.dossier).unwrap();
        assert_eq!(postcard::from_bytes::<Dossier>(&bytes).unwrap(), desk.dossier);
    }
}

/// AMB-18: one review clock runs through both lists; D-02 and D-03 of the list are its own.
#[test]
fn amb_18_the_clocks_of_a_returned_case_run_through_both_of_its_lists() {
    use crate::case::fixture::red_entry;
    use crate::case::{Case, CaseEvent};
    use crate::clock::{self, Deadline, Due};

    let mut first = Desk::new(3);
    first.act(&declare(), "2017-10-16");
    first.act(&DossierCommand::Receive, "2017-10-16");
    first.act(&review(vec![returned(1)]), "2017-10-18");
    first.act(&sign(), "2017-10-19");
    first.act(&open(), "2017-10-20");
    let mut again = Desk::new(1);
    again.dossier.list = crate::case::fixture::place(COUNTY, 40);
    again.act(&declare(), "2017-11-01");
    again.act(&DossierCommand::Receive, "2017-11-01");
    let certified = CaseEvent::Certified { list: again.dossier.list.clone(), certified_on: day("2017-10-31") };
    let case = Case::new(red_entry()).evolve(&certified);
    let policy = &first.county.policy;
    let found = clock::of_case(&case, &[first.dossier.clone(), again.dossier.clone()], policy);
    let reviews: Vec<_> = found.iter().filter(|clock| clock.deadline == Deadline::Review).collect();
    assert_eq!(reviews.len(), 1, "one clock: {found:?}");
    assert!(found.iter().all(|clock| clock.deadline != Deadline::ReviewPublicity), "the returned case was not shown");
    let Due::On(due) = reviews[0].due(&first.county.calendar) else { panic!("it runs again") };
    assert_eq!(due.on, day("2017-11-07"), "four working days were left");
    let other = Case::new(crate::list::ListEntry { case: crate::case::fixture::case_id(2), ..red_entry() });
    let found = clock::of_case(&other, &[first.dossier.clone()], policy);
    let codes: Vec<_> = found.iter().map(|clock| (clock.deadline.code(), clock.is_open())).collect();
    assert_eq!(codes, [("D-02", false), ("D-03", true)]);
}
