//! The one doorway for writing transactions: named, and retried as a whole when the database asks for it.

use std::time::Duration;

use crate::fault::Fault;
use crate::traits::{Store, Tx};

/// How often a transaction is tried at most.
const ATTEMPTS_MAX: u32 = 8;

/// Runs the body in a writing transaction and commits it if it succeeds; gives the body's `Result<T, E>`, `E: From<Fault>`.
///
/// When the database asks for another try (`Fault::Retry`), everything that the body wrote is undone and the body runs
/// again from the start, at most eight times, so its effects outside the transaction must bear repetition.
/// An error of the body undoes the transaction; `?` and `return` leave the body, not the caller.
///
/// A macro, because a function over async closures cannot promise that its future is `Send`.
///
/// ```
/// # use honghei_store::{Fault, MemoryStore, Store, run_tx};
/// # async fn example(store: &dyn Store) -> Result<(), Fault> {
/// let seen = run_tx!(store, "count-visit", async |tx| {
///     let seen = tx.meta("visits").await?.map_or(0, |bytes| bytes.len());
///     tx.put_meta("visits", &vec![0; seen + 1]).await?;
///     Ok::<_, Fault>(seen)
/// })?;
/// # assert_eq!(seen, 0);
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example(&MemoryStore::new())).unwrap();
/// ```
#[macro_export]
macro_rules! run_tx {
    ($store:expr, $name:expr, async |$tx:ident| $body:block) => {{
        let mut attempts = $crate::Attempts::new($store, $name);
        loop {
            let mut opened = match attempts.begin().await {
                Ok(opened) => opened,
                Err(fault) => break Err(::core::convert::From::from(fault)),
            };
            let result = {
                let $tx: &mut dyn $crate::Tx = opened.as_mut();
                async { $body }.await
            };
            match attempts.finish(opened, result).await {
                Some(result) => break result,
                None => continue,
            }
        }
    }};
}

/// The tries of one transaction; the state of [`run_tx!`].
#[derive(Debug)]
pub struct Attempts<'s> {
    store: &'s dyn Store,
    name: &'static str,
    made: u32,
}

impl<'s> Attempts<'s> {
    /// No try made yet.
    pub fn new(store: &'s dyn Store, name: &'static str) -> Self {
        Self { store, name, made: 0 }
    }

    /// Opens the transaction of the next try.
    pub async fn begin(&mut self) -> Result<Box<dyn Tx>, Fault> {
        loop {
            match self.store.write(self.name).await {
                Err(Fault::Retry { .. }) if self.may_retry().await => {}
                opened => return opened,
            }
        }
    }

    /// Commits or undoes a try; `None` asks for another one.
    pub async fn finish<T, E: From<Fault>>(&mut self, tx: Box<dyn Tx>, result: Result<T, E>) -> Option<Result<T, E>> {
        let refused = match result {
            Err(error) if tx.must_retry() => {
                drop(tx);
                Err(error)
            }
            Err(error) => return Some(Err(error)),
            Ok(done) => match tx.commit().await {
                Ok(()) => return Some(Ok(done)),
                Err(fault @ Fault::Retry { .. }) => Err(fault.into()),
                Err(fault) => return Some(Err(fault.into())),
            },
        };
        if self.may_retry().await { None } else { Some(refused) }
    }

    /// Waits 1, 2, 4 ... 64 ms between tries: writers of one process take turns elsewhere, so no jitter is needed.
    async fn may_retry(&mut self) -> bool {
        self.made += 1;
        if self.made >= ATTEMPTS_MAX {
            return false;
        }
        tracing::debug!(transaction = self.name, tries = self.made, "the transaction is tried again");
        tokio::time::sleep(Duration::from_millis(1 << (self.made - 1))).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::memory::MemoryStore;

    struct Caller {
        store: Arc<dyn Store>,
    }

    #[async_trait::async_trait]
    trait Call: Send + Sync {
        async fn call(&self, key: &str, calls: &mut u32) -> Result<usize, Fault>;
    }

    #[async_trait::async_trait]
    impl Call for Caller {
        async fn call(&self, key: &str, calls: &mut u32) -> Result<usize, Fault> {
            run_tx!(self.store.as_ref(), "call", async |tx| {
                *calls += 1;
                let length = tx.meta(key).await?.map_or(0, |value| value.len());
                tx.put_meta(key, &vec![0; length + 1]).await?;
                Ok(length)
            })
        }
    }

    #[tokio::test]
    async fn a_transaction_may_be_spawned_and_called_through_a_trait() {
        let caller = Arc::new(Caller { store: Arc::new(MemoryStore::new()) });
        for expected in 0..3 {
            let caller = Arc::clone(&caller);
            let seen = tokio::spawn(async move { caller.call("visits", &mut 0).await }).await.unwrap().unwrap();
            assert_eq!(seen, expected);
        }
    }

    #[tokio::test]
    async fn an_error_of_the_body_undoes_the_transaction() {
        let store = MemoryStore::new();
        let refused: Result<(), Fault> = run_tx!(&store, "refused", async |tx| {
            tx.put_meta("key", b"value").await?;
            Err(Fault::Conflict { what: "something".to_owned() })
        });
        assert!(matches!(refused, Err(Fault::Conflict { .. })));
        assert_eq!(store.read().await.unwrap().meta("key").await.unwrap(), None);
    }
}
