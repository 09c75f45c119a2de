//! What a column can mean, and the header names by which national layouts and published lists call it.

use Field as F;

/// The meaning of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// 主体名称.
    Name,
    /// 统一社会信用代码.
    Uscc,
    /// 纳税人识别号: a USCC, or fifteen characters that end in the organisation code.
    TaxpayerNumber,
    /// 组织机构代码.
    OrganisationCode,
    /// 工商注册号.
    RegistrationNumber,
    /// 法定代表人.
    LegalRepresentative,
    /// 法定代表人证件类型.
    RepresentativeDocument,
    /// 法定代表人证件号码: personal.
    RepresentativeNumber,
    /// 自然人证件类型.
    PersonDocument,
    /// 自然人证件号码: personal, and the subject is a natural person.
    PersonNumber,
    /// 主体形式: enterprise, individual business, other organisation, natural person.
    SubjectForm,
    /// 主体类别 of the policy.
    SubjectClass,
    /// 登记机关.
    RegistrationOrgan,
    /// 地址.
    Address,
    /// 列入事由; several columns are joined.
    Facts,
    /// 认定依据, joined to the facts.
    Basis,
    /// 认定标准代码.
    Criteria,
    /// 认定部门.
    Organ,
    /// 认定日期.
    RecognisedOn,
    /// 有效期起.
    ValidFrom,
    /// 有效期至: a date, a range or a number of years.
    ValidTo,
    /// 文书类型.
    DocumentKind,
    /// 决定书文号.
    DocumentNumber,
    /// 案号: the document's number where no other is given.
    CaseNumber,
    /// 作出机关.
    DocumentIssuer,
    /// 作出日期.
    IssuedOn,
    /// 生效日期.
    EffectiveOn,
    /// 是否申诉中.
    UnderAppeal,
    /// 当前状态: whether the record still stands; of several columns the gravest counts.
    State,
    /// 能否修复.
    Repairable,
    /// 修复方式.
    RepairMethod,
    /// 不得修复依据.
    RepairForbiddenBy,
    /// 跨区列入理由.
    TerritorialOverride,
    /// 确认事项: what is confirmed in words, either `代码：说明；代码：说明` in one column, or one
    /// column each, headed 确认：事实清楚 by its code or text.
    Attestations,
    /// 评价年度, 信用级别: kept with the facts.
    Grade,
    /// 性质 of a behaviour event: 行政处罚, 抽查不合格 and so on.
    EventNature,
    /// 违法行为类型, 产品类别: what 相同 and 同类 compare.
    BehaviourKind,
    /// 严重程度: 一般, 较重 or 严重.
    Severity,
    /// 情节: 拒不整改 and so on, separated by 、.
    Circumstances,
    /// 处罚类别; several columns are joined.
    PenaltyCategory,
    /// 处罚内容, 处罚结果; several columns are joined.
    PenaltyContent,
    /// 罚款金额（万元）.
    FineAmount,
    /// Columns that are known and hold nothing that an entry keeps.
    Ignored,
    /// Columns that an earlier report added; written anew by the next one.
    Report,
}

/// Every field with its usual header first, then the other names it goes by, as [`super::header::fold`] spells them,
/// a stroke between each two.
///
/// Codes such as `cf_xdr_mc` are the column codes of the 双公示 layouts of 2016 and 2018.
const TABLE: &[(Field, &str)] = &[
    (
        F::Name,
        "企业名称|主体名称|单位名称|名称|纳税人名称|行政相对人名称|当事人名称|当事主体名称|对象名称|\
         被执行人名称|被执行人姓名/名称|企业名称(字号名称)|被列入主体名称|机构名称|公司名称|失信主体名称|\
         主体名称(企业名称)|cf_xdr_mc|xk_xdr_mc|corpname",
    ),
    (
        F::Uscc,
        "统一社会信用代码|社会信用代码|统一信用代码|统一代码|信用代码|行政相对人代码_1|行政相对人代码1|\
         统一社会信用代码/注册号|uscc|creditcode|cf_xdr_shxym|xk_xdr_shxym",
    ),
    (F::TaxpayerNumber, "纳税人识别号|税务登记号|纳税人识别号(统一社会信用代码)|税号|cf_xdr_swdj|xk_xdr_swdj"),
    (
        F::OrganisationCode,
        "组织机构代码|组织结构代码|机构代码|组织机构代码证|cf_xdr_zdm|cf_xdr_zzjg|xk_xdr_zdm|xk_xdr_zzjg",
    ),
    (
        F::RegistrationNumber,
        "工商注册号|工商登记码|注册号|工商登记号|营业执照注册号|营业执照号|企业注册号|cf_xdr_gsdj|\
         cf_xdr_gszc|xk_xdr_gsdj|xk_xdr_gszc",
    ),
    (
        F::LegalRepresentative,
        "法定代表人|法人代表|法定代表人姓名|法人|法人姓名|主要负责人|法定代表人(负责人)|\
         法定代表人或负责人|法定代表人或者负责人姓名|负责人|法定代表人(经营者姓名)|企业法人姓名|法人信息|\
         cf_frdb|cf_fr|xk_frdb",
    ),
    (F::RepresentativeDocument, "法定代表人证件类型|证件类型|法人证件类型|cf_fr_zjlx|xk_fr_zjlx"),
    (
        F::RepresentativeNumber,
        "法定代表人证件号码|证件号码|法定代表人身份证号|法定代表人身份证号码|法人身份证号|身份证号|\
         身份证号码|公民身份号码|法定代表人公民身份号码|法人证件号码|cf_fr_sfzh|xk_fr_sfzh",
    ),
    (F::PersonDocument, "自然人证件类型|cf_xdr_zjlx|xk_xdr_zjlx"),
    (F::PersonNumber, "自然人证件号码|居民身份证号|自然人身份证号|cf_xdr_zjhm|cf_xdr_sfz|xk_xdr_zjhm"),
    (F::SubjectForm, "主体形式|主体类型|行政相对人类别|行政相对人类型|当事人类型|被执行人性质|cf_xdr_lb|xk_xdr_lb"),
    (F::SubjectClass, "主体类别|主体分类|企业类别"),
    (F::RegistrationOrgan, "登记机关|注册机关|登记管理部门"),
    (
        F::Address,
        "地址|注册地址|住所|企业地址|失信企业地址|经营地址|生产经营地址|营业地址|\
         住所(登记、个体户经营场所)",
    ),
    (
        F::Facts,
        "列入事由|事实|违法事实|失信行为情况|失信行为简况|主要违法事实|列入名单原因|列入原因|纳入理由|\
         处罚事由|守信事实|诚信事实|事由|主要事实|被执行人失信行为情况|失信被执行人行为情况|\
         失信被执行人具体情形|案情介绍|列入严重违法失信企业名单原因|cf_sy",
    ),
    (F::Basis, "认定依据|处罚依据|列入依据|依据|法律依据|违法依据|cf_yj"),
    (F::Criteria, "认定标准代码|认定标准|标准代码|认定条款|criteria"),
    (
        F::Organ,
        "认定部门|执行法院|列入部门|认定机关|认定单位|列入机关|税务机关|主管税务机关|评价机构|评价单位|\
         信息报送机关|作出决定机关(列入)",
    ),
    (
        F::RecognisedOn,
        "认定日期|列入日期|认定时间|列入时间|评定日期|评定时间|评价时间|纳税信用等级评定日期|发布时间|\
         发布日期|公布日期",
    ),
    (F::ValidFrom, "有效期起|有效期自|有效期始|生效起始日期|评价结果有效期始"),
    (
        F::ValidTo,
        "有效期|有效期至|公示截止期|公示截止日期|有效期止|有效期限|截止日期|到期日期|移出日期|移出时间|\
         评价结果有效期止|cf_gsjzq",
    ),
    (F::DocumentKind, "文书类型|文书种类|文件类型|荣誉称号|表彰称号|行政许可决定文书名称"),
    (
        F::DocumentNumber,
        "决定书文号|行政处罚决定书文号|文号|文书号|处罚决定文书号|处罚决定书文号|处罚文号|行政处罚文号|\
         执行依据文号|表彰文号|文件名|法律文书文号|cf_wsh|xk_wsh",
    ),
    (F::CaseNumber, "案号|执行案号"),
    (
        F::DocumentIssuer,
        "作出机关|处罚机关|决定机关|表彰机关|表彰单位|作出部门|判决作出机构|做出执行依据单位|cf_cfjg|\
         cf_xzjg",
    ),
    (F::IssuedOn, "作出日期|处罚决定日期|决定日期|处罚时间|表彰日期|判决日期|立案时间|文书日期|cf_jdrq"),
    (F::EffectiveOn, "生效日期|文书生效日期|生效时间"),
    (F::UnderAppeal, "是否申诉中|申诉状态|是否复议诉讼中|是否在复议诉讼期|是否申诉"),
    (F::State, "当前状态|公示状态|cf_zt|xk_zt"),
    (F::Repairable, "能否修复|是否可修复|可否修复|是否允许修复"),
    (F::RepairMethod, "修复方式|修复途径|修复方法"),
    (F::RepairForbiddenBy, "不得修复依据|不可修复依据"),
    (F::TerritorialOverride, "跨区列入理由|异地列入理由"),
    (F::Attestations, "确认事项|具文确认"),
    (
        F::Grade,
        "评价年度|信用级别|信用等级|纳税信用等级|评价结果|所属年度|评价等级|信用评价名称|\
         纳税信用等级评定年度|失信领域",
    ),
    (F::EventNature, "记录性质|行为性质|事件类型"),
    (F::BehaviourKind, "违法行为类型|行为种类|产品类别|cf_wfxw"),
    (F::Severity, "严重程度|失信程度"),
    (F::Circumstances, "情节|行为情节"),
    (F::PenaltyCategory, "处罚类别|处罚类别1|处罚类别2|处罚种类|cf_cflb|cf_cflb1|cf_cflb2"),
    (F::PenaltyContent, "处罚内容|处罚结果|暂扣或吊销证照名称及编号|cf_nr|cf_jg|cf_nr_zkdx"),
    (F::FineAmount, "罚款金额(万元)|cf_nr_fk"),
    (
        F::Ignored,
        "序号|编号|备注|bz|guid|主键|数据来源|数据来源单位|数据来源单位统一社会信用代码|\
         处罚机关统一社会信用代码|cf_cfjgdm|cf_sjly|cf_sjlydm|地方编码|dfbm|数据更新时间戳|数据更新时间|\
         sjc|信息使用范围|所在省份|省份|所属地市|所属区/县|\
         行政相对人代码_5(事业单位证书号)|行政相对人代码_6(社会组织登记证号)|cf_xdr_sydw|cf_xdr_shzz|\
         处罚名称|cf_cfmc|没收违法所得、没收非法财物的金额(万元)|\
         cf_nr_wfff|名单名称|名单类别|数据类别|案件性质|\
         税务处理处罚情况|录入时间|被执行人的履行情况|生效法律文书确定的义务|已履行部分|未履行部分|性别|\
         年龄|出生日期|法定代表人性别|联系电话|企业类型|companytype|periodcode|evagrade|doscore|公示日期|\
         信用分|行业|处罚有效期|cf_yxq|作出决定机关(移出)|移出严重违法失信企业名单原因|\
         严重违法失信企业名单id|主体身份代码|法院代码|搜案年号|搜案编号|被执行人序号|失信id|业务主键|\
         数据来源表|etl入库时间|评价批次|企业个体名称",
    ),
    (F::Report, "结果|原因|如何改正"),
];

impl Field {
    /// How many there are; [`Field::Report`] is the last.
    pub(super) const COUNT: usize = Self::Report as usize + 1;

    /// Its usual header, as mappings and messages name it.
    pub fn header(self) -> &'static str {
        Self::names(self).next().unwrap_or("")
    }

    /// The field that a header names: by one of its names, each already folded.
    pub(super) fn named(folded: &str) -> Option<Self> {
        Self::every_name().find(|(name, _)| *name == folded).map(|(_, field)| field)
    }

    /// Every field that holds something, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(field, _)| *field).filter(|field| !matches!(field, Self::Ignored | Self::Report))
    }

    /// Every known header with its field.
    pub(super) fn every_name() -> impl Iterator<Item = (&'static str, Self)> {
        TABLE.iter().flat_map(|(field, names)| names.split('|').map(|name| (name, *field)))
    }

    /// Whether several columns may have this meaning at once.
    pub(super) fn may_repeat(self) -> bool {
        matches!(
            self,
            Self::Facts
                | Self::State
                | Self::Attestations
                | Self::Grade
                | Self::PenaltyCategory
                | Self::PenaltyContent
                | Self::Ignored
                | Self::Report
        )
    }

    /// Whether a citizen's ID number belongs here.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::RepresentativeNumber | Self::PersonNumber)
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        Self::every_name().filter(move |(_, field)| *field == self).map(|(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::column::header::fold;

    #[test]
    fn no_name_is_listed_twice_and_each_is_spelt_as_it_is_looked_up() {
        let mut seen = BTreeMap::new();
        for (name, field) in Field::every_name() {
            assert_eq!(fold(name), name, "not folded");
            assert_eq!(seen.insert(name, field), None, "{name} twice");
        }
    }
}
