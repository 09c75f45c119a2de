//! The comparison in bulk: which reds may meet which blacks, over any number of entries, in bounded memory.
//!
//! The verdict is the pure function of `honghei_domain::comparison`; this crate only finds, for every red, the blacks
//! that function has to look at, and never decides anything itself. A red that no black meets under any key stands, so
//! nearly all entries need no more than their packed codes: an exact organisation code is 47 bits. Keys only propose:
//! what meets is read again whole and judged, so a collision costs time and never a row.
//!
//! [`join::join`] is the engine: keys go into partitions, which spill to disk beyond the memory allowed, and are
//! joined partition by partition on all threads. [`packed`] is the layout of keys that are kept between comparisons, and
//! [`Balance`] tells two sets of them apart. [`text`] runs it from text files to verdicts. [`names`] proposes who
//! else a name may belong to.

mod balance;
mod code;
mod collector;
mod crowd;
mod fault;
mod filter;
pub mod join;
pub mod key;
mod limit;
mod met;
pub mod names;
pub mod packed;
mod partition;
mod shape;
mod spill;
mod table;
pub mod text;
mod watch;

pub use balance::{Balance, Residue};
pub use fault::Fault;
pub use limit::Limits;
pub use watch::{Silent, Step, Watch};
