//! One behaviour suite, one test per property, run on every store.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod fork;
mod hub;
mod link;
mod opening;
mod registry;
mod samples;
mod transactions;

/// A store with nothing in it, and what must live as long as it does.
struct Fresh {
    store: std::sync::Arc<dyn honghei_store::Store>,
    _folder: Option<tempfile::TempDir>,
}

async fn fresh_memory() -> Fresh {
    Fresh { store: std::sync::Arc::new(honghei_store::MemoryStore::new()), _folder: None }
}

async fn fresh_sqlite() -> Fresh {
    let (url, folder) = sqlite_url();
    Fresh { store: std::sync::Arc::new(opened(&url).await), _folder: Some(folder) }
}

async fn fresh_postgres() -> Fresh {
    Fresh { store: std::sync::Arc::new(opened(&postgres_url().await).await), _folder: None }
}

fn sqlite_url() -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (format!("sqlite://{}/node.db", folder.path().display()), folder)
}

async fn postgres_url() -> String {
    honghei_store::throwaway::postgres_database().await.unwrap_or_else(|reason| panic!("{reason}"))
}

async fn opened(url: &str) -> honghei_store::SqlStore {
    honghei_store::SqlStore::open(url, true).await.unwrap()
}

/// Every property of a file as a test on every store.
#[macro_export]
macro_rules! on_every_store {
    ($($property:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $property() {
                let fresh = $crate::fresh_memory().await;
                super::$property(fresh.store.as_ref()).await;
            })+
        }
        mod sqlite {
            $(#[tokio::test]
            async fn $property() {
                let fresh = $crate::fresh_sqlite().await;
                super::$property(fresh.store.as_ref()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $property() {
                let fresh = $crate::fresh_postgres().await;
                super::$property(fresh.store.as_ref()).await;
            })+
        }
    };
}
