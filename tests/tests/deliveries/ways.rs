//! Files that officers and machines bring.

use honghei_ledger::{hex, sha256};
use honghei_node::client::Client;
use honghei_node::serve;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use super::office::*;

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

/// C-5, C-6: a file of which no row can enter is an alarm; what waits for an officer has a limit, and what was dealt with
/// makes room again.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_sound_row_is_an_alarm_and_so_many_lists_wait_at_most() {
    let mut office = Office::open().await;
    office.register("tax", "delta").await;
    let hollow = "单位,信用码,哪天,为何\n样例坏行公司,91420802MA0000999X,2017-10-01,欠税（样例）\n";
    let done = office.import("tax", hollow.as_bytes(), "2017-11-06").await.unwrap();
    assert!(done.entry.is_none() && done.import.unwrap().refused == 1);
    office.look().await;
    assert_eq!(office.alarms("tax").await, ["FEED_WITHOUT_ROWS"]);

    let credential = office.credential("tax").await;
    let mut sender = office.sender(&credential).await;
    for firm in 1..65 {
        let receipt = sender.push(outgoing(list(firm..firm + 1), "2017-11-06"), |_| ()).await.unwrap();
        assert_eq!(receipt.delivery.unwrap().standing, "waiting");
    }
    let further = || outgoing(list(65..66), "2017-11-06");
    assert_eq!(sender.push(further(), |_| ()).await.unwrap_err().code, "DELIVERIES_FULL");
    let first = office.waiting("tax").await.swap_remove(0).id;
    office.clerk.drop_delivery(DropDeliveryRequest { delivery: first }).await.unwrap();
    sender.push(further(), |_| ()).await.unwrap();
    assert_eq!(office.waiting("tax").await.len(), 64);
    office.running.stop().await;
}
