//! The founding of a federation: its authority, its first node, its first directory.

use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::calendar::WorkCalendar;
use honghei_domain::directory::{Directory, LogKey, MATCHING_KEY, NodeRecord, ReferenceDocument};
use honghei_domain::list::Department;
use honghei_domain::node::{NodeId, Tier};
use honghei_domain::region::RegionTable;
use honghei_ledger::{Cost, MatchingKey, SecretKey, VaultKey, keyfile};
use honghei_registry::engine::plain_draft;

use super::{Authority, PolicyText, directory_expiry, key_record, policies};
use crate::answer::{Answer, Class};
use crate::certificate;
use crate::chance;
use crate::clock::Clock;
use crate::compose::Composition;
use crate::folder::{Folder, Membership, NodeConfig};
use crate::keys;
use crate::lock::FolderLock;
use crate::membership;
use crate::store::{self, Absent};

/// What a founder decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    /// The federation's name: `[a-z0-9-]+`.
    pub federation: String,
    /// The first node, at the top of the tree.
    pub node: NodeId,
    /// Its Chinese name.
    pub name: String,
    /// Departments it acts for.
    pub departments: Vec<Department>,
    /// The policies of its first directory, one a department; further ones are published later.
    pub policies: Vec<PolicyText>,
    /// Listen address, database and calendar.
    pub config: NodeConfig,
}

/// Founds a federation in a fresh folder: keys, certificates, directory version 1, the first two entries of the log.
///
/// # Errors
/// `FEDERATION_NAME_MALFORMED`, `POLICY_DEFECTIVE`, `POLICY_DEPARTMENT_TAKEN`, before anything is written; those of the
/// folder, the clock and the database.
pub async fn found(
    folder: &Folder,
    founding: &Founding,
    composition: &Composition,
    passphrase: &str,
    cost: Cost,
) -> Result<Membership, Answer> {
    check_name(&founding.federation)?;
    let policies = policies::documents(&founding.policies)?;
    folder.create_empty()?;
    let _lock = FolderLock::take(folder)?;
    let clock = Clock::of(&founding.config);
    let now = clock.now()?;
    let membership = Membership {
        federation: founding.federation.clone(),
        clock_class: clock.class(),
        node: founding.node.clone(),
        name: founding.name.clone(),
        tier: Tier::Province,
        departments: founding.departments.clone(),
        parent: None,
    };
    let authority = establish(folder, &membership, passphrase, cost, clock.transport_ms())?;
    let log_key = keys::read_log_key(folder)?;
    let matching_key = MatchingKey::generate(&mut chance::generator()?);
    keys::write_matching_key(folder, &matching_key)?;
    let directory = Directory {
        federation: founding.federation.clone(),
        version: 1,
        clock_class: clock.class(),
        issued_on: now.today,
        expires_on: directory_expiry(now.today),
        minimum_protocol: 1,
        nodes: vec![NodeRecord {
            id: founding.node.clone(),
            name: founding.name.clone(),
            tier: Tier::Province,
            parent: None,
            departments: founding.departments.clone(),
            log_keys: vec![LogKey { epoch: 1, key: key_record(&log_key) }],
        }],
        documents: [shipped_documents(&matching_key), policies].concat(),
    };
    let signed = authority.sign_directory(&directory);
    let store = store::open(folder, &founding.config, Absent::Create).await?;
    membership::keep(&*store, &signed, directory.version, &authority.root_key()).await?;
    let engine = membership::open_engine(folder, &membership, store, composition).await?;
    engine.found(now, composition.program).await?;
    let cx = engine.context(now).await;
    let act = Act::DirectoryPublished { version: directory.version, document: signed };
    engine.note(now, vec![plain_draft(&cx, act, Audience::of(Scope::All))]).await?;
    // The configuration comes last: a folder without it holds no node.
    folder.write_config(&NodeConfig { membership: Some(membership.clone()), ..founding.config.clone() })?;
    Ok(membership)
}

/// Writes every key and certificate of the authority and of the first node.
fn establish(
    folder: &Folder,
    membership: &Membership,
    passphrase: &str,
    cost: Cost,
    transport_ms: i64,
) -> Result<Authority, Answer> {
    let mut rng = chance::generator()?;
    let root = SecretKey::generate(&mut rng);
    let (authority_pem, authority_key) = certificate::Authority::found(&membership.federation, transport_ms)?;
    folder.write_private(&folder.root_key_file(), keyfile::seal(&root, passphrase, &mut rng, cost)?.as_bytes())?;
    folder.write_private(&folder.authority_key_file(), authority_key.as_bytes())?;
    folder.write_public(&folder.authority_certificate_file(), authority_pem.as_bytes())?;
    folder.write_public(&folder.root_public_key_file(), format!("{}\n", root.public()).as_bytes())?;
    keys::write_new(folder, &SecretKey::generate(&mut rng), &VaultKey::generate(&mut rng))?;
    let authority = Authority::open(folder, passphrase)?;
    let transport_key = folder.read_text(&folder.transport_key_file())?;
    let request = certificate::signing_request(&membership.node, &transport_key)?;
    let issued = authority.issue(&membership.node, &request, transport_ms)?;
    folder.write_public(&folder.certificate_file(), certificate::to_pem(&issued).as_bytes())?;
    Ok(authority)
}

/// The reference data of any new federation: what travels with the program, and the key that ID numbers are sealed to.
fn shipped_documents(matching_key: &MatchingKey) -> Vec<ReferenceDocument> {
    let document = |kind: &str, name: &str, version: u32, text: &str| ReferenceDocument {
        kind: kind.to_owned(),
        name: name.to_owned(),
        version,
        text: text.to_owned(),
    };
    vec![
        document("calendar", "cn-working-days", 0, WorkCalendar::shipped_text()),
        document("regions", "gbt-2260", 0, RegionTable::shipped_text()),
        document(MATCHING_KEY, "x25519", 1, &matching_key.public().to_string()),
    ]
}

fn check_name(federation: &str) -> Result<(), Answer> {
    let lawful = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !federation.is_empty() && federation.len() <= 64 && federation.bytes().all(lawful) {
        return Ok(());
    }
    let message = "a federation is named by lower-case letters, digits and hyphens, such as hubei-commerce";
    Err(Answer::new(Class::Usage, "FEDERATION_NAME_MALFORMED", message))
}
