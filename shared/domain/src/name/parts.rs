//! A firm's name without what one writer tells and another leaves out: legal form, 集团, brackets, branch.

/// Endings that say in what legal form a firm exists; the longest that fits counts.
const LEGAL_FORMS: [&str; 14] = [
    "股份合作公司",
    "股份有限公司",
    "有限责任公司",
    "有限责任",
    "有限公司",
    "总公司",
    "公司",
    "集团",
    "特殊普通合伙",
    "普通合伙",
    "有限合伙",
    "个人独资",
    "个人独资企业",
    "个体工商户",
];

/// Spellings of the one ending of a cooperative, which tells it from a company and stays.
const COOPERATIVES: [&str; 2] = ["农民专业合作社", "专业合作社"];

/// What these are short for.
const COOPERATIVE: &str = "合作社";

/// How the name of a branch ends.
const BRANCHES: [&str; 16] = [
    "分公司",
    "分店",
    "分厂",
    "分行",
    "支行",
    "分理处",
    "分社",
    "分部",
    "分所",
    "分中心",
    "营业部",
    "营业所",
    "办事处",
    "门市部",
    "项目部",
    "储蓄所",
];

/// A core with fewer characters is borne by too many to say anything.
const SHORTEST_CORE: usize = 4;

/// The same where one side tells neither legal form nor branch: no natural person's name is so long.
const SHORTEST_BARE_CORE: usize = 6;

/// Characters that stay at least when a legal form is cut off.
const SHORTEST_STEM: usize = 2;

/// A name taken apart; made of [`super::NormalisedName::key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The name without branch, legal form, brackets and 集团; never empty where the name is not.
    pub core: String,
    /// Branch, as 东宝分公司; empty for the firm itself.
    pub branch: String,
    /// Whether a legal form or a branch was told.
    is_formal: bool,
}

impl Parts {
    /// Takes a normalised name apart.
    pub fn of(key: &str) -> Self {
        let (firm, branch) = split_branch(key);
        let plain = without_brackets(firm);
        let stem = without_legal_form(&plain);
        let cooperative = COOPERATIVES.iter().find_map(|ending| stem.strip_suffix(ending));
        let core = match cooperative.filter(|rest| is_stem(rest)) {
            Some(rest) => format!("{rest}{COOPERATIVE}"),
            None => stem.to_owned(),
        };
        let is_formal = stem.len() < plain.len() || stem.ends_with(COOPERATIVE) || !branch.is_empty();
        Self { core, branch: without_brackets(branch), is_formal }
    }

    /// Whether both may be one firm's: one core, and no two branches. What is short, or may be a natural person's, says
    /// nothing (AMB-13).
    pub fn is_like(&self, other: &Self) -> bool {
        let characters = self.core.chars().count();
        let firms = self.is_formal && other.is_formal || characters >= SHORTEST_BARE_CORE && !self.core.contains('·');
        self.core == other.core
            && characters >= SHORTEST_CORE
            && firms
            // Of two branches one may tell its place more fully; a firm and its branch tell nothing against each other.
            && (self.branch.ends_with(&other.branch) || other.branch.ends_with(&self.branch))
    }
}

/// Cuts behind the firm's own legal form where something that is a branch follows.
fn split_branch(key: &str) -> (&str, &str) {
    if !BRANCHES.iter().any(|ending| key.ends_with(ending)) {
        return (key, "");
    }
    let company = key.match_indices("公司").find(|(at, _)| !key.get(..*at).unwrap_or_default().ends_with(['分', '支']));
    let others = ["集团", "银行", COOPERATIVE];
    let behind = |(at, form): (usize, &str)| at + form.len();
    let other = || others.iter().filter_map(|form| Some(behind((key.find(form)?, form)))).min();
    let cut = company.map(behind).filter(|cut| *cut < key.len()).or_else(other);
    match cut.and_then(|cut| key.split_at_checked(cut)) {
        Some((firm, branch)) if !branch.is_empty() => (firm, branch),
        _ => (key, ""),
    }
}

fn without_brackets(text: &str) -> String {
    if !text.contains(['(', ')']) {
        return text.to_owned();
    }
    let plain = text.replace("(集团)", "").replace(['(', ')'], "");
    if plain.is_empty() { text.to_owned() } else { plain }
}

/// Takes a legal form off, and 集团 before it.
fn without_legal_form(plain: &str) -> &str {
    let mut rest = plain;
    for _ in 0..2 {
        let form = LEGAL_FORMS.iter().filter(|form| rest.ends_with(**form)).max_by_key(|form| form.len());
        let Some(stem) = form.and_then(|form| rest.strip_suffix(form)).filter(|stem| is_stem(stem)) else { break };
        rest = stem;
    }
    rest
}

fn is_stem(text: &str) -> bool {
    text.chars().nth(SHORTEST_STEM - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::normalise;
    use super::*;

    fn parts(name: &str) -> Parts {
        Parts::of(&normalise(name).key)
    }

    fn are_like(one: &str, other: &str) -> bool {
        let (one, other) = (parts(one), parts(other));
        assert_eq!(one.is_like(&other), other.is_like(&one));
        one.is_like(&other)
    }

    #[test]
    fn legal_form_brackets_and_group_make_no_difference_to_the_core() {
        for name in [
            "某地样例建筑工程有限公司",
            "某地样例建筑工程有限责任公司",
            "某地样例建筑工程股份有限公司",
            "某地样例建筑工程公司",
            "某地样例建筑工程（集团）公司",
            "某地样例建筑工程集团有限公司",
            "某地（样例）建筑工程集团股份有限公司",
            "某地樣例建築工程有限公司",
            "某地样例建筑工程有限公司东宝分公司",
        ] {
            assert_eq!(parts(name).core, "某地样例建筑工程", "{name}");
        }
        assert_eq!(parts("样例会计师事务所（特殊普通合伙）").core, "样例会计师事务所");
        assert_eq!(parts("某地样例种植农民专业合作社").core, parts("某地样例种植专业合作社").core);
        assert_ne!(parts("某地样例种植专业合作社").core, parts("某地样例种植有限公司").core);
        assert_ne!(parts("某地样例商贸公司").core, parts("某地样例科技公司").core);
        for whole in ["甲公司", "公司", "(集团)", ""] {
            assert_eq!(parts(whole).core, whole);
        }
    }

    #[test]
    fn a_branch_is_cut_behind_the_legal_form_of_its_firm() {
        let check = |name: &str, core: &str, branch: &str| {
            let parts = parts(name);
            assert_eq!((parts.core.as_str(), parts.branch.as_str()), (core, branch));
        };
        check("湖北样例商贸有限公司荆门东宝分公司", "湖北样例商贸", "荆门东宝分公司");
        check("湖北样例银行股份有限公司荆门支行", "湖北样例银行", "荆门支行");
        check("湖北样例通信集团江西有限公司南昌分公司", "湖北样例通信集团江西", "南昌分公司");
        check("湖北样例保险股份有限公司钟祥支公司石牌营业部", "湖北样例保险", "钟祥支公司石牌营业部");
        check("湖北样例集团东宝分公司营业部", "湖北样例", "东宝分公司营业部");
        check("样例供销合作社（陆山）门市部", "样例供销合作社", "陆山门市部");
        check("东宝样例门市部", "东宝样例门市部", "");
    }

    /// AMB-13.
    #[test]
    fn names_are_alike_where_nothing_but_form_and_branch_tells_them_apart() {
        let firm = "荆门市样例建筑工程有限公司";
        for other in [
            "荆门市样例建筑工程有限责任公司",
            "荆门市样例建筑工程",
            "荆门市样例建筑工程有限公司东宝分公司",
            "荆门市样例建筑工程(集团)公司",
        ] {
            assert!(are_like(firm, other), "{other}");
        }
        assert!(are_like("荆门市样例公司东宝分公司", "荆门市样例公司荆门东宝分公司"));
        for (one, other) in [
            // Two branches are two, and two trades.
            ("荆门市样例公司东宝分公司", "荆门市样例公司掇刀分公司"),
            ("荆门市样例商贸有限公司", "荆门市样例科技有限公司"),
            // Too short, or perhaps a person's.
            ("样例公司", "样例有限公司"),
            ("张三", "张三商店"),
            ("张三", "张三有限公司"),
            ("欧阳样例", "欧阳样例有限公司"),
            ("买买提·样例", "买买提·样例有限公司"),
        ] {
            assert!(!are_like(one, other), "{one} {other}");
        }
    }
}
