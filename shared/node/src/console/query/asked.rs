//! Questions to the offices: the work runs beside the call and ends with it.

use std::sync::atomic::{AtomicU64, Ordering};

use honghei_domain::name;
use honghei_domain::subject_key::SubjectKey;
use honghei_proto::console::v1::ask_request::Question as Asked;
use honghei_proto::console::v1::*;
use honghei_registry::question::{Listener, Question};
use tokio::sync::mpsc;
use tonic::Status;

use super::results::key_of;
use super::{Desk, ROWS, limit_of};
use crate::answer::Answer;
use crate::console::{Console, fields};

/// Messages on their way to the caller.
const UNREAD: usize = 64;

/// Milliseconds between two messages of progress.
const PROGRESS_MS: u64 = 200;

type Messages = mpsc::Sender<Result<AskResponse, Status>>;

impl Console {
    /// Starts the work; its messages end with the answer. It stops when nobody reads them any more.
    pub(in crate::console) fn ask(
        &self,
        request: AskRequest,
    ) -> Result<mpsc::Receiver<Result<AskResponse, Status>>, Answer> {
        let today = self.0.now()?.today;
        let question = question_of(request, today)?;
        let (messages, reader) = mpsc::channel(UNREAD);
        let desk = self.0.clone();
        tokio::spawn(async move {
            let listener = Caller { desk: &desk, messages: &messages, spoken_ms: AtomicU64::new(0) };
            let answer = desk.answer(&question, &listener).await.map_err(Answer::into_status);
            // Whoever went away wants no answer.
            let _ = messages.send(answer.map(|told| AskResponse { said: Some(ask_response::Said::Told(told)) })).await;
        });
        Ok(reader)
    }
}

impl Desk {
    async fn answer(&self, question: &Question, listener: &dyn Listener) -> Result<Told, Answer> {
        let told = self.engine().ask(self.now()?, question, listener).await?;
        if let Some(alarm) = &told.alarm {
            tracing::error!(code = alarm.code, detail = alarm.detail, "an answer raised an alarm");
        }
        let (alarm, detail) = told.alarm.map(|alarm| (alarm.code.to_owned(), alarm.detail)).unwrap_or_default();
        Ok(Told {
            sentences: told.sentences,
            headings: told.headings.into_iter().map(str::to_owned).collect(),
            rows: told.rows.into_iter().map(|cells| ToldRow { cells }).collect(),
            alarm,
            detail,
        })
    }
}

/// Who called and may have gone.
struct Caller<'a> {
    desk: &'a Desk,
    messages: &'a Messages,
    spoken_ms: AtomicU64,
}

impl Listener for Caller<'_> {
    fn is_gone(&self) -> bool {
        self.messages.is_closed()
    }

    fn hear(&self, step: &str, done: u64, total: u64) {
        let now = self.desk.monotonic_ms();
        let last = self.spoken_ms.load(Ordering::Relaxed);
        if now < last.saturating_add(PROGRESS_MS) {
            return;
        }
        self.spoken_ms.store(now, Ordering::Relaxed);
        let step = Step { name: step.to_owned(), done, total };
        // A caller who reads slowly misses some of it.
        let _ = self.messages.try_send(Ok(AskResponse { said: Some(ask_response::Said::Step(step)) }));
    }
}

fn question_of(request: AskRequest, today: chrono::NaiveDate) -> Result<Question, Answer> {
    Ok(match request.question {
        None => return Err(Answer::field("question", "没有提出问题")),
        Some(Asked::Recompare(asked)) => Question::Recompare { every_row: asked.every_row },
        Some(Asked::Recompute(_)) => Question::Recompute,
        Some(Asked::Duties(_)) => Question::Duties,
        Some(Asked::Standing(asked)) => Question::Standing { key: key_of(&asked.identifier)? },
        Some(Asked::Why(asked)) => Question::Why { key: subject("subject", &asked.subject)? },
        Some(Asked::History(asked)) => Question::History { key: subject("subject", &asked.subject)? },
        Some(Asked::Was(asked)) => Question::Was {
            key: subject("subject", &asked.subject)?,
            kind: fields::kind(&asked.kind)?,
            on: fields::day("on", &asked.on)?,
            known_on: if asked.known_on.is_empty() { today } else { fields::day("known_on", &asked.known_on)? },
        },
        Some(Asked::HeldQueue(asked)) => Question::HeldQueue { limit: limit_of(asked.limit, ROWS) },
        Some(Asked::HeldCase(asked)) => Question::HeldCase { case: fields::case("case_id", &asked.case_id)? },
        Some(Asked::Candidates(asked)) => Question::Candidates { name: fields::text("name", &asked.name)? },
        Some(Asked::Rulings(_)) => Question::Rulings,
        Some(Asked::Feeds(_)) => Question::Feeds,
        Some(Asked::Conflicts(asked)) => Question::Conflicts { names: asked.names },
        Some(Asked::Bulletins(_)) => Question::Bulletins,
        Some(Asked::Bulletin(asked)) => Question::Bulletin { at: fields::entry("entry", &asked.entry)? },
        Some(Asked::Disseminations(_)) => Question::Disseminations,
        Some(Asked::Backlog(_)) => Question::Backlog,
        Some(Asked::Events(asked)) => Question::Events { after: asked.after },
        Some(Asked::Evidence(asked)) => Question::Evidence { case: fields::case("case_id", &asked.case_id)? },
        Some(Asked::PolicyImpact(asked)) => Question::PolicyImpact { text: asked.text },
        Some(Asked::Policies(asked)) => Question::Policies { name: asked.name },
        Some(Asked::Caused(asked)) => Question::Caused { case: fields::case("case_id", &asked.case_id)? },
    })
}

/// A subject by any full code, or by name; what holds no Chinese character can only be a code.
pub(in crate::console) fn subject(field: &str, text: &str) -> Result<SubjectKey, Answer> {
    if text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
        return Ok(SubjectKey::of_name(&name::normalise(&fields::text(field, text)?).key));
    }
    key_of(text)
}
