//! 处罚类别 and 处罚内容 of the national 双公示 columns as kinds of penalties.

use crate::policy::PenaltyKind;

/// Words that name a kind, in the spellings of the 2016 and the 2018 template.
const WORDS: [(&str, PenaltyKind); 18] = [
    ("警告", PenaltyKind::Warning),
    ("通报批评", PenaltyKind::Warning),
    ("罚款", PenaltyKind::Fine),
    ("没收全部", PenaltyKind::ConfiscationWhole),
    ("全部没收", PenaltyKind::ConfiscationWhole),
    ("没收", PenaltyKind::Confiscation),
    ("暂扣", PenaltyKind::Suspension),
    ("降低资质", PenaltyKind::Suspension),
    ("吊销", PenaltyKind::Revocation),
    ("撤销许可", PenaltyKind::Revocation),
    ("撤销资格", PenaltyKind::Revocation),
    ("撤销登记", PenaltyKind::Revocation),
    ("责令停产", PenaltyKind::Closure),
    ("责令停业", PenaltyKind::Closure),
    ("停产停业", PenaltyKind::Closure),
    ("责令关闭", PenaltyKind::Closure),
    ("行政拘留", PenaltyKind::Other),
    ("其他", PenaltyKind::Other),
];

/// Compound categories of the templates that name two kinds of which only the content says which was imposed.
const EITHER: [&str; 3] = ["暂扣或者吊销", "暂扣或吊销", "暂扣、吊销"];

/// The kinds of penalties that a category and a content name, each once, in order.
///
/// The category 暂扣或者吊销… alone names neither: the content has to say which.
pub fn penalties_in(category: &str, content: &str) -> Vec<PenaltyKind> {
    let mut text = format!("{category}；{content}");
    for either in EITHER {
        text = text.replace(either, "");
    }
    let mut found: Vec<PenaltyKind> =
        WORDS.iter().filter(|(word, _)| text.contains(word)).map(|(_, kind)| *kind).collect();
    // 没收 is in every word for 没收全部; whoever took all of it took it.
    found.sort_unstable();
    found.dedup();
    found
}
