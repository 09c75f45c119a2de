//! What can go wrong below: us or the machine, never an official's or a peer's doing.

/// A fault of the store.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Another transaction was in the way; the whole transaction may be tried again.
    #[error("the transaction {transaction} must be retried")]
    Retry {
        /// Its name.
        transaction: &'static str,
        /// The database's reason.
        #[source]
        source: BoxedError,
    },
    /// A row exists that must not: two writers, or a replay that was not recognised.
    #[error("the store already holds {what}")]
    Conflict {
        /// What stands in the way.
        what: String,
    },
    /// The database failed.
    #[error("the store failed in {transaction}")]
    Database {
        /// The transaction's name.
        transaction: &'static str,
        /// The database's reason.
        #[source]
        source: BoxedError,
    },
    /// A number beyond 63 bits, or a text with a NUL: what a peer sent is checked before it comes here.
    #[error("the store cannot hold {what}")]
    Unstorable {
        /// Which value.
        what: String,
    },
    /// What was read back is not what was written.
    #[error("the store holds a damaged {what}")]
    Damaged {
        /// Which value.
        what: String,
    },
}

/// Any error below.
pub type BoxedError = Box<dyn std::error::Error + Send + Sync>;

impl Fault {
    /// The stable code of this fault.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Retry { .. } => "STORE_RETRY",
            Fault::Conflict { .. } => "STORE_CONFLICT",
            Fault::Database { .. } => "STORE_FAILED",
            Fault::Unstorable { .. } => "STORE_UNSTORABLE",
            Fault::Damaged { .. } => "STORE_DAMAGED",
        }
    }

    /// A write through a view that only reads.
    pub(crate) fn read_only(transaction: &'static str) -> Self {
        Fault::Database { transaction, source: "it only reads; writes need Store::write".into() }
    }

    /// A commit after a fault: nothing of the transaction may stay.
    pub(crate) fn spoiled(transaction: &'static str) -> Self {
        Fault::Database { transaction, source: "an earlier statement of it failed, so it was undone".into() }
    }

    /// An entry whose place is taken.
    pub(crate) fn entries_exist() -> Self {
        Fault::Conflict { what: "an entry at one of these indexes".to_owned() }
    }
}
