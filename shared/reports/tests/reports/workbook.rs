//! The workbook: read back by calamine, every figure counted again from the report's rows.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use honghei_reports::{Report, department_zh, xlsx};

use super::sample::report;

fn sheets(report: &Report) -> BTreeMap<String, Range<Data>> {
    let bytes = xlsx(report).unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    workbook.worksheets().into_iter().collect()
}

/// The rows under a header, as maps from title to text.
fn rows(sheet: &Range<Data>, header: u32) -> Vec<BTreeMap<String, String>> {
    let all: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    let titles = all[header as usize].clone();
    let rest = all.into_iter().skip(header as usize + 1);
    rest.take_while(|row| row.iter().any(|cell| !cell.is_empty()))
        .map(|row| titles.iter().cloned().zip(row).filter(|(title, _)| !title.is_empty()).collect())
        .collect()
}

fn number(row: &BTreeMap<String, String>, title: &str) -> f64 {
    row[title].parse().unwrap_or_else(|_| panic!("{title}: {}", row[title]))
}

#[test]
fn every_conflict_has_its_row_and_every_pair_its_count() {
    let report = report();
    let sheets = sheets(&report);
    let listed = rows(&sheets["冲突明细"], 0);
    assert_eq!(listed.len(), report.conflicts.len());
    for (row, conflict) in listed.iter().zip(&report.conflicts) {
        assert_eq!(row["红名单条目"], conflict.case);
        assert_eq!(row["主体名称"], conflict.subject);
        assert_eq!(row["统一社会信用代码"], conflict.identifiers.uscc);
        assert_eq!((&row["规则"], &row["退出"]), (&conflict.rule, &conflict.exit));
        assert_eq!(row["依据黑名单"], conflict.cause);
    }
    for row in rows(&sheets["部门冲突"], 0) {
        let of_pair = |conflict: &&honghei_reports::Conflict| {
            department_zh(&conflict.red_department) == row["红名单部门"]
                && department_zh(&conflict.black_department) == row["黑名单部门"]
        };
        let count = |wanted: fn(&honghei_reports::Conflict) -> bool| {
            report.conflicts.iter().filter(of_pair).filter(|row| wanted(row)).count() as f64
        };
        assert_eq!(number(&row, "合计"), count(|_| true));
        assert_eq!(number(&row, "X1"), count(|row| row.rule == "X1"));
        assert_eq!(number(&row, "X2"), count(|row| row.rule == "X2"));
        assert_eq!(number(&row, "其中同日"), count(|row| row.tie));
        assert_eq!(number(&row, "RX-1"), count(|row| row.exit == "RX-1"));
        assert_eq!(number(&row, "其中本版"), count(|row| row.version == 7));
    }
    let sum: f64 = rows(&sheets["部门冲突"], 0).iter().map(|row| number(row, "合计")).sum();
    assert_eq!(sum, report.conflicts.len() as f64);
    let matrix: f64 = rows(&sheets["冲突矩阵"], 1).iter().map(|row| number(row, "合计")).sum();
    assert_eq!(matrix, sum);
}

#[test]
fn what_waits_is_counted_by_age_and_reason() {
    let report = report();
    let sheets = sheets(&report);
    let ages = rows(&sheets["待核统计"], 0);
    let bounds = [(0, 7), (8, 30), (31, 90), (91, 180), (181, u32::MAX)];
    assert_eq!(ages.len(), bounds.len());
    for (row, (from, to)) in ages.iter().zip(bounds) {
        let waited = report.held.iter().filter(|held| (from..=to).contains(&held.days)).count();
        assert_eq!(number(row, "条数"), waited as f64);
    }
    let listed = rows(&sheets["待核明细"], 0);
    assert_eq!(listed.len(), report.held.len());
    for (row, held) in listed.iter().zip(&report.held) {
        assert_eq!(number(row, "等待日数"), f64::from(held.days));
        assert_eq!(row["一方缺失"], held.one_sided.join("、"));
    }
}

#[test]
fn the_share_of_wrong_codes_is_that_of_the_rows() {
    let report = report();
    let sheets = sheets(&report);
    let listed = rows(&sheets["代码质量"], 0);
    assert_eq!(listed.len(), report.sources.len());
    for (row, source) in listed.iter().zip(&report.sources) {
        let accounts = || source.deliveries.iter().filter_map(|delivery| delivery.codes.as_ref());
        let sum = |of: fn(&honghei_domain::account::CodeAccount) -> u64| accounts().map(of).sum::<u64>() as f64;
        assert_eq!(number(row, "行数"), sum(|codes| codes.rows()));
        assert_eq!(number(row, "错码"), sum(|codes| codes.damaged.values().sum()));
        assert_eq!(number(row, "缺失"), sum(|codes| codes.missing));
        if row["重错码率"] == "—" {
            assert_eq!(source.kind, honghei_reports::SourceKind::Reported);
            continue;
        }
        let wrong = sum(|codes| codes.shared + codes.damaged.values().sum::<u64>());
        let coded = sum(|codes| codes.rows() - codes.missing - codes.persons);
        assert!((number(row, "重错码率") - wrong / coded).abs() < 0.000_051);
    }
    let reasons: f64 = rows(&sheets["错码原因"], 0).iter().map(|row| number(row, "行数")).sum();
    assert_eq!(reasons, 61.0 + 22.0 + 4.0 + 12.0);
}

#[test]
fn the_times_are_those_of_the_sorted_entries() {
    let report = report();
    let sheets = sheets(&report);
    let distributed: f64 = rows(&sheets["用时分布"], 0).iter().map(|row| number(row, "条数")).sum();
    let mut all = 0;
    for (row, times) in rows(&sheets["各单位用时"], 0).iter().zip(&report.times) {
        let mut sorted: Vec<u32> = Vec::new();
        for (days, count) in &times.certified {
            sorted.extend((0..*count).map(|_| *days));
        }
        all += sorted.len();
        assert_eq!(row["认定单位"], times.name);
        assert_eq!(number(row, "条数"), sorted.len() as f64);
        assert_eq!(number(row, "最短"), f64::from(sorted[0]));
        assert_eq!(number(row, "中位数"), f64::from(sorted[(sorted.len() - 1) / 2]));
        assert_eq!(number(row, "最长"), f64::from(sorted[sorted.len() - 1]));
        let mean = sorted.iter().map(|days| f64::from(*days)).sum::<f64>() / sorted.len() as f64;
        assert!((number(row, "平均") - mean).abs() < 0.001);
    }
    assert_eq!(distributed, all as f64);
}

#[test]
fn the_same_report_gives_the_same_bytes_and_its_charts_are_excels_own() {
    let report = report();
    let bytes = xlsx(&report).unwrap();
    assert_eq!(bytes, xlsx(&report).unwrap());
    let names = String::from_utf8_lossy(&bytes);
    // The names of the parts stand uncompressed in the archive.
    for chart in 1..=6 {
        assert!(names.contains(&format!("xl/charts/chart{chart}.xml")), "chart {chart}");
    }
    let nothing = Report { conflicts: Vec::new(), held: Vec::new(), sources: Vec::new(), times: Vec::new(), ..report };
    assert!(rows(&self::sheets(&nothing)["冲突明细"], 0).is_empty());
}
