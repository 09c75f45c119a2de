//! The state of a node as an official reads it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use honghei_domain::case::StageName;
use honghei_domain::dossier::DossierStage;
use honghei_proto::console::v1::*;

use super::print::table;

/// A day for the stages that name one: only their words are read here.
const SOME_DAY: NaiveDate = NaiveDate::MIN;

/// The stages of a list, in the order of the procedure.
const DOSSIER_STAGES: [DossierStage; 11] = [
    DossierStage::Certified,
    DossierStage::Disapproved,
    DossierStage::Declared,
    DossierStage::Refused,
    DossierStage::Received { due_on: SOME_DAY },
    DossierStage::Reviewed { due_on: SOME_DAY },
    DossierStage::Signed,
    DossierStage::InPublicity { ends_on: SOME_DAY },
    DossierStage::Publicised,
    DossierStage::Reported,
    DossierStage::Closed,
];

pub(super) fn status(status: &GetStatusResponse) -> String {
    let mut out = head(status);
    out.push_str(&work(status));
    let rows: Vec<Vec<String>> = status.logs.iter().map(log_cells).collect();
    out.push('\n');
    out.push_str(&table(&["日志", "条数", "已处理", "已回执", "树根"], &rows));
    if !status.links.is_empty() {
        let rows: Vec<Vec<String>> = status.links.iter().map(link_cells).collect();
        out.push('\n');
        out.push_str(&table(&["相邻节点", "状态", "静默", "差额", "上次错误"], &rows));
    }
    if !status.incidents.is_empty() {
        let rows: Vec<Vec<String>> = status.incidents.iter().map(incident_cells).collect();
        out.push('\n');
        out.push_str(&table(&["异常时间", "节点", "代码", "说明"], &rows));
    }
    out
}

/// Who the node is and which final list it serves.
fn head(status: &GetStatusResponse) -> String {
    let mut out = format!(
        "{}  {}  {}（{}历法）\n今日 {}  名录第{}版  证书剩余{}天\n",
        status.node,
        status.name,
        status.federation,
        if status.clock_class == "simulated" { "模拟" } else { "真实" },
        status.today,
        status.directory_version,
        status.certificate_days_left
    );
    if status.result_version > 0 {
        out.push_str(&format!(
            "最终名单第{}版（{}公布）红{}条 黑{}条 摘要 {}\n",
            status.result_version,
            status.result_published_on,
            status.result_red,
            status.result_black,
            status.result_digest
        ));
    } else {
        out.push_str("尚无最终名单\n");
    }
    out
}

/// What is to be done, and how far cases and lists have come.
fn work(status: &GetStatusResponse) -> String {
    let mut out = format!(
        "等待处理{}项 拒绝{}项 待比对{}批 待公布{}批 待收数据块{}个\n",
        status.waiting, status.rejected, status.marks, status.pending, status.wanted_chunks
    );
    if !status.cases.is_empty() {
        let stages = StageName::ALL.map(|stage| (stage.as_str(), stage.zh()));
        out.push_str(&format!("案件（按本级办理阶段）：{}\n", counted(&status.cases, &stages)));
    }
    // What is made of a certified case is read case by case, which `list` does and a count does not.
    if status.cases.contains_key(StageName::Certified.as_str()) {
        out.push_str("  认定之后的审核、比对、公布和退出不计入上行，逐案现状见 list\n");
    }
    if !status.dossiers.is_empty() {
        let stages = DOSSIER_STAGES.map(|stage| (stage.as_str(), stage.zh()));
        out.push_str(&format!("名单（份数，按办理阶段）：{}\n", counted(&status.dossiers, &stages)));
    }
    out
}

/// Counts in the order of the procedure. Stages of a newer node that this program does not know are told together.
fn counted(counts: &BTreeMap<String, u64>, stages: &[(&str, &str)]) -> String {
    let known = stages.iter().filter_map(|(key, zh)| Some((*zh, *counts.get(*key)?)));
    let is_known = |key: &str| stages.iter().any(|(known, _)| *known == key);
    let others: u64 = counts.iter().filter(|(key, _)| !is_known(key)).map(|(_, count)| count).sum();
    let told = known.chain((others > 0).then_some(("其他", others)));
    told.map(|(zh, count)| format!("{zh}{count}")).collect::<Vec<_>>().join("，")
}

fn log_cells(log: &LogStatus) -> Vec<String> {
    let counts = [log.size, log.interpreted, log.receipted].map(|count| count.to_string());
    [log.log.clone()].into_iter().chain(counts).chain([log.root.clone()]).collect()
}

fn link_cells(link: &LinkStatus) -> Vec<String> {
    let state = if link.connected { "连通" } else { "断开" };
    let idle = if link.idle_ms < 0 { "从未".to_owned() } else { format!("{}毫秒", link.idle_ms) };
    vec![link.peer.clone(), state.to_owned(), idle, link.lag.to_string(), link.last_error.clone()]
}

fn incident_cells(incident: &Incident) -> Vec<String> {
    vec![incident.at.clone(), incident.peer.clone(), incident.code.clone(), incident.detail.clone()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts as the console gives them: each stage its own number, from `first` on.
    fn counts<'a>(keys: impl IntoIterator<Item = &'a str>, first: u64) -> BTreeMap<String, u64> {
        keys.into_iter().map(str::to_owned).zip(first..).collect()
    }

    #[test]
    fn every_stage_is_told_in_chinese() {
        let status = GetStatusResponse {
            cases: counts(StageName::ALL.map(StageName::as_str), 100),
            dossiers: counts(DOSSIER_STAGES.map(DossierStage::as_str), 200),
            ..GetStatusResponse::default()
        };
        let told = super::status(&status);
        for (stage, count) in StageName::ALL.into_iter().zip(100..) {
            assert!(told.contains(&format!("{}{count}", stage.zh())), "{stage} in\n{told}");
        }
        for (stage, count) in DOSSIER_STAGES.into_iter().zip(200..) {
            assert!(told.contains(&format!("{}{count}", stage.zh())), "{stage:?} in\n{told}");
        }
        for key in status.cases.keys().chain(status.dossiers.keys()) {
            assert!(!told.contains(key.as_str()), "{key} in\n{told}");
        }
    }

    #[test]
    fn what_is_counted_is_said_and_stands_in_the_order_of_the_procedure() {
        let mut status = GetStatusResponse { cases: counts(["candidate"], 1), ..GetStatusResponse::default() };
        assert!(super::status(&status).contains("案件（按本级办理阶段）：初选1\n\n"));
        status.cases = counts(["certified", "candidate"], 12);
        status.dossiers = counts(["reported", "declared"], 3);
        let told = super::status(&status);
        assert!(told.contains("案件（按本级办理阶段）：初选13，已认定12\n"), "{told}");
        assert!(told.contains("逐案现状见 list\n名单（份数，按办理阶段）：已申报4，已上报3\n"), "{told}");
    }

    #[test]
    fn a_stage_of_a_newer_node_is_counted_without_its_key() {
        let stages = DOSSIER_STAGES.map(|stage| (stage.as_str(), stage.zh()));
        let told = counted(&counts(["reported", "posted", "archived"], 1), &stages);
        assert_eq!(told, "已上报1，其他5");
    }

    /// A stage that is added to the procedure stops this from compiling until it has a place above.
    #[test]
    fn every_stage_of_a_list_has_its_place() {
        for (place, stage) in DOSSIER_STAGES.into_iter().enumerate() {
            let expected = match stage {
                DossierStage::Certified => 0,
                DossierStage::Disapproved => 1,
                DossierStage::Declared => 2,
                DossierStage::Refused => 3,
                DossierStage::Received { .. } => 4,
                DossierStage::Reviewed { .. } => 5,
                DossierStage::Signed => 6,
                DossierStage::InPublicity { .. } => 7,
                DossierStage::Publicised => 8,
                DossierStage::Reported => 9,
                DossierStage::Closed => 10,
            };
            assert_eq!(place, expected);
        }
    }
}
