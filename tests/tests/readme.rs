//! The verbs that README.md and README.zh-CN.md name are those of the programs, no fewer and no more.

#![allow(clippy::panic, reason = "a test names its mistakes at once")]

use std::collections::BTreeSet;
use std::path::Path;

use clap::Command;
use honghei_domain::policy::shipped;
use honghei_node::cli;

/// The programs of a row by what its last cell says.
const PROGRAMS: [(&str, &str, &[&str]); 4] = [
    ("all", "各级", &["county", "city", "province"]),
    ("county, city", "县、市", &["county", "city"]),
    ("city, province", "市、省", &["city", "province"]),
    ("province", "省", &["province"]),
];

/// One row of the table: the programs it speaks of, and what stands in backticks among its verbs.
struct Row {
    programs: &'static [&'static str],
    quoted: Vec<String>,
}

fn rows(file: &str, heading: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).unwrap();
    let (_, table) = text.split_once(&format!("{heading}\n|---|---|---|\n")).unwrap();
    let lines = table.lines().take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, verbs, programs] = cells.as_slice() else { panic!("{line} has no three cells") };
        let found = PROGRAMS.iter().find(|(english, chinese, _)| [*english, *chinese].contains(programs));
        let (_, _, programs) = found.unwrap_or_else(|| panic!("{programs} names no programs"));
        Row { programs, quoted: verbs.split('`').skip(1).step_by(2).map(str::to_owned).collect() }
    };
    lines.map(row).collect()
}

fn program(name: &str) -> Command {
    let mut command = match name {
        "county" => cli::command::<county_node::Verb>(&county_node::COMPOSITION),
        "city" => cli::command::<city_node::Verb>(&city_node::COMPOSITION),
        _ => cli::command::<province_node::Verb>(&province_node::COMPOSITION),
    };
    command.build();
    command
}

/// Every verb that a program shows, with its groups: `officer list`.
fn verbs(command: &Command, before: &str) -> BTreeSet<String> {
    let shown = command.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "help");
    let path = |verb: &Command| format!("{before} {}", verb.get_name()).trim().to_owned();
    shown
        .flat_map(|verb| match verb.has_subcommands() {
            true => verbs(verb, &path(verb)),
            false => BTreeSet::from([path(verb)]),
        })
        .collect()
}

/// The verb that a line begins with, its path, and what follows; `None` where it begins with none.
fn verb_of<'c, 'l>(program: &'c Command, line: &'l str) -> Option<(&'c Command, String, Vec<&'l str>)> {
    let mut words = line.split_whitespace().peekable();
    let (mut verb, mut path) = (program, Vec::new());
    while let Some(next) = words.peek().and_then(|word| verb.find_subcommand(word)) {
        path.push(next.get_name());
        verb = next;
        words.next();
    }
    (!path.is_empty()).then(|| (verb, path.join(" "), words.collect()))
}

/// What follows a verb that the verb does not know.
fn unknown<'l>(verb: &Command, rest: impl IntoIterator<Item = &'l str>) -> Vec<&'l str> {
    let mut words = rest.into_iter().filter(|word| *word != "…").peekable();
    let mut unknown = Vec::new();
    let mut places = verb.get_positionals().count();
    while let Some(word) = words.next() {
        let flag = word.strip_prefix("--");
        match flag.map(|flag| verb.get_arguments().find(|known| known.get_long() == Some(flag))) {
            Some(Some(known)) if known.get_action().takes_values() => {
                words.next_if(|value| !value.starts_with("--"));
            }
            Some(Some(_)) => {}
            None if places > 0 => places -= 1,
            _ => unknown.push(word),
        }
    }
    unknown
}

/// Whether a quotation is a path, a file's ending or a policy, and no verb.
fn is_no_verb(quoted: &str) -> bool {
    quoted.contains('/') || quoted.starts_with('.') || shipped().iter().any(|(name, _)| *name == quoted)
}

/// The verbs that a table names for a program; every quotation must be one, with flags and arguments that it has. Flags
/// that stand alone are those of the verb before them, else of every verb.
fn named(rows: &[Row], name: &str) -> BTreeSet<String> {
    let program = program(name);
    let mut named = BTreeSet::new();
    for row in rows.iter().filter(|row| row.programs.contains(&name)) {
        let mut last = &program;
        for quoted in row.quoted.iter().filter(|quoted| !is_no_verb(quoted)) {
            let rest = if quoted.starts_with("--") {
                quoted.split_whitespace().collect()
            } else {
                let (verb, path, rest) =
                    verb_of(&program, quoted).unwrap_or_else(|| panic!("{name} has no verb {quoted}"));
                assert!(!verb.has_subcommands(), "{quoted} of {name} is a group of verbs");
                named.insert(path);
                last = verb;
                rest
            };
            assert_eq!(unknown(last, rest), [""; 0], "{quoted} of {name}");
        }
    }
    named
}

fn assert_table(file: &str, heading: &str) {
    let rows = rows(file, heading);
    for name in ["county", "city", "province"] {
        assert_eq!(named(&rows, name), verbs(&program(name), ""), "left: {file}; right: what {name}-node has");
    }
}

#[test]
fn the_verbs_of_readme_are_those_of_the_programs() {
    assert_table("README.md", "| When | Verbs | Programs |");
}

#[test]
fn the_verbs_of_the_chinese_readme_are_those_of_the_programs() {
    assert_table("README.zh-CN.md", "| 环节 | 命令 | 程序 |");
}

#[test]
fn what_a_program_does_not_know_is_found() {
    let county = program("county");
    let of = |line: &'static str| verb_of(&county, line).map(|(verb, _, rest)| unknown(verb, rest));
    assert_eq!(of("declare --material FILE"), Some(vec![]));
    assert_eq!(of("declare --materials FILE"), Some(vec!["--materials", "FILE"]));
    assert_eq!(of("duties CASE"), Some(vec!["CASE"]));
    assert_eq!(of("compare"), None, "that is the province's");
    assert_eq!(unknown(&county, ["--rehearse", "--every-row"]), ["--every-row"]);
}
