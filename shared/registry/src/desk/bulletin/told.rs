//! Answers about bulletins and their dissemination.

use std::collections::{BTreeMap, BTreeSet};

use honghei_domain::bulletin::{Posted, Spread};
use honghei_domain::list::ListKind;
use honghei_domain::node::EntryRef;
use honghei_domain::refusal::Refusal;
use honghei_store::Tx;

use super::Kept;
use crate::context::Context;
use crate::desk::listing;
use crate::error::{CommandError, Fault};
use crate::question::Told;
use crate::view::last_day;

/// Every bulletin known here.
pub(super) async fn bulletins(tx: &mut dyn Tx) -> Result<Told, Fault> {
    let kept = super::bulletins(tx).await?;
    let rows: Vec<Vec<String>> = kept
        .iter()
        .map(|Kept { at, issued }| {
            let counts = [issued.red, issued.black, issued.left].map(|count| count.to_string());
            let head = [issued.quarter.to_string(), issued.department.0.clone(), at.log.node.to_string()];
            let head = head.into_iter().chain([issued.issued_on.to_string(), issued.as_of.to_string()]);
            head.chain(counts).chain([at.to_string()]).collect()
        })
        .collect();
    let sentence = match rows.len() {
        0 => "尚未发布季度红黑榜。".to_owned(),
        count => format!("已发布季度红黑榜{count}期。"),
    };
    let headings = vec!["季度", "部门", "发布单位", "发布日期", "截至", "红榜", "黑榜", "退出", "记录"];
    Ok(Told { headings, rows, ..Told::sentences([sentence]) })
}

/// One bulletin as it was issued. Of an entry that has left since nothing is told but that it did.
pub(super) async fn bulletin(tx: &mut dyn Tx, cx: &Context, at: &EntryRef) -> Result<Told, CommandError> {
    let unknown = || Refusal::new("BULLETIN_UNKNOWN", "R-033", format!("本节点没有季度红黑榜{at}"));
    let kept = super::bulletins(tx).await?.into_iter().find(|kept| kept.at == *at).ok_or_else(unknown)?;
    let incomplete = || Refusal::new("LIST_INCOMPLETE", "R-033", format!("季度红黑榜{at}尚未收全"));
    let posted = super::rows(tx, &kept.issued.rows).await?.ok_or_else(incomplete)?;
    let left = left_since(tx, &kept).await?;
    let mut rows = Vec::with_capacity(posted.len());
    let mut withdrawn = 0_u64;
    for (number, row) in (1..).zip(posted) {
        let gone = match &row.posted {
            Posted::InForce { validity, .. } if validity.to < cx.now.today => true,
            Posted::InForce { .. } if listing::view::has_left(tx, &row.case).await? => true,
            Posted::InForce { .. } => left.contains(&row.case.number) && !listing::is_listed(tx, &row.case).await?,
            Posted::Left { .. } => false,
        };
        withdrawn += u64::from(gone);
        let board = match row.kind {
            ListKind::Red => "红榜",
            ListKind::Black => "黑榜",
        };
        let criteria: Vec<&str> = row.criteria.iter().map(|code| code.0.as_str()).collect();
        let code = row.code.unwrap_or_default();
        let tail = match &row.posted {
            _ if gone => [String::new(), String::new(), "已撤下".to_owned()],
            Posted::InForce { validity, disputed } => {
                let fresh = if kept.issued.quarter.contains(validity.from) { "本季度列入" } else { "" };
                let remark = if *disputed { "异议处理中" } else { fresh };
                [criteria.join("、"), format!("{}至{}", validity.from, last_day(validity.to)), remark.to_owned()]
            }
            Posted::Left { on, code } => [criteria.join("、"), String::new(), format!("{on}退出（{code}）")],
        };
        let board = if gone { String::new() } else { board.to_owned() };
        let head = [number.to_string(), board, row.name, code, row.case.to_string()];
        rows.push(head.into_iter().chain(tail).collect());
    }
    let issued = &kept.issued;
    let mut sentences = vec![format!(
        "{}红黑榜，{}发布，截至{}，红榜{}条，黑榜{}条，本季度退出{}条。",
        issued.quarter.zh(),
        issued.issued_on,
        issued.as_of,
        issued.red,
        issued.black,
        issued.left
    )];
    if withdrawn > 0 {
        sentences.push(format!("发布后已撤下{withdrawn}条；本榜为发布时的记录，不作更改，现行名单以查询为准。"));
    }
    let headings = vec!["序号", "榜别", "名称", "代码", "案件", "认定标准", "有效期", "备注"];
    Ok(Told { headings, rows, ..Told::sentences(sentences) })
}

/// Cases of the issuer that left in any way since the bulletin's day; some may be listed again.
async fn left_since(tx: &mut dyn Tx, kept: &Kept) -> Result<BTreeSet<u64>, Fault> {
    let departures = listing::departures(tx, Some(&kept.at.log.node)).await?;
    let since = departures.iter().filter(|one| one.decided_on > kept.issued.as_of);
    Ok(since.flat_map(|one| one.cases.iter()).collect())
}

/// Every dissemination known here.
pub(super) async fn disseminations(tx: &mut dyn Tx) -> Result<Told, Fault> {
    let quarters: BTreeMap<EntryRef, String> =
        super::bulletins(tx).await?.into_iter().map(|kept| (kept.at, kept.issued.quarter.zh())).collect();
    let kept = super::disseminations(tx).await?;
    let rows: Vec<Vec<String>> = kept
        .into_iter()
        .map(|kept| {
            let of = match &kept.spread.of {
                Spread::Bulletin(at) => match quarters.get(at) {
                    Some(quarter) => format!("{quarter}红黑榜（{at}）"),
                    None => format!("红黑榜{at}"),
                },
                Spread::Result(version) => format!("第{version}版名单"),
            };
            let head = [kept.spread.held_on.to_string(), kept.spread.venue, kept.spread.manner, of];
            let tail = [kept.spread.note, kept.spread.attachments.len().to_string(), kept.at.to_string()];
            head.into_iter().chain(tail).collect()
        })
        .collect();
    let sentence = match rows.len() {
        0 => "没有线下宣传的登记。".to_owned(),
        count => format!("线下宣传{count}次。"),
    };
    let headings = vec!["日期", "场所", "方式", "宣传内容", "说明", "附件", "记录"];
    Ok(Told { headings, rows, ..Told::sentences([sentence]) })
}
