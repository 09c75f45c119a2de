//! Stories: each lives one exit or one right of the firm through, by the days of the legal calendar, in a federation
//! within this process, and shows the timeline as the logs tell it. Everybody in them is invented.

mod exits;
mod page;
mod rights;
mod tale;
mod yanqing;

use honghei_domain::listing::SubjectStatus;

pub use page::write;
pub use tale::{CaseTold, StoryError, Tale, Told};

/// One story.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    /// What it is called by, such as `rx-3`.
    pub name: &'static str,
    /// What happens in it.
    pub title: &'static str,
    /// The clauses it carries out.
    pub codes: &'static [&'static str],
    /// How the first firm counts when it is over.
    pub ends: SubjectStatus,
}

const fn story(name: &'static str, title: &'static str, codes: &'static [&'static str], ends: SubjectStatus) -> Story {
    Story { name, title, codes, ends }
}

use SubjectStatus::{Black, Red, Unlisted};

/// Every story: first the exits, then the rights, then the bureau that answers to a leading group.
pub const STORIES: &[Story] = &[
    story("rx-1", "有效期内被其他部门列入黑名单，退出红名单", &["RX-1", "R-029", "AMB-26"], Black),
    story("rx-2", "经异议处理，红名单认定有误", &["RX-2", "D-15", "F-09", "AMB-16"], Unlisted),
    story("rx-3", "企业申请删除其诚实守信行为信息", &["RX-3", "AMB-22", "R-042", "D-06", "F-13"], Unlisted),
    story("rx-4", "红名单三年期满自动退出", &["RX-4", "D-04", "AMB-06"], Unlisted),
    story("rx-7", "公布前经比对从红名单中删除", &["RX-7", "R-029", "F-10"], Black),
    story("rx-8", "被列入重点关注名单，退出红名单", &["RX-8"], Unlisted),
    story("rx-9", "不当利用红名单奖励机制，退出红名单", &["RX-9"], Unlisted),
    story("rx-10", "认定标准改变后不再符合，退出红名单", &["RX-10"], Unlisted),
    story("bx-1", "主动修复，经市商务局审定同意", &["BX-1", "F-11", "F-12", "D-14", "D-07", "R-050"], Unlisted),
    story("bx-2", "经异议处理，黑名单认定有误", &["BX-2", "D-15", "F-09", "R-042"], Unlisted),
    story("bx-3", "黑名单三年期满自动退出", &["BX-3", "D-05"], Unlisted),
    story("bx-4", "黑名单曝光一年期满，从曝光栏删除", &["BX-4", "D-11", "R-005", "R-042", "R-043"], Unlisted),
    story("bx-5", "依据文书被撤销，撤出黑名单", &["BX-5"], Unlisted),
    story("statement", "告知后陈述申辩成立，不予列入", &["R-021", "R-022", "F-05", "AMB-01"], Unlisted),
    story("objection", "审核公示期间异议不成立，照常列入", &["R-027", "D-03", "F-09"], Red),
    story("dispute", "列入后提出异议，标注争议，核实后维持", &["D-15", "F-09", "AMB-16"], Black),
    story("false-promise", "修复承诺不实，重新公布", &["BX-1", "F-12"], Black),
    story("restoration", "错误的黑名单撤销后，恢复被其删除的红名单", &["AMB-14", "BX-2", "RX-1"], Red),
    story(
        "yanqing",
        "领导小组审定，本局公布，一年期满",
        &["R-032", "F-14", "D-09", "D-10", "RX-5", "AMB-19"],
        Unlisted,
    ),
    story("yanqing-vote", "领导小组审查未通过，补正后重新认定", &["R-032", "F-14"], Red),
    story(
        "yanqing-bulletin",
        "每季度发布红黑榜；季后退出的，原榜不改，下期载明",
        &["R-033", "F-15", "D-12", "RX-6"],
        Unlisted,
    ),
    story("yanqing-red", "红名单公布期间发生失信行为，告知后删除", &["RX-6", "AMB-20"], Unlisted),
];

/// Tells a story, or names the ones there are.
pub async fn tell(name: &str) -> Result<Told, StoryError> {
    let story = STORIES.iter().find(|story| story.name == name).ok_or_else(|| StoryError::Unknown(name.to_owned()))?;
    let tale = match name {
        "rx-1" => exits::black_elsewhere().await,
        "rx-2" => exits::corrected(honghei_domain::list::ListKind::Red).await,
        "rx-3" => exits::at_the_firms_wish().await,
        "rx-4" => exits::term_over(honghei_domain::list::ListKind::Red).await,
        "rx-7" => exits::compared_before_publication().await,
        "rx-8" => exits::decided("RX-8", "列入重点关注名单").await,
        "rx-9" => exits::decided("RX-9", "以红名单作虚假宣传").await,
        "rx-10" => exits::decided("RX-10", "认定标准已经修订").await,
        "bx-1" => exits::repaired().await,
        "bx-2" => exits::corrected(honghei_domain::list::ListKind::Black).await,
        "bx-3" => exits::term_over(honghei_domain::list::ListKind::Black).await,
        "bx-4" => yanqing::a_year_of_exposure().await,
        "bx-5" => exits::basis_revoked().await,
        "statement" => rights::statement_adopted().await,
        "objection" => rights::objection_not_upheld().await,
        "dispute" => rights::dispute_not_upheld().await,
        "false-promise" => rights::promise_broken().await,
        "restoration" => rights::restored().await,
        "yanqing" => yanqing::a_year().await,
        "yanqing-vote" => yanqing::voted_down().await,
        "yanqing-bulletin" => yanqing::two_bulletins().await,
        "yanqing-red" => yanqing::dishonest_within_the_year().await,
        _ => return Err(StoryError::Unknown(name.to_owned())),
    }?;
    tale.told(story).await
}
