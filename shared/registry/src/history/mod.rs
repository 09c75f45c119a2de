//! Everything that was done in a case, or about a subject, told from the logs held here, one Chinese sentence an act.

mod sentence;
pub mod subject;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::NaiveDate;
use honghei_codec::entry::decode_header;
use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::act::{Act, FeedMode, Interpretation, OfficerId, PublicityOf, ReviewDecision};
use honghei_domain::audience::Topology;
use honghei_domain::bulletin::{BulletinAct, Issued, Posted};
use honghei_domain::clock;
use honghei_domain::feed::NO_LONGER_LISTED;
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::{CaseId, ChunkSlice, ListKind, ListManifest};
use honghei_domain::listing::{ExitPlace, ListingAct};
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_store::Tx;

use crate::behalf::{self, Offices};
use crate::context::Context;
use crate::desk::review::entry_in_list;
use crate::desk::{bulletin, dossiers, listing, members};
use crate::entry::Entry;
use crate::error::Fault;
use crate::view::Step;

use self::sentence::{listing_sentence, verdict_sentence};

/// Entries read from a log at a time.
const PAGE: u32 = 256;

/// Everything done in a case, from the recogniser's log and the logs above it.
pub async fn history(tx: &mut dyn Tx, cx: &Context, id: &CaseId) -> Result<Vec<Step>, Fault> {
    Ok(merged(told(tx, cx, id).await?.into_values()))
}

/// The same, log by log.
async fn told(tx: &mut dyn Tx, cx: &Context, id: &CaseId) -> Result<BTreeMap<LogId, Keyed>, Fault> {
    let mut lists = BTreeSet::new();
    for list in dossiers::lists_of_case(tx, id).await? {
        if entry_in_list(tx, &list, id).await?.is_some() {
            lists.insert(list);
        }
    }
    let mut teller = Teller { case: id, lists, followed: BTreeSet::new(), names: BTreeMap::new() };
    let mut told = BTreeMap::new();
    for log in logs_above(tx, cx, &id.origin).await? {
        let steps = teller.tell(tx, cx, &log).await?;
        told.insert(log, steps);
    }
    Ok(told)
}

/// The steps of several logs in one order. Each log keeps its own; between logs the day counts, then the writers'
/// clocks, then the course of the procedure, since a rehearsal's clock stands still for a whole day.
fn merged(told: impl IntoIterator<Item = Keyed>) -> Vec<Step> {
    let mut told: Vec<Keyed> = told.into_iter().collect();
    let mut steps = Vec::new();
    while let Some(next) =
        told.iter_mut().filter(|log| !log.is_empty()).min_by_key(|log| log.front().map(|(key, _)| *key))
    {
        steps.extend(next.pop_front().map(|(_, step)| step));
    }
    steps
}

/// Legal day, writer's clock in milliseconds, place in the procedure.
type StepKey = (NaiveDate, i64, usize);

/// The steps of one log, in its order.
type Keyed = VecDeque<(StepKey, Step)>;

/// The logs held here of a node and of those above it, the node's own first.
async fn logs_above(tx: &mut dyn Tx, cx: &Context, node: &NodeId) -> Result<Vec<LogId>, Fault> {
    let heads = tx.heads().await?;
    let mut path = vec![node.clone()];
    while let Some(parent) = path.last().and_then(|last| cx.directory().parent(last))
        && path.len() < 8
    {
        path.push(parent);
    }
    let of = |node: &NodeId| heads.iter().filter(|head| head.log.node == *node).map(|head| head.log.clone()).collect();
    Ok(path.iter().flat_map(|node| -> Vec<LogId> { of(node) }).collect())
}

/// Kinds of acts that can bear on a case, in the order of the procedure; the others are passed over unread.
const TELLING: [&str; 40] = [
    "records-collected",
    "feed-imported",
    "entries-corrected",
    "notice-served",
    "statement-received",
    "statement-disposed",
    "list-certified",
    "list-approved",
    "list-disapproved",
    "list-declared",
    "materials-received",
    "act-interpreted",
    "list-reviewed",
    "review-signed",
    "publicity-opened",
    "objection-received",
    "objection-verified",
    "publicity-closed",
    "list-reported",
    "entry-withdrawn",
    "result-published",
    "dispute-received",
    "dispute-verified",
    "dispute-decided",
    "repair-applied",
    "repair-accepted",
    "repair-decided",
    "repair-revoked",
    "entry-exited",
    "entries-expired",
    "entry-marked",
    "list-announced",
    "exit-announced",
    "exits-filed",
    "filing-received",
    "restoration-offered",
    "restoration-answered",
    "conflict-noticed",
    "conflict-answered",
    "bulletin-issued",
];

struct Teller<'a> {
    case: &'a CaseId,
    /// Lists that hold the case.
    lists: BTreeSet<EntryRef>,
    /// Acts told so far that later ones refer to.
    followed: BTreeSet<EntryRef>,
    names: BTreeMap<(NodeId, OfficerId), String>,
}

impl Teller<'_> {
    async fn tell(&mut self, tx: &mut dyn Tx, cx: &Context, log: &LogId) -> Result<Keyed, Fault> {
        let mut from = 0;
        let mut steps = VecDeque::new();
        let tier = cx.directory().node(&log.node).map(|node| node.tier);
        let mut offices = Offices::default();
        loop {
            let rows = tx.entries(log, from, PAGE).await?;
            let Some(last) = rows.last() else { return Ok(steps) };
            from = last.at.index + 1;
            for row in &rows {
                let Some(header) = &row.header else { continue };
                let header = decode_header(header).map_err(Fault::unreadable(format!("entry {}", row.at)))?;
                let kind = header.kind.as_str();
                if behalf::FOLLOWED.contains(&kind) {
                    if let Some(entry) = Entry::read(row)? {
                        offices.take(&entry);
                    }
                    continue;
                }
                let Some(place) = TELLING.iter().position(|telling| *telling == kind) else { continue };
                let Some(entry) = Entry::read(row)? else { continue };
                let Some(sentence) = self.sentence(tx, &entry).await? else { continue };
                self.followed.insert(entry.at.clone());
                let behalf = tier.and_then(|tier| offices.head_of(&entry, tier)).map(behalf::words).unwrap_or_default();
                let officer = format!("{}{behalf}", self.officer(tx, &entry).await?);
                let (case, kind) = (Some(self.case.clone()), entry.body.act.kind());
                let step = Step { done_on: entry.body.done_on, at: entry.at, case, kind, sentence, officer };
                // The reviewer's publicity follows its review.
                let late = if step.at.log.node == self.case.origin { 0 } else { TELLING.len() };
                steps.push_back(((step.done_on, header.time_ms, place + late), step));
            }
        }
    }

    /// What an act means for the case; `None` where it means nothing.
    async fn sentence(&self, tx: &mut dyn Tx, entry: &Entry) -> Result<Option<String>, Fault> {
        let own = entry.at.log.node == self.case.origin;
        let number = self.case.number;
        let listed = |list: &EntryRef| self.lists.contains(list);
        Ok(match entry.act() {
            Act::RecordsCollected { manifest, source, .. } if own && self.holds(tx, manifest).await? => {
                Some(format!("采集入库，来源：{source}"))
            }
            Act::FeedImported { manifest, source, .. } if own && self.holds(tx, manifest).await? => {
                Some(format!("由部门名单{source}导入"))
            }
            Act::FeedImported { gone, revoked, source, mode, as_of, .. } if own && gone.contains(number) => {
                let why = match mode {
                    _ if revoked.contains(number) => format!("部门名单{source}注明该条目已撤销或移出"),
                    FeedMode::Full => format!("全量部门名单{source}不再列有该条目"),
                    FeedMode::Delta => format!("增量部门名单{source}更正了该条目，原记录"),
                };
                Some(format!("{as_of}的{why}，退出（{NO_LONGER_LISTED}）"))
            }
            Act::EntriesCorrected { manifest, reason, .. } if own && self.holds(tx, manifest).await? => {
                Some(format!("补正记录：{reason}"))
            }
            Act::NoticeServed { cases, method, served_on, .. } if own && cases.contains(number) => {
                Some(format!("{served_on}以{method}送达告知书"))
            }
            Act::PublicityOpened { of: PublicityOf::Cases(cases), channel, opened_on, ends_on }
                if own && cases.contains(number) =>
            {
                Some(format!("{opened_on}至{ends_on}公示，渠道：{channel}"))
            }
            Act::PublicityOpened { of: PublicityOf::List(list), channel, opened_on, ends_on } if listed(list) => {
                Some(format!("审核后公示{opened_on}至{ends_on}，渠道：{channel}"))
            }
            Act::PublicityClosed { publicity, closed_on } if self.followed.contains(publicity) => {
                Some(format!("公示期满，{closed_on}结束"))
            }
            Act::StatementReceived { case, by, .. } if case == self.case => Some(format!("收到{by}的陈述申辩")),
            Act::StatementDisposed { case, adopted, reason, .. } if case == self.case => {
                Some(format!("陈述申辩{}：{reason}", if *adopted { "予以采纳" } else { "不予采纳" }))
            }
            Act::ListCertified { kind, opinion, .. } if listed(&entry.at) => {
                let colour = match kind {
                    ListKind::Red => "红名单",
                    ListKind::Black => "黑名单",
                };
                Some(format!("认定列入{colour}：{opinion}"))
            }
            Act::ListApproved { list, meeting, held_on, decision, .. } if listed(list) => {
                Some(format!("{held_on}经{meeting}集体审查通过：{decision}"))
            }
            Act::ListDisapproved { list, meeting, held_on, votes, reason, .. } if listed(list) => {
                Some(format!("{held_on}经{meeting}集体审查未获通过（{}）：{reason}", votes.zh()))
            }
            Act::ListDeclared { list, to, .. } if listed(list) => Some(format!("向{to}申报")),
            Act::MaterialsReceived { list, due_on, .. } if listed(list) => {
                Some(format!("收到申报材料，应于{due_on}前审核"))
            }
            Act::ActInterpreted { act, outcome, rows } if self.followed.contains(act) || listed(act) => {
                let row = rows.iter().find(|row| row.case == *self.case);
                match (row, outcome) {
                    (Some(row), _) => Some(format!("系统校验未通过：{}（{}）", row.reason, row.code)),
                    (None, Interpretation::Rejected { code, reason }) => {
                        Some(format!("整批未予受理：{reason}（{code}）"))
                    }
                    _ => None,
                }
            }
            Act::ListReviewed { list, exceptions, opinion, .. } if listed(list) => {
                let decision = exceptions.iter().find(|exception| exception.case == *self.case);
                Some(match decision.map(|exception| &exception.decision) {
                    None => format!("审核通过：{opinion}"),
                    Some(ReviewDecision::Return { defects }) => format!("退回补正：{}", defects.join("；")),
                    Some(ReviewDecision::Reject { reason }) => format!("审核不予通过：{reason}"),
                })
            }
            Act::ReviewSigned { list, publicity_waived, .. } if listed(list) => Some(match publicity_waived {
                None => "签署审核意见".to_owned(),
                Some(reason) => format!("签署审核意见，不再公示：{reason}"),
            }),
            Act::ObjectionReceived { case, by, .. } if case == self.case => Some(format!("收到{by}的异议")),
            Act::ObjectionVerified { case, upheld, reason, .. } if case == self.case => {
                Some(format!("异议核实{}：{reason}", if *upheld { "成立" } else { "不成立" }))
            }
            Act::ListReported { list, excluded, .. } if listed(list) => {
                (!excluded.contains(number)).then(|| "上报省级比对".to_owned())
            }
            Act::EntryWithdrawn { case, code, reason, .. } if case == self.case => {
                Some(format!("撤出（{code}）：{reason}"))
            }
            Act::Listing(act) => self.listed(tx, &entry.at, act).await?,
            Act::Bulletin(BulletinAct::Issued(issued)) if own => self.posted(tx, issued).await?,
            Act::ResultPublished { version, details, .. } => {
                let mine = details.iter().filter(|detail| detail.recogniser == self.case.origin);
                let slices: Vec<&ChunkSlice> = mine.flat_map(|detail| &detail.manifest.chunks).collect();
                self.detail(tx, &slices).await?.map(|row| verdict_sentence(*version, &row))
            }
            _ => None,
        })
    }

    /// What an act on listed entries means for the case.
    async fn listed(&self, tx: &mut dyn Tx, at: &EntryRef, act: &ListingAct) -> Result<Option<String>, Fault> {
        let author = &at.log.node;
        if let Some(case) = act.case() {
            return Ok((case == self.case).then(|| listing_sentence(act)));
        }
        Ok(match act {
            ListingAct::EntriesExpired { cases, .. }
                if *author == self.case.origin && cases.contains(self.case.number) =>
            {
                Some(listing_sentence(act))
            }
            // What a bureau publishes by itself; of a version everybody is told alike.
            ListingAct::ListAnnounced { version: 0, .. }
                if *author == self.case.origin && self.passed_before(tx, at).await? =>
            {
                Some(listing_sentence(act))
            }
            ListingAct::ExitAnnounced { exit, .. } if self.left_by(tx, std::slice::from_ref(exit)).await? => {
                Some(listing_sentence(act))
            }
            ListingAct::ExitsFiled { exits, .. } if self.left_by(tx, exits).await? => Some(listing_sentence(act)),
            ListingAct::FilingReceived { filing, .. } => {
                let filed = Entry::find(tx, filing).await?;
                match filed.map(|filed| filed.body.act) {
                    Some(Act::Listing(ListingAct::ExitsFiled { exits, .. })) if self.left_by(tx, &exits).await? => {
                        Some(listing_sentence(act))
                    }
                    _ => None,
                }
            }
            _ => None,
        })
    }

    /// What a bulletin says of the case.
    async fn posted(&self, tx: &mut dyn Tx, issued: &Issued) -> Result<Option<String>, Fault> {
        let number = self.case.number;
        let mut manifest = issued.rows.clone();
        manifest.chunks.retain(|slice| (slice.first_case..=slice.last_case).contains(&number));
        let rows = bulletin::rows(tx, &manifest).await?.unwrap_or_default();
        let row = rows.iter().find(|row| row.case == *self.case);
        Ok(row.map(|row| {
            let what = match row.posted {
                Posted::InForce { .. } => "载入",
                Posted::Left { .. } => "退出情况载入",
            };
            format!("{what}{}红黑榜", issued.quarter.zh())
        }))
    }

    /// Whether a list with the case had been passed before an act of its recogniser.
    async fn passed_before(&self, tx: &mut dyn Tx, at: &EntryRef) -> Result<bool, Fault> {
        for list in &self.lists {
            let dossier = dossiers::read(tx, list).await?;
            let passed = dossier.as_ref().and_then(clock::passed).and_then(|passed| passed.act);
            if passed.is_some_and(|passed| passed < *at) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the case left by one of some exits.
    async fn left_by(&self, tx: &mut dyn Tx, exits: &[ExitPlace]) -> Result<bool, Fault> {
        for exit in exits.iter().filter(|exit| exit.recogniser == self.case.origin) {
            let departure = listing::departure(tx, exit).await?;
            if departure.is_some_and(|departure| departure.cases.contains(self.case.number)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a manifest of the origin's own cases holds the case, exactly.
    async fn holds(&self, tx: &mut dyn Tx, manifest: &ListManifest) -> Result<bool, Fault> {
        let number = self.case.number;
        for slice in manifest.chunks.iter().filter(|slice| (slice.first_case..=slice.last_case).contains(&number)) {
            if slice.last_case - slice.first_case + 1 == slice.count {
                return Ok(true);
            }
            let Some(bytes) = tx.chunk(&slice.digest).await? else { continue };
            for salted in open_entries(&bytes).map_err(Fault::unreadable("a chunk"))? {
                if decode_entry(&salted.body).map_err(Fault::unreadable("a list entry"))?.case == *self.case {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    async fn detail(&self, tx: &mut dyn Tx, slices: &[&ChunkSlice]) -> Result<Option<DetailRow>, Fault> {
        let number = self.case.number;
        for slice in slices.iter().filter(|slice| (slice.first_case..=slice.last_case).contains(&number)) {
            let rows = listing::detail_rows(tx, &slice.digest).await?;
            if let Some(row) = rows.into_iter().find(|row| row.case() == self.case) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    async fn officer(&mut self, tx: &mut dyn Tx, entry: &Entry) -> Result<String, Fault> {
        let Some(signature) = entry.envelope.signatures.first() else { return Ok(String::new()) };
        let key = (signature.node.clone(), signature.officer.clone());
        if let Some(name) = self.names.get(&key) {
            return Ok(name.clone());
        }
        let name = members::signer_name(tx, entry).await?;
        self.names.insert(key, name.clone());
        Ok(name)
    }
}
