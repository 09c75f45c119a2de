//! The page: self-contained, well-formed where it matters, a table beside every chart.

use honghei_reports::{Report, html};

use super::sample::report;

/// The text between a mark and the next one.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    let page = html(&report());
    let lower = page.to_lowercase();
    for outside in ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "http:", "https:", "javascript:"]
    {
        assert!(!lower.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
    let references: Vec<&str> = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(!references.is_empty() && references.iter().all(|to| to.starts_with('#')), "{references:?}");
    for to in references {
        assert!(page.contains(&format!("id=\"{}\"", to.trim_start_matches('#'))), "{to}");
    }
}

#[test]
fn what_firms_are_called_is_escaped() {
    let page = html(&report());
    assert!(page.contains("样例1号商贸&lt;有限&gt;公司") && !page.contains("<有限>"));
}

#[test]
fn every_chart_is_named_and_every_element_is_closed() {
    let page = html(&report());
    assert_eq!(page.matches("<svg").count(), 6);
    let mut named = Vec::new();
    for chart in page.split("<svg").skip(1) {
        let chart = chart.split("</svg>").next().unwrap();
        let id = between(chart, "aria-labelledby=\"", "-t ");
        assert!(chart.contains(&format!("<title id=\"{id}-t\">")) && chart.contains(&format!("<desc id=\"{id}-d\">")));
        named.push(id.to_owned());
    }
    named.dedup();
    assert_eq!(named.len(), 6, "names are unique");
    for element in ["table", "thead", "tbody", "tr", "section", "figure", "details", "svg", "main", "dl", "div"] {
        let opened = page.matches(&format!("<{element}>")).count() + page.matches(&format!("<{element} ")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
        assert!(opened > 0, "{element}");
    }
    for section in page.split("<section").skip(1) {
        let (charts, tables) = (section.matches("<svg").count(), section.matches("<table").count());
        assert!(tables >= charts, "a table says what each chart shows");
    }
    assert!(page.matches("<table").count() == page.matches("<caption>").count());
}

#[test]
fn the_page_says_what_version_it_is_of() {
    let page = html(&report());
    assert!(page.contains("第7版") && page.contains("2018-03-15") && page.contains("9f9f9f"));
    assert!(page.contains("演练 不具效力"));
    assert!(!html(&Report { rehearsal: false, ..report() }).contains("演练"));
}

#[test]
fn a_report_without_anything_says_so() {
    let nothing =
        Report { conflicts: Vec::new(), held: Vec::new(), sources: Vec::new(), times: Vec::new(), ..report() };
    let page = html(&nothing);
    for said in ["没有因与黑名单冲突", "没有待人工核对", "没有可以统计的来源", "尚无由认定单位上报"]
    {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("<svg"));
}

#[test]
fn a_report_survives_its_own_json() {
    let report = report();
    assert_eq!(Report::from_json(&report.to_json()).unwrap(), report);
    let newer = Report { format: "honghei/comparison-report/v9".to_owned(), ..report };
    assert_eq!(Report::from_json(&newer.to_json()).unwrap_err().code(), "REPORT_FORMAT");
    assert_eq!(Report::from_json(b"{}").unwrap_err().code(), "REPORT_MALFORMED");
}
