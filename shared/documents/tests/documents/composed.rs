//! What documents say.

use honghei_documents::fields::*;
use honghei_documents::{Block, DocumentError, DocumentKind, compose};
use honghei_domain::identifier::CitizenId;
use honghei_domain::policy::documents::DocumentText;

use crate::sample::{black, day, document, every_kind, imprint, red, words};

#[test]
fn every_kind_of_document_is_made_from_its_act() {
    let made: Vec<DocumentKind> = every_kind().iter().map(|fields| document(fields).kind).collect();
    assert_eq!(made, DocumentKind::ALL);
}

/// R-022, F-04, and the repair rights told with the decision (两书同达).
#[test]
fn a_notice_tells_facts_reasons_basis_rights_and_remedies() {
    let text = document(&every_kind()[0]).plain_text();
    for said in [
        "荆门某某第17商贸有限公司：",
        "一、事实",
        "销售假冒注册商标的白酒12瓶",
        "制售假冒伪劣商品，经相关政府部门行政处罚，且未被吊销证照的（SW-B-03）",
        "东市监罚字〔2025〕第108号",
        "本细则第二条黑名单认定标准第3项",
        "收到本告知书之日起10个工作日内，有权向本机关陈述和申辩",
        "陈述申辩期限至2026年1月19日。",
        "信用修复的权利",
        "可以修复，修复方式：缴清罚款",
        "销榜申请",
        "行政复议",
        "送达方式：直接送达；送达日期：2026年1月5日；送达证明：送达回证第17号。",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[test]
fn what_an_act_does_not_have_leaves_no_empty_section_behind() {
    let notice = Notice { subject: red(2), statement_days: 10, statement_until: None, service: None };
    let text = document(&Fields::Notice(notice)).plain_text();
    for unsaid in ["修复", "据以认定的文书", "送达", "陈述申辩期限至"] {
        assert!(!text.contains(unsaid), "{unsaid} in {text}");
    }
    assert!(text.contains("五、救济途径"), "the sections are counted without the dropped ones: {text}");
}

#[test]
fn a_number_is_the_place_of_the_act_in_the_organs_log() {
    let notice = &every_kind()[0];
    let number = |imprint| compose(notice, &imprint, &words()).unwrap().number;
    assert_eq!(number(imprint(42, None)), "东商信告〔2026〕42号");
    assert_eq!(number(imprint(42, Some(17))), "东商信告〔2026〕42-17号");
    let mut later = imprint(7, None);
    later.proof.place = "429005-commerce/2/7".parse().unwrap();
    assert_eq!(number(later), "429005告〔2026〕2.7号", "a region without a word and a second epoch");
}

/// F-06, F-08, F-09, BX-1, R-042: whoever signed what a document shows is named under it, and on whose behalf.
#[test]
fn a_document_of_a_signed_decision_names_who_signed_it() {
    for fields in every_kind() {
        let made = document(&fields);
        let signed = match fields {
            Fields::Recognition(_) => Some("签署人：局长 李某"),
            Fields::Review(_) | Fields::Return(_) | Fields::Repair(_) | Fields::Exit(_) => Some("签署人：局长 王某"),
            Fields::Objection(_) => Some("签署人：副局长 赵某（受王某委托）"),
            // Not filed yet; and what is no officer's own decision bears the organ's name alone.
            Fields::Filing(_) | Fields::Notice(_) | Fields::Publicity(_) | Fields::Bulletin(_) => None,
        };
        let text = made.plain_text();
        let line = text.lines().find(|line| line.starts_with("签署人："));
        assert_eq!(line, signed, "{:?}", made.kind);
    }
}

/// a wrong entry (BX-2) and a red its subject wanted gone (RX-3) leave a neutral withdrawal.
#[test]
fn a_neutral_withdrawal_says_neither_list_nor_facts_nor_reason_bx_2_rx_3() {
    for at_own_request in [false, true] {
        let exit = ExitAnnouncement::Neutral {
            name: "荆门某某第6商贸有限公司".to_owned(),
            code: Some("91420802MA48Q0000X".to_owned()),
            exit_on: day("2026-06-16"),
            channels: vec!["信用荆门".to_owned()],
            at_own_request,
            signer: "局长 王某".to_owned(),
        };
        let made = document(&Fields::Exit(exit));
        let body: String = made.blocks.iter().map(|block| format!("{block:?}")).collect();
        for unsaid in ["黑名单", "红名单", "失信", "惩戒", "激励", "处罚", "修复", "有误", "BX-2", "RX-3"]
        {
            assert!(!body.contains(unsaid) && !made.title.contains(unsaid), "{unsaid} in {body}");
        }
        assert!(body.contains("自2026年6月16日起撤回") && body.contains("信用荆门"), "{body}");
        assert_eq!(body.contains("依主体申请"), at_own_request);
    }
}

/// AMB-15.
#[test]
fn no_document_shows_an_id_number_wherever_it_was_typed() {
    let person = CitizenId::synthesize("420802".parse().unwrap(), "1980-02-29".parse().unwrap(), 123);
    let typed = format!("当事人张某（{}）", person.in_clear());
    let mut subject = black(1);
    subject.name.push_str(&typed);
    subject.facts.push_str(&typed);
    subject.grounds[0].text.push_str(&typed);
    let notice = Notice { subject: subject.clone(), statement_days: 10, statement_until: None, service: None };
    let mut publicity = every_kind();
    let Fields::Publicity(ref mut held) = publicity[1] else { panic!("the second is a publicity") };
    held.subjects = vec![subject];
    held.channel = typed;
    for fields in [Fields::Notice(notice), publicity.remove(1)] {
        let text = document(&fields).plain_text();
        assert!(!text.contains("19800229"), "masked where the birth date stands");
        assert!(text.contains("420802********"));
    }
}

#[test]
fn a_policy_replaces_a_standard_text_and_a_field_that_is_not_there_is_named() {
    let mut words = words();
    let mut text = DocumentText {
        title: "告知".to_owned(),
        word: "知".to_owned(),
        addressee: String::new(),
        letterhead: false,
        body: vec!["{facts}".to_owned()],
    };
    words.text.insert(DocumentKind::Notice, text.clone());
    let made = compose(&every_kind()[0], &imprint(1, None), &words).unwrap();
    assert_eq!((made.title.as_str(), made.blocks.len(), made.letterhead), ("告知", 1, false));
    text.body = vec!["{service}".to_owned()];
    words.text.insert(DocumentKind::Notice, text);
    let notice = Notice { subject: red(2), statement_days: 10, statement_until: None, service: None };
    let error = compose(&Fields::Notice(notice), &imprint(1, None), &words).unwrap_err();
    assert_eq!(error.code(), "DOCUMENT_FIELD_MISSING");
    assert!(error.to_string().contains("service"));
}

#[test]
fn a_table_is_bounded_and_has_no_empty_cell() {
    let held = |count| {
        Fields::Return(Return {
            kind: honghei_domain::list::ListKind::Black,
            recogniser: "某局".to_owned(),
            list: "420802-commerce/1/42".to_owned(),
            received_on: day("2026-01-22"),
            returned: vec![
                Exception { case: String::new(), name: String::new(), returned: true, reasons: Vec::new() };
                count
            ],
            signer: String::new(),
        })
    };
    let error = compose(&held(MAX_ROWS + 1), &imprint(1, None), &words()).unwrap_err();
    assert!(matches!(error, DocumentError::TooLong { .. }));
    let made = document(&held(1));
    let Some(Block::Table(table)) = made.blocks.iter().find(|block| matches!(block, Block::Table(_))) else {
        panic!("a return has a table")
    };
    assert_eq!(table.rows, [["1", "—", "—", "—"]]);
}
