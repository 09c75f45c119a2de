//! A report of invented firms.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use honghei_domain::account::CodeAccount;
use honghei_reports::{
    Conflict, Counts, Delivery, FORMAT, Held, Identifiers, NodeTimes, Phase, Phases, Report, Source, SourceKind,
};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Conflicts of several departments, a queue, sources of three kinds, two recognisers.
pub fn report() -> Report {
    Report {
        format: FORMAT.to_owned(),
        federation: "hubei".to_owned(),
        rehearsal: true,
        node: "420000-commerce".to_owned(),
        node_name: "湖北省商务厅".to_owned(),
        version: 7,
        published_on: day("2018-03-15"),
        counted_to: day("2018-04-02"),
        made_on: day("2018-04-02"),
        digest: "9f".repeat(32),
        rule_version: 1,
        counts: Counts { red: 12_846, black: 3_409, removed: 6, held: 3 },
        conflicts: (1..=73).map(conflict).collect(),
        held: (1..=24).map(held).collect(),
        sources: sources(),
        times: vec![times("420802-commerce", "荆门市东宝区商务局", 38), times("429004-commerce", "仙桃市商务局", 46)],
    }
}

fn conflict(number: u32) -> Conflict {
    let red = ["commerce", "tax", "quality", "commerce"][number as usize % 4];
    let black = ["court", "court", "tax", "commerce", "customs"][number as usize % 5];
    let first = day("2017-06-01").checked_add_days(Days::new(u64::from(number % 9))).unwrap();
    let second = day("2017-06-05");
    Conflict {
        case: format!("420802-commerce#{number}"),
        subject: format!("样例{number}号商贸<有限>公司"),
        identifiers: Identifiers { uscc: format!("9142080200000{number:05}"), ..Identifiers::default() },
        red_department: red.to_owned(),
        red_organ: "样例机关".to_owned(),
        red_recognised_on: Some(first),
        rule: if first <= second { "X1" } else { "X2" }.to_owned(),
        tie: first == second,
        exit: if number.is_multiple_of(3) { "RX-1" } else { "RX-7" }.to_owned(),
        key: "统一社会信用代码".to_owned(),
        cause: format!("420000-commerce#{}", 5000 + number),
        black_department: black.to_owned(),
        black_document: format!("样例〔2017〕{number}号"),
        black_recognised_on: Some(second),
        version: 1 + u64::from(number % 7),
        removed_on: day("2018-03-15"),
    }
}

fn held(number: u32) -> Held {
    let (reason, reason_zh) = if number.is_multiple_of(5) {
        ("TWO_USCCS", "组织机构代码相同而统一社会信用代码不同，待人工核实")
    } else {
        ("NAME_ONLY", "仅名称相同，不能确认为同一主体，待人工核实")
    };
    Held {
        case: format!("429004-commerce#{number}"),
        subject: format!("样例便民{number}号商店"),
        identifiers: Identifiers { registration_number: format!("4290040000{number:05}"), ..Identifiers::default() },
        red_department: "commerce".to_owned(),
        reason: reason.to_owned(),
        reason_zh: reason_zh.to_owned(),
        black: format!("420000-commerce#{}", 7000 + number),
        black_department: "court".to_owned(),
        agree: vec!["名称".to_owned()],
        differ: Vec::new(),
        one_sided: vec!["统一社会信用代码".to_owned(), "工商注册号".to_owned()],
        compared: !number.is_multiple_of(6),
        since_version: 5,
        since_on: day("2018-02-01"),
        days: 240 - number * 9,
    }
}

fn codes(sound: u64, damaged: &[(&str, u64)], missing: u64) -> CodeAccount {
    CodeAccount {
        sound,
        doubtful: sound / 60,
        shared: sound / 90,
        damaged: damaged.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect(),
        missing,
        persons: missing / 3,
    }
}

fn sources() -> Vec<Source> {
    let source = |kind, name: &str, title: &str, department: &str, deliveries: Vec<CodeAccount>| Source {
        kind,
        name: name.to_owned(),
        title: title.to_owned(),
        department: department.to_owned(),
        deliveries: deliveries
            .into_iter()
            .map(|codes| Delivery {
                entry: "420000-commerce/1/42".to_owned(),
                on: day("2018-02-05"),
                what: "2018-02-05名单".to_owned(),
                rows: codes.rows(),
                accepted: codes.rows() - codes.wrong(),
                ended: 0,
                entered: codes.sound,
                codes: Some(codes),
            })
            .collect(),
    };
    let lost = [("DIGITS_LOST", 61), ("USCC_INVALID", 22), ("PERSONAL_NUMBER_HELD_BACK", 4)];
    vec![
        source(SourceKind::Feed, "court", "省高级人民法院", "court", vec![codes(1381, &lost, 504), codes(90, &[], 3)]),
        source(SourceKind::Feed, "tax-a", "省税务局", "tax", vec![codes(9_020, &[("USCC_INVALID", 12)], 0)]),
        source(SourceKind::Reported, "420802-commerce", "荆门市东宝区商务局", "", vec![codes(150, &[], 0)]),
    ]
}

fn times(node: &str, name: &str, first: u32) -> NodeTimes {
    let certified: BTreeMap<u32, u64> =
        (first..first + 40).map(|days| (days, 1 + u64::from(days * days % 13))).collect();
    let entries: u64 = certified.values().sum();
    let phase = |days: u64| Phase { entries, days: entries * days };
    NodeTimes {
        node: node.to_owned(),
        name: name.to_owned(),
        certified,
        collected: BTreeMap::new(),
        phases: Phases {
            to_declaration: phase(2),
            to_signature: phase(8),
            to_report: phase(30),
            to_publication: phase(16),
        },
    }
}
