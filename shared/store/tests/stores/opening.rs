//! Opening, closing and the schema.

use honghei_store::*;

use crate::samples::*;

async fn a_store_holds_what_it_held_when_it_is_opened_again(url: &str) {
    let store = crate::opened(url).await;
    let mut tx = store.write("fill").await.unwrap();
    fill(tx.as_mut()).await;
    let digest = tx.projection_digest().await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    let store = SqlStore::open(url, false).await.unwrap();
    assert_eq!(store.read().await.unwrap().projection_digest().await.unwrap(), digest);
}

#[tokio::test]
async fn a_sqlite_store_holds_what_it_held_when_it_is_opened_again() {
    let (url, _folder) = crate::sqlite_url();
    a_store_holds_what_it_held_when_it_is_opened_again(&url).await;
}

#[tokio::test]
async fn a_postgres_store_holds_what_it_held_when_it_is_opened_again() {
    a_store_holds_what_it_held_when_it_is_opened_again(&crate::postgres_url().await).await;
}

#[tokio::test]
async fn nothing_is_made_unless_asked_for() {
    let (url, folder) = crate::sqlite_url();
    assert_eq!(SqlStore::open(&url, false).await.unwrap_err().code(), "STORE_FAILED");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let url = crate::postgres_url().await;
    assert_eq!(SqlStore::open(&url, false).await.unwrap_err().code(), "STORE_FAILED");
}

/// Every migration as its twins: SQLite's, PostgreSQL's.
fn migrations() -> Vec<(String, String)> {
    let folder = |kind: &str| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind);
    let names = |kind: &str| {
        let mut names: Vec<_> =
            std::fs::read_dir(folder(kind)).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    let text = |kind: &str, name| std::fs::read_to_string(folder(kind).join(name)).unwrap();
    names("sqlite").iter().map(|name| (text("sqlite", name), text("postgres", name))).collect()
}

/// And in that PostgreSQL is told not to compress some bytes, which SQLite never does, and in what lays a table of SQLite
/// out anew: its twin is empty, the table's columns and key are those it was made with.
#[test]
fn the_schemas_differ_in_type_names_and_layout_alone() {
    let mut made: Vec<String> = Vec::new();
    for (sqlite, postgres) in migrations() {
        let translated = statements(&sqlite)
            .replace("INTEGER", "BIGINT")
            .replace("BLOB", "BYTEA")
            .replace("TEXT", "TEXT COLLATE \"C\"")
            .replace(" STRICT, WITHOUT ROWID", "")
            .replace(" STRICT", "");
        let tables = translated.split(';').map(str::trim).filter(|statement| statement.starts_with("CREATE TABLE"));
        if statements(&postgres).is_empty() {
            let relaid: Vec<&str> = tables.collect();
            assert!(
                !relaid.is_empty() && relaid.iter().all(|table| made.iter().any(|known| known == table)),
                "{relaid:?}"
            );
            continue;
        }
        made.extend(tables.map(str::to_owned));
        let postgres: String = postgres.split_inclusive('\n').filter(|line| !line.contains(" SET STORAGE ")).collect();
        assert_eq!(translated, statements(&postgres).replace("\"C\" ,", "\"C\","));
    }
}

#[tokio::test]
async fn subjects_that_lay_inside_their_tree_are_all_there_when_they_lie_by_row() {
    let (url, _folder) = crate::sqlite_url();
    let before = sqlx::SqlitePool::connect(&format!("{url}?mode=rwc")).await.unwrap();
    let mut older = sqlx::migrate!("migrations/sqlite");
    older.migrations.to_mut().retain(|migration| migration.version < 14);
    older.run(&before).await.unwrap();
    let rows: Vec<SubjectRow> = (0..300).map(subject).collect();
    for row in &rows {
        let insert = sqlx::query("INSERT INTO subjects (bucket, subject_key, body) VALUES ($1, $2, $3)");
        insert.bind(row.at.bucket).bind(&row.at.key).bind(&row.body).execute(&before).await.unwrap();
    }
    before.close().await;
    let store = SqlStore::open(&url, false).await.unwrap();
    let mut held = store.read().await.unwrap().scan_subjects(None, 1_000).await.unwrap();
    let mut rows = rows;
    rows.sort_by(|a, b| a.at.cmp(&b.at));
    held.sort_by(|a, b| a.at.cmp(&b.at));
    assert_eq!(held, rows);
    store.close().await;
}

#[test]
fn every_column_is_explained() {
    for (sqlite, _) in migrations() {
        for line in sqlite.lines() {
            let column = line.starts_with("    ") && !line.trim_start().starts_with("PRIMARY KEY");
            assert!(!column || line.contains(" -- "), "{line}");
        }
    }
}

/// The statements without comments, with single spaces.
fn statements(schema: &str) -> String {
    let code = schema.lines().map(|line| line.split("-- ").next().unwrap_or_default());
    code.flat_map(str::split_whitespace).filter(|word| !word.starts_with("--")).collect::<Vec<_>>().join(" ")
}
