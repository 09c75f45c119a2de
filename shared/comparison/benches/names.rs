//! How long a person waits for the candidates of a name, over `HONGHEI_BENCH_NAMES` (1,000,000) synthetic names.

use std::time::{Duration, Instant};

use honghei_comparison::names::{NameIndex, Reading};

/// Look-ups measured.
const LOOK_UPS: u64 = 20_000;

/// What one look-up may take.
const LIMIT: Duration = Duration::from_millis(1);

const PLACES: [&str; 12] = [
    "湖北",
    "荆门市",
    "荆门市东宝区",
    "湖北省荆门市",
    "武汉",
    "宜昌市",
    "襄阳市",
    "仙桃市",
    "京山县",
    "钟祥市",
    "沙洋县",
    "",
];
const TRADES: [&str; 12] = [
    "商贸",
    "科技",
    "建筑工程",
    "餐饮管理",
    "物流",
    "食品",
    "实业",
    "装饰工程",
    "汽车服务",
    "农业发展",
    "信息技术",
    "百货",
];
const FORMS: [&str; 5] = ["有限公司", "有限责任公司", "股份有限公司", "经营部", "（集团）有限公司"];
const SYLLABLES: &str = "金玉华泰安康瑞祥福源盛达兴隆昌宏远通顺和美嘉信诚义德仁友邦国民天地山河江海湖林森木水火土石云风雷星月日春夏秋冬东西南北中大新高长永久万千百亿丰裕富贵荣耀光明亮丽清洁净优良佳好智慧聪灵巧能力强健壮雄伟";

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time itself")]
fn instant() -> Instant {
    Instant::now()
}

/// A name out of a number; a hundredth of all share their brands with many.
fn name(number: u64, syllables: &[char]) -> String {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number >> 7;
    let mut draw = |of: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % of
    };
    let length = 2 + draw(3).min(1) + draw(2);
    let mut brand: String = (0..length).filter_map(|_| syllables.get(draw(syllables.len()))).collect();
    if number.is_multiple_of(100) {
        brand = "便民".to_owned();
    }
    let pick = |of: &[&'static str], at: usize| of.get(at).copied().unwrap_or_default();
    let (place, trade, form) = (draw(PLACES.len()), draw(TRADES.len()), draw(FORMS.len()));
    format!("{}{brand}{}{}", pick(&PLACES, place), pick(&TRADES, trade), pick(&FORMS, form))
}

fn main() {
    let names = std::env::var("HONGHEI_BENCH_NAMES").ok().and_then(|text| text.replace('_', "").parse().ok());
    let names: u64 = names.unwrap_or(1_000_000);
    let syllables: Vec<char> = SYLLABLES.chars().collect();
    let began = instant();
    let mut index = NameIndex::new();
    for number in 0..names {
        index.add(&Reading::of(&name(number, &syllables)));
    }
    index.finish();
    println!("{names} names read and indexed in {:.2} s", began.elapsed().as_secs_f64());
    let mut took = Vec::new();
    let mut proposed = 0;
    for number in 0..LOOK_UPS {
        // Half of them are names that stand there, half are new.
        let asked = name(number * 977 % (2 * names), &syllables);
        let began = instant();
        let reading = Reading::of(&asked);
        proposed += index.candidates(&reading).len();
        let common = index.commonness(&reading);
        took.push(began.elapsed());
        assert!(common.name <= names as usize);
    }
    took.sort_unstable();
    let at = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or_default();
    println!(
        "a look-up: median {:.1} µs, 99 % within {:.1} µs, the longest {:.1} µs; {:.1} candidates each",
        at(50).as_secs_f64() * 1e6,
        at(99).as_secs_f64() * 1e6,
        took.last().copied().unwrap_or_default().as_secs_f64() * 1e6,
        proposed as f64 / LOOK_UPS as f64
    );
    println!("{:.2} of the millisecond that 99 % may take", at(99).as_secs_f64() / LIMIT.as_secs_f64());
}
