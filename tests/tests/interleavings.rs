//! Whatever order its neighbours bring their logs in, a node that has its own log folds the same state.

use federation::simulation::interleave;

#[test]
fn every_interleaving_of_deliveries_folds_to_the_same_state_on_every_node() {
    std::thread::scope(|scope| {
        for first in [1, 2] {
            scope.spawn(move || {
                for seed in (0..4).map(|turn| first + 2 * turn) {
                    if let Err(failure) = interleave(seed, 2) {
                        panic!("{failure}");
                    }
                }
            });
        }
    });
}
