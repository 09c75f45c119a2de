//! A firm's name taken apart: 荆门市 · 便民 · 商贸 · 有限公司 · 东宝分公司.

use honghei_domain::name::{self, NormalisedName, Parts};

/// Endings that say what kind of business it is; the longest that fits counts.
const KINDS: [&str; 25] = [
    "农民专业合作社联合社",
    "合作社",
    "联社",
    "总厂",
    "工厂",
    "厂",
    "总店",
    "商店",
    "门店",
    "商行",
    "商铺",
    "店铺",
    "店",
    "经营部",
    "门市部",
    "服务部",
    "服务站",
    "服务中心",
    "事务所",
    "工作室",
    "中心",
    "铺",
    "行",
    "部",
    "站",
];

/// Words that name a trade and are borne by thousands; taken off the end of what is left, the longest first.
const TRADES: [&str; 76] = [
    "工程项目管理",
    "工程设计研究院",
    "勘测设计研究院",
    "勘察设计研究院",
    "规划设计研究院",
    "设计研究院",
    "勘测设计院",
    "勘察设计院",
    "工程设计院",
    "研究院",
    "设计院",
    "市政建设",
    "建设工程",
    "工程建设",
    "建筑工程",
    "建筑安装",
    "工程设计",
    "工程咨询",
    "工程监理",
    "工程管理",
    "项目管理",
    "水利水电",
    "装饰装修",
    "汽车维修",
    "汽车修理",
    "汽车销售",
    "汽车服务",
    "汽修",
    "修理",
    "维修",
    "智能交通",
    "生物技术",
    "信息技术",
    "网络科技",
    "信息科技",
    "电子商务",
    "进出口",
    "房地产开发",
    "房地产",
    "物业管理",
    "物业服务",
    "劳务派遣",
    "企业管理",
    "生态建设",
    "建设",
    "建筑",
    "工程",
    "建工",
    "路桥",
    "市政",
    "水利",
    "园林",
    "生态",
    "装饰",
    "设计",
    "咨询",
    "监理",
    "科技",
    "技术",
    "商贸",
    "贸易",
    "实业",
    "投资",
    "置业",
    "发展",
    "开发",
    "管理",
    "服务",
    "物流",
    "运输",
    "餐饮",
    "食品",
    "酒店",
    "超市",
    "百货",
    "便利",
];

/// Provinces as they stand before a brand without a title.
const PROVINCES: [&str; 34] = [
    "黑龙江",
    "内蒙古",
    "北京",
    "天津",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "台湾",
    "香港",
    "澳门",
];

/// How the title of a place ends; the longest first.
const PLACES: [&str; 9] = ["自治区", "自治州", "自治县", "省", "市", "县", "区", "镇", "乡"];

/// A name taken apart, in the one spelling of [`honghei_domain::name::normalise`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Present and former name.
    pub name: NormalisedName,
    /// Place at the beginning, as 荆门市; empty where none is told.
    pub place: String,
    /// The name without branch, legal form and kind of business, brackets and 集团 apart.
    pub core: String,
    /// What is left of it without place and trade: at least two characters, or empty.
    pub brand: String,
    /// What is left of it without the place: brand and trade.
    pub trade_name: String,
    /// Branch, as 东宝分公司; empty for the firm itself.
    pub branch: String,
}

impl Reading {
    /// Reads a name as it is written.
    pub fn of(text: &str) -> Self {
        Self::of_normalised(name::normalise(text))
    }

    /// Reads a name that has its one spelling already.
    pub fn of_normalised(name: NormalisedName) -> Self {
        let Parts { core, branch, .. } = Parts::of(&name.key);
        let core = without_kind(&core).to_owned();
        let (place, trade_name) = split_place(&core);
        let brand = without_trade(trade_name);
        let brand = if brand.chars().count() >= 2 { brand.to_owned() } else { String::new() };
        Self { place: place.to_owned(), trade_name: trade_name.to_owned(), brand, branch, core, name }
    }
}

/// Without what says the kind of business.
fn without_kind(core: &str) -> &str {
    let mut rest = core;
    for _ in 0..2 {
        let kind = KINDS.iter().filter(|kind| rest.ends_with(**kind)).max_by_key(|kind| kind.len());
        let Some(shorter) = kind.and_then(|kind| rest.strip_suffix(kind)).filter(|left| left.chars().count() >= 2)
        else {
            break;
        };
        rest = shorter;
    }
    rest
}

/// Takes up to three titles of places off the beginning.
fn split_place(core: &str) -> (&str, &str) {
    let mut rest = core;
    for _ in 0..3 {
        let title = PLACES.iter().filter_map(|title| place_before(rest, title)).min();
        let bare = PROVINCES.iter().find(|province| rest.starts_with(**province)).map(|province| province.len());
        let Some(left) = title.or(bare).and_then(|cut| rest.get(cut..)) else { break };
        if left.chars().count() < 2 {
            break;
        }
        rest = left;
    }
    core.split_at_checked(core.len() - rest.len()).unwrap_or(("", core))
}

/// Where a place of two to five characters with this title ends.
fn place_before(text: &str, title: &str) -> Option<usize> {
    let at = text.find(title)?;
    let before = text.get(..at)?.chars().count();
    // 超市 and 夜市 are no cities.
    let fits = (1..=5).contains(&before) && !text.get(..at)?.ends_with(['超', '夜', '菜', '小', '校', '园', '社']);
    (fits && (before >= 2 || matches!(title, "县" | "省"))).then_some(at + title.len())
}

fn without_trade(name: &str) -> &str {
    let mut rest = name;
    for _ in 0..4 {
        let trade = TRADES.iter().filter(|trade| rest.ends_with(**trade)).max_by_key(|trade| trade.len());
        let Some(shorter) = trade.and_then(|trade| rest.strip_suffix(trade)).filter(|left| left.chars().count() >= 2)
        else {
            break;
        };
        rest = shorter;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, place: &str, brand: &str, branch: &str) {
        let reading = Reading::of(name);
        assert_eq!((reading.place.as_str(), reading.brand.as_str(), reading.branch.as_str()), (place, brand, branch));
    }

    #[test]
    fn a_name_falls_apart_into_place_brand_and_branch() {
        check("荆门市垒金建筑工程有限公司", "荆门市", "垒金", "");
        check("湖北垒金项目管理有限责任公司", "湖北", "垒金", "");
        check("湖北省荆门市东宝区好邻居超市有限公司", "湖北省荆门市东宝区", "好邻居", "");
        check("湖北好邻居商贸有限公司荆门东宝分公司", "湖北", "好邻居", "荆门东宝分公司");
        check("某某（集团）股份有限公司", "", "某某", "");
        check("夜市商店", "", "夜市", "");
    }

    #[test]
    fn legal_form_brackets_and_group_make_no_difference_to_the_core() {
        let core = |name: &str| Reading::of(name).core;
        assert_eq!(core("某地质工程（集团）公司"), core("某地质工程集团有限公司"));
        assert_eq!(core("某勘测设计院集团股份有限公司"), core("某勘测设计院（集团）有限责任公司"));
        assert_ne!(core("甲乙商贸公司"), core("甲乙科技公司"));
    }
}
