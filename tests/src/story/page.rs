//! A story as people read it.

use std::fmt::Write;

use super::Told;
use crate::demo::{WATERMARK, dated};

/// The clauses under an act: what the regulation calls it.
fn clauses(kind: &str) -> &'static str {
    match kind {
        "records-collected" => "R-020",
        "notice-served" => "R-022",
        "publicity-opened" | "publicity-closed" => "R-023、R-027",
        "statement-received" | "statement-disposed" => "R-021、F-05",
        "list-certified" => "R-024、F-06",
        "list-approved" | "list-disapproved" => "R-032、F-14",
        "list-declared" => "R-025、F-07",
        "materials-received" => "R-026、D-02",
        "list-reviewed" | "review-signed" => "R-026、F-08",
        "objection-received" | "objection-verified" => "R-027、F-09",
        "list-reported" => "R-028",
        "result-published" => "R-029、R-030、F-10",
        "dispute-received" | "dispute-verified" | "dispute-decided" | "entry-marked" => "D-15、F-09",
        "repair-applied" | "repair-accepted" | "repair-decided" | "repair-revoked" => "F-12、D-14",
        "entry-exited" | "entries-expired" | "entry-withdrawn" => "R-050、R-051",
        "list-announced" => "R-040、D-09",
        "exit-announced" => "R-042",
        "exits-filed" | "filing-received" => "F-13、D-06、D-07",
        "restoration-offered" | "restoration-answered" => "AMB-14",
        "bulletin-issued" => "R-033、F-15、D-12",
        "backlog-told" => "R-035、D-08",
        _ => "",
    }
}

/// Writes a story.
pub fn write(told: &Told) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(page, "══ {WATERMARK} ══");
    let _ = writeln!(page, "{}：{}（{}）", told.name, told.title, told.codes.join("、"));
    for case in &told.cases {
        let _ = writeln!(page, "\n案件 {}  {}", case.case, case.subject);
        for step in &case.steps {
            let clauses = clauses(step.kind);
            let clauses = if clauses.is_empty() { String::new() } else { format!("〔{clauses}〕") };
            let _ = writeln!(page, "  {}  {}  {}{clauses}", dated(step.on), step.by, step.sentence);
        }
        let _ = writeln!(page, "  {} 各节点显示：", dated(told.today));
        for (node, status, notice) in &case.shown {
            let notice = if notice.is_empty() { String::new() } else { format!("，{notice}") };
            let _ = writeln!(page, "    {node}  {status}{notice}");
        }
    }
    let _ = writeln!(page, "\n{}", if told.passed { "结局与预设相符。" } else { "结局与预设不符！" });
    page
}
