//! How long it took until a version settled an entry.

use super::{grouped, section, table};
use crate::figures::{bin_label, bins, mean, spread, together};
use crate::model::{NodeTimes, Phase, Report};
use crate::svg::{Bar, Caption, Scale, bars, columns};

pub(super) fn write(out: &mut String, report: &Report) {
    let all = together(&report.times, |times| &times.certified);
    let lead = match spread(&all) {
        None => "尚无由认定单位上报并已有最终结果的条目。".to_owned(),
        Some(spread) => format!(
            "自认定至最终结果公布，共{}条：平均{}日，中位数{}日，九成在{}日以内，最短{}日，最长{}日（日历日）。部门数据源导入的条目不在其内。",
            grouped(spread.entries),
            mean(spread.days, spread.entries),
            spread.median,
            spread.ninth_decile,
            spread.least,
            spread.most
        ),
    };
    section(out, "times", "四、办理用时", &lead);
    if !all.is_empty() {
        distribution(out, &all);
        nodes(out, report);
        phases(out, report);
    }
    out.push_str("</section>\n");
}

fn distribution(out: &mut String, all: &std::collections::BTreeMap<u32, u64>) {
    let found: Vec<(String, u64)> = bins(all).iter().map(|bin| (bin_label(bin), bin.2)).collect();
    out.push_str("<div class=\"two\">\n<figure>\n<figcaption>自认定至公布的日数</figcaption>\n");
    let caption = Caption {
        id: "c-days",
        title: "自认定至公布的日数分布",
        description: "每根柱为一段日数内的条目数；数字见表格。",
    };
    out.push_str(&columns(caption, "ink", &found));
    out.push_str("</figure>\n<div>\n");
    let cells: Vec<Vec<String>> = found.iter().map(|(label, count)| vec![label.clone(), grouped(*count)]).collect();
    table(out, "自认定至公布", &[("日数", false), ("条数", true)], &cells);
    out.push_str("</div>\n</div>\n");
}

fn nodes(out: &mut String, report: &Report) {
    let columns = [
        ("认定单位", false),
        ("起点", false),
        ("条数", true),
        ("平均", true),
        ("最短", true),
        ("中位数", true),
        ("九成以内", true),
        ("最长", true),
    ];
    let mut rows = Vec::new();
    for times in &report.times {
        for (start, days) in [("认定", &times.certified), ("采集", &times.collected)] {
            let Some(spread) = spread(days) else { continue };
            let middle = [spread.least, spread.median, spread.ninth_decile, spread.most].map(|days| days.to_string());
            let head = [times.name.clone(), start.to_owned(), grouped(spread.entries)];
            rows.push(head.into_iter().chain([mean(spread.days, spread.entries)]).chain(middle).collect());
        }
    }
    table(out, "各认定单位用时（日）", &columns, &rows);
}

/// The four parts of the way, with the class of their colour.
fn parts(times: &NodeTimes) -> [(&'static str, &'static str, Phase); 4] {
    let phases = &times.phases;
    [
        ("认定至申报", "ink", phases.to_declaration),
        ("申报至审核签署", "rust", phases.to_signature),
        ("签署（公示）至上报", "amber", phases.to_report),
        ("上报至公布", "green", phases.to_publication),
    ]
}

fn phases(out: &mut String, report: &Report) {
    out.push_str(
        "<figure>\n<figcaption>各环节平均用时（日）<span class=\"legend\"><i class=\"key-ink\"></i>认定至申报\
                  <i class=\"key-rust\"></i>申报至审核签署<i class=\"key-amber\"></i>签署（公示）至上报\
                  <i class=\"key-green\"></i>上报至公布</span></figcaption>\n",
    );
    let rows: Vec<Bar> = report
        .times
        .iter()
        .map(|times| {
            // Tenths of a day, so that short parts are seen.
            let tenths = |phase: &Phase| (phase.days * 10).checked_div(phase.entries).unwrap_or(0);
            let drawn: Vec<(&'static str, u64)> =
                parts(times).iter().map(|(_, class, phase)| (*class, tenths(phase))).collect();
            let whole = spread(&times.certified).unwrap_or_default();
            Bar { label: times.name.clone(), parts: drawn, note: mean(whole.days, whole.entries) }
        })
        .collect();
    let caption = Caption {
        id: "c-phases",
        title: "各认定单位各环节平均用时",
        description: "每条横条为一个认定单位自认定至公布的平均日数，按环节分段；数字见表格。",
    };
    out.push_str(&bars(caption, &rows, Scale::Common));
    out.push_str("</figure>\n");
    let cells: Vec<Vec<String>> = report
        .times
        .iter()
        .map(|times| {
            let means = parts(times).map(|(_, _, phase)| mean(phase.days, phase.entries));
            [times.name.clone()].into_iter().chain(means).collect()
        })
        .collect();
    let columns = [
        ("认定单位", false),
        ("认定至申报", true),
        ("申报至审核签署", true),
        ("签署（公示）至上报", true),
        ("上报至公布", true),
    ];
    table(out, "各环节平均用时（日）", &columns, &cells);
}
