//! The traits, handed on to the repository files.

mod hub;
mod log;
mod registry;

use async_trait::async_trait;

use super::session::SqlTx;
use super::*;

#[async_trait]
impl Tx for SqlTx {
    async fn commit(self: Box<Self>) -> Result<(), Fault> {
        SqlTx::commit(*self).await
    }

    fn must_retry(&self) -> bool {
        SqlTx::must_retry(self)
    }
}
