//! ARCHITECTURE.md as tests: who may depend on whom, what every crate inherits, what the documents promise.

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use honghei_domain::act::kind_zh;
use honghei_domain::case::StageName;
use honghei_domain::identifier::CitizenId;
use honghei_domain::permit::Role;
use serde_json::Value;

/// One crate of the workspace and what its Cargo.toml asks for.
struct Member {
    name: String,
    folder: PathBuf,
    /// Normal and build dependencies.
    linked: BTreeSet<String>,
    /// Dependencies of its tests only.
    tested_with: BTreeSet<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn members() -> Vec<Member> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let arguments = ["metadata", "--offline", "--no-deps", "--format-version", "1"];
    let output = Command::new(cargo).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().iter().map(member).collect()
}

fn member(package: &Value) -> Member {
    let dependencies = package["dependencies"].as_array().unwrap();
    let names = |tests: bool| {
        let wanted = dependencies.iter().filter(|dependency| (dependency["kind"] == "dev") == tests);
        wanted.map(|dependency| dependency["name"].as_str().unwrap().to_owned()).collect()
    };
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    Member {
        name: package["name"].as_str().unwrap().to_owned(),
        folder: manifest.parent().unwrap().to_owned(),
        linked: names(false),
        tested_with: names(true),
    }
}

/// Every Rust file of a folder and below it.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What each crate of ours may use of ours: one way, from the pure core outwards.
fn lawful() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let below_nodes = [
        "domain",
        "ledger",
        "codec",
        "store",
        "comparison",
        "link",
        "intake",
        "documents",
        "reports",
        "registry",
        "node",
        "proto",
    ];
    let everything: Vec<&str> = below_nodes.into_iter().chain(["county-node", "city-node", "province-node"]).collect();
    let rows: [(&str, &[&str]); 17] = [
        ("proto", &[]),
        ("domain", &[]),
        ("real-data", &[]),
        ("ledger", &[]),
        ("codec", &["proto", "domain", "ledger"]),
        ("store", &["domain"]),
        ("comparison", &["domain"]),
        ("link", &["proto", "domain", "ledger", "codec", "store"]),
        ("intake", &["domain"]),
        ("documents", &["domain"]),
        ("reports", &["domain"]),
        ("registry", &["domain", "ledger", "codec", "store", "intake", "documents", "reports"]),
        (
            "node",
            &["proto", "domain", "ledger", "codec", "store", "link", "intake", "documents", "reports", "registry"],
        ),
        ("county-node", &below_nodes),
        ("city-node", &below_nodes),
        ("province-node", &below_nodes),
        ("federation", &everything),
    ];
    rows.into_iter().map(|(name, uses)| (name, uses.iter().copied().collect())).collect()
}

fn short(name: &str) -> &str {
    name.strip_prefix("honghei-").unwrap_or(name)
}

#[test]
fn dependencies_run_one_way() {
    let lawful = lawful();
    let members = members();
    let ours: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(ours.iter().map(|name| short(name)).collect::<BTreeSet<_>>(), lawful.keys().copied().collect());
    for member in &members {
        for used in member.linked.iter().filter(|used| ours.contains(used.as_str())) {
            assert!(lawful[short(&member.name)].contains(short(used)), "{} may not depend on {used}", member.name);
        }
    }
}

#[test]
fn the_three_nodes_never_depend_on_each_other_not_even_in_tests() {
    let nodes = ["county-node", "city-node", "province-node"];
    for member in members().iter().filter(|member| nodes.contains(&member.name.as_str())) {
        let used = nodes.iter().find(|node| member.linked.contains(**node) || member.tested_with.contains(**node));
        assert_eq!(used, None, "{} depends on another node", member.name);
    }
}

#[test]
fn the_pure_crates_do_no_io_tell_no_time_and_roll_no_dice() {
    let pure: [(&str, &[&str]); 4] = [
        ("honghei-domain", &["chrono", "ring", "serde", "thiserror", "toml"]),
        (
            "honghei-documents",
            &["honghei-domain", "chrono", "krilla", "serde", "skrifa", "thiserror", "toml", "unicode-linebreak"],
        ),
        ("honghei-reports", &["honghei-domain", "chrono", "rust_xlsxwriter", "serde", "serde_json", "thiserror"]),
        (
            "honghei-ledger",
            &[
                "aes-gcm",
                "argon2",
                "base64",
                "ed25519-dalek",
                "hex",
                "hpke",
                "rand_core",
                "ring",
                "serde",
                "serde_json",
                "thiserror",
                "zeroize",
            ],
        ),
    ];
    let members = members();
    for (name, allowed) in pure {
        let member = members.iter().find(|member| member.name == name).unwrap();
        for used in &member.linked {
            assert!(allowed.contains(&used.as_str()), "{name} is pure and may not use {used}");
        }
    }
}

#[test]
fn databases_wires_and_dice_have_their_crates() {
    let outside: [(&str, &[&str]); 6] = [
        ("sqlx", &["honghei-store"]),
        ("prost", &["honghei-proto", "honghei-codec", "honghei-link", "honghei-node"]),
        ("tonic", &["honghei-proto", "honghei-link", "honghei-node", "county-node", "city-node", "province-node"]),
        (
            "honghei-proto",
            &["honghei-codec", "honghei-link", "honghei-node", "county-node", "city-node", "province-node"],
        ),
        ("getrandom", &["honghei-node"]),
        ("rustls", &["honghei-node"]),
    ];
    for member in members().iter().filter(|member| member.name != "federation") {
        for (used, by) in outside {
            let allowed = by.contains(&member.name.as_str());
            assert!(allowed || !member.linked.contains(used), "{} may not use {used}", member.name);
        }
    }
}

#[test]
fn the_link_names_generated_types_at_its_edge_only() {
    let link = root().join("shared/link/src");
    for file in rust_files(&link) {
        let edge = file.starts_with(link.join("grpc")) || file == link.join("wire.rs");
        let names = std::fs::read_to_string(&file).unwrap().contains("honghei_proto");
        assert!(edge || !names, "{} names generated types", file.display());
    }
}

#[test]
fn one_place_reads_the_clock_and_one_draws_randomness() {
    let lawful = [root().join("shared/node/src/clock.rs"), root().join("shared/node/src/chance.rs")];
    for member in members() {
        for file in rust_files(&member.folder.join("src")) {
            let text = std::fs::read_to_string(&file).unwrap();
            let excused = text.contains("clippy::disallowed_methods");
            // The demo and the harness show real durations to people.
            let shows = member.name == "federation";
            assert!(!excused || shows || lawful.contains(&file), "{} reads a clock or draws", file.display());
        }
    }
}

#[test]
fn every_crate_inherits_the_workspace_lints_version_and_licence() {
    for member in members() {
        let manifest = std::fs::read_to_string(member.folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{} has its own lints", member.name);
        for inherited in ["version", "edition", "rust-version", "license", "publish"] {
            let line = format!("{inherited}.workspace = true");
            assert!(manifest.contains(&line), "{} does not inherit {inherited}", member.name);
        }
    }
}

#[test]
fn every_file_opens_with_why_it_exists() {
    for member in members() {
        for file in rust_files(&member.folder.join("src")) {
            let text = std::fs::read_to_string(&file).unwrap();
            let tests = file.file_stem().is_some_and(|stem| stem == "tests") && !text.contains("pub ");
            assert!(tests || text.starts_with("//! "), "{} does not open with //!", file.display());
        }
    }
}

#[test]
fn every_file_of_tests_belongs_to_a_program_that_runs_it() {
    for member in members() {
        let folder = member.folder.join("tests");
        let Ok(suite) = std::fs::read_to_string(folder.join("main.rs")) else { continue };
        let modules: BTreeSet<&str> =
            suite.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
        let files: BTreeSet<String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.join("mod.rs").exists() || path.extension().is_some_and(|extension| extension == "rs"))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .filter(|name| name != "main")
            .collect();
        assert!(!files.is_empty(), "{} was not read", folder.display());
        let files: BTreeSet<&str> = files.iter().map(String::as_str).collect();
        assert_eq!(modules, files, "{}", folder.display());
    }
}

/// The statements of a migration, without comments.
fn statements(migration: &str) -> Vec<String> {
    let code: Vec<&str> = migration.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let code = code.join(" ");
    let words = code.split(';').map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "));
    words.filter(|statement| !statement.is_empty()).collect()
}

fn migrations(database: &str) -> BTreeMap<String, String> {
    let folder = root().join("shared/store/migrations").join(database);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read_to_string(file.path()).unwrap())).collect()
}

#[test]
fn no_column_is_changed_by_a_default_a_trigger_or_another_table() {
    for database in ["sqlite", "postgres"] {
        for (name, text) in migrations(database) {
            for statement in statements(&text) {
                let words: Vec<String> =
                    statement.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_uppercase).collect();
                for banned in ["DEFAULT", "TRIGGER", "REFERENCES", "SERIAL", "AUTOINCREMENT", "GENERATED", "SEQUENCE"] {
                    assert!(!words.iter().any(|word| word == banned), "{database}/{name}: {banned} in {statement}");
                }
                let keyed = !statement.starts_with("CREATE TABLE") || statement.contains("PRIMARY KEY (");
                assert!(keyed, "{database}/{name}: no primary key in {statement}");
            }
        }
    }
}

/// What stands in backticks in a document, code blocks aside.
fn quoted(document: &str) -> Vec<String> {
    let mut prose = String::new();
    let mut in_block = false;
    for line in document.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_path_the_documents_name_exists() {
    let endings = [".rs", ".proto", ".sql", ".toml", ".sh", ".md", "/"];
    for document in ["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        for text in quoted(&read(document)) {
            let is_path = text.trim_end_matches('/').contains('/')
                && !text.contains(|c: char| c.is_whitespace() || "<>{}$*:~".contains(c))
                && !text.starts_with('/')
                && endings.iter().any(|ending| text.ends_with(ending));
            assert!(!is_path || root().join(&text).exists(), "{document} names {text}, which does not exist");
        }
    }
}

#[test]
fn the_code_map_names_every_crate() {
    let map = read("ARCHITECTURE.md");
    for member in members() {
        let folder = member.folder.strip_prefix(root()).unwrap().display().to_string();
        assert!(map.contains(&format!("`{folder}/`")), "ARCHITECTURE.md does not name {folder}/");
    }
}

#[test]
fn the_glossary_names_every_act_stage_and_role() {
    let glossary = read("ARCHITECTURE.md");
    let stated = |word: &str| assert!(glossary.contains(word), "the glossary of ARCHITECTURE.md lacks {word}");
    // `Act::X { .. } => "kind",` in the tables of kinds.
    let acts =
        ["act/mod.rs", "listing/act.rs", "bulletin/mod.rs"].map(|file| read(format!("shared/domain/src/{file}")));
    let kinds = acts.iter().flat_map(|text| text.lines()).filter_map(|line| {
        let (act, kind) = line.trim().split_once(" => \"")?;
        act.split_once("Act::")?;
        kind.strip_suffix("\",")
    });
    let kinds: Vec<&str> = kinds.collect();
    assert!(kinds.len() > 50, "the tables of kinds were not found: {kinds:?}");
    for kind in kinds {
        let zh = kind_zh(kind).unwrap_or_else(|| panic!("{kind} has no Chinese term"));
        stated(&format!("`{kind}` | {zh} |"));
    }
    for stage in StageName::ALL {
        stated(&format!("`{stage}`"));
        stated(stage.zh());
    }
    for role in Role::ALL {
        stated(&format!("`{role:?}`"));
        stated(role.zh());
    }
}

#[test]
fn no_file_of_the_project_carries_a_citizens_id_number() {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .ok()
        .filter(|output| output.status.success());
    let files = listed.map_or_else(
        || rust_files(&root()),
        |output| String::from_utf8_lossy(&output.stdout).lines().map(|file| root().join(file)).collect(),
    );
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 18) {
            // The number itself stays out of the message.
            assert!(CitizenId::read(word).is_err(), "{} carries a citizen's ID number", file.display());
        }
    }
}
