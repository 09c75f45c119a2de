//! Admission: who holds an unused invitation becomes a member, and nobody else.

use honghei_codec::directory::{
    decode_invitation, decode_signed_invitation, encode_invitation, encode_signed_invitation,
};
use honghei_domain::list::Department;
use honghei_domain::node::Tier;
use honghei_ledger::SecretKey;
use honghei_node::answer::{Answer, Class};
use honghei_node::authority::{Authority, Guest};
use honghei_node::{certificate, join, keys, tls};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{Collect, FileOptions, InviteRequest};
use honghei_proto::enrolment::v1::enrolment_service_client::EnrolmentServiceClient;
use honghei_proto::enrolment::v1::{EnrolRequest, EnrolResponse};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::support::{CITY, COUNTY, PASSPHRASE, PROVINCE, Place, Served, invitation, key, node, serve};

struct Newcomer {
    transport_key: String,
    log_key: SecretKey,
}

impl Newcomer {
    fn new() -> Self {
        tls::install_provider();
        Self { transport_key: certificate::transport_key().unwrap(), log_key: key() }
    }

    fn request(&self, invitation: &[u8]) -> EnrolRequest {
        EnrolRequest {
            invitation: invitation.to_vec(),
            certificate_request: certificate::signing_request(&node("420800-commerce"), &self.transport_key).unwrap(),
            log_key_algorithm: "ed25519".to_owned(),
            log_key: self.log_key.public().bytes,
            log_key_proof: self.log_key.sign(invitation),
        }
    }

    async fn enrol(&self, at: &Served, invitation: &[u8]) -> Result<EnrolResponse, Answer> {
        enrol(at, self.request(invitation)).await
    }
}

async fn enrol(at: &Served, request: EnrolRequest) -> Result<EnrolResponse, Answer> {
    let authority = authority_of(at);
    let channel = tls::connect(&at.address(), &at.running.membership.node, &authority, None).await?;
    Ok(EnrolmentServiceClient::new(channel).enrol(request).await?.into_inner())
}

fn authority_of(at: &Served) -> String {
    std::fs::read_to_string(at.running.socket.with_file_name("authority.pem")).unwrap()
}

async fn province(place: &Place) -> Served {
    let folder = place.found("p").await;
    serve(&folder, &PROVINCE).await
}

async fn city_invitation(province: &mut Served) -> Vec<u8> {
    let address = province.address();
    province.invite("420800", "city", "420000-commerce", &address).await
}

#[tokio::test]
async fn a_node_joins_with_its_invitation_and_is_named_in_the_directory() {
    let place = Place::new();
    let mut province = province(&place).await;
    let invitation = city_invitation(&mut province).await;
    let folder = place.prepare("c");
    let membership = join::join(&folder, &invitation, &CITY).await.unwrap();
    assert_eq!(membership.node, node("420800-commerce"));
    let pem = std::fs::read_to_string(folder.certificate_file()).unwrap();
    assert!(
        certificate::server_config(
            &pem,
            &std::fs::read_to_string(folder.transport_key_file()).unwrap(),
            &authority_of(&province)
        )
        .is_ok()
    );
    let cx = province.running.engine().context(place_now(&place)).await;
    let record = cx.directory().node(&node("420800-commerce")).unwrap();
    assert_eq!(record.log_keys[0].key.key, keys::read_log_key(&folder).unwrap().public().bytes);
    assert_eq!(cx.directory().version, 2);
    let again = join::join(&folder, &invitation, &CITY).await.unwrap_err();
    assert_eq!((again.class, again.code.as_str()), (Class::AlreadyDone, "ALREADY_MEMBER"));
    province.running.stop().await;
}

fn place_now(place: &Place) -> honghei_registry::context::Now {
    honghei_node::clock::Clock::simulated(&place.calendar()).now().unwrap()
}

#[tokio::test]
async fn a_county_is_admitted_through_its_city() {
    let place = Place::new();
    let mut province = province(&place).await;
    let invitation = city_invitation(&mut province).await;
    let folder = place.prepare("c");
    join::join(&folder, &invitation, &CITY).await.unwrap();
    let city = serve(&folder, &CITY).await;
    let invitation = province.invite("420802", "county", "420800-commerce", &city.address()).await;
    let folder = place.prepare("k");
    let membership = join::join(&folder, &invitation, &COUNTY).await.unwrap();
    assert_eq!(membership.parent, Some(node("420800-commerce")));
    city.running.stop().await;
    province.running.stop().await;
}

/// L-13: a node's certificate names it by region and department, and the directory gives it the departments it was
/// invited for; it collects for those and for no other.
#[tokio::test]
async fn l_13_a_node_serves_the_departments_it_was_invited_for_and_no_other() {
    let place = Place::new();
    let mut province = province(&place).await;
    let address = province.address();
    let both = InviteRequest {
        departments: vec!["quality".to_owned()],
        ..crate::support::invitation("429004", "county", "420000-commerce", &address)
    };
    let invitation = province.admin.invite(both).await.unwrap().invitation;
    let folder = place.prepare("k");
    let membership = join::join(&folder, &invitation, &COUNTY).await.unwrap();
    let departments = ["commerce", "quality"].map(|name| Department(name.to_owned()));
    assert_eq!(membership.departments, departments);
    let pem = std::fs::read_to_string(folder.certificate_file()).unwrap();
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    assert_eq!(certificate::identity_of(&der).unwrap().0, node("429004-commerce"));
    let cx = province.running.engine().context(place_now(&place)).await;
    assert_eq!(cx.directory().node(&membership.node).unwrap().departments, departments);

    let mut county = serve(&folder, &COUNTY).await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    for (department, class, criterion) in
        [("commerce", "a", "SW-R-01"), ("quality", "unit", "ZJ-R-CP-02"), ("food", "seller", "SP-R-01")]
    {
        let rows = format!("企业名称,统一社会信用代码,认定标准,事实\n甲公司,91420802MA0000015G,{criterion},受表彰\n");
        let upload = collector.upload("reds.csv", rows.into_bytes(), |_| ()).await.unwrap();
        let collect = Command::Collect(Collect {
            file: Some(FileOptions { upload, strict: true, ..FileOptions::default() }),
            kind: "red".to_owned(),
            department: department.to_owned(),
            channel: "other".to_owned(),
            default_class: class.to_owned(),
            territorial_override: "在本市设有分支机构".to_owned(),
        });
        match collector.perform(collect).await {
            Ok(done) => assert!(done.entry.is_some() && department != "food", "{department}"),
            Err(answer) => assert_eq!((department, answer.code.as_str()), ("food", "DEPARTMENT_NOT_HERE")),
        }
    }
    county.running.stop().await;
    province.running.stop().await;
}

#[tokio::test]
async fn an_invitation_admits_one_node_and_repeats_its_answer_to_the_same_keys() {
    let place = Place::new();
    let mut province = province(&place).await;
    let invitation = city_invitation(&mut province).await;
    let newcomer = Newcomer::new();
    let first = newcomer.enrol(&province, &invitation).await.unwrap();
    let again = newcomer.enrol(&province, &invitation).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(certificate::identity_of(&first.certificate).unwrap().0, node("420800-commerce"));
    let thief = Newcomer::new().enrol(&province, &invitation).await.unwrap_err();
    assert_eq!((thief.class, thief.code.as_str()), (Class::Denied, "INVITATION_USED"));
    let other_log = Newcomer { transport_key: newcomer.transport_key.clone(), log_key: key() };
    assert_eq!(other_log.enrol(&province, &invitation).await.unwrap_err().code, "INVITATION_USED");
    // The answer outlives the process that gave it.
    province.running.stop().await;
    let folder = place.folder("p");
    let running = honghei_node::serve::start(&folder, &PROVINCE, Some(PASSPHRASE)).await.unwrap();
    let province = Served { admin: province.admin, running };
    assert_eq!(newcomer.enrol(&province, &invitation).await.unwrap(), first);
    province.running.stop().await;
}

#[tokio::test]
async fn a_second_invitation_for_a_member_is_of_no_use() {
    let place = Place::new();
    let mut province = province(&place).await;
    let one = city_invitation(&mut province).await;
    let other = city_invitation(&mut province).await;
    Newcomer::new().enrol(&province, &one).await.unwrap();
    assert_eq!(Newcomer::new().enrol(&province, &other).await.unwrap_err().code, "NODE_ALREADY_MEMBER");
    let address = province.address();
    let asked = invitation("420800", "city", "420000-commerce", &address);
    assert_eq!(province.admin.invite(asked).await.unwrap_err().code, "NODE_ALREADY_MEMBER");
    province.running.stop().await;
}

#[tokio::test]
async fn whoever_does_not_hold_the_log_key_is_not_admitted_under_it() {
    let place = Place::new();
    let mut province = province(&place).await;
    let invitation = city_invitation(&mut province).await;
    let newcomer = Newcomer::new();
    let stolen = EnrolRequest { log_key: key().public().bytes, ..newcomer.request(&invitation) };
    assert_eq!(enrol(&province, stolen).await.unwrap_err().code, "LOG_KEY_NOT_PROVED");
    let unknown = EnrolRequest { log_key_algorithm: "rot13".to_owned(), ..newcomer.request(&invitation) };
    assert_eq!(enrol(&province, unknown).await.unwrap_err().code, "LOG_KEY_MALFORMED");
    let garbage = EnrolRequest { certificate_request: vec![1, 2, 3], ..newcomer.request(&invitation) };
    assert_eq!(enrol(&province, garbage).await.unwrap_err().code, "CERTIFICATE_MALFORMED");
    newcomer.enrol(&province, &invitation).await.unwrap();
    province.running.stop().await;
}

#[tokio::test]
async fn an_expired_invitation_admits_nobody_new() {
    let place = Place::new();
    let mut province = province(&place).await;
    let invitation = city_invitation(&mut province).await;
    place.day("2017-11-21");
    let newcomer = Newcomer::new();
    assert_eq!(newcomer.enrol(&province, &invitation).await.unwrap_err().code, "INVITATION_EXPIRED");
    place.day("2017-11-20");
    newcomer.enrol(&province, &invitation).await.unwrap();
    // Its holder may still fetch the answer that a broken line cost him.
    place.day("2017-12-20");
    newcomer.enrol(&province, &invitation).await.unwrap();
    province.running.stop().await;
}

#[tokio::test]
async fn an_altered_or_foreign_invitation_is_refused_at_both_ends() {
    let place = Place::new();
    let mut province = province(&place).await;
    let invitation = city_invitation(&mut province).await;
    let mut signed = decode_signed_invitation(&invitation).unwrap();
    let mut document = decode_invitation(&signed.document).unwrap();
    document.node = node("420900-commerce");
    signed.document = encode_invitation(&document);
    let altered = encode_signed_invitation(&signed);
    assert_eq!(Newcomer::new().enrol(&province, &altered).await.unwrap_err().code, "INVITATION_FORGED");
    let folder = place.prepare("c");
    assert_eq!(join::join(&folder, &altered, &CITY).await.unwrap_err().code, "INVITATION_FORGED");
    // A root of the attacker's own signs what he likes; it is not this federation's.
    let root = key();
    document.root_key.key = root.public().bytes;
    signed.document = encode_invitation(&document);
    signed.signature = root.sign(&signed.document);
    let foreign = encode_signed_invitation(&signed);
    assert_eq!(Newcomer::new().enrol(&province, &foreign).await.unwrap_err().code, "INVITATION_FORGED");
    assert_eq!(Newcomer::new().enrol(&province, b"noise").await.unwrap_err().class, Class::Usage);
    province.running.stop().await;
}

#[tokio::test]
async fn an_invitation_that_the_root_signed_and_nobody_remembers_admits_nobody() {
    let place = Place::new();
    let province = province(&place).await;
    let authority = Authority::open(&place.folder("p"), PASSPHRASE).unwrap();
    let cx = province.running.engine().context(place_now(&place)).await;
    let guest = Guest {
        node: node("420800-commerce"),
        name: "某市商务局".to_owned(),
        tier: Tier::City,
        departments: Vec::new(),
        parent: node("420000-commerce"),
        parent_address: province.address(),
        expires_on: cx.now.today,
    };
    let mut rng = honghei_node::chance::generator().unwrap();
    let (_, invitation) = authority.invite(cx.directory(), guest, &mut rng).unwrap();
    let refused = Newcomer::new().enrol(&province, &invitation).await.unwrap_err();
    assert_eq!(refused.code, "INVITATION_UNKNOWN");
    province.running.stop().await;
}

#[tokio::test]
async fn a_lost_database_does_not_come_back_empty() {
    let place = Place::new();
    let province = province(&place).await;
    province.running.stop().await;
    std::fs::remove_file(place.folder("p").database_file()).unwrap();
    let restarted = honghei_node::serve::start(&place.folder("p"), &PROVINCE, Some(PASSPHRASE)).await;
    assert_eq!(restarted.unwrap_err().class, Class::Fault);
}

#[tokio::test]
async fn an_invitation_fits_the_tier_and_the_calendar_of_its_program() {
    let place = Place::new();
    let mut province = province(&place).await;
    let invitation = city_invitation(&mut province).await;
    let folder = place.prepare("c");
    assert_eq!(join::join(&folder, &invitation, &COUNTY).await.unwrap_err().code, "TIER_DIFFERS");
    let mut config = folder.config().unwrap();
    config.simulated_clock = None;
    folder.write_config(&config).unwrap();
    assert_eq!(join::join(&folder, &invitation, &CITY).await.unwrap_err().code, "CLOCK_CLASS_DIFFERS");
    province.running.stop().await;
}

#[tokio::test]
async fn a_guest_stands_below_a_member() {
    let place = Place::new();
    let mut province = province(&place).await;
    let address = province.address();
    let asks = [
        (invitation("420802", "county", "420800-commerce", &address), "PARENT_UNKNOWN"),
        (invitation("510100", "city", "420000-commerce", &address), "GUEST_NOT_BELOW_PARENT"),
        (invitation("420800", "province", "420000-commerce", &address), "FIELD_TIER"),
        (invitation("42080", "city", "420000-commerce", &address), "FIELD_REGION"),
        (invitation("420800", "city", "420000-commerce", "nowhere"), "FIELD_PARENT_ADDRESS"),
    ];
    for (ask, code) in asks {
        assert_eq!(province.admin.invite(ask).await.unwrap_err().code, code);
    }
    let directly_below = invitation("429004", "county", "420000-commerce", &address);
    province.admin.invite(directly_below).await.unwrap();
    province.running.stop().await;
}

#[tokio::test]
async fn without_the_root_passphrase_the_node_serves_and_admits_nobody() {
    let place = Place::new();
    let mut province = province(&place).await;
    let invitation = city_invitation(&mut province).await;
    province.running.stop().await;
    let folder = place.folder("p");
    let wrong = honghei_node::serve::start(&folder, &PROVINCE, Some("guess")).await.unwrap_err();
    assert_eq!(wrong.code, "PASSPHRASE_WRONG");
    let running = honghei_node::serve::start(&folder, &PROVINCE, None).await.unwrap();
    let province = Served { admin: province.admin, running };
    assert_eq!(Newcomer::new().enrol(&province, &invitation).await.unwrap_err().code, "AUTHORITY_LOCKED");
    province.running.stop().await;
}
