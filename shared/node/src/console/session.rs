//! Who is at the console: an officer proves his key once, then shows a token.
//!
//! Everything lies in memory: a restart asks everybody again. Tokens are kept as digests, so that a core dump opens
//! no session.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use honghei_domain::act::OfficerId;
use honghei_domain::directory::PublicKeyRecord;
use honghei_ledger::{Digest, hex, sha256};

use crate::answer::Answer;

/// A session lasts a working day.
const SESSION_MS: u64 = 8 * 3600 * 1000;
/// Time to sign a challenge.
const CHALLENGE_MS: u64 = 2 * 60 * 1000;
/// Failed proofs in a row after which an officer's sessions are locked out, and for how long.
const FAILURES_MAX: u32 = 5;
const LOCKOUT_MS: u64 = 15 * 60 * 1000;
/// Bounds of what is remembered.
const CHALLENGES_MAX: usize = 256;
const SESSIONS_MAX: usize = 1024;
const FAILURES_KEPT: usize = 1024;

/// An attempt that waits for its signature.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Who wants in.
    pub officer: OfficerId,
    /// The bytes to sign.
    pub statement: Vec<u8>,
    until_ms: u64,
}

/// An officer who proved his key.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub officer: OfficerId,
    /// The key he proved; the session ends when his key changes.
    pub key: PublicKeyRecord,
    /// Names his drawer of uploads and reports.
    pub id: Digest,
    until_ms: u64,
}

#[derive(Debug, Default)]
struct Failures {
    count: u32,
    locked_until_ms: u64,
    last_ms: u64,
}

/// Challenges, sessions and failures.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    challenges: BTreeMap<String, Challenge>,
    sessions: BTreeMap<Digest, Session>,
    failures: BTreeMap<OfficerId, Failures>,
}

impl Sessions {
    /// Opens an attempt under a random name.
    pub fn open(&self, name: String, officer: OfficerId, statement: Vec<u8>, now_ms: u64) -> Result<(), Answer> {
        let mut inner = self.lock();
        inner.challenges.retain(|_, challenge| challenge.until_ms > now_ms);
        if inner.is_locked(&officer, now_ms) {
            return Err(locked_out());
        }
        if inner.challenges.len() >= CHALLENGES_MAX {
            return Err(Answer::refused("SESSIONS_BUSY", "同时登录的人太多，请稍后再试"));
        }
        inner.challenges.insert(name, Challenge { officer, statement, until_ms: now_ms + CHALLENGE_MS });
        Ok(())
    }

    /// Takes an attempt: each can be proved once.
    pub fn take(&self, name: &str, now_ms: u64) -> Result<Challenge, Answer> {
        let mut inner = self.lock();
        let taken = inner.challenges.remove(name).filter(|challenge| challenge.until_ms > now_ms);
        let taken = taken.ok_or_else(|| Answer::denied("CHALLENGE_UNKNOWN", "登录请求不存在或已过期，请重新登录"))?;
        if inner.is_locked(&taken.officer, now_ms) {
            return Err(locked_out());
        }
        Ok(taken)
    }

    /// Counts a failed proof.
    pub fn fail(&self, officer: &OfficerId, now_ms: u64) {
        let mut inner = self.lock();
        if inner.failures.len() >= FAILURES_KEPT && !inner.failures.contains_key(officer) {
            let oldest = inner.failures.iter().min_by_key(|(_, failures)| failures.last_ms);
            let oldest = oldest.map(|(officer, _)| officer.clone());
            oldest.and_then(|oldest| inner.failures.remove(&oldest));
        }
        let failures = inner.failures.entry(officer.clone()).or_default();
        failures.count += 1;
        failures.last_ms = now_ms;
        if failures.count >= FAILURES_MAX {
            *failures = Failures { count: 0, locked_until_ms: now_ms + LOCKOUT_MS, last_ms: now_ms };
        }
    }

    /// Admits an officer under a token.
    pub fn admit(&self, token: &[u8; 32], officer: OfficerId, key: PublicKeyRecord, now_ms: u64) {
        let mut inner = self.lock();
        inner.sessions.retain(|_, session| session.until_ms > now_ms);
        if inner.sessions.len() >= SESSIONS_MAX {
            let oldest = inner.sessions.iter().min_by_key(|(_, session)| session.until_ms);
            let oldest = oldest.map(|(id, _)| *id);
            oldest.and_then(|oldest| inner.sessions.remove(&oldest));
        }
        inner.failures.remove(&officer);
        let id = sha256(hex(token).as_bytes());
        inner.sessions.insert(id, Session { officer, key, id, until_ms: now_ms + SESSION_MS });
    }

    /// The session of a token.
    pub fn of_token(&self, token: &str, now_ms: u64) -> Result<Session, Answer> {
        let inner = self.lock();
        let session = inner.sessions.get(&sha256(token.as_bytes())).filter(|session| session.until_ms > now_ms);
        session.cloned().ok_or_else(|| Answer::denied("SESSION_UNKNOWN", "未登录或登录已过期，请重新登录"))
    }

    /// Ends a session.
    pub fn end(&self, id: &Digest) {
        self.lock().sessions.remove(id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn is_locked(&self, officer: &OfficerId, now_ms: u64) -> bool {
        self.failures.get(officer).is_some_and(|failures| failures.locked_until_ms > now_ms)
    }
}

fn locked_out() -> Answer {
    Answer::denied("LOCKED_OUT", "多次验证失败，该人员暂时不能登录，请15分钟后再试")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer() -> OfficerId {
        OfficerId("zhang.wei".to_owned())
    }

    fn key() -> PublicKeyRecord {
        PublicKeyRecord { algorithm: "ed25519".to_owned(), key: vec![1; 32] }
    }

    #[test]
    fn a_challenge_is_proved_once_and_in_time() {
        let sessions = Sessions::default();
        sessions.open("a".to_owned(), officer(), vec![1], 0).unwrap();
        assert_eq!(sessions.take("a", 1).unwrap().statement, vec![1]);
        assert_eq!(sessions.take("a", 1).unwrap_err().code, "CHALLENGE_UNKNOWN");
        sessions.open("b".to_owned(), officer(), vec![1], 0).unwrap();
        assert_eq!(sessions.take("b", CHALLENGE_MS).unwrap_err().code, "CHALLENGE_UNKNOWN");
    }

    #[test]
    fn a_session_ends_after_a_working_day() {
        let sessions = Sessions::default();
        sessions.admit(&[7; 32], officer(), key(), 0);
        let token = hex(&[7; 32]);
        assert_eq!(sessions.of_token(&token, SESSION_MS - 1).unwrap().officer, officer());
        assert_eq!(sessions.of_token(&token, SESSION_MS).unwrap_err().code, "SESSION_UNKNOWN");
        assert_eq!(sessions.of_token("guess", 1).unwrap_err().code, "SESSION_UNKNOWN");
    }

    #[test]
    fn repeated_failures_lock_the_officer_out_for_a_while_and_nobody_else() {
        let sessions = Sessions::default();
        for _ in 0..FAILURES_MAX {
            sessions.fail(&officer(), 10);
        }
        assert_eq!(sessions.open("a".to_owned(), officer(), Vec::new(), 11).unwrap_err().code, "LOCKED_OUT");
        sessions.open("b".to_owned(), OfficerId("li.na".to_owned()), Vec::new(), 11).unwrap();
        sessions.open("c".to_owned(), officer(), Vec::new(), 10 + LOCKOUT_MS).unwrap();
    }

    #[test]
    fn open_attempts_are_bounded() {
        let sessions = Sessions::default();
        for number in 0..CHALLENGES_MAX {
            sessions.open(number.to_string(), officer(), Vec::new(), 0).unwrap();
        }
        assert_eq!(sessions.open("more".to_owned(), officer(), Vec::new(), 0).unwrap_err().code, "SESSIONS_BUSY");
    }
}
