//! What stands in the way of a request, by consequence, with a stable code: from the console's service to the exit code.

use honghei_codec::WireDefect;
use honghei_domain::refusal::{Denial, Refusal};
use honghei_ledger::LedgerDefect;
use honghei_registry::error::{CommandError, Fault};
use honghei_store::Fault as StoreFault;
use tonic::{Code, Status};

use crate::certificate::CertificateError;
use crate::chance::NoChance;
use crate::clock::ClockError;
use crate::folder::FolderError;
use crate::lock::LockError;

/// The metadata key under which a status carries its stable code.
pub const CODE_KEY: &str = "honghei-code";

/// The consequence of an answer: what its reader must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Us or the machine.
    Fault,
    /// The request itself is malformed.
    Usage,
    /// The law or the state forbids it: act differently.
    Refused,
    /// This person may not do it, or has not said who he is.
    Denied,
    /// It stands already.
    AlreadyDone,
    /// The state moved on: ask again.
    Stale,
    /// Nobody answers.
    Unreachable,
    /// A check found defects.
    Defective,
    /// A strict import met rows that cannot enter.
    RowsRefused,
}

impl Class {
    /// The exit code of a program that ends with it.
    pub fn exit_code(self) -> u8 {
        match self {
            Class::Fault => 1,
            Class::Usage => 2,
            Class::Refused => 3,
            Class::Denied => 4,
            Class::AlreadyDone => 5,
            Class::Stale => 6,
            Class::Unreachable => 7,
            Class::Defective => 8,
            Class::RowsRefused => 9,
        }
    }

    /// Its stable name, as printed in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Class::Fault => "fault",
            Class::Usage => "usage",
            Class::Refused => "refused",
            Class::Denied => "denied",
            Class::AlreadyDone => "already_done",
            Class::Stale => "stale",
            Class::Unreachable => "unreachable",
            Class::Defective => "defective",
            Class::RowsRefused => "rows_refused",
        }
    }

    fn status(self) -> Code {
        match self {
            Class::Usage => Code::InvalidArgument,
            Class::Refused => Code::FailedPrecondition,
            Class::Denied => Code::PermissionDenied,
            Class::AlreadyDone => Code::AlreadyExists,
            Class::Stale => Code::Aborted,
            Class::Unreachable => Code::Unavailable,
            Class::Fault | Class::Defective | Class::RowsRefused => Code::Internal,
        }
    }

    fn of_status(code: Code) -> Self {
        match code {
            Code::InvalidArgument | Code::OutOfRange | Code::NotFound => Class::Usage,
            Code::FailedPrecondition | Code::ResourceExhausted => Class::Refused,
            Code::PermissionDenied | Code::Unauthenticated => Class::Denied,
            Code::AlreadyExists => Class::AlreadyDone,
            Code::Aborted => Class::Stale,
            Code::Unavailable | Code::Cancelled | Code::DeadlineExceeded => Class::Unreachable,
            _ => Class::Fault,
        }
    }
}

/// An answer other than success.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Answer {
    /// Its consequence.
    pub class: Class,
    /// Stable code, `SCREAMING_SNAKE`.
    pub code: String,
    /// What happened and what to do, for its reader.
    pub message: String,
    /// What lies below, for the log.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Answer {
    /// Builds an answer.
    pub fn new(class: Class, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { class, code: code.into(), message: message.into(), source: None }
    }

    /// A field of a request that cannot be understood; the code is `FIELD_` and the field's name.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self::new(Class::Usage, format!("FIELD_{}", name.to_uppercase()), message)
    }

    /// A refusal.
    pub fn refused(code: &str, message: impl Into<String>) -> Self {
        Self::new(Class::Refused, code, message)
    }

    /// A denial.
    pub fn denied(code: &str, message: impl Into<String>) -> Self {
        Self::new(Class::Denied, code, message)
    }

    /// A fault with what lies below it.
    pub fn fault(code: &str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        let message = source.to_string();
        Self {
            class: Class::Fault,
            code: code.to_owned(),
            message,
            source: source.source().map(|below| chain(below).into()),
        }
    }

    /// Message and everything below it in one line, for the edge that prints it once.
    pub fn chain(&self) -> String {
        chain(self)
    }

    /// As the console's service answers: a fault's depths stay in the log, everybody else reads the whole sentence.
    pub fn into_status(self) -> Status {
        if self.class == Class::Fault {
            tracing::error!(code = %self.code, chain = %self.chain(), "a console request failed");
        }
        let mut status = Status::new(self.class.status(), self.message);
        if let Ok(code) = self.code.parse() {
            status.metadata_mut().insert(CODE_KEY, code);
        }
        status
    }

    /// As a client reads a status.
    pub fn from_status(status: &Status) -> Self {
        let class = Class::of_status(status.code());
        let code = status.metadata().get(CODE_KEY).and_then(|code| code.to_str().ok());
        let code = code.map_or_else(|| format!("GRPC_{:?}", status.code()).to_uppercase(), str::to_owned);
        Self::new(class, code, status.message())
    }
}

/// An error with its sources in one line.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(inner) = below {
        let said = inner.to_string();
        // Some libraries repeat their source in their own sentence.
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        below = inner.source();
    }
    text
}

impl From<CommandError> for Answer {
    fn from(error: CommandError) -> Self {
        let code = error.code().to_owned();
        let message = error.to_string();
        match error {
            CommandError::Refused(_) => Self::new(Class::Refused, code, message),
            CommandError::Denied(_) => Self::new(Class::Denied, code, message),
            CommandError::AlreadyDone(_) => Self::new(Class::AlreadyDone, code, message),
            CommandError::Stale => Self::new(Class::Stale, code, message),
            CommandError::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Answer {
    fn from(fault: Fault) -> Self {
        let class = if fault.is_retry() { Class::Stale } else { Class::Fault };
        Self { class, ..Self::fault(fault.code(), fault) }
    }
}

impl From<StoreFault> for Answer {
    fn from(fault: StoreFault) -> Self {
        Fault::from(fault).into()
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::new(Class::Refused, refusal.code, refusal.zh)
    }
}

impl From<Denial> for Answer {
    fn from(denial: Denial) -> Self {
        Self::new(Class::Denied, denial.code(), denial.zh)
    }
}

impl From<Status> for Answer {
    fn from(status: Status) -> Self {
        Self::from_status(&status)
    }
}

macro_rules! faults {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for Answer {
            fn from(error: $error) -> Self {
                Self::fault(error.code(), error)
            }
        })*
    };
}

faults!(CertificateError, NoChance, ClockError, LedgerDefect, WireDefect);

impl From<FolderError> for Answer {
    fn from(error: FolderError) -> Self {
        let class = match &error {
            FolderError::Io { .. } => Class::Fault,
            FolderError::Malformed { .. } => Class::Usage,
            FolderError::Taken(_) => Class::AlreadyDone,
            FolderError::NotEmpty(_) | FolderError::NoMember(_) => Class::Refused,
        };
        Self { class, ..Self::fault(error.code(), error) }
    }
}

impl From<LockError> for Answer {
    fn from(error: LockError) -> Self {
        let class = match &error {
            LockError::Held(_) => Class::Refused,
            LockError::Io { .. } => Class::Fault,
        };
        Self { class, ..Self::fault(error.code(), error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_crosses_the_wire_with_class_code_and_chinese_message() {
        let answer = Answer::refused("CASE_UNKNOWN", "没有这个案件（依据 R-020）。");
        let read = Answer::from_status(&answer.into_status());
        assert_eq!((read.class, read.code.as_str()), (Class::Refused, "CASE_UNKNOWN"));
        assert_eq!(read.message, "没有这个案件（依据 R-020）。");
    }

    #[test]
    fn a_fault_tells_its_caller_no_depths() {
        let below = std::io::Error::other("disk of the secret kind");
        let answer = Answer::fault("FOLDER_IO", FolderError::Io { path: "x".into(), what: "read", source: below });
        assert!(answer.chain().contains("secret kind"));
        assert!(!answer.into_status().message().contains("secret kind"));
    }
}
