//! A report as one page: nothing loaded, nothing run, everything escaped; a table beside every chart.

mod conflicts;
mod quality;
mod times;
mod waiting;

use std::fmt::Write;

use crate::model::Report;

pub(crate) use self::quality::name as source_name;

/// Screen and A4 paper.
const STYLE: &str = include_str!("../../texts/report.css");

/// The report as a self-contained page: UTF-8, no script, no reference to anything outside.
pub fn html(report: &Report) -> String {
    let mut out = String::with_capacity(64 * 1024);
    let title = escape(&format!("比对结果报告（第{}版） {}", report.version, report.node_name));
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    if report.rehearsal {
        out.push_str("<p class=\"rehearsal\" role=\"note\">演练 不具效力</p>\n");
    }
    head(&mut out, report);
    out.push_str("<main>\n");
    conflicts::write(&mut out, report);
    waiting::write(&mut out, report);
    quality::write(&mut out, report);
    times::write(&mut out, report);
    out.push_str("</main>\n");
    foot(&mut out, report);
    out.push_str("</body>\n</html>\n");
    out
}

fn head(out: &mut String, report: &Report) {
    let Report { version, published_on, counted_to, counts, .. } = report;
    let _ = writeln!(
        out,
        "<header>\n<p class=\"organ\">{}</p>\n<h1>比对结果报告</h1>\n<p class=\"asof\">依据比对结果<strong>第{version}版</strong>\
         （<time datetime=\"{published_on}\">{published_on}</time>公布），待核期限计至\
         <time datetime=\"{counted_to}\">{counted_to}</time></p>",
        escape(&report.node_name)
    );
    out.push_str("<dl class=\"figures\">\n");
    let standing = report.conflicts.len() as u64;
    let figures = [
        ("ink", "红名单在列", counts.red, "条"),
        ("ink", "黑名单在列", counts.black, "条"),
        ("red", "冲突删除（现有）", standing, "条"),
        ("red", "其中本版删除", counts.removed, "条"),
        ("amber", "待人工核对（现有）", report.held.len() as u64, "条"),
    ];
    for (class, name, count, unit) in figures {
        let _ = writeln!(
            out,
            "<div class=\"{class}\"><dt>{name}</dt><dd>{}<small>{unit}</small></dd></div>",
            grouped(count)
        );
    }
    out.push_str(
        "</dl>\n<nav aria-label=\"目录\"><a href=\"#conflicts\">一、部门冲突</a><a href=\"#held\">二、待人工核对</a>\
                  <a href=\"#quality\">三、代码质量</a><a href=\"#times\">四、办理用时</a></nav>\n</header>\n",
    );
}

fn foot(out: &mut String, report: &Report) {
    let _ = writeln!(
        out,
        "<footer>\n<p>本报告由{}（{}）依据本节点留存的记录逐条汇总，所载为第{}版公布时的状态；此后的变动不在其内。\
         比对规则第{}版。</p>\n<p>最终名单摘要 <span class=\"digest\">{}</span></p>\n<p>编制日期 {}。\
         内部使用；自然人的公民身份号码不在报告之内。</p>\n</footer>",
        escape(&report.node_name),
        escape(&report.node),
        report.version,
        report.rule_version,
        escape(&report.digest),
        report.made_on
    );
}

/// A section's beginning.
fn section(out: &mut String, id: &str, title: &str, lead: &str) {
    let _ = writeln!(out, "<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h2 id=\"{id}-h\">{title}</h2>");
    let _ = writeln!(out, "<p class=\"lead\">{}</p>", escape(lead));
}

/// A table with a caption; cells are escaped, and numeric columns are set to the right.
fn table(out: &mut String, caption: &str, columns: &[(&str, bool)], rows: &[Vec<String>]) {
    let _ = writeln!(out, "<div class=\"scroll\"><table>\n<caption>{}</caption>\n<thead><tr>", escape(caption));
    for (name, numeric) in columns {
        let class = if *numeric { " class=\"n\"" } else { "" };
        let _ = write!(out, "<th scope=\"col\"{class}>{}</th>", escape(name));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (at, (cell, (_, numeric))) in row.iter().zip(columns).enumerate() {
            let _ = match (at, numeric) {
                (0, _) => write!(out, "<th scope=\"row\">{}</th>", escape(cell)),
                (_, true) => write!(out, "<td class=\"n\">{}</td>", escape(cell)),
                (_, false) => write!(out, "<td>{}</td>", escape(cell)),
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

/// 12,345.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The code that tells a subject best.
fn code(identifiers: &crate::model::Identifiers) -> &str {
    let codes = [&identifiers.uscc, &identifiers.organisation_code, &identifiers.registration_number];
    codes.into_iter().find(|code| !code.is_empty()).map_or("—", String::as_str)
}

/// Text that can stand in an element or in a quoted attribute and mean only itself.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
