//! Lists that departments' own programs push.

use std::path::Path;
use std::process::Command as Program;
use std::time::Duration;

use honghei_ledger::{hex, sha256};
use honghei_node::answer::Answer;
use honghei_node::certificate::{self, Authority};
use honghei_node::delivery::sender::Outgoing;
use honghei_node::{clock, tls};
use honghei_proto::console::v1::*;
use honghei_proto::feed::v1::feed_service_client::FeedServiceClient;
use honghei_proto::feed::v1::push_request::Part;
use honghei_proto::feed::v1::{DeliveredRow, DeliveryHeader, PushRequest, PushResponse, RowBatch};
use honghei_proto::link::v1::MirrorRequest;
use honghei_proto::link::v1::link_service_client::LinkServiceClient;
use tokio_stream::{Stream, StreamExt};
use tonic::transport::Channel;

use super::office::*;

/// How long an answer may take that waits for nothing.
const SOON: Duration = Duration::from_secs(60);

/// Sends parts and then neither another one nor the end.
fn unending(parts: Vec<Part>) -> impl Stream<Item = PushRequest> + Send + 'static {
    tokio_stream::iter(parts).map(|part| PushRequest { part: Some(part) }).chain(tokio_stream::pending())
}

/// Pushes what never ends; the answer, if one comes all the same.
async fn push_without_end(channel: &Channel, parts: Vec<Part>) -> Result<PushResponse, Answer> {
    let mut client = FeedServiceClient::new(channel.clone());
    let answer = tokio::time::timeout(SOON, client.push(unending(parts))).await.unwrap();
    Ok(answer?.into_inner())
}

/// Pushes parts, and is gone as soon as the last has been handed over.
async fn broken_off(channel: &Channel, parts: Vec<Part>) {
    let (sent, whole) = tokio::sync::oneshot::channel();
    let mut sent = Some(sent);
    let told = tokio_stream::iter(0..1).filter_map(move |_| {
        _ = sent.take().map(|sent| sent.send(()));
        None::<PushRequest>
    });
    let parts = tokio_stream::iter(parts).map(|part| PushRequest { part: Some(part) });
    let mut client = FeedServiceClient::new(channel.clone());
    tokio::select! {
        answer = client.push(parts.chain(told).chain(tokio_stream::pending())) => {
            assert!(answer.is_err(), "a part of a list was taken: {answer:?}");
        }
        _ = whole => {}
    }
}

/// C-6: four lists come at once at most; whoever comes then is told to wait, and finds room when another is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_fifth_list_at_once_waits_until_another_has_gone() {
    let mut office = Office::open().await;
    office.register("tax", "delta").await;
    let (chain, key) = office.credential("tax").await;
    let channel = office.channel(&chain, &key).await;
    let bytes = list(1..4);
    let held: Vec<_> = (0..4)
        .map(|_| {
            let mut client = FeedServiceClient::new(channel.clone());
            let parts = vec![Part::Header(header("tax", &bytes))];
            // A place that a probe has just taken is free again at once.
            tokio::spawn(async move { while client.push(unending(parts.clone())).await.is_err() {} })
        })
        .collect();
    let entire = || vec![Part::Header(header("tax", &bytes)), Part::Piece(bytes.clone())];
    let all_held = async {
        while push(channel.clone(), Vec::new()).await.unwrap_err().code != "FEED_BUSY" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, all_held).await.unwrap();
    assert_eq!(push(channel.clone(), entire()).await.unwrap_err().code, "FEED_BUSY");
    assert!(office.waiting("tax").await.is_empty());
    held.iter().for_each(tokio::task::JoinHandle::abort);
    let taken = async {
        loop {
            match push(channel.clone(), entire()).await {
                Ok(receipt) => break receipt,
                Err(answer) => assert_eq!(answer.code, "FEED_BUSY"),
            }
        }
    };
    let receipt = tokio::time::timeout(SOON, taken).await.unwrap();
    assert_eq!((receipt.delivery.unwrap().accepted, office.waiting("tax").await.len()), (3, 1));
    office.running.stop().await;
}

/// C-5, C-6: a push that breaks off leaves nothing behind but a record of it and is repeated whole; one that had arrived
/// is answered for its header alone, with the receipt it had, however often it is repeated and whatever has become of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_push_is_repeated_and_one_that_had_arrived_is_answered_from_its_header() {
    let mut office = Office::open().await;
    office.register("tax", "full").await;
    let credential = office.credential("tax").await;
    let channel = office.channel(&credential.0, &credential.1).await;
    let mut bytes = list(1..2_001);
    bytes.extend_from_slice("样例坏行公司,91420802MA0000999X,2017-10-01,欠税（样例）\n".as_bytes());
    let head = || Part::Header(header("tax", &bytes));
    let pieces: Vec<Part> = bytes.chunks(16 * 1024).map(|piece| Part::Piece(piece.to_vec())).collect();

    // The call breaks off when half of it has been sent; until it has reached the node at all, there is nothing to record.
    let half: Vec<Part> = std::iter::once(head()).chain(pieces[..pieces.len() / 2].to_vec()).collect();
    while office.alarms("tax").await.is_empty() {
        broken_off(&channel, half.clone()).await;
    }
    assert_eq!(office.alarms("tax").await, ["FEED_CUT"]);
    assert!(office.waiting("tax").await.is_empty());

    // Repeated whole, as a department's program does.
    let mut sender = office.sender(&credential).await;
    let receipt = sender.push(outgoing(bytes.clone(), "2017-11-06"), |_| ()).await.unwrap();
    let delivery = receipt.delivery.clone().unwrap();
    assert_eq!((delivery.standing.as_str(), delivery.accepted, delivery.refused), ("waiting", 2_000, 1));
    assert!(!receipt.repeated && receipt.remarks_total > 0);

    // Had the receipt been lost: the header brings it, and the rest is neither waited for nor looked at.
    let junk = Part::Piece(vec![b'x'; 1024]);
    for parts in [vec![head()], vec![head(), junk.clone()], vec![head(), junk.clone(), junk]] {
        let again = push_without_end(&channel, parts).await.unwrap();
        assert_eq!(again, PushResponse { repeated: true, ..receipt.clone() });
    }
    let again = sender.push(outgoing(bytes.clone(), "2017-11-06"), |_| ()).await.unwrap();
    assert_eq!(again, PushResponse { repeated: true, ..receipt.clone() });
    assert_eq!((office.waiting("tax").await.len(), office.alarms("tax").await.len()), (1, 1));

    // What the officer made of it is told in the same way.
    office.take("tax", 0).await.unwrap();
    office.settle().await;
    let taken = push_without_end(&channel, vec![head()]).await.unwrap();
    let standing = taken.delivery.unwrap();
    assert_eq!((standing.id.as_str(), standing.standing.as_str()), (delivery.id.as_str(), "taken"));
    assert!(taken.repeated && !standing.entry.is_empty());
    assert_eq!(office.standing("tax").await, 2_000);

    // Under another day it is another delivery, and its bytes must come.
    let other = DeliveryHeader { as_of: "2017-11-05".to_owned(), ..header("tax", &bytes) };
    assert_eq!(push(channel, vec![Part::Header(other)]).await.unwrap_err().code, "FEED_CUT");
    office.running.stop().await;
}

fn federation(arguments: &[&str], folder: &Path) -> std::process::Output {
    Program::new(env!("CARGO_BIN_EXE_federation")).arg("feed").args(arguments).current_dir(folder).output().unwrap()
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
