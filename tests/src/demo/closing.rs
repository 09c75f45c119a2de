//! The last chapter: every node gives its account, and it is held against what was planted.

use std::collections::{BTreeMap, BTreeSet};

use honghei_domain::list::ListKind;
use honghei_proto::console::v1::*;

use super::account::{NodeAccount, ResultAccount, VerdictAccount};
use super::quiet::owner;
use super::story::{CITY, DIRECT, PROVINCE, SYNTHETIC, Story, node_of};
use crate::process::{Trouble, until};
use crate::sample::{Expectation, Expected, Stage};

/// Verdicts asked for at once.
const VERDICTS: u32 = 10_000;

/// The province's children, who cosign its log.
const WITNESSES: [&str; 2] = [CITY, DIRECT];

fn cosigned(result: &ResultAccount, child: &str) -> bool {
    result.cosigners.iter().any(|cosigner| cosigner == child)
}

impl Story<'_> {
    /// Gathers the account of the run and checks it.
    pub async fn close(&mut self) -> Result<(), Trouble> {
        self.chapter(self.days.published_again, "汇总：各节点自检，与预设结果核对")?;
        self.settle("各节点静止").await?;
        let ids: Vec<String> = self.federation.nodes.keys().cloned().collect();
        let mut verdicts = BTreeSet::new();
        for id in &ids {
            let account = self.node_account(id).await?;
            self.account.check(format!("{id}全面自检（日志、附块、检查点、推算结果、最终名单）"), true, account.sound);
            self.account.check(format!("{id}重算获知的比对结论"), "一致", &account.recomputed);
            if id != PROVINCE {
                self.account.check(format!("{id}的日志已全部取得上级回执"), account.log, account.receipted);
            }
            self.account.nodes.push(account);
            verdicts.extend(self.verdicts(id).await?);
        }
        for (held, verdict) in verdicts {
            if held { self.account.held.push(verdict) } else { self.account.removed.push(verdict) }
        }
        self.account.results = self.cosigned_results().await?;
        self.check_agreement();
        self.check_counts();
        self.check_cosigners();
        self.check_expectations().await
    }

    async fn node_account(&self, id: &str) -> Result<NodeAccount, Trouble> {
        let node = self.federation.node(id)?;
        let status = node.office.status().await?;
        let mut session = node.office.session("admin").await?;
        let verified = node.office.told("verify", session.verify(VerifyRequest {}).await)?;
        let recompute = AskRequest { question: Some(ask_request::Question::Recompute(Recompute {})) };
        let recomputed = node.office.told("recompute", session.ask(recompute, |_| ()).await)?;
        let mut cases: BTreeMap<String, u64> = BTreeMap::new();
        if id != PROVINCE {
            for row in self.cases(id).await? {
                let colour = if row.kind == "red" { "红" } else { "黑" };
                *cases.entry(format!("{colour}·{}", row.stage_zh)).or_default() += 1;
            }
        }
        let mut dossiers: BTreeMap<String, u64> = BTreeMap::new();
        for row in self.dossiers(id, "").await? {
            *dossiers.entry(row.stage_zh).or_default() += 1;
        }
        let own = status.logs.iter().find(|log| owner(&log.log) == status.node);
        Ok(NodeAccount {
            node: id.to_owned(),
            name: status.name.clone(),
            tier: status.tier.clone(),
            cases,
            dossiers,
            version: status.result_version,
            digest: status.result_digest.clone(),
            log: own.map_or(0, |log| log.size),
            receipted: own.map_or(0, |log| log.receipted),
            starts: node.starts(),
            sound: verified.sound,
            recomputed: if recomputed.alarm.is_empty() { "一致".to_owned() } else { recomputed.detail },
        })
    }

    /// What one node knows of removals and HELD cases; `true` stands for HELD.
    async fn verdicts(&self, id: &str) -> Result<BTreeSet<(bool, VerdictAccount)>, Trouble> {
        let office = self.federation.office(id)?;
        let mut session = office.session("head").await?;
        let asked = ListVerdictsRequest { version: 0, limit: VERDICTS };
        let listed = office.told("verdicts", session.list_verdicts(asked).await)?.verdicts;
        // Who may read the details is told the names; each node tells of its own.
        let own = listed.into_iter().filter(|row| node_of(&row.case_id) == id);
        let account = |row: VerdictRow| {
            let verdict = VerdictAccount {
                version: row.version,
                case: row.case_id,
                name: row.name,
                rule: row.rule,
                exit: row.exit,
                cause: row.cause,
                sentence: row.sentence,
            };
            (row.outcome == "held", verdict)
        };
        Ok(own.map(account).collect())
    }

    /// The results once both children have cosigned them; as they are if that takes too long, for the check to say so. A
    /// child cosigns on its own, after it has everything, and the province was killed a moment ago.
    async fn cosigned_results(&self) -> Result<Vec<ResultAccount>, Trouble> {
        let all = |results: &Vec<ResultAccount>| {
            results.iter().all(|result| WITNESSES.iter().all(|child| cosigned(result, child)))
        };
        match until("见证签名", async || Ok(Some(self.results().await?).filter(all))).await {
            Ok(results) => Ok(results),
            Err(_) => self.results().await,
        }
    }

    async fn results(&self) -> Result<Vec<ResultAccount>, Trouble> {
        let office = self.federation.office(PROVINCE)?;
        let mut session = office.session("head").await?;
        let listed = office.told("results", session.list_results(ListResultsRequest { limit: 0 }).await)?.results;
        let account = |row: ResultRow| ResultAccount {
            version: row.version,
            published_on: row.published_on,
            digest: row.digest,
            red: row.red,
            black: row.black,
            removed: row.removed,
            held: row.held,
            cosigners: row.cosigners,
        };
        let mut results: Vec<ResultAccount> = listed.into_iter().map(account).collect();
        results.sort_by_key(|result| result.version);
        Ok(results)
    }

    fn check_agreement(&mut self) {
        let served: BTreeSet<(u64, &str)> =
            self.account.nodes.iter().map(|node| (node.version, node.digest.as_str())).collect();
        let agree = served.len() == 1 && served.iter().all(|(version, digest)| *version > 0 && !digest.is_empty());
        self.account.agree = agree;
        self.account.check("各节点提供的结果版本与摘要一致", true, agree);
    }

    /// The counts of every version follow from the rows that entered and what was planted in them.
    fn check_counts(&mut self) {
        let entered = |kind: ListKind, stage: Option<Stage>| -> u64 {
            let files = self.planted.files.iter().filter(|file| file.kind == kind);
            files.filter(|file| stage.is_none_or(|stage| file.stage == stage)).map(|file| file.accepted).sum()
        };
        let planted = |stage: Stage, wanted: fn(&Expected) -> bool| -> u64 {
            let found = self.planted.expectations.iter();
            found.filter(|planted| planted.stage == stage && wanted(&planted.expected)).count() as u64
        };
        let is_removed = |expected: &Expected| matches!(expected, Expected::Removed { .. });
        let is_held = |expected: &Expected| matches!(expected, Expected::Held { .. });
        let (removed, held) = (planted(Stage::First, is_removed), planted(Stage::First, is_held));
        let removed_later = planted(Stage::Later, is_removed);
        let red =
            entered(ListKind::Red, Some(Stage::First)) + self.more_red - self.dropped.len() as u64 - removed - held;
        let black = entered(ListKind::Black, Some(Stage::First)) + self.more_black - self.expired_blacks();
        let black_later = black + entered(ListKind::Black, Some(Stage::Later));
        // What befell real firms follows from their published lists and is nobody's plan.
        let unplanned = |verdicts: &[VerdictAccount], version| {
            verdicts.iter().filter(|found| found.version == version && !found.name.contains(SYNTHETIC)).count() as u64
        };
        let (fell, waits) = (unplanned(&self.account.removed, 1), unplanned(&self.account.held, 1));
        let (fell_later, waits_later) = (unplanned(&self.account.removed, 2), unplanned(&self.account.held, 2));
        let (red, removed, held) = (red - fell - waits, removed + fell, held + waits);
        let (red_later, removed_later) = (red - removed_later - fell_later, removed_later + fell_later);
        let expected = [
            format!("红{red} 黑{black} 删除{removed} 待核{held}"),
            format!("红{red_later} 黑{black_later} 删除{removed_later} 待核{waits_later}"),
        ];
        let results = self.account.results.clone();
        self.account.check("结果版本数", 2, results.len());
        for (expected, result) in expected.into_iter().zip(results) {
            let ResultAccount { version, red, black, removed, held, .. } = result;
            let found = format!("红{red} 黑{black} 删除{removed} 待核{held}");
            self.account.check(format!("第{version}版条数"), expected, found);
        }
    }

    /// Planted blacks whose validity was over before the first publication: they enter and are never listed.
    fn expired_blacks(&self) -> u64 {
        let expired = |planted: &&Expectation| planted.about.contains("已届满");
        self.planted.expectations.iter().filter(expired).count() as u64
    }

    fn check_cosigners(&mut self) {
        for result in self.account.results.clone() {
            for child in WITNESSES {
                let cosigned = cosigned(&result, child);
                self.account.check(format!("第{}版有{child}的见证签名", result.version), true, cosigned);
            }
        }
    }

    /// Every planted conflict has come out as it must, and nothing else fell.
    async fn check_expectations(&mut self) -> Result<(), Trouble> {
        let mut unexplained: BTreeSet<(String, String)> = BTreeSet::new();
        let synthetic = |verdict: &&VerdictAccount| verdict.name.contains(SYNTHETIC);
        for verdict in self.account.removed.iter().chain(&self.account.held).filter(synthetic) {
            unexplained.insert((node_of(&verdict.case).to_owned(), verdict.name.clone()));
        }
        for planted in self.planted.expectations.clone() {
            let verdict = |found: &&VerdictAccount| node_of(&found.case) == planted.node && found.name == planted.name;
            let version = if planted.stage == Stage::First { 1 } else { 2 };
            let removed = self.account.removed.iter().find(verdict).cloned();
            let held = self.account.held.iter().find(verdict).cloned();
            let found = match (&removed, &held) {
                (Some(found), None) => format!("第{}版删除 {} {}", found.version, found.rule, found.exit),
                (None, Some(found)) => format!("第{}版待核 {}", found.version, found.rule),
                (None, None) => "保留".to_owned(),
                (Some(_), Some(_)) => "既删除又待核".to_owned(),
            };
            let expected = match &planted.expected {
                Expected::Removed { rule, exit, .. } => format!("第{version}版删除 {rule} {exit}"),
                Expected::Held { reason } => format!("第{version}版待核 {reason}"),
                Expected::Stays => "保留".to_owned(),
            };
            let about = format!("{}（{}，{}）", planted.about, planted.name, planted.node);
            let cause_named = match (&planted.document, removed.or(held)) {
                (Some(document), Some(found)) => found.sentence.contains(document.as_str()),
                _ => true,
            };
            self.account.check(about.clone(), expected, found);
            if !cause_named {
                self.account.check(
                    format!("{about}：起因文书"),
                    planted.document.clone().unwrap_or_default(),
                    "未写明",
                );
            }
            unexplained.remove(&(planted.node.clone(), planted.name.clone()));
            self.check_served(&planted).await?;
        }
        self.account.check("预设之外被删除或待核的条目", 0, unexplained.len());
        Ok(())
    }

    /// Every node answers a look-up of the planted subject alike.
    async fn check_served(&mut self, planted: &Expectation) -> Result<(), Trouble> {
        let stands = matches!(planted.expected, Expected::Stays);
        for id in [PROVINCE, CITY, planted.node.as_str(), "420882-commerce"] {
            let office = self.federation.office(id)?;
            let mut session = office.session("head").await?;
            let asked = LookUpRequest { identifier: planted.uscc.clone() };
            let answer = office.told("look-up", session.look_up(asked).await)?;
            let red = answer.rows.iter().any(|row| {
                row.kind == "red" && row.department == planted.department && node_of(&row.case_id) == planted.node
            });
            if red != stands {
                self.account.check(format!("{id}查询{}的红名单", planted.name), stands, red);
            }
        }
        Ok(())
    }
}
