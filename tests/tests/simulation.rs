//! Whatever happens, the federation comes to rest in the one state that its acts amount to.

use federation::simulation::{REGRESSIONS, simulate, simulate_many};

/// Seeds unless `HONGHEI_SEEDS` says otherwise.
const SEEDS: u64 = 200;

fn seeds() -> u64 {
    std::env::var("HONGHEI_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SEEDS)
}

#[test]
fn seeds_that_once_failed_hold() {
    for seed in REGRESSIONS {
        if let Err(failure) = simulate(*seed) {
            panic!("{failure}");
        }
    }
}

/// L-4: whatever is repeated, reordered, cut or restarted. C-2: a full recomparison finds what was published.
#[test]
fn every_history_ends_in_the_state_that_its_acts_amount_to() {
    let first = std::env::var("HONGHEI_FIRST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    match simulate_many(first, seeds(), 2) {
        Ok(tally) => {
            println!("{} histories: {tally:?}", seeds());
            let listed = [tally.listed, tally.exits, tally.returns * 2];
            let happened = [tally.acts, tally.deaths, tally.versions, tally.fallen, tally.repeated, tally.linked];
            let compared = [tally.rulings, tally.gone, tally.corrected, tally.stood];
            let happened = happened.into_iter().chain(listed).chain(compared);
            assert!(
                seeds() < SEEDS || happened.into_iter().all(|count| count > seeds() / 10),
                "histories are not empty"
            );
        }
        Err(failure) => panic!("{failure}"),
    }
}
