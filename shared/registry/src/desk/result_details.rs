//! What a result version tells recognisers, read chunk by chunk on all processors.

use honghei_codec::list::open_entries;
use honghei_domain::act::ResultDetail;
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::Digest;
use honghei_store::Tx;

use crate::error::Fault;
use crate::parallel;

/// The chunks of some details, in order.
pub fn digests<'a>(details: impl IntoIterator<Item = &'a ResultDetail>) -> Vec<Digest> {
    details.into_iter().flat_map(|detail| &detail.manifest.chunks).map(|slice| slice.digest).collect()
}

/// What `keep` makes of the rows of each chunk and of their bytes, in order; nothing for a chunk outside this node's
/// audience.
///
/// # Errors
/// [`Fault`] where a chunk that is here cannot be read.
pub async fn read<R: Send>(
    tx: &mut dyn Tx,
    digests: &[Digest],
    keep: impl Fn(DetailRow, Vec<u8>) -> Option<R> + Sync,
) -> Result<Vec<Vec<R>>, Fault> {
    let mut chunks = Vec::with_capacity(digests.len());
    for digest in digests {
        chunks.push(tx.chunk(digest).await?);
    }
    let read = |bytes: &Option<Vec<u8>>| {
        let Some(bytes) = bytes else { return Ok(Vec::new()) };
        let rows = open_entries(bytes).map_err(Fault::unreadable("result details"))?;
        let mut kept = Vec::new();
        for salted in rows {
            let row = DetailRow::decode(&salted.body).map_err(|_| Fault::inconsistent("result details"))?;
            kept.extend(keep(row, salted.body));
        }
        Ok(kept)
    };
    parallel::each(&chunks, read).into_iter().collect()
}
