//! Wire act to domain act, naming what is wrong. Every field is named, so a new one does not compile until it is read.

use honghei_domain::act::{Act, Ballot};
use honghei_domain::feed::FeedSource;
use honghei_proto::act::v1 as wire;
use honghei_proto::act::v1::act_body::Act as Wire;

use super::account::read_account;
use super::bulletin::read_bulletin_act;
use super::listing::read_listing_act;
use super::parts::{
    read_channel, read_counts, read_delegation, read_detail, read_exception, read_feed_mode, read_interpretation,
    read_officer, read_officer_id, read_publicity_of, read_row_rejection,
};
use super::persons::read_persons_identified;
use super::ruling::read_identity_ruled;
use crate::defect::{At, WireDefect};
use crate::directory::read_clock_class;
use crate::list::{read_attachment, read_case, read_case_set, read_department, read_kind, read_manifest};
use crate::read;

pub(super) fn read_act(act: Wire) -> Result<Act, WireDefect> {
    match act {
        Wire::Founded(act) => founded(act).at("founded"),
        Wire::DirectoryPublished(act) => directory_published(act).at("directory_published"),
        Wire::OfficerAppointed(act) => officer_appointed(act).at("officer_appointed"),
        Wire::OfficerCertified(act) => officer_certified(act).at("officer_certified"),
        Wire::RecordsCollected(act) => records_collected(act).at("records_collected"),
        Wire::EventsRecorded(act) => events_recorded(act).at("events_recorded"),
        Wire::EntriesCorrected(act) => entries_corrected(act).at("entries_corrected"),
        Wire::NoticeServed(act) => notice_served(act).at("notice_served"),
        Wire::PublicityOpened(act) => publicity_opened(act).at("publicity_opened"),
        Wire::PublicityClosed(act) => publicity_closed(act).at("publicity_closed"),
        Wire::StatementReceived(act) => statement_received(act).at("statement_received"),
        Wire::StatementDisposed(act) => statement_disposed(act).at("statement_disposed"),
        Wire::ListCertified(act) => list_certified(act).at("list_certified"),
        Wire::ListApproved(act) => list_approved(act).at("list_approved"),
        Wire::ListDisapproved(act) => list_disapproved(act).at("list_disapproved"),
        Wire::DutyDelegated(act) => read_delegation(act).at("duty_delegated").map(Act::DutyDelegated),
        Wire::DelegationEnded(act) => delegation_ended(act).at("delegation_ended"),
        Wire::ListDeclared(act) => list_declared(act).at("list_declared"),
        Wire::MaterialsReceived(act) => materials_received(act).at("materials_received"),
        Wire::ActInterpreted(act) => act_interpreted(act).at("act_interpreted"),
        Wire::ListReviewed(act) => list_reviewed(act).at("list_reviewed"),
        Wire::ReviewSigned(act) => review_signed(act).at("review_signed"),
        Wire::ObjectionReceived(act) => objection_received(act).at("objection_received"),
        Wire::ObjectionVerified(act) => objection_verified(act).at("objection_verified"),
        Wire::ListReported(act) => list_reported(act).at("list_reported"),
        Wire::FeedImported(act) => feed_imported(act).at("feed_imported"),
        Wire::FeedRegistered(act) => feed_registered(act).at("feed_registered").map(Act::FeedRegistered),
        Wire::PersonsIdentified(act) => read_persons_identified(act).at("persons_identified"),
        Wire::ResultPublished(act) => result_published(act).at("result_published"),
        Wire::EntryWithdrawn(act) => entry_withdrawn(act).at("entry_withdrawn"),
        Wire::Listing(act) => read_listing_act(act).at("listing").map(Act::Listing),
        Wire::Bulletin(act) => read_bulletin_act(act).at("bulletin").map(Act::Bulletin),
        Wire::IdentityRuled(act) => read_identity_ruled(act).at("identity_ruled"),
        Wire::PeerMisbehaved(act) => peer_misbehaved(act).at("peer_misbehaved"),
    }
}

fn founded(act: wire::Founded) -> Result<Act, WireDefect> {
    let wire::Founded { federation, clock_class, program } = act;
    Ok(Act::Founded {
        federation: read::federation(federation).at("federation")?,
        clock_class: read_clock_class(clock_class).at("clock_class")?,
        program,
    })
}

fn directory_published(act: wire::DirectoryPublished) -> Result<Act, WireDefect> {
    let wire::DirectoryPublished { version, document } = act;
    Ok(Act::DirectoryPublished { version: read::number_from_one(version).at("version")?, document })
}

fn officer_appointed(act: wire::OfficerAppointed) -> Result<Act, WireDefect> {
    let wire::OfficerAppointed { officer } = act;
    Ok(Act::OfficerAppointed(read_officer(officer).at("officer")?))
}

fn officer_certified(act: wire::OfficerCertified) -> Result<Act, WireDefect> {
    let wire::OfficerCertified { node, officer, key_digest } = act;
    Ok(Act::OfficerCertified {
        node: read::node(node).at("node")?,
        officer: read_officer_id(officer).at("officer")?,
        key_digest: read::digest(&key_digest).at("key_digest")?,
    })
}

fn records_collected(act: wire::RecordsCollected) -> Result<Act, WireDefect> {
    let wire::RecordsCollected { channel, source, manifest, account } = act;
    Ok(Act::RecordsCollected {
        channel: read_channel(channel).at("channel")?,
        source,
        manifest: read_manifest(manifest).at("manifest")?,
        account: read_account(account).at("account")?,
    })
}

fn events_recorded(act: wire::EventsRecorded) -> Result<Act, WireDefect> {
    let wire::EventsRecorded { channel, source, manifest } = act;
    Ok(Act::EventsRecorded {
        channel: read_channel(channel).at("channel")?,
        source,
        manifest: read_manifest(manifest).at("manifest")?,
    })
}

fn entries_corrected(act: wire::EntriesCorrected) -> Result<Act, WireDefect> {
    let wire::EntriesCorrected { manifest, reason, corrected_on } = act;
    Ok(Act::EntriesCorrected {
        manifest: read_manifest(manifest).at("manifest")?,
        reason,
        corrected_on: read::day(corrected_on).at("corrected_on")?,
    })
}

fn notice_served(act: wire::NoticeServed) -> Result<Act, WireDefect> {
    let wire::NoticeServed { cases, method, served_on, proof } = act;
    Ok(Act::NoticeServed {
        cases: read_case_set(cases).at("cases")?,
        method,
        served_on: read::day(served_on).at("served_on")?,
        proof,
    })
}

fn publicity_opened(act: wire::PublicityOpened) -> Result<Act, WireDefect> {
    let wire::PublicityOpened { of, channel, opened_on, ends_on } = act;
    Ok(Act::PublicityOpened {
        of: read_publicity_of(of).at("of")?,
        channel,
        opened_on: read::day(opened_on).at("opened_on")?,
        ends_on: read::day(ends_on).at("ends_on")?,
    })
}

fn publicity_closed(act: wire::PublicityClosed) -> Result<Act, WireDefect> {
    let wire::PublicityClosed { publicity, closed_on } = act;
    Ok(Act::PublicityClosed {
        publicity: read::entry_ref(publicity).at("publicity")?,
        closed_on: read::day(closed_on).at("closed_on")?,
    })
}

fn statement_received(act: wire::StatementReceived) -> Result<Act, WireDefect> {
    let wire::StatementReceived { case_id, by, grounds, received_on } = act;
    Ok(Act::StatementReceived {
        case: read_case(case_id).at("case_id")?,
        by,
        grounds,
        received_on: read::day(received_on).at("received_on")?,
    })
}

fn statement_disposed(act: wire::StatementDisposed) -> Result<Act, WireDefect> {
    let wire::StatementDisposed { statement, case_id, adopted, reason, decided_on } = act;
    Ok(Act::StatementDisposed {
        statement: read::entry_ref(statement).at("statement")?,
        case: read_case(case_id).at("case_id")?,
        adopted,
        reason,
        decided_on: read::day(decided_on).at("decided_on")?,
    })
}

fn list_certified(act: wire::ListCertified) -> Result<Act, WireDefect> {
    let wire::ListCertified { kind, department, manifest, certified_on, opinion } = act;
    Ok(Act::ListCertified {
        kind: read_kind(kind).at("kind")?,
        department: read_department(department).at("department")?,
        manifest: read_manifest(manifest).at("manifest")?,
        certified_on: read::day(certified_on).at("certified_on")?,
        opinion,
    })
}

fn list_approved(act: wire::ListApproved) -> Result<Act, WireDefect> {
    let wire::ListApproved { list, meeting, held_on, decision, approved_on } = act;
    Ok(Act::ListApproved {
        list: read::entry_ref(list).at("list")?,
        meeting,
        held_on: read::day(held_on).at("held_on")?,
        decision,
        approved_on: read::day(approved_on).at("approved_on")?,
    })
}

fn list_disapproved(act: wire::ListDisapproved) -> Result<Act, WireDefect> {
    let wire::ListDisapproved { list, meeting, held_on, in_favour, against, abstained, reason, disapproved_on } = act;
    Ok(Act::ListDisapproved {
        list: read::entry_ref(list).at("list")?,
        meeting,
        held_on: read::day(held_on).at("held_on")?,
        votes: Ballot { in_favour, against, abstained },
        reason,
        disapproved_on: read::day(disapproved_on).at("disapproved_on")?,
    })
}

fn delegation_ended(act: wire::DelegationEnded) -> Result<Act, WireDefect> {
    let wire::DelegationEnded { from, to, ended_on } = act;
    Ok(Act::DelegationEnded {
        from: read_officer_id(from).at("from")?,
        to: read_officer_id(to).at("to")?,
        ended_on: read::day(ended_on).at("ended_on")?,
    })
}

fn list_declared(act: wire::ListDeclared) -> Result<Act, WireDefect> {
    let wire::ListDeclared { list, to, declared_on, materials } = act;
    Ok(Act::ListDeclared {
        list: read::entry_ref(list).at("list")?,
        to: read::node(to).at("to")?,
        declared_on: read::day(declared_on).at("declared_on")?,
        materials: read::each(materials, read_attachment).at("materials")?,
    })
}

fn materials_received(act: wire::MaterialsReceived) -> Result<Act, WireDefect> {
    let wire::MaterialsReceived { declaration, list, received_on, due_on } = act;
    Ok(Act::MaterialsReceived {
        declaration: read::entry_ref(declaration).at("declaration")?,
        list: read::entry_ref(list).at("list")?,
        received_on: read::day(received_on).at("received_on")?,
        due_on: read::day(due_on).at("due_on")?,
    })
}

fn act_interpreted(act: wire::ActInterpreted) -> Result<Act, WireDefect> {
    let wire::ActInterpreted { act, outcome, rows } = act;
    Ok(Act::ActInterpreted {
        act: read::entry_ref(act).at("act")?,
        outcome: read_interpretation(outcome)?,
        rows: read::each(rows, read_row_rejection).at("rows")?,
    })
}

fn list_reviewed(act: wire::ListReviewed) -> Result<Act, WireDefect> {
    let wire::ListReviewed { list, exceptions, opinion, reviewed_on } = act;
    Ok(Act::ListReviewed {
        list: read::entry_ref(list).at("list")?,
        exceptions: read::each(exceptions, read_exception).at("exceptions")?,
        opinion,
        reviewed_on: read::day(reviewed_on).at("reviewed_on")?,
    })
}

fn review_signed(act: wire::ReviewSigned) -> Result<Act, WireDefect> {
    let wire::ReviewSigned { list, review, signed_on, publicity_waived } = act;
    Ok(Act::ReviewSigned {
        list: read::entry_ref(list).at("list")?,
        review: read::entry_ref(review).at("review")?,
        signed_on: read::day(signed_on).at("signed_on")?,
        publicity_waived,
    })
}

fn objection_received(act: wire::ObjectionReceived) -> Result<Act, WireDefect> {
    let wire::ObjectionReceived { list, case_id, by, grounds, received_on } = act;
    Ok(Act::ObjectionReceived {
        list: read::entry_ref(list).at("list")?,
        case: read_case(case_id).at("case_id")?,
        by,
        grounds,
        received_on: read::day(received_on).at("received_on")?,
    })
}

fn objection_verified(act: wire::ObjectionVerified) -> Result<Act, WireDefect> {
    let wire::ObjectionVerified { objection, case_id, upheld, reason, verified_on } = act;
    Ok(Act::ObjectionVerified {
        objection: read::entry_ref(objection).at("objection")?,
        case: read_case(case_id).at("case_id")?,
        upheld,
        reason,
        verified_on: read::day(verified_on).at("verified_on")?,
    })
}

fn list_reported(act: wire::ListReported) -> Result<Act, WireDefect> {
    let wire::ListReported { list, review, excluded, reported_on } = act;
    Ok(Act::ListReported {
        list: read::entry_ref(list).at("list")?,
        review: read::entry_ref(review).at("review")?,
        excluded: read_case_set(excluded).at("excluded")?,
        reported_on: read::day(reported_on).at("reported_on")?,
    })
}

fn feed_imported(act: wire::FeedImported) -> Result<Act, WireDefect> {
    let wire::FeedImported { source, kind, department, mode, manifest, as_of, gone, unread, account, revoked } = act;
    let gone = gone.map(|gone| read_case_set(Some(gone))).transpose().at("gone")?.unwrap_or_default();
    let revoked = revoked.map(|revoked| read_case_set(Some(revoked))).transpose().at("revoked")?.unwrap_or_default();
    if !revoked.without(&gone).is_empty() {
        return Err(WireDefect::new("expected cases that leave")).at("revoked");
    }
    Ok(Act::FeedImported {
        source: read::token(source).at("source")?,
        kind: read_kind(kind).at("kind")?,
        department: read_department(department).at("department")?,
        mode: read_feed_mode(mode).at("mode")?,
        manifest: read_manifest(manifest).at("manifest")?,
        as_of: read::day(as_of).at("as_of")?,
        gone,
        revoked,
        unread,
        account: read_account(account).at("account")?,
    })
}

fn feed_registered(act: wire::FeedRegistered) -> Result<FeedSource, WireDefect> {
    let wire::FeedRegistered { source, department, kind, mode, organ, columns, every_days, reference } = act;
    Ok(FeedSource {
        name: read::token(source).at("source")?,
        department: read_department(department).at("department")?,
        kind: read_kind(kind).at("kind")?,
        mode: read_feed_mode(mode).at("mode")?,
        organ,
        columns,
        every_days,
        reference,
    })
}

fn result_published(act: wire::ResultPublished) -> Result<Act, WireDefect> {
    let wire::ResultPublished { version, rule_version, published_on, rows, details, root, counts } = act;
    Ok(Act::ResultPublished {
        version: read::number_from_one(version).at("version")?,
        rule_version,
        published_on: read::day(published_on).at("published_on")?,
        rows: read_manifest(rows).at("rows")?,
        details: read::each(details, read_detail).at("details")?,
        root: read::digest(&root).at("root")?,
        counts: read_counts(counts).at("counts")?,
    })
}

fn entry_withdrawn(act: wire::EntryWithdrawn) -> Result<Act, WireDefect> {
    let wire::EntryWithdrawn { case_id, code, reason, decided_on } = act;
    Ok(Act::EntryWithdrawn {
        case: read_case(case_id).at("case_id")?,
        code: read::token(code).at("code")?,
        reason,
        decided_on: read::day(decided_on).at("decided_on")?,
    })
}

fn peer_misbehaved(act: wire::PeerMisbehaved) -> Result<Act, WireDefect> {
    let wire::PeerMisbehaved { peer, code, detail, evidence } = act;
    Ok(Act::PeerMisbehaved {
        peer,
        code: read::token(code).at("code")?,
        detail,
        evidence: read::digest(&evidence).at("evidence")?,
    })
}
