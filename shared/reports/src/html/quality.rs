//! In what state codes came, by source: what the authorities judge by.

use std::fmt::Write;

use super::{grouped, section, table};
use crate::figures::{percent, quality, wrong_share};
use crate::model::{Report, Source, SourceKind};
use crate::svg::{Bar, Caption, Scale, bars};
use crate::words::{damage_zh, department_zh};

pub(super) fn write(out: &mut String, report: &Report) {
    let lead = "重错码率＝（重码行＋错码行）÷载有代码的行。错码是不能使用的代码，按所发现的第一个原因计；重码是同一文件内同一代码\
                记在不同名称之下的后出之行；内码存疑（主体识别码校验不符，须人工确认）单列，不计入错码；没有代码的行与自然人不计入分母。\
                各次报送逐次累计。";
    section(out, "quality", "三、代码质量", lead);
    if report.sources.is_empty() {
        out.push_str("<p class=\"note\">没有可以统计的来源。</p>\n");
    } else {
        chart(out, report);
        sources(out, report);
        reasons(out, report);
    }
    out.push_str("</section>\n");
}

/// What a source is called.
pub(crate) fn name(source: &Source) -> String {
    match source.kind {
        SourceKind::Feed => format!("{}（{}）", source.title, source.name),
        SourceKind::Collected => format!("采集：{}", source.title),
        SourceKind::Reported => format!("上报：{}", source.title),
    }
}

fn chart(out: &mut String, report: &Report) {
    out.push_str(
        "<figure>\n<figcaption>各来源代码状况<span class=\"legend\"><i class=\"key-green\"></i>有效\
                  <i class=\"key-amber\"></i>存疑<i class=\"key-rust\"></i>重码<i class=\"key-red\"></i>错码\
                  <i class=\"key-grey\"></i>缺失或自然人</span></figcaption>\n",
    );
    let rows: Vec<Bar> = report
        .sources
        .iter()
        .map(|source| {
            let codes = quality(source).codes;
            let note = wrong_share(source).map_or_else(|| "—".to_owned(), |share| format!("重错 {}", percent(share)));
            Bar {
                label: name(source),
                parts: vec![
                    ("green", codes.sound),
                    ("amber", codes.doubtful),
                    ("rust", codes.shared),
                    ("red", codes.wrong()),
                    ("grey", codes.missing + codes.persons),
                ],
                note,
            }
        })
        .collect();
    let caption = Caption {
        id: "c-codes",
        title: "各来源代码状况",
        description: "每条横条为一个来源的全部行，按代码状况分段；数字见表格。",
    };
    out.push_str(&bars(caption, &rows, Scale::Shares));
    out.push_str("</figure>\n");
}

fn sources(out: &mut String, report: &Report) {
    let columns = [
        ("来源", false),
        ("部门", false),
        ("报送次数", true),
        ("行数", true),
        ("有效", true),
        ("存疑", true),
        ("重码", true),
        ("错码", true),
        ("缺失", true),
        ("自然人", true),
        ("重错码率", true),
    ];
    let rows: Vec<Vec<String>> = report
        .sources
        .iter()
        .map(|source| {
            let sum = quality(source);
            let codes = &sum.codes;
            let counts = [codes.sound, codes.doubtful, codes.shared, codes.wrong(), codes.missing, codes.persons];
            let head = [name(source), department(source), sum.deliveries.to_string(), grouped(sum.rows)];
            let share = wrong_share(source).map_or_else(|| "—".to_owned(), percent);
            head.into_iter().chain(counts.map(grouped)).chain([share]).collect()
        })
        .collect();
    table(out, "各来源代码状况（行）", &columns, &rows);
    if report.sources.iter().any(|source| source.kind == SourceKind::Reported) {
        out.push_str(
            "<p class=\"note\">上报名单的错码、重码在认定单位采集时已拦截，由其自行统计，此处不计重错码率。</p>\n",
        );
    }
    let without: u64 = report.sources.iter().map(|source| quality(source).without_account).sum();
    if without > 0 {
        let _ = writeln!(out, "<p class=\"note\">另有{without}次报送的记录不含逐行统计，未计入各数。</p>");
    }
}

fn department(source: &Source) -> String {
    if source.department.is_empty() { "—".to_owned() } else { department_zh(&source.department) }
}

fn reasons(out: &mut String, report: &Report) {
    let mut rows = Vec::new();
    for source in &report.sources {
        for (reason, count) in quality(source).codes.damaged {
            rows.push(vec![name(source), damage_zh(&reason).to_owned(), reason, grouped(count)]);
        }
    }
    if !rows.is_empty() {
        let columns = [("来源", false), ("错码原因", false), ("代号", false), ("行数", true)];
        table(out, "错码原因", &columns, &rows);
    }
}
