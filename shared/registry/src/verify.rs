//! The audit of a node by itself: every log against its checkpoints, every chunk against its address, the final list
//! against its root. Reads everything, writes nothing, trusts no projection.

use std::collections::BTreeMap;

use honghei_codec::entry::{Header, decode_envelope, decode_header};
use honghei_domain::act::Act;
use honghei_domain::audience::Audience;
use honghei_domain::directory::{Directory, PublicKeyRecord};
use honghei_domain::final_list::{Bucket, BucketTree, bucket_digest};
use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_ledger::cosignature::verify_cosignature;
use honghei_ledger::{Checkpoint, Frontier, Statement, leaf_hash, sha256};
use honghei_store::{CosignatureRow, EntryRow, HeadRow, Tx};

use crate::context::Context;
use crate::desk::members::{PURPOSE_ACT, public_key};
use crate::entry::Entry;
use crate::error::Fault;

/// Entries read at a time.
const PAGE: u32 = 128;
/// Defects of one check that are told; the rest are counted.
const DEFECTS_TOLD: usize = 20;
/// Buckets read at a time.
const BUCKETS: usize = 1024;

/// What one check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// What was checked, in a short sentence.
    pub check: String,
    /// How many of it.
    pub count: u64,
    /// What is wrong, at most twenty sentences.
    pub defects: Vec<String>,
    /// How many things are wrong.
    pub defect_count: u64,
}

impl Finding {
    fn of(check: impl Into<String>) -> Self {
        Self { check: check.into(), ..Self::default() }
    }

    fn expect(&mut self, sound: bool, defect: impl FnOnce() -> String) {
        self.count += 1;
        if !sound {
            self.defect_count += 1;
            if self.defects.len() < DEFECTS_TOLD {
                self.defects.push(defect());
            }
        }
    }

    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.defect_count == 0
    }
}

/// Checks everything a node holds, on one consistent view of its store.
pub async fn verify(tx: &mut dyn Tx, cx: &Context) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for head in tx.heads().await? {
        findings.extend(LogAudit::run(tx, cx, head).await?);
    }
    findings.push(final_list(tx).await?);
    Ok(findings)
}

/// The audit of one log.
struct LogAudit<'a> {
    cx: &'a Context,
    head: HeadRow,
    frontier: Frontier,
    /// Roots at the sizes that somebody signed.
    roots: BTreeMap<u64, Option<Digest>>,
    audiences: BTreeMap<Audience, (u64, Digest)>,
    /// Keys of this node's officers as their appointments follow each other.
    officers: BTreeMap<String, PublicKeyRecord>,
    entries: Finding,
    tree: Finding,
    chains: Finding,
    signatures: Finding,
    chunks: Finding,
}

impl<'a> LogAudit<'a> {
    async fn run(tx: &mut dyn Tx, cx: &'a Context, head: HeadRow) -> Result<Vec<Finding>, Fault> {
        let log = head.log.clone();
        let cosignatures = latest_cosignatures(tx, cx.directory(), &log).await?;
        let mut roots: BTreeMap<u64, Option<Digest>> = cosignatures.iter().map(|row| (row.size, None)).collect();
        roots.insert(head.size, None);
        roots.insert(head.checkpoint_size, None);
        roots.insert(0, Some(honghei_ledger::empty_root()));
        let mut audit = Self {
            cx,
            frontier: Frontier::new(),
            roots,
            audiences: BTreeMap::new(),
            officers: BTreeMap::new(),
            entries: Finding::of(format!("{log}：记录与其摘要一致")),
            tree: Finding::of(format!("{log}：树节点与重新计算一致")),
            chains: Finding::of(format!("{log}：各受众序号连续、前后相接")),
            signatures: Finding::of(format!("{log}：经办人签名有效")),
            chunks: Finding::of(format!("{log}：应持有的数据块齐全且与摘要一致")),
            head,
        };
        audit.walk(tx).await?;
        audit.close_chains(tx).await?;
        let heads = audit.heads();
        let receipts = audit.receipts(&cosignatures);
        let Self { entries, tree, chains, signatures, chunks, .. } = audit;
        Ok(vec![entries, tree, heads, chains, signatures, chunks, receipts])
    }

    async fn walk(&mut self, tx: &mut dyn Tx) -> Result<(), Fault> {
        let incomplete = tx.first_incomplete(&self.head.log).await?.unwrap_or(u64::MAX);
        let mut next = 0;
        loop {
            let rows = tx.entries(&self.head.log, next, PAGE).await?;
            if rows.is_empty() {
                break;
            }
            let mut nodes = Vec::new();
            for row in &rows {
                self.entries.expect(row.at.index == next, || format!("第{next}条缺失"));
                next = row.at.index + 1;
                self.frontier.append(row.leaf, &mut |level, index, hash| nodes.push((level, index, hash)));
                let size = self.frontier.size();
                if let Some(root) = self.roots.get_mut(&size) {
                    *root = Some(self.frontier.root());
                }
                self.entry(tx, row, incomplete).await?;
            }
            let places: Vec<(u32, u64)> = nodes.iter().map(|(level, index, _)| (*level, *index)).collect();
            let held = tx.tree_nodes(&self.head.log, &places).await?;
            for ((level, index, hash), held) in nodes.iter().zip(held) {
                self.tree.expect(held == Some(*hash), || format!("第{level}层第{index}个节点不符"));
            }
        }
        Ok(())
    }

    async fn entry(&mut self, tx: &mut dyn Tx, row: &EntryRow, incomplete: u64) -> Result<(), Fault> {
        let at = &row.at;
        let (Some(header_bytes), Some(payload)) = (&row.header, &row.payload) else { return Ok(()) };
        let leaf_fits = leaf_hash(header_bytes) == row.leaf;
        let header = decode_header(header_bytes);
        let Ok(header) = header else {
            self.entries.expect(false, || format!("{at}：头部无法读取"));
            return Ok(());
        };
        let payload_fits = sha256(payload) == header.payload_digest && payload.len() as u64 == header.payload_length;
        self.entries.expect(leaf_fits && header.at == *at, || format!("{at}：头部与叶摘要不符"));
        self.entries.expect(payload_fits, || format!("{at}：内容与头部所记摘要不符"));
        self.chain(at, &header, sha256(header_bytes));
        let Ok(envelope) = decode_envelope(payload) else {
            self.entries.expect(false, || format!("{at}：内容无法读取"));
            return Ok(());
        };
        for due in &envelope.chunks {
            if !due.audience.admits(&at.log.node, self.cx.me(), self.cx.directory()) {
                continue;
            }
            let held = tx.chunk(&due.digest).await?;
            let sound = match &held {
                Some(bytes) => sha256(bytes) == due.digest && bytes.len() as u64 == due.length,
                // On its way: what is not complete yet is no defect.
                None => at.index >= incomplete,
            };
            self.chunks.expect(sound, || format!("{at}：数据块{}缺失或被改动", honghei_ledger::hex(&due.digest)));
        }
        match Entry::read(row) {
            Ok(Some(entry)) => self.officers_of(&entry),
            Ok(None) => {}
            Err(fault) => self.entries.expect(false, || format!("{at}：{}", fault.code())),
        }
        Ok(())
    }

    /// Within an audience that admits us every entry is here: numbers without gap, each naming the one before.
    fn chain(&mut self, at: &EntryRef, header: &Header, hash: Digest) {
        let (number, previous) = self.audiences.get(&header.audience).copied().unwrap_or((0, [0; 32]));
        let follows = header.audience_number == number + 1 && header.audience_previous == previous;
        self.chains.expect(follows, || format!("{at}：受众{}的序号或前项不相接", header.audience));
        self.audiences.insert(header.audience.clone(), (header.audience_number, hash));
    }

    async fn close_chains(&mut self, tx: &mut dyn Tx) -> Result<(), Fault> {
        for (audience, last) in &self.audiences {
            let held = tx.audience_head(&self.head.log, audience).await?;
            self.chains.expect(held == Some(*last), || format!("受众{audience}的末项与所记不符"));
        }
        Ok(())
    }

    /// Every officer's signature by the key he had when he signed.
    fn officers_of(&mut self, entry: &Entry) {
        let origin = self.head.log.node.to_string();
        let statement = Statement {
            purpose: PURPOSE_ACT,
            federation: &self.cx.directory().federation,
            origin: &origin,
            body_digest: sha256(&entry.envelope.body),
            policy: &entry.body.policy,
            directory_version: entry.body.directory_version,
        }
        .bytes();
        if let Act::OfficerAppointed(officer) = entry.act()
            && self.officers.is_empty()
        {
            self.officers.insert(officer.id.0.clone(), officer.key.clone());
        }
        for signature in &entry.envelope.signatures {
            let key = self.officers.get(&signature.officer.0).map(public_key);
            let sound = key.is_some_and(|key| key.verify(&statement, &signature.signature));
            self.signatures.expect(sound, || format!("{}：{}的签名无效", entry.at, signature.officer.0));
        }
        if let Act::OfficerAppointed(officer) = entry.act() {
            self.officers.insert(officer.id.0.clone(), officer.key.clone());
        }
    }

    /// Size, root and the origin's own signature.
    fn heads(&self) -> Finding {
        let head = &self.head;
        let mut finding = Finding::of(format!("{}：大小、树根与签名检查点一致", head.log));
        let sound = self.frontier.size() == head.size && self.frontier.to_bytes() == head.frontier;
        finding.expect(sound, || format!("所记大小{}，重新计算为{}，或树根不符", head.size, self.frontier.size()));
        let Some(note) = &head.checkpoint else { return finding };
        let Some(key) = self.cx.directory().log_key(&head.log) else {
            finding.expect(false, || "成员名录中没有该日志的密钥".to_owned());
            return finding;
        };
        let origin = self.cx.directory().checkpoint_origin(&head.log);
        match Checkpoint::open(note, &origin, &public_key(key)) {
            Err(defect) => finding.expect(false, || format!("检查点无效：{defect}")),
            Ok(checkpoint) => {
                let computed = self.roots.get(&checkpoint.size).copied().flatten();
                // A checkpoint may be ahead of what has arrived.
                let ahead = checkpoint.size > head.size;
                finding.expect(ahead || computed == Some(checkpoint.root), || {
                    format!("大小为{}的检查点所签树根与日志不符", checkpoint.size)
                });
            }
        }
        finding
    }

    fn receipts(&self, cosignatures: &[CosignatureRow]) -> Finding {
        let log = &self.head.log;
        let mut finding = Finding::of(format!("{log}：各节点的回执与日志一致"));
        let directory = self.cx.directory();
        for row in cosignatures {
            let Some(root) = self.roots.get(&row.size).copied().flatten() else {
                finding.expect(row.size > self.head.size, || format!("{}的回执大小{}不可能", row.signer, row.size));
                continue;
            };
            let text = Checkpoint { origin: directory.checkpoint_origin(log), size: row.size, root }.text();
            let sound = signer_keys(directory, &row.signer)
                .any(|(name, key)| verify_cosignature(&text, &row.line, &name, &public_key(key)).is_ok());
            finding.expect(sound, || format!("{}对大小{}的回执无效", row.signer, row.size));
        }
        finding
    }
}

fn signer_keys<'a>(
    directory: &'a Directory,
    signer: &'a NodeId,
) -> impl Iterator<Item = (String, &'a PublicKeyRecord)> + 'a {
    let keys = directory.node(signer).into_iter().flat_map(|node| &node.log_keys);
    keys.map(move |key| {
        let log = LogId { node: signer.clone(), epoch: key.epoch };
        (directory.checkpoint_origin(&log), &key.key)
    })
}

async fn latest_cosignatures(
    tx: &mut dyn Tx,
    directory: &Directory,
    log: &LogId,
) -> Result<Vec<CosignatureRow>, Fault> {
    let mut rows = Vec::new();
    for node in &directory.nodes {
        rows.extend(tx.latest_cosignature(log, &node.id).await?);
    }
    Ok(rows)
}

/// Buckets against their digests, and their root against the served version's.
async fn final_list(tx: &mut dyn Tx) -> Result<Finding, Fault> {
    let mut finding = Finding::of("最终名单：各分桶与摘要、总根与已公布版本一致");
    let digests = tx.bucket_digests().await?;
    let mut tree = BucketTree::new();
    for page in digests.chunks(BUCKETS) {
        let numbers: Vec<u32> = page.iter().map(|(bucket, _)| *bucket).collect();
        let rows: BTreeMap<u32, _> = tx.buckets(&numbers).await?.into_iter().map(|row| (row.bucket, row)).collect();
        for (bucket, digest) in page {
            let Some(row) = rows.get(bucket) else {
                finding.expect(false, || format!("分桶{bucket}缺失"));
                continue;
            };
            let computed = bucket_digest(&row.rows);
            tree.set(*bucket, &computed);
            let homely = |parsed: &Bucket| parsed.rows().iter().all(|row| row.key.bucket() == *bucket);
            let sound = computed == *digest && Bucket::parse(&row.rows).is_ok_and(|parsed| homely(&parsed));
            finding.expect(sound, || format!("分桶{bucket}的内容与摘要不符"));
        }
    }
    if let Some(latest) = tx.latest_result().await? {
        finding.expect(tree.root() == latest.root, || format!("第{}版的总根与名单不符", latest.version));
    }
    Ok(finding)
}
