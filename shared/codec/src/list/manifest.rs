//! Cases, sets of cases, and the manifest an official signs.

use honghei_domain::list::{CaseId, CaseSet, ChunkSlice, ListManifest};
use honghei_proto::list::v1 as wire;

use crate::defect::{At, WireDefect};
use crate::{MAX_CASES, MAX_CHUNK, read};

pub(crate) fn write_case(case: &CaseId) -> wire::CaseId {
    wire::CaseId { origin: case.origin.to_string(), number: case.number }
}

pub(crate) fn read_case(case: Option<wire::CaseId>) -> Result<CaseId, WireDefect> {
    let case = read::present(case)?;
    Ok(CaseId {
        origin: read::node(case.origin).at("origin")?,
        number: read::number_from_one(case.number).at("number")?,
    })
}

pub(crate) fn write_case_set(set: &CaseSet) -> wire::CaseSet {
    wire::CaseSet { ranges: set.0.iter().map(|(first, last)| wire::CaseRange { first: *first, last: *last }).collect() }
}

/// Reads ascending, disjoint ranges that name at most [`MAX_CASES`] cases, so that walking them ends.
pub(crate) fn read_case_set(set: Option<wire::CaseSet>) -> Result<CaseSet, WireDefect> {
    let ranges = read::present(set)?.ranges;
    let mut highest = 0;
    let mut total: u64 = 0;
    let mut read = Vec::with_capacity(ranges.len());
    for (index, wire::CaseRange { first, last }) in ranges.into_iter().enumerate() {
        if first <= highest || last < first {
            let problem = format!("expected a range above {highest}, got {first} to {last}");
            return Err(WireDefect::new(problem)).at_element(index).at("ranges");
        }
        highest = last;
        total = total.saturating_add((last - first).saturating_add(1));
        read.push((first, last));
    }
    if total > MAX_CASES {
        return Err(WireDefect::new(format!("expected at most {MAX_CASES} cases, got {total}"))).at("ranges");
    }
    Ok(CaseSet(read))
}

pub(crate) fn write_manifest(manifest: &ListManifest) -> wire::ListManifest {
    let slice = |slice: &ChunkSlice| wire::ChunkSlice {
        digest: slice.digest.to_vec(),
        length: slice.length,
        root: slice.root.to_vec(),
        count: slice.count,
        first_case: slice.first_case,
        last_case: slice.last_case,
    };
    wire::ListManifest {
        root: manifest.root.to_vec(),
        count: manifest.count,
        chunks: manifest.chunks.iter().map(slice).collect(),
        persons: manifest.persons.iter().map(|part| part.to_vec()).collect(),
    }
}

/// Reads a manifest whose count and root follow from its chunks; without chunks the root says nothing.
pub(crate) fn read_manifest(manifest: Option<wire::ListManifest>) -> Result<ListManifest, WireDefect> {
    let manifest = read::present(manifest)?;
    let root = read::digest(&manifest.root).at("root")?;
    let chunks = read::each(manifest.chunks, read_slice).at("chunks")?;
    let roots: Vec<_> = chunks.iter().map(|slice| (slice.root, slice.count)).collect();
    let expected =
        honghei_ledger::list_root(&roots).map_err(|error| WireDefect::new(error.to_string())).at("chunks")?;
    // The shape is checked, so no count exceeds 1,024 and the sum cannot overflow.
    let total: u64 = chunks.iter().map(|slice| slice.count).sum();
    if manifest.count != total {
        return Err(WireDefect::new(format!("expected the chunks' {total}, got {}", manifest.count))).at("count");
    }
    if !chunks.is_empty() && root != expected {
        return Err(WireDefect::new("expected the root that follows from the chunks' roots")).at("root");
    }
    let persons = read::each(manifest.persons, |part| read::digest(&part)).at("persons")?;
    if persons.len() > chunks.len() {
        let problem = format!("expected at most one part for each of {} chunks, got {}", chunks.len(), persons.len());
        return Err(WireDefect::new(problem)).at("persons");
    }
    Ok(ListManifest { root, count: total, chunks, persons })
}

fn read_slice(slice: wire::ChunkSlice) -> Result<ChunkSlice, WireDefect> {
    if slice.last_case < slice.first_case {
        let problem = format!("expected at least first_case {}, got {}", slice.first_case, slice.last_case);
        return Err(WireDefect::new(problem)).at("last_case");
    }
    Ok(ChunkSlice {
        digest: read::digest(&slice.digest).at("digest")?,
        length: read::length(slice.length, MAX_CHUNK).at("length")?,
        root: read::digest(&slice.root).at("root")?,
        count: slice.count,
        first_case: slice.first_case,
        last_case: slice.last_case,
    })
}
