//! Domain act to wire act. Every field is named, so a new one in the domain does not compile until it is written.

use honghei_domain::act::Act;
use honghei_domain::feed::FeedSource;
use honghei_proto::act::v1 as wire;
use honghei_proto::act::v1::act_body::Act as Wire;

use super::account::write_account;
use super::bulletin::write_bulletin_act;
use super::listing::write_listing_act;
use super::parts::{
    write_channel, write_counts, write_delegation, write_detail, write_exception, write_feed_mode,
    write_interpretation, write_officer, write_publicity_of, write_row_rejection,
};
use super::persons::write_persons_identified;
use super::ruling::{write_finding, write_party};
use crate::directory::write_clock_class;
use crate::list::{write_attachment, write_case, write_case_set, write_kind, write_manifest};
use crate::write;

pub(super) fn write_act(act: &Act) -> Wire {
    match act {
        Act::Founded { federation, clock_class, program } => Wire::Founded(wire::Founded {
            federation: federation.clone(),
            clock_class: write_clock_class(*clock_class).into(),
            program: program.clone(),
        }),
        Act::DirectoryPublished { version, document } => {
            Wire::DirectoryPublished(wire::DirectoryPublished { version: *version, document: document.clone() })
        }
        Act::OfficerAppointed(officer) => {
            Wire::OfficerAppointed(wire::OfficerAppointed { officer: Some(write_officer(officer)) })
        }
        Act::OfficerCertified { node, officer, key_digest } => Wire::OfficerCertified(wire::OfficerCertified {
            node: node.to_string(),
            officer: officer.0.clone(),
            key_digest: key_digest.to_vec(),
        }),
        Act::RecordsCollected { channel, source, manifest, account } => {
            Wire::RecordsCollected(wire::RecordsCollected {
                channel: write_channel(*channel).into(),
                source: source.clone(),
                manifest: Some(write_manifest(manifest)),
                account: account.as_deref().map(write_account),
            })
        }
        Act::EventsRecorded { channel, source, manifest } => Wire::EventsRecorded(wire::EventsRecorded {
            channel: write_channel(*channel).into(),
            source: source.clone(),
            manifest: Some(write_manifest(manifest)),
        }),
        Act::EntriesCorrected { manifest, reason, corrected_on } => Wire::EntriesCorrected(wire::EntriesCorrected {
            manifest: Some(write_manifest(manifest)),
            reason: reason.clone(),
            corrected_on: write::day(*corrected_on),
        }),
        Act::NoticeServed { cases, method, served_on, proof } => Wire::NoticeServed(wire::NoticeServed {
            cases: Some(write_case_set(cases)),
            method: method.clone(),
            served_on: write::day(*served_on),
            proof: proof.clone(),
        }),
        Act::PublicityOpened { of, channel, opened_on, ends_on } => Wire::PublicityOpened(wire::PublicityOpened {
            of: write_publicity_of(of),
            channel: channel.clone(),
            opened_on: write::day(*opened_on),
            ends_on: write::day(*ends_on),
        }),
        Act::PublicityClosed { publicity, closed_on } => Wire::PublicityClosed(wire::PublicityClosed {
            publicity: write::entry_ref(publicity),
            closed_on: write::day(*closed_on),
        }),
        Act::StatementReceived { case, by, grounds, received_on } => Wire::StatementReceived(wire::StatementReceived {
            case_id: Some(write_case(case)),
            by: by.clone(),
            grounds: grounds.clone(),
            received_on: write::day(*received_on),
        }),
        Act::StatementDisposed { statement, case, adopted, reason, decided_on } => {
            Wire::StatementDisposed(wire::StatementDisposed {
                statement: write::entry_ref(statement),
                case_id: Some(write_case(case)),
                adopted: *adopted,
                reason: reason.clone(),
                decided_on: write::day(*decided_on),
            })
        }
        Act::ListCertified { kind, department, manifest, certified_on, opinion } => {
            Wire::ListCertified(wire::ListCertified {
                kind: write_kind(*kind).into(),
                department: department.0.clone(),
                manifest: Some(write_manifest(manifest)),
                certified_on: write::day(*certified_on),
                opinion: opinion.clone(),
            })
        }
        Act::ListApproved { list, meeting, held_on, decision, approved_on } => Wire::ListApproved(wire::ListApproved {
            list: write::entry_ref(list),
            meeting: meeting.clone(),
            held_on: write::day(*held_on),
            decision: decision.clone(),
            approved_on: write::day(*approved_on),
        }),
        Act::ListDisapproved { list, meeting, held_on, votes, reason, disapproved_on } => {
            Wire::ListDisapproved(wire::ListDisapproved {
                list: write::entry_ref(list),
                meeting: meeting.clone(),
                held_on: write::day(*held_on),
                in_favour: votes.in_favour,
                against: votes.against,
                abstained: votes.abstained,
                reason: reason.clone(),
                disapproved_on: write::day(*disapproved_on),
            })
        }
        Act::DutyDelegated(delegation) => Wire::DutyDelegated(write_delegation(delegation)),
        Act::DelegationEnded { from, to, ended_on } => Wire::DelegationEnded(wire::DelegationEnded {
            from: from.0.clone(),
            to: to.0.clone(),
            ended_on: write::day(*ended_on),
        }),
        Act::ListDeclared { list, to, declared_on, materials } => Wire::ListDeclared(wire::ListDeclared {
            list: write::entry_ref(list),
            to: to.to_string(),
            declared_on: write::day(*declared_on),
            materials: materials.iter().map(write_attachment).collect(),
        }),
        Act::MaterialsReceived { declaration, list, received_on, due_on } => {
            Wire::MaterialsReceived(wire::MaterialsReceived {
                declaration: write::entry_ref(declaration),
                list: write::entry_ref(list),
                received_on: write::day(*received_on),
                due_on: write::day(*due_on),
            })
        }
        Act::ActInterpreted { act, outcome, rows } => Wire::ActInterpreted(wire::ActInterpreted {
            act: write::entry_ref(act),
            outcome: Some(write_interpretation(outcome)),
            rows: rows.iter().map(write_row_rejection).collect(),
        }),
        Act::ListReviewed { list, exceptions, opinion, reviewed_on } => Wire::ListReviewed(wire::ListReviewed {
            list: write::entry_ref(list),
            exceptions: exceptions.iter().map(write_exception).collect(),
            opinion: opinion.clone(),
            reviewed_on: write::day(*reviewed_on),
        }),
        Act::ReviewSigned { list, review, signed_on, publicity_waived } => Wire::ReviewSigned(wire::ReviewSigned {
            list: write::entry_ref(list),
            review: write::entry_ref(review),
            signed_on: write::day(*signed_on),
            publicity_waived: publicity_waived.clone(),
        }),
        Act::ObjectionReceived { list, case, by, grounds, received_on } => {
            Wire::ObjectionReceived(wire::ObjectionReceived {
                list: write::entry_ref(list),
                case_id: Some(write_case(case)),
                by: by.clone(),
                grounds: grounds.clone(),
                received_on: write::day(*received_on),
            })
        }
        Act::ObjectionVerified { objection, case, upheld, reason, verified_on } => {
            Wire::ObjectionVerified(wire::ObjectionVerified {
                objection: write::entry_ref(objection),
                case_id: Some(write_case(case)),
                upheld: *upheld,
                reason: reason.clone(),
                verified_on: write::day(*verified_on),
            })
        }
        Act::ListReported { list, review, excluded, reported_on } => Wire::ListReported(wire::ListReported {
            list: write::entry_ref(list),
            review: write::entry_ref(review),
            excluded: Some(write_case_set(excluded)),
            reported_on: write::day(*reported_on),
        }),
        Act::FeedImported { source, kind, department, mode, manifest, as_of, gone, revoked, unread, account } => {
            Wire::FeedImported(wire::FeedImported {
                source: source.clone(),
                kind: write_kind(*kind).into(),
                department: department.0.clone(),
                mode: write_feed_mode(*mode).into(),
                manifest: Some(write_manifest(manifest)),
                as_of: write::day(*as_of),
                gone: (!gone.is_empty()).then(|| write_case_set(gone)),
                revoked: (!revoked.is_empty()).then(|| write_case_set(revoked)),
                unread: *unread,
                account: account.as_deref().map(write_account),
            })
        }
        Act::FeedRegistered(FeedSource { name, department, kind, mode, organ, columns, every_days, reference }) => {
            Wire::FeedRegistered(wire::FeedRegistered {
                source: name.clone(),
                department: department.0.clone(),
                kind: write_kind(*kind).into(),
                mode: write_feed_mode(*mode).into(),
                organ: organ.clone(),
                columns: columns.clone(),
                every_days: *every_days,
                reference: *reference,
            })
        }
        Act::PersonsIdentified { list, part, persons } => {
            Wire::PersonsIdentified(write_persons_identified(list, part, persons))
        }
        Act::ResultPublished { version, rule_version, published_on, rows, details, root, counts } => {
            Wire::ResultPublished(wire::ResultPublished {
                version: *version,
                rule_version: *rule_version,
                published_on: write::day(*published_on),
                rows: Some(write_manifest(rows)),
                details: details.iter().map(write_detail).collect(),
                root: root.to_vec(),
                counts: Some(write_counts(counts)),
            })
        }
        Act::EntryWithdrawn { case, code, reason, decided_on } => Wire::EntryWithdrawn(wire::EntryWithdrawn {
            case_id: Some(write_case(case)),
            code: code.clone(),
            reason: reason.clone(),
            decided_on: write::day(*decided_on),
        }),
        Act::Listing(act) => Wire::Listing(write_listing_act(act)),
        Act::Bulletin(act) => Wire::Bulletin(write_bulletin_act(act)),
        Act::IdentityRuled { parties: [one, other], finding, case, current, reason, ruled_on, until } => {
            Wire::IdentityRuled(wire::IdentityRuled {
                one: Some(write_party(one)),
                other: Some(write_party(other)),
                finding: write_finding(*finding),
                case_id: case.as_ref().map(write_case),
                reason: reason.clone(),
                ruled_on: write::day(*ruled_on),
                until: until.and_then(write::day),
                current: current.as_ref().map(ToString::to_string).unwrap_or_default(),
            })
        }
        Act::PeerMisbehaved { peer, code, detail, evidence } => Wire::PeerMisbehaved(wire::PeerMisbehaved {
            peer: peer.clone(),
            code: code.clone(),
            detail: detail.clone(),
            evidence: evidence.to_vec(),
        }),
    }
}
