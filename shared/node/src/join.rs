//! Joining: a new node takes its invitation to the node above and comes back a member.

use honghei_codec::directory::{Invitation, decode_invitation, decode_signed_invitation};
use honghei_domain::node::ClockClass;
use honghei_ledger::{Algorithm, PublicKey, SecretKey, VaultKey};
use honghei_proto::enrolment::v1::EnrolRequest;
use honghei_proto::enrolment::v1::enrolment_service_client::EnrolmentServiceClient;

use crate::answer::{Answer, Class};
use crate::authority::{invitation_statement, key_record, read_signed_directory};
use crate::certificate;
use crate::chance;
use crate::clock::Clock;
use crate::compose::Composition;
use crate::folder::{Folder, Membership, NodeConfig};
use crate::keys;
use crate::lock::FolderLock;
use crate::membership;
use crate::store::{self, Absent};
use crate::tls;

/// Prepares a fresh folder for a node that will join: keys and `node.toml`.
pub fn init(folder: &Folder, config: &NodeConfig) -> Result<(), Answer> {
    folder.create_empty()?;
    let _lock = FolderLock::take(folder)?;
    let mut rng = chance::generator()?;
    keys::write_new(folder, &SecretKey::generate(&mut rng), &VaultKey::generate(&mut rng))?;
    folder.write_config(config)?;
    Ok(())
}

/// Joins the federation of an invitation. Safe to repeat: the same folder with the same invitation ends the same way.
pub async fn join(folder: &Folder, invitation: &[u8], composition: &Composition) -> Result<Membership, Answer> {
    tls::install_provider();
    let config = folder.config()?;
    let _lock = FolderLock::take(folder)?;
    if let Some(membership) = config.membership {
        let message = format!("this folder is {} of {} already", membership.node, membership.federation);
        return Err(Answer::new(Class::AlreadyDone, "ALREADY_MEMBER", message));
    }
    let invited = read_invitation(invitation)?;
    check_fit(&invited, composition, &Clock::of(&config))?;
    let log_key = keys::read_log_key(folder)?;
    let transport_key = folder.read_text(&folder.transport_key_file())?;
    let channel = tls::connect(&invited.parent_address, &invited.parent, &invited.ca_certificate, None).await?;
    let log_key_record = key_record(&log_key);
    let request = EnrolRequest {
        invitation: invitation.to_vec(),
        certificate_request: certificate::signing_request(&invited.node, &transport_key)?,
        log_key_algorithm: log_key_record.algorithm.clone(),
        log_key: log_key_record.key.clone(),
        log_key_proof: log_key.sign(invitation),
    };
    let admitted = EnrolmentServiceClient::new(channel).enrol(request).await?.into_inner();
    let wrong =
        |what: &str| Answer::denied("ENROLMENT_ANSWER_WRONG", format!("the answer of {}: {what}", invited.parent));
    let Some(directory) = read_signed_directory(&admitted.signed_directory, &invited.root_key) else {
        return Err(wrong("its directory is not signed by the root that the invitation names"));
    };
    let named = directory.node(&invited.node).and_then(|node| node.log_keys.first());
    if named.is_none_or(|named| named.key != log_key_record) {
        return Err(wrong("its directory does not name this node with its log key"));
    }
    match certificate::identity_of(&admitted.certificate) {
        Ok((node, _)) if node == invited.node => {}
        _ => return Err(wrong("its certificate does not name this node")),
    }
    let membership = Membership {
        federation: invited.federation.clone(),
        clock_class: invited.clock_class,
        node: invited.node.clone(),
        name: invited.name.clone(),
        tier: invited.tier,
        departments: invited.departments.clone(),
        parent: Some(invited.parent.clone()),
    };
    folder.write_public(&folder.certificate_file(), certificate::to_pem(&admitted.certificate).as_bytes())?;
    folder.write_public(&folder.authority_certificate_file(), invited.ca_certificate.as_bytes())?;
    let root = PublicKey::new(Algorithm::from_name(&invited.root_key.algorithm)?, &invited.root_key.key)?;
    folder.write_public(&folder.root_public_key_file(), format!("{root}\n").as_bytes())?;
    let store = store::open(folder, &config, Absent::Create).await?;
    membership::keep(&*store, &admitted.signed_directory, directory.version, &invited.root_key).await?;
    let engine = membership::open_engine(folder, &membership, store, composition).await?;
    engine.found(Clock::of(&config).now()?, composition.program).await?;
    // The configuration comes last: until it names a federation, joining can be repeated.
    folder.write_config(&NodeConfig {
        parent_address: Some(invited.parent_address),
        membership: Some(membership.clone()),
        ..config
    })?;
    Ok(membership)
}

/// Reads an invitation whose signature fits the root key it names.
pub fn read_invitation(bytes: &[u8]) -> Result<Invitation, Answer> {
    let malformed = |defect: honghei_codec::WireDefect| {
        Answer::new(Class::Usage, defect.code(), format!("this file is no invitation: {defect}"))
    };
    let signed = decode_signed_invitation(bytes).map_err(malformed)?;
    let invitation = decode_invitation(&signed.document).map_err(malformed)?;
    let root = Algorithm::from_name(&invitation.root_key.algorithm)
        .and_then(|algorithm| PublicKey::new(algorithm, &invitation.root_key.key))?;
    if !root.verify(&invitation_statement(&invitation, &signed.document), &signed.signature) {
        return Err(Answer::denied("INVITATION_FORGED", "the invitation was altered on its way; ask for it again"));
    }
    Ok(invitation)
}

fn check_fit(invited: &Invitation, composition: &Composition, clock: &Clock) -> Result<(), Answer> {
    if invited.tier != composition.tier {
        let message = format!("the invitation is for another tier than that of {}", composition.name);
        return Err(Answer::refused("TIER_DIFFERS", message));
    }
    if invited.clock_class != clock.class() {
        let message = match invited.clock_class {
            ClockClass::Simulated => "the federation lives on a simulated calendar; init with --simulated-clock FILE",
            ClockClass::Real => "the federation lives in real time; init without --simulated-clock",
        };
        return Err(Answer::refused("CLOCK_CLASS_DIFFERS", message));
    }
    Ok(())
}
