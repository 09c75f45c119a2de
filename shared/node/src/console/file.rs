//! Files in: a spreadsheet becomes entries, sealed personal numbers and a report. Nothing is written here.

use honghei_domain::account::IntakeAccount;
use honghei_domain::directory::Directory;
use honghei_domain::evidence::BehaviourEvent;
use honghei_domain::list::Digest;
use honghei_intake::{Draft, Intake, ProblemCode, Request, RowProblem, Severity, Standing, take_in_each, write_report};
use honghei_ledger::{SealingKey, VaultKey, person_commitment};
use honghei_proto::console::v1::ImportSummary;
use honghei_registry::context::Reference;
use honghei_registry::matching;
use honghei_registry::packed::PackedEntries;
use honghei_store::{Fault, Tx};
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;

use crate::answer::{Answer, Class};

/// A file as it was uploaded.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: std::sync::Arc<Vec<u8>>,
}

/// A personal number, sealed, under the commitment that its entry carries.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The commitment.
    pub commitment: Digest,
    /// Salt and number under the node's vault key.
    pub sealed: Vec<u8>,
    /// The same, sealed to the province: of a natural person whom it is to match.
    pub to_province: Option<Vec<u8>>,
}

impl Secret {
    /// Puts it into the node's vault.
    pub async fn keep(&self, tx: &mut dyn Tx) -> Result<(), Fault> {
        tx.put_secret(&self.commitment, &self.sealed).await?;
        match &self.to_province {
            Some(sealed) => tx.put_secret(&matching::sealed_place(&self.commitment), sealed).await,
            None => Ok(()),
        }
    }

    /// Its bytes in memory.
    pub fn weight(&self) -> usize {
        self.sealed.len() + self.to_province.as_ref().map_or(0, Vec::len)
    }
}

/// The keys that personal numbers are sealed to.
#[derive(Clone, Debug)]
pub struct SealingKeys {
    /// The node's own vault.
    pub vault: VaultKey,
    /// The province, where it matches persons.
    pub province: Option<SealingKey>,
}

impl SealingKeys {
    /// The node's vault, and the province as the directory names it.
    pub fn of(vault: &VaultKey, directory: &Directory) -> Result<Self, Answer> {
        let province = directory.matching_key().map(SealingKey::parse).transpose()?;
        Ok(Self { vault: vault.clone(), province })
    }
}

/// How an officer wants bad rows treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Treatment {
    /// Nothing enters if a row is bad.
    pub strict: bool,
    /// Rows that ask for a person are confirmed by the officer.
    pub confirm: bool,
}

/// What a file came to.
#[derive(Debug)]
pub struct Taken {
    /// Entries to propose; none where `strict` met a bad row.
    pub entries: PackedEntries,
    /// Entries that rows of a department's list say are revoked or taken off.
    pub endings: PackedEntries,
    /// Behaviour events to propose, where the file holds events.
    pub events: Vec<BehaviourEvent>,
    /// Their sealed numbers.
    pub secrets: Vec<Secret>,
    /// The account as its act will carry it.
    pub account: IntakeAccount,
    /// The account as the officer reads it; its `report` is still unnamed.
    pub summary: ImportSummary,
    /// The report's bytes; none where no row has a remark.
    pub report: Vec<u8>,
    /// The rows with a remark.
    pub problems: Vec<RowProblem>,
}

/// Takes a file in. Works for as long as the file is large: call it off the async threads.
pub fn take(
    upload: &Upload,
    request: &Request,
    treatment: Treatment,
    keys: &SealingKeys,
    rng: &mut ChaCha20Rng,
) -> Result<Taken, Answer> {
    let unreadable = |fault: honghei_intake::IntakeFault| Answer::new(Class::Usage, fault.code(), fault.to_string());
    let source = honghei_intake::open(&upload.name, &upload.bytes).map_err(unreadable)?;
    let (mut accepted, mut questioned) = (Kept::default(), Kept::default());
    let mut sealing = Ok(());
    let intake = take_in_each(&source, request, |draft, standing| {
        let kept = match standing {
            Standing::Accepted | Standing::Ended => &mut accepted,
            Standing::Questioned => &mut questioned,
        };
        if sealing.is_ok() {
            sealing = kept.keep(draft, keys, rng);
        }
    });
    let intake = intake.map_err(unreadable)?;
    sealing?;
    let mut report = Vec::new();
    if !intake.problems.is_empty() {
        write_report(&source, &intake, &mut report).map_err(|fault| Answer::fault(fault.code(), fault))?;
    }
    let mut summary = summary_of(&intake);
    summary.report_format = source.format.report_extension().to_owned();
    let mut account = intake.counts.account();
    if treatment.confirm {
        let ended = questioned.endings.len() as u64;
        summary.accepted += summary.questioned.saturating_sub(ended);
        summary.ended += ended;
        summary.questioned = 0;
        (account.accepted, account.ended) = (summary.accepted, summary.ended);
        accepted.append(questioned);
    }
    if treatment.strict && summary.refused + summary.questioned > 0 {
        accepted = Kept::default();
    }
    let Kept { entries, endings, events, secrets } = accepted;
    Ok(Taken { entries, endings, events, secrets, account, summary, report, problems: intake.problems })
}

/// What stays of the drafts of one standing.
#[derive(Default)]
struct Kept {
    entries: PackedEntries,
    endings: PackedEntries,
    events: Vec<BehaviourEvent>,
    secrets: Vec<Secret>,
}

impl Kept {
    fn keep(&mut self, draft: Draft, keys: &SealingKeys, rng: &mut ChaCha20Rng) -> Result<(), Answer> {
        let Draft { mut entry, person_number, event, ended, .. } = draft;
        if ended {
            self.endings.push(entry);
            return Ok(());
        }
        if let Some(number) = person_number {
            let Sealed { salt, mut secret } = seal(number.in_clear(), &keys.vault, rng)?;
            entry.subject.person_commitment = Some(secret.commitment);
            if let Some(province) = &keys.province
                && matching::commitment_of(&entry).is_some()
            {
                secret.to_province = Some(province.seal(rng, &secret.commitment, &salt, number.in_clear())?);
            }
            self.secrets.push(secret);
        }
        self.events.extend(event);
        self.entries.push(entry);
        Ok(())
    }

    fn append(&mut self, mut others: Self) {
        self.entries.append(others.entries);
        self.endings.append(others.endings);
        self.events.append(&mut others.events);
        self.secrets.append(&mut others.secrets);
    }
}

/// A secret and the salt of its commitment.
struct Sealed {
    salt: [u8; 32],
    secret: Secret,
}

/// Seals a number with the salt of its commitment in front; the commitment is the box's context, so that neither can
/// be exchanged.
fn seal(number: &str, vault: &VaultKey, rng: &mut ChaCha20Rng) -> Result<Sealed, Answer> {
    let mut salt = [0; 32];
    rng.fill_bytes(&mut salt);
    let commitment = person_commitment(&salt, number);
    let sealed = vault.seal(rng, &[&salt[..], number.as_bytes()].concat(), &commitment)?;
    Ok(Sealed { salt, secret: Secret { commitment, sealed, to_province: None } })
}

fn summary_of(intake: &Intake) -> ImportSummary {
    let counts = &intake.counts;
    ImportSummary {
        rows: counts.rows,
        accepted: counts.accepted,
        ended: counts.ended,
        refused: counts.rejected,
        questioned: counts.questioned,
        remarked: intake
            .problems
            .iter()
            .filter(|problem| problem.severity == Severity::Warning && problem.code != ProblemCode::NoLongerInForce)
            .map(|problem| (&problem.sheet, problem.row))
            .collect::<std::collections::BTreeSet<_>>()
            .len() as u64,
        report: String::new(),
        report_format: String::new(),
        by_code: counts.by_code.iter().map(|(code, count)| (code.as_str().to_owned(), *count)).collect(),
        unknown_columns: intake.layouts.iter().flat_map(|layout| layout.unknown_named()).collect(),
        sheets_without_header: intake.sheets_without_header.clone(),
    }
}

/// Gives the officer's reason to subjects that no code shows to be registered in the policy's area, where the
/// row gives none.
pub fn explain_territory(
    reference: &Reference,
    entries: &PackedEntries,
    reason: &str,
) -> Result<PackedEntries, Answer> {
    let explained = entries.iter().map(|entry| {
        let mut entry = entry?;
        if let (None, Some((_, policy))) = (&entry.territorial_override, reference.policy_of(&entry.department)) {
            let uscc = entry.subject.uscc.as_ref();
            if !uscc.is_some_and(|uscc| policy.is_home_region(&entry.case.origin, &uscc.region().to_string())) {
                entry.territorial_override = Some(reason.to_owned());
            }
        }
        Ok(entry)
    });
    explained.collect()
}
