//! What must hold of a simulated federation, and where it stands.

use honghei_domain::audience::Topology;
use honghei_domain::node::LogId;
use honghei_ledger::Frontier;
use honghei_store::{HeadRow, IncidentRow, Store};

use super::world::{World, now};

impl World {
    /// What was acknowledged is held, with everything due to it, whatever happened since.
    pub fn check_promises(&self) {
        for receipt in &self.promises {
            let place = self.nodes.iter().position(|node| node.id == receipt.signer).unwrap();
            let head = self.head(place, &receipt.state.log).expect("a cosigned log is held");
            assert!(head.size >= receipt.state.size, "{} cosigned what it does not hold", receipt.signer);
            let incomplete = now(async {
                let mut tx = self.nodes[place].store.read().await.unwrap();
                tx.first_incomplete(&receipt.state.log).await.unwrap()
            });
            assert!(
                incomplete.is_none_or(|index| index >= receipt.state.size),
                "{} cosigned without its chunks",
                receipt.signer
            );
        }
    }

    pub fn head(&self, place: usize, log: &LogId) -> Option<HeadRow> {
        now(async { self.nodes[place].store.read().await.unwrap().head(log).await.unwrap() })
    }

    pub fn size(&self, node: &str, log: &LogId) -> u64 {
        self.head(self.place(node), log).map_or(0, |head| head.size)
    }

    pub fn incidents(&self, node: &str) -> Vec<IncidentRow> {
        let store = &self.nodes[self.place(node)].store;
        now(async { store.read().await.unwrap().incidents(100).await.unwrap() })
    }

    pub fn incident_codes(&self, node: &str) -> Vec<String> {
        let mut codes: Vec<String> = self.incidents(node).into_iter().map(|row| row.code).collect();
        codes.sort();
        codes.dedup();
        codes
    }

    /// Every log stands at every node that shall hold it with the same size and root, every chunk due is there, and
    /// every holder's receipt for all of it has come to the writer.
    pub fn is_converged(&self) -> bool {
        let topology = &self.federation.directory;
        for writer in &self.nodes {
            let log = LogId::first(writer.id.clone());
            let origin = self.place(writer.id.as_str());
            let Some(source) = self.head(origin, &log) else { continue };
            for holder in 0..self.nodes.len() {
                let node = &self.nodes[holder].id;
                let due = topology.is_at_or_above(node, &writer.id) || topology.is_at_or_above(&writer.id, node);
                if holder == origin || !due {
                    continue;
                }
                let same = self.head(holder, &log).is_some_and(|head| {
                    head.size == source.size && head.frontier == source.frontier && head.checkpoint == source.checkpoint
                });
                let (complete, told) = now(async {
                    let mut theirs = self.nodes[holder].store.read().await.unwrap();
                    let mut ours = self.nodes[origin].store.read().await.unwrap();
                    let complete = theirs.first_incomplete(&log).await.unwrap().is_none();
                    let receipt = ours.latest_cosignature(&log, node).await.unwrap();
                    (complete, receipt.is_some_and(|row| row.size == source.size))
                });
                if !(same && complete && told) {
                    return false;
                }
            }
        }
        true
    }

    /// Where everything stands, for a failure's message.
    pub fn describe(&self) -> String {
        let mut text = format!("at {} ms, planned {}\n", self.now_ms, self.agenda.len());
        for place in 0..self.nodes.len() {
            for head in now(async { self.nodes[place].store.read().await.unwrap().heads().await.unwrap() }) {
                let wants = now(async { self.nodes[place].store.read().await.unwrap().wants(9).await.unwrap() }).len();
                text += &format!(
                    "{}: {} {} (checkpoint {}), {wants} wants\n",
                    self.nodes[place].id, head.log, head.size, head.checkpoint_size
                );
            }
        }
        for link in &self.links {
            let codes: Vec<&str> = link.closes.iter().map(|close| close.code.as_str()).collect();
            text += &format!("link {:?} closed {codes:?}\n", link.nodes);
            for end in link.ends.iter().flatten() {
                text += &format!("  inbox {} {:?}\n", end.inbox.len(), end.machine.view());
            }
        }
        text
    }

    /// Entry by entry: nothing doubled, nothing missing, content exactly where its audience is, proofs whole.
    pub fn check_contents(&self) {
        for writer in &self.nodes {
            let log = LogId::first(writer.id.clone());
            let origin = self.place(writer.id.as_str());
            let source = self.entries(origin, &log);
            for holder in 0..self.nodes.len() {
                let node = &self.nodes[holder].id;
                let copy = self.entries(holder, &log);
                let mut frontier = Frontier::new();
                for (index, (original, row)) in source.iter().zip(&copy).enumerate() {
                    assert_eq!((row.at.index, row.leaf), (index as u64, original.leaf));
                    frontier.append(row.leaf, &mut |_, _, _| {});
                    let header = honghei_codec::entry::decode_header(original.header.as_ref().unwrap()).unwrap();
                    let reads = header.audience.admits(&writer.id, node, &*self.federation.directory);
                    assert_eq!(row.payload.is_some(), reads, "{node} and entry {}", original.at);
                    assert!(!reads || (row.payload == original.payload && row.header == original.header));
                }
                if let Some(head) = self.head(holder, &log) {
                    assert_eq!(copy.len() as u64, head.size);
                    assert_eq!(frontier.to_bytes(), head.frontier);
                }
            }
        }
    }

    fn entries(&self, place: usize, log: &LogId) -> Vec<honghei_store::EntryRow> {
        now(async { self.nodes[place].store.read().await.unwrap().entries(log, 0, 100_000).await.unwrap() })
    }
}
