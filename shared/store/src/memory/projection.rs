//! Emptying and fingerprinting all projections in memory.

use honghei_domain::list::Digest;

use super::tables::Tables;
use crate::fingerprint::Fingerprint;
use crate::record::Record;

/// Keeps what no fold can bring back.
pub(super) fn clear(tables: &mut Tables) {
    let mut kept = Tables {
        heads: tables.heads.clone(),
        entries: tables.entries.clone(),
        tree_nodes: tables.tree_nodes.clone(),
        audience_heads: tables.audience_heads.clone(),
        chunks: tables.chunks.clone(),
        wants: tables.wants.clone(),
        wanted: tables.wanted.clone(),
        urgency: tables.urgency.clone(),
        cosignatures: tables.cosignatures.clone(),
        cosigned: tables.cosigned.clone(),
        incidents: tables.incidents.clone(),
        meta: tables.meta.clone(),
        parked: tables.parked.clone(),
        secrets: tables.secrets.clone(),
        directories: tables.directories.clone(),
        ..Tables::default()
    };
    for head in tables.heads.values() {
        let mut head = head.clone();
        head.interpreted = 0;
        kept.heads.insert_mut(head.log.clone(), head);
    }
    *tables = kept;
}

/// The tables in the order that the databases use too.
pub(super) fn digest(tables: &Tables) -> Digest {
    let mut fingerprint = Fingerprint::new();
    absorb(&mut fingerprint, "cases", tables.cases.values());
    absorb(&mut fingerprint, "dossiers", tables.dossiers.values());
    absorb(&mut fingerprint, "list_chunks", tables.list_chunks.values());
    absorb(&mut fingerprint, "officers", tables.officers.values());
    absorb(&mut fingerprint, "publicities", tables.publicities.values());
    absorb(&mut fingerprint, "petitions", tables.petitions.values());
    absorb(&mut fingerprint, "outcomes", tables.outcomes.values());
    absorb(&mut fingerprint, "waiting", tables.waiting.values());
    absorb(&mut fingerprint, "buckets", tables.buckets.values());
    absorb(&mut fingerprint, "results", tables.results.values());
    absorb(&mut fingerprint, "verdicts", tables.verdicts.values());
    absorb(&mut fingerprint, "held", tables.held.values());
    absorb(&mut fingerprint, "subjects", tables.subjects.values());
    absorb(&mut fingerprint, "names", tables.names.keys());
    absorb(&mut fingerprint, "persons", tables.persons.values());
    absorb(&mut fingerprint, "marks", tables.marks.values());
    absorb(&mut fingerprint, "pending", tables.pending.values());
    absorb(&mut fingerprint, "feeds", tables.feeds.values());
    absorb(&mut fingerprint, "listings", tables.listings.values());
    absorb(&mut fingerprint, "clocks", tables.clocks.values());
    absorb(&mut fingerprint, "behaviours", tables.behaviours.values());
    fingerprint.finish()
}

fn absorb<'r, R: Record + 'r>(to: &mut Fingerprint, table: &str, rows: impl Iterator<Item = &'r R>) {
    to.table(table);
    rows.for_each(|row| to.row(row));
}
