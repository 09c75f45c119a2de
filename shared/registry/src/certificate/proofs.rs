//! Everything below the law: directories under the root key, checkpoints, inclusion, payloads, rows of lists.

use std::collections::BTreeMap;

use honghei_codec::act::decode_body;
use honghei_codec::directory::{decode_directory, decode_signed_directory, encode_signed_directory};
use honghei_codec::entry::{Header, decode_envelope, decode_header};
use honghei_codec::list::{SaltedEntry, decode_entry, open_entries};
use honghei_domain::act::Act;
use honghei_domain::directory::PublicKeyRecord;
use honghei_domain::final_list::{DetailRow, RowChange};
use honghei_domain::list::{CaseId, ListEntry, ListManifest};
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_ledger::{
    Checkpoint, Note, NoteSignature, leaf_hash, sha256, verify_consistency, verify_cosignature, verify_inclusion,
};

use super::{
    Certificate, CertificateDefect, Cosigned, EntryPart, ListRow, LogPart, RowKind, bytes_of, digest_of, digests_of,
    key_text, read_key,
};
use crate::context::Reference;
use crate::desk::members::public_key;
use crate::entry::Entry;

/// What the proofs leave: nothing in it is anybody's mere word.
#[derive(Debug)]
pub struct Proved {
    /// The case.
    pub case: CaseId,
    /// Directories by version, with their policies and calendar.
    pub directories: BTreeMap<u64, Reference>,
    /// Entries with payload, by place.
    pub entries: BTreeMap<EntryRef, Entry>,
    /// Entries of which only the header is shown.
    pub withheld: BTreeMap<EntryRef, Header>,
    /// Who had stored which log up to where.
    pub seen: Vec<(LogId, NodeId, u64)>,
    /// The case's rows of certified lists, by certification.
    pub listed: BTreeMap<EntryRef, ListEntry>,
    /// Its public rows, by result.
    pub public: BTreeMap<EntryRef, RowChange>,
    /// Its details, by result.
    pub details: BTreeMap<EntryRef, DetailRow>,
}

impl Proved {
    /// The newest directory.
    pub fn newest(&self) -> Option<&Reference> {
        self.directories.last_key_value().map(|(_, reference)| reference)
    }

    /// The directory an act names, or the nearest one shown: the next, else the newest.
    pub fn directory_of(&self, version: u64) -> Option<&Reference> {
        self.directories.range(version..).next().map(|(_, reference)| reference).or_else(|| self.newest())
    }
}

fn defect(code: &'static str, zh: impl Into<String>) -> CertificateDefect {
    CertificateDefect::new(code, zh)
}

/// Checks every proof.
pub fn prove(certificate: &Certificate, trusted: Option<&PublicKeyRecord>) -> Result<Proved, CertificateDefect> {
    let root = read_key(&certificate.root_key)?;
    if trusted.is_some_and(|trusted| *trusted != root) {
        let zh = format!("证明所依据的根公钥{}不是您所信任的根公钥", key_text(&root));
        return Err(defect("ROOT_KEY_DIFFERS", zh));
    }
    let case: CaseId = certificate.case.parse().map_err(|_| defect("CERTIFICATE_MALFORMED", "案件编号无法读取"))?;
    if case.to_string() != certificate.case {
        return Err(defect("CERTIFICATE_MALFORMED", "案件编号不是规范写法"));
    }
    let mut proved = Proved {
        case,
        directories: directories(&certificate.directories, &root)?,
        entries: BTreeMap::new(),
        withheld: BTreeMap::new(),
        seen: Vec::new(),
        listed: BTreeMap::new(),
        public: BTreeMap::new(),
        details: BTreeMap::new(),
    };
    let mut last: Option<LogId> = None;
    for part in &certificate.logs {
        let log: LogId = part.log.parse().map_err(|_| defect("CERTIFICATE_MALFORMED", "日志名称无法读取"))?;
        if log.to_string() != part.log || last.as_ref().is_some_and(|last| *last >= log) {
            return Err(defect("CERTIFICATE_MALFORMED", "日志名称不规范或次序有误"));
        }
        prove_log(&mut proved, &log, part)?;
        last = Some(log);
    }
    let mut before: Option<(EntryRef, RowKind, u64)> = None;
    for row in &certificate.rows {
        let act = prove_row(&mut proved, row)?;
        let place = (act, row.kind, row.position);
        if before.as_ref().is_some_and(|before| *before >= place) {
            return Err(defect("CERTIFICATE_MALFORMED", "名单条目次序有误"));
        }
        before = Some(place);
    }
    Ok(proved)
}

fn directories(texts: &[String], root: &PublicKeyRecord) -> Result<BTreeMap<u64, Reference>, CertificateDefect> {
    let invalid = |why: &str| defect("DIRECTORY_INVALID", format!("成员名录{why}"));
    let mut found: BTreeMap<u64, Reference> = BTreeMap::new();
    for text in texts {
        let bytes = bytes_of(text, "成员名录")?;
        let signed = decode_signed_directory(&bytes).map_err(|_| invalid("无法读取"))?;
        if encode_signed_directory(&signed) != bytes || signed.key != *root {
            return Err(invalid("不是规范写法，或不是以所称根公钥签署"));
        }
        if !public_key(root).verify(&signed.document, &signed.signature) {
            return Err(invalid("的根签名无效"));
        }
        let directory = decode_directory(&signed.document).map_err(|_| invalid("无法读取"))?;
        let (version, federation) = (directory.version, directory.federation.clone());
        let reference = Reference::read(directory).map_err(|_| invalid("所附制度或日历无法读取"))?;
        if let Some((last, earlier)) = found.last_key_value()
            && (*last >= version || earlier.directory.federation != federation)
        {
            return Err(invalid("次序有误或属于另一联邦"));
        }
        found.insert(version, reference);
    }
    if found.is_empty() { Err(invalid("缺失")) } else { Ok(found) }
}

fn prove_log(proved: &mut Proved, log: &LogId, part: &LogPart) -> Result<(), CertificateDefect> {
    let newest = proved.newest().ok_or_else(|| defect("DIRECTORY_INVALID", "成员名录缺失"))?;
    let directory = &newest.directory;
    let key = directory.log_key(log).ok_or_else(|| defect("LOG_UNKNOWN", format!("名录中没有日志{log}的密钥")))?;
    let origin = directory.checkpoint_origin(log);
    let invalid = || defect("CHECKPOINT_INVALID", format!("日志{log}的检查点签名无效"));
    let checkpoint = Checkpoint::open(&part.checkpoint, &origin, &public_key(key)).map_err(|_| invalid())?;
    let note = Note::parse(&part.checkpoint).map_err(|_| invalid())?;
    // One spelling: the log's own signature and nothing beside it.
    if note.signatures.len() != 1 || note.format() != part.checkpoint || note.text != checkpoint.text() {
        return Err(invalid());
    }
    let mut seen = Vec::new();
    let mut last: Option<NodeId> = None;
    for cosigned in &part.cosignatures {
        let signer: NodeId = cosigned.signer.parse().map_err(|_| invalid())?;
        if last.as_ref().is_some_and(|last| *last >= signer) {
            return Err(defect("CERTIFICATE_MALFORMED", "回执次序有误"));
        }
        prove_cosignature(newest, &origin, &checkpoint, &signer, cosigned)?;
        seen.push((log.clone(), signer.clone(), cosigned.size));
        last = Some(signer);
    }
    let mut read = Vec::new();
    let mut before: Option<u64> = None;
    for entry in &part.entries {
        if before.is_some_and(|before| before >= entry.index) {
            return Err(defect("CERTIFICATE_MALFORMED", "日志记录次序有误"));
        }
        before = Some(entry.index);
        read.push(prove_entry(log, &checkpoint, entry)?);
    }
    proved.seen.extend(seen);
    for (at, header, entry) in read {
        match entry {
            Some(entry) => drop(proved.entries.insert(at, entry)),
            None => drop(proved.withheld.insert(at, header)),
        }
    }
    Ok(())
}

fn prove_cosignature(
    newest: &Reference,
    origin: &str,
    checkpoint: &Checkpoint,
    signer: &NodeId,
    cosigned: &Cosigned,
) -> Result<(), CertificateDefect> {
    let invalid = || defect("COSIGNATURE_INVALID", format!("{signer}的回执无效"));
    let root = digest_of(&cosigned.root, "回执树根")?;
    let text = Checkpoint { origin: origin.to_owned(), size: cosigned.size, root }.text();
    let line = NoteSignature::parse(&cosigned.line).map_err(|_| invalid())?;
    if line.line() != cosigned.line {
        return Err(invalid());
    }
    let keys = newest.directory.node(signer).map(|node| node.log_keys.clone()).unwrap_or_default();
    let held = keys.iter().any(|key| {
        let name = newest.directory.checkpoint_origin(&LogId { node: signer.clone(), epoch: key.epoch });
        verify_cosignature(&text, &cosigned.line, &name, &public_key(&key.key)).is_ok()
    });
    let proof = digests_of(&cosigned.consistency, "一致性证明")?;
    let consistent = verify_consistency(cosigned.size, checkpoint.size, &root, &checkpoint.root, &proof);
    if held && consistent { Ok(()) } else { Err(invalid()) }
}

type ReadEntry = (EntryRef, Header, Option<Entry>);

fn prove_entry(log: &LogId, checkpoint: &Checkpoint, part: &EntryPart) -> Result<ReadEntry, CertificateDefect> {
    let at = EntryRef { log: log.clone(), index: part.index };
    let invalid = |why: &str| defect("ENTRY_INVALID", format!("记录{at}{why}"));
    let header_bytes = bytes_of(&part.header, "记录头")?;
    let proof = digests_of(&part.proof, "包含证明")?;
    let leaf = leaf_hash(&header_bytes);
    if !verify_inclusion(&leaf, part.index, checkpoint.size, &proof, &checkpoint.root) {
        return Err(invalid("不在检查点所签的日志中"));
    }
    let header = decode_header(&header_bytes).map_err(|_| invalid("的头部无法读取"))?;
    if header.at != at {
        return Err(invalid("的头部属于另一记录"));
    }
    let Some(payload) = &part.payload else { return Ok((at, header, None)) };
    let payload = bytes_of(payload, "记录内容")?;
    if sha256(&payload) != header.payload_digest || payload.len() as u64 != header.payload_length {
        return Err(invalid("的内容与头部所记摘要不符"));
    }
    let envelope = decode_envelope(&payload).map_err(|_| invalid("的内容无法读取"))?;
    let body = decode_body(&envelope.body).map_err(|_| invalid("的内容无法读取"))?;
    if body.act.kind() != header.kind {
        return Err(invalid("的种类与内容不符"));
    }
    Ok((at.clone(), header.clone(), Some(Entry { at, header, envelope, body })))
}

fn prove_row(proved: &mut Proved, row: &ListRow) -> Result<EntryRef, CertificateDefect> {
    let invalid = |why: &str| defect("LIST_ROW_INVALID", format!("名单条目{why}"));
    let act: EntryRef = row.act.parse().map_err(|_| invalid("所属记录无法读取"))?;
    if act.to_string() != row.act {
        return Err(invalid("所属记录不是规范写法"));
    }
    let entry = proved.entries.get(&act).ok_or_else(|| invalid("所属记录未附"))?;
    let manifest =
        manifest_of(entry.act(), row.kind, &proved.case.origin).ok_or_else(|| invalid("所属记录没有名单"))?;
    let salted = bytes_of(&row.salted, "名单条目")?;
    let proof = digests_of(&row.proof, "名单包含证明")?;
    if !verify_inclusion(&leaf_hash(&salted), row.position, manifest.count, &proof, &manifest.root) {
        return Err(invalid("不在所签名单中"));
    }
    let opened = open_salted(&salted).ok_or_else(|| invalid("无法读取"))?;
    let case = &proved.case;
    let other = || invalid("属于另一案件");
    match row.kind {
        RowKind::Entry => {
            let listed = decode_entry(&opened.body).map_err(|_| invalid("无法读取"))?;
            if listed.case != *case {
                return Err(other());
            }
            proved.listed.insert(act.clone(), listed);
        }
        RowKind::Public => {
            let change = RowChange::decode(&opened.body).map_err(|_| invalid("无法读取"))?;
            if change.case() != case {
                return Err(other());
            }
            proved.public.insert(act.clone(), change);
        }
        RowKind::Detail => {
            let detail = DetailRow::decode(&opened.body).map_err(|_| invalid("无法读取"))?;
            if detail.case() != case {
                return Err(other());
            }
            proved.details.insert(act.clone(), detail);
        }
    }
    Ok(act)
}

/// The manifest of an act that a kind of row belongs to.
pub(super) fn manifest_of<'a>(act: &'a Act, kind: RowKind, recogniser: &NodeId) -> Option<&'a ListManifest> {
    match (act, kind) {
        (Act::ListCertified { manifest, .. }, RowKind::Entry) => Some(manifest),
        (Act::ResultPublished { rows, .. }, RowKind::Public) => Some(rows),
        (Act::ResultPublished { details, .. }, RowKind::Detail) => {
            details.iter().find(|detail| detail.recogniser == *recogniser).map(|detail| &detail.manifest)
        }
        _ => None,
    }
}

/// The bytes of a salted row as it was hashed: two length-delimited fields, an empty body not written.
pub(super) fn salted_bytes(row: &SaltedEntry) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(row.body.len() + 40);
    let mut field = |tag: u8, content: &[u8]| {
        bytes.push(tag << 3 | 2);
        put_length(content.len(), &mut bytes);
        bytes.extend_from_slice(content);
    };
    field(1, &row.salt);
    if !row.body.is_empty() {
        field(2, &row.body);
    }
    bytes
}

fn put_length(mut length: usize, bytes: &mut Vec<u8>) {
    while length >= 0x80 {
        bytes.push((length as u8 & 0x7f) | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
}

/// The row of some salted bytes, read as a chunk of one.
fn open_salted(bytes: &[u8]) -> Option<SaltedEntry> {
    let mut chunk = vec![0x0a];
    put_length(bytes.len(), &mut chunk);
    chunk.extend_from_slice(bytes);
    let opened = open_entries(&chunk).ok()?;
    <[SaltedEntry; 1]>::try_from(opened).ok().map(|[row]| row)
}
