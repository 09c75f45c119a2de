//! What acts are made of: officers, exceptions, outcomes, details.

use honghei_domain::act::{
    CollectionChannel, FeedMode, Interpretation, Officer, OfficerId, PublicityOf, ResultCounts, ResultDetail,
    ReviewDecision, ReviewException, RowRejection,
};
use honghei_domain::permit::{Business, Delegation, Role};
use honghei_proto::act::v1 as wire;
use honghei_proto::result::v1 as result;

use crate::defect::{At, WireDefect};
use crate::directory::{read_key, write_key};
use crate::list::{read_case, read_case_set, read_manifest, write_case, write_case_set, write_manifest};
use crate::{read, write};

pub(super) fn write_officer(officer: &Officer) -> wire::Officer {
    wire::Officer {
        id: officer.id.0.clone(),
        node: officer.node.to_string(),
        name: officer.name.clone(),
        title: officer.title.clone(),
        roles: officer.roles.iter().map(|role| write_role(*role).into()).collect(),
        key: write_key(&officer.key),
    }
}

pub(super) fn read_officer(officer: Option<wire::Officer>) -> Result<Officer, WireDefect> {
    let officer = read::present(officer)?;
    Ok(Officer {
        id: read_officer_id(officer.id).at("id")?,
        node: read::node(officer.node).at("node")?,
        name: officer.name,
        title: officer.title,
        roles: read::each(officer.roles, read_role).at("roles")?,
        key: read_key(officer.key).at("key")?,
    })
}

pub(super) fn read_officer_id(id: String) -> Result<OfficerId, WireDefect> {
    read::token(id).map(OfficerId)
}

fn write_role(role: Role) -> wire::Role {
    match role {
        Role::Collector => wire::Role::Collector,
        Role::Head => wire::Role::Head,
        Role::SecondApprover => wire::Role::SecondApprover,
        Role::Reviewer => wire::Role::Reviewer,
        Role::Comparer => wire::Role::Comparer,
        Role::Administrator => wire::Role::Administrator,
        Role::Auditor => wire::Role::Auditor,
        Role::LeadingMember => wire::Role::LeadingMember,
    }
}

fn read_role(number: i32) -> Result<Role, WireDefect> {
    match read::enumerated(number)? {
        wire::Role::Unspecified => Err(read::unspecified()),
        wire::Role::Collector => Ok(Role::Collector),
        wire::Role::Head => Ok(Role::Head),
        wire::Role::SecondApprover => Ok(Role::SecondApprover),
        wire::Role::Reviewer => Ok(Role::Reviewer),
        wire::Role::Comparer => Ok(Role::Comparer),
        wire::Role::Administrator => Ok(Role::Administrator),
        wire::Role::Auditor => Ok(Role::Auditor),
        wire::Role::LeadingMember => Ok(Role::LeadingMember),
    }
}

pub(super) fn write_delegation(delegation: &Delegation) -> wire::DutyDelegated {
    wire::DutyDelegated {
        from: delegation.from.0.clone(),
        to: delegation.to.0.clone(),
        starts_on: write::day(delegation.starts_on),
        ends_on: write::day(delegation.ends_on),
        scope: delegation.scope.iter().map(|business| write_business(*business).into()).collect(),
        reason: delegation.reason.clone(),
    }
}

pub(super) fn read_delegation(delegation: wire::DutyDelegated) -> Result<Delegation, WireDefect> {
    let wire::DutyDelegated { from, to, starts_on, ends_on, scope, reason } = delegation;
    Ok(Delegation {
        from: read_officer_id(from).at("from")?,
        to: read_officer_id(to).at("to")?,
        starts_on: read::day(starts_on).at("starts_on")?,
        ends_on: read::day(ends_on).at("ends_on")?,
        scope: read::each(scope, read_business).at("scope")?,
        reason,
    })
}

fn write_business(business: Business) -> wire::Business {
    match business {
        Business::Recognition => wire::Business::Recognition,
        Business::Review => wire::Business::Review,
        Business::Results => wire::Business::Results,
        Business::Listed => wire::Business::Listed,
    }
}

fn read_business(number: i32) -> Result<Business, WireDefect> {
    match read::enumerated(number)? {
        wire::Business::Unspecified => Err(read::unspecified()),
        wire::Business::Recognition => Ok(Business::Recognition),
        wire::Business::Review => Ok(Business::Review),
        wire::Business::Results => Ok(Business::Results),
        wire::Business::Listed => Ok(Business::Listed),
    }
}

pub(super) fn write_channel(channel: CollectionChannel) -> wire::CollectionChannel {
    match channel {
        CollectionChannel::DailyManagement => wire::CollectionChannel::DailyManagement,
        CollectionChannel::SpecialInspection => wire::CollectionChannel::SpecialInspection,
        CollectionChannel::Enforcement => wire::CollectionChannel::Enforcement,
        CollectionChannel::Complaint => wire::CollectionChannel::Complaint,
        CollectionChannel::Other => wire::CollectionChannel::Other,
    }
}

pub(super) fn read_channel(number: i32) -> Result<CollectionChannel, WireDefect> {
    match read::enumerated(number)? {
        wire::CollectionChannel::Unspecified => Err(read::unspecified()),
        wire::CollectionChannel::DailyManagement => Ok(CollectionChannel::DailyManagement),
        wire::CollectionChannel::SpecialInspection => Ok(CollectionChannel::SpecialInspection),
        wire::CollectionChannel::Enforcement => Ok(CollectionChannel::Enforcement),
        wire::CollectionChannel::Complaint => Ok(CollectionChannel::Complaint),
        wire::CollectionChannel::Other => Ok(CollectionChannel::Other),
    }
}

pub(super) fn write_feed_mode(mode: FeedMode) -> wire::FeedMode {
    match mode {
        FeedMode::Full => wire::FeedMode::Full,
        FeedMode::Delta => wire::FeedMode::Delta,
    }
}

pub(super) fn read_feed_mode(number: i32) -> Result<FeedMode, WireDefect> {
    match read::enumerated(number)? {
        wire::FeedMode::Unspecified => Err(read::unspecified()),
        wire::FeedMode::Full => Ok(FeedMode::Full),
        wire::FeedMode::Delta => Ok(FeedMode::Delta),
    }
}

pub(super) fn write_publicity_of(of: &PublicityOf) -> Option<wire::publicity_opened::Of> {
    use wire::publicity_opened::Of;
    match of {
        PublicityOf::Cases(cases) => Some(Of::Cases(write_case_set(cases))),
        PublicityOf::List(list) => write::entry_ref(list).map(Of::List),
    }
}

pub(super) fn read_publicity_of(of: Option<wire::publicity_opened::Of>) -> Result<PublicityOf, WireDefect> {
    use wire::publicity_opened::Of;
    match read::present(of)? {
        Of::Cases(cases) => read_case_set(Some(cases)).at("cases").map(PublicityOf::Cases),
        Of::List(list) => read::entry_ref(Some(list)).at("list").map(PublicityOf::List),
    }
}

pub(super) fn write_interpretation(outcome: &Interpretation) -> wire::act_interpreted::Outcome {
    use wire::act_interpreted::Outcome;
    match outcome {
        Interpretation::Applied => Outcome::Applied(wire::Applied {}),
        Interpretation::Rejected { code, reason } => {
            Outcome::Rejected(wire::Rejected { code: code.clone(), reason: reason.clone() })
        }
        Interpretation::Waiting { code, reason } => {
            Outcome::Waiting(wire::Waiting { code: code.clone(), reason: reason.clone() })
        }
    }
}

pub(super) fn read_interpretation(
    outcome: Option<wire::act_interpreted::Outcome>,
) -> Result<Interpretation, WireDefect> {
    use wire::act_interpreted::Outcome;
    Ok(match read::present(outcome).at("outcome")? {
        Outcome::Applied(wire::Applied {}) => Interpretation::Applied,
        Outcome::Rejected(rejected) => {
            Interpretation::Rejected { code: read::token(rejected.code).at("rejected.code")?, reason: rejected.reason }
        }
        Outcome::Waiting(waiting) => {
            Interpretation::Waiting { code: read::token(waiting.code).at("waiting.code")?, reason: waiting.reason }
        }
    })
}

pub(super) fn write_row_rejection(row: &RowRejection) -> wire::RowRejection {
    wire::RowRejection { case_id: Some(write_case(&row.case)), code: row.code.clone(), reason: row.reason.clone() }
}

pub(super) fn read_row_rejection(row: wire::RowRejection) -> Result<RowRejection, WireDefect> {
    Ok(RowRejection {
        case: read_case(row.case_id).at("case_id")?,
        code: read::token(row.code).at("code")?,
        reason: row.reason,
    })
}

pub(super) fn write_exception(exception: &ReviewException) -> wire::ReviewException {
    use wire::review_exception::Decision;
    let decision = match &exception.decision {
        ReviewDecision::Return { defects } => Decision::Return(wire::Return { defects: defects.clone() }),
        ReviewDecision::Reject { reason } => Decision::Reject(wire::Reject { reason: reason.clone() }),
    };
    wire::ReviewException { case_id: Some(write_case(&exception.case)), decision: Some(decision) }
}

pub(super) fn read_exception(exception: wire::ReviewException) -> Result<ReviewException, WireDefect> {
    use wire::review_exception::Decision;
    let case = read_case(exception.case_id).at("case_id")?;
    let decision = match read::present(exception.decision).at("decision")? {
        Decision::Return(returned) => ReviewDecision::Return { defects: returned.defects },
        Decision::Reject(reject) => ReviewDecision::Reject { reason: reject.reason },
    };
    Ok(ReviewException { case, decision })
}

pub(super) fn write_detail(detail: &ResultDetail) -> result::ResultDetail {
    result::ResultDetail { recogniser: detail.recogniser.to_string(), manifest: Some(write_manifest(&detail.manifest)) }
}

pub(super) fn read_detail(detail: result::ResultDetail) -> Result<ResultDetail, WireDefect> {
    Ok(ResultDetail {
        recogniser: read::node(detail.recogniser).at("recogniser")?,
        manifest: read_manifest(detail.manifest).at("manifest")?,
    })
}

pub(super) fn write_counts(counts: &ResultCounts) -> result::ResultCounts {
    let ResultCounts { red, black, removed, held } = *counts;
    result::ResultCounts { red, black, removed, held }
}

pub(super) fn read_counts(counts: Option<result::ResultCounts>) -> Result<ResultCounts, WireDefect> {
    let result::ResultCounts { red, black, removed, held } = read::present(counts)?;
    Ok(ResultCounts { red, black, removed, held })
}
