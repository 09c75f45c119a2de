//! Behaviour events in the national 双公示 columns and in a plain sheet.

use honghei_domain::evidence::BehaviourEvent;
use honghei_domain::identifier::Uscc;
use honghei_domain::policy::{Circumstance, EventNature, Grade, IssuerLevel, PenaltyKind};
use honghei_intake::{Intake, ProblemCode, Request, open, take_in};

fn take(csv: &str) -> Intake {
    let origin = "420802-commerce".parse().unwrap();
    let request = Request::events(origin, "样例商务局", "2026-11-22".parse().unwrap());
    take_in(&open("events.csv", csv.as_bytes()).unwrap(), &request).unwrap()
}

fn events(intake: &Intake) -> Vec<BehaviourEvent> {
    intake.drafts.iter().map(|draft| draft.event.clone().unwrap()).collect()
}

fn firm() -> String {
    Uscc::synthesize('9', '1', "420802", "MA4TE3T0").unwrap().as_str().to_owned()
}

#[test]
fn penalties_of_the_2018_layout_are_events() {
    let csv = format!(
        "行政相对人名称,行政相对人代码_1(统一社会信用代码),行政处罚决定书文号,违法行为类型,违法事实,处罚类别,处罚内容,\
         罚款金额（万元）,处罚决定日期,处罚机关\n\
         样例商贸有限公司,{},样罚〔2026〕1号,销售假冒商品,售假,罚款、没收违法所得,罚款并没收全部违法所得,3.5,2026-03-02,\
         荆门市市场监督管理局\n\
         样例商贸有限公司,{},样罚〔2026〕2号,无证经营,无证,暂扣或者吊销许可证,吊销许可证,/,2026-04-02,东宝区市场监督管理局\n",
        firm(),
        firm()
    );
    let intake = take(&csv);
    assert!(intake.is_clean(), "{:?}", intake.problems);
    let events = events(&intake);
    assert_eq!(events.len(), 2);
    assert_eq!((events[0].nature, events[0].kind.as_str()), (EventNature::Penalty, "销售假冒商品"));
    assert_eq!(events[0].penalties, [PenaltyKind::Fine, PenaltyKind::Confiscation, PenaltyKind::ConfiscationWhole]);
    assert_eq!(events[0].fine_yuan, Some(35_000));
    assert_eq!(events[0].level, Some(IssuerLevel::City));
    assert_eq!((events[1].penalties.as_slice(), events[1].fine_yuan), (&[PenaltyKind::Revocation][..], None));
    assert_eq!(events[1].level, Some(IssuerLevel::County));
}

#[test]
fn penalties_of_the_2016_layout_are_events() {
    let csv = format!(
        "CF_WSH,CF_CFMC,CF_CFLB1,CF_CFLB2,CF_SY,CF_YJ,CF_XDR_MC,CF_XDR_SHXYM,CF_FR,CF_JG,CF_JDRQ,CF_XZJG,CF_ZT\n\
         样罚〔2016〕7号,售假案,罚款,没收违法所得,售假,《条例》,样例商贸有限公司,{},某某,罚款5000元,2016-05-06,荆门市商务局,0\n",
        firm()
    );
    let intake = take(&csv);
    assert!(intake.is_clean(), "{:?}", intake.problems);
    let events = events(&intake);
    assert_eq!(events[0].penalties, [PenaltyKind::Fine, PenaltyKind::Confiscation]);
    assert_eq!((events[0].facts.as_str(), events[0].document_number.as_str()), ("售假", "样罚〔2016〕7号"));
}

#[test]
fn a_plain_sheet_names_nature_grade_and_circumstances() {
    let csv = format!(
        "企业名称,统一社会信用代码,记录性质,行为种类,严重程度,情节,作出日期,作出机关\n\
         样例商贸有限公司,{0},抽查不合格,电缆,较重,严重不合格、拒不整改,2026-03-02,荆门市市场监督管理局\n\
         样例商贸有限公司,{0},抽查合格,电缆,,,2026-03-02,荆门市市场监督管理局\n\
         样例商贸有限公司,{0},抽查一般,电缆,,,2026-03-02,荆门市市场监督管理局\n\
         样例商贸有限公司,{0},抽查合格,电缆,,,2027-03-02,荆门市市场监督管理局\n",
        firm()
    );
    let intake = take(&csv);
    let events = events(&intake);
    assert_eq!(events.len(), 2);
    assert_eq!((events[0].nature, events[0].grade), (EventNature::SamplingFailed, Some(Grade::Serious)));
    let expected = [Circumstance::SevereNonconformity, Circumstance::RectificationRefused];
    assert_eq!(events[0].circumstances, expected);
    assert_eq!(intake.counts.of(ProblemCode::ChoiceUnknown), 1);
    assert_eq!(intake.counts.of(ProblemCode::DateInFuture), 1);
}

#[test]
fn a_row_said_twice_is_one_event_and_a_violation_beside_its_penalty_is_two() {
    let row = |nature: &str| format!("样例商贸有限公司,{},{nature},样罚〔2026〕1号,2026-03-02\n", firm());
    let header = "企业名称,统一社会信用代码,记录性质,文号,作出日期\n";
    let intake = take(&[header, &row("行政处罚"), &row("行政处罚"), &row("违法失信行为")].concat());
    assert_eq!((intake.drafts.len(), intake.counts.of(ProblemCode::DuplicateInFile)), (2, 1));
}
