//! The reviewers' chapters: review by exception, signature, publicity, objections.

use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use super::story::{CITY, CORRECTING, DEFENDING, DIRECT, HEARING, PROVINCE, REJECTED, Story, node_of};
use crate::process::Trouble;

/// Why a returned case is not among the published: until it is certified again.
pub const RETURNED: &str = "退回补正";

impl Story<'_> {
    /// The city and the province's desk review every list: all but the exceptions.
    pub async fn review(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.reviewed, "市级审核（7个工作日内）：退回一条补正，不予通过一条，其余通过")?;
        let returned = self.plain_red(CORRECTING).await?;
        let rejected = self.plain_red(REJECTED).await?;
        let exceptions = [
            (returned, "return", "表彰文号有误，请一次性补正", RETURNED),
            (rejected, "reject", "表彰机关级别不符合认定标准", "审核不予通过"),
        ];
        for (case, decision, reason, why) in &exceptions {
            let word = if *decision == "return" { "退回补正" } else { "不予通过" };
            self.teller.happened(&format!("{}（{}）{word}：{reason}", case.case_id, case.name));
            self.dropped.insert(case.case_id.clone(), why);
        }
        for reviewer in [CITY, PROVINCE] {
            for list in self.lists_to_review(reviewer, "received").await? {
                let mine =
                    exceptions.iter().filter(|(case, ..)| list.kind == "red" && node_of(&case.case_id) == list.from);
                let review = Review {
                    list: list.list.clone(),
                    exceptions: mine
                        .map(|(case, decision, reason, _)| ReviewExceptionRow {
                            case_id: case.case_id.clone(),
                            decision: (*decision).to_owned(),
                            reasons: vec![(*reason).to_owned()],
                        })
                        .collect(),
                    opinion: "材料齐全，程序合法，同意".to_owned(),
                };
                self.federation.office(reviewer)?.act("reviewer", Command::Review(review)).await?;
            }
        }
        Ok(())
    }

    /// The heads of the reviewers sign; the publicity of twenty working days begins.
    pub async fn sign_reviews(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.signed, "市级主要负责人签署审核意见，开始公示（20个工作日）")?;
        for reviewer in [CITY, PROVINCE] {
            let lists = self.sign_and_publicise(reviewer).await?;
            self.teller.happened(&format!("{reviewer}签署并公示{lists}份名单"));
        }
        self.settle("审核结果送达各县").await
    }

    async fn sign_and_publicise(&self, reviewer: &str) -> Result<usize, Trouble> {
        let lists = self.lists_to_review(reviewer, "reviewed").await?;
        let office = self.federation.office(reviewer)?;
        for list in &lists {
            let list = list.list.clone();
            let sign = SignReview { list: list.clone(), publicity_waived: String::new() };
            office.act("head", Command::SignReview(sign)).await?;
            let publicise = PublicizeList { list, channel: "市商务局门户网站、信用荆门".to_owned() };
            office.act("reviewer", Command::PublicizeList(publicise)).await?;
        }
        Ok(lists.len())
    }

    /// Objections during the city's publicity go back to the recogniser.
    pub async fn object(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.objected, "市级公示期间收到两件异议，转认定单位核实")?;
        let mut raised = Vec::new();
        for (node, upheld) in [(HEARING, true), (DEFENDING, false)] {
            let case = self.plain_red(node).await?;
            let objection = ReceiveObjection {
                list: String::new(),
                case_id: case.case_id.clone(),
                by: "样例群众".to_owned(),
                grounds: "该企业近期受过行政处罚（演练）".to_owned(),
            };
            let entry = self.federation.office(CITY)?.act("reviewer", Command::ReceiveObjection(objection)).await?;
            self.teller.happened(&format!("{}（{}）被提出异议", case.case_id, case.name));
            raised.push((node, upheld, case, entry));
        }
        self.settle("异议送达认定单位").await?;
        self.chapter(self.days.verified, "认定单位核实异议：一件成立，一件不成立")?;
        for (node, upheld, case, objection) in raised {
            let reason = if upheld { "经核实异议成立，不再列入" } else { "经核实异议不成立" };
            let verify = VerifyObjection { objection, upheld, reason: reason.to_owned() };
            self.federation.office(node)?.act("head", Command::VerifyObjection(verify)).await?;
            self.teller.happened(&format!("{}（{}）{reason}", case.case_id, case.name));
            if upheld {
                self.dropped.insert(case.case_id, "异议成立");
            }
        }
        self.settle("核实结果送达市级").await
    }

    /// The corrected list is reviewed, signed and publicised on one day.
    pub async fn review_again(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.reviewed_again, "市级审核补正后的名单并公示")?;
        for list in self.lists_to_review(CITY, "received").await? {
            let review =
                Review { list: list.list, exceptions: Vec::new(), opinion: "补正齐全，同意".to_owned() };
            self.federation.office(CITY)?.act("reviewer", Command::Review(review)).await?;
        }
        self.sign_and_publicise(CITY).await?;
        Ok(())
    }

    /// Publicity ends by itself and the lists are reported.
    pub async fn report(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.reported, "市级公示期满，名单自动上报省级")?;
        let reported = |status: &GetStatusResponse, lists: u64| {
            let done = ["reported", "closed"].iter().filter_map(|stage| status.dossiers.get(*stage)).sum::<u64>();
            done >= lists
        };
        // The counties' lists but the corrected one, and the city's own.
        let lists = super::story::COUNTIES.len() as u64 * 2 + 1;
        self.until(CITY, "市级上报", |status| reported(status, lists)).await?;
        self.until(PROVINCE, "省级收齐上报", |status| reported(status, lists + 2)).await?;
        self.settle("省级比对队列处理完毕").await?;
        self.teller.happened(&format!("省级收到市级上报{lists}份，{DIRECT}直报2份"));
        Ok(())
    }

    /// The corrected list follows.
    pub async fn report_again(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.reported_again, "补正后的名单公示期满，自动上报")?;
        let lists = super::story::COUNTIES.len() as u64 * 2 + 4;
        let reported = |status: &GetStatusResponse| {
            ["reported", "closed"].iter().filter_map(|stage| status.dossiers.get(*stage)).sum::<u64>() >= lists
        };
        self.until(PROVINCE, "补正名单上报", reported).await?;
        self.settle("省级比对队列处理完毕").await
    }
}
