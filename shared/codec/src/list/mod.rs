//! Lists: entries, manifests, sets of cases, and the chunks that entries travel in.

mod chunk;
mod entry;
mod event;
mod manifest;
mod persons;
mod subject;

pub use chunk::{
    BuiltChunk, BuiltList, ListBuilder, SaltedEntry, build_chunk, build_list, list_of, open_chunk, open_entries,
    open_kept_chunk,
};
pub use entry::{decode_entry, encode_entry};
pub use event::{decode_event, encode_event};
pub use persons::{SealedPerson, decode_persons, encode_persons};

pub(crate) use entry::{read_attachment, read_department, read_kind, write_attachment, write_kind};
pub(crate) use manifest::{read_case, read_case_set, read_manifest, write_case, write_case_set, write_manifest};
