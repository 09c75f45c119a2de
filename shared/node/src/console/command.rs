//! From an officer's request to a command of the registry: fields checked one by one, files taken in.

use std::sync::Arc;

use honghei_domain::account::IntakeAccount;
use honghei_domain::act::{Ballot, Officer, ReviewDecision, ReviewException};
use honghei_domain::comparison::Finding;
use honghei_domain::directory::PublicKeyRecord;
use honghei_domain::evidence::BehaviourEvent;
use honghei_domain::list::{Attestation, CaseId, Department, ListEntry, ListKind};
use honghei_domain::listing::ListingCommand;
use honghei_domain::node::EntryRef;
use honghei_domain::permit::{self, Action};
use honghei_intake::Request;
use honghei_ledger::{Algorithm, PublicKey};
use honghei_proto::console::v1::propose_request::Command as Wire;
use honghei_proto::console::v1::{
    AppointOfficer, Collect, Correct, Disseminate, FileOptions, ImportFeed, ImportSummary, RecordEvents,
    ReviewExceptionRow, RuleIdentity, TakeDelivery,
};
use honghei_registry::command::{Adoption, Command, RulingAbout};
use honghei_registry::context::Context;
use honghei_registry::packed::PackedEntries;

use super::file::{Secret, Taken, Treatment, explain_territory};
use super::query::subject;
use super::{fields, listing};
use crate::answer::Answer;

/// What an officer's request needs his roles to permit; `None` for a countersignature, whose proposal says so.
pub fn action_of(command: &Wire) -> Option<Action> {
    Some(match command {
        Wire::AppointOfficer(_) => Action::AppointOfficer,
        Wire::CertifyOfficer(_) => Action::CertifyOfficer,
        Wire::Collect(_) | Wire::RecordEvents(_) => Action::Collect,
        Wire::Correct(_) | Wire::AttachFiles(_) | Wire::Attest(_) => Action::Correct,
        Wire::ServeNotice(_) => Action::ServeNotice,
        Wire::PublicizeCases(_) => Action::OpenPublicity,
        Wire::ReceiveStatement(_) => Action::ReceiveStatement,
        Wire::DisposeStatement(_) => Action::DisposeStatement,
        Wire::Certify(_) => Action::Certify,
        Wire::ApproveList(_) | Wire::DisapproveList(_) => Action::RecordApproval,
        Wire::Delegate(_) | Wire::EndDelegation(_) => Action::Delegate,
        Wire::Declare(_) => Action::Declare,
        Wire::Review(_) => Action::Review,
        Wire::SignReview(_) => Action::SignReview,
        Wire::PublicizeList(_) => Action::OpenReviewPublicity,
        Wire::ReceiveObjection(_) => Action::ReceiveObjection,
        Wire::VerifyObjection(_) => Action::VerifyObjection,
        Wire::Withdraw(_) => Action::Withdraw,
        Wire::ImportFeed(_) | Wire::RegisterFeed(_) | Wire::TakeDelivery(_) => Action::ImportFeed,
        Wire::PublishResult(_) => Action::PublishResult,
        Wire::Listing(asked) => listing::action_of(asked),
        Wire::RuleIdentity(_) => Action::Compare,
        Wire::IssueBulletin(_) => Action::IssueBulletin,
        Wire::Disseminate(_) => Action::Disseminate,
        Wire::Countersign(_) => return None,
    })
}

/// A request as far as it can be understood without the store.
#[derive(Debug)]
pub enum Asked {
    /// A whole command.
    Command(Command),
    /// A command whose entries stand in a file.
    File(Box<FileAsked>),
    /// A declaration, of the only list not yet declared where none is named, with its uploaded materials.
    Declare(Option<EntryRef>, Vec<String>),
    /// A dissemination, whose files are uploads.
    Disseminate(Disseminate),
    /// Uploaded documents of a case.
    Attach(CaseId, Vec<String>),
    /// An application for repair with its uploaded files.
    Repair(Box<ListingCommand>, Vec<String>),
    /// An objection to a case whose list is to be found.
    Object(CaseId, String, String),
    /// A further signature under a proposal that waits.
    Countersign(String),
    /// A department's list that a machine brought.
    Take(TakeDelivery),
}

/// A command whose entries stand in a file.
#[derive(Debug)]
pub struct FileAsked {
    /// The upload's name.
    pub upload: String,
    /// How the file is read.
    pub request: Request,
    /// How bad rows are treated.
    pub treatment: Treatment,
    /// What the entries become.
    pub purpose: Purpose,
}

/// What the entries of a file become.
#[derive(Debug)]
pub enum Purpose {
    /// Candidates.
    Collect(Collect),
    /// Corrected records of these cases.
    Correct(Correct),
    /// A department's feed.
    Feed(ImportFeed),
    /// Behaviour events.
    Events(RecordEvents),
}

/// Reads a request.
pub fn read(wire: Wire, cx: &Context) -> Result<Asked, Answer> {
    let command = match wire {
        Wire::AppointOfficer(asked) => Command::AppointOfficer(officer(asked, cx)?),
        Wire::CertifyOfficer(asked) => Command::CertifyOfficer {
            node: fields::node("node", &asked.node)?,
            officer: fields::officer("officer", &asked.officer)?,
        },
        Wire::Collect(asked) => {
            fields::channel(&asked.channel)?;
            return file_asked(asked.file.clone(), cx, Purpose::Collect(asked));
        }
        Wire::Correct(asked) => {
            fields::text("reason", &asked.reason)?;
            return file_asked(asked.file.clone(), cx, Purpose::Correct(asked));
        }
        Wire::RecordEvents(asked) => {
            fields::channel(&asked.channel)?;
            return file_asked(asked.file.clone(), cx, Purpose::Events(asked));
        }
        Wire::ImportFeed(asked) => {
            return file_asked(asked.file.clone(), cx, Purpose::Feed(asked));
        }
        Wire::ServeNotice(asked) => Command::ServeNotice {
            cases: fields::cases(&asked.cases)?,
            method: fields::text("method", &asked.method)?,
            served_on: fields::day("served_on", &asked.served_on)?,
            proof: fields::text("proof", &asked.proof)?,
        },
        Wire::PublicizeCases(asked) => Command::PublicizeCases {
            cases: fields::cases(&asked.cases)?,
            channel: fields::text("channel", &asked.channel)?,
        },
        Wire::ReceiveStatement(asked) => Command::ReceiveStatement {
            case: fields::case("case_id", &asked.case_id)?,
            by: fields::text("by", &asked.by)?,
            grounds: fields::text("grounds", &asked.grounds)?,
        },
        Wire::DisposeStatement(asked) => Command::DisposeStatement {
            statement: fields::entry("statement", &asked.statement)?,
            adopted: adoption(asked.adopted),
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::Certify(asked) => {
            let cases = fields::cases(&asked.cases)?;
            Command::Certify {
                kind: fields::kind(&asked.kind)?,
                cases: (!cases.is_empty()).then_some(cases),
                opinion: fields::text("opinion", &asked.opinion)?,
            }
        }
        Wire::ApproveList(asked) => Command::ApproveList {
            list: fields::entry("list", &asked.list)?,
            meeting: fields::text("meeting", &asked.meeting)?,
            held_on: fields::day("held_on", &asked.held_on)?,
            decision: fields::text("decision", &asked.decision)?,
        },
        Wire::DisapproveList(asked) => Command::DisapproveList {
            list: fields::entry("list", &asked.list)?,
            meeting: fields::text("meeting", &asked.meeting)?,
            held_on: fields::day("held_on", &asked.held_on)?,
            votes: Ballot { in_favour: asked.in_favour, against: asked.against, abstained: asked.abstained },
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::Delegate(asked) => Command::Delegate {
            to: fields::officer("to", &asked.to)?,
            starts_on: fields::day("starts_on", &asked.starts_on)?,
            ends_on: fields::day("ends_on", &asked.ends_on)?,
            scope: asked.scope.iter().map(|scope| fields::business(scope)).collect::<Result<_, _>>()?,
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::EndDelegation(asked) => Command::EndDelegation { to: fields::officer("to", &asked.to)? },
        Wire::Declare(asked) => {
            let named = (!asked.list.trim().is_empty()).then(|| fields::entry("list", &asked.list)).transpose()?;
            return Ok(Asked::Declare(named, asked.materials));
        }
        Wire::AttachFiles(asked) => {
            if asked.files.is_empty() {
                return Err(Answer::field("files", "没有指定文件"));
            }
            return Ok(Asked::Attach(fields::case("case_id", &asked.case_id)?, asked.files));
        }
        Wire::Attest(asked) => {
            if asked.qualities.is_empty() {
                return Err(Answer::field("qualities", "没有写明确认事项"));
            }
            let said = asked.qualities.iter().map(|said| {
                let code = fields::text("qualities.code", &said.code)?;
                Ok(Attestation { code, text: fields::text("qualities.text", &said.text)? })
            });
            Command::Attest {
                case: fields::case("case_id", &asked.case_id)?,
                attestations: said.collect::<Result<_, Answer>>()?,
            }
        }
        Wire::Review(asked) => Command::Review {
            list: fields::entry("list", &asked.list)?,
            exceptions: asked.exceptions.into_iter().map(exception).collect::<Result<_, _>>()?,
            opinion: fields::text("opinion", &asked.opinion)?,
        },
        Wire::SignReview(asked) => Command::SignReview {
            list: fields::entry("list", &asked.list)?,
            publicity_waived: Some(asked.publicity_waived.trim().to_owned()).filter(|reason| !reason.is_empty()),
        },
        Wire::PublicizeList(asked) => Command::PublicizeList {
            list: fields::entry("list", &asked.list)?,
            channel: fields::text("channel", &asked.channel)?,
        },
        Wire::ReceiveObjection(asked) => {
            let case = fields::case("case_id", &asked.case_id)?;
            let (by, grounds) = (fields::text("by", &asked.by)?, fields::text("grounds", &asked.grounds)?);
            if asked.list.trim().is_empty() {
                return Ok(Asked::Object(case, by, grounds));
            }
            Command::ReceiveObjection { list: fields::entry("list", &asked.list)?, case, by, grounds }
        }
        Wire::VerifyObjection(asked) => Command::VerifyObjection {
            objection: fields::entry("objection", &asked.objection)?,
            upheld: adoption(asked.upheld),
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::Withdraw(asked) => Command::Withdraw {
            case: fields::case("case_id", &asked.case_id)?,
            code: fields::text("code", &asked.code)?,
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::Countersign(asked) => return Ok(Asked::Countersign(fields::text("id", &asked.id)?)),
        Wire::RegisterFeed(asked) => Command::RegisterFeed(super::feed::registration(asked)?),
        Wire::TakeDelivery(asked) => return Ok(Asked::Take(asked)),
        Wire::RuleIdentity(asked) => rule_identity(&asked)?,
        Wire::IssueBulletin(asked) => super::bulletin::issue(&asked, cx)?,
        Wire::Disseminate(asked) => return Ok(Asked::Disseminate(asked)),
        Wire::Listing(asked) => {
            let files = listing::files_of(&asked);
            let command = listing::read(asked)?;
            if !files.is_empty() {
                return Ok(Asked::Repair(Box::new(command), files));
            }
            Command::Listing(command)
        }
        Wire::PublishResult(asked) => Command::PublishResult {
            agreed_removal_percent: Some(asked.agreed_removal_percent).filter(|percent| *percent > 0),
        },
    };
    Ok(Asked::Command(command))
}

fn rule_identity(asked: &RuleIdentity) -> Result<Command, Answer> {
    let about = match (asked.case_id.as_str(), asked.one.as_str(), asked.other.as_str()) {
        ("", one, other) => {
            let (one, other) = (subject("one", one)?, subject("other", other)?);
            RulingAbout::Subjects(one, other)
        }
        (case, ..) => RulingAbout::Held(fields::case("case_id", case)?),
    };
    Ok(Command::RuleIdentity {
        about,
        finding: match asked.finding.as_str() {
            "same" => Finding::Same,
            "different" => Finding::Different,
            _ => return Err(Answer::field("finding", "finding 应为 same 或 different")),
        },
        reason: fields::text("reason", &asked.reason)?,
        until: if asked.until.is_empty() { None } else { Some(fields::day("until", &asked.until)?) },
    })
}

fn adoption(stands: bool) -> Adoption {
    if stands { Adoption::Adopted } else { Adoption::NotAdopted }
}

fn officer(asked: AppointOfficer, cx: &Context) -> Result<Officer, Answer> {
    let roles = asked.roles.iter().map(|role| fields::role(role)).collect::<Result<Vec<_>, _>>()?;
    if roles.is_empty() {
        return Err(Answer::field("roles", "至少要有一个岗位"));
    }
    permit::compatible(&roles)?;
    let unsound = |defect: honghei_ledger::LedgerDefect| Answer::field("key", format!("公钥无效：{defect}"));
    let algorithm = Algorithm::from_name(&asked.key_algorithm).map_err(unsound)?;
    PublicKey::new(algorithm, &asked.key).map_err(unsound)?;
    Ok(Officer {
        id: fields::officer("id", &asked.id)?,
        node: cx.me().clone(),
        name: fields::text("name", &asked.name)?,
        title: fields::text("title", &asked.title)?,
        roles,
        key: PublicKeyRecord { algorithm: asked.key_algorithm, key: asked.key },
    })
}

fn exception(row: ReviewExceptionRow) -> Result<ReviewException, Answer> {
    let reasons = row.reasons.iter().map(|reason| fields::text("reasons", reason)).collect::<Result<Vec<_>, _>>()?;
    let decision = match (row.decision.as_str(), reasons.as_slice()) {
        (_, []) => return Err(Answer::field("reasons", "退回或不予通过须说明理由")),
        ("return", _) => ReviewDecision::Return { defects: reasons },
        ("reject", _) => ReviewDecision::Reject { reason: reasons.join("；") },
        _ => return Err(Answer::field("decision", "decision 应为 return（退回补正）或 reject（不予通过）")),
    };
    Ok(ReviewException { case: fields::case("case_id", &row.case_id)?, decision })
}

fn file_asked(file: Option<FileOptions>, cx: &Context, purpose: Purpose) -> Result<Asked, Answer> {
    let list = match &purpose {
        Purpose::Collect(asked) => Some((&asked.kind, &asked.department)),
        Purpose::Correct(asked) => Some((&asked.kind, &asked.department)),
        Purpose::Feed(asked) => Some((&asked.kind, &asked.department)),
        Purpose::Events(_) => None,
    };
    let file = file.ok_or_else(|| Answer::field("file", "没有指定文件"))?;
    let mut request = match list {
        Some((kind, department)) => request_of(cx, fields::kind(kind)?, fields::department(department)?, &purpose)?,
        None => Request::events(cx.me().clone(), &cx.record()?.name, cx.now.today),
    };
    request.mapping = super::feed::mapping(&file.mapping)?;
    let treatment = Treatment { strict: file.strict, confirm: file.confirm };
    Ok(Asked::File(Box::new(FileAsked { upload: file.upload, request, treatment, purpose })))
}

fn request_of(cx: &Context, kind: ListKind, department: Department, purpose: &Purpose) -> Result<Request, Answer> {
    let origin = cx.me().clone();
    if let Purpose::Feed(feed) = purpose {
        fields::text("source", &feed.source)?;
        fields::mode(&feed.mode)?;
        let as_of = fields::day("as_of", &feed.as_of)?;
        if as_of > cx.now.today {
            return Err(Answer::field("as_of", "as_of 不能晚于今天"));
        }
        if !feed.valid_to.is_empty() {
            fields::day("valid_to", &feed.valid_to)?;
        }
        return Ok(Request::feed(kind, department, origin, feed.organ.trim(), as_of));
    }
    let acts_for = cx.record()?.departments.contains(&department);
    let Some((_, policy)) = cx.reference.policy_of(&department).filter(|_| acts_for) else {
        let message = format!("本节点不为部门{}认定名单", department.0);
        return Err(Answer::refused("DEPARTMENT_NOT_HERE", message));
    };
    let of_kind = policy.criteria.iter().filter(|known| known.kind == kind && known.is_effective_on(cx.now.today));
    let criteria = of_kind.map(|known| known.code.clone()).collect();
    let mut request = Request::candidates(kind, department, origin, &cx.record()?.name, cx.now.today);
    request.criteria = Some(criteria);
    request.classes = policy.classes.iter().map(|class| (class.code.clone(), class.text.clone())).collect();
    request.attestables = policy.attestables(kind).collect();
    if let Purpose::Collect(collect) = purpose {
        request.subject_class = collect.default_class.trim().to_owned();
        if !request.subject_class.is_empty() && !policy.has_class(&request.subject_class) {
            return Err(Answer::field("default_class", "default_class 不是制度规定的主体类别"));
        }
    }
    Ok(request)
}

/// A command with what must be sealed away before it is written.
#[derive(Debug)]
pub struct WithSecrets {
    /// The command; none where nothing may enter.
    pub command: Option<Command>,
    /// Sealed personal numbers of its entries.
    pub secrets: Vec<Secret>,
    /// The account of the file.
    pub summary: ImportSummary,
    /// The report's bytes.
    pub report: Arc<Vec<u8>>,
}

/// Makes the command of a file that was taken in.
pub fn with_entries(purpose: Purpose, name: &str, taken: Taken, cx: &Context) -> Result<WithSecrets, Answer> {
    let Taken { mut entries, endings, events, secrets, account, summary, report, .. } = taken;
    let report = Arc::new(report);
    if entries.is_empty() && endings.is_empty() {
        return Ok(WithSecrets { command: None, secrets: Vec::new(), summary, report });
    }
    let command = match purpose {
        Purpose::Collect(asked) => {
            let reason = asked.territorial_override.trim();
            if !reason.is_empty() {
                entries = explain_territory(&cx.reference, &entries, reason)?;
            }
            let account = Some(Box::new(account));
            Command::Collect { channel: fields::channel(&asked.channel)?, source: name.to_owned(), entries, account }
        }
        Purpose::Correct(asked) => {
            let entries = numbered(unpacked(&entries)?, &asked.cases, summary.rows, cx)?;
            Command::Correct { entries, reason: fields::text("reason", &asked.reason)? }
        }
        Purpose::Feed(asked) => {
            let unread = summary.refused + summary.questioned;
            feed(asked, unpacked(&entries)?, unpacked(&endings)?, unread, account)?
        }
        Purpose::Events(asked) => {
            let sourced = |event| BehaviourEvent { source: name.to_owned(), ..event };
            let events = events.into_iter().map(sourced).collect();
            Command::RecordEvents { channel: fields::channel(&asked.channel)?, source: name.to_owned(), events }
        }
    };
    Ok(WithSecrets { command: Some(command), secrets, summary, report })
}

fn unpacked(entries: &PackedEntries) -> Result<Vec<ListEntry>, Answer> {
    Ok(entries.iter().collect::<Result<_, _>>()?)
}

/// Gives corrected rows the numbers of their cases: one row a case, in ascending order.
fn numbered(entries: Vec<ListEntry>, cases: &str, rows: u64, cx: &Context) -> Result<Vec<ListEntry>, Answer> {
    let cases = fields::cases(cases)?;
    // A row left out would shift every row after it to another case.
    if cases.len() != rows || cases.len() != entries.len() as u64 {
        let message = format!(
            "文件有{rows}行（其中{}行合格），而指定了{}个案件；每个案件应有一行，且须全部合格",
            entries.len(),
            cases.len()
        );
        return Err(Answer::refused("CORRECTION_ROWS_DIFFER", message));
    }
    let origin = cx.me();
    let number = |(number, entry)| ListEntry { case: CaseId { origin: origin.clone(), number }, ..entry };
    Ok(cases.iter().zip(entries).map(number).collect())
}

fn feed(
    asked: ImportFeed,
    mut entries: Vec<ListEntry>,
    endings: Vec<ListEntry>,
    unread: u64,
    account: IntakeAccount,
) -> Result<Command, Answer> {
    if !asked.valid_to.is_empty() {
        let valid_to = fields::day("valid_to", &asked.valid_to)?;
        for entry in &mut entries {
            entry.valid_to = entry.valid_to.or(Some(valid_to));
        }
    }
    if entries.iter().chain(&endings).any(|entry| entry.recognising_organ.trim().is_empty()) {
        return Err(Answer::field("organ", "文件没有认定部门一列，请用 organ 指明"));
    }
    Ok(Command::ImportFeed {
        source: fields::text("source", &asked.source)?,
        kind: fields::kind(&asked.kind)?,
        department: fields::department(&asked.department)?,
        mode: fields::mode(&asked.mode)?,
        as_of: fields::day("as_of", &asked.as_of)?,
        entries,
        endings,
        unread,
        account: Some(Box::new(account)),
        agreed_exits: asked.agreed_exits,
    })
}
