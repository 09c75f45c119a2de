//! The guard against mass change: a version that removes an unusual share of the red list is two people's decision (C-5).

/// Reds that may fall in one version without anybody's express consent: this share of the reds that would otherwise stand,
/// in per cent, once more than [`GUARD_FLOOR`] fall.
pub const GUARD_PERCENT: u32 = 20;

/// Below this many removals the guard does not ask.
pub const GUARD_FLOOR: u64 = 50;

/// The share of the red list a version would remove, in per cent and rounded up, where the guard asks for consent.
///
/// `removed` reds fall, listed before or newly reported; `red_after` stand on the final list after it. However many blacks
/// the version lists, the share is of reds: a wrong black list must not be let through for being long. Both figures stand
/// in the version's act, so that every reader comes to the same answer.
pub fn guarded_share(removed: u64, red_after: u64) -> Option<u32> {
    if removed <= GUARD_FLOOR {
        return None;
    }
    let percent = removed.saturating_mul(100).div_ceil(red_after.saturating_add(removed));
    (percent > u64::from(GUARD_PERCENT)).then(|| u32::try_from(percent).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C-5.
    #[test]
    fn the_guard_asks_above_fifty_removals_and_a_fifth_of_the_list() {
        assert_eq!(guarded_share(50, 0), None);
        assert_eq!(guarded_share(51, 0), Some(100));
        assert_eq!(guarded_share(100, 400), None);
        assert_eq!(guarded_share(101, 399), Some(21));
        assert_eq!(guarded_share(u64::MAX, u64::MAX), None);
    }
}
