//! Officers at work on listed entries.

use chrono::NaiveDate;
use honghei_domain::final_list::Bucket;
use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::listing::{DisputeAbout, ListingCommand, Materials};
use honghei_domain::node::NodeId;
use honghei_registry::desk::listing::{self, CASE};
use honghei_registry::error::Fault;
use honghei_store::Tx;

use super::op::Deed;

/// The codes that a deed picks from.
const CODES: [[&str; 4]; 2] = [["RX-2", "RX-3", "RX-8", "RX-9"], ["BX-2", "BX-5", "BX-2", "BX-5"]];

/// Channels of announcements: of the policy, and one more.
const CHANNELS: [&str; 2] = ["商务主管部门门户网站", "信用湖北"];

/// What an officer would ask for; `None` if the node knows nothing that the deed fits.
pub async fn command(
    tx: &mut dyn Tx,
    id: &NodeId,
    deed: &Deed,
    today: NaiveDate,
) -> Result<Option<(&'static str, ListingCommand)>, Fault> {
    Ok(match deed {
        Deed::Dispute { pick, comparison } => {
            let about = if *comparison { DisputeAbout::Comparison } else { DisputeAbout::Recognition };
            let case = one_of(rows(tx).await?, *pick).map(|(case, _)| case);
            let (by, grounds) = ("当事人".to_owned(), "不实".to_owned());
            let officer = if is_county(id) { "clerk" } else { "reviewer" };
            case.map(|case| (officer, ListingCommand::ReceiveDispute { case, about, by, grounds }))
        }
        Deed::Settle { pick, stands, verify } => {
            let mut open = Vec::new();
            for known in opened(tx).await? {
                open.extend(known.open_disputes().map(|(at, _)| at.clone()));
            }
            let (dispute, reason) = (one_of(open, *pick), "核实".to_owned());
            dispute.map(|dispute| {
                let asked = match verify {
                    true => ListingCommand::VerifyDispute { dispute, stands: *stands, reason },
                    false => ListingCommand::DecideDispute { dispute, upheld: *stands, reason },
                };
                ("head", asked)
            })
        }
        Deed::Exit { pick, code, own } => one_of(rows_of(tx, own.then_some(id)).await?, *pick).map(|(case, kind)| {
            let codes = if kind == ListKind::Red { &CODES[0] } else { &CODES[1] };
            let code = codes.get(usize::try_from(*code % 4).unwrap_or(0)).copied().unwrap_or("RX-2");
            let basis_revoked_on = (code == "BX-5").then_some(today);
            let (code, reason) = (code.to_owned(), "核实".to_owned());
            ("head", ListingCommand::Exit { case, code, reason, basis_revoked_on, notified_on: None })
        }),
        Deed::Repair { pick, granted } => repair(tx, *pick, *granted).await?,
        Deed::Announce(pick) => {
            let channel = CHANNELS[usize::from(pick.is_multiple_of(2))].to_owned();
            let receipt = pick.to_string();
            let officer = if is_county(id) { "clerk" } else { "reviewer" };
            let departures = listing::departures(tx, None).await?;
            Some(match one_of(departures, pick / 2).filter(|_| pick % 3 > 0) {
                None => (officer, ListingCommand::AnnounceList { channel, receipt }),
                Some(departure) => (officer, ListingCommand::AnnounceExit { exit: departure.place, channel, receipt }),
            })
        }
        Deed::File => Some((if is_county(id) { "clerk" } else { "reviewer" }, ListingCommand::FileExits)),
        Deed::Restore { pick, accepted } => {
            let mut open = Vec::new();
            for known in opened(tx).await?.into_iter().filter(|known| known.case.origin == *id) {
                open.extend(known.open_offers().map(|(at, _)| at.clone()));
            }
            one_of(open, *pick).map(|offer| {
                let reason = "核实".to_owned();
                ("head", ListingCommand::AnswerRestoration { offer, accepted: *accepted, reason })
            })
        }
        _ => None,
    })
}

/// Entries on the served list, of everybody or of one recogniser.
async fn rows_of(tx: &mut dyn Tx, origin: Option<&NodeId>) -> Result<Vec<(CaseId, ListKind)>, Fault> {
    let mut rows = rows(tx).await?;
    rows.retain(|(case, _)| origin.is_none_or(|origin| case.origin == *origin));
    Ok(rows)
}

/// The next step of some repair, or a first application.
async fn repair(tx: &mut dyn Tx, at: u64, granted: bool) -> Result<Option<(&'static str, ListingCommand)>, Fault> {
    let reason = || "审查".to_owned();
    let mut steps = Vec::new();
    for (case, kind) in rows(tx).await? {
        if kind == ListKind::Black && listing::listing(tx, &case).await?.repairs.is_empty() {
            let names = ["销榜申请", "整改材料", "履行义务的证明", "信用承诺书"].map(str::to_owned).to_vec();
            let text = || "已完成".to_owned();
            let materials =
                Materials { corrected: text(), fulfilled: text(), promise: text(), names, attachments: Vec::new() };
            let by = "当事人".to_owned();
            steps.push(("reviewer", ListingCommand::ReceiveRepair { case, by, materials }));
        }
    }
    for known in every(tx).await? {
        for (application, repair) in known.repairs.clone() {
            let (at, reason) = (application, reason());
            steps.push(match (&repair.acceptance, &repair.decision) {
                (None, _) => ("reviewer", ListingCommand::AcceptRepair { application: at, accepted: true, reason }),
                (Some(_), None) => ("head", ListingCommand::DecideRepair { application: at, granted, reason }),
                (Some(_), Some(_)) => ("head", ListingCommand::RevokeRepair { application: at, reason }),
            });
        }
    }
    Ok(one_of(steps, at))
}

fn is_county(id: &NodeId) -> bool {
    !id.as_str().starts_with("420000") && !id.as_str().starts_with("420800")
}

/// Every entry on the served list.
async fn rows(tx: &mut dyn Tx) -> Result<Vec<(CaseId, ListKind)>, Fault> {
    let numbers: Vec<u32> = tx.bucket_digests().await?.into_iter().map(|(bucket, _)| bucket).collect();
    let mut rows = Vec::new();
    for bucket in tx.buckets(&numbers).await? {
        let bucket = Bucket::parse(&bucket.rows).map_err(|defect| Fault::Inconsistent { what: defect.to_string() })?;
        rows.extend(bucket.rows().iter().map(|row| (row.case.clone(), row.kind)));
    }
    Ok(rows)
}

/// Records of entries about which something is open.
async fn opened(tx: &mut dyn Tx) -> Result<Vec<honghei_domain::listing::Listing>, Fault> {
    let mut found = Vec::new();
    for row in tx.open_listings(CASE).await? {
        let number = row.place.parse().unwrap_or(0);
        found.push(listing::listing(tx, &CaseId { origin: row.origin, number }).await?);
    }
    Ok(found)
}

/// Records of every entry that something befell.
async fn every(tx: &mut dyn Tx) -> Result<Vec<honghei_domain::listing::Listing>, Fault> {
    let mut found = Vec::new();
    for head in tx.heads().await? {
        for row in tx.listings_of(&head.log.node, CASE).await? {
            let number = row.place.parse().unwrap_or(0);
            found.push(listing::listing(tx, &CaseId { origin: row.origin, number }).await?);
        }
    }
    Ok(found)
}

fn one_of<T>(mut from: Vec<T>, at: u64) -> Option<T> {
    if from.is_empty() {
        return None;
    }
    let place = usize::try_from(at % from.len() as u64).unwrap_or(0);
    Some(from.swap_remove(place))
}
