//! Opening a node's store as its configuration says.

use std::sync::Arc;

use honghei_store::{SqlStore, Store};

use crate::answer::Answer;
use crate::folder::{Folder, NodeConfig};

/// Whether an empty database is filled with tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Founding and joining make it.
    Create,
    /// Serving does not: a lost database must not come back empty and silent.
    Refuse,
}

/// Opens the store of a node.
pub async fn open(folder: &Folder, config: &NodeConfig, absent: Absent) -> Result<Arc<dyn Store>, Answer> {
    let url = match config.database.as_str() {
        "sqlite" => format!("sqlite://{}", in_url(&folder.database_file().to_string_lossy())),
        url => url.to_owned(),
    };
    Ok(Arc::new(SqlStore::open(&url, absent == Absent::Create).await?))
}

/// A path as it stands in a URL: the marks that end or escape it are escaped.
fn in_url(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}
