//! External reference lists, such as a national list of dishonest judgment debtors or an outside system's list of honours:
//! lists from outside the federation whose rows become no facts and remove nobody (AMB-07).
//!
//! A red that meets a row of a black list by a code or a name is noticed to its recogniser, who answers. A row of a red
//! list that meets a black of the federation is noticed to the red's owner; he stands outside, so the notice is the
//! province's own, whose officer passes it on and records the owner's answer, and it is open until the owner's list no
//! longer has a row that he said he would withdraw. Where codes and names leave open
//! whether both are one subject, the notice says what is doubtful, and a person tells. Nothing ever follows by itself. What
//! is to be noticed follows from the standing rows and the facts; a sweep walks the rows again whenever the own log has
//! grown. How far it has come is no projection: a rebuild finds the notices in the log, and the sweep adds none that is
//! there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::calendar::CountStartDay;
use honghei_domain::comparison::{Doubt, Fact, HeldReason, MatchKey, is_common, relate};
use honghei_domain::list::{CaseId, CaseSet, Digest, ListEntry, ListKind, SubjectForm};
use honghei_domain::listing::ListingAct;
use honghei_domain::name::{self, alike};
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::context::Context;
use honghei_registry::desk::listing;
use honghei_registry::engine::plain_draft;
use honghei_registry::entry::Draft;
use honghei_registry::error::Fault;
use honghei_registry::feed::{self, Feed};
use honghei_registry::question::Told;
use honghei_store::{SubjectAt, Tx};
use serde::{Deserialize, Serialize};

use super::gone;
use super::names::{Bearers, may_be_like};
use super::piece::{decode, encode, hashes_of, place_of, read_chunk};
use super::sorted::{Rows, Sorted};
use super::subjects::{Settlements, read_subjects};

/// Chunks of reference rows looked at in one transaction.
const CHUNKS: usize = 8;

/// Rows of names shown at most.
const NAMES: usize = 1000;

/// Subjects that may bear a name for which recognisers are asked; one that more bear tells nobody apart, and is shown to a
/// person who asks.
const BEARERS: usize = 8;

/// The meta key of how far the sweep has come.
const PASS: &str = "hub.references";

/// One walk over all reference rows.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Pass {
    /// The size of the own log when it began.
    size: u64,
    /// The next chunk.
    next: u64,
    /// Whether it came to the end.
    done: bool,
}

/// What the sweep found to be noticed.
#[derive(Debug, Default)]
pub struct Noticed {
    /// The notices.
    pub drafts: Vec<Draft>,
    /// Whether it has not come to the end.
    pub more: bool,
}

/// A reference row and an entry of the other kind that stands in the federation, which may be of one subject.
struct Met {
    row: ListEntry,
    own: Fact,
    key: MatchKey,
    doubt: Option<Doubt>,
    /// How many subjects bear a name of the row, or one like it where the two are only alike.
    bearers: usize,
}

impl Met {
    /// The red: the federation's, or the row itself.
    fn red(&self) -> &CaseId {
        if self.own.kind == ListKind::Red { &self.own.case } else { &self.row.case }
    }

    /// What it stands against.
    fn against(&self) -> &CaseId {
        if self.own.kind == ListKind::Red { &self.row.case } else { &self.own.case }
    }

    /// Whose black it is, and by which document.
    fn black(&self) -> (&str, &str) {
        match self.own.kind {
            ListKind::Red => (&self.row.recognising_organ, document_of(&self.row)),
            ListKind::Black => {
                let document = self.own.document.as_ref().map_or("", |document| document.number.as_str());
                (&self.own.recogniser, document)
            }
        }
    }

    /// Whether its recogniser is asked about it. Names of natural persons are shared by thousands.
    fn is_worth_asking(&self) -> bool {
        let named = self.key == MatchKey::Name;
        !named || (self.row.subject.form != SubjectForm::NaturalPerson && self.bearers <= BEARERS)
    }

    /// By what the two met, and what is doubtful about it.
    fn matched_by(&self) -> String {
        match self.doubt {
            None => self.key.chinese().to_owned(),
            Some(doubt) => format!("{}（{}）", self.key.chinese(), HeldReason::Identity(doubt).chinese()),
        }
    }
}

/// The rows of a delivery against those that stand: by subject, name, document and end; the day a row was recognised on
/// does not tell it from another, since many state none.
pub async fn sort(tx: &mut dyn Tx, cx: &Context, feed: &Feed, rows: Rows<'_>) -> Result<Sorted, Fault> {
    let mut standing: HashMap<String, u64> = HashMap::new();
    let mut by_document: HashMap<String, Vec<u64>> = HashMap::new();
    for (digest, cases) in gone::chunks(tx, cx.me(), &feed.standing).await? {
        for row in rows_of(tx, &digest, &cases).await? {
            standing.insert(spelling(&row), row.case.number);
            if !rows.endings.is_empty() && !document_of(&row).is_empty() {
                by_document.entry(documented(&row)).or_default().push(row.case.number);
            }
        }
    }
    let (mut fresh, mut seen) = (Vec::new(), Vec::new());
    for entry in rows.entries {
        match standing.get(&spelling(entry)) {
            Some(number) => seen.push(*number),
            None => fresh.push(entry.clone()),
        }
    }
    // Several rows of one name under one document cannot be told apart.
    let ended =
        rows.endings.iter().filter_map(|ending| match by_document.get(&documented(ending)).map(Vec::as_slice) {
            Some([number]) => Some(*number),
            _ => None,
        });
    let seen = CaseSet::from_numbers(seen);
    let revoked = CaseSet::from_numbers(ended).without(&seen);
    Ok(Sorted { fresh, seen, revoked, ..Sorted::default() })
}

fn spelling(row: &ListEntry) -> String {
    format!("{}|{:?}", named(row), row.valid_to)
}

/// Subject, name, and document with its issuer.
fn documented(row: &ListEntry) -> String {
    let issuer = row.document.as_ref().map_or("", |document| document.issuer.as_str());
    format!("{}|{issuer}", named(row))
}

fn named(row: &ListEntry) -> String {
    let key = SubjectKey::of(&row.subject);
    let name = name::normalise(&row.subject.name).key;
    format!("{key}|{name}|{}", document_of(row))
}

fn document_of(row: &ListEntry) -> &str {
    row.document.as_ref().map_or("", |document| document.number.as_str())
}

async fn rows_of(tx: &mut dyn Tx, digest: &Digest, cases: &CaseSet) -> Result<Vec<ListEntry>, Fault> {
    let mut rows = read_chunk(tx, digest, &CaseSet::default()).await?;
    rows.retain(|row| cases.contains(row.case.number));
    Ok(rows)
}

/// The registered reference lists with rows, each with the working days for an answer.
async fn lists(tx: &mut dyn Tx) -> Result<Vec<(Feed, u32)>, Fault> {
    let feeds = feed::all(tx).await?.into_iter().filter(|feed| !feed.standing.is_empty());
    Ok(feeds.filter_map(|feed| feed.source.reference.map(|days| (feed, days))).collect())
}

/// The notices that are to be given, as far as one bounded step finds them.
pub async fn notices(tx: &mut dyn Tx, cx: &Context) -> Result<Noticed, Fault> {
    let lists = lists(tx).await?;
    if lists.is_empty() || tx.mark_count().await? > 0 {
        return Ok(Noticed::default());
    }
    let size = tx.head(&cx.log).await?.map_or(0, |head| head.size);
    let mut pass = match tx.meta(PASS).await? {
        Some(bytes) => decode(&bytes, "the sweep over reference lists")?,
        None => Pass::default(),
    };
    if pass.done && pass.size == size {
        return Ok(Noticed::default());
    }
    if pass.done || pass.size == 0 {
        pass = Pass { size, ..Pass::default() };
    }
    let mut chunks = Vec::new();
    for (feed, days) in &lists {
        let found = gone::chunks(tx, cx.me(), &feed.standing).await?;
        chunks.extend(found.into_iter().map(|(digest, cases)| (feed, *days, digest, cases)));
    }
    let from = usize::try_from(pass.next).unwrap_or(usize::MAX);
    let mut drafts = Vec::new();
    let mut given = BTreeSet::new();
    for (feed, days, digest, cases) in chunks.iter().skip(from).take(CHUNKS) {
        for met in meet(tx, cx, digest, cases).await? {
            if !met.is_worth_asking() {
                continue;
            }
            let (red, against) = (met.red(), met.against());
            let known = listing::listing(tx, red).await?.conflicts;
            let told = known.values().any(|notice| notice.reference == *against);
            if !told && given.insert((red.clone(), against.clone())) {
                drafts.push(notice(cx, feed, *days, &met));
            }
        }
    }
    pass.next += CHUNKS as u64;
    pass.done = pass.next >= chunks.len() as u64;
    tx.put_meta(PASS, &encode(&pass)?).await?;
    Ok(Noticed { drafts, more: !pass.done })
}

fn notice(cx: &Context, feed: &Feed, days: u32, met: &Met) -> Draft {
    let recogniser = met.red().origin.clone();
    let (organ, document) = met.black();
    let included = listing::policy_of_node(cx, &recogniser).is_some_and(|policy| policy.terms.count_start_day);
    let count = if included { CountStartDay::Included } else { CountStartDay::Excluded };
    let act = ListingAct::ConflictNoticed {
        case: met.red().clone(),
        reference: met.against().clone(),
        source: feed.source.name.clone(),
        organ: organ.to_owned(),
        document: document.to_owned(),
        matched_by: met.matched_by(),
        noticed_on: cx.now.today,
        due_on: cx.reference.calendar.add_working_days(cx.now.today, days, count).on,
    };
    let audience = Audience::of(Scope::Local);
    let audience = if recogniser == *cx.me() { audience } else { audience.and(recogniser) };
    plain_draft(cx, Act::Listing(act), audience)
}

/// The entries of the other kind that stand today and may be of one subject with rows of a chunk.
async fn meet(tx: &mut dyn Tx, cx: &Context, digest: &Digest, cases: &CaseSet) -> Result<Vec<Met>, Fault> {
    let rows = rows_of(tx, digest, cases).await?;
    // A fact that is only looked up by, not kept.
    let nowhere = EntryRef { log: cx.log.clone(), index: 0 };
    let facts: Vec<Fact> = rows.iter().map(|row| Fact::reported(row, cx.now.today, nowhere.clone())).collect();
    let mut hashes: Vec<i64> = facts.iter().flat_map(hashes_of).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let bearers = Bearers::of(tx, &hashes).await?;
    let mut by_hash: BTreeMap<i64, BTreeSet<&SubjectAt>> = BTreeMap::new();
    let mut by_core: BTreeMap<i64, BTreeSet<&SubjectAt>> = BTreeMap::new();
    for hash in hashes {
        let equal: BTreeSet<&SubjectAt> = bearers.equal(hash).collect();
        if !is_common(equal.len()) {
            by_hash.insert(hash, equal);
        }
        by_core.entry(alike(hash)).or_insert_with(|| bearers.alike(hash));
    }
    let near = |row: &ListEntry, fact: &Fact| -> BTreeSet<SubjectAt> {
        let own = place_of(row);
        let mut near = BTreeSet::from([own.clone()]);
        for hash in hashes_of(fact) {
            near.extend(by_hash.get(&hash).into_iter().flatten().copied().cloned());
            let like = by_core.get(&alike(hash)).into_iter().flatten();
            near.extend(like.filter(|place| may_be_like(&own, place)).copied().cloned());
        }
        near
    };
    let places: BTreeSet<SubjectAt> = rows.iter().zip(&facts).flat_map(|(row, fact)| near(row, fact)).collect();
    let places: Vec<SubjectAt> = places.into_iter().collect();
    let mut settlements = Settlements::folded(tx).await?;
    let subjects = read_subjects(tx, &places, &mut settlements).await?;
    let mut met = Vec::new();
    for (row, fact) in rows.iter().zip(&facts) {
        let most = |of: &dyn Fn(i64) -> usize| fact.identity.name.hashes().map(of).max().unwrap_or(0);
        let equal = most(&|hash| by_hash.get(&hash).map_or(0, BTreeSet::len));
        let like = most(&|hash| by_core.get(&alike(hash)).map_or(0, BTreeSet::len));
        for subject in near(row, fact).iter().filter_map(|place| subjects.get(place)) {
            let stands = |own: &&Fact| {
                own.kind != row.kind && own.is_in_force(cx.now.today) && subject.standing_removal(&own.case).is_none()
            };
            for own in subject.facts().iter().filter(stands) {
                let (red, black) = if own.kind == ListKind::Red { (own, fact) } else { (fact, own) };
                let found = relate(&red.identity, &black.identity, subject.rulings(), cx.now.today);
                if let Some((key, doubt)) = found {
                    let bearers = if doubt == Some(Doubt::NameAlike) { like } else { equal };
                    met.push(Met { row: row.clone(), own: own.clone(), key, doubt, bearers });
                }
            }
        }
    }
    Ok(met)
}

/// Reds and blacks, one of them a reference row, that share a name and no code that would tell, or whose codes are
/// doubtful: for a person to look at.
pub async fn names(tx: &mut dyn Tx, cx: &Context) -> Result<Told, Fault> {
    let mut shared: BTreeMap<(CaseId, CaseId), Vec<String>> = BTreeMap::new();
    for (feed, _) in lists(tx).await? {
        for (digest, cases) in gone::chunks(tx, cx.me(), &feed.standing).await? {
            for met in meet(tx, cx, &digest, &cases).await? {
                let asked =
                    if met.is_worth_asking() { "已通知认定单位" } else { "名称共用过多，未发通知" };
                let Some(doubt) = met.doubt else { continue };
                let reason = HeldReason::Identity(doubt).chinese();
                let (organ, document) = met.black();
                let source = feed.source.name.clone();
                let head = [met.red().to_string(), met.row.subject.name.clone(), source, organ.to_owned()];
                let tail = [document, met.key.chinese(), reason, asked].map(str::to_owned);
                shared.insert((met.red().clone(), met.against().clone()), head.into_iter().chain(tail).collect());
            }
        }
    }
    let sentence = format!(
        "与外部参考名单名称相同或代码存疑的红名单条目{}对，由人核对，不撤出任何条目（AMB-13）；确为同一主体的，请认定单位补正代码。",
        shared.len()
    );
    Ok(Told {
        sentences: vec![sentence],
        headings: vec![
            "红名单条目",
            "参考名单所载名称",
            "参考名单",
            "认定机关",
            "依据文书",
            "线索",
            "存疑之处",
            "通知",
        ],
        rows: shared.into_values().take(NAMES).collect(),
        alarm: None,
    })
}
