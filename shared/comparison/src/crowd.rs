//! Keys that many blacks share.

use crate::fault::Fault;

/// Thins out what meets under a key that many blacks share, so that a thousand firms of one name do not make a million
/// pairs.
pub trait Crowd: Sync {
    /// Calls `meet` for every pair of places that a verdict may rest on.
    ///
    /// # Errors
    /// Whatever keeps it from reading the entries.
    fn thin(&self, reds: &[u64], blacks: &[u64], meet: &mut dyn FnMut(u64, u64)) -> Result<(), Fault>;

    /// Places that may bear one weak key, a name or a registration number; a key that more bear brings nobody together.
    fn bearers(&self) -> usize {
        usize::MAX
    }
}

/// Everybody meets everybody, except under a weak key that more than so many places bear.
#[derive(Clone, Copy, Debug)]
pub struct Everybody(pub usize);

impl Crowd for Everybody {
    fn thin(&self, reds: &[u64], blacks: &[u64], meet: &mut dyn FnMut(u64, u64)) -> Result<(), Fault> {
        for red in reds {
            blacks.iter().for_each(|black| meet(*red, *black));
        }
        Ok(())
    }

    fn bearers(&self) -> usize {
        self.0
    }
}
