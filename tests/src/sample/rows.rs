//! The layouts of the sample's files and how a firm stands in each.

use chrono::NaiveDate;

use super::firm::Firm;
use super::sheet::Cell;

pub(super) const RED_CANDIDATES: &[&str] = &[
    "企业名称",
    "统一社会信用代码",
    "工商注册号",
    "法定代表人",
    "主体类别",
    "登记机关",
    "地址",
    "认定标准代码",
    "列入事由",
    "荣誉称号",
    "表彰文号",
    "表彰机关",
    "表彰日期",
];

pub(super) fn red_candidate(firm: &Firm, number: u32, commended_on: NaiveDate) -> Vec<Cell> {
    let by_government = number.is_multiple_of(3);
    let issuer = if by_government { "人民政府" } else { "市商务局" };
    vec![
        firm.name.as_str().into(),
        firm.uscc.as_str().into(),
        firm.registration.as_str().into(),
        firm.representative.as_str().into(),
        ["a", "b", "c"].get(number as usize % 3).copied().unwrap_or("a").into(),
        firm.organ().into(),
        firm.address().into(),
        if by_government { "SW-R-02" } else { "SW-R-01" }.into(),
        "诚信经营，示范带动作用明显，受到表彰（样例）".into(),
        if by_government { "守合同重信用企业" } else { "诚信示范企业" }.into(),
        format!("样例表彰〔2017〕{number}号").into(),
        format!("{}{issuer}", firm.place.city).into(),
        commended_on.into(),
    ]
}

pub(super) const BLACK_CANDIDATES: &[&str] = &[
    "企业名称",
    "统一社会信用代码",
    "工商注册号",
    "法定代表人",
    "证件号码",
    "主体类别",
    "登记机关",
    "地址",
    "认定标准代码",
    "列入事由",
    "文书类型",
    "决定书文号",
    "作出机关",
    "作出日期",
    "生效日期",
    "能否修复",
    "修复方式",
    "不得修复依据",
    "确认：认定时证照状态",
];

pub(super) fn black_candidate(firm: &Firm, document: &str, issued_on: NaiveDate, repairable: bool) -> Vec<Cell> {
    vec![
        firm.name.as_str().into(),
        firm.uscc.as_str().into(),
        firm.registration.as_str().into(),
        firm.representative.as_str().into(),
        // Synthetic, and the only column in which a personal number may stand.
        firm.person.in_clear().into(),
        "a".into(),
        firm.organ().into(),
        firm.address().into(),
        "SW-B-03".into(),
        "销售假冒商品，经行政处罚，且未被吊销证照（样例）".into(),
        "行政处罚决定书".into(),
        document.into(),
        firm.organ().into(),
        issued_on.into(),
        (issued_on + chrono::Days::new(15)).into(),
        if repairable { "能" } else { "不得修复" }.into(),
        if repairable { "履行处罚决定并公开作出信用承诺" } else { "" }.into(),
        if repairable { "" } else { "样例条例第二十条" }.into(),
        "营业执照、许可证均未被吊销（样例）".into(),
    ]
}

/// One black as a department writes it: the codes it has, and no others.
#[derive(Clone, Debug)]
pub(super) struct Black {
    pub(super) name: String,
    pub(super) uscc: String,
    pub(super) organisation: String,
    pub(super) registration: String,
    pub(super) representative: String,
    pub(super) document: String,
    pub(super) recognised_on: NaiveDate,
    pub(super) valid_to: Option<NaiveDate>,
    pub(super) under_appeal: bool,
}

impl Black {
    pub(super) fn is_name_only(&self) -> bool {
        self.uscc.is_empty() && self.organisation.is_empty() && self.registration.is_empty()
    }
}

pub(super) const TAX_RED: &[&str] = &["纳税人识别号", "纳税人名称", "评价年度", "税务机关", "认定日期"];

pub(super) fn tax_red(number: &str, firm: &Firm, recognised_on: NaiveDate) -> Vec<Cell> {
    vec![
        number.into(),
        firm.name.as_str().into(),
        "2016".into(),
        format!("{}市国家税务局（样例）", firm.place.city).into(),
        recognised_on.into(),
    ]
}

pub(super) const TAX_BLACK: &[&str] = &[
    "纳税人名称",
    "纳税人识别号",
    "组织机构代码",
    "法定代表人姓名",
    "主要违法事实",
    "处罚依据",
    "税务处理处罚情况",
    "决定书文号",
    "认定日期",
    "有效期至",
];

pub(super) fn tax_black(black: &Black) -> Vec<Cell> {
    vec![
        black.name.as_str().into(),
        black.uscc.as_str().into(),
        black.organisation.as_str().into(),
        black.representative.as_str().into(),
        "虚开增值税普通发票（样例）".into(),
        "《中华人民共和国税收征收管理法》第六十三条".into(),
        "追缴税款并处罚款".into(),
        black.document.as_str().into(),
        black.recognised_on.into(),
        black.valid_to.map_or(Cell::from("—"), Cell::from),
    ]
}

pub(super) const COURT_BLACK: &[&str] = &[
    "被执行人姓名/名称",
    "统一社会信用代码",
    "组织机构代码",
    "法定代表人或者负责人姓名",
    "执行法院",
    "执行依据文号",
    "案号",
    "立案时间",
    "发布时间",
    "失信被执行人行为情况",
    "是否申诉中",
];

pub(super) fn court_black(black: &Black) -> Vec<Cell> {
    vec![
        black.name.as_str().into(),
        black.uscc.as_str().into(),
        black.organisation.as_str().into(),
        black.representative.as_str().into(),
        "荆门市样例人民法院".into(),
        black.document.as_str().into(),
        black.document.replace('初', "执").into(),
        (black.recognised_on - chrono::Days::new(40)).into(),
        black.recognised_on.into(),
        "有履行能力而拒不履行生效法律文书确定义务（样例）".into(),
        if black.under_appeal { "是" } else { "否" }.into(),
    ]
}

pub(super) const MARKET_BLACK: &[&str] = &[
    "企业名称",
    "统一社会信用代码",
    "营业执照注册号",
    "法定代表人",
    "列入日期",
    "列入严重违法失信企业名单原因",
    "作出决定机关(列入)",
    "决定书文号",
    "移出日期",
    "是否申诉中",
];

pub(super) fn market_black(black: &Black) -> Vec<Cell> {
    vec![
        black.name.as_str().into(),
        black.uscc.as_str().into(),
        black.registration.as_str().into(),
        black.representative.as_str().into(),
        black.recognised_on.into(),
        "提交虚假材料取得登记（样例）".into(),
        "荆门市样例市场监督管理局".into(),
        black.document.as_str().into(),
        black.valid_to.map_or(Cell::from("/"), Cell::from),
        if black.under_appeal { "是" } else { "否" }.into(),
    ]
}
