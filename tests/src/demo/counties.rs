//! The counties' chapters: collection, notice, publicity, statements, recognition, declaration.

use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use super::story::{CITY, COUNTIES, CUT_OFF, DIRECT, HEARING, PROVINCE, Story};
use super::teller::dated;
use crate::process::Trouble;
use crate::sample::FilePurpose;

/// Where a county publicises.
const CHANNEL: &str = "部门门户网站";

impl Story<'_> {
    /// Collection, notice and the beginning of publicity; the city is killed before the last county does all this.
    pub async fn collect(&mut self) -> Result<(), Trouble> {
        let day = self.days.collected;
        self.chapter(day, "各县采集初选名单，送达告知书，开始公示（10个工作日）")?;
        let connected = COUNTIES.into_iter().filter(|county| *county != CUT_OFF).chain([DIRECT, CITY]);
        for node in connected.collect::<Vec<_>>() {
            self.collect_at(node).await?;
        }
        self.kill(CITY, "各县采集期间，此后保持停机")?;
        let alone = |status: &GetStatusResponse| status.links.iter().all(|link| !link.connected);
        let status = self.until(CUT_OFF, "上级链路中断", alone).await?;
        self.account.check(format!("{CUT_OFF}在链路中断时办公"), true, alone(&status));
        self.collect_at(CUT_OFF).await
    }

    async fn collect_at(&mut self, node: &str) -> Result<(), Trouble> {
        let files: Vec<_> = self.planted.files.iter().filter(|file| file.node == node).cloned().collect();
        for file in files.iter().filter(|file| file.purpose == FilePurpose::Candidates) {
            let kind = if file.kind == honghei_domain::list::ListKind::Red { "red" } else { "black" };
            let path = self.samples.join(&file.name);
            // Outside the policy's own area no organ's name tells where a firm without a code is registered.
            let reason = if node == DIRECT {
                "无代码主体，登记机关在仙桃市，属本地管辖（R-004）"
            } else {
                ""
            };
            let imported = self.collect_file(node, kind, &path, reason).await?;
            let refused: u64 = file.rejected.len() as u64;
            let expected = format!("{}行，采集{}，待确认{}，拒绝{refused}", file.rows, file.accepted, file.questioned);
            let found = format!(
                "{}行，采集{}，待确认{}，拒绝{}",
                imported.rows, imported.accepted, imported.questioned, imported.refused
            );
            self.account.check(format!("{node}导入{}", file.name), expected, found);
        }
        if let Some(path) = self.more_candidates.get(node).cloned() {
            let reason = "演练：登记机关在外地的企业由本县代为认定（R-004）";
            self.more_red += self.collect_file(node, "red", &path, reason).await?.accepted;
        }
        let office = self.federation.office(node)?;
        let notice = ServeNotice {
            cases: String::new(),
            method: "直接送达".to_owned(),
            served_on: self.days.collected.to_string(),
            proof: "送达回证（演练）".to_owned(),
        };
        office.act("clerk", Command::ServeNotice(notice)).await?;
        let publicise = PublicizeCases { cases: String::new(), channel: CHANNEL.to_owned() };
        office.act("clerk", Command::PublicizeCases(publicise)).await?;
        Ok(())
    }

    async fn collect_file(
        &mut self,
        node: &str,
        kind: &str,
        path: &std::path::Path,
        territorial_override: &str,
    ) -> Result<ImportSummary, Trouble> {
        let office = self.federation.office(node)?;
        let imported = office
            .import("clerk", path, |upload| {
                Command::Collect(Collect {
                    file: Some(FileOptions { upload, ..FileOptions::default() }),
                    kind: kind.to_owned(),
                    department: "commerce".to_owned(),
                    channel: "daily_management".to_owned(),
                    default_class: "a".to_owned(),
                    territorial_override: territorial_override.to_owned(),
                })
            })
            .await?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let summary = imported.summary.clone();
        self.teller.happened(&format!("{node} {name}：采集{}条，拒绝{}行", summary.accepted, summary.refused));
        self.record_import(node, &name, &imported)?;
        Ok(summary)
    }

    /// A statement is heard and adopted: the entry goes no further. Another does not stand.
    pub async fn hear(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.heard, "听取陈述申辩")?;
        for (node, adopted) in [(HEARING, true), (DIRECT, false)] {
            let case = self.plain_red(node).await?;
            let office = self.federation.office(node)?;
            let received = ReceiveStatement {
                case_id: case.case_id.clone(),
                by: case.name.clone(),
                grounds: "表彰对象有误，请求核实（演练）".to_owned(),
            };
            let statement = office.act("clerk", Command::ReceiveStatement(received)).await?;
            let reason = if adopted { "经核实理由成立，予以采纳" } else { "经核实理由不成立" };
            let disposed = DisposeStatement { statement, adopted, reason: reason.to_owned() };
            office.act("head", Command::DisposeStatement(disposed)).await?;
            self.teller.happened(&format!("{}（{}）陈述申辩：{reason}", case.case_id, case.name));
            if adopted {
                self.dropped.insert(case.case_id, "陈述申辩成立");
            }
        }
        Ok(())
    }

    /// On the last day of publicity no head may sign.
    pub async fn wait_out_publicity(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.publicity_ends, "县级公示最后一日：此时签署认定应被拒绝")?;
        let refused = self.federation.office(DIRECT)?.perform("head", certification("red")).await;
        let code = refused.err().map_or_else(|| "granted".to_owned(), |answer| answer.code);
        self.account.check("公示期内签署认定", "NOTHING_TO_CERTIFY", code);
        Ok(())
    }

    /// The heads sign and the clerks declare. One county signs while the city is still down; then the city comes back,
    /// and processes die in the middle of the transfer.
    pub async fn certify(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.certified, "公示期满，主要负责人签署认定，各县申报")?;
        self.certify_at(CUT_OFF).await?;
        self.teller.happened(&format!("{CUT_OFF}在市级停机期间完成采集、公示、签署、申报"));
        self.federation.start(CITY).await?;
        let catching_up = "断网期间的办理自动补传";
        self.until(CITY, catching_up, |status| status.dossiers.values().sum::<u64>() >= 2).await?;
        for node in COUNTIES.into_iter().chain([DIRECT, CITY]).filter(|node| *node != CUT_OFF) {
            self.certify_at(node).await?;
            match node {
                "420802-commerce" => self.kill_amid(node, CITY, "申报名单上行期间").await?,
                "420881-commerce" => self.kill_amid(CITY, CITY, "收取申报名单期间").await?,
                _ => {}
            }
        }
        let lists = COUNTIES.len() as u64 * 2;
        let received = |status: &GetStatusResponse| status.dossiers.get("received").copied() == Some(lists + 2);
        self.until(PROVINCE, "市级和省级收齐申报", received).await?;
        self.settle("各节点日志一致，回执齐全").await?;
        self.teller.happened(&format!("市级收件{lists}份，审核期限7个工作日自收件起算"));
        Ok(())
    }

    async fn certify_at(&mut self, node: &str) -> Result<(), Trouble> {
        let closed = |status: &GetStatusResponse| !status.cases.contains_key("in_publicity");
        self.until(node, "公示自动结束", closed).await?;
        let kinds: &[&str] = if node == CITY { &["red"] } else { &["red", "black"] };
        let office = self.federation.office(node)?;
        for kind in kinds {
            let list = office.act("head", certification(kind)).await?;
            office.act("clerk", Command::Declare(Declare { list, ..Declare::default() })).await?;
        }
        self.teller.under_way(self.federation.today(), &format!("{node}已认定并申报"));
        Ok(())
    }

    /// What was returned is corrected; a changed substance is publicised anew.
    pub async fn correct(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.corrected, "县级补正被退回的条目，内容有变，重新告知和公示")?;
        let Some(case) = self.dropped.iter().find(|(_, why)| **why == super::review::RETURNED) else { return Ok(()) };
        let case = case.0.clone();
        let (node, number) = (super::story::node_of(&case).to_owned(), super::story::number_of(&case));
        let office = self.federation.office(&node)?;
        let mut session = office.session("clerk").await?;
        let shown = office.told("case", session.show_case(ShowCaseRequest { case_id: case.clone() }).await)?;
        let row = shown.row.unwrap_or_default();
        let path = self.samples.join("补正.csv");
        let header =
            "企业名称,统一社会信用代码,主体类别,登记机关,认定标准代码,列入事由,荣誉称号,表彰文号,表彰机关,表彰日期";
        let facts = "诚信经营，受到表彰；表彰文号已核对（样例）";
        let record = format!(
            "{},{},a,荆门市东宝区市场监督管理局,SW-R-01,{facts},诚信示范企业,样例表彰〔2017〕补1号,荆门市商务局,2017-06-01",
            row.name, row.subject
        );
        std::fs::write(&path, format!("{header}\n{record}\n")).map_err(Trouble::io("write", &path))?;
        let corrected = office
            .import("clerk", &path, |upload| {
                Command::Correct(Correct {
                    file: Some(FileOptions { upload, ..FileOptions::default() }),
                    kind: "red".to_owned(),
                    department: "commerce".to_owned(),
                    reason: "按市级一次性告知补正表彰文号".to_owned(),
                    cases: number.to_string(),
                })
            })
            .await?;
        self.record_import(&node, "补正.csv", &corrected)?;
        let office = self.federation.office(&node)?;
        let notice = ServeNotice {
            cases: number.to_string(),
            method: "直接送达".to_owned(),
            served_on: self.days.corrected.to_string(),
            proof: "送达回证（演练）".to_owned(),
        };
        office.act("clerk", Command::ServeNotice(notice)).await?;
        let publicise = PublicizeCases { cases: number.to_string(), channel: CHANNEL.to_owned() };
        office.act("clerk", Command::PublicizeCases(publicise)).await?;
        let until = dated(self.days.certified_again);
        self.teller.happened(&format!("{case}（{}）已补正，重新公示至{until}前一日", row.name));
        Ok(())
    }

    /// The corrected entry is certified and declared again.
    pub async fn certify_again(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.certified_again, "补正条目公示期满，重新认定、申报")?;
        let closed = |status: &GetStatusResponse| !status.cases.contains_key("in_publicity");
        self.until(super::story::CORRECTING, "重新公示自动结束", closed).await?;
        let office = self.federation.office(super::story::CORRECTING)?;
        let list = office.act("head", certification("red")).await?;
        office.act("clerk", Command::Declare(Declare { list, ..Declare::default() })).await?;
        let received = |status: &GetStatusResponse| status.dossiers.contains_key("received");
        self.until(CITY, "市级收到补正后的名单", received).await?;
        self.dropped.retain(|_, why| *why != super::review::RETURNED);
        Ok(())
    }
}

/// A head's signature under everything that may be certified.
fn certification(kind: &str) -> Command {
    Command::Certify(Certify { kind: kind.to_owned(), cases: String::new(), opinion: "同意认定".to_owned() })
}
