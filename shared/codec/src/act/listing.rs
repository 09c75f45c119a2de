//! Acts on listed entries, both ways. Every field is named on both sides, so a new one does not compile until it is.

use chrono::NaiveDate;
use honghei_domain::listing::{DisputeAbout, ExitPlace, ListingAct, PublicMark};
use honghei_proto::act::v1 as wire;
use honghei_proto::act::v1::listing_act::Act as Wire;

use crate::defect::{At, WireDefect};
use crate::list::{read_attachment, read_case, read_case_set, write_attachment, write_case, write_case_set};
use crate::{read, write};

pub(super) fn write_listing_act(act: &ListingAct) -> wire::ListingAct {
    wire::ListingAct { act: Some(write_inner(act)) }
}

fn write_inner(act: &ListingAct) -> Wire {
    match act {
        ListingAct::DisputeReceived {
            case,
            about,
            by,
            grounds,
            received_on,
            mark_due_on,
            verify_due_on,
            decide_due_on,
        } => Wire::DisputeReceived(wire::DisputeReceived {
            case_id: Some(write_case(case)),
            about: write_about(*about).into(),
            by: by.clone(),
            grounds: grounds.clone(),
            received_on: write::day(*received_on),
            mark_due_on: write::day(*mark_due_on),
            verify_due_on: write::day(*verify_due_on),
            decide_due_on: write::day(*decide_due_on),
        }),
        ListingAct::DisputeVerified { dispute, case, stands, reason, verified_on } => {
            Wire::DisputeVerified(wire::DisputeVerified {
                dispute: write::entry_ref(dispute),
                case_id: Some(write_case(case)),
                stands: *stands,
                reason: reason.clone(),
                verified_on: write::day(*verified_on),
            })
        }
        ListingAct::DisputeDecided { dispute, case, upheld, code, reason, decided_on } => {
            Wire::DisputeDecided(wire::DisputeDecided {
                dispute: write::entry_ref(dispute),
                case_id: Some(write_case(case)),
                upheld: *upheld,
                code: code.clone(),
                reason: reason.clone(),
                decided_on: write::day(*decided_on),
            })
        }
        ListingAct::EntryMarked { case, key, mark, marked_on } => Wire::EntryMarked(wire::EntryMarked {
            case_id: Some(write_case(case)),
            key: key.clone(),
            mark: Some(write_mark(mark)),
            marked_on: write::day(*marked_on),
        }),
        ListingAct::EntryExited { case, code, reason, decided_on, basis_revoked_on, notified_on } => {
            Wire::EntryExited(wire::EntryExited {
                case_id: Some(write_case(case)),
                code: code.clone(),
                reason: reason.clone(),
                decided_on: write::day(*decided_on),
                basis_revoked_on: basis_revoked_on.and_then(write::day),
                notified_on: notified_on.and_then(write::day),
            })
        }
        ListingAct::EntriesExpired { cases, code, expired_on } => Wire::EntriesExpired(wire::EntriesExpired {
            cases: Some(write_case_set(cases)),
            code: code.clone(),
            expired_on: write::day(*expired_on),
        }),
        ListingAct::RepairApplied {
            case,
            by,
            corrected,
            fulfilled,
            promise,
            materials,
            attachments,
            received_on,
            accept_due_on,
        } => Wire::RepairApplied(wire::RepairApplied {
            case_id: Some(write_case(case)),
            by: by.clone(),
            corrected: corrected.clone(),
            fulfilled: fulfilled.clone(),
            promise: promise.clone(),
            materials: materials.clone(),
            attachments: attachments.iter().map(write_attachment).collect(),
            received_on: write::day(*received_on),
            accept_due_on: write::day(*accept_due_on),
        }),
        ListingAct::RepairAccepted { application, case, accepted, reason, accepted_on, decide_due_on } => {
            Wire::RepairAccepted(wire::RepairAccepted {
                application: write::entry_ref(application),
                case_id: Some(write_case(case)),
                accepted: *accepted,
                reason: reason.clone(),
                accepted_on: write::day(*accepted_on),
                decide_due_on: write::day(*decide_due_on),
            })
        }
        ListingAct::RepairDecided { application, case, granted, reason, decided_on } => {
            Wire::RepairDecided(wire::RepairDecided {
                application: write::entry_ref(application),
                case_id: Some(write_case(case)),
                granted: *granted,
                reason: reason.clone(),
                decided_on: write::day(*decided_on),
            })
        }
        ListingAct::RepairRevoked { application, case, reason, revoked_on } => {
            Wire::RepairRevoked(wire::RepairRevoked {
                application: write::entry_ref(application),
                case_id: Some(write_case(case)),
                reason: reason.clone(),
                revoked_on: write::day(*revoked_on),
            })
        }
        ListingAct::ListAnnounced { version, channel, receipt, announced_on } => {
            Wire::ListAnnounced(wire::ListAnnounced {
                version: *version,
                channel: channel.clone(),
                receipt: receipt.clone(),
                announced_on: write::day(*announced_on),
            })
        }
        ListingAct::ExitAnnounced { exit, channel, receipt, announced_on } => {
            Wire::ExitAnnounced(wire::ExitAnnounced {
                exit: Some(write_place(exit)),
                channel: channel.clone(),
                receipt: receipt.clone(),
                announced_on: write::day(*announced_on),
            })
        }
        ListingAct::ExitsFiled { exits, to, filed_on } => Wire::ExitsFiled(wire::ExitsFiled {
            exits: exits.iter().map(write_place).collect(),
            to: to.to_string(),
            filed_on: write::day(*filed_on),
        }),
        ListingAct::FilingReceived { filing, number, received_on } => Wire::FilingReceived(wire::FilingReceived {
            filing: write::entry_ref(filing),
            number: number.clone(),
            received_on: write::day(*received_on),
        }),
        ListingAct::RestorationOffered { case, cause, through_version, valid_to, offered_on } => {
            Wire::RestorationOffered(wire::RestorationOffered {
                case_id: Some(write_case(case)),
                cause: Some(write_case(cause)),
                through_version: *through_version,
                valid_to: valid_to.and_then(write::day),
                offered_on: write::day(*offered_on),
            })
        }
        ListingAct::ConflictNoticed { case, reference, source, organ, document, matched_by, noticed_on, due_on } => {
            Wire::ConflictNoticed(wire::ConflictNoticed {
                case_id: Some(write_case(case)),
                reference: Some(write_case(reference)),
                source: source.clone(),
                organ: organ.clone(),
                document: document.clone(),
                matched_by: matched_by.clone(),
                noticed_on: write::day(*noticed_on),
                due_on: write::day(*due_on),
            })
        }
        ListingAct::ConflictAnswered { notice, case, kept, reason, answered_on } => {
            Wire::ConflictAnswered(wire::ConflictAnswered {
                notice: write::entry_ref(notice),
                case_id: Some(write_case(case)),
                kept: *kept,
                reason: reason.clone(),
                answered_on: write::day(*answered_on),
            })
        }
        ListingAct::RestorationAnswered { offer, case, accepted, reason, answered_on } => {
            Wire::RestorationAnswered(wire::RestorationAnswered {
                offer: write::entry_ref(offer),
                case_id: Some(write_case(case)),
                accepted: *accepted,
                reason: reason.clone(),
                answered_on: write::day(*answered_on),
            })
        }
    }
}

pub(super) fn read_listing_act(act: wire::ListingAct) -> Result<ListingAct, WireDefect> {
    // A missing oneof is also what an act of a newer program looks like.
    let act = act.act.ok_or_else(|| WireDefect::new("expected an act that this program knows"))?;
    match act {
        Wire::DisputeReceived(act) => dispute_received(act).at("dispute_received"),
        Wire::DisputeVerified(act) => dispute_verified(act).at("dispute_verified"),
        Wire::DisputeDecided(act) => dispute_decided(act).at("dispute_decided"),
        Wire::EntryMarked(act) => entry_marked(act).at("entry_marked"),
        Wire::EntryExited(act) => entry_exited(act).at("entry_exited"),
        Wire::EntriesExpired(act) => entries_expired(act).at("entries_expired"),
        Wire::RepairApplied(act) => repair_applied(act).at("repair_applied"),
        Wire::RepairAccepted(act) => repair_accepted(act).at("repair_accepted"),
        Wire::RepairDecided(act) => repair_decided(act).at("repair_decided"),
        Wire::RepairRevoked(act) => repair_revoked(act).at("repair_revoked"),
        Wire::ListAnnounced(act) => list_announced(act).at("list_announced"),
        Wire::ExitAnnounced(act) => exit_announced(act).at("exit_announced"),
        Wire::ExitsFiled(act) => exits_filed(act).at("exits_filed"),
        Wire::FilingReceived(act) => filing_received(act).at("filing_received"),
        Wire::RestorationOffered(act) => restoration_offered(act).at("restoration_offered"),
        Wire::RestorationAnswered(act) => restoration_answered(act).at("restoration_answered"),
        Wire::ConflictNoticed(act) => conflict_noticed(act).at("conflict_noticed"),
        Wire::ConflictAnswered(act) => conflict_answered(act).at("conflict_answered"),
    }
}

fn dispute_received(act: wire::DisputeReceived) -> Result<ListingAct, WireDefect> {
    let wire::DisputeReceived { case_id, about, by, grounds, received_on, mark_due_on, verify_due_on, decide_due_on } =
        act;
    Ok(ListingAct::DisputeReceived {
        case: read_case(case_id).at("case_id")?,
        about: read_about(about).at("about")?,
        by,
        grounds,
        received_on: read::day(received_on).at("received_on")?,
        mark_due_on: read::day(mark_due_on).at("mark_due_on")?,
        verify_due_on: read::day(verify_due_on).at("verify_due_on")?,
        decide_due_on: read::day(decide_due_on).at("decide_due_on")?,
    })
}

fn dispute_verified(act: wire::DisputeVerified) -> Result<ListingAct, WireDefect> {
    let wire::DisputeVerified { dispute, case_id, stands, reason, verified_on } = act;
    Ok(ListingAct::DisputeVerified {
        dispute: read::entry_ref(dispute).at("dispute")?,
        case: read_case(case_id).at("case_id")?,
        stands,
        reason,
        verified_on: read::day(verified_on).at("verified_on")?,
    })
}

fn dispute_decided(act: wire::DisputeDecided) -> Result<ListingAct, WireDefect> {
    let wire::DisputeDecided { dispute, case_id, upheld, code, reason, decided_on } = act;
    Ok(ListingAct::DisputeDecided {
        dispute: read::entry_ref(dispute).at("dispute")?,
        case: read_case(case_id).at("case_id")?,
        upheld,
        code: code.map(read::token).transpose().at("code")?,
        reason,
        decided_on: read::day(decided_on).at("decided_on")?,
    })
}

fn entry_marked(act: wire::EntryMarked) -> Result<ListingAct, WireDefect> {
    let wire::EntryMarked { case_id, key, mark, marked_on } = act;
    Ok(ListingAct::EntryMarked {
        case: read_case(case_id).at("case_id")?,
        key: read::text(key).at("key")?,
        mark: read_mark(mark).at("mark")?,
        marked_on: read::day(marked_on).at("marked_on")?,
    })
}

fn entry_exited(act: wire::EntryExited) -> Result<ListingAct, WireDefect> {
    let wire::EntryExited { case_id, code, reason, decided_on, basis_revoked_on, notified_on } = act;
    Ok(ListingAct::EntryExited {
        case: read_case(case_id).at("case_id")?,
        code: read::token(code).at("code")?,
        reason,
        decided_on: read::day(decided_on).at("decided_on")?,
        basis_revoked_on: maybe_day(basis_revoked_on).at("basis_revoked_on")?,
        notified_on: maybe_day(notified_on).at("notified_on")?,
    })
}

fn entries_expired(act: wire::EntriesExpired) -> Result<ListingAct, WireDefect> {
    let wire::EntriesExpired { cases, code, expired_on } = act;
    Ok(ListingAct::EntriesExpired {
        cases: read_case_set(cases).at("cases")?,
        code: read::token(code).at("code")?,
        expired_on: read::day(expired_on).at("expired_on")?,
    })
}

fn repair_applied(act: wire::RepairApplied) -> Result<ListingAct, WireDefect> {
    let wire::RepairApplied {
        case_id,
        by,
        corrected,
        fulfilled,
        promise,
        materials,
        attachments,
        received_on,
        accept_due_on,
    } = act;
    Ok(ListingAct::RepairApplied {
        case: read_case(case_id).at("case_id")?,
        by,
        corrected,
        fulfilled,
        promise,
        materials,
        attachments: read::each(attachments, read_attachment).at("attachments")?,
        received_on: read::day(received_on).at("received_on")?,
        accept_due_on: read::day(accept_due_on).at("accept_due_on")?,
    })
}

fn repair_accepted(act: wire::RepairAccepted) -> Result<ListingAct, WireDefect> {
    let wire::RepairAccepted { application, case_id, accepted, reason, accepted_on, decide_due_on } = act;
    Ok(ListingAct::RepairAccepted {
        application: read::entry_ref(application).at("application")?,
        case: read_case(case_id).at("case_id")?,
        accepted,
        reason,
        accepted_on: read::day(accepted_on).at("accepted_on")?,
        decide_due_on: read::day(decide_due_on).at("decide_due_on")?,
    })
}

fn repair_decided(act: wire::RepairDecided) -> Result<ListingAct, WireDefect> {
    let wire::RepairDecided { application, case_id, granted, reason, decided_on } = act;
    Ok(ListingAct::RepairDecided {
        application: read::entry_ref(application).at("application")?,
        case: read_case(case_id).at("case_id")?,
        granted,
        reason,
        decided_on: read::day(decided_on).at("decided_on")?,
    })
}

fn repair_revoked(act: wire::RepairRevoked) -> Result<ListingAct, WireDefect> {
    let wire::RepairRevoked { application, case_id, reason, revoked_on } = act;
    Ok(ListingAct::RepairRevoked {
        application: read::entry_ref(application).at("application")?,
        case: read_case(case_id).at("case_id")?,
        reason,
        revoked_on: read::day(revoked_on).at("revoked_on")?,
    })
}

fn list_announced(act: wire::ListAnnounced) -> Result<ListingAct, WireDefect> {
    let wire::ListAnnounced { version, channel, receipt, announced_on } = act;
    Ok(ListingAct::ListAnnounced {
        // 0 is what a bureau published by itself before there was a version.
        version,
        channel: read::text(channel).at("channel")?,
        receipt,
        announced_on: read::day(announced_on).at("announced_on")?,
    })
}

fn exit_announced(act: wire::ExitAnnounced) -> Result<ListingAct, WireDefect> {
    let wire::ExitAnnounced { exit, channel, receipt, announced_on } = act;
    Ok(ListingAct::ExitAnnounced {
        exit: read::present(exit).and_then(read_place).at("exit")?,
        channel: read::text(channel).at("channel")?,
        receipt,
        announced_on: read::day(announced_on).at("announced_on")?,
    })
}

fn exits_filed(act: wire::ExitsFiled) -> Result<ListingAct, WireDefect> {
    let wire::ExitsFiled { exits, to, filed_on } = act;
    Ok(ListingAct::ExitsFiled {
        exits: read::each(exits, read_place).at("exits")?,
        to: read::node(to).at("to")?,
        filed_on: read::day(filed_on).at("filed_on")?,
    })
}

fn filing_received(act: wire::FilingReceived) -> Result<ListingAct, WireDefect> {
    let wire::FilingReceived { filing, number, received_on } = act;
    Ok(ListingAct::FilingReceived {
        filing: read::entry_ref(filing).at("filing")?,
        number: read::text(number).at("number")?,
        received_on: read::day(received_on).at("received_on")?,
    })
}

fn restoration_offered(act: wire::RestorationOffered) -> Result<ListingAct, WireDefect> {
    let wire::RestorationOffered { case_id, cause, through_version, valid_to, offered_on } = act;
    Ok(ListingAct::RestorationOffered {
        case: read_case(case_id).at("case_id")?,
        cause: read_case(cause).at("cause")?,
        through_version: read::number_from_one(through_version).at("through_version")?,
        valid_to: maybe_day(valid_to).at("valid_to")?,
        offered_on: read::day(offered_on).at("offered_on")?,
    })
}

fn conflict_noticed(act: wire::ConflictNoticed) -> Result<ListingAct, WireDefect> {
    let wire::ConflictNoticed { case_id, reference, source, organ, document, matched_by, noticed_on, due_on } = act;
    Ok(ListingAct::ConflictNoticed {
        case: read_case(case_id).at("case_id")?,
        reference: read_case(reference).at("reference")?,
        source: read::token(source).at("source")?,
        organ,
        document,
        matched_by: read::text(matched_by).at("matched_by")?,
        noticed_on: read::day(noticed_on).at("noticed_on")?,
        due_on: read::day(due_on).at("due_on")?,
    })
}

fn conflict_answered(act: wire::ConflictAnswered) -> Result<ListingAct, WireDefect> {
    let wire::ConflictAnswered { notice, case_id, kept, reason, answered_on } = act;
    Ok(ListingAct::ConflictAnswered {
        notice: read::entry_ref(notice).at("notice")?,
        case: read_case(case_id).at("case_id")?,
        kept,
        reason,
        answered_on: read::day(answered_on).at("answered_on")?,
    })
}

fn restoration_answered(act: wire::RestorationAnswered) -> Result<ListingAct, WireDefect> {
    let wire::RestorationAnswered { offer, case_id, accepted, reason, answered_on } = act;
    Ok(ListingAct::RestorationAnswered {
        offer: read::entry_ref(offer).at("offer")?,
        case: read_case(case_id).at("case_id")?,
        accepted,
        reason,
        answered_on: read::day(answered_on).at("answered_on")?,
    })
}

fn maybe_day(days: Option<i32>) -> Result<Option<NaiveDate>, WireDefect> {
    days.map(|days| read::day(Some(days))).transpose()
}

fn write_about(about: DisputeAbout) -> wire::DisputeAbout {
    match about {
        DisputeAbout::Recognition => wire::DisputeAbout::Recognition,
        DisputeAbout::Comparison => wire::DisputeAbout::Comparison,
    }
}

fn read_about(number: i32) -> Result<DisputeAbout, WireDefect> {
    match read::enumerated::<wire::DisputeAbout>(number)? {
        wire::DisputeAbout::Unspecified => Err(read::unspecified()),
        wire::DisputeAbout::Recognition => Ok(DisputeAbout::Recognition),
        wire::DisputeAbout::Comparison => Ok(DisputeAbout::Comparison),
    }
}

fn write_mark(mark: &PublicMark) -> wire::entry_marked::Mark {
    use wire::entry_marked::Mark;
    match mark {
        PublicMark::Disputed => Mark::Disputed(wire::Disputed {}),
        PublicMark::Cleared => Mark::Cleared(wire::Cleared {}),
        PublicMark::Exited { code } => Mark::Exited(wire::Exited { code: code.clone() }),
    }
}

fn read_mark(mark: Option<wire::entry_marked::Mark>) -> Result<PublicMark, WireDefect> {
    use wire::entry_marked::Mark;
    Ok(match read::present(mark)? {
        Mark::Disputed(wire::Disputed {}) => PublicMark::Disputed,
        Mark::Cleared(wire::Cleared {}) => PublicMark::Cleared,
        Mark::Exited(wire::Exited { code }) => {
            PublicMark::Exited { code: code.map(read::token).transpose().at("code")? }
        }
    })
}

fn write_place(place: &ExitPlace) -> wire::ExitPlace {
    wire::ExitPlace { act: write::entry_ref(&place.act), recogniser: place.recogniser.to_string() }
}

fn read_place(place: wire::ExitPlace) -> Result<ExitPlace, WireDefect> {
    let wire::ExitPlace { act, recogniser } = place;
    Ok(ExitPlace { act: read::entry_ref(act).at("act")?, recogniser: read::node(recogniser).at("recogniser")? })
}
