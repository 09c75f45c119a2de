//! What an applicant for repair hands in as files.

use federation::world::World;
use federation::world::entries::candidate;
use honghei_domain::attachment::{Attachment, PART_BYTES};
use honghei_domain::list::ListKind;
use honghei_domain::listing::{ListingCommand, Materials};
use honghei_registry::attachments::{self, Holder};
use honghei_registry::command::Command;
use honghei_registry::error::CommandError;

use super::bureau::*;

const PROVINCE: &str = "420000-commerce";

fn pdf(name: &str, bytes: usize) -> Attachment {
    let mut content = format!("%PDF-1.7\n{name}\n").into_bytes();
    content.resize(bytes.max(content.len() + 6), b'0');
    content.extend(b"%%EOF\n");
    Attachment::take(name, content).unwrap()
}

fn apply(files: Vec<Attachment>, names: &[&str]) -> Command {
    Command::Listing(ListingCommand::ReceiveRepair {
        case: case(EASTERN, 1),
        by: "当事企业".to_owned(),
        materials: Materials {
            corrected: "已停止销售并召回".to_owned(),
            fulfilled: "罚款已缴纳".to_owned(),
            promise: "承诺今后守法经营".to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            attachments: files,
        },
    })
}

async fn listed_black(seed: u64) -> World {
    let mut world = commerce(seed).await;
    let list = world.send_up(EASTERN, ListKind::Black, vec![candidate(ListKind::Black, "420802", 1)]).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    world.pass_days(200).await.unwrap();
    world
}

/// F-12, BX-1: the files are signed for with the application, count as the materials they are named after, and reach
/// the recogniser and the province whole.
#[tokio::test]
async fn f_12_the_files_of_an_application_for_repair_are_signed_for_and_reach_everybody_concerned() {
    let world = listed_black(85).await;
    let (long, promise) = (pdf("整改材料（照片）.pdf", 2 * PART_BYTES + 9), pdf("信用承诺书.pdf", 400));
    let two = || vec![long.clone(), promise.clone()];
    // What no file brings must still be named.
    let lacking = world.act(CITY, "reviewer", apply(two(), &["销榜申请"])).await.unwrap_err();
    assert!(
        lacking.code() == "REPAIR_MATERIALS_MISSING" && lacking.to_string().contains("履行义务的证明"),
        "{lacking}"
    );
    assert!(!lacking.to_string().contains("整改材料"), "{lacking}");
    let twice = world.act(CITY, "reviewer", apply(vec![long.clone(), long.clone()], &[])).await;
    assert!(matches!(twice, Err(CommandError::Refused(_))), "{twice:?}");
    let asked = apply(two(), &["销榜申请", "履行义务的证明"]);
    let applied = world.act(CITY, "reviewer", asked).await.unwrap();
    world.settle().await.unwrap();
    for node in [CITY, EASTERN, PROVINCE] {
        let mut tx = world.node(node).store.read().await.unwrap();
        let files = attachments::files_of(&mut *tx, &Holder::List(applied.clone())).await.unwrap();
        assert_eq!(files, [long.reference.clone(), promise.reference.clone()], "{node}");
        for (file, whole) in files.iter().zip([&long, &promise]) {
            assert_eq!(attachments::read(&mut *tx, file).await.unwrap().unwrap(), whole.bytes, "{node}");
        }
    }
    assert_rebuildable(&world).await;
}
