//! What is not accepted: recorded, answered, and what follows for the connection.

use super::{Close, Machine, Phase};
use crate::frame::{Frame, RejectionNotice};
use crate::rejection::{Consequence, Reason, Rejection};
use crate::work::Write;

impl Machine {
    /// The peer tells us that it did not accept something of ours.
    pub(super) fn on_rejection(&mut self, notice: RejectionNotice) {
        let waits = [Reason::UnknownLog, Reason::UnknownReader].iter().any(|reason| reason.code() == notice.code);
        if let Some(state) = &notice.about {
            let limits = &self.config.limits;
            let pause_ms = self.jitter.around(if waits { limits.retry_ms } else { limits.quarantine_ms });
            let until_ms = self.now.monotonic_ms + pause_ms;
            self.sending.pause(&state.log, until_ms, &notice.code);
        }
        tracing::warn!(peer = %self.config.peer, code = %notice.code, detail = %notice.detail, "the peer rejected");
        self.complaint = Some((notice.code, notice.detail));
        if !waits {
            self.count_rejection();
        }
    }

    /// Records and answers what the peer did wrong.
    pub(super) fn reject(&mut self, rejection: Rejection) {
        if self.phase == Phase::Closing {
            return;
        }
        if rejection.reason.consequence() != Consequence::Wait {
            self.writes.push_back(Write::Incident(rejection.clone()));
        }
        self.answer_rejection(&rejection);
    }

    /// Answers what the peer did wrong and was recorded where it was found.
    pub(super) fn answer_rejection(&mut self, rejection: &Rejection) {
        if self.phase == Phase::Closing {
            return;
        }
        tracing::warn!(peer = %self.config.peer, code = rejection.code(), detail = %rejection, "rejected what the peer sent");
        let about = rejection.log.as_ref().map(|log| self.receiving.cursor(log));
        let (code, detail) = (rejection.code().to_owned(), rejection.detail.clone());
        self.control.push_back(Frame::Rejection(RejectionNotice { code: code.clone(), detail: detail.clone(), about }));
        self.complaint = Some((code, detail));
        match rejection.reason.consequence() {
            Consequence::Wait => {}
            Consequence::Quarantine => self.count_rejection(),
            Consequence::Close => self.end(rejection.code(), &rejection.detail, true),
        }
    }

    pub(super) fn count_rejection(&mut self) {
        self.rejections += 1;
        if self.rejections > self.config.limits.rejections_tolerated {
            self.end(Reason::Flooded.code(), "too many rejections on one connection", true);
        }
    }

    pub(super) fn end(&mut self, code: &str, detail: &str, hostile: bool) {
        if self.close.is_none() {
            self.phase = Phase::Closing;
            self.close = Some(Close { code: code.to_owned(), detail: detail.to_owned(), hostile });
        }
    }
}
