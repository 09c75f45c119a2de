//! Rehearsals: what something would change, shown before anybody signs it (F-P12), and the exits that a policy calls for
//! (F-P11).

use honghei_proto::console::v1::rehearse_request::Matter;
use honghei_proto::console::v1::rehearsed_reference::Document;
use honghei_proto::console::v1::*;
use honghei_registry::command::Command;
use honghei_registry::countersign::demand_zh;
use honghei_registry::desk::recognition::impact::{self, DraftedExit as Drafted};
use honghei_registry::engine::Script;
use honghei_registry::rehearsal::{Rehearsal, Stage};

use super::{Caller, Desk, fields};
use crate::answer::{Answer, Class};
use crate::authority::{Publication, directory_with};

/// Rows of a stage shown unless said otherwise, and at most.
const ROWS: u32 = 1_000;
const ROWS_MAX: u32 = 10_000;

/// What a text is called that came without a file.
const UNNAMED: &str = "policy";

impl Desk {
    /// Tries something on a fork of this node.
    pub(super) async fn rehearse(&self, caller: &Caller, asked: RehearseRequest) -> Result<RehearseResponse, Answer> {
        let (now, officer) = (self.now()?, &caller.session.officer);
        let limit = if asked.limit == 0 { ROWS } else { asked.limit.min(ROWS_MAX) } as usize;
        let mut before = Vec::new();
        let rehearsal = match asked.matter {
            None => return Err(Answer::field("matter", "没有指定演练事项")),
            Some(Matter::Proposal(name)) => {
                let id = &caller.session.id;
                let unknown =
                    || Answer::new(Class::Stale, "PROPOSAL_UNKNOWN", "没有这个拟办事项，或已过期，请重新生成");
                let found = self.proposals.peek(&name, id, self.monotonic_ms(), |pending| pending.proposal.clone());
                let proposal = found.ok_or_else(unknown)?;
                self.engine().rehearse(now, officer, Script::Proposal(&proposal)).await?
            }
            Some(Matter::Reference(asked)) => {
                let cx = self.context().await?;
                let file = if asked.file.is_empty() { UNNAMED.to_owned() } else { asked.file };
                let publication = match asked.document {
                    Some(Document::Policy(text)) => Publication::Policy { file, text },
                    Some(Document::Calendar(text)) => Publication::Calendar { text },
                    None => return Err(Answer::field("document", "没有要演练的文本")),
                };
                let (directory, sentences) = directory_with(&cx, &publication)?;
                before = sentences;
                let exits = match &publication {
                    Publication::Policy { text, .. } if cx.reference.quoted(&policy_name(text)).is_some() => {
                        impact::exits_of_text(&mut *self.read().await?, &cx, text).await?
                    }
                    _ => Vec::new(),
                };
                let commands = proposable(&exits, None);
                self.engine().rehearse(now, officer, Script::Directory(&directory, &commands)).await?
            }
            Some(Matter::Exits(asked)) => {
                let notified_on = notified_on(&asked)?;
                let commands = proposable(&self.drafted_exits(&asked).await?, notified_on);
                if commands.is_empty() {
                    return Err(Answer::new(Class::AlreadyDone, "NOTHING_TO_EXIT", NOTHING_TO_EXIT));
                }
                self.engine().rehearse(now, officer, Script::Commands(&commands)).await?
            }
        };
        Ok(told(&rehearsal, before, limit))
    }

    /// The exits that a published policy calls for.
    pub(super) async fn draft_policy_exits(
        &self,
        asked: DraftPolicyExitsRequest,
    ) -> Result<DraftPolicyExitsResponse, Answer> {
        notified_on(&asked)?;
        let row = |exit: Drafted| DraftedExit {
            case_id: exit.case.to_string(),
            name: exit.name,
            kind: fields::kind_name(exit.kind).to_owned(),
            code: exit.code.as_str().to_owned(),
            basis_revoked_on: match exit.code.as_str() {
                "BX-5" => exit.fell_on.to_string(),
                _ => String::new(),
            },
            reason: exit.reason,
            hindrance: exit.hindrance.map(|refusal| refusal.zh).unwrap_or_default(),
        };
        let exits = self.drafted_exits(&asked).await?;
        Ok(DraftPolicyExitsResponse { exits: exits.into_iter().map(row).collect() })
    }

    async fn drafted_exits(&self, asked: &DraftPolicyExitsRequest) -> Result<Vec<Drafted>, Answer> {
        let cx = self.context().await?;
        let policy = fields::text("policy", &asked.policy)?;
        let cases = fields::cases(&asked.cases)?;
        Ok(impact::exits(&mut *self.read().await?, &cx, &policy, &cases).await?)
    }
}

/// What is said where nothing is left to do.
const NOTHING_TO_EXIT: &str = "没有因该制度失去全部依据的有效条目";

fn policy_name(text: &str) -> String {
    honghei_domain::policy::Policy::parse_file(UNNAMED, text).map(|policy| policy.name).unwrap_or_default()
}

fn notified_on(asked: &DraftPolicyExitsRequest) -> Result<Option<chrono::NaiveDate>, Answer> {
    let day = asked.notified_on.trim();
    (!day.is_empty()).then(|| fields::day("notified_on", day)).transpose()
}

fn proposable(exits: &[Drafted], notified_on: Option<chrono::NaiveDate>) -> Vec<Command> {
    exits.iter().filter(|exit| exit.hindrance.is_none()).map(|exit| exit.command(notified_on)).collect()
}

fn told(rehearsal: &Rehearsal, mut before: Vec<String>, limit: usize) -> RehearseResponse {
    let stage = |stage: &Stage| {
        let told = stage.told(limit);
        RehearsalStage {
            title: stage.title.to_owned(),
            sentences: before.drain(..).chain(told.sentences).collect(),
            headings: told.headings.into_iter().map(str::to_owned).collect(),
            rows: told.rows.into_iter().map(|cells| ToldRow { cells }).collect(),
            row_count: stage.difference.rows.len() as u64,
            digest: stage.difference.digest(),
            further: stage.demands.iter().map(demand_zh).collect(),
        }
    };
    RehearseResponse { stages: rehearsal.stages.iter().map(stage).collect() }
}
