//! Keys that many blacks share.

use crate::fault::Fault;
use crate::key::is_core;

/// Thins out what meets under a key that many blacks share, so that a thousand firms of one name do not make a million
/// pairs.
pub trait Crowd: Sync {
    /// Calls `meet` for every pair of places that a verdict may rest on.
    ///
    /// # Errors
    /// Whatever keeps it from reading the entries.
    fn thin(&self, reds: &[u64], blacks: &[u64], meet: &mut dyn FnMut(u64, u64)) -> Result<(), Fault>;

    /// A weak key that more places bear brings nobody together.
    fn bearers(&self) -> Bearers {
        Bearers::ANY
    }
}

/// Places that may bear one weak key.
#[derive(Clone, Copy, Debug)]
pub struct Bearers {
    /// A name or a registration number.
    pub name: usize,
    /// The core of a name.
    pub core: usize,
}

impl Bearers {
    /// However many.
    pub const ANY: Self = Self { name: usize::MAX, core: usize::MAX };

    /// Places that may bear this key.
    pub(crate) fn of(self, key: u64) -> usize {
        if is_core(key) { self.core } else { self.name }
    }

    /// As many places as may bear any key.
    pub(crate) fn least(self) -> usize {
        self.name.min(self.core)
    }
}

/// Everybody meets everybody, except under a weak key that more than so many places bear.
#[derive(Clone, Copy, Debug)]
pub struct Everybody(pub Bearers);

impl Crowd for Everybody {
    fn thin(&self, reds: &[u64], blacks: &[u64], meet: &mut dyn FnMut(u64, u64)) -> Result<(), Fault> {
        for red in reds {
            blacks.iter().for_each(|black| meet(*red, *black));
        }
        Ok(())
    }

    fn bearers(&self) -> Bearers {
        self.0
    }
}
