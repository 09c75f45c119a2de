//! The ways a department's list arrives: an officer's file, a watched folder, a push over TLS (C-5, C-6).
//!
//! A whole node in this process, with its folder, database, console and door.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a story names its mistakes at once")]

use std::path::{Path, PathBuf};
use std::process::Command as Program;

use honghei_domain::identifier::Uscc;
use honghei_domain::list::Department;
use honghei_domain::node::NodeId;
use honghei_ledger::{Cost, SecretKey, hex, sha256};
use honghei_node::answer::Answer;
use honghei_node::authority::{self, Founding};
use honghei_node::certificate::{self, Authority};
use honghei_node::client::{Client, Done};
use honghei_node::delivery::sender::{Outgoing, Sender};
use honghei_node::folder::{Folder, NodeConfig};
use honghei_node::serve::{self, Running};
use honghei_node::{chance, clock, tls};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;
use honghei_proto::feed::v1::feed_service_client::FeedServiceClient;
use honghei_proto::feed::v1::push_request::Part;
use honghei_proto::feed::v1::{DeliveredRow, DeliveryHeader, PushRequest, PushResponse, RowBatch};
use honghei_proto::link::v1::MirrorRequest;
use honghei_proto::link::v1::link_service_client::LinkServiceClient;
use tempfile::TempDir;
use tonic::transport::Channel;

const PROVINCE: &str = "420000-commerce";
const PASSPHRASE: &str = "four words do well";

/// A running province with a comparer, a second approver and an administrator.
struct Office {
    place: TempDir,
    folder: Folder,
    running: Running,
    admin: Client,
    clerk: Client,
    second: Client,
}

fn key() -> SecretKey {
    SecretKey::generate(&mut chance::generator().unwrap())
}

async fn officer(running: &Running, admin: Option<&mut Client>, id: &str, role: &str) -> Client {
    let own = key();
    let appointment = Command::AppointOfficer(AppointOfficer {
        id: id.to_owned(),
        name: "张伟".to_owned(),
        title: "科员".to_owned(),
        roles: vec![role.to_owned()],
        key_algorithm: "ed25519".to_owned(),
        key: own.public().bytes,
    });
    let mut client = Client::connect(&running.socket).await.unwrap();
    match admin {
        Some(admin) => {
            admin.perform(appointment).await.unwrap();
            client.open_session(id, own).await.unwrap();
        }
        None => {
            client.open_session(id, own).await.unwrap();
            client.perform(appointment).await.unwrap();
        }
    }
    client
}

impl Office {
    async fn open() -> Self {
        let place = tempfile::tempdir().unwrap();
        let calendar = place.path().join("calendar");
        clock::set_simulated(&calendar, "2017-11-06T09:00:00+08:00".parse().unwrap()).unwrap();
        let folder = Folder::at(place.path().join("p"));
        let founding = Founding {
            federation: "test".to_owned(),
            node: PROVINCE.parse().unwrap(),
            name: "湖北省商务厅".to_owned(),
            departments: vec![Department("commerce".to_owned())],
            config: NodeConfig {
                listen: "127.0.0.1:0".to_owned(),
                database: "sqlite".to_owned(),
                simulated_clock: Some(calendar),
                parent_address: None,
                membership: None,
            },
        };
        let composition = &province_node::COMPOSITION;
        authority::found(&folder, &founding, composition, PASSPHRASE, Cost::TRIVIAL).await.unwrap();
        let running = serve::start(&folder, composition, Some(PASSPHRASE)).await.unwrap();
        let mut admin = officer(&running, None, "admin", "administrator").await;
        let clerk = officer(&running, Some(&mut admin), "clerk", "comparer").await;
        let second = officer(&running, Some(&mut admin), "second", "second_approver").await;
        Self { place, folder, running, admin, clerk, second }
    }

    fn day(&self, day: &str) {
        let calendar = self.place.path().join("calendar");
        clock::set_simulated(&calendar, format!("{day}T09:00:00+08:00").parse().unwrap()).unwrap();
    }

    /// Registers a black list of the tax office with a layout of its own.
    async fn register(&mut self, source: &str, mode: &str) {
        let columns = ["主体名称=单位", "统一社会信用代码=信用码", "列入日期=哪天", "列入事由=为何"];
        let register = RegisterFeed {
            source: source.to_owned(),
            department: "tax".to_owned(),
            kind: "black".to_owned(),
            mode: mode.to_owned(),
            organ: "样例税务局".to_owned(),
            columns: columns.map(str::to_owned).to_vec(),
            every_days: 30,
            ..RegisterFeed::default()
        };
        self.clerk.perform(Command::RegisterFeed(register)).await.unwrap();
    }

    /// Imports a file as an officer does, naming nothing but source and day.
    async fn import(&mut self, source: &str, bytes: &[u8], as_of: &str) -> Result<Done, Answer> {
        let upload = self.clerk.upload("list.csv", bytes.to_vec(), |_| ()).await.unwrap();
        let import = ImportFeed {
            file: Some(FileOptions { upload, ..FileOptions::default() }),
            source: source.to_owned(),
            as_of: as_of.to_owned(),
            ..ImportFeed::default()
        };
        self.clerk.perform(Command::ImportFeed(import)).await
    }

    fn inbox(&self, source: &str) -> PathBuf {
        let inbox = self.folder.path().join("inbox").join(source);
        std::fs::create_dir_all(&inbox).unwrap();
        inbox
    }

    /// Puts a file into an inbox, and has the node look twice.
    async fn drop_file(&self, source: &str, name: &str, bytes: &[u8]) {
        std::fs::write(self.inbox(source).join(name), bytes).unwrap();
        self.look().await;
    }

    async fn look(&self) {
        for _ in 0..3 {
            self.running.deliveries().look().await.unwrap();
        }
    }

    async fn waiting(&mut self, source: &str) -> Vec<DeliveryRow> {
        let asked = ListDeliveriesRequest { source: source.to_owned() };
        self.clerk.list_deliveries(asked).await.unwrap().deliveries
    }

    async fn take(&mut self, delivery: &str, agreed_exits: u64) -> Result<Done, Answer> {
        let take = TakeDelivery { delivery: delivery.to_owned(), agreed_exits, ..TakeDelivery::default() };
        self.clerk.perform(Command::TakeDelivery(take)).await
    }

    /// Waits until everything that was taken in is compared.
    async fn settle(&mut self) {
        while self.clerk.compare(CompareRequest {}).await.unwrap().marks > 0 {
            tokio::task::yield_now().await;
        }
        self.look().await;
    }

    /// Rows of a source that stand.
    async fn standing(&self, source: &str) -> u64 {
        let mut tx = self.running.engine().store().read().await.unwrap();
        honghei_registry::feed::read(&mut *tx, source).await.unwrap().unwrap().standing.len()
    }

    /// Codes of the alarms that name a source.
    async fn alarms(&self, source: &str) -> Vec<String> {
        let mut tx = self.running.engine().store().read().await.unwrap();
        let of = |detail: &str| detail.contains(source);
        let rows = tx.incidents(100).await.unwrap();
        rows.into_iter().filter(|row| of(&row.detail)).map(|row| row.code).collect()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// A certificate for a source, for a key made here: the chain and the key.
    async fn credential(&mut self, source: &str) -> (String, String) {
        let key = certificate::transport_key().unwrap();
        let request = certificate::source_request(source, &key).unwrap();
        let asked = IssueCredentialRequest { source: source.to_owned(), request, withdraw: false };
        (self.admin.issue_credential(asked).await.unwrap().chain, key)
    }

    fn address(&self) -> String {
        self.running.address.to_string()
    }

    async fn sender(&self, credential: &(String, String)) -> Sender {
        Sender::connect(&self.address(), &node(), &credential.0, &credential.1).await.unwrap()
    }

    /// A channel with the first certificate of a chain.
    async fn channel(&self, chain: &str, key: &str) -> Channel {
        let own = chain.split_inclusive("-----END CERTIFICATE-----\n").next().unwrap();
        tls::connect(&self.address(), &node(), &self.read("authority.pem"), Some((own, key))).await.unwrap()
    }
}

fn node() -> NodeId {
    PROVINCE.parse().unwrap()
}

/// A black list in the registered layout.
fn list(firms: std::ops::Range<u32>) -> Vec<u8> {
    let mut text = "单位,信用码,哪天,为何\n".to_owned();
    for firm in firms {
        let uscc = Uscc::synthesize('9', '1', "420802", &format!("MA{firm:06}")).unwrap();
        text.push_str(&format!("样例{firm}号商贸有限公司,{uscc},2017-10-01,欠税（样例）\n"));
    }
    text.into_bytes()
}

fn outgoing(bytes: Vec<u8>, as_of: &str) -> Outgoing {
    Outgoing { file: "list.csv".to_owned(), bytes, as_of: as_of.to_owned(), mode: String::new(), rows: 0 }
}

async fn push(channel: Channel, parts: Vec<Part>) -> Result<PushResponse, Answer> {
    let messages = tokio_stream::iter(parts.into_iter().map(|part| PushRequest { part: Some(part) }));
    Ok(FeedServiceClient::new(channel).push(messages).await?.into_inner())
}

fn header(source: &str, bytes: &[u8]) -> DeliveryHeader {
    DeliveryHeader {
        source: source.to_owned(),
        as_of: "2017-11-06".to_owned(),
        file: "list.csv".to_owned(),
        length: bytes.len() as u64,
        sha256: sha256(bytes).to_vec(),
        ..DeliveryHeader::default()
    }
}

/// What is wrong with a list, and the code of the alarm over it.
fn defective() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let renamed = String::from_utf8(list(1..41)).unwrap().replacen("单位", "户名", 1);
    // Latin letters with accents, which are neither UTF-8 nor credible GB18030.
    let latin = [b"\xe9\xe8\xe0,\xf9\xfa\n" as &[u8], &[0xff; 40], b"\n"].concat();
    vec![
        ("cut in half", list(1..21), "FEED_TRUNCATED"),
        ("empty", Vec::new(), "INTAKE_FILE_EMPTY"),
        ("renamed columns", renamed.into_bytes(), ""),
        ("wrong encoding", latin, "INTAKE_ENCODING_UNKNOWN"),
    ]
}

/// C-5, C-6: the layout is registered once and reads every later file, whichever way it comes; a list cut in half, an
/// empty one, one with renamed columns and one in a wrong encoding are alarms over each of the three ways, and remove
/// nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_list_is_an_alarm_over_each_of_the_three_ways_and_removes_nobody() {
    let mut office = Office::open().await;
    for source in ["by-officer", "by-folder", "by-push"] {
        office.register(source, "full").await;
        office.import(source, &list(1..41), "2017-11-06").await.unwrap();
        office.settle().await;
    }
    office.day("2017-11-07");
    let credential = office.credential("by-push").await;
    let mut sender = office.sender(&credential).await;
    for (what, bytes, code) in defective() {
        let refused = office.import("by-officer", &bytes, "2017-11-07").await.unwrap_err();
        assert!(code.is_empty() || refused.code == code, "{what}: {refused:?}");
        let code = refused.code;
        office.drop_file("by-folder", "list-2017-11-07.csv", &bytes).await;
        let receipt = sender.push(outgoing(bytes, "2017-11-07"), |_| ()).await.unwrap();
        assert_eq!(receipt.delivery.unwrap().code, code, "{what}");
        for source in ["by-officer", "by-folder", "by-push"] {
            assert!(office.alarms(source).await.contains(&code), "{what} {source}: no {code}");
            assert_eq!(office.standing(source).await, 40, "{what} {source}");
        }
    }
    // A list whose rows can be read waits for an officer who knows better; the others do not.
    for source in ["by-folder", "by-push"] {
        let waiting = office.waiting(source).await;
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].code, "FEED_TRUNCATED");
        let inbox = office.inbox(source);
        let kept = |folder: &str| std::fs::read_dir(inbox.join(folder)).unwrap().count();
        assert_eq!((kept("accepted"), kept("refused")), (1, 3));
    }
    let codes = office.alarms("by-folder").await;
    assert_eq!(codes.len(), 4, "each once: {codes:?}");
    office.running.stop().await;
}

/// C-6: a file that arrives in a source's inbox waits for an officer, who signs it with one command; every file is kept
/// under its digest, with what is wrong beside it, and the same file again is the same delivery.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_the_inbox_waits_for_an_officer_who_takes_it_with_one_command() {
    let mut office = Office::open().await;
    office.register("tax", "full").await;
    let mut bytes = list(1..41);
    bytes.extend_from_slice("样例坏行公司,91420802MA0000999X,2017-10-01,欠税（样例）\n".as_bytes());
    office.drop_file("tax", "欠税 2017-11-05.csv", &bytes).await;
    let waiting = office.waiting("").await;
    let [row] = waiting.as_slice() else { panic!("{waiting:?}") };
    assert_eq!((row.as_of.as_str(), row.rows, row.accepted, row.refused), ("2017-11-05", 41, 40, 1));
    assert_eq!(
        (row.standing.as_str(), row.way.as_str(), row.sha256.as_str()),
        ("waiting", "inbox", hex(&sha256(&bytes)).as_str())
    );
    assert!(row.path.contains(&row.id) && row.summary.contains("40"), "{row:?}");
    assert_eq!(std::fs::read(office.folder.path().join(&row.path)).unwrap(), bytes);
    let report = std::fs::read_to_string(office.folder.path().join(&row.report)).unwrap();
    assert!(report.contains("样例坏行公司"));
    assert_eq!(office.standing("tax").await, 0, "nobody has signed");
    // The same once more is no second delivery.
    office.drop_file("tax", "欠税 2017-11-05.csv", &bytes).await;
    assert_eq!(office.waiting("tax").await.len(), 1);
    assert!(!office.inbox("tax").join("欠税 2017-11-05.csv").exists());

    let done = office.take("tax", 0).await.unwrap();
    assert!(done.entry.is_some());
    assert_eq!(done.import.unwrap().refused, 1);
    assert_eq!(office.standing("tax").await, 40);
    assert!(office.waiting("").await.is_empty());
    let gone = office.take("tax", 0).await.unwrap_err();
    assert_eq!(gone.code, "DELIVERY_UNKNOWN");
    office.settle().await;
    // A list that holds nothing new is done with by itself.
    office.drop_file("tax", "again-2017-11-05.csv", &list(1..41)).await;
    assert!(office.waiting("").await.is_empty());
    office.running.stop().await;
}

/// C-5: a waiting list that lacks too many rows goes in with the officer's consent and a second officer's signature.
#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_list_cut_in_half_is_taken_by_two_officers_or_put_aside() {
    let mut office = Office::open().await;
    office.register("tax", "full").await;
    office.import("tax", &list(1..41), "2017-11-06").await.unwrap();
    office.settle().await;
    office.day("2017-11-07");
    office.drop_file("tax", "list.csv", &list(1..21)).await;
    assert_eq!(office.take("tax", 20).await.unwrap_err().code, "DELIVERY_UNDATED");
    office.drop_file("tax", "list-20171107.csv", &list(1..22)).await;
    let waiting = office.waiting("tax").await;
    assert_eq!(waiting.len(), 2);
    assert_eq!(office.take("tax", 20).await.unwrap_err().code, "FIELD_DELIVERY", "which of the two?");
    let of = |as_of: &str| waiting.iter().find(|row| row.as_of == as_of).unwrap().id.clone();
    let (undated, dated) = (of(""), of("2017-11-07"));
    let put_aside = office.clerk.drop_delivery(DropDeliveryRequest { delivery: undated }).await.unwrap();
    assert!(office.folder.path().join(&put_aside.delivery.unwrap().path).exists(), "nothing is deleted");
    assert_eq!(office.take("tax", 0).await.unwrap_err().code, "FEED_TRUNCATED");
    let parked = office.take("tax", 19).await.unwrap().waiting.unwrap();
    let signed = office.waiting("tax").await;
    assert_eq!((signed[0].id.as_str(), signed[0].standing.as_str()), (dated.as_str(), "signed"));
    assert_eq!(office.take("tax", 19).await.unwrap_err().code, "DELIVERY_SIGNED");
    // Dropped, it waits again.
    office.clerk.drop_signature(DropSignatureRequest { id: parked }).await.unwrap();
    assert_eq!(office.waiting("tax").await[0].standing, "waiting");
    let parked = office.take("tax", 19).await.unwrap().waiting.unwrap();
    assert_eq!(office.standing("tax").await, 40);
    office.second.perform(Command::Countersign(Countersign { id: parked })).await.unwrap();
    assert_eq!(office.standing("tax").await, 21);
    assert!(office.waiting("").await.is_empty());
    let found = office.running.deliveries().find("tax", &dated).await.unwrap();
    assert_eq!(found.fate.name(), "taken");
    office.running.stop().await;
}

/// C-6: what waits survives the node's end; a file that was altered on the shelf is not taken; an inbox of a source
/// that nobody registered is an alarm.
#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_list_outlives_the_node_and_an_altered_one_is_not_taken() {
    let mut office = Office::open().await;
    office.register("tax", "delta").await;
    office.drop_file("tax", "one-2017-11-05.csv", &list(1..3)).await;
    office.drop_file("tax", "two-2017-11-06.csv", &list(3..5)).await;
    office.drop_file("nobody", "list.csv", &list(1..3)).await;
    assert_eq!(office.alarms("nobody").await, ["FEED_UNREGISTERED"]);
    assert!(office.inbox("nobody").join("list.csv").exists());
    let waiting = office.waiting("tax").await;
    let own = key();
    let appointment = Command::AppointOfficer(AppointOfficer {
        id: "clerk".to_owned(),
        name: "张伟".to_owned(),
        title: "科员".to_owned(),
        roles: vec!["comparer".to_owned()],
        key_algorithm: "ed25519".to_owned(),
        key: own.public().bytes,
    });
    office.admin.perform(appointment).await.unwrap();
    office.running.stop().await;
    office.running = serve::start(&office.folder, &province_node::COMPOSITION, None).await.unwrap();
    office.clerk = Client::connect(&office.running.socket).await.unwrap();
    office.clerk.open_session("clerk", own).await.unwrap();
    assert_eq!(office.waiting("tax").await, waiting);
    std::fs::write(office.folder.path().join(&waiting[0].path), list(1..9)).unwrap();
    assert_eq!(office.take(&waiting[0].id, 0).await.unwrap_err().code, "DELIVERY_ALTERED");
    assert!(office.alarms("tax").await.contains(&"DELIVERY_ALTERED".to_owned()));
    office.take(&waiting[1].id, 0).await.unwrap();
    assert_eq!(office.standing("tax").await, 2);
    office.running.stop().await;
}

/// C-6, S-1: a department's own program hands a list in with its source's certificate, as a file and as structured rows,
/// and reads which rows were refused and where it stands; the same list again is the same delivery.
#[tokio::test(flavor = "multi_thread")]
async fn a_departments_program_pushes_its_list_and_gets_a_receipt_row_by_row() {
    let mut office = Office::open().await;
    office.register("tax", "full").await;
    let credential = office.credential("tax").await;
    let mut sender = office.sender(&credential).await;
    assert_eq!(sender.source(), "tax");
    let mut bytes = list(1..41);
    bytes.extend_from_slice("样例坏行公司,91420802MA0000999X,2017-10-01,欠税（样例）\n".as_bytes());
    let counted = Outgoing { rows: 41, ..outgoing(bytes.clone(), "2017-11-06") };
    let receipt = sender.push(counted.clone(), |_| ()).await.unwrap();
    let delivery = receipt.delivery.unwrap();
    assert_eq!((delivery.standing.as_str(), delivery.sha256.as_str()), ("waiting", hex(&sha256(&bytes)).as_str()));
    assert_eq!((delivery.rows, delivery.accepted, delivery.refused), (41, 40, 1));
    assert_eq!((receipt.remarks[0].row, receipt.remarks[0].severity.as_str()), (42, "hard"));
    assert!(!receipt.repeated);
    let again = sender.push(counted.clone(), |_| ()).await.unwrap();
    assert!(again.repeated && again.delivery.unwrap().id == delivery.id && again.remarks == receipt.remarks);
    assert_eq!(office.waiting("tax").await.len(), 1);
    // Another number of rows than the sender counted is a cut list.
    let miscounted = Outgoing { rows: 40, as_of: "2017-11-05".to_owned(), ..counted };
    assert_eq!(sender.push(miscounted, |_| ()).await.unwrap().delivery.unwrap().code, "FEED_ROWS_DIFFER");
    assert!(office.alarms("tax").await.contains(&"FEED_ROWS_DIFFER".to_owned()));

    office.take("tax", 0).await.unwrap();
    office.settle().await;
    let standing = sender.standing(&delivery.id).await.unwrap();
    assert_eq!((standing.standing, standing.last_as_of.as_str(), standing.late), (40, "2017-11-06", false));
    assert_eq!(standing.deliveries.last().unwrap().standing, "taken");
    assert!(!standing.deliveries.last().unwrap().entry.is_empty());

    // The same list as structured rows holds nothing new.
    let text = String::from_utf8(list(1..41)).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let columns = lines.next().unwrap();
    let rows: Vec<DeliveredRow> = lines.map(|cells| DeliveredRow { cells }).collect();
    let head = DeliveryHeader {
        source: "tax".to_owned(),
        as_of: "2017-11-06".to_owned(),
        rows: rows.len() as u64,
        columns,
        ..DeliveryHeader::default()
    };
    let channel = office.channel(&credential.0, &credential.1).await;
    let parts = vec![Part::Header(head.clone()), Part::Rows(RowBatch { rows: rows.clone() })];
    let receipt = push(channel.clone(), parts).await.unwrap().delivery.unwrap();
    assert_eq!((receipt.standing.as_str(), receipt.rows, receipt.accepted), ("taken", 40, 40));
    // Half of the announced rows are a cut delivery.
    let parts = vec![Part::Header(head), Part::Rows(RowBatch { rows: rows[..20].to_vec() })];
    assert_eq!(push(channel, parts).await.unwrap_err().code, "FEED_CUT");
    assert!(office.alarms("tax").await.contains(&"FEED_CUT".to_owned()));
    assert_eq!(office.standing("tax").await, 40);
    office.running.stop().await;
}

/// C-5, C-6, S-1, S-2: whoever has no certificate, a node's, another source's or one that was replaced or withdrawn is
/// refused and recorded; so is what is cut, altered or larger than it said. Nothing of it is kept and nobody leaves.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_certificate_or_a_hostile_stream_is_refused_recorded_and_removes_nobody() {
    let mut office = Office::open().await;
    for source in ["tax", "court"] {
        office.register(source, "full").await;
    }
    office.import("tax", &list(1..41), "2017-11-06").await.unwrap();
    office.settle().await;
    let (chain, key) = office.credential("tax").await;
    let bytes = list(1..41);
    let whole = |source: &str| vec![Part::Header(header(source, &bytes)), Part::Piece(bytes.clone())];
    let code = |result: Result<PushResponse, Answer>| result.unwrap_err().code;

    let authority = office.read("authority.pem");
    let bare = tls::connect(&office.address(), &node(), &authority, None).await.unwrap();
    assert_eq!(code(push(bare, whole("tax")).await), "FEED_CALLER_UNKNOWN");
    let own = office.channel(&office.read("certificate.pem"), &office.read("transport.key")).await;
    assert_eq!(code(push(own, whole("tax")).await), "FEED_CALLER_UNKNOWN", "a node is no source");
    let channel = office.channel(&chain, &key).await;
    assert_eq!(code(push(channel.clone(), whole("court")).await), "FEED_OF_ANOTHER_SOURCE");
    // A source's certificate opens nothing else.
    let link = LinkServiceClient::new(channel.clone()).mirror(tokio_stream::empty::<MirrorRequest>()).await;
    assert_eq!(link.unwrap_err().code(), tonic::Code::Unauthenticated);

    let half = bytes[..bytes.len() / 2].to_vec();
    let cut = vec![Part::Header(header("tax", &bytes)), Part::Piece(half.clone())];
    assert_eq!(code(push(channel.clone(), cut).await), "FEED_CUT");
    let longer = vec![Part::Header(header("tax", &half)), Part::Piece(bytes.clone())];
    assert_eq!(code(push(channel.clone(), longer).await), "FEED_TOO_LARGE");
    let vast = DeliveryHeader { length: u64::MAX, ..header("tax", &bytes) };
    assert_eq!(code(push(channel.clone(), vec![Part::Header(vast)]).await), "FEED_TOO_LARGE");
    let altered = DeliveryHeader { sha256: vec![7; 32], ..header("tax", &bytes) };
    assert_eq!(
        code(push(channel.clone(), vec![Part::Header(altered), Part::Piece(bytes.clone())]).await),
        "FEED_ALTERED"
    );
    assert_eq!(code(push(channel.clone(), vec![Part::Piece(bytes.clone())]).await), "FIELD_HEADER");
    let delta = DeliveryHeader { mode: "delta".to_owned(), ..header("tax", &bytes) };
    assert_eq!(code(push(channel.clone(), vec![Part::Header(delta)]).await), "FEED_DIFFERS");

    // A new certificate voids the one before; a withdrawn one counts no longer.
    let newer = office.credential("tax").await;
    assert_eq!(code(push(channel, whole("tax")).await), "FEED_CREDENTIAL_VOID");
    let mut sender = office.sender(&newer).await;
    sender.standing("").await.unwrap();
    let withdraw = IssueCredentialRequest { source: "tax".to_owned(), withdraw: true, ..Default::default() };
    office.admin.issue_credential(withdraw).await.unwrap();
    assert_eq!(sender.standing("").await.unwrap_err().code, "FEED_CREDENTIAL_VOID");

    // A certificate for the source, by an authority that nobody here trusts.
    let now_ms = clock::Clock::real().transport_ms();
    let (rogue, rogue_key) = Authority::found("drill", now_ms).unwrap();
    let key = certificate::transport_key().unwrap();
    let request = certificate::request_from_pem(&certificate::source_request("tax", &key).unwrap()).unwrap();
    let issued = Authority::open(&rogue, &rogue_key).unwrap().issue_for_source("tax", &request, now_ms).unwrap();
    let forged =
        tls::connect(&office.address(), &node(), &authority, Some((&certificate::to_pem(&issued), &key))).await;
    if let Ok(channel) = forged {
        assert!(push(channel, whole("tax")).await.is_err());
    }

    let alarms = office.alarms("").await;
    for code in [
        "FEED_CALLER_UNKNOWN",
        "FEED_OF_ANOTHER_SOURCE",
        "FEED_CUT",
        "FEED_TOO_LARGE",
        "FEED_ALTERED",
        "FEED_CREDENTIAL_VOID",
        "PEER_NOT_A_NODE",
    ] {
        assert!(alarms.contains(&code.to_owned()), "{code}: {alarms:?}");
    }
    assert_eq!(office.standing("tax").await, 40);
    assert!(office.waiting("").await.is_empty());
    office.running.stop().await;
}

/// C-5, C-6: a list that came in time and that nobody took is not its department's delay; one source can push only so
/// many lists a day.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_waits_is_not_late_and_a_flood_of_lists_ends_at_a_limit() {
    let mut office = Office::open().await;
    for source in ["tax", "court"] {
        office.register(source, "full").await;
    }
    let credential = office.credential("tax").await;
    let mut sender = office.sender(&credential).await;
    sender.push(outgoing(list(1..4), "2017-11-06"), |_| ()).await.unwrap();
    let mut refused = 0;
    let limit = loop {
        refused += 1;
        match sender.push(outgoing(vec![b'a'; refused], "2017-11-06"), |_| ()).await {
            Ok(receipt) => assert_eq!(receipt.delivery.unwrap().standing, "refused"),
            Err(answer) => break answer,
        }
    };
    assert_eq!((limit.code.as_str(), refused), ("FEED_TOO_OFTEN", 96));
    let kept = std::fs::read_dir(office.inbox("tax").join("refused")).unwrap().count();
    assert_eq!(kept, 64);
    // Thirty days later one source is late and the other's list has waited.
    office.day("2017-12-20");
    while office.alarms("court").await != ["FEED_LATE"] {
        tokio::task::yield_now().await;
    }
    let alarms = office.alarms("tax").await;
    assert!(alarms.contains(&"FEED_UNTAKEN".to_owned()) && !alarms.contains(&"FEED_LATE".to_owned()), "{alarms:?}");
    office.take("tax", 0).await.unwrap();
    assert_eq!(office.standing("tax").await, 3);
    office.running.stop().await;
}

fn federation(arguments: &[&str], folder: &Path) -> std::process::Output {
    Program::new(env!("CARGO_BIN_EXE_federation")).arg("feed").args(arguments).current_dir(folder).output().unwrap()
}

/// C-6: a department needs no code of its own: three lines make its key, hand its list in and ask where it stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_department_pushes_its_list_with_the_program_alone() {
    let mut office = Office::open().await;
    office.register("tax", "full").await;
    let desk = tempfile::tempdir().unwrap();
    let made = federation(&["key", "tax", "--key", "tax.key", "--request", "tax.csr"], desk.path());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let request = std::fs::read_to_string(desk.path().join("tax.csr")).unwrap();
    let asked = IssueCredentialRequest { source: "tax".to_owned(), request, withdraw: false };
    let issued = office.admin.issue_credential(asked).await.unwrap();
    std::fs::write(desk.path().join("tax.pem"), issued.chain).unwrap();
    std::fs::write(desk.path().join("list.csv"), list(1..4)).unwrap();
    std::fs::write(desk.path().join("empty.csv"), "").unwrap();
    let to = office.address();
    let to = ["--to", &to, "--node", PROVINCE, "--certificate", "tax.pem", "--key", "tax.key"];
    let run = |line: &[&str]| federation(&[line, &to].concat(), desk.path());
    let pushed = run(&["push", "list.csv", "--as-of", "2017-11-06"]);
    assert!(pushed.status.success(), "{}", String::from_utf8_lossy(&pushed.stderr));
    assert!(String::from_utf8_lossy(&pushed.stdout).contains("可导入3行"));
    let refused = run(&["push", "empty.csv", "--as-of", "2017-11-06"]);
    assert_eq!(refused.status.code(), Some(3));
    let standing = run(&["standing"]);
    assert!(String::from_utf8_lossy(&standing.stdout).contains("待办理"));
    office.take("tax", 0).await.unwrap();
    assert_eq!(office.standing("tax").await, 3);
    office.running.stop().await;
}
