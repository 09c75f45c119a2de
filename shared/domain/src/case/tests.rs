use super::fixture::{
    Office, black_entry, case_id, day, disposed, every_command, every_stage, main_path, notice, place,
    publicity_closed, publicity_opened, red_entry, reviewed, signed, statement,
};
use super::*;
use crate::act::OfficerId;
use crate::list::{CriterionCode, ListKind, Repairability};
use crate::policy::{Demand, Policy, shipped};

/// `acts`, `=CODE` where it is already done, `CODE` where it is refused.
fn outcome(decision: &Result<Decided<Vec<CaseEvent>>, Refusal>) -> String {
    match decision {
        Ok(Decided::Acts(_)) => "acts".to_owned(),
        Ok(Decided::AlreadyDone(done)) => format!("={}", done.code()),
        Err(refusal) => refusal.code().to_owned(),
    }
}

/// Stage x command. Columns: notice open close state dispose correct certify withdraw.
const TABLE: &str = "
candidate          | acts | acts | PUBLICITY_UNKNOWN | acts | STATEMENT_UNKNOWN | acts | PUBLICITY_MISSING | acts
noticed            | =NOTICE_SERVED | acts | PUBLICITY_UNKNOWN | acts | STATEMENT_UNKNOWN | acts | PUBLICITY_MISSING | acts
in_publicity       | =NOTICE_SERVED | =PUBLICITY_OPENED | acts | acts | STATEMENT_UNKNOWN | acts | PUBLICITY_RUNNING | acts
under_verification | =NOTICE_SERVED | =PUBLICITY_OPENED | acts | acts | acts | acts | PUBLICITY_RUNNING | acts
publicised         | =NOTICE_SERVED | =PUBLICITY_OPENED | =PUBLICITY_CLOSED | acts | =STATEMENT_DISPOSED | acts | acts | acts
certified          | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | =CERTIFIED | acts
declared           | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | acts
received           | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | acts
reviewed           | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | acts
returned           | CORRECTION_MISSING | CORRECTION_MISSING | =PUBLICITY_CLOSED | CORRECTION_MISSING | =STATEMENT_DISPOSED | acts | CORRECTION_MISSING | acts
rejected           | CORRECTION_MISSING | CORRECTION_MISSING | =PUBLICITY_CLOSED | CORRECTION_MISSING | =STATEMENT_DISPOSED | acts | acts | acts
approved           | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | acts
city_publicity     | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | acts
city_publicised    | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | acts
reported           | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | acts
final              | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | acts
in_force           | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | acts
expired            | CASE_ENDED | CASE_ENDED | =PUBLICITY_CLOSED | CASE_ENDED | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | CASE_ENDED
removed            | CASE_ENDED | CASE_ENDED | =PUBLICITY_CLOSED | CASE_ENDED | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | CASE_ENDED
held               | NOT_IN_PREPARATION | NOT_IN_PREPARATION | =PUBLICITY_CLOSED | NOT_IN_PREPARATION | =STATEMENT_DISPOSED | NOT_CORRECTABLE | ALREADY_CERTIFIED | acts
withdrawn          | CASE_ENDED | CASE_ENDED | =PUBLICITY_CLOSED | CASE_ENDED | =STATEMENT_DISPOSED | NOT_CORRECTABLE | CASE_ENDED | =WITHDRAWN
";

#[test]
fn every_command_in_every_stage_comes_to_what_the_table_says() {
    let office = Office::county();
    let stages = every_stage();
    let rows: Vec<&str> = TABLE.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(rows.len(), StageName::ALL.len());
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let (case, today) = stages.iter().find(|(case, today)| case.stage_on(*today).as_str() == cells[0]).unwrap();
        let commands = every_command(case, *today);
        assert_eq!(cells.len(), commands.len() + 1);
        for ((name, command), expected) in commands.iter().zip(&cells[1..]) {
            let decision = case.decide(command, &office.on(*today));
            assert_eq!(outcome(&decision), *expected, "{} x {name}", cells[0]);
            if let Err(refusal) = decision {
                let clause = format!("（依据 {}）", refusal.clause);
                assert!(refusal.zh.contains(&clause), "{}", refusal.zh);
            }
        }
    }
}

#[test]
fn a_stage_name_is_stable_and_has_a_chinese_name() {
    let stages = every_stage();
    for name in StageName::ALL {
        assert!(!name.zh().is_empty());
        assert!(stages.iter().any(|(case, today)| case.stage_on(*today) == name), "{name}");
    }
}

#[test]
fn the_case_of_another_node_is_refused() {
    let office = Office::at("420804-commerce", crate::node::Tier::County);
    let case = Case::new(red_entry());
    for (_, command) in every_command(&case, day("2017-10-01")) {
        let refusal = case.decide(&command, &office.on(day("2017-10-01"))).unwrap_err();
        assert_eq!(refusal.code(), "WRONG_NODE");
    }
}

/// Folds a decision into the case as its act would.
fn act(case: Case, command: &CaseCommand, office: &Office, today: &str) -> Case {
    let decided = case.decide(command, &office.on(day(today))).unwrap();
    let events = decided.acts().unwrap();
    case.evolve_all(&events)
}

fn codes(case: &Case, office: &Office, today: &str) -> Vec<&'static str> {
    case.certifiable(&office.on(day(today))).err().unwrap_or_default().iter().map(Refusal::code).collect()
}

#[test]
fn a_red_entry_is_certified_after_ten_working_days_of_publicity() {
    let mut office = Office::county();
    office.place = place("420802-commerce", 10);
    let open = CaseCommand::OpenPublicity { channel: "信用荆门".to_owned() };
    let close = CaseCommand::ClosePublicity { publicity: office.place.clone() };
    let case = act(Case::new(red_entry()), &open, &office, "2017-09-25");
    assert_eq!(codes(&case, &office, "2017-10-13"), ["PUBLICITY_RUNNING"]);
    let early = case.decide(&close, &office.on(day("2017-10-13"))).unwrap_err();
    assert_eq!((early.code(), early.clause), ("PUBLICITY_RUNNING", "D-01"));
    let case = act(case, &close, &office, "2017-10-14");
    let case = act(case, &CaseCommand::Certify { second_approver: None }, &office, "2017-10-16");
    assert_eq!(case.stage.name(), StageName::Certified);
    let entry = case.certified_entry(day("2017-10-16"));
    assert_eq!(entry.procedure.publicity.unwrap().ended_on, day("2017-10-13"));
    assert_eq!(entry.recognised_on, Some(day("2017-10-16")));
}

/// D-13, AMB-25: under a draft nothing is recognised as long as opinions on it are asked for, the last day included.
#[test]
fn d_13_nothing_is_recognised_under_a_draft_that_is_still_open_to_opinions() {
    let mut office = Office::county();
    office.policy.consultation_until = Policy::parse(shipped()[0].1).unwrap().consultation_until;
    assert_eq!(office.policy.consultation_until, Some(day("2017-11-14")));
    let publicised = [publicity_opened("2017-09-25", "2017-10-13"), publicity_closed("2017-10-14")];
    let case = Case::new(red_entry()).evolve_all(&publicised);
    assert_eq!(codes(&case, &office, "2017-11-14"), ["CONSULTATION_OPEN"]);
    let refusal = case.certifiable(&office.on(day("2017-11-14"))).unwrap_err().remove(0);
    assert!(refusal.clause == "D-13" && refusal.zh.contains("截止2017-11-14"), "{refusal}");
    assert!(codes(&case, &office, "2017-11-15").is_empty());
    let other = Policy::parse(shipped()[1].1).unwrap();
    assert_eq!((other.name.as_str(), other.consultation_until), ("yq-quality", None));
}

#[test]
fn a_publicity_counts_its_first_day_only_where_the_policy_says_so() {
    for (count_start_day, ends_on) in [(false, "2018-03-12"), (true, "2018-03-09")] {
        let mut office = Office::county();
        office.policy.terms.count_start_day = count_start_day;
        office.policy.terms.candidate_publicity_days = 20;
        let open = CaseCommand::OpenPublicity { channel: "门户网站".to_owned() };
        let case = act(Case::new(red_entry()), &open, &office, "2018-02-07");
        assert_eq!(case.preparation.publicity.unwrap().ends_on, day(ends_on));
    }
}

/// AMB-01, D-16.
#[test]
fn a_black_entry_always_needs_written_notice_and_its_statement_period() {
    let office = Office::county();
    let publicised = [publicity_opened("2017-09-25", "2017-10-13"), publicity_closed("2017-10-14")];
    let case = Case::new(black_entry()).evolve_all(&publicised);
    assert_eq!(codes(&case, &office, "2017-10-16"), ["NOTICE_MISSING"]);
    let case = case.evolve(&notice("2017-10-09"));
    assert_eq!(codes(&case, &office, "2017-10-23"), ["STATEMENT_PERIOD_RUNNING"]);
    assert!(codes(&case, &office, "2017-10-24").is_empty());
}

#[test]
fn a_black_entry_is_publicised_besides_only_where_the_policy_says_so() {
    let mut office = Office::county();
    let case = Case::new(black_entry()).evolve(&notice("2017-09-25"));
    assert_eq!(codes(&case, &office, "2017-10-16"), ["PUBLICITY_MISSING"]);
    office.policy.black.publicity = Demand::Optional;
    assert!(codes(&case, &office, "2017-10-16").is_empty());
}

/// AMB-01, R-021.
#[test]
fn without_a_demand_at_least_one_of_notice_and_publicity_is_completed() {
    let mut office = Office::county();
    office.policy.red.publicity = Demand::Optional;
    let case = Case::new(red_entry());
    assert_eq!(codes(&case, &office, "2017-10-16"), ["PROCEDURE_MISSING"]);
    assert!(codes(&case.evolve(&notice("2017-09-25")), &office, "2017-10-16").is_empty());
}

#[test]
fn every_gap_in_the_record_is_named_at_once() {
    let office = Office::county();
    let publicised =
        [notice("2017-09-25"), publicity_opened("2017-09-25", "2017-10-13"), publicity_closed("2017-10-14")];
    let with = |change: &dyn Fn(&mut crate::list::ListEntry)| {
        let mut entry = black_entry();
        change(&mut entry);
        codes(&Case::new(entry).evolve_all(&publicised), &office, "2017-10-16")
    };
    assert!(with(&|_| {}).is_empty());
    assert_eq!(with(&|entry| entry.subject.class.clear()), ["SUBJECT_CLASS_MISSING"]);
    assert_eq!(with(&|entry| entry.subject.class = "z".to_owned()), ["SUBJECT_CLASS_UNKNOWN"]);
    assert_eq!(with(&|entry| entry.subject.name.clear()), ["SUBJECT_NAME_MISSING"]);
    assert_eq!(with(&|entry| entry.facts = " ".to_owned()), ["FACTS_MISSING"]);
    assert_eq!(with(&|entry| entry.criteria.clear()), ["CRITERION_MISSING"]);
    let cite = |code: &str| vec![CriterionCode(code.to_owned())];
    assert_eq!(with(&|entry| entry.criteria = cite("SW-B-99")), ["CRITERION_UNKNOWN"]);
    assert_eq!(with(&|entry| entry.criteria = cite("SW-R-01")), ["CRITERION_WRONG_KIND"]);
    // and which document the criterion wants.
    assert_eq!(with(&|entry| entry.document = None), ["DOCUMENT_MISSING", "EVIDENCE_MISSING"]);
    assert_eq!(with(&|entry| entry.repairability = None), ["REPAIRABILITY_MISSING"]);
    let blank = |text: &str| text.to_owned();
    let blank_method = Repairability::Repairable { method: blank("") };
    let blank_basis = Repairability::Irreparable { legal_basis: blank("") };
    assert_eq!(with(&|entry| entry.repairability = Some(blank_method.clone())), ["REPAIR_METHOD_MISSING"]);
    assert_eq!(with(&|entry| entry.repairability = Some(blank_basis.clone())), ["IRREPARABLE_UNFOUNDED"]);
    let later = |entry: &mut crate::list::ListEntry| {
        entry.document.as_mut().unwrap().effective_on = day("2017-10-17");
    };
    assert_eq!(with(&later), ["DOCUMENT_NOT_EFFECTIVE"]);
    assert_eq!(
        with(&|entry| entry.document.as_mut().unwrap().number.clear()),
        ["DOCUMENT_INCOMPLETE", "EVIDENCE_MISSING"]
    );
    assert_eq!(with(&|entry| entry.department.0 = "tax".to_owned()), ["WRONG_DEPARTMENT"]);
    let several = with(&|entry| {
        entry.facts.clear();
        entry.document = None;
    });
    assert_eq!(several, ["FACTS_MISSING", "DOCUMENT_MISSING", "EVIDENCE_MISSING"]);
}

#[test]
fn a_criterion_counts_only_while_it_is_effective() {
    let mut office = Office::county();
    let case = Case::new(red_entry())
        .evolve_all(&[publicity_opened("2017-09-25", "2017-10-13"), publicity_closed("2017-10-14")]);
    office.policy.criteria[0].effective_to = Some(day("2017-10-15"));
    assert!(codes(&case, &office, "2017-10-15").is_empty());
    assert_eq!(codes(&case, &office, "2017-10-16"), ["CRITERION_NOT_EFFECTIVE"]);
    office.policy.criteria[0].effective_to = None;
    office.policy.criteria[0].retired_on = Some(day("2017-10-16"));
    assert_eq!(codes(&case, &office, "2017-10-16"), ["CRITERION_NOT_EFFECTIVE"]);
}

/// whoever is registered elsewhere is listed only with a reason.
#[test]
fn a_subject_registered_elsewhere_needs_a_reason() {
    let office = Office::county();
    let publicised = [publicity_opened("2017-09-25", "2017-10-13"), publicity_closed("2017-10-14")];
    let region = |region: &str| {
        let mut entry = red_entry();
        entry.subject.uscc = Some(crate::identifier::Uscc::synthesize('9', '1', region, "MA4TE3T0").unwrap());
        entry
    };
    let of = |entry| codes(&Case::new(entry).evolve_all(&publicised), &office, "2017-10-16");
    assert!(of(region("420821")).is_empty(), "京山县 before it became 京山市");
    assert_eq!(of(region("420106")), ["OUT_OF_TERRITORY"]);
    let mut reasoned = region("420106");
    reasoned.territorial_override = Some("在本地设有分支机构".to_owned());
    assert!(of(reasoned).is_empty());
    let mut by_organ = red_entry();
    by_organ.subject.uscc = None;
    assert_eq!(of(by_organ.clone()), ["OUT_OF_TERRITORY"]);
    by_organ.subject.registration_organ = Some("荆门市市场监督管理局".to_owned());
    assert!(of(by_organ).is_empty());
}

#[test]
fn an_open_clause_needs_a_cited_law_and_a_second_approver() {
    let office = Office::county();
    let mut entry = black_entry();
    entry.criteria = vec![CriterionCode("SW-B-12".to_owned())];
    let publicised =
        [notice("2017-09-25"), publicity_opened("2017-09-25", "2017-10-13"), publicity_closed("2017-10-14")];
    assert_eq!(
        codes(&Case::new(entry.clone()).evolve_all(&publicised), &office, "2017-10-16"),
        ["OPEN_CLAUSE_UNFOUNDED"]
    );
    entry.facts = "拒不配合执法，情节严重，依据《湖北省社会信用信息管理条例》列入".to_owned();
    let case = Case::new(entry).evolve_all(&publicised);
    assert!(case.needs_second_approver(&office.policy));
    let certify = |approver: Option<&str>| {
        let second_approver = approver.map(|name| OfficerId(name.to_owned()));
        outcome(&case.decide(&CaseCommand::Certify { second_approver }, &office.on(day("2017-10-16"))))
    };
    assert_eq!(certify(None), "SECOND_APPROVER_MISSING");
    assert_eq!(certify(Some("wang.fang")), "acts");
}

#[test]
fn a_statement_must_be_disposed_of_and_an_adopted_one_ends_the_case() {
    let office = Office::county();
    let publicised = [publicity_opened("2017-09-25", "2017-10-13"), statement(11), publicity_closed("2017-10-14")];
    let case = Case::new(red_entry()).evolve_all(&publicised);
    assert_eq!(codes(&case, &office, "2017-10-16"), ["STATEMENT_OPEN"]);
    let not_adopted = case.clone().evolve(&disposed(11, false));
    assert!(codes(&not_adopted, &office, "2017-10-16").is_empty());
    assert_eq!(not_adopted.procedure_record().statements.len(), 1);
    let adopted = case.evolve(&disposed(11, true));
    assert_eq!(adopted.stage.name(), StageName::Withdrawn);
    assert_eq!(codes(&adopted, &office, "2017-10-16"), ["CASE_ENDED"]);
}

#[test]
fn a_decision_on_a_statement_is_not_turned_round() {
    let office = Office::county();
    let case = Case::new(red_entry()).evolve_all(&[statement(11), disposed(11, false)]);
    let turn = CaseCommand::DisposeStatement {
        statement: place("420802-commerce", 11),
        adopted: true,
        reason: "改判".to_owned(),
    };
    assert_eq!(outcome(&case.decide(&turn, &office.on(day("2017-10-01")))), "STATEMENT_DISPOSED_OTHERWISE");
}

#[test]
fn a_returned_case_is_corrected_and_certified_again() {
    let office = Office::county();
    let finding = Finding::Return { defects: vec!["缺送达回证".to_owned(), "缺处罚决定书".to_owned()] };
    let returned = Case::new(red_entry())
        .evolve_all(main_path()[..8].iter().map(|(_, event)| event))
        .evolve(&reviewed(finding))
        .evolve(&signed());
    let mut materials_only = returned.entry.clone();
    materials_only.subject.address = returned.entry.subject.address.clone();
    materials_only.recognising_organ = "荆门市东宝区商务局".to_owned();
    let correct = CaseCommand::Correct { entry: Box::new(materials_only) };
    let corrected = act(returned.clone(), &correct, &office, "2017-10-30");
    assert_eq!(corrected.stage.name(), StageName::Publicised, "the procedure held for the same substance stands");
    let again = act(corrected, &CaseCommand::Certify { second_approver: None }, &office, "2017-10-30");
    assert_eq!(again.stage.list(), Some(&office.place));
    // The first list's dossier no longer moves it.
    assert_eq!(again.clone().evolve(&signed()), again);
    let mut substance = returned.entry.clone();
    substance.facts = "另有事实".to_owned();
    let heard_anew = act(returned, &CaseCommand::Correct { entry: Box::new(substance) }, &office, "2017-10-30");
    assert_eq!(heard_anew.stage.name(), StageName::Candidate);
    assert_eq!(heard_anew.preparation.statements.len(), 1, "statements stay on record");
}

#[test]
fn a_correction_changes_neither_case_nor_kind() {
    let office = Office::county();
    let case = Case::new(red_entry());
    let of =
        |entry| outcome(&case.decide(&CaseCommand::Correct { entry: Box::new(entry) }, &office.on(day("2017-10-01"))));
    let mut other = red_entry();
    other.case = case_id(2);
    assert_eq!(of(other), "CASE_MISMATCH");
    let mut other = red_entry();
    other.kind = ListKind::Black;
    assert_eq!(of(other), "KIND_FIXED");
    assert_eq!(of(red_entry()), "=RECORD_UNCHANGED");
}

#[test]
fn a_period_without_a_holiday_notice_is_only_provisional() {
    let office = Office::county();
    let case = Case::new(red_entry()).evolve(&publicity_opened("2027-02-01", "2027-02-12"));
    let close = CaseCommand::ClosePublicity { publicity: place("420802-commerce", 10) };
    assert_eq!(outcome(&case.decide(&close, &office.on(day("2027-03-01")))), "CALENDAR_PROVISIONAL");
}

#[test]
fn a_withdrawal_fits_the_kind_of_list() {
    let office = Office::county();
    let case = Case::new(red_entry());
    let of = |code: &str, reason: &str| {
        let command = CaseCommand::Withdraw { code: code.to_owned(), reason: reason.to_owned() };
        outcome(&case.decide(&command, &office.on(day("2017-10-01"))))
    };
    assert_eq!(of("BX-2", "认定有误"), "EXIT_CODE_UNFIT");
    assert_eq!(of("", "认定有误"), "EXIT_CODE_MISSING");
    assert_eq!(of("RX-2", ""), "REASON_MISSING");
    assert_eq!(of("RX-2", "认定有误"), "acts");
}

#[test]
fn dates_in_the_future_and_empty_fields_are_refused() {
    let office = Office::county();
    let case = Case::new(red_entry());
    let text = str::to_owned;
    let today = day("2017-10-09");
    let of = |command: CaseCommand| outcome(&case.decide(&command, &office.on(today)));
    let tomorrow = day("2017-10-10");
    let notice = |method: &str, served_on, proof: &str| CaseCommand::ServeNotice {
        method: text(method),
        served_on,
        proof: text(proof),
    };
    assert_eq!(of(notice("邮寄", tomorrow, "回执")), "DATE_IN_FUTURE");
    assert_eq!(of(notice("", today, "回执")), "NOTICE_INCOMPLETE");
    assert_eq!(of(notice("邮寄", today, "")), "NOTICE_INCOMPLETE");
    assert_eq!(of(CaseCommand::OpenPublicity { channel: text(" ") }), "PUBLICITY_CHANNEL_MISSING");
    let state =
        |by: &str, received_on| CaseCommand::ReceiveStatement { by: text(by), grounds: text("有误"), received_on };
    assert_eq!(of(state("", today)), "STATEMENT_INCOMPLETE");
    assert_eq!(of(state("企业", tomorrow)), "DATE_IN_FUTURE");
    let mut bare = red_entry();
    bare.facts.clear();
    let open = CaseCommand::OpenPublicity { channel: text("门户网站") };
    assert_eq!(outcome(&Case::new(bare).decide(&open, &office.on(today))), "PUBLICITY_CONTENT_MISSING");
}

#[test]
fn the_last_result_counts_and_a_candidate_has_none() {
    let reported = Case::new(red_entry()).evolve_all(main_path()[..13].iter().map(|(_, event)| event));
    let held = CaseEvent::Held { version: 1, reason: "同名".to_owned() };
    let listed = CaseEvent::Final { version: 2, valid_from: day("2018-01-02"), valid_to: day("2021-01-02") };
    let removed = CaseEvent::Removed {
        version: 3,
        rule: "RX-1".to_owned(),
        cause: "tax#9".to_owned(),
        removed_on: day("2018-05-01"),
    };
    let case = reported.evolve_all([&held, &listed, &removed]);
    assert_eq!(case.stage.name(), StageName::Removed);
    assert_eq!(case.evolve(&listed).stage.name(), StageName::Final, "a restoration");
    let declared = Case::new(red_entry()).evolve_all(main_path()[..7].iter().map(|(_, event)| event));
    assert_eq!(declared.evolve(&listed).stage.name(), StageName::Final, "the province outruns the city's news");
    assert_eq!(Case::new(red_entry()).evolve(&listed), Case::new(red_entry()));
}

#[test]
fn validity_ends_at_midnight_of_its_last_day() {
    let case = Case::new(red_entry()).evolve_all(main_path().iter().map(|(_, event)| event));
    assert_eq!(case.stage_on(day("2020-12-01")), StageName::InForce);
    assert_eq!(case.stage_on(day("2020-12-02")), StageName::Expired);
}

#[test]
fn the_reviewer_examines_an_entry_by_its_own_record() {
    let office = Office::at("420800-commerce", crate::node::Tier::City);
    let list = place("420802-commerce", 20);
    let prepared = [notice("2017-09-25"), publicity_opened("2017-09-25", "2017-10-13"), publicity_closed("2017-10-16")];
    let entry = Case::new(black_entry()).evolve_all(&prepared).certified_entry(day("2017-10-16"));
    let context = office.on(day("2017-10-20"));
    let examined = |entry: &crate::list::ListEntry, on: &str| {
        examine(entry, &list, day(on), &context).err().unwrap_or_default().iter().map(Refusal::code).collect::<Vec<_>>()
    };
    assert!(examined(&entry, "2017-10-16").is_empty());
    assert_eq!(examined(&entry, "2017-10-17"), ["RECOGNITION_DATE_MISMATCH"]);
    let mut foreign = entry.clone();
    foreign.case.origin = "420804-commerce".parse().unwrap();
    assert_eq!(examined(&foreign, "2017-10-16"), ["FOREIGN_CASE"]);
    let mut hasty = entry.clone();
    hasty.recognised_on = Some(day("2017-10-13"));
    assert_eq!(examined(&hasty, "2017-10-13"), ["STATEMENT_PERIOD_RUNNING", "PUBLICITY_RUNNING"]);
    let mut unheard = entry;
    unheard.procedure.notice = None;
    assert_eq!(examined(&unheard, "2017-10-16"), ["NOTICE_MISSING"]);
}

#[test]
fn a_case_survives_its_row_encoding() {
    for (case, _) in every_stage() {
        let bytes = postcard::to_stdvec(&case).unwrap();
        assert_eq!(postcard::from_bytes::<Case>(&bytes).unwrap(), case);
    }
    let black = Case::new(black_entry());
    assert_eq!(postcard::from_bytes::<Case>(&postcard::to_stdvec(&black).unwrap()).unwrap(), black);
}

/// A case of the quality policy's bureau that waits for its head.
fn attested_case(kind: ListKind) -> (Office, Case) {
    let mut office = Office::at("110119-quality", crate::node::Tier::County);
    let (_, text) = crate::policy::shipped().iter().find(|(name, _)| *name == "yq-quality").unwrap();
    office.policy = crate::policy::Policy::parse(text).unwrap();
    let of_kind = office.policy.criteria.iter().find(|criterion| criterion.kind == kind && criterion.count.is_empty());
    let mut entry = if kind == ListKind::Black { black_entry() } else { red_entry() };
    entry.case.origin = office.node.clone();
    entry.department = crate::list::Department("quality".to_owned());
    entry.subject.class = "unit".to_owned();
    entry.criteria = of_kind.map(|criterion| criterion.code.clone()).into_iter().collect();
    entry.territorial_override = Some("在本区生产".to_owned());
    (office, Case::new(entry))
}

fn quality_refusals(office: &Office, case: &Case) -> Vec<Refusal> {
    let refusals = case.certifiable(&office.on(day("2017-12-01"))).unwrap_err();
    refusals.into_iter().filter(|refusal| refusal.code().starts_with("QUALITY")).collect()
}

/// R-005, R-005b, R-006: what is missing is named in words, blank words confirm nothing, unknown codes are no qualities.
#[test]
fn r_005_r_006_every_quality_of_the_policy_is_confirmed_in_words_before_recognition() {
    for (kind, clause, count) in [(ListKind::Black, "R-005", 9), (ListKind::Red, "R-006", 4)] {
        let (office, mut case) = attested_case(kind);
        let missing = quality_refusals(&office, &case);
        assert_eq!((missing.len(), missing[0].code(), missing[0].clause), (1, "QUALITY_NOT_ATTESTED", clause));
        let demanded: Vec<crate::policy::Quality> = office.policy.qualities_of(kind).cloned().collect();
        assert_eq!(demanded.len(), count);
        assert!(demanded.iter().all(|quality| missing[0].zh.contains(&quality.text)), "{}", missing[0].zh);
        let said = |text: &str| {
            let said = |quality: &crate::policy::Quality| crate::list::Attestation {
                code: quality.code.clone(),
                text: text.to_owned(),
            };
            demanded.iter().map(said).collect::<Vec<_>>()
        };
        case.entry.attestations = said(" ");
        assert_eq!(quality_refusals(&office, &case).len(), 1);
        case.entry.attestations = said("经核查属实");
        assert_eq!(quality_refusals(&office, &case), []);
        case.entry.attestations.pop();
        let one = quality_refusals(&office, &case);
        assert!(
            one[0].zh.contains(&demanded[count - 1].text) && !one[0].zh.contains(&demanded[0].text),
            "{}",
            one[0].zh
        );
        case.entry.attestations = said("经核查属实");
        case.entry.attestations.push(crate::list::Attestation { code: "pretty".to_owned(), text: "美观".to_owned() });
        assert_eq!(quality_refusals(&office, &case)[0].code(), "QUALITY_UNKNOWN");
    }
}
