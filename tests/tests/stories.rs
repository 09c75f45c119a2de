//! Every story of the demonstration ends as it says, in legal order, with what its clauses ask for on the way.

use federation::story::{STORIES, tell, write};

#[tokio::test]
async fn every_story_ends_as_it_says_on_every_node_and_tells_its_days_in_order() {
    for story in STORIES {
        let told = tell(story.name).await.unwrap();
        let page = write(&told);
        assert!(told.passed, "{page}");
        for case in &told.cases {
            assert!(case.steps.len() > 2, "{page}");
            assert!(case.steps.is_sorted_by_key(|step| step.on), "{page}");
        }
        assert!(page.contains(story.title) && story.codes.iter().all(|code| page.contains(code)), "{page}");
    }
}

#[tokio::test]
async fn a_story_that_is_none_is_refused_by_its_code() {
    assert_eq!(tell("rx-99").await.unwrap_err().code(), "STORY_UNKNOWN");
}
