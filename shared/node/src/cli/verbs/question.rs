//! Questions that an office answers in sentences.

use clap::Subcommand;
use honghei_proto::console::v1::ask_request::Question as Asked;
use honghei_proto::console::v1::{AskRequest, Caused, History, Was, Why};

use super::file::Kind;
use crate::cli::task::{Ask, Task};

/// Questions about subjects; all but the history only the province's node answers.
#[derive(Debug, Subcommand)]
pub enum Question {
    /// What is in force on a subject, what was removed, by what, when and on which evidence, and what can be done.
    Why {
        /// A full code of the subject, or its name where it has no code.
        subject: String,
    },
    /// Whether a subject was on a list on a day, as known on a day.
    ///
    /// Example: was 91420800MA48LWPU0Q --on-list red --day 2018-03-01 --known-on 2018-04-01
    Was {
        /// A full code of the subject, or its name where it has no code.
        subject: String,
        /// Which list.
        #[arg(long, value_enum)]
        on_list: Kind,
        /// The day asked about.
        #[arg(long)]
        day: String,
        /// The day whose knowledge counts; today's where it is left out.
        #[arg(long, default_value = "", value_name = "DAY")]
        known_on: String,
    },
    /// Everything that was done about a subject, in all its cases, act by act; at the province departments' lists included.
    History {
        /// A full code of the subject, or its name where it has no code.
        subject: String,
    },
    /// What a black entry caused: the reds it removed and holds, in every result version.
    Caused {
        /// The black entry, 420802-commerce#17.
        case: String,
    },
}

impl Question {
    /// What to do.
    pub fn task(self) -> Task {
        Task::Ask(Ask::Office(AskRequest {
            question: Some(match self {
                Question::Why { subject } => Asked::Why(Why { subject }),
                Question::Was { subject, on_list, day, known_on } => {
                    Asked::Was(Was { subject, kind: on_list.name(), on: day, known_on })
                }
                Question::History { subject } => Asked::History(History { subject }),
                Question::Caused { case } => Asked::Caused(Caused { case_id: case }),
            }),
        }))
    }
}
