//! Published lists meet planted conflicts: every row is accounted for, what was planted is found by each kind of code,
//! and no name that two registered firms share removes anybody (C-1, C-3, C-6, AMB-13).
//!
//! The lists are no part of the project; the last property also holds of made-up firms, on every machine.

use std::collections::BTreeMap;

use federation::world::entries::{candidate, day};
use federation::world::{World, province_alone};
use honghei_domain::final_list::DetailRow;
use honghei_domain::identifier::{OrganisationCode, RegistrationNumber, Uscc};
use honghei_domain::list::{Department, ListEntry, ListKind};
use honghei_intake::{Request, open, take_in};

const PROVINCE: &str = "420000-commerce";

/// The lists as they were published, with the rows and the accepted rows of each.
const LISTS: [Published; 3] = [
    ("tax_A_jiangxi_2018.gbk.csv", "taxjx", ListKind::Red, 4_936, 4_828),
    ("91855.xlsx", "ecommerce", ListKind::Black, 500, 499),
    ("93516.xls", "transport", ListKind::Black, 270, 265),
];

async fn province() -> World {
    World::in_memory(11, &province_alone(), day("2019-07-01")).await.unwrap()
}

/// A list as it was published: file, department, kind, rows and accepted rows.
type Published = (&'static str, &'static str, ListKind, u64, u64);

/// Every row of a list as the province takes it in; none where this machine does not have it.
fn rows_of((file, department, kind, rows, accepted): Published) -> Option<Vec<ListEntry>> {
    let bytes = honghei_real_data::bytes(&format!("lists/{file}"))?;
    let department = Department(department.to_owned());
    let request = Request::feed(kind, department, PROVINCE.parse().unwrap(), "发布机关", day("2019-06-30"));
    let intake = take_in(&open(file, &bytes).unwrap(), &request).unwrap();
    let counts = &intake.counts;
    assert_eq!((counts.rows, counts.accepted), (rows, accepted), "{file}");
    assert_eq!(counts.accepted + counts.ended + counts.questioned + counts.rejected, counts.rows, "{file}");
    Some(intake.drafts.into_iter().map(|draft| draft.entry).collect())
}

/// A synthetic black that carries one code of a red and no other.
fn black_like(red: &ListEntry, serial: u32, tell: impl Fn(&mut ListEntry)) -> ListEntry {
    let mut black = candidate(ListKind::Black, "420800", 500_000 + serial);
    black.subject.name.clone_from(&red.subject.name);
    black.subject.uscc = None;
    tell(&mut black);
    black
}

/// The reds that versions removed or held, by case number.
async fn fallen(world: &World) -> BTreeMap<u64, &'static str> {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let mut found = BTreeMap::new();
    let latest = tx.latest_result().await.unwrap().unwrap().version;
    for version in 1..=latest {
        for row in tx.verdicts_of(version, u32::MAX >> 1).await.unwrap() {
            let detail = DetailRow::decode(&row.body).unwrap();
            found.insert(row.case.number, detail.verdict.outcome.code());
        }
    }
    found
}

/// C-1, C-3, C-6: published files.
#[tokio::test]
async fn planted_conflicts_with_published_lists_are_found_by_each_kind_of_code() {
    let published = LISTS.map(|list| (list, rows_of(list)));
    let world = province().await;
    let mut taken = 0;
    let mut reds = Vec::new();
    for (list, entries) in published {
        let Some(mut entries) = entries else { return };
        // Three reds of the published list in a hundred also carry an older number, as planted.
        for (at, entry) in entries.iter_mut().enumerate().filter(|(at, _)| list.2 == ListKind::Red && at % 100 == 7) {
            let region = "360200".parse().unwrap();
            entry.subject.registration_number =
                Some(RegistrationNumber::synthesize(region, u32::try_from(at).unwrap()));
        }
        let of_list = entries.clone();
        world.feed(list.1, list.2, day("2018-06-01"), entries).await.unwrap();
        if list.2 == ListKind::Red {
            reds = (taken + 1..).zip(of_list.clone()).collect::<Vec<(u64, ListEntry)>>();
        }
        taken += of_list.len() as u64;
    }
    world.publish().await.unwrap();
    assert_eq!(fallen(&world).await, BTreeMap::new(), "the published lists do not meet");
    world.assert_recompares().await.unwrap();

    // One conflict each by USCC, by organisation code alone and by registration number alone.
    let mut planted = BTreeMap::new();
    let mut blacks = Vec::new();
    for (serial, (number, red)) in (0..).zip(&reds) {
        let (subject, serial) = (&red.subject, serial);
        let Some(uscc) = subject.uscc.clone() else { continue };
        match serial % 100 {
            3 => blacks.push(black_like(red, serial, |black| black.subject.uscc = Some(uscc.clone()))),
            5 => {
                let code: OrganisationCode = uscc.organisation_code();
                blacks.push(black_like(red, serial, |black| black.subject.organisation_code = Some(code.clone())));
            }
            7 => {
                let held = subject.registration_number.clone();
                blacks.push(black_like(red, serial, |black| black.subject.registration_number.clone_from(&held)));
            }
            _ => continue,
        }
        planted.insert(*number, "REMOVED_BY_COMPARISON");
    }
    assert!(planted.len() > 100);
    world.feed("court", ListKind::Black, day("2019-01-01"), blacks).await.unwrap();
    world.assert_recompares().await.unwrap();
    let agreed = honghei_registry::command::Command::PublishResult { agreed_removal_percent: Some(10) };
    world.act(PROVINCE, "head", agreed).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(fallen(&world).await, planted);
    world.assert_recompares().await.unwrap();
}

/// AMB-13: reds of all these firms, each against a synthetic black under its name without a code and one with the code of
/// another, synthetic firm. Firms of one name stand together.
async fn assert_names_remove_nobody(firms: &[(String, Uscc)]) {
    let entry = |kind, serial: usize, name: &str, uscc: Option<&Uscc>| {
        let mut entry = candidate(kind, "420800", 600_000 + u32::try_from(serial).unwrap());
        entry.subject.name = name.to_owned();
        entry.subject.uscc = uscc.cloned();
        entry
    };
    let world = province().await;
    let reds = firms.iter().enumerate().map(|(at, (name, uscc))| entry(ListKind::Red, at, name, Some(uscc)));
    world.feed("tax", ListKind::Red, day("2018-06-01"), reds.collect()).await.unwrap();
    // A synthetic black under every such name, without a code; and one with the code of another, synthetic firm.
    let mut names: Vec<&String> = firms.iter().map(|(name, _)| name).collect();
    names.dedup();
    let blacks = names.iter().enumerate().flat_map(|(at, name)| {
        let other = candidate(ListKind::Black, "420800", 700_000 + u32::try_from(at).unwrap()).subject.uscc;
        [entry(ListKind::Black, 1_000 + at, name, None), entry(ListKind::Black, 2_000 + at, name, other.as_ref())]
    });
    world.feed("court", ListKind::Black, day("2019-01-01"), blacks.collect()).await.unwrap();
    world.publish().await.unwrap();
    let fallen = fallen(&world).await;
    assert_eq!(fallen.len(), firms.len(), "each waits for a person");
    assert!(fallen.values().all(|outcome| *outcome == "HELD"), "{fallen:?}");
    world.assert_recompares().await.unwrap();
}

/// C-3, AMB-13.
#[tokio::test]
async fn no_name_that_several_made_up_firms_share_removes_anybody() {
    let regions = ["420802", "420106", "420684"];
    let firm = |at: u32| {
        let region = regions[usize::try_from(at).unwrap() % regions.len()];
        let name = format!("样例{}号便民商店", at / 3);
        (name, Uscc::synthesize('9', '2', region, &format!("MB{at:06}")).unwrap())
    };
    let firms: Vec<(String, Uscc)> = (0..36).map(firm).collect();
    assert_names_remove_nobody(&firms).await;
}

/// C-3, AMB-13.
#[tokio::test]
async fn no_name_that_several_registered_firms_share_removes_anybody() {
    let Some(table) = honghei_real_data::text("shared_names.csv") else { return };
    let mut firms: Vec<(String, Uscc)> = Vec::new();
    for record in csv::Reader::from_reader(table.as_bytes()).records().map(Result::unwrap) {
        firms.push((record[0].to_owned(), Uscc::try_from(record[1].to_owned()).unwrap()));
    }
    assert!(firms.len() > 20);
    assert_names_remove_nobody(&firms).await;
}
