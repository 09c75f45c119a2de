//! A fork answers as a store would that had taken the same writes, and the store below never notices.

use honghei_domain::audience::{Audience, Scope};
use honghei_store::*;

use crate::samples::*;

/// Histories told.
const SEEDS: u64 = 30;
/// Writes in one of them.
const WRITES: u64 = 160;

/// Chance from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn pick<'o>(&mut self, of: &[&'o str]) -> &'o str {
        of[self.below(of.len() as u64) as usize]
    }
}

const NODES: [&str; 2] = [COUNTY, CITY];
const STAGES: [&str; 3] = ["candidate", "declared", "received"];
const RECORDS: [&str; 2] = ["case", "mark"];
const KEYS: [&str; 3] = ["O:1", "O:2", "R:3"];

/// One write, the same into every store.
async fn write(tx: &mut dyn Tx, dice: &mut Dice) {
    let (small, few) = (dice.below(6) + 1, dice.below(3));
    let name = dice.pick(&NODES);
    let stage = dice.pick(&STAGES);
    let key = dice.pick(&KEYS);
    let open = dice.below(2) == 0;
    let done = match dice.below(37) {
        0 => tx.put_cases(&[case(name, small, stage, key), case(name, small + few, stage, "O:9")]).await,
        1 => {
            let row = BehaviourRow { origin: node(name), number: small, subject_key: key.to_owned(), body: vec![1] };
            tx.put_behaviours(&[row]).await
        }
        2 => tx.put_dossier(&dossier(name, small, stage, None)).await,
        3 => tx.put_list_chunks(&[list_chunk(at(name, few), small, COUNTY, small, small + few)]).await,
        4 => tx.put_officer(&officer(name, key)).await,
        5 => tx.put_publicity(&publicity(small, "2026-12-01", open)).await,
        6 => tx.put_petition(&petition(small, few, open)).await,
        7 => tx.put_outcome(&outcome(small, if open { "applied" } else { "rejected" })).await,
        8 => tx.put_waiting(&WaitingRow { at: at(name, small), code: stage.to_owned() }).await,
        9 => tx.remove_waiting(&at(name, small)).await,
        10 => tx.put_buckets(&[bucket(small as u32, stage.as_bytes())]).await,
        11 => tx.put_result(&result(small)).await,
        12 => tx.put_verdicts(&[verdict(small, few)]).await,
        13 => tx.put_listing(&listing(name, dice.pick(&RECORDS), &small.to_string(), key, open)).await,
        14 => tx.put_clocks(&[clock(name, small, CITY, few, small), clock(name, few, COUNTY, small, few + 1)]).await,
        15 => tx.remove_clock(&clock(name, small, CITY, few, 1).key).await,
        16 => {
            let changed = SubjectRow { body: stage.as_bytes().to_vec(), ..subject(small) };
            tx.put_subjects(&[changed, subject(small + 10)]).await
        }
        17 => tx.put_names(&[NameRow { name_hash: few as i64, at: subject_at(small) }]).await,
        18 => tx.remove_names(&[NameRow { name_hash: few as i64, at: subject_at(small) }]).await,
        19 => tx.put_persons(&[PersonRow { handle: digest(small), person: vec![few as u8] }]).await,
        20 => tx.put_marks(&[mark(name, small, few, stage.as_bytes())]).await,
        21 => tx.remove_mark(&at(name, small), few).await,
        22 => tx.put_pending(&mark(name, small, few, stage.as_bytes())).await,
        23 => tx.remove_pending(&at(name, small), few).await,
        24 => tx.put_feed(&FeedRow { source: key.to_owned(), body: stage.as_bytes().to_vec() }).await,
        25 => {
            let size = tx.head(&log(name)).await.unwrap().map_or(0, |head| head.size);
            tx.append_entries(&[entry(name, size)]).await.unwrap();
            tx.put_head(&head(name, size + 1)).await.unwrap();
            tx.put_tree_nodes(&log(name), &[TreeNodeRow { level: 0, index: size, hash: digest(size) }]).await.unwrap();
            let audience = Audience::of(Scope::Up);
            tx.put_audience_head(&log(name), &audience, size + 1, &digest(size)).await.unwrap();
            tx.put_interpreted(&log(name), size).await
        }
        26 => {
            let want = WantRow { entry: at(name, few), digest: digest(small), length: 9, priority: few as u32 };
            let missing = tx.missing_chunks(&[want.digest]).await.unwrap();
            if missing.is_empty() { Ok(()) } else { tx.put_wants(&[want]).await }
        }
        27 => tx.put_chunk(&digest(small), stage.as_bytes()).await,
        28 => tx.put_meta(key, stage.as_bytes()).await,
        29 => {
            let row = ParkedRow { id: key.to_owned(), at_ms: small as i64, body: vec![] };
            if open { tx.put_parked(&row).await } else { tx.remove_parked(key).await }
        }
        30 => {
            let evidence = digest(small);
            let (peer, code, detail) = (name.to_owned(), "WRONG".to_owned(), stage.to_owned());
            tx.put_incident(&IncidentRow { at_ms: few as i64, peer, code, detail, evidence }).await
        }
        31 => {
            let body = stage.as_bytes().to_vec();
            tx.put_packed_keys(&[PackedKeysRow { run: small, family: few as u32, ordinal: few, level: 1, body }]).await
        }
        32 => tx.remove_packed_run(small, few as u32).await,
        35 => tx.remove_packed_parts(small, few as u32, few + 1).await,
        33 => tx.put_held(&[held(small, few)]).await,
        34 => tx.remove_held(&[case_id(COUNTY, small), case_id(COUNTY, small + 1)]).await,
        _ => {
            let line = stage.to_owned();
            tx.put_cosignature(&CosignatureRow { log: log(name), size: small, signer: node(CITY), line }).await
        }
    };
    done.unwrap();
}

/// Everything a store can be asked, with small limits too.
async fn portrait(tx: &mut dyn Tx, dice: &mut Dice) -> Vec<String> {
    let mut said = Vec::new();
    macro_rules! say {
        ($($method:ident($($argument:expr),*));+ $(;)?) => {$(
            let answer = tx.$method($($argument),*).await.unwrap();
            said.push(format!("{}{:?}: {answer:?}", stringify!($method), stringify!($($argument),*)));
        )+};
    }
    let (limit, after) = (dice.below(4) as u32 + 1, dice.below(5));
    say!(heads(); wants(limit); wants(100); all_parked(); incidents(limit); open_outcomes(limit); waiting();
        results(limit); latest_result(); marks(limit); mark_count(); pending(limit); feeds(); bucket_digests();
        dossiers(None); officers(None); petitions(None); open_publicities(None); all_clocks(None, limit);
        scan_subjects(None, limit); scan_subjects(Some(&subject_at(after)), limit); names(&[0, 1, 2]);
        names_between(&[(0, 0), (0, 2), (1, 9)], limit); names_between(&[(0, 9)], 100);
        open_listings("case"); latest_directory(); packed_runs(); packed_keys(after, 1, 1));
    for name in NODES {
        let id = node(name);
        say!(head(&log(name)); entries(&log(name), after, limit); first_incomplete(&log(name)); last_case_number(&id);
            case_counts(&id); behaviours(&id, after, limit); last_behaviour(&id); listings_of(&id, "mark");
            officers(Some(&id)); audience_head(&log(name), &Audience::of(Scope::Up));
            tree_nodes(&log(name), &[(0, 0), (0, after)]); latest_cosignature(&log(name), &node(CITY));
            clocks_of_cases(&id, (0, after), "D-02"));
        for filter in [
            CaseFilter { after, limit, ..CaseFilter::default() },
            CaseFilter { stage: Some("declared".to_owned()), limit, ..CaseFilter::default() },
            CaseFilter { subject_key: Some("O:9".to_owned()), up_to: after + 2, limit, ..CaseFilter::default() },
        ] {
            say!(cases(&id, &filter));
        }
        let first = ClockPage { up_to: day("2026-11-06"), after: None, limit };
        let rows = tx.due_clocks(&id, &first).await.unwrap();
        let next = rows.last().map(|row| (row.due_on, row.key.clone()));
        said.push(format!("due {rows:?}"));
        say!(due_clocks(&id, &ClockPage { after: next, ..first.clone() }));
        for key in KEYS {
            say!(behaviours_of(&id, key); officer(&id, key));
        }
        for index in 0..8 {
            let at = at(name, index);
            say!(entry(&at); dossier(&at); list_chunks(&at); publicity(&at); petition(&at); outcome(&at);
                case(&case_id(name, index)); verdicts(&case_id(name, index)); chunks_of_case(&case_id(name, index));
                clocks_of_act(&at, "D-02"); clock(&clock(name, index, CITY, 1, 1).key);
                cosignatures(&log(name), index); petitions(Some(&case_id(name, index))));
            for record in RECORDS {
                say!(listing(&id, record, &index.to_string()));
            }
        }
    }
    for key in KEYS {
        say!(meta(key); parked(key); feed(key); listings_about("mark", key));
    }
    let (numbers, digests): (Vec<u32>, Vec<_>) = (0..9).map(|number| (number, digest(u64::from(number)))).unzip();
    let places: Vec<SubjectAt> = (0..20).map(subject_at).collect();
    say!(buckets(&numbers); persons(&digests); missing_chunks(&digests); subjects(&places); subjects_under(&places));
    say!(held(); untold_verdicts());
    for version in 0..8 {
        say!(verdicts_caused_by(&case_id(CITY, version)); verdicts_of(version, limit); chunk(&digest(version)); dossiers(Some("received")));
    }
    said
}

/// F-P12: the same random writes into a store and into a fork of what it held half-way.
#[tokio::test]
async fn a_fork_answers_as_a_store_would_that_had_taken_the_same_writes() {
    for seed in 1..=SEEDS {
        let mut dice = Dice(seed);
        let plain = MemoryStore::new();
        let mut tx = plain.write("below").await.unwrap();
        for _ in 0..dice.below(WRITES) {
            write(tx.as_mut(), &mut dice).await;
        }
        tx.commit().await.unwrap();
        let below = plain.fork();
        let before = below.read().await.unwrap().projection_digest().await.unwrap();
        let fork = Fork::over(below.read().await.unwrap());
        for round in 0..6 {
            let count = dice.below(WRITES / 4);
            let writing = dice.0;
            for store in [&plain as &dyn Store, &fork] {
                dice.0 = writing;
                let mut tx = store.write("above").await.unwrap();
                for _ in 0..count {
                    write(tx.as_mut(), &mut dice).await;
                }
                // What was written is asked for before and after the commit.
                portrait(tx.as_mut(), &mut Dice(seed)).await;
                if !count.is_multiple_of(5) {
                    tx.commit().await.unwrap();
                }
            }
            let asked = Dice(seed + round);
            let one = portrait(plain.read().await.unwrap().as_mut(), &mut Dice(asked.0)).await;
            let other = portrait(fork.read().await.unwrap().as_mut(), &mut Dice(asked.0)).await;
            for (one, other) in one.iter().zip(&other) {
                assert_eq!(one, other, "seed {seed}, round {round}");
            }
            let mut deeper = Fork::over(fork.read().await.unwrap()).read().await.unwrap();
            assert!(portrait(deeper.as_mut(), &mut Dice(asked.0)).await == one, "seed {seed}: a fork of a fork");
        }
        let mut view = fork.before();
        let mut base = below.read().await.unwrap();
        let asked = seed;
        assert_eq!(
            portrait(view.as_mut(), &mut Dice(asked)).await,
            portrait(base.as_mut(), &mut Dice(asked)).await,
            "seed {seed}: what lies below"
        );
        assert_eq!(base.projection_digest().await.unwrap(), before);
    }
}

/// A fork that was cleared shows nothing folded from below, and folds its logs from the start.
#[tokio::test]
async fn a_cleared_fork_shows_what_a_cleared_store_shows() {
    let plain = MemoryStore::new();
    let mut dice = Dice(7);
    let mut tx = plain.write("below").await.unwrap();
    fill(tx.as_mut()).await;
    for _ in 0..WRITES {
        write(tx.as_mut(), &mut dice).await;
    }
    tx.commit().await.unwrap();
    let fork = Fork::over(plain.fork().read().await.unwrap());
    let mut portraits = Vec::new();
    for store in [&plain as &dyn Store, &fork] {
        let mut dice = Dice(8);
        let mut tx = store.write("clear").await.unwrap();
        tx.clear_projections().await.unwrap();
        for _ in 0..WRITES {
            write(tx.as_mut(), &mut dice).await;
        }
        tx.commit().await.unwrap();
        let mut view = store.read().await.unwrap();
        portraits.push((portrait(view.as_mut(), &mut Dice(9)).await, view.projection_digest().await.unwrap()));
    }
    let [(one, digest), (other, same)] = <[_; 2]>::try_from(portraits).unwrap();
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
    assert_eq!(digest, same);
}

/// A fork of a database, writing through it and through its views.
#[tokio::test]
async fn a_fork_of_a_database_leaves_it_as_it_was() {
    let fresh = crate::fresh_sqlite().await;
    let mut tx = fresh.store.write("below").await.unwrap();
    fill(tx.as_mut()).await;
    tx.commit().await.unwrap();
    let before = fresh.store.read().await.unwrap().projection_digest().await.unwrap();
    let fork = Fork::over(fresh.store.read().await.unwrap());
    assert_eq!(fork.read().await.unwrap().put_meta("key", b"value").await.unwrap_err().code(), "STORE_FAILED");
    let mut tx = fork.write("above").await.unwrap();
    let mut dice = Dice(3);
    for _ in 0..WRITES {
        write(tx.as_mut(), &mut dice).await;
    }
    tx.commit().await.unwrap();
    assert!(!fork.changed().cases.is_empty() && !fork.changed().clocks.is_empty());
    // Whoever writes into the database meanwhile does not wait for the fork.
    let mut tx = fresh.store.write("meanwhile").await.unwrap();
    tx.put_meta("key", b"value").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fresh.store.read().await.unwrap().projection_digest().await.unwrap(), before);
}
