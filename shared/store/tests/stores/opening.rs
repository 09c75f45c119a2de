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

#[test]
fn the_schemas_differ_in_type_names_alone() {
    let sqlite = include_str!("../../migrations/sqlite/0001_initial.sql");
    let postgres = include_str!("../../migrations/postgres/0001_initial.sql");
    let translated = statements(sqlite)
        .replace("INTEGER", "BIGINT")
        .replace("BLOB", "BYTEA")
        .replace("TEXT", "TEXT COLLATE \"C\"")
        .replace(" STRICT, WITHOUT ROWID", "")
        .replace(" STRICT", "");
    assert_eq!(translated, statements(postgres).replace("\"C\" ,", "\"C\","));
}

#[test]
fn every_column_is_explained() {
    for line in include_str!("../../migrations/sqlite/0001_initial.sql").lines() {
        let column = line.starts_with("    ") && !line.trim_start().starts_with("PRIMARY KEY");
        assert!(!column || line.contains(" -- "), "{line}");
    }
}

/// The statements without comments, with single spaces.
fn statements(schema: &str) -> String {
    let code = schema.lines().map(|line| line.split("-- ").next().unwrap_or_default());
    code.flat_map(str::split_whitespace).filter(|word| !word.starts_with("--")).collect::<Vec<_>>().join(" ")
}
