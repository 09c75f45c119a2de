//! How a file came out, as its act carries it.

use std::collections::BTreeMap;

use honghei_domain::account::{CodeAccount, IntakeAccount};
use honghei_proto::act::v1 as wire;

use crate::defect::{At, WireDefect};
use crate::read;

/// Kinds of reasons at most; there are some thirty.
const REASONS_MAX: usize = 256;

pub(super) fn write_account(account: &IntakeAccount) -> wire::IntakeAccount {
    let IntakeAccount { rows, accepted, ended, remarks, codes } = account;
    let CodeAccount { sound, doubtful, shared, damaged, missing, persons } = codes;
    wire::IntakeAccount {
        rows: *rows,
        accepted: *accepted,
        remarks: write_counts(remarks),
        codes_sound: *sound,
        codes_doubtful: *doubtful,
        codes_shared: *shared,
        codes_damaged: write_counts(damaged),
        codes_missing: *missing,
        persons: *persons,
        ended: *ended,
    }
}

pub(super) fn read_account(account: Option<wire::IntakeAccount>) -> Result<Option<Box<IntakeAccount>>, WireDefect> {
    let Some(account) = account else { return Ok(None) };
    let wire::IntakeAccount {
        rows,
        accepted,
        remarks,
        codes_sound,
        codes_doubtful,
        codes_shared,
        codes_damaged,
        codes_missing,
        persons,
        ended,
    } = account;
    let damaged = read_counts(codes_damaged).at("codes_damaged")?;
    // Every row counts once, so that nothing here can be more than the rows, and no sum overflows.
    let parts = [codes_sound, codes_doubtful, codes_shared, codes_missing, persons];
    let sum = parts.iter().chain(damaged.values()).try_fold(0_u64, |sum, part| sum.checked_add(*part));
    if sum != Some(rows) {
        return Err(WireDefect::new("expected codes that add up to the rows")).at("rows");
    }
    let codes = CodeAccount {
        sound: codes_sound,
        doubtful: codes_doubtful,
        shared: codes_shared,
        damaged,
        missing: codes_missing,
        persons,
    };
    let remarks = read_counts(remarks).at("remarks")?;
    Ok(Some(Box::new(IntakeAccount { rows, accepted, ended, remarks, codes })))
}

fn write_counts(counts: &BTreeMap<String, u64>) -> Vec<wire::ReasonCount> {
    counts.iter().map(|(code, count)| wire::ReasonCount { code: code.clone(), count: *count }).collect()
}

fn read_counts(counts: Vec<wire::ReasonCount>) -> Result<BTreeMap<String, u64>, WireDefect> {
    if counts.len() > REASONS_MAX {
        return Err(WireDefect::new(format!("expected at most {REASONS_MAX} reasons, got {}", counts.len())));
    }
    let stated = counts.len();
    let read = |reason: wire::ReasonCount| Ok((read::token(reason.code).at("code")?, reason.count));
    let found: BTreeMap<String, u64> = read::each(counts, read)?.into_iter().collect();
    if found.len() == stated { Ok(found) } else { Err(WireDefect::new("expected each reason once")) }
}
