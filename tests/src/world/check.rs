//! What must hold of every federation at rest: a rebuild finds the same, and so does a full recomparison.

use honghei_domain::clock::Due;
use honghei_domain::node::NodeId;
use honghei_registry::desk::deadlines::{Task, tasks};
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::{Patient, Question};

use super::World;
use crate::simulation::portrait;

impl World {
    /// Drops and rebuilds the projections of every node.
    ///
    /// # Panics
    /// If they come out otherwise, clocks included.
    pub async fn assert_rebuilds(&self) -> Result<(), Fault> {
        for (id, node) in &self.nodes {
            let mut tx = node.store.read().await?;
            let (before, clocks) = (tx.projection_digest().await?, tx.all_clocks(None, u32::MAX).await?);
            let drawn = portrait::draw(&mut *tx, id).await?;
            drop(tx);
            node.engine.rebuild(self.now()).await?;
            // What the worker had compared and no version has settled yet, it compares again.
            while node.engine.tick(self.now()).await? > 0 {}
            let mut tx = node.store.read().await?;
            assert_eq!(tx.all_clocks(None, u32::MAX).await?, clocks, "the clocks of {id}");
            let found = portrait::differences(&drawn, &portrait::draw(&mut *tx, id).await?);
            assert_eq!(found, Vec::<String>::new(), "the projections of {id}");
            assert_eq!(tx.projection_digest().await?, before, "the digest of the projections of {id}");
        }
        Ok(())
    }

    /// The tasks of a node as another sees them: whose, which, last day, standing.
    pub async fn tasks_of(
        &self,
        at: &str,
        owner: &NodeId,
    ) -> Result<Vec<(String, &'static str, String, &'static str)>, Fault> {
        let node = self.node(at);
        let cx = node.engine.context(self.now()).await;
        let found = tasks(&mut *node.store.read().await?, &cx, owner, 1_000).await?;
        let due = |task: &Task| match task.due {
            Due::On(due) => due.on.to_string(),
            Due::Stopped(_) => "-".to_owned(),
        };
        let row = |task: &Task| {
            let clock = &task.clock;
            (clock.owner.to_string(), clock.deadline.code(), due(task), task.standing.as_str())
        };
        Ok(found.iter().map(row).collect())
    }

    /// Compares everything anew at the node above all others, by its index and row by row, and lets every node judge anew
    /// what it was told (C-2).
    ///
    /// # Panics
    /// If that finds what the arrivals did not.
    pub async fn assert_recompares(&self) -> Result<(), CommandError> {
        for node in self.nodes.values() {
            let told = node.engine.ask(self.now(), &Question::Recompute, &Patient).await?;
            assert_eq!(told.alarm, None, "{:?}", told.rows);
        }
        for record in self.directory.nodes.iter().filter(|record| record.parent.is_none()) {
            let engine = &self.node(record.id.as_str()).engine;
            for every_row in [false, true] {
                let told = engine.ask(self.now(), &Question::Recompare { every_row }, &Patient).await?;
                assert_eq!(told.alarm, None, "{:?}", told.rows);
            }
        }
        Ok(())
    }
}
