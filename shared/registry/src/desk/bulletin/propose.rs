//! From an officer's command to a bulletin or a record of its dissemination.

use chrono::NaiveDate;
use honghei_codec::list::build_list;
use honghei_domain::act::Act;
use honghei_domain::attachment::{self, Attachment};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::bulletin::{BulletinAct, Disseminated, Issued, Quarter, Spread};
use honghei_domain::list::{AttachmentRef, Department};
use honghei_domain::node::EntryRef;
use honghei_domain::policy::{Bulletin, Policy, Rhythm};
use honghei_domain::refusal::Refusal;
use honghei_store::Tx;

use super::{beginnings, bulletins, draw, issued};
use crate::context::Context;
use crate::desk::{Proposed, listing};
use crate::engine::draft_under;
use crate::error::{CommandError, Fault};

/// Rows travel behind lists and results, before files.
const PRIORITY: u32 = 20;
/// Characters of a venue, a manner or a note at most.
const MAX_TEXT_CHARS: usize = 500;

/// Drafts the bulletin of a quarter that is over, once.
pub(super) async fn issue(
    tx: &mut dyn Tx,
    cx: &Context,
    department: &Department,
    quarter: Option<Quarter>,
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<Proposed, CommandError> {
    let (policy, bulletin) = bulletin_of(cx, department)?;
    let today = cx.now.today;
    let quarter = quarter.unwrap_or_else(|| Quarter::of(today).previous());
    let title = format!("{}（{}）", quarter.zh(), bulletin.title);
    if today <= quarter.last_day() {
        let sentence = format!("{}尚未结束，{}之后方可发布", quarter.zh(), quarter.last_day());
        return Err(Refusal::new("QUARTER_NOT_OVER", "R-033", sentence).into());
    }
    let since = beginnings(tx, cx.me()).await?.into_iter().find(|(known, _)| known == department);
    match since {
        Some((_, since)) if since <= quarter => {}
        Some((_, since)) => {
            let sentence = format!("本单位自{}起才有认定的名单，{}无榜可发", since.zh(), quarter.zh());
            return Err(Refusal::new("BULLETIN_BEFORE_LISTS", "R-033", sentence).into());
        }
        None => {
            let sentence = format!("本单位尚未认定{}部门的名单，无榜可发", department.0);
            return Err(Refusal::new("BULLETIN_BEFORE_LISTS", "R-033", sentence).into());
        }
    }
    if let Some(kept) = issued(tx, cx.me(), department, quarter).await? {
        let sentence =
            format!("{title}已于{}发布（记录{}），一经发布不再更改，不得重新发布", kept.issued.issued_on, kept.at);
        return Err(Refusal::new("BULLETIN_ISSUED", "R-033", sentence).into());
    }
    let rows = draw::rows(tx, cx, department, policy, quarter).await?;
    let [red, black, left] = [0, 1, 2].map(|board| rows.iter().filter(|row| draw::board(row) == board).count() as u64);
    let encoded: Vec<(u64, Vec<u8>)> = rows.iter().map(|row| (row.case.number, row.encode())).collect();
    let mut salt = || {
        let mut bytes = [0; 32];
        chance.fill_bytes(&mut bytes);
        bytes
    };
    let list = build_list(&encoded, &mut salt).map_err(Fault::unreadable("a bulletin being drawn up"))?;
    let act = Issued {
        department: department.clone(),
        quarter,
        as_of: quarter.last_day(),
        result_version: tx.latest_result().await?.map_or(0, |row| row.version),
        red,
        black,
        left,
        rows: list.manifest.clone(),
        issued_on: today,
    };
    let summary = format!("发布{title}：截至{}，红榜{red}条，黑榜{black}条，本季度退出{left}条", act.as_of);
    let audience = Audience::of(Scope::All);
    let act = Act::Bulletin(BulletinAct::Issued(act));
    let draft = draft_under(cx, policy.pin().to_string(), act, audience.clone());
    Ok(Proposed { draft: draft.with_list(list, &audience, PRIORITY), summary })
}

/// The department's policy and its quarterly bulletin.
fn bulletin_of<'a>(cx: &'a Context, department: &Department) -> Result<(&'a Policy, &'a Bulletin), Refusal> {
    let none = || {
        let sentence = format!("{}部门的制度没有规定季度红黑榜", department.0);
        Refusal::new("BULLETIN_NOT_IN_POLICY", "R-033", sentence)
    };
    let (_, policy) = cx.reference.policy_of(department).ok_or_else(none)?;
    let bulletin = policy.bulletin.as_ref().filter(|bulletin| bulletin.rhythm == Rhythm::Quarterly);
    Ok((policy, bulletin.ok_or_else(none)?))
}

/// What was spread, as the officer says it.
pub(super) struct Spreading<'a> {
    /// The bulletin; the served list where none is named.
    pub bulletin: Option<&'a EntryRef>,
    /// 场所.
    pub venue: &'a str,
    /// 方式.
    pub manner: &'a str,
    /// The day.
    pub held_on: NaiveDate,
    /// What else there is to say.
    pub note: &'a str,
}

/// Drafts the record of a dissemination.
pub(super) async fn disseminate(
    tx: &mut dyn Tx,
    cx: &Context,
    asked: Spreading<'_>,
    files: &[Attachment],
) -> Result<Proposed, CommandError> {
    let refuse = |code, sentence: String| CommandError::from(Refusal::new(code, "R-034", sentence));
    let (of, public_since, policy, what) = match asked.bulletin {
        Some(at) => {
            let kept = bulletins(tx).await?.into_iter().find(|kept| kept.at == *at);
            let kept = kept.ok_or_else(|| refuse("BULLETIN_UNKNOWN", format!("本节点没有季度红黑榜{at}")))?;
            let policy = cx.reference.policy_of(&kept.issued.department).map(|(_, policy)| policy);
            let what = format!("{}红黑榜", kept.issued.quarter.zh());
            (Spread::Bulletin(at.clone()), kept.issued.issued_on, policy, what)
        }
        None => {
            let latest = tx.latest_result().await?;
            let latest = latest.ok_or_else(|| refuse("NO_RESULT", "尚无已公布的名单可供宣传".to_owned()))?;
            let what = format!("第{}版名单", latest.version);
            (Spread::Result(latest.version), latest.published_on, listing::policy_of_node(cx, cx.me()), what)
        }
    };
    let policy = policy.filter(|policy| policy.publication.dissemination_log);
    let policy =
        policy.ok_or_else(|| refuse("DISSEMINATION_NOT_IN_POLICY", "适用的制度没有要求登记线下宣传".to_owned()))?;
    for (what, text, needed) in [("场所", asked.venue, true), ("方式", asked.manner, true), ("说明", asked.note, false)]
    {
        if (needed && text.trim().is_empty()) || text.chars().count() > MAX_TEXT_CHARS {
            return Err(refuse("FIELD_MISSING", format!("请填写{what}，不超过{MAX_TEXT_CHARS}字")));
        }
    }
    if asked.held_on < public_since || cx.now.today < asked.held_on {
        let sentence = format!("宣传日期应在{public_since}（公布之日）至今日之间，所填为{}", asked.held_on);
        return Err(refuse("DISSEMINATION_DAY", sentence));
    }
    let attachments: Vec<AttachmentRef> = files.iter().map(|file| file.reference.clone()).collect();
    attachment::check(&attachments).map_err(Refusal::from)?;
    let (venue, manner) = (asked.venue.trim().to_owned(), asked.manner.trim().to_owned());
    let summary = format!("登记{}在{venue}以{manner}宣传{what}，附件{}件", asked.held_on, files.len());
    let spread = Disseminated {
        of,
        venue,
        manner,
        held_on: asked.held_on,
        note: asked.note.trim().to_owned(),
        attachments,
        recorded_on: cx.now.today,
    };
    let audience = Audience::of(Scope::Up);
    let act = Act::Bulletin(BulletinAct::Disseminated(spread));
    let draft = draft_under(cx, policy.pin().to_string(), act, audience.clone()).with_files(files, &audience);
    Ok(Proposed { draft, summary })
}
