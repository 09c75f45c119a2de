//! A table of broken policies: each names file, line and reason.

use super::*;

/// Name of the policy, what is replaced by what, the text on the line that must be named, a word of the reason.
type Broken = (&'static str, &'static str, &'static str, &'static str, &'static str);

const JM: &str = "jm-commerce-2017-draft";
const YQ: &str = "yq-quality";
const FS: &str = "sample-food-safety";

const TABLE: &[Broken] = &[
    (JM, "version = 1", "version = \"one\"", "version = ", "u32"),
    (JM, "version = 1", "version = 0", "version = 0", "versions start at 1"),
    (JM, "review_days = 7 ", "review_day = 7 ", "review_day", "unknown field"),
    (JM, "review_days = 7 ", "review_days = 0 ", "review_days = 0", "expected 1 to 250"),
    (JM, "name = \"jm-commerce", "name = \"JM commerce", "name = ", "a-z"),
    (JM, "\"420800\"", "\"4208\"", "regions = ", "six digits"),
    (JM, "code = \"SW-R-02\"", "code = \"SW-R-01\"", "", "SW-R-01 stands twice"),
    (JM, "2016-01-01 # R-035", "\"2016\"", "effective_from", ""),
    (JM, "2016-01-01 # R-035", "2016-01-01T00:00:00", "effective_from", "expected a date"),
    (JM, "2016-01-01 # R-035", "2016-01-01\neffective_to = 2015-01-01", "effective_to", "before effective_from"),
    (JM, "2016-01-01 # R-035", "2016-01-01\nretired_on = 2015-01-01", "retired_on", "before effective_from"),
    (JM, "[black]\nnotice = \"required\"", "[black]\nnotice = \"optional\"", "notice = \"optional\"", "AMB-21"),
    (JM, "filing_warn_days = 10", "filing_warn_days = 15", "filing_warn_days", "AMB-05"),
    (JM, "form = \"head\"", "form = \"head\"\nvotes = 3", "votes = 3", "without a vote"),
    (JM, "clock = \"D-02\"", "clock = \"D-03\"", "clock = \"D-03\"", "is not the clock of 审核"),
    (JM, "\"statements_disposed\", ", "", "gates = ", "R-021"),
    (JM, "code = \"statements\"\nby", "code = \"notice\"\nby", "code = \"notice\"", "stands twice"),
    (JM, "publicity = \"waivable\"", "publicity = \"none\"", "", "AMB-04"),
    (JM, "to = \"SW-B-06\"", "to = \"SW-R-01\"", "to = \"SW-R-01\"", "no criterion of the same list"),
    (JM, "fine_at_least = \"extra", "fine_at_least = \"very", "fine_at_least", "no parameter"),
    (JM, "at_least = 2\n", "at_least = 0\n", "at_least = 0", "R-012"),
    (JM, "same_kind = true", "consecutive = true", "consecutive", "AMB-10"),
    (JM, "same_kind = true", "each_year = true\nwithout = [\"penalty\"]", "without", "forbids what the rule counts"),
    (JM, "text = \"特大数额罚款（SW-B-07）\"", "text = \"特大数额罚款\"\nyuan = 5", "", "AMB-11"),
    (
        JM,
        "text = \"特大数额罚款（SW-B-07）\"",
        "text = \"特大数额罚款\"\nyuan_by_class = { z = 5 }",
        "yuan_by_class",
        "no subject class",
    ),
    (JM, "basis = \"本细则第七条激励措施第1项\"", "basis = \" \"", "basis = \" \"", "R-061"),
    (JM, "revokes = [\"I-1\"", "revokes = [\"P-2\"", "revokes", "R-062"),
    (JM, "possible = true", "possible = false", "possible = false", "BX-1"),
    (JM, "code = \"BX-2\"", "code = \"BX-4\"", "", "BX-2"),
    (JM, "code = \"BX-2\"", "code = \"BX-9\"", "code = \"BX-9\"", "unknown variant"),
    (JM, "id_number = \"masked\"", "id_number = \"whole\"", "id_number", "AMB-15"),
    (JM, "id_number = \"masked\"", "own_publication = true", "own_publication", "R-030"),
    (JM, "\"listing\", \"exit\"]", "\"listing\"]", "carries", "R-042"),
    (JM, "status = \"draft\"", "status = \"issued\"", "consultation_until", "D-13"),
    (YQ, "domain = \"CP\"", "domain = \"XX\"", "domain = \"XX\"", "no domain"),
    (YQ, "votes = 2", "votes = 1", "votes = 1", "R-032"),
    (YQ, "missing = \"原文", "missing = \"\" # \"", "missing", "say what is missing"),
    (YQ, "announcement = \"neutral\"", "announcement = \"plain\"", "announcement", "AMB-22"),
    (YQ, "red_ends_without_successor = true", "red_ends_without_successor = false", "red_ends", "AMB-19"),
    (YQ, "objection_decided_above = false", "overdue = \"deemed_approved\"", "overdue", "AMB-17"),
    (YQ, "objection_decided_above = false", "validity_rolls_over_holidays = true", "validity_rolls", "AMB-06"),
    (YQ, "objection_decided_above = false", "black_basis_at_least = \"central_document\"", "rank", "AMB-25"),
    (FS, "kind = \"hygiene\"", "kind = \"label\"", "", "stands twice"),
    (FS, "[[class]]", "[[clas]]", "[[clas]]", "unknown field"),
];

#[test]
fn every_defect_names_file_line_and_reason() {
    for (name, from, to, line, reason) in TABLE {
        let (_, text) = shipped().iter().find(|(known, _)| known == name).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        let changed = text.replacen(from, to, 1);
        let defects = Policy::check("broken.toml", &changed).unwrap_err();
        let said: Vec<String> = defects.iter().map(ToString::to_string).collect();
        let defect = defects.iter().find(|defect| {
            let at = changed.lines().nth(defect.line() - 1).unwrap_or_default();
            at.contains(line) && defect.to_string().contains(reason)
        });
        let defect = defect.unwrap_or_else(|| panic!("{name}: {from} -> {to}: {said:?}"));
        assert!(defect.to_string().starts_with("broken.toml, line "), "{defect}");
        assert!(["POLICY_UNREADABLE", "POLICY_SENSELESS"].contains(&defect.code()));
        assert!(defects.windows(2).all(|pair| pair[0].line() <= pair[1].line()), "{said:?}");
    }
}

#[test]
fn all_defects_of_a_text_are_told_at_once() {
    let (_, text) = shipped()[0];
    let changed = text.replacen("version = 1", "version = 0", 1).replacen("review_days = 7 ", "review_days = 0 ", 1);
    assert_eq!(Policy::check("p", &changed).unwrap_err().len(), 2);
}

#[test]
fn a_text_that_is_too_long_or_no_toml_is_refused() {
    assert!(Policy::parse(&" ".repeat(2 << 20)).unwrap_err().to_string().contains("longer than"));
    assert!(Policy::parse("name = ").unwrap_err().to_string().contains("line 1"));
    assert!(Policy::digest_of("name = ").is_err());
}
