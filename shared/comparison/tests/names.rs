//! Names propose and never decide (C-3); how many of the known variants are proposed.

use std::collections::BTreeMap;

use honghei_comparison::names::{Agreement, NameIndex, Reading};
use honghei_real_data::text;

fn index_of<'a>(names: impl IntoIterator<Item = &'a str>) -> NameIndex {
    let mut index = NameIndex::new();
    for name in names {
        index.add(&Reading::of(name));
    }
    index.finish();
    index
}

#[test]
fn the_weightiest_agreement_comes_first_with_what_speaks_for_and_against_it() {
    let index = index_of([
        "湖北垒金科技有限公司",
        "荆门市垒金建筑工程有限责任公司",
        "荆门市垒金建筑工程（集团）有限公司",
        "湖北新商有限公司（原荆门市垒金建筑工程有限公司）",
        "荆门垒玉餐饮店",
    ]);
    let asked = Reading::of("荊門市壘金建築工程有限公司");
    let found = index.candidates(&asked);
    let told: Vec<(u32, Agreement)> = found.iter().map(|one| (one.number, one.agreement)).collect();
    assert_eq!(told, [(3, Agreement::FormerName), (1, Agreement::Core), (2, Agreement::Core), (0, Agreement::Brand)]);
    let explained = found[1].explanation(index.commonness(&asked));
    assert_eq!(explained, "除组织形式、括号外相同；行政区划一致；使用该字号的主体3个");
}

#[test]
fn a_brand_that_thousands_bear_proposes_nobody_but_those_of_the_very_name() {
    let names: Vec<String> = (0..3_000).map(|n| format!("某{n}县便民商店")).collect();
    let index = index_of(names.iter().map(String::as_str));
    let found = index.candidates(&Reading::of("某17县便民商店"));
    assert!(found.iter().all(|one| one.agreement <= Agreement::Core), "{found:?}");
    assert_eq!(found.first().map(|one| (one.number, one.agreement)), Some((17, Agreement::Name)));
}

/// C-3: recall on real pairs of names among a whole province's register.
#[test]
fn most_known_variants_of_a_name_are_proposed_among_a_whole_register() {
    let (Some(pairs), Some(register)) = (text("name_variants.csv"), text("hubei_enterprises.csv.gz")) else { return };
    let noise: Vec<&str> = register.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    let pairs: Vec<Vec<&str>> = pairs.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let mut index = NameIndex::new();
    for pair in &pairs {
        index.add(&Reading::of(pair[1]));
    }
    noise.iter().for_each(|name| _ = index.add(&Reading::of(name)));
    index.finish();
    let mut recall: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (number, pair) in pairs.iter().enumerate() {
        let finds = |text: &str| index.candidates(&Reading::of(text)).iter().any(|one| one.number as usize == number);
        let counts = recall.entry(pair[3]).or_default();
        counts[0] += 1;
        counts[1] += usize::from(finds(pair[2]));
        // As the lists state it.
        counts[2] += usize::from(finds(&format!("{}（原{}）", pair[2], pair[1])));
    }
    for (kind, [all, alike, stated]) in &recall {
        println!("{kind}: of {all} pairs {alike} are proposed by likeness, {stated} where the former name is stated");
    }
    let [all, alike, _] = recall["same_uscc_different_name"];
    assert!(alike * 100 >= all * 50, "{alike} of {all}");
    let [all, _, stated] = recall["renamed_stated_in_list"];
    assert!(stated * 100 >= all * 99, "{stated} of {all}");
    let [all, alike, _] = recall["bracket_or_space_only"];
    assert_eq!(alike, all);
}
