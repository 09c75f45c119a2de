//! How the registered sources stand: what came, what is late, what went wrong (C-5, C-6).

use chrono::NaiveDate;
use honghei_domain::act::FeedMode;
use honghei_domain::feed::FeedSource;
use honghei_domain::list::ListKind;
use honghei_ledger::sha256;
use honghei_registry::context::Context;
use honghei_registry::error::Fault;
use honghei_registry::feed::{self, Feed};
use honghei_registry::question::Told;
use honghei_store::{IncidentRow, Tx};

/// The code of the alarm that a delivery is late.
pub const LATE: &str = "FEED_LATE";

/// The code of the alarm that a list came in time by machine and that no officer has taken it.
pub const UNTAKEN: &str = "FEED_UNTAKEN";

/// Every source with its state.
pub async fn tell(tx: &mut dyn Tx, cx: &Context) -> Result<Told, Fault> {
    let feeds = feed::all(tx).await?;
    if feeds.is_empty() {
        return Ok(Told::sentences(["尚未登记任何数据源。".to_owned()]));
    }
    let late = feeds.iter().filter(|feed| feed.is_late(cx.now.today)).count();
    let sentence = match late {
        0 => format!("已登记{}个数据源，均未逾期。", feeds.len()),
        late => format!("已登记{}个数据源，其中{late}个逾期未报；逾期不撤出任何条目。", feeds.len()),
    };
    let mut rows = Vec::with_capacity(feeds.len());
    for feed in &feeds {
        let waiting = feed::waiting_since(tx, &feed.source.name).await?;
        rows.push(row(feed, waiting, cx));
    }
    Ok(Told {
        sentences: vec![sentence],
        headings: vec![
            "数据源",
            "部门",
            "名单",
            "方式",
            "周期",
            "最近名单日期",
            "导入日",
            "在列",
            "累计导入",
            "累计退出",
            "应报日",
            "状态",
        ],
        rows,
        alarm: None,
    })
}

fn row(feed: &Feed, waiting: Option<NaiveDate>, cx: &Context) -> Vec<String> {
    let FeedSource { name, department, kind, mode, every_days, reference, .. } = &feed.source;
    let last = feed.last.as_ref();
    let state = match (last, feed.is_late(cx.now.today)) {
        (_, true) if waiting.is_some() => "来文待办理".to_owned(),
        (_, true) => "逾期".to_owned(),
        (None, false) => "待首次报送".to_owned(),
        (Some(last), false) if last.unread > 0 => format!("正常，最近一次有{}行未能读取", last.unread),
        (Some(_), false) => "正常".to_owned(),
    };
    vec![
        name.clone(),
        department.0.clone(),
        if *kind == ListKind::Red { "红" } else { "黑" }.to_owned(),
        [if *mode == FeedMode::Full { "全量" } else { "增量" }, if reference.is_some() { "，仅供参考" } else { "" }]
            .concat(),
        if *every_days > 0 { format!("{every_days}日") } else { "不定期".to_owned() },
        last.map(|last| last.as_of.to_string()).unwrap_or_default(),
        last.map(|last| last.imported_on.to_string()).unwrap_or_default(),
        feed.standing.len().to_string(),
        feed.taken.to_string(),
        feed.dropped.to_string(),
        feed.due_on().map(|due| due.to_string()).unwrap_or_default(),
        state,
    ]
}

/// Raises an alarm for every delivery that is late, once each; nothing else follows from it.
pub async fn raise_late(tx: &mut dyn Tx, cx: &Context) -> Result<(), Fault> {
    for feed in feed::all(tx).await? {
        let Some(due) = feed.due_on().filter(|due| *due < cx.now.today) else { continue };
        let name = &feed.source.name;
        let waiting = feed::waiting_since(tx, name).await?;
        let (code, detail) = match waiting {
            Some(day) => (UNTAKEN, format!("数据源{name}{day}的来文至今无人办理，应于{due}前导入；未撤出任何条目")),
            None => (LATE, format!("数据源{name}应于{due}前报送，逾期未报；未撤出任何条目")),
        };
        let evidence = sha256(format!("{code}/{name}/{due}").as_bytes());
        let noted = format!("hub.late/{name}");
        if tx.meta(&noted).await?.as_deref() == Some(&evidence) {
            continue;
        }
        tx.put_incident(&IncidentRow {
            at_ms: cx.now.ms,
            peer: String::new(),
            code: code.to_owned(),
            detail,
            evidence,
        })
        .await?;
        tx.put_meta(&noted, &evidence).await?;
    }
    Ok(())
}
