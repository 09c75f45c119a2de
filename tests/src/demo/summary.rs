//! The summary that people read.

use std::fmt::Write;

use super::account::{Account, NodeAccount, VerdictAccount};
use super::story::SYNTHETIC;

/// Removed and HELD entries shown one by one; the rest stands in the kept account.
const SHOWN: usize = 15;
/// Characters of a digest shown where it is repeated.
const DIGEST_SHOWN: usize = 16;

/// Writes the summary.
pub fn write(account: &Account) -> String {
    let mut page = Page::default();
    page.line(&format!("══ {} ══", account.watermark));
    imports(&mut page, account);
    tiers(&mut page, account);
    verdicts(&mut page, "被比对删除的红名单", &account.removed);
    verdicts(&mut page, "待人工核对（HELD）", &account.held);
    results(&mut page, account);
    faults(&mut page, account);
    checks(&mut page, account);
    page.line(&format!("══ {} ══", account.watermark));
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        // Writing into a string cannot fail.
        let _ = writeln!(self.0, "{text}");
    }

    fn heading(&mut self, text: &str) {
        self.line(&format!("\n■ {text}"));
    }
}

fn imports(page: &mut Page, account: &Account) {
    let sum = |of: fn(&super::account::FileAccount) -> u64| account.imports.iter().map(of).sum::<u64>();
    page.heading(&format!(
        "导入：{}个文件，{}行；采集{}，待确认{}，拒绝{}",
        account.imports.len(),
        sum(|file| file.rows),
        sum(|file| file.accepted),
        sum(|file| file.questioned),
        sum(|file| file.refused)
    ));
    let mut by_code = std::collections::BTreeMap::<&str, u64>::new();
    for file in &account.imports {
        for (code, count) in &file.by_code {
            *by_code.entry(code).or_default() += count;
        }
    }
    for (code, count) in by_code {
        page.line(&format!("  {code:<28} {count:>5}"));
    }
}

fn tiers(page: &mut Page, account: &Account) {
    page.heading("各级案件与名单状态");
    for (tier, name) in [("province", "省级"), ("city", "市级"), ("county", "县级")] {
        for node in account.nodes.iter().filter(|node| node.tier == tier) {
            page.line(&format!("  {name} {} {}", node.node, node.name));
            let told = |counts: &std::collections::BTreeMap<String, u64>| {
                counts.iter().map(|(state, count)| format!("{state} {count}")).collect::<Vec<_>>().join("，")
            };
            if !node.cases.is_empty() {
                page.line(&format!("      案件：{}", told(&node.cases)));
            }
            page.line(&format!("      名单：{}", told(&node.dossiers)));
        }
    }
}

fn verdicts(page: &mut Page, title: &str, verdicts: &[VerdictAccount]) {
    page.heading(&format!("{title}：{}条", verdicts.len()));
    for verdict in verdicts.iter().take(SHOWN) {
        let VerdictAccount { version, case, name, rule, exit, cause, sentence } = verdict;
        let synthetic = if name.contains(SYNTHETIC) { "" } else { "（真实企业，依其已公布的名单）" };
        page.line(&format!("  第{version}版 {case} {name}{synthetic}：{rule} {exit}"));
        page.line(&format!("      起因 {cause}：{sentence}"));
    }
    if verdicts.len() > SHOWN {
        page.line(&format!("  ……另有{}条，用 --json 查看全部", verdicts.len() - SHOWN));
    }
}

fn results(page: &mut Page, account: &Account) {
    page.heading("比对结果");
    for result in &account.results {
        page.line(&format!(
            "  第{}版（{}公布）：红{}，黑{}，本版删除{}，待核{}；见证签名{}个",
            result.version,
            result.published_on,
            result.red,
            result.black,
            result.removed,
            result.held,
            result.cosigners.len()
        ));
        page.line(&format!("      摘要 {}", result.digest));
    }
    page.heading(if account.agree { "各节点一致" } else { "各节点不一致" });
    for NodeAccount { node, version, digest, log, receipted, starts, .. } in &account.nodes {
        let digest = digest.get(..DIGEST_SHOWN).unwrap_or(digest);
        let receipt = if *receipted == 0 { "顶级".to_owned() } else { format!("回执至{receipted}") };
        page.line(&format!("  {node}  第{version}版  {digest}…  日志{log}条，{receipt}，启动{starts}次"));
    }
}

fn faults(page: &mut Page, account: &Account) {
    page.heading(&format!("途中 kill -9：{}次", account.kills.len()));
    for kill in &account.kills {
        page.line(&format!("  {} {}（{}）", kill.day, kill.node, kill.amid));
    }
}

fn checks(page: &mut Page, account: &Account) {
    let failures: Vec<_> = account.failures().collect();
    let held = account.checks.len() - failures.len();
    page.heading(&format!("与预设核对：{held}项相符，{}项不符", failures.len()));
    for check in failures {
        page.line(&format!("  不符：{}：应为“{}”，实为“{}”", check.what, check.expected, check.found));
    }
    page.line(&format!("  用时 {}.{} 秒", account.elapsed_ms / 1000, account.elapsed_ms % 1000 / 100));
}
