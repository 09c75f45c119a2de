//! The demonstration in small: everything that was planted comes out, on every node.

use federation::demo::{Options, Teller, run};

use super::walk::program;

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_story_in_small_comes_out_as_planted_while_processes_die() {
    let options = Options { quick: true, seed: 7, ..Options::default() };
    let (account, _federation) = run(program(), &options, &Teller::nobody()).await.unwrap();
    let failures: Vec<_> = account.failures().collect();
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(account.passed);
    assert_eq!(account.results.len(), 2);
    assert!(account.kills.len() >= 6, "{:?}", account.kills);
}
